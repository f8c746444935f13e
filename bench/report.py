# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/benchmarks.md: one section for each part of the bench, each with the day and the machine of its
own run, so that a part can be measured again by itself.
"""
import os
import pathlib
import platform
import subprocess
import textwrap
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
PICTURE = ROOT / "docs" / "pictures" / "failover.svg"
PEERS = {"baresip-core": "baresip", "gnome-calls": "GNOME Calls", "linphone-cli": "linphonec",
         "twinkle-console": "Twinkle"}
HEAD = """# Benchmarks

Written by `./dev bench`; `./dev bench NAME` measures one part again and renews its section. No test
passes or fails by these figures. Read the ratios to the peers first: they ran on the same machine in
the same run, in turns with Tandem, and suffer from the same neighbours. "Wanted" is what the project
set itself before it was measured; where that is missed the table says **NOT MET**.
"""


class Section:
    def __init__(self, name, title, about=""):
        self.name, self.title, self.about = name, title, about
        self.rows = []
        self.more = []  # lines of Markdown behind the table
        self.load = os.getloadavg()[0]

    def add(self, what, value, *, peers="", ratio=None, wanted="", met=None):
        """One figure. ratio: ours to the best peer's; met: None where nothing was wanted."""
        verdict = "" if met is None else "met" if met else "NOT MET"
        self.rows.append((what, value, peers, "" if ratio is None else f"{ratio:.2f}", wanted,
                          f"**{verdict}**" if verdict == "NOT MET" else verdict))
        print(f"{what:62} {value:>16}  {self.rows[-1][3]:>5}  {wanted:28} {verdict:8} {peers}", flush=True)

    def failed(self, error):
        self.add("not measured", " ".join(str(error).split())[:120], met=False)

    def lines(self):
        lines = [f"## {self.title}", "", f"<!-- {self.name} -->"]
        for text in (self.about, f"Measured on {time.strftime('%Y-%m-%d')}: {machine()}; load {self.load:.1f} "
                                 "when it began."):
            lines += ["", *textwrap.wrap(text, 110)]
        lines.append("")
        if self.rows:
            lines += ["| what | Tandem | peers, same run | ratio | wanted | verdict |",
                      "|---|---:|---|---:|---|---|"]
            lines += ["| " + " | ".join(row) + " |" for row in self.rows] + [""]
        return lines + ([*self.more, ""] if self.more else [])


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                  if line.startswith("model name")), "unknown processor")
    system = next((line.split("=", 1)[1].strip().strip('"') for line in open("/etc/os-release", encoding="utf-8")
                   if line.startswith("PRETTY_NAME=")), "unknown system")
    return f"{model}, {len(os.sched_getaffinity(0))} cores, Linux {platform.release()}, {system}, no sound card"


def versions():
    found = []
    for package, name in PEERS.items():
        run = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True,
                             check=False)
        if run.returncode == 0:
            found.append(f"{name} {run.stdout.strip()}")
    return ", ".join(found)


def missed(text):
    """What the whole page says is not met: (section, what)."""
    result, title = [], ""
    for line in text.splitlines():
        if line.startswith("## "):
            title = line[3:]
        elif line.startswith("| ") and "**NOT MET**" in line:
            fields = [field.strip() for field in line.strip("|").split("|")]
            result.append((title, fields))
    return result


def write(sections, order):
    """Renews those sections of the page and keeps the others."""
    kept = {}
    if PAGE.exists():
        for part in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
            name = part.split("<!-- ", 1)[1].split(" -->", 1)[0] if "<!-- " in part else ""
            if name in order:
                kept[name] = ["## " + part.rstrip("\n"), ""]
    kept.update({section.name: section.lines() for section in sections})
    body = "\n".join(line for name in order if name in kept for line in kept[name])
    lacking = missed(body)
    if lacking:
        found = "Not met at present:\n\n" + "\n".join(
            f"- {title}: {fields[0]}: {fields[1]} (wanted: {fields[-2]})" for title, fields in lacking)
    else:
        found = "Everything wanted was met."
    PAGE.write_text(f"{HEAD}\nPeers: {versions()}.\n\n{found}\n\n{body.rstrip()}\n", encoding="utf-8")
    print(f"written: {PAGE}")
