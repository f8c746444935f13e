#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes pictures of the windows with made-up people: shots.sh [FOLDER] [NAME-PART]
# Takes the build folder from $BUILD, _build by default. Only what contains NAME-PART when given.
# Without a FOLDER only those that the documentation keeps, into docs/pictures.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=${1:-docs/pictures}
only=${2:-}
build=$(realpath "${BUILD:-_build}")
export GSETTINGS_SCHEMA_DIR="$build/data"
mkdir -p "$folder"
ninja -C "$build" --quiet tests/app/show-scene data/gschemas.compiled \
  po/ar/LC_MESSAGES/tandem.mo po/de/LC_MESSAGES/tandem.mo

kept=" active-820 active-dark-1000 active-german-360 active-rtl-820 failover-820 failover-dark-820
 held-820 held-360 held-by-both-dark-820 hold-failed-360 idle-360 incoming-820 keypad-360 mailbox-360
 muted-820 offline-360 practice-820 preferences-servers rehearsal-results-480 status-360
 status-offline-360 timeline-dark-360 timeline timeline-rtl-360 unconfirmed-820 unconfirmed-rtl-360 welcome-360 "
kept=${kept//$'\n'/}

failed=0
shot () { # name, size, [VARIABLE=VALUE]... -- arguments
  local name=$1 size=$2
  shift 2
  [[ $name == *"$only"* ]] || return 0
  [[ $folder != docs/pictures || $kept == *" $name "* ]] || return 0
  local variables=()
  while [ "$1" != -- ]; do
    variables+=("$1")
    shift
  done
  shift
  if tests/ui/shot.sh "$build/tests/app/show-scene" "$folder/$name.png" "$size" \
    "${variables[@]}" -- --width "${size%x*}" --height "${size#*x}" "$@"; then
    printf '%s\n' "$folder/$name.png"
  else
    printf 'FAILED: %s\n' "$name" >&2
    failed=1
  fi
}

arabic=(LANGUAGE=ar TANDEM_TEST_LOCALEDIR="$build/po")
german=(LANGUAGE=de TANDEM_TEST_LOCALEDIR="$build/po")

shot idle-1000 1000x680 -- --scene idle
shot idle-360 360x680 -- --scene idle
shot active-820 820x680 -- --scene active
shot active-360 360x680 -- --scene active --view call
shot active-dark-1000 1000x680 -- --scene active --dark
shot active-rtl-820 820x680 "${arabic[@]}" -- --scene active --rtl
shot active-large-text-360 360x720 -- --scene active --view call --text-scale 1.5
shot active-german-360 360x680 "${german[@]}" -- --scene active
shot muted-820 820x680 -- --scene active --view muted
shot held-820 820x680 -- --scene held
shot held-360 360x680 -- --scene held --view call
shot held-dark-1000 1000x680 -- --scene held --dark
shot held-rtl-360 360x680 "${arabic[@]}" -- --scene held --view call --rtl
shot held-by-peer-820 820x680 -- --scene held-by-peer
shot held-by-both-dark-820 820x680 -- --scene held-by-peer --view held-by-both --dark
shot hold-failed-360 360x680 -- --scene hold-failed --view call
shot hold-failed-820 820x680 -- --scene hold-failed
shot hold-failed-german-360 360x680 "${german[@]}" -- --scene hold-failed --view call
shot notice-dark-360 360x680 -- --scene active --view notice --dark
shot unconfirmed-820 820x680 -- --scene unconfirmed
shot unconfirmed-360 360x680 -- --scene unconfirmed --view call
shot unconfirmed-rtl-360 360x680 "${arabic[@]}" -- --scene unconfirmed --view call --rtl
shot mailbox-360 360x680 -- --scene mailbox
shot mailbox-dark-1000 1000x680 -- --scene mailbox --dark
shot mailbox-rtl-360 360x680 "${arabic[@]}" -- --scene mailbox --rtl
shot timeline 600x640 -- --scene timeline --view timeline
shot timeline-dark-360 360x680 -- --scene timeline --view timeline --dark
shot timeline-rtl-360 360x680 "${arabic[@]}" -- --scene timeline --view timeline --rtl
shot timeline-empty-360 360x680 -- --scene idle --view timeline
shot timeline-no-match-360 360x680 -- --scene timeline --view timeline:zoe
shot rehearsal-480 480x680 -- --scene active --view rehearsal
shot rehearsal-results-480 480x680 -- --scene idle --view rehearsal-results
shot rehearsal-results-dark-360 360x680 -- --scene idle --view rehearsal-results --dark
shot rehearsal-results-rtl-360 360x680 "${arabic[@]}" -- --scene idle --view rehearsal-results --rtl
shot rehearsal-360 360x680 -- --scene idle --view rehearsal
shot rehearsal-rtl-360 360x680 "${arabic[@]}" -- --scene idle --view rehearsal --rtl
shot keypad-360 360x680 -- --scene active --view keypad
shot incoming-820 820x680 -- --scene incoming
shot incoming-360 360x680 -- --scene incoming
shot incoming-high-contrast-820 820x680 ADW_DEBUG_HIGH_CONTRAST=1 -- --scene incoming
SHOT_CROP=yes shot incoming-window 420x480 -- --scene incoming --view incoming-window
shot calling-820 820x680 -- --scene calling
shot failed-820 820x680 -- --scene calling --view ended
shot failover-820 820x680 -- --scene failover
shot failover-dark-820 820x680 -- --scene failover --dark
shot failover-360 360x680 -- --scene failover --view call
shot offline-360 360x680 -- --scene offline
shot offline-rtl-360 360x680 "${arabic[@]}" -- --scene offline --rtl
shot status-360 360x680 -- --scene active --view status
shot status-offline-360 360x680 -- --scene offline --view status
shot status-rtl-360 360x680 "${arabic[@]}" -- --scene active --view status --rtl
shot status-dark-820 820x680 -- --scene failover --view status --dark
shot dial-pad-360 360x680 -- --scene idle --view dial-pad
shot search-360 360x680 -- --scene idle --view 'search:sample caller f'
shot no-match-360 360x680 -- --scene idle --view search:zoe
shot welcome-820 820x680 -- --scene welcome
shot welcome-360 360x680 -- --scene welcome
shot account-form-360 360x680 -- --scene welcome --view form
shot practice-820 820x680 -- --scene idle --view practice
shot preferences-account 640x740 -- --scene idle --view preferences:account
shot preferences-servers 640x740 -- --scene idle --view preferences:servers
shot preferences-audio 640x740 -- --scene idle --view preferences:audio
shot preferences-calls 640x740 -- --scene idle --view preferences:calls
shot preferences-servers-360 360x680 -- --scene idle --view preferences:servers
shot preferences-german 640x740 "${german[@]}" -- --scene idle --view preferences:servers
SHOT_CROP=yes shot password 820x680 -- --scene idle --view password
exit $failed
