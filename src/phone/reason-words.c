/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reason-words.h"

#include "words.h"

#include <glib/gi18n.h>

#include <string.h>

/* See reason-words.h. The tables are sorted by code, most specific first; a code that is not in
 * its table takes the words of its class (RFC 3261 8.1.3.2: x00 of the class). */

#define MAX_FOREIGN_TEXT 120

typedef struct
{
  guint code;
  const char *words;
} CodeWords;

static const CodeWords call_words[] = {
  { 300, N_ ("The number can be reached in several ways; none was chosen") },
  { 301, N_ ("The number has changed") },
  { 302, N_ ("The call was redirected") },
  { 305, N_ ("The server asks for another proxy") },
  { 380, N_ ("The server offers another service instead") },
  { 400, N_ ("The server did not understand the call") },
  { 401, N_ ("Wrong user name or password") },
  { 402, N_ ("The server asks for payment") },
  { 403, N_ ("Not allowed: this account may not call this number") },
  { 404, N_ ("This number does not exist") },
  { 405, N_ ("The other side does not take calls") },
  { 406, N_ ("The other side cannot take this call") },
  { 407, N_ ("Wrong user name or password") },
  { 408, N_ ("No answer from the other side") },
  { 410, N_ ("This number is no longer in use") },
  { 413, N_ ("The server found the call request too large") },
  { 414, N_ ("The address is too long for the server") },
  { 415, N_ ("The other side cannot talk with this phone: no common way to send sound") },
  { 416, N_ ("The server does not know this kind of address") },
  { 420, N_ ("The other side lacks something this call needs") },
  { 421, N_ ("The other side asks for something this phone lacks") },
  { 422, N_ ("The other side and this phone disagree about the session timer") },
  { 423, N_ ("The server asks for a longer interval") },
  { 433, N_ ("The other side does not accept anonymous calls") },
  { 480, N_ ("Not available at the moment") },
  { 481, N_ ("The other side no longer knows this call") },
  { 482, N_ ("The call went round in a circle between servers") },
  { 483, N_ ("The call went through too many servers") },
  { 484, N_ ("The number is incomplete") },
  { 485, N_ ("The number is ambiguous") },
  { 486, N_ ("Busy") },
  { 487, N_ ("The call was cancelled") },
  { 488, N_ ("The other side cannot talk with this phone: no codec in common") },
  { 491, N_ ("Both sides changed the call at once") },
  { 493, N_ ("The other side cannot read the encrypted call") },
  { 500, N_ ("The server has an internal error") },
  { 501, N_ ("The server does not support calls") },
  { 502, N_ ("The server has no connection to the other network") },
  { 503, N_ ("The server is overloaded or in maintenance") },
  { 504, N_ ("A server on the way did not answer") },
  { 505, N_ ("The server does not support this version of SIP") },
  { 513, N_ ("The call request was too large") },
  { 580, N_ ("The network could not set up the call") },
  { 600, N_ ("Busy everywhere") },
  { 603, N_ ("Declined") },
  { 604, N_ ("This number does not exist anywhere") },
  { 606, N_ ("The other side cannot talk with this phone: no codec in common") },
  { 607, N_ ("The other side does not want this call") },
  { 608, N_ ("The call was rejected on behalf of the other side") },
};

/* ITU-T Q.850, in a Reason header: the telephone network's own words. */
static const CodeWords q850_words[] = {
  { 1, N_ ("This number does not exist") },
  { 2, N_ ("There is no route to this number") },
  { 3, N_ ("There is no route to this number") },
  { 17, N_ ("Busy") },
  { 18, N_ ("No answer from the other side") },
  { 19, N_ ("No answer from the other side") },
  { 20, N_ ("Not available at the moment") },
  { 21, N_ ("Declined") },
  { 22, N_ ("The number has changed") },
  { 27, N_ ("The other side's line is out of order") },
  { 28, N_ ("The number is incomplete") },
  { 34, N_ ("All lines to this number are in use") },
  { 38, N_ ("The network is out of order") },
  { 41, N_ ("A temporary failure in the network") },
  { 42, N_ ("The network is overloaded") },
  { 102, N_ ("A server on the way did not answer") },
  { 127, N_ ("The telephone network gave no reason") },
};

static const CodeWords registration_words[] = {
  { 400, N_ ("The server did not understand the registration") },
  { 401, N_ ("Wrong user name or password") },
  { 403, N_ ("The server refuses this user: wrong password, or not allowed") },
  { 404, N_ ("The server does not know this user") },
  { 405, N_ ("The server takes no registrations") },
  { 407, N_ ("Wrong user name or password") },
  { 408, N_ ("The server did not answer") },
  { 423, N_ ("The server asks for a longer registration interval") },
  { 480, N_ ("The server is not available at the moment") },
  { 500, N_ ("The server has an internal error") },
  { 503, N_ ("The server is overloaded or in maintenance") },
  { 504, N_ ("A server behind the proxy did not answer") },
};

typedef struct
{
  const char *part; /* found in the engine's cause, ignoring case */
  const char *words;
} CauseWords;

/* The first match wins, so the narrower come first. */
static const CauseWords cause_words[] = {
  { "names another", N_ ("Its certificate belongs to another name") },
  { "name mismatch", N_ ("Its certificate belongs to another name") },
  { "wrong name", N_ ("Its certificate belongs to another name") },
  { "expired", N_ ("Its certificate has expired") },
  { "revoked", N_ ("Its certificate was revoked") },
  { "not valid yet", N_ ("Its certificate is not valid yet") },
  { "untrusted", N_ ("Its certificate is not trusted") },
  { "not trusted", N_ ("Its certificate is not trusted") },
  { "certificate", N_ ("Its certificate was not accepted") },
  { "handshake", N_ ("The encrypted connection failed") },
  { "tls", N_ ("The encrypted connection failed") },
  { "refused", N_ ("Connection refused") },
  { "reset", N_ ("Connection lost") },
  { "closed", N_ ("Connection lost") },
  { "disconnect", N_ ("Connection lost") },
  { "broken", N_ ("Connection lost") },
  { "connection lost", N_ ("Connection lost") },
  { "cannot be sent", N_ ("Cannot be reached from this network") },
  { "unreachable", N_ ("Cannot be reached from this network") },
  { "no route", N_ ("Cannot be reached from this network") },
  { "resolve", N_ ("The server's name was not found") },
  { "lookup", N_ ("The server's name was not found") },
  { "look-up", N_ ("The server's name was not found") },
  { "no address", N_ ("The server's name was not found") },
  { "dns", N_ ("The server's name was not found") },
  { "wrong user name", N_ ("Wrong user name or password") },
  { "no user", N_ ("The account has no user name") },
  { "no server", N_ ("The account has no server") },
  { "keeps no registration", N_ ("The server accepts the registration but does not keep it") },
  { "headers are too long", N_ ("The request is too long to be sent") },
  { "retry-after", N_ ("Overloaded: it asked for a pause") },
  { "ringing", N_ ("Nobody answered") },
  { "no ack", N_ ("The answer was not confirmed") },
  { "session timer", N_ ("The connection to the other side was lost") },
  { "timeout", N_ ("No answer") },
  { "timed out", N_ ("No answer") },
  { "silent", N_ ("No answer") },
  { "silence", N_ ("No answer") },
  { "no answer", N_ ("No answer") },
  { "no response", N_ ("No answer") },
  { "i/o", N_ ("Connection lost") },
  { "connect", N_ ("No connection") },
};

static const char *
find_code (const CodeWords *table, guint n, guint code)
{
  for (guint i = 0; i < n; i++)
    if (table[i].code == code)
      return _ (table[i].words);
  return NULL;
}

static const char *
find_cause (const char *cause)
{
  g_autofree char *lower = NULL;

  if (cause == NULL || cause[0] == '\0')
    return NULL;

  lower = g_ascii_strdown (cause, (gssize) strnlen (cause, 256));
  for (guint i = 0; i < G_N_ELEMENTS (cause_words); i++)
    if (strstr (lower, cause_words[i].part) != NULL)
      return _ (cause_words[i].words);
  return NULL;
}

/* Takes `SIP;cause=403;text="Forbidden"` apart. A value that is not of that form is all text.
 * protocol and text are (transfer full) (nullable). */
static void
parse_reason (const char *reason, char **protocol, guint *cause, char **text)
{
  g_autofree char *clean = tandem_words_clean (reason, 512);
  const char *p = clean;

  *protocol = NULL;
  *text = NULL;
  *cause = 0;
  if (clean[0] == '\0')
    return;

  if (strchr (clean, ';') == NULL)
    {
      *text = tandem_words_clean (clean, MAX_FOREIGN_TEXT);
      return;
    }

  *protocol = g_strndup (clean, strcspn (clean, ";"));
  g_strstrip (*protocol);
  while ((p = strchr (p, ';')) != NULL)
    {
      p++;
      while (*p == ' ')
        p++;
      if (g_ascii_strncasecmp (p, "cause=", 6) == 0)
        *cause = (guint) MIN (g_ascii_strtoull (p + 6, NULL, 10), 999);
      else if (g_ascii_strncasecmp (p, "text=", 5) == 0)
        {
          const char *value = p + 5;
          gsize length;

          g_clear_pointer (text, g_free);
          if (*value == '"')
            {
              value++;
              length = strcspn (value, "\"");
            }
          else
            length = strcspn (value, ";,");
          *text = g_strndup (value, length);
          p = value + length;
        }
    }
}

static const char *
words_of_class (guint code)
{
  if (code >= 300 && code < 400)
    return _ ("The call was redirected");
  if (code >= 400 && code < 500)
    return _ ("The call was refused");
  if (code >= 500 && code < 600)
    return _ ("The server could not make the call");
  if (code >= 600 && code < 700)
    return _ ("The call was refused everywhere");
  return NULL;
}

static char *
with_foreign_text (const char *words, const char *text)
{
  g_autofree char *clean = tandem_words_clean (text, MAX_FOREIGN_TEXT);

  if (clean[0] == '\0')
    return g_strdup (words);
  /* Translators: first our own words, then what the server wrote, in quotes. */
  return g_strdup_printf (_ ("%s: “%s”"), words, clean);
}

char *
tandem_reason_words_for_call (guint code, const char *text, const char *reason, gboolean connected)
{
  g_autofree char *protocol = NULL, *reason_text = NULL;
  const char *words = NULL;
  guint cause;

  parse_reason (reason, &protocol, &cause, &reason_text);

  if (connected)
    {
      if (protocol != NULL && g_ascii_strcasecmp (protocol, "Q.850") == 0
          && (cause == 16 || cause == 31))
        return NULL;
      if (protocol != NULL && g_ascii_strcasecmp (protocol, "SIP") == 0 && cause == 200)
        return NULL;
      if (reason_text != NULL && reason_text[0] != '\0')
        return with_foreign_text (_ ("Ended by the other side"), reason_text);
      if (protocol != NULL && g_ascii_strcasecmp (protocol, "Q.850") == 0)
        words = find_code (q850_words, G_N_ELEMENTS (q850_words), cause);
      else if (cause >= 300)
        words = find_code (call_words, G_N_ELEMENTS (call_words), cause);
      if (words == NULL && (code == 0 || code >= 300))
        words = find_cause (text);
      if (words == NULL && code >= 300)
        words = find_code (call_words, G_N_ELEMENTS (call_words), code);
      return g_strdup (words);
    }

  if (protocol != NULL && g_ascii_strcasecmp (protocol, "Q.850") == 0)
    words = find_code (q850_words, G_N_ELEMENTS (q850_words), cause);
  if (words == NULL && code >= 300)
    words = find_code (call_words, G_N_ELEMENTS (call_words), code);
  if (code == 0 || code == 408)
    {
      const char *from_cause = find_cause (text);

      if (from_cause != NULL)
        words = from_cause;
    }
  if (words != NULL)
    return reason_text != NULL && reason_text[0] != '\0' && protocol == NULL
               ? with_foreign_text (words, reason_text)
               : g_strdup (words);

  words = words_of_class (code);
  if (words == NULL && code == 0 && text == NULL && reason_text == NULL)
    return NULL;
  if (words == NULL)
    words = _ ("The call failed");
  return with_foreign_text (words, reason_text != NULL ? reason_text : text);
}

/* The second half of a sentence. */
static const char *
why_not_changed (guint code, const char *text)
{
  if (code == 0 || code == 408)
    {
      /* The engine's own cause tells a certificate from silence. */
      const char *cause = code == 0 ? find_cause (text) : NULL;

      return cause != NULL ? cause : _ ("no proxy answered");
    }
  if (code == 481)
    return _ ("the other side no longer knows this call");
  if (code == 491)
    return _ ("the other side changed the call at the same time");
  if (code == 503)
    return _ ("the server is overloaded or in maintenance");
  if (code >= 500)
    return _ ("the server could not do it");
  return _ ("the other side refuses it");
}

char *
tandem_reason_words_for_change (TandemReasonChange change, guint code, const char *text)
{
  const char *why = why_not_changed (code, text);

  switch (change)
    {
    case TANDEM_REASON_HOLD:
      /* Translators: %s says why, such as "no proxy answered". */
      return g_strdup_printf (_ ("The call could not be put on hold: %s"), why);
    case TANDEM_REASON_RETRIEVE:
      /* Translators: %s says why, such as "no proxy answered". */
      return g_strdup_printf (_ ("The call could not be taken back from hold: %s"), why);
    case TANDEM_REASON_MOVE:
    default:
      /* Translators: the network changed during a call; %s says why, such as "no proxy answered". */
      return g_strdup_printf (_ ("The other side does not know the new network address: %s"), why);
    }
}

char *
tandem_reason_words_for_registration (guint code, const char *text)
{
  const char *words = find_code (registration_words, G_N_ELEMENTS (registration_words), code);

  if (words == NULL && code < 300)
    words = find_cause (text);
  if (words != NULL)
    return g_strdup (words);
  if (code >= 300)
    {
      g_autofree char *refused
          /* Translators: %u is a SIP status code such as 403. */
          = g_strdup_printf (_ ("The server refuses the registration (%u)"), code);

      return with_foreign_text (refused, text);
    }
  return with_foreign_text (_ ("No connection to the server"), text);
}

char *
tandem_reason_words_for_proxy (const char *cause, gboolean barred)
{
  const char *words;

  if (barred)
    return g_strdup (_ ("Overloaded: it asked for a pause"));
  if (cause == NULL)
    return NULL;
  words = find_cause (cause);
  if (words != NULL)
    return g_strdup (words);
  return tandem_words_clean (cause, MAX_FOREIGN_TEXT);
}
