#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The strict set of warnings, as errors.
set -euo pipefail
folder=${BUILD_LINT:-_build-lint}
[[ -f $folder/build.ninja ]] || said=$(meson setup "$folder" . -Dwerror=true -Dbuildtype=debugoptimized) \
  || { printf "%s\n" "$said" | tail -n 5; exit 1; }
ninja -C "$folder" --quiet
