#!/bin/sh
# Makes the run files that the tour shows, of the built-in model: resources/runs/tour/*.h5. They follow from the model
# and what is written here; the tour's sentences (app/guide/tour_steps.cpp) name their numbers.
#
# usage: packaging/tour_runs.sh SINKSCOPE     (the program)
set -e
sinkscope=$1
here=$(cd "$(dirname "$0")/.." && pwd)
runs=$here/resources/runs/tour
prompt="The king was the greatest man of all the land, and his people loved him well."
apostrophes=$(mktemp)
trap 'rm -f "$apostrophes"' EXIT
head -4 "$here/resources/prompts/waking.txt" > "$apostrophes"

mkdir -p "$runs"
"$sinkscope" analyze -m built-in --bos -p "$prompt" --eps 0.3 --keep-attention --out "$runs/sink.h5"
"$sinkscope" perturb -m built-in -p "$prompt" --swap "3= is" --out "$runs/spread.h5"
"$sinkscope" influence -m built-in -p "$prompt" --compare-bos --probes 16 --out "$runs/bound.h5"
"$sinkscope" collapse -m built-in -p "$prompt" --compare-bos --out "$runs/collapse.h5"
"$sinkscope" noop -m built-in --bos --prompts "$apostrophes" --out "$runs/heads.h5"
"$sinkscope" report --models built-in --limit 10 --out "$runs/depth.h5"
