#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs a command with a display, a session bus and a home of its own, and with nothing of the user's.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir -m 700 "$dir/run"
export HOME="$dir" XDG_RUNTIME_DIR="$dir/run" XDG_CONFIG_HOME="$dir/config" \
  XDG_DATA_HOME="$dir/data" XDG_CACHE_HOME="$dir/cache" XDG_STATE_HOME="$dir/state"
export GSK_RENDERER=cairo GDK_BACKEND=x11 GSETTINGS_BACKEND=memory ADW_DISABLE_PORTAL=1 GTK_USE_PORTAL=0
# OpenGL drivers leak, and take their names with them when they are unloaded.
export GDK_DEBUG=gl-disable GDK_DISABLE=gl
unset WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS
xvfb-run -a -s '-screen 0 1280x900x24 -nolisten tcp' dbus-run-session -- "$@"
