# SPDX-License-Identifier: GPL-3.0-or-later
"""The failover table as a picture: bars of seconds, one group for each operation, as an SVG file. What
never happens is a pale bar to the end of the scale that says so.
"""
import xml.sax.saxutils

COLOURS = {"tandem": "#1a5fb4", "baresip": "#e5a50a", "linphonec": "#c64600", "twinkle": "#813d9c",
           "gnome-calls": "#26a269"}
LABEL, SCALE, RIGHT = 230, 470, 130  # px: names, bars, room behind
BAR, GAP = 11, 15
END = 40.0  # s


def text(x, y, words, size=12, anchor="start", colour="#1e1e1e", weight="normal"):
    return (f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" fill="{colour}" '
            f'font-weight="{weight}">{xml.sax.saxutils.escape(words)}</text>')


def draw(groups, phones, titles, subtitle):
    """groups: [(name, {phone: (seconds or None, words)})]; a phone that is missing has no bar."""
    head = 84
    heights = [len(values) * BAR + GAP for _, values in groups]
    width, height = LABEL + SCALE + RIGHT, head + sum(heights) + 40
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
           f'viewBox="0 0 {width} {height}" font-family="Cantarell, sans-serif" role="img">',
           f"<title>{xml.sax.saxutils.escape(subtitle)}</title>",
           f'<rect width="{width}" height="{height}" rx="10" fill="#ffffff"/>',
           text(20, 28, "A proxy of three falls silent: seconds until it is done all the same", 15, weight="bold"),
           text(20, 46, subtitle, 11, colour="#5e5c64")]
    x = 20
    for phone in phones:
        out.append(f'<rect x="{x}" y="57" width="11" height="11" rx="2" fill="{COLOURS[phone]}"/>')
        out.append(text(x + 16, 67, titles[phone], 12))
        x += 30 + len(titles[phone]) * 8
    for tick in range(0, int(END) + 1, 10):
        at = LABEL + SCALE * tick / END
        out.append(f'<line x1="{at:g}" y1="{head - 4}" x2="{at:g}" y2="{height - 34}" stroke="#deddda"/>')
        out.append(text(at, height - 18, f"{tick} s", 11, "middle", "#5e5c64"))
    y = head
    for (name, values), tall in zip(groups, heights):
        out.append(text(LABEL - 12, y + (tall - GAP) / 2 + 4, name, 12, "end"))
        for phone in phones:
            if phone not in values:
                continue
            seconds, words = values[phone]
            colour = COLOURS[phone]
            wide = SCALE if seconds is None else max(2, SCALE * min(seconds, END) / END)
            pale = ' fill-opacity="0.18"' if seconds is None else ""
            out.append(f'<rect x="{LABEL}" y="{y}" width="{wide:g}" height="{BAR - 2}" rx="1.5" '
                       f'fill="{colour}"{pale}/>')
            out.append(text(LABEL + wide + 5, y + BAR - 3, words, 9.5,
                            weight="bold" if phone == "tandem" else "normal"))
            y += BAR
        y += GAP
    return "\n".join([*out, "</svg>", ""])
