#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes number-table.c, and the samples for its test, from the metadata of libphonenumber
(Apache-2.0), as python3-phonenumbers of Debian has it:

  /usr/bin/python3 src/directory/number-table.py table > src/directory/number-table.c
  /usr/bin/python3 src/directory/number-table.py samples > tests/directory/numbers.tsv
"""
import sys

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberFormat, PhoneNumberType

HEAD = '''/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "number-table.h"

/* How numbers are dialled in each country: written by number-table.py from the metadata of
 * libphonenumber %s (Apache-2.0). Do not edit. */

/* clang-format off */
const TandemNumberPlan tandem_number_plans[] = {
'''


def text(value):
    return "NULL" if value is None else '"%s"' % value.replace("\\", "\\\\").replace('"', '\\"')


def rows():
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        data = PhoneMetadata.metadata_for_region(region)
        first = phonenumbers.region_code_for_country_code(data.country_code) == region
        yield region, data, first
    for code in sorted(phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS):
        yield "001", PhoneMetadata.metadata_for_nongeo_region(code), True


def table():
    sys.stdout.write(HEAD % phonenumbers.__version__)
    for region, data, first in rows():
        lengths = sum(1 << n for n in data.general_desc.possible_length)
        parsing = data.national_prefix_for_parsing
        print('  { "%s", %d, %s, %s, %s, %s, 0x%x },' % (
            region, data.country_code, "TRUE" if first else "FALSE",
            text(None if region == "001" else data.international_prefix), text(parsing),
            text(data.national_prefix_transform_rule), lengths))
    print("  { NULL }\n};\n/* clang-format on */")


def samples():
    kinds = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE)
    for region, data, _first in rows():
        if region == "001":
            continue
        abroad = "FR" if region != "FR" else "DE"
        for kind in kinds:
            number = phonenumbers.example_number_for_type(region, kind)
            if number is None:
                continue
            wanted = phonenumbers.format_number(number, PhoneNumberFormat.E164)
            national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
            away = phonenumbers.format_out_of_country_calling_number(number, abroad)
            print("%s\t%s\t%s" % (region, national, wanted))
            print("%s\t%s\t%s" % (abroad, away, wanted))


{"table": table, "samples": samples}[sys.argv[1]]()
