#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The Flatpak manifest: well-formed, the permissions exactly as decided, the bundled libraries by tag.
set -euo pipefail
manifest=flatpak/org.tandemphone.Tandem.json
if command -v flatpak-builder >/dev/null; then
  flatpak-builder --show-manifest "$manifest" >/dev/null
fi
expected='["--share=ipc","--share=network","--socket=wayland","--socket=fallback-x11","--socket=pulseaudio","--device=dri"]'
[[ $(jq -c '."finish-args"' "$manifest") == "$expected" ]] || { echo "finish-args differ" >&2; exit 1; }
jq -e '.cleanup // [] | index("/share/belr") == null and index("/share/belr/grammars") == null' "$manifest" >/dev/null
jq -e '[.modules[] | select(.name != "tandem") | .sources[] | select(.type == "git") | has("tag")] | all' "$manifest" >/dev/null
jq -e '[.modules[].name] as $names | .modules[] | select(.name == "tandem") | ."config-opts"
  | index(if ($names | index("openldap")) == null then "-Dldap=disabled" else "-Dldap=enabled" end) != null' \
  "$manifest" >/dev/null || { echo "LDAP: neither disabled nor bundled" >&2; exit 1; }
