#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every file with translatable text is listed, and every language is complete.
set -euo pipefail
status=0
while read -r file; do
  grep -qxF "$file" po/POTFILES.in || { echo "not in po/POTFILES.in: $file" >&2; status=1; }
done < <(git ls-files 'src/*.c' 'src/*.h' | xargs grep -lE '(^|[^A-Za-z_])(_|N_|C_|ngettext) ?\("' || true)
while read -r file; do
  grep -qxF "$file" po/POTFILES.in || { echo "not in po/POTFILES.in: $file" >&2; status=1; }
done < <(git ls-files 'ui/*.ui' | xargs grep -l 'translatable="' || true)
pot=$(mktemp)
trap 'rm -f "$pot" "$pot".*' EXIT
grep -vE '^#|^$' po/POTFILES.in | xgettext --files-from=- --output="$pot" --from-code=UTF-8 \
  --add-comments=Translators --keyword=_ --keyword=N_ --keyword=C_:1c,2 --keyword=NC_:1c,2 \
  --keyword=ngettext:1,2 2>/dev/null
for language in $(grep -vE '^#' po/LINGUAS); do
  msgfmt --check --output-file=/dev/null "po/$language.po" || status=1
  msgmerge --quiet --no-fuzzy-matching --output-file="$pot.$language" "po/$language.po" "$pot"
  statistics=$(LC_ALL=C msgfmt --statistics --output-file=/dev/null "$pot.$language" 2>&1)
  case $statistics in
    *fuzzy* | *untranslated*) echo "po/$language.po is incomplete: $statistics" >&2; status=1 ;;
  esac
done
exit "$status"
