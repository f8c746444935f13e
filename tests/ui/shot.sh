#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes one picture: shot.sh PROGRAM OUT.png WIDTHxHEIGHT [VARIABLE=VALUE]... -- ARGUMENTS
# The program says "ready WIDTH HEIGHT" when it is drawn, and ends when its input does. It has a
# display, a home and a session bus of its own.
set -euo pipefail
program=$1 out=$2 size=$3
shift 3
variables=()
while [ "$1" != -- ]; do
  variables+=("$1")
  shift
done
shift

dir=$(mktemp -d)
display_pid=
compositor_pid=
# shellcheck disable=SC2317
cleanup () {
  [ -z "$compositor_pid" ] || kill "$compositor_pid" 2>/dev/null || true
  [ -z "$display_pid" ] || kill "$display_pid" 2>/dev/null || true
  rm -rf "$dir"
}
trap cleanup EXIT
mkdir -m 700 "$dir/run"
mkdir -p "$dir/config/gtk-4.0"
cat >"$dir/config/gtk-4.0/settings.ini" <<INI
[Settings]
gtk-font-name=Cantarell 11
gtk-xft-antialias=1
gtk-xft-hinting=1
gtk-xft-hintstyle=hintslight
gtk-hint-font-metrics=0
INI

mkfifo "$dir/display" "$dir/said" "$dir/input"
Xvfb -displayfd 5 -screen 0 "${size}x24" -dpi 96 -nolisten tcp 5>"$dir/display" >/dev/null 2>&1 &
display_pid=$!
read -r -t 10 number <"$dir/display"

# Without a compositor, popovers have black corners.
if command -v xcompmgr >/dev/null; then
  DISPLAY=":$number" xcompmgr >/dev/null 2>&1 &
  compositor_pid=$!
fi

env -u WAYLAND_DISPLAY -u DBUS_SESSION_BUS_ADDRESS \
  HOME="$dir" XDG_RUNTIME_DIR="$dir/run" XDG_CONFIG_HOME="$dir/config" XDG_CACHE_HOME="$dir/cache" \
  XDG_DATA_HOME="$dir/data" DISPLAY=":$number" GDK_BACKEND=x11 GSK_RENDERER=cairo GTK_A11Y=none \
  GSETTINGS_BACKEND=memory ADW_DISABLE_PORTAL=1 GTK_USE_PORTAL=0 LC_ALL=C.UTF-8 "${variables[@]}" \
  dbus-run-session -- "$program" "$@" <"$dir/input" >"$dir/said" 2>"$dir/errors" &
program_pid=$!
exec 6>"$dir/input" 7<"$dir/said"
status=0
if read -r -t 30 -u 7 said width height && [ "$said" = ready ]; then
  crop=()
  if [ "${SHOT_CROP:-no}" = yes ]; then
    crop=(-crop "${width}x${height}+0+0" +repage)
  fi
  env DISPLAY=":$number" import -window root "${crop[@]}" "$dir/picture.png"
  # With a palette it has a third of the size, and nobody sees it.
  convert "$dir/picture.png" -strip +dither -colors 256 -define png:compression-level=9 "png8:$out"
else
  status=1
fi
exec 6>&-
wait "$program_pid" || status=1
grep -E 'Gtk-|Adwaita-|GLib|tandem' "$dir/errors" >&2 || true
exit $status
