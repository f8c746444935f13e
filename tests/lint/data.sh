#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Desktop entry, metainfo, schema, templates, icons, D-Bus files.
set -euo pipefail
folder=${BUILD_LINT:-_build-lint}
desktop-file-validate "$folder"/data/*.desktop
appstreamcli validate --no-net --pedantic "$folder"/data/*.metainfo.xml
glib-compile-schemas --strict --dry-run data
git ls-files -z '*.ui' '*.svg' '*.gresource.xml' 'data/*.xml' | xargs -0 xmllint --noout --nonet
