#!/usr/bin/env bash
# Makes the runs of docs/gallery.md and draws its figures. Needs the two demo models (packaging/fetch-model.sh).
# usage: docs/gallery.sh [SINKSCOPE [FOLDER_FOR_RUNS]]
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
sinkscope="${1:-$root/build/release/app/sinkscope}"
runs="${2:-$root/build/gallery}"
pictures="$root/docs/images/gallery"
mkdir -p "$runs" "$pictures"
text="William Shakespeare was the greatest playwright of all time, and his plays are still performed today in every country."

# An analysis that is there already is not made again.
make_run() {
  local out="$runs/$1.h5"
  shift
  [ -f "$out" ] || "$sinkscope" "$@" --out "$out" >/dev/null
}
draw() {
  local out="$1" run="$2"
  shift 2
  "$sinkscope" figure "$run" --font "DejaVu Sans" --out "$pictures/$out.svg" "$@"
}

# Figure 1: heads rest on the first token.
make_run sink analyze --model gemma-3-270m --bos --prompt "$text" --keep-attention
draw figure-1-grid "$runs/sink.h5" --view grid --column "ICML column"
draw figure-1-head "$runs/sink.h5" --view head --layer 5 --head 1 --column "ICML column"

# Figure 2: a swapped token, with <bos> and without.
make_run swap perturb --model gemma-3-270m --prompt "$text" --other "${text/greatest/best}"
draw figure-2-lines-with "$runs/swap.h5" --view tokens-bos --column "ICML column"
draw figure-2-lines-without "$runs/swap.h5" --view tokens-no-bos --column "ICML column"
draw figure-2-maps "$runs/swap.h5" --view change --column "ICML page"

# Figure 3: without <bos> attention smooths.
make_run smooth collapse --model gemma-3-270m --compare-bos --prompt "$text"
draw figure-3-entropy "$runs/smooth.h5" --view row-entropy --column "ICML column"
draw figure-3-residual "$runs/smooth.h5" --view relative-residual --column "ICML column"

# Figure 4: heads that do nothing, most of the time.
make_run no-op noop --model gemma-3-270m --bos --prompts "$root/resources/prompts/english.txt"
draw figure-4-heads "$runs/no-op.h5" --view heads-scan --column "ICML column"

# Figure 5: a sink forms, and grows with the context.
for context in 032 128 256; do
  draw "figure-5-context-$context" "$root/resources/runs/context-$context.h5" --view sink-rate --width-mm 56 --font-pt 6.5
done

# Table 1: model beside model, layer by layer.
make_run models report --models gemma-3-270m smollm2-135m --limit 40
draw table-1-gemma "$runs/models.h5" --view sink-rate-0.3-gemma-3-270m-q4_k_m --column "ICML column"
draw table-1-smollm2 "$runs/models.h5" --view sink-rate-0.3-SmolLM2-135M-Instruct.Q4_1 --column "ICML column"

# Table 2: its rows are trainings that come with the program.
draw table-2-fixed "$root/resources/runs/table2-2-causal-fixed.h5" --view sink-rate --column "ICML column"
draw table-2-separator "$root/resources/runs/table2-1-causal-separator.h5" --view sink-rate --column "ICML column"
