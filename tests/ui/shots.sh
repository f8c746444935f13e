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

kept=" active-820 active-dark-1000 active-german-360 active-rtl-820 auto-answer-360 auto-answer-dark-820
 auto-answer-window call-details-360 call-note-360 call-waiting-360 call-waiting-820
 call-waiting-dark-360 call-waiting-rtl-820 colleagues-360 colleagues-dark-820 colleagues-rtl-360
 conference-360 conference-820 conference-dark-820 conference-rtl-360 consulting-360 consulting-820
 consulting-dark-360 consulting-rtl-360 contact-360 contacts-360 contacts-dark-820 contacts-rtl-360
 digits-360 do-not-disturb-360 do-not-disturb-dark-820 do-not-disturb-rtl-360 failover-820
 failover-dark-820 forwarded-820 held-360 held-820 held-by-both-dark-820 hold-failed-360 idle-360
 incoming-820 keypad-360 mailbox-360 missed-360 muted-820 offline-360 practice-820 preferences-desk-360
 preferences-desk-dark-820 preferences-desk-rtl-360 preferences-people-360 preferences-people-dark-820
 preferences-people-rtl-820 preferences-servers record-360 record-rtl-360
 referral-360 referral-dark-820 referral-rtl-360 rehearsal-results-480 reminder-820 send-to-360
 status-360 status-offline-360 ten-calls-360 ten-calls-820 ten-calls-dark-820 timeline
 timeline-dark-360 timeline-rtl-360 transfer-360 transfer-820 transfer-dark-820 transfer-failed-360
 transfer-failed-dark-820 transfer-failed-rtl-360 transfer-rtl-360 transferring-820
 transferring-dark-360 two-calls-360 two-calls-820 two-calls-dark-820 two-calls-rtl-360 unconfirmed-820
 unconfirmed-rtl-360 welcome-360 wrap-up-360 wrap-up-820 wrap-up-dark-820 wrap-up-rtl-360 "
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
shot two-calls-820 820x680 -- --scene two-calls
shot two-calls-360 360x680 -- --scene two-calls --view active
shot two-calls-dark-820 820x680 -- --scene two-calls --dark
shot two-calls-rtl-360 360x680 "${arabic[@]}" -- --scene two-calls --view active --rtl
shot call-waiting-820 820x680 -- --scene call-waiting
shot call-waiting-360 360x680 -- --scene call-waiting --view active
shot call-waiting-dark-360 360x680 -- --scene call-waiting --view active --dark
shot call-waiting-rtl-820 820x680 "${arabic[@]}" -- --scene call-waiting --rtl
shot ten-calls-820 820x680 -- --scene ten-calls
shot ten-calls-360 360x680 -- --scene ten-calls --view active
shot ten-calls-dark-820 820x680 -- --scene ten-calls --dark
shot transfer-360 360x680 -- --scene two-calls --view transfer
shot transfer-820 820x680 -- --scene two-calls --view transfer:sample
shot transfer-dark-820 820x680 -- --scene two-calls --view transfer:agent --dark
shot transfer-rtl-360 360x680 "${arabic[@]}" -- --scene two-calls --view transfer --rtl
shot transferring-820 820x680 -- --scene transferring
shot transferring-dark-360 360x680 -- --scene transferring --view call --dark
shot transfer-failed-360 360x680 -- --scene transfer-failed --view call
shot transfer-failed-dark-820 820x680 -- --scene transfer-failed --dark
shot transfer-failed-rtl-360 360x680 "${arabic[@]}" -- --scene transfer-failed --view call --rtl
shot consulting-820 820x680 -- --scene consulting
shot consulting-360 360x680 -- --scene consulting --view call
shot consulting-dark-360 360x680 -- --scene consulting --view call --dark
shot consulting-rtl-360 360x680 "${arabic[@]}" -- --scene consulting --view call --rtl
shot conference-820 820x680 -- --scene conference
shot conference-360 360x680 -- --scene conference --view active
shot conference-dark-820 820x680 -- --scene conference --dark
shot conference-rtl-360 360x680 "${arabic[@]}" -- --scene conference --view active --rtl
shot referral-360 360x680 -- --scene referral --view call
shot referral-dark-820 820x680 -- --scene referral --dark
shot referral-rtl-360 360x680 "${arabic[@]}" -- --scene referral --view call --rtl
shot auto-answer-360 360x680 -- --scene auto-answer --view call
shot auto-answer-dark-820 820x680 -- --scene auto-answer --dark
SHOT_CROP=yes shot auto-answer-window 420x480 -- --scene auto-answer --view incoming-window
shot send-to-360 360x680 -- --scene incoming --view send-on
shot do-not-disturb-360 360x680 -- --scene do-not-disturb
shot do-not-disturb-dark-820 820x680 -- --scene do-not-disturb --dark
shot do-not-disturb-rtl-360 360x680 "${arabic[@]}" -- --scene do-not-disturb --rtl
shot forwarded-820 820x680 -- --scene idle --view forward
shot wrap-up-360 360x680 -- --scene wrap-up
shot wrap-up-820 820x680 -- --scene wrap-up
shot wrap-up-dark-820 820x680 -- --scene wrap-up --dark
shot wrap-up-rtl-360 360x680 "${arabic[@]}" -- --scene wrap-up --rtl
shot colleagues-360 360x680 -- --scene colleagues --view colleagues
shot colleagues-dark-820 820x680 -- --scene colleagues --view colleagues --dark
shot colleagues-rtl-360 360x680 "${arabic[@]}" -- --scene colleagues --view colleagues --rtl
shot call-note-360 360x680 -- --scene active --view note
shot call-details-360 360x680 -- --scene active --view details
shot digits-360 360x680 -- --scene active --view digits
shot reminder-820 820x680 -- --scene two-calls --view reminder
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
shot entry-rtl-360 360x680 "${arabic[@]}" -- --scene idle --rtl --view "search:+49 30 5550"
shot contacts-360 360x640 -- --scene idle --view contacts
shot contacts-420 420x640 -- --scene idle --view contacts
shot contacts-dark-820 820x640 -- --scene idle --view contacts --dark
shot contacts-rtl-360 360x640 "${arabic[@]}" -- --scene idle --view contacts --rtl
shot contacts-empty-360 360x640 -- --scene idle --view contacts-empty
shot contact-360 360x640 -- --scene idle --view contact
shot contact-dark-420 420x640 -- --scene idle --view contact --dark
shot contact-rtl-360 360x640 "${arabic[@]}" -- --scene idle --view contact --rtl
shot record-360 360x640 -- --scene idle --view record
shot record-dark-420 420x640 -- --scene idle --view record --dark
shot record-rtl-360 360x640 "${arabic[@]}" -- --scene idle --view record --rtl
shot missed-360 360x680 -- --scene idle --view missed
shot preferences-calls-360 360x680 -- --scene idle --view preferences:calls
shot preferences-people 640x740 -- --scene idle --view preferences:people
shot preferences-people-360 360x680 -- --scene idle --view preferences:people
shot preferences-people-dark-820 820x680 -- --scene idle --view preferences:people --dark
shot preferences-desk 640x740 -- --scene idle --view preferences:desk
shot preferences-desk-360 360x680 -- --scene idle --view preferences:desk
shot preferences-desk-rtl-360 360x680 "${arabic[@]}" -- --scene idle --view preferences:desk --rtl
shot preferences-desk-dark-820 820x680 -- --scene idle --view preferences:desk --dark
shot preferences-audio-360 360x680 -- --scene idle --view preferences:audio
shot preferences-audio-dark-820 820x680 -- --scene idle --view preferences:audio --dark
shot preferences-people-rtl-360 360x680 "${arabic[@]}" -- --scene idle --view preferences:people --rtl
shot preferences-people-rtl-820 820x680 "${arabic[@]}" -- --scene idle --view preferences:people --rtl
shot preferences-people-820 820x680 -- --scene idle --view preferences:people
shot preferences-desk-820 820x680 -- --scene idle --view preferences:desk
shot preferences-calls-360 360x680 -- --scene idle --view preferences:calls
shot preferences-calls-rtl-820 820x680 "${arabic[@]}" -- --scene idle --view preferences:calls --rtl
shot preferences-servers-360 360x680 -- --scene idle --view preferences:servers
shot preferences-german 640x740 "${german[@]}" -- --scene idle --view preferences:servers
SHOT_CROP=yes shot password 820x680 -- --scene idle --view password
exit $failed
