/* SPDX-License-Identifier: GPL-3.0-or-later */
#error "this folder may not include <sqlite3.h>; see the layers in CONTRIBUTING.md"
