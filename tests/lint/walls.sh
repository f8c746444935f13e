#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A wrong include must not compile: tries one for each wall with the flags that the folder has.
set -euo pipefail
folder=${BUILD_LINT:-_build-lint}
python3 - "$folder" <<'EOF'
import itertools, json, os, shlex, subprocess, sys
build = sys.argv[1]
WRONG = {
    "ha": ["belle-sip/belle-sip.h", "gst/gst.h", "gtk/gtk.h", "sip-client.h"],
    "sip": ["gst/gst.h", "gtk/gtk.h", "leg.h", "phone.h"],
    "media": ["belle-sip/belle-sip.h", "gtk/gtk.h", "sip-client.h", "health-table.h"],
    "directory": ["belle-sip/belle-sip.h", "gst/gst.h", "gtk/gtk.h", "phone.h"],
    "settings": ["belle-sip/belle-sip.h", "gst/gst.h", "gtk/gtk.h", "phone.h", "sqlite3.h"],
    "phone": ["belle-sip/belle-sip.h", "gst/gst.h", "gtk/gtk.h", "sqlite3.h", "actions.h"],
    "desktop": ["belle-sip/belle-sip.h", "gst/gst.h", "gtk/gtk.h", "sip-client.h", "media-engine.h"],
    "app": ["belle-sip/belle-sip.h", "gst/gst.h", "sip-client.h", "media-engine.h", "health-table.h"],
}
commands = json.load(open(os.path.join(build, "compile_commands.json")))
bad = 0
for name, headers in WRONG.items():
    entry = next(c for c in commands if f"src/{name}/" in c["file"] and c["file"].endswith(".c"))
    words = [w for w in shlex.split(entry["command"])]
    compiler = list(itertools.takewhile(lambda w: not w.startswith("-"), words))
    keep = compiler + [w for w in words if w.startswith(("-I", "-D", "-std", "-isystem"))]
    def compiles(text):
        return subprocess.run(keep + ["-x", "c", "-fsyntax-only", "-"], input=text, text=True,
                              cwd=entry["directory"], capture_output=True).returncode == 0
    if not compiles("#include <glib.h>\n"):
        print(f"the flags of src/{name} do not compile anything"); bad = 1
    for header in headers:
        if compiles(f"#include <glib.h>\n#include <{header}>\n"):
            print(f"src/{name} can include <{header}>"); bad = 1
sys.exit(bad)
EOF
