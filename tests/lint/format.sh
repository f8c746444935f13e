#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every C file as .clang-format has it ("./dev format" rewrites them), and a licence line in each.
set -euo pipefail
git ls-files -z '*.c' '*.h' | xargs -0 clang-format --dry-run -Werror
missing=$(git ls-files -z '*.c' '*.h' '*.sh' '*.py' dev | xargs -0 grep -L SPDX-License-Identifier || true)
[[ -z $missing ]] || { printf 'no licence line: %s\n' "$missing" >&2; exit 1; }
