#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Builds the libFuzzer targets with clang and runs each for its share of SECONDS; prints TAP.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
seconds=${1:-60}
build=_build-fuzz
command -v clang >/dev/null || { echo "1..0 # SKIP no clang"; exit 0; }

# The library is instrumented too, or the fuzzer would not see what it reaches.
[[ -f $build/build.ninja ]] || CC=clang meson setup "$build" . -Dfuzzing=true -Dapp=false \
  -Db_sanitize=address,undefined -Db_lundef=false -Dbuildtype=debug -Doptimization=1 \
  -Dc_args=-fsanitize=fuzzer-no-link >/dev/null

# Shares of the time, in sixtieths. The engine and the stack hold belle-sip, whose own leaks they
# would be blamed for.
targets=(filter stack engine sdp digest vcard dav notice refer)
declare -A share=([filter]=9 [stack]=12 [engine]=19 [sdp]=5 [digest]=3 [vcard]=3 [dav]=3
  [notice]=3 [refer]=3)
declare -A leaks=([filter]=1 [stack]=0 [engine]=0 [sdp]=1 [digest]=1 [vcard]=1 [dav]=1
  [notice]=1 [refer]=1)
declare -A seeds=(
  [filter]=tests/fuzz/corpus [stack]=tests/fuzz/corpus
  [engine]="tests/fuzz/corpus-engine tests/fuzz/corpus"
  [sdp]=tests/fuzz/corpus-sdp [digest]=tests/fuzz/corpus-digest
  [vcard]=tests/fuzz/corpus-vcard [dav]=tests/fuzz/corpus-dav
  [notice]=tests/fuzz/corpus-notice [refer]=tests/fuzz/corpus-refer
)
ninja -C "$build" "${targets[@]/#/tests/fuzz/fuzz-}" >"$build/build.log" 2>&1 \
  || { tail -n 60 "$build/build.log" >&2; echo "Bail out! the fuzz targets do not build"; exit 1; }
export LSAN_OPTIONS=suppressions=$PWD/tests/lsan.supp:print_suppressions=0
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export G_DEBUG=fatal-criticals GSETTINGS_BACKEND=memory

echo "1..${#targets[@]}"
status=0
n=0
for target in "${targets[@]}"; do
  n=$((n + 1))
  found=$build/found/$target
  log=$build/fuzz-$target.log
  mkdir -p "$found"
  time=$((seconds * ${share[$target]} / 60))
  # shellcheck disable=SC2086
  if ASAN_OPTIONS=detect_leaks=${leaks[$target]} "$build/tests/fuzz/fuzz-$target" \
    -detect_leaks="${leaks[$target]}" -max_total_time=$((time > 0 ? time : 1)) -max_len=4096 -timeout=20 \
    -rss_limit_mb=2048 -dict=tests/fuzz/sip.dict -artifact_prefix="$build/found/$target-" \
    "$found" ${seeds[$target]} >"$log" 2>&1; then
    echo "ok $n - fuzz-$target: $(grep -aoE 'Done [0-9]+ runs' "$log" | tail -1)"
  else
    echo "not ok $n - fuzz-$target (see $log)"
    tail -n 60 "$log" >&2
    status=1
  fi
done
exit "$status"
