#!/usr/bin/env bash
# Checks that an installed Sinkscope is whole and works: its files, its libraries, an analysis, the sample runs, the window.
# usage: check_installed.sh PREFIX VERSION
# Needs nothing but what a bare system has; checks that need a tool which is not there are skipped, and say so.
set -euo pipefail

prefix=$1
version=$2
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT

fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null || { echo "skipped, for $1 is not here: the check of $2"; return 1; }; }
# The program as a new user calls it: nothing of this environment reaches it.
sinkscope() { env -i HOME="$home" PATH=/usr/bin:/bin LC_ALL=C.UTF-8 QT_QPA_PLATFORM=offscreen GOMP_SPINCOUNT=100 "$prefix/bin/sinkscope" "$@"; }
# expect TEXT PATTERN WHAT: fails where the text has no line like that.
expect() { grep -q -- "$2" <<<"$1" || fail "$3: expected '$2' in: $1"; }

[ "$(sinkscope --version)" = "sinkscope $version" ] || fail "--version says: $(sinkscope --version)"

# Files
zsh=site-functions
if [ "$prefix" = /usr ]; then zsh=vendor-completions; fi
for file in bin/sinkscope share/applications/sinkscope.desktop share/metainfo/org.sinkscope.Sinkscope.metainfo.xml \
  share/mime/packages/sinkscope.xml share/icons/hicolor/scalable/apps/sinkscope.svg share/man/man1/sinkscope.1 \
  share/bash-completion/completions/sinkscope share/zsh/$zsh/_sinkscope share/fish/vendor_completions.d/sinkscope.fish \
  share/doc/sinkscope/copyright share/doc/sinkscope/LICENSE share/sinkscope/runs/built-in.model \
  share/sinkscope/prompts/english.txt share/sinkscope/recipes/watch-a-sink.json share/sinkscope/packaging/fetch-model.sh; do
  [ -s "$prefix/$file" ] || fail "$file is not there"
done
expect "$(<"$prefix/share/man/man1/sinkscope.1")" '^\.SS "sinkscope analyze"' "the manual page"
expect "$(<"$prefix/share/metainfo/org.sinkscope.Sinkscope.metainfo.xml")" "<release version=\"$version\"" "the metainfo's release"
for size in 16 22 24 32 48 64 128 256 512; do
  icon="$prefix/share/icons/hicolor/${size}x${size}/apps/sinkscope.png"
  # A PNG file's width and height stand at byte 16.
  read -r width height < <(od --endian=big -A n -t u4 -j 16 -N 8 "$icon")
  [ "$width $height" = "$size $size" ] || fail "$icon is $width by $height"
done

# Libraries: all found, libtorch's in the tree, and none in the tree that nothing needs.
libraries=$(ldd "$prefix/bin/sinkscope")
if grep "not found" <<<"$libraries"; then fail "libraries are missing"; fi
expect "$libraries" "$prefix/bin/../lib/sinkscope/libtorch_cpu.so" "libtorch"
for library in "$prefix"/lib/sinkscope/*; do
  expect "$libraries" "lib/sinkscope/$(basename "$library") " "$library is needed by nothing"
done

# It works
report=$(sinkscope analyze --model built-in --prompt "The river rises in the mountains." --out "$home/river.h5" --figures "$home/figures")
expect "$report" "wrote $home/river.h5" "analyze"
[ -s "$home/river.h5" ] || fail "the run was not written"
[ -n "$(ls "$home/figures")" ] || fail "no figure was drawn"
expect "$(sinkscope analyze --model built-in --prompt "The river rises." --json)" '"meanShareByLayer"' "analyze --json"
listed=$(sinkscope runs list --folder "$prefix/share/sinkscope/runs")
for run in "$prefix"/share/sinkscope/runs/*.h5; do expect "$listed" "$(basename "$run" .h5)" "runs list"; done
missing=$(sinkscope analyze --model smollm2-135m --prompt x 2>&1 || true)
expect "$missing" "$prefix/share/sinkscope/packaging/fetch-model.sh smollm2-135m" "the way to fetch a model"
expect "$(env -i HOME="$home" PATH=/usr/bin:/bin "$prefix/share/sinkscope/packaging/fetch-model.sh" --list)" "smollm2-135m .*not fetched" "fetch-model.sh"
expect "$(env -i HOME="$home" PATH=/usr/bin:/bin "$prefix/share/sinkscope/packaging/fetch-corpus.sh" --list)" "shakespeare .*not fetched" "fetch-corpus.sh"

# The window stays open until it is closed from outside.
status=0
complaints=$(timeout 8 env -i HOME="$home" PATH=/usr/bin:/bin LC_ALL=C.UTF-8 QT_QPA_PLATFORM="${PLATFORM:-offscreen}" \
  ${DISPLAY:+DISPLAY="$DISPLAY"} "$prefix/bin/sinkscope" "$home/river.h5" 2>&1) || status=$?
[ "$status" -eq 124 ] || fail "the window ended with $status: $complaints"
if grep -i "error\|cannot\|could not" <<<"$complaints"; then fail "the window complained"; fi

# The desktop's files
if has desktop-file-validate "the desktop entry"; then
  desktop-file-validate "$prefix/share/applications/sinkscope.desktop"
fi
if has appstreamcli "the metainfo"; then
  appstreamcli validate --no-net "$prefix/share/metainfo/org.sinkscope.Sinkscope.metainfo.xml"
fi
if has xmllint "the XML files"; then
  xmllint --noout "$prefix/share/metainfo/org.sinkscope.Sinkscope.metainfo.xml" "$prefix/share/mime/packages/sinkscope.xml" \
    "$prefix/share/icons/hicolor/scalable/apps/sinkscope.svg"
fi
if has man "the manual page"; then
  warnings=$(LC_ALL=C.UTF-8 MANROFFSEQ= man --warnings -l "$prefix/share/man/man1/sinkscope.1" 2>&1 >/dev/null)
  [ -z "$warnings" ] || fail "the manual page: $warnings"
fi
echo "$prefix: installed and working"
