#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# exported.sh PROGRAM...: each exports the input filter's hook, or libbelle-sip would call its own.
set -euo pipefail
echo "1..$#"
n=0
for program in "$@"; do
  n=$((n + 1))
  if nm -D --defined-only "$program" | grep -q ' T bctbx_recvfrom$'; then
    echo "ok $n - $(basename "$program")"
  else
    echo "not ok $n - $(basename "$program")"
  fi
done
