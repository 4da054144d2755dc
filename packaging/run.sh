#!/usr/bin/env bash
# Sets up, builds and starts Sinkscope; arguments are passed on (run.sh --help shows the application's own).
# Without a display and without arguments it analyses the demo prompt and says where the run and the figures lie.
# usage: packaging/run.sh [arguments of sinkscope]
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

bash "$root/packaging/setup.sh"

# A configured build is enough to build again: cmake runs by itself when its files have changed.
build="$root/build/release"
log="$root/build/build.log"
export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS="${CCACHE_SLOPPINESS:-pch_defines,time_macros}"
configure() { (cd "$root" && cmake --preset release) >"$log" 2>&1 || { tail -n 20 "$log" >&2; return 1; }; }
compile() { cmake --build "$build" --target sinkscope >&2; }
if [ ! -f "$build/build.ninja" ]; then
  step "configure" "the whole message is in $log; packaging/setup.sh --force looks at the packages again" configure
fi
if [ ! -x "$build/app/sinkscope" ]; then
  step "build (some minutes the first time)" "see the compiler's message above" compile
elif ! ninja -C "$build" sinkscope >"$log" 2>&1; then
  tail -n 40 "$log" >&2
  fail "the build failed" "the whole message is in $log"
fi

model=gemma-3-270m
if ! bash "$root/packaging/fetch-model.sh" $model; then
  model=smollm2-135m
  say "Gemma 3 could not be had: SmolLM2 takes its place (its tokenizer has no <bos> of its own)."
  if ! bash "$root/packaging/fetch-model.sh" $model; then
    model=
    say "SmolLM2 could not be had either: open a model of yours, or start again when the network is there."
  fi
fi

# Threads that wait look for work for some microseconds, then sleep: longer, and on a busy machine a short analysis takes
# ten times as long; shorter, and waking them costs a third of it.
export GOMP_SPINCOUNT="${GOMP_SPINCOUNT:-10000}"
if [ $# -gt 0 ] || has_display; then
  exec "$build/app/sinkscope" "$@"
fi

if [ -z "$model" ]; then
  fail "there is no model to analyse" "check the network, then start this script again"
fi
results="${XDG_DATA_HOME:-$HOME/.local/share}/sinkscope/demo"
mkdir -p "$results"
say "no display here: the demo prompt is analysed instead"
analyse() {
  QT_QPA_PLATFORM=offscreen "$build/app/sinkscope" analyze --model "$model" --bos \
    --prompt "The quick brown fox jumps over the lazy dog because it wants to see what lies behind the hedge." \
    --out "$results/run.h5" --figures "$results/figures"
}
step "analyse the demo prompt with $model" "see the message above" analyse
say "run:     $results/run.h5"
say "figures: $results/figures"
