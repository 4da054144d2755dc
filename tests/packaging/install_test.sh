#!/usr/bin/env bash
# Installs a build into a folder, moves that elsewhere and checks that it works there.
# usage: install_test.sh BUILD
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$1

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --install "$build" --prefix "$work/first" --strip >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
# A name with a space finds quotes that are missing.
mv "$work/first" "$work/second place"
version=$(sed -n 's/^CMAKE_PROJECT_VERSION:STATIC=//p' "$build/CMakeCache.txt")
du -sh "$work/second place"
bash "$here/check_installed.sh" "$work/second place" "$version"
