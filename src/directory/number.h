/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Numbers in whatever spelling, as E.164, so that the same number is the same text: for finding who
 * it belongs to. Never for dialling: what is dialled stays what the person typed.
 *
 * The rules are those of libphonenumber, from its metadata; the library itself is C++ only, and its
 * C wrapper (EPhoneNumber of Evolution Data Server) would bring a mail library, NSS and protobuf
 * with it. What is left out is the check whether the digits of a right length are in use. */

/* country: (nullable) ISO 3166-1, such as "DE": where a number without a country code belongs.
 * Returns: (transfer full) (nullable): + and digits; NULL for what is no such number: an extension
 * (fewer than 7 digits where numbers may have 11 and more), an address, a national number without a country. */
char *tandem_number_to_e164 (const char *text, const char *country);
/* (transfer full) (nullable): the digits alone, at most 32; NULL for what is no number at all. */
char *tandem_number_to_digits (const char *text);
gboolean tandem_number_is_country (const char *country);
/* The country of the person's locale: (transfer full) (nullable) */
char *tandem_number_guess_country (void);

G_END_DECLS
