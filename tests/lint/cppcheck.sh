#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Left out: NULL as the end of variadic arguments (GLib has it a pointer), and leaks, which it sees
# wherever a pointer is handed over; those are the leak sanitizer's, in every test.
set -euo pipefail
cppcheck --quiet --std=c11 --language=c -j 2 --error-exitcode=1 --inline-suppr \
  --enable=warning,performance,portability \
  --library=gtk --suppress=missingInclude --suppress=unknownMacro --suppress=nullPointerArithmeticRedundantCheck \
  --suppress=varFuncNullUB --suppress=memleak --suppress=syntaxError --suppress=internalAstError \
  -DG_DECLARE_FINAL_TYPE\(a,b,c,d,e\)= -DG_DEFINE_FINAL_TYPE\(a,b,c\)= \
  -DG_DEFINE_AUTOPTR_CLEANUP_FUNC\(a,b\)= -DG_BEGIN_DECLS= -DG_END_DECLS= \
  src
