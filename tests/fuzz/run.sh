#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds the libFuzzer targets with clang and runs each for its share of SECONDS; prints TAP.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
seconds=${1:-60}
build=_build-fuzz
command -v clang >/dev/null || { echo "1..0 # SKIP no clang"; exit 0; }
[[ -f $build/build.ninja ]] || CC=clang meson setup "$build" . -Dfuzzing=true -Dapp=false \
  -Db_sanitize=address,undefined -Db_lundef=false -Dbuildtype=debug -Doptimization=1 >/dev/null
targets=(fuzz-filter fuzz-message fuzz-sdp fuzz-digest)
ninja -C "$build" --quiet "${targets[@]/#/tests/fuzz/}"
export LSAN_OPTIONS=suppressions=$PWD/tests/lsan.supp:print_suppressions=0
export ASAN_OPTIONS=detect_leaks=1:fast_unwind_on_malloc=0:malloc_context_size=12
echo "1..${#targets[@]}"
status=0
n=0
for target in "${targets[@]}"; do
  n=$((n + 1))
  found=$build/found/$target
  mkdir -p "$found"
  seeds=tests/fuzz/corpus
  [[ -d tests/fuzz/corpus-${target#fuzz-} ]] && seeds=tests/fuzz/corpus-${target#fuzz-}
  if "$build/tests/fuzz/$target" -max_total_time=$((seconds / ${#targets[@]})) -max_len=4096 -timeout=10 \
    -rss_limit_mb=2048 -artifact_prefix="$found/crash-" "$found" "$seeds" >"$build/$target.log" 2>&1; then
    echo "ok $n - $target: $(grep -oE 'Done [0-9]+ runs' "$build/$target.log" | tail -1)"
  else
    echo "not ok $n - $target (see $build/$target.log)"
    tail -n 40 "$build/$target.log" >&2
    status=1
  fi
done
exit "$status"
