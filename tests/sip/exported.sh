#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# exported.sh PROGRAM...: each exports the input filters' hooks, or libbelle-sip would not call them.
set -euo pipefail
hooks=' T (recvfrom|bctbx_(recvfrom|sendto|socket|recv|send|ssl_handshake|ssl_read|ssl_write|ssl_context_free))$'
echo "1..$#"
n=0
for program in "$@"; do
  n=$((n + 1))
  if [[ $(nm -D --defined-only "$program" | grep -cE "$hooks") == 10 ]]; then
    echo "ok $n - $(basename "$program")"
  else
    echo "not ok $n - $(basename "$program")"
  fi
done
