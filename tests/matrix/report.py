# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/ha-matrix.md, made by a run."""


def figure(value):
    if value is None:
        return "never"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def figures(result):
    return ", ".join(f"{name} {figure(value)}" for name, value in result.measured.items())


def write(path, results, seconds):
    pass
