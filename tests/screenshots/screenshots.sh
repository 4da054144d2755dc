#!/usr/bin/env bash
# Makes pictures of every page and dialog, the tour and the runs: light and dark, at 1, 1.5 and 2 pixels a point, and light in a
# small and a large window.
# usage: tests/screenshots/screenshots.sh FOLDER [MODEL [LIBRARY]]     (after packaging/setup.sh and packaging/fetch-model.sh)
#   LIBRARY  a folder of runs; default: the samples that come with the program
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=${1:?usage: screenshots.sh FOLDER [MODEL [LIBRARY]]}
model=${2:-gemma-3-270m}
library=${3:-$root/resources/runs}
mkdir -p "$folder"
cmake --build "$root/build/release" --target sinkscope_screenshots >&2
pictures() { # SCALE SCHEME SUFFIX SIZE
  for what in "$model" "$library/" tour; do
    QT_QPA_PLATFORM=offscreen QT_SCALE_FACTOR=$1 "$root/build/release/tests/sinkscope_screenshots" "$folder" "$2" "$what" "$3" "$4"
  done
}
for scale in 1 1.5 2; do
  for scheme in light dark; do pictures $scale $scheme "-${scale}x" 1360x880; done
done
for size in 1024x700 2560x1440; do pictures 1 light "-$size" $size; done
