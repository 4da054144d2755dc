#!/usr/bin/env bash
# Makes pictures of every page, light and dark, at one and at two pixels a point.
# usage: tests/screenshots/screenshots.sh FOLDER [MODEL]     (after packaging/setup.sh and packaging/fetch-model.sh)
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=${1:?usage: screenshots.sh FOLDER [MODEL]}
model=${2:-gemma-3-270m}
mkdir -p "$folder"
cmake --build "$root/build/release" --target sinkscope_screenshots >&2
for scale in 1 2; do
  for scheme in light dark; do
    QT_QPA_PLATFORM=offscreen QT_SCALE_FACTOR=$scale \
      "$root/build/release/tests/sinkscope_screenshots" "$folder" "$scheme" "$model" "-${scale}x"
  done
done
