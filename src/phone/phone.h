/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "account.h"
#include "call.h"

G_BEGIN_DECLS

/* TandemPhone: the whole phone without a screen: accounts, calls, sound, history. Main thread.
 * Properties, notified: "account" (TandemAccount: the first one, nullable), "history-has-more"
 * (gboolean), "audio-available"
 * (gboolean), "audio-problem" (translated, nullable), "history-problem" (translated, nullable),
 * "configured" (gboolean), "do-not-disturb" (gboolean, writable, kept in the settings), "wrap-up" (guint s left
 * after a call; 0 none), "forward-to" (nullable: all calls are sent on to there; for the strip), "availability-text" (translated,
 * nullable: "Do not disturb", "After-call work", "Calls are forwarded to 200"), "missed-calls" (guint: since
 * somebody looked), "contacts-problem" (translated, nullable). Signals: "incoming" (TandemCall), "error" (translated message),
 * "dtmf-received" (TandemCall, char *digit). */

#define TANDEM_TYPE_PHONE (tandem_phone_get_type ())
G_DECLARE_FINAL_TYPE (TandemPhone, tandem_phone, TANDEM, PHONE, GObject)

/* TandemConfiguration is settings/; see configuration.h there. Keeps a ref. audio: "test",
 * "pulse", "auto". */
struct _TandemConfiguration;
struct _TandemColleague;
struct _TandemContacts;
struct _TandemHistory;
struct _TandemDirectorySearch;
TandemPhone *tandem_phone_new (struct _TandemConfiguration *configuration, const char *audio);
gboolean tandem_phone_start (TandemPhone *self, GError **error);
/* Ends calls, unregisters, bounded by 2 s. */
void tandem_phone_stop_async (TandemPhone *self, GAsyncReadyCallback callback, gpointer data);
void tandem_phone_stop_finish (TandemPhone *self, GAsyncResult *result);

GListModel *tandem_phone_get_accounts (TandemPhone *self); /* of TandemAccount */
TandemAccount *tandem_phone_get_account (TandemPhone *self);
GListModel *tandem_phone_get_calls (TandemPhone *self); /* of TandemCall, newest first, not ended */
/* Consult First: holds call and calls text; "consults" of the new call is call. (transfer none) */
TandemCall *
tandem_phone_consult (TandemPhone *self, TandemCall *call, const char *text, GError **error);
/* Completes a consultation: the far ends of call ("consults") and of the call it was made for are joined, and
 * leave us. Works while the consulted one still rings. */
gboolean tandem_phone_complete (TandemPhone *self, TandemCall *consultation, GError **error);
/* Transfer between two calls that are there: the same for any two. */
gboolean
tandem_phone_connect (TandemPhone *self, TandemCall *one, TandemCall *other, GError **error);
/* Holds the active call and takes back the held one. with: the one to talk to; NULL: the only other. */
gboolean tandem_phone_swap (TandemPhone *self, TandemCall *with, GError **error);
/* Into the conference with the active call, and whoever is in it already; retrieves it. */
gboolean tandem_phone_merge (TandemPhone *self, TandemCall *call, GError **error);
/* Out of the conference, on hold; with NULL: everybody out, the last active one stays up. */
gboolean tandem_phone_split (TandemPhone *self, TandemCall *call, GError **error);
/* The call that is being talked in: connected and not on our hold; a conference's first. (nullable) */
TandemCall *tandem_phone_get_active_call (TandemPhone *self);
void tandem_phone_set_do_not_disturb (TandemPhone *self, gboolean on);
gboolean tandem_phone_get_do_not_disturb (TandemPhone *self);
guint tandem_phone_get_wrap_up (TandemPhone *self);
void tandem_phone_end_wrap_up (TandemPhone *self);
const char *tandem_phone_get_availability_text (TandemPhone *self);
/* of TandemColleague, in the order of the settings */
GListModel *tandem_phone_get_colleagues (TandemPhone *self);
/* Answers a call that rings at a colleague: INVITE with Replaces, or the feature code. (transfer none) */
TandemCall *
tandem_phone_pick_up (TandemPhone *self, struct _TandemColleague *colleague, GError **error);
/* Past calls and contacts with the settings that they follow (book.h). (nullable): none in a sample. */
struct _TandemBook *tandem_phone_get_book (TandemPhone *self);
/* The store of contacts (directory/contacts.h); NULL for samples without. */
struct _TandemContacts *tandem_phone_get_contacts (TandemPhone *self);
/* The company's directory, LDAP, searched while somebody types (directory/directory-search.h): set its text, show
 * its list. NULL for samples. */
struct _TandemDirectorySearch *tandem_phone_get_directory_search (TandemPhone *self);
/* The store of past calls (directory/history.h). */
struct _TandemHistory *tandem_phone_get_history_store (TandemPhone *self);
guint tandem_phone_get_missed_calls (TandemPhone *self);
void tandem_phone_mark_missed_calls_seen (TandemPhone *self);
GListModel *tandem_phone_get_history (TandemPhone *self); /* of TandemRecord (directory/record.h) */
GListModel *tandem_phone_get_timeline (TandemPhone *self); /* of TandemPoolEvent, newest first */
/* (nullable): the call that ended last. */
TandemCall *tandem_phone_get_last_call (TandemPhone *self);
TandemCall *tandem_phone_find_call (TandemPhone *self, const char *id);
gboolean tandem_phone_get_audio_available (TandemPhone *self);
const char *tandem_phone_get_audio_problem (TandemPhone *self);

/* text: a number, a SIP address, or a tel:, sip:, sips:, callto: URI. Dials.
 * Errors are translated and name what is wrong with the text. (transfer none) */
TandemCall *tandem_phone_call (TandemPhone *self, const char *text, GError **error);
/* Only checks and normalises: (transfer full) the sip: URI that would be dialled. */
char *tandem_phone_parse_target (TandemPhone *self, const char *text, GError **error);
void tandem_phone_delete_history (TandemPhone *self);
/* The list holds the newest 1000 calls at first. TRUE: older ones can be had ("history-has-more",
 * notified); _load_more() appends the next 1000 from a worker. For the end of the list's scroller. */
gboolean tandem_phone_get_history_has_more (TandemPhone *self);
void tandem_phone_load_more_history (TandemPhone *self);

/* The documented, stable JSON of --status --json. (transfer full) */
char *tandem_phone_status_to_json (TandemPhone *self);
/* The same for people. (transfer full) */
char *tandem_phone_status_to_text (TandemPhone *self);

/* Sound, for preferences and tests. */
char **tandem_phone_list_codecs (TandemPhone *self);
const char *tandem_phone_why_not_codec (TandemPhone *self, const char *codec);
/* (transfer full) of "id\tname" strings; inputs or outputs */
char **tandem_phone_list_devices (TandemPhone *self, gboolean input);
double tandem_phone_measure_tone (TandemPhone *self, double frequency);
/* The microphone is open, and the signal "input-level" (double: 0 silence .. 1 full scale) comes ten times a
 * second, while somebody watches; calls are counted, one FALSE for each TRUE. Nothing in a sample. */
void tandem_phone_watch_input_level (TandemPhone *self, gboolean on);

/* A phone with a timeless, made-up state for pictures and widget tests: no thread, no sound.
 * scene: "idle", "active", "incoming", "failover", "offline", "calling", "welcome", "held",
 * "held-by-peer", "hold-failed", "unconfirmed", "mailbox", "timeline", "two-calls", "call-waiting", "ten-calls",
 * "transferring", "transfer-failed", "consulting", "conference", "referral", "auto-answer", "do-not-disturb",
 * "wrap-up", "colleagues". */
TandemPhone *tandem_phone_new_sample (const char *scene);

G_END_DECLS
