#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
cppcheck --quiet --std=c11 --language=c -j 2 --error-exitcode=1 --inline-suppr \
  --enable=warning,performance,portability \
  --library=gtk --suppress=missingInclude --suppress=unknownMacro --suppress=nullPointerArithmeticRedundantCheck \
  --suppress=syntaxError --suppress=internalAstError \
  -DG_DECLARE_FINAL_TYPE\(a,b,c,d,e\)= -DG_DEFINE_FINAL_TYPE\(a,b,c\)= \
  -DG_DEFINE_AUTOPTR_CLEANUP_FUNC\(a,b\)= -DG_BEGIN_DECLS= -DG_END_DECLS= \
  src
