#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
git ls-files -z '*.sh' dev .ci/run | xargs -0 shellcheck --severity=warning
git ls-files -z '*.py' | xargs -0 python3 -m py_compile
