/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <belle-sip/belle-sip.h>
#include <glib.h>

G_BEGIN_DECLS

/* Small helpers over belle-sip's messages: what every part of the SIP thread reads and writes. Every
 * constructor of the library is checked here, once. SIP thread only. */

/* What we can do, for Allow, and what we understand, for Supported. */
#define TANDEM_SIP_ALLOW "INVITE, ACK, CANCEL, BYE, UPDATE, OPTIONS, INFO, NOTIFY, REFER"
#define TANDEM_SIP_SUPPORTED "timer, replaces, norefersub"
/* What a server may NOTIFY within a call, for Allow-Events. */
#define TANDEM_SIP_EVENTS "talk, hold, refer"

/* Headers longer than this the library would lose without a word. */
#define TANDEM_SIP_MAX_HEADERS 16000

/* "z9hG4bK..."-free random text for tags and Call-IDs. (transfer full) */
char *tandem_sip_token (void);

/* No "\r", "\n" or other control characters: fit for a header's value. (transfer full) */
char *tandem_sip_clean (const char *text);

/* A request outside or inside a dialog, without Contact. Floating; NULL when a URI does not parse. */
belle_sip_request_t *tandem_sip_request_new (const char *method,
                                             const char *request_uri,
                                             const char *call_id,
                                             guint cseq,
                                             const char *from,
                                             const char *from_tag,
                                             const char *to,
                                             const char *to_tag,
                                             guint max_forwards);

/* `"Name" <sip:user@domain>`, for the constructors above. name: (nullable). (transfer full) */
char *tandem_sip_address (const char *name, const char *uri);

/* `"Name" <uri>` of a header, without its tag and other parameters. (transfer full) (nullable) */
char *tandem_sip_address_text (belle_sip_header_address_t *header);
/* The same of the first header of that name, when it is not longer than that and is an address. */
char *tandem_sip_get_address (belle_sip_message_t *message, const char *name, gsize longest);

/* Appends a header by its text; FALSE (and nothing is added) when it does not parse. */
gboolean tandem_sip_add (belle_sip_message_t *message, const char *name, const char *value);
/* The same, as it stands, whatever the library makes of headers of that name. */
gboolean
tandem_sip_add_verbatim (belle_sip_message_t *message, const char *name, const char *value);
void tandem_sip_set (belle_sip_message_t *message, const char *name, const char *value);

/* Whether all of it is a SIP URI, of at most longest bytes: the library's parser takes the beginning
 * of what it cannot read to the end, and needs time with the square of the length. */
gboolean tandem_sip_is_uri (const char *uri, gsize longest);

/* The first header of that name as text without its name. (transfer full) (nullable) */
char *tandem_sip_get (belle_sip_message_t *message, const char *name);
/* `SIP;cause=...;text="..."`. (transfer full) (nullable) */
char *tandem_sip_get_reason (belle_sip_message_t *message);
/* All of them. (transfer full): NULL-terminated. */
GStrv tandem_sip_get_all (belle_sip_message_t *message, const char *name);
/* A header that is a number, perhaps with parameters; -1 when absent or malformed. */
int tandem_sip_get_number (belle_sip_message_t *message, const char *name);
/* Whether a comma-separated header holds token, in any case. */
gboolean tandem_sip_has_token (belle_sip_message_t *message, const char *name, const char *token);

const char *tandem_sip_call_id (belle_sip_message_t *message);
const char *tandem_sip_from_tag (belle_sip_message_t *message);
const char *tandem_sip_to_tag (belle_sip_message_t *message);
guint tandem_sip_cseq (belle_sip_message_t *message);
const char *tandem_sip_cseq_method (belle_sip_message_t *message);
const char *tandem_sip_branch (belle_sip_message_t *message);

/* The session description, also out of a multipart body. (transfer full) (nullable) */
char *tandem_sip_get_sdp (belle_sip_message_t *message);
void tandem_sip_set_sdp (belle_sip_message_t *message, const char *sdp);
/* (transfer full): sdp; if it is of the same origin as before (nullable), differs from it, and is not
 * numbered higher, then with the next version (RFC 3264 8): what is not newer is ignored by some. */
char *tandem_sip_renumber_sdp (const char *sdp, const char *before);
/* Whether there is a body that is no session description and holds none. */
gboolean tandem_sip_has_other_body (belle_sip_message_t *message);

/* The X-* headers and those named, name -> value. names: (nullable). (transfer full) (nullable): NULL
 * when there are none. */
GHashTable *tandem_sip_get_extensions (belle_sip_message_t *message, const char *const *names);
/* Whether name is one of a header that the main thread may word: no part of the dialog, the way, or the
 * credentials. */
gboolean tandem_sip_is_free_header (const char *name);
/* RFC 3261 25.1 */
gboolean tandem_sip_is_token (const char *text);

/* The code and phrase of a response. phrase: (out) (transfer full). */
guint tandem_sip_status (belle_sip_response_t *response, char **phrase);

/* Bytes of the start line and the headers. */
gsize tandem_sip_header_size (belle_sip_message_t *message);

G_END_DECLS
