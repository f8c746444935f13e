/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "query.h"

G_BEGIN_DECLS

/* TandemContact: a person or a place that can be called. Filled with the functions below, and not
 * changed any more once it was given to somebody: to edit one, fill a copy and give that to
 * tandem_contacts_save(). Texts are made valid UTF-8 without control characters, and cut where they
 * are endless. Properties, read-only: "uid" (its key within its source), "source" ("local", or what
 * it was synchronised from), "name", "organisation" (nullable), "note" (nullable), "title" (what to
 * show: the name, else the organisation, else a number). */

#define TANDEM_TYPE_CONTACT (tandem_contact_get_type ())
G_DECLARE_FINAL_TYPE (TandemContact, tandem_contact, TANDEM, CONTACT, GObject)

#define TANDEM_CONTACT_LOCAL "local"
#define TANDEM_CONTACT_MAX_TEXT 1000 /* characters */
#define TANDEM_CONTACT_MAX_NOTE 10000
#define TANDEM_CONTACT_MAX_ENTRIES 64 /* numbers, and as many addresses */

/* A number or an address with what it is for: "work", "home", "cell", "fax", "pager" or "other",
 * untranslated. */
typedef struct
{
  char *kind;
  char *value;
} TandemContactEntry;

/* uid: (nullable): NULL: a new one. name: (nullable). Its source is TANDEM_CONTACT_LOCAL. */
TandemContact *tandem_contact_new (const char *uid, const char *name);
/* (transfer full): an equal one that may be changed */
TandemContact *tandem_contact_copy (TandemContact *self);

void tandem_contact_set_source (TandemContact *self, const char *source);
void tandem_contact_set_name (TandemContact *self, const char *name);
void tandem_contact_set_organisation (TandemContact *self, const char *organisation);
void tandem_contact_set_note (TandemContact *self, const char *note);
/* Numbers in any spelling, which stays. kind: (nullable): "other" */
void tandem_contact_add_number (TandemContact *self, const char *kind, const char *number);
/* A SIP address; "sip:" before it is left out, "sips:" stays. */
void tandem_contact_add_address (TandemContact *self, const char *kind, const char *address);
void tandem_contact_clear_numbers (TandemContact *self);
void tandem_contact_clear_addresses (TandemContact *self);

const char *tandem_contact_get_uid (TandemContact *self);
const char *tandem_contact_get_source (TandemContact *self);
/* FALSE: synchronised from elsewhere, where it is to be changed. */
gboolean tandem_contact_is_editable (TandemContact *self);
const char *tandem_contact_get_name (TandemContact *self);
const char *tandem_contact_get_organisation (TandemContact *self);
const char *tandem_contact_get_note (TandemContact *self);
const char *tandem_contact_get_title (TandemContact *self);
/* (array length=n) (transfer none) */
const TandemContactEntry *tandem_contact_get_numbers (TandemContact *self, guint *n);
const TandemContactEntry *tandem_contact_get_addresses (TandemContact *self, guint *n);
/* In the name, the organisation, a number or an address. Cheap: for list filters. */
gboolean tandem_contact_matches (TandemContact *self, TandemQuery *query);

G_END_DECLS
