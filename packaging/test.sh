#!/usr/bin/env bash
# Sets up, builds and runs every test. The last line is 'N passed, N failed'; the exit code is that of the tests.
# usage: packaging/test.sh [arguments of ctest, such as -R NAME or -L unit]
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$root"

bash packaging/setup.sh --tests
export QT_QPA_PLATFORM=offscreen
export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS="${CCACHE_SLOPPINESS:-pch_defines,time_macros}"

for model in gemma-3-270m smollm2-135m; do
  bash packaging/fetch-model.sh "$model"
done

if command -v clang-format >/dev/null; then
  check_format() { git ls-files -z 'core/*.h' 'core/*.cpp' 'widgets/*.h' 'widgets/*.cpp' 'app/*.h' 'app/*.cpp' 'tests/*.h' 'tests/*.cpp' 'packaging/*.cpp' |
    xargs -0 -r clang-format --dry-run -Werror; }
  step "check the format" "run clang-format -i on the files named above" check_format
fi

step "configure" "see the message above; packaging/setup.sh --force looks at the packages again" \
  cmake --preset release -DSINKSCOPE_TESTS=ON
step "build" "see the compiler's message above" cmake --build --preset release

log="$root/build/ctest.log"
rm -f build/release/Testing/Temporary/LastTest.log
status=0
say "==> test"
ctest --preset release --no-tests=error -j "$(nproc)" "$@" 2>&1 | tee "$log" || status=${PIPESTATUS[0]}

# ctest closes with '98% tests passed, 1 tests failed out of 50'.
summary=$(grep -E 'tests passed, [0-9]+ tests failed out of [0-9]+' "$log" | tail -n 1 || true)
failed=$(sed -nE 's/.* ([0-9]+) tests failed out of ([0-9]+).*/\1/p' <<<"$summary")
total=$(sed -nE 's/.* ([0-9]+) tests failed out of ([0-9]+).*/\2/p' <<<"$summary")
if [ -z "$total" ]; then
  say "error: no test was run"
  if [ "$status" -eq 0 ]; then status=1; fi
  failed=1
  total=1
fi
echo "$((total - failed)) passed, $failed failed"
exit "$status"
