/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "target.h"

#include "words.h"

#include <glib/gi18n.h>

#include <string.h>

/* See target.h. The text is hostile until proven otherwise: links come from web pages. Only parts
 * that RFC 3261 25.1 allows get into the URI; headers, and parameters that would send the call
 * elsewhere (maddr, method, transport, ttl, lr), are dropped. */

#define CONTEXT ";phone-context="
#define MAX_TEXT 512
#define MAX_NUMBER 64
#define MAX_USER 128
#define MAX_HOST 253

static char *
invalid (GError **error, char *message)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, message);
  g_free (message);
  return NULL;
}

/* The text as the message shows it: short, clean, isolated. */
static char *
quote (const char *text)
{
  g_autofree char *clean = tandem_words_clean (text, 40);

  return tandem_words_isolate (clean);
}

G_GNUC_PRINTF (2, 0)
static char *
invalid_about (GError **error, const char *format, const char *what)
{
  g_autofree char *quoted = quote (what);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return invalid (error, g_strdup_printf (format, quoted));
#pragma GCC diagnostic pop
}

static gboolean
is_direction_mark (gunichar c)
{
  return g_unichar_type (c) == G_UNICODE_FORMAT;
}

/* Valid UTF-8, stripped, without the invisible marks that come along with copied numbers. */
static char *
prepare (const char *text, GError **error)
{
  GString *out;

  if (strnlen (text, MAX_TEXT + 1) > MAX_TEXT)
    return invalid (error, g_strdup (_ ("This is too long for a number or an address")));
  if (!g_utf8_validate (text, -1, NULL))
    return invalid (error, g_strdup (_ ("This text has broken characters in it")));

  out = g_string_new (NULL);
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      const gunichar c = g_utf8_get_char (p);

      if (is_direction_mark (c))
        continue;
      if (g_unichar_isspace (c))
        g_string_append_c (out, c == '\n' || c == '\r' ? '\n' : ' ');
      else
        g_string_append_unichar (out, c);
    }
  g_strstrip (out->str);
  out->len = strlen (out->str);
  for (const char *p = out->str; *p != '\0'; p = g_utf8_next_char (p))
    if (*p == '\n' || g_unichar_iscntrl (g_utf8_get_char (p)))
      {
        g_string_free (out, TRUE);
        return invalid (
            error, g_strdup (_ ("A number or an address is one line without control characters")));
      }
  if (out->len == 0)
    {
      g_string_free (out, TRUE);
      return invalid (error, g_strdup (_ ("Enter a number or a SIP address")));
    }
  return g_string_free (out, FALSE);
}

static gboolean
is_separator (gunichar c)
{
  return c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == '/' || c == 0xB7
         || g_unichar_type (c) == G_UNICODE_DASH_PUNCTUATION
         || g_unichar_type (c) == G_UNICODE_SPACE_SEPARATOR;
}

/* Whether all of it could be meant as a number: digits, separators, +, *, #. */
static gboolean
looks_like_number (const char *text)
{
  gboolean any = FALSE;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      const gunichar c = g_utf8_get_char (p);

      if (g_unichar_isdigit (c) || c == '*' || c == '#')
        any = TRUE;
      else if (!is_separator (c) && c != '+' && c != 0xFF0B)
        return FALSE;
    }
  return any;
}

/* "+31 (0)20 794-0813" -> "+31207940813" */
static char *
normalise_number (const char *text, GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);
  const char *p = text;

  while (*p != '\0')
    {
      const gunichar c = g_utf8_get_char (p);

      if (c == '+' || c == 0xFF0B)
        {
          if (out->len > 0)
            return invalid_about (
                error, _ ("“%s” is no number: the + may stand only at the beginning"), text);
          g_string_append_c (out, '+');
        }
      else if (out->len > 1 && out->str[0] == '+' && g_str_has_prefix (p, "(0)"))
        {
          p += 3;
          continue;
        }
      else if (g_unichar_isdigit (c))
        g_string_append_c (out, (char) ('0' + g_unichar_digit_value (c)));
      else if (c == '*' || c == '#')
        g_string_append_c (out, (char) c);
      else if (!is_separator (c))
        return invalid_about (error, _ ("“%s” is neither a number nor a SIP address"), text);
      p = g_utf8_next_char (p);
    }

  if (out->len == 0 || g_str_equal (out->str, "+"))
    return invalid_about (error, _ ("“%s” has no digits in it"), text);
  if (out->len > MAX_NUMBER)
    return invalid (error, g_strdup (_ ("This is too long for a number or an address")));
  return g_strdup (out->str);
}

/* RFC 3261 user: unreserved, escaped, user-unreserved. Everything else is escaped. */
static char *
normalise_user (const char *user, GError **error)
{
  g_autofree char *decoded = NULL;
  g_autofree char *out = NULL;
  gboolean any = FALSE;

  decoded = g_uri_unescape_string (user, NULL);
  if (decoded == NULL || !g_utf8_validate (decoded, -1, NULL))
    return invalid_about (error, _ ("“%s” has a broken percent code in it"), user);
  for (const char *p = decoded; *p != '\0'; p = g_utf8_next_char (p))
    {
      const gunichar c = g_utf8_get_char (p);

      if (g_unichar_iscntrl (c))
        return invalid_about (error, _ ("“%s” has control characters in it"), user);
      any = any || g_unichar_isalnum (c) || c == '*' || c == '#';
    }
  if (!any)
    return invalid_about (error, _ ("“%s” is neither a number nor a SIP address"), user);

  out = g_uri_escape_string (decoded, "-_.!~*'()&=+$,", FALSE);
  if (strlen (out) > MAX_USER)
    return invalid (error, g_strdup (_ ("This is too long for a number or an address")));
  return g_steal_pointer (&out);
}

static gboolean
is_host_name (const char *host)
{
  g_auto (GStrv) labels = NULL;
  guint n;
  const char *top;

  if (host[0] == '\0' || strlen (host) > MAX_HOST)
    return FALSE;
  labels = g_strsplit (host, ".", -1);
  n = g_strv_length (labels);
  if (n > 1 && labels[n - 1][0] == '\0')
    n--;
  for (guint i = 0; i < n; i++)
    {
      const char *label = labels[i];
      const gsize length = strlen (label);

      if (length == 0 || length > 63 || label[0] == '-' || label[length - 1] == '-')
        return FALSE;
      for (const char *p = label; *p != '\0'; p++)
        if (!g_ascii_isalnum (*p) && *p != '-' && *p != '_')
          return FALSE;
    }
  top = labels[n - 1];
  return g_ascii_isalpha (top[0]);
}

/* "host", "host:port", "[v6]:port" -> the same, checked, in ASCII. */
static char *
normalise_host (const char *text, GError **error)
{
  g_autofree char *host = NULL, *ascii = NULL;
  const char *port = NULL;
  guint64 number;

  if (text[0] == '\0')
    return invalid (error, g_strdup (_ ("The address has nothing after the @")));

  if (text[0] == '[')
    {
      const char *end = strchr (text, ']');

      if (end == NULL || (end[1] != '\0' && end[1] != ':'))
        return invalid_about (error, _ ("“%s” is no valid server name or IP address"), text);
      host = g_strndup (text + 1, (gsize) (end - text - 1));
      if (strchr (host, ':') == NULL || strchr (host, '%') != NULL
          || !g_hostname_is_ip_address (host))
        return invalid_about (error, _ ("“%s” is no valid server name or IP address"), text);
      ascii = g_strconcat ("[", host, "]", NULL);
      port = end[1] == ':' ? end + 2 : NULL;
    }
  else
    {
      const char *colon = strchr (text, ':');

      host = colon != NULL ? g_strndup (text, (gsize) (colon - text)) : g_strdup (text);
      port = colon != NULL ? colon + 1 : NULL;
      ascii = g_hostname_to_ascii (host);
      if (ascii == NULL || (!is_host_name (ascii) && !g_hostname_is_ip_address (ascii)))
        return invalid_about (error, _ ("“%s” is no valid server name or IP address"), host);
      if (!g_hostname_is_ip_address (ascii))
        {
          gsize length = strlen (ascii);
          const char *dot;

          if (ascii[length - 1] == '.')
            ascii[--length] = '\0';
          dot = strrchr (ascii, '.');
          if (strlen (dot != NULL ? dot + 1 : ascii) < 2)
            return invalid_about (
                error, _ ("“%s” is no complete server name: its last part is a single letter"),
                host);
        }
    }

  if (port != NULL)
    {
      if (!g_ascii_string_to_unsigned (port, 10, 1, 65535, &number, NULL))
        return invalid_about (error, _ ("“%s” is no port: ports are 1 to 65535"), port);
      return g_strdup_printf ("%s:%u", ascii, (guint) number);
    }
  return g_steal_pointer (&ascii);
}

/* user: NULL for none. params begins with ; or is empty. */
static char *
make_uri (const char *user, const char *host, const char *params)
{
  if (user == NULL)
    return g_strconcat ("sip:", host, params, NULL);
  return g_strconcat ("sip:", user, "@", host, params, NULL);
}

static char *
with_own_domain (const char *user, const char *domain, GError **error)
{
  if (domain == NULL || domain[0] == '\0')
    {
      g_set_error_literal (
          error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED,
          _ ("Set up an account first: without one, only whole SIP addresses have a "
             "server to call"));
      return NULL;
    }
  return make_uri (user, domain, "");
}

static char *
number_to_uri (const char *text, const char *domain, GError **error)
{
  g_autofree char *number = normalise_number (text, error);
  g_autofree char *user = NULL;

  if (number == NULL)
    return NULL;
  user = g_uri_escape_string (number, "*+", FALSE);
  return with_own_domain (user, domain, error);
}

/* What may stay of the parameters of a SIP URI: who is meant, not how to get there. */
static char *
keep_params (const char *params)
{
  g_auto (GStrv) all = g_strsplit (params, ";", -1);
  gboolean phone = FALSE;

  for (guint i = 0; all[i] != NULL; i++)
    phone = phone || g_ascii_strcasecmp (all[i], "user=phone") == 0;
  return g_strdup (phone ? ";user=phone" : "");
}

/* user[:password]@host[:port][;params][?headers], or without the user@. */
static char *
address_to_uri (const char *text, const char *domain, gboolean bare, GError **error)
{
  g_autofree char *copy = g_strdup (text);
  g_autofree char *user = NULL, *host = NULL, *params = NULL, *without_spaces = NULL;
  char *at = strrchr (copy, '@');
  char *hostpart = at != NULL ? at + 1 : copy;
  char *end;

  if (at != NULL)
    {
      char *password;

      *at = '\0';
      if (strchr (copy, '@') != NULL)
        return invalid_about (error, _ ("“%s” has more than one @"), text);
      copy[strcspn (copy, ";")] = '\0';
      password = strchr (copy, ':');
      if (password != NULL)
        *password = '\0';
      if (copy[0] == '\0')
        return invalid (error, g_strdup (_ ("The address has nothing before the @")));
      if (strchr (copy, ' ') != NULL && !looks_like_number (copy))
        return invalid_about (error, _ ("“%s” has a space in it"), copy);
      if (looks_like_number (copy))
        {
          g_autofree char *number = normalise_number (copy, error);

          if (number == NULL)
            return NULL;
          user = g_uri_escape_string (number, "*+", FALSE);
        }
      else
        user = normalise_user (copy, error);
      if (user == NULL)
        return NULL;
    }

  hostpart[strcspn (hostpart, "?")] = '\0';
  end = hostpart + strcspn (hostpart, ";");
  params = keep_params (end);
  *end = '\0';
  g_strstrip (hostpart);

  if (at == NULL)
    {
      if (looks_like_number (hostpart) && !g_hostname_is_ip_address (hostpart))
        return number_to_uri (hostpart, domain, error);
      if (bare || (strchr (hostpart, '.') == NULL && strchr (hostpart, ':') == NULL))
        {
          if (strchr (hostpart, ' ') != NULL)
            return invalid_about (error, _ ("“%s” is neither a number nor a SIP address"), text);
          user = normalise_user (hostpart, error);
          return user != NULL ? with_own_domain (user, domain, error) : NULL;
        }
    }

  if (strchr (hostpart, ' ') != NULL)
    return invalid_about (error, _ ("“%s” has a space in it"), hostpart);
  host = normalise_host (hostpart, error);
  if (host == NULL)
    return NULL;
  return make_uri (user, host, params);
}

/* What a local number of a link needs before it to be a global one: the phone-context, when that is the beginning of
 * a number and no domain (RFC 3966 5.1.5). (transfer full) (nullable) */
static char *
take_context (const char *parameters)
{
  const char *at = strstr (parameters, CONTEXT);
  const char *value = at != NULL ? at + strlen (CONTEXT) : "";
  g_autofree char *escaped = g_strndup (value, strcspn (value, ";?"));
  g_autofree char *context = g_uri_unescape_string (escaped, NULL);

  return context != NULL && context[0] == '+' && looks_like_number (context)
             ? g_steal_pointer (&context)
             : NULL;
}

/* "+31-20-7940813;ext=12", "7940813;phone-context=+31-20" (RFC 3966). The extension is post-dial.h's. */
static char *
tel_to_uri (const char *text, const char *domain, GError **error)
{
  g_autofree char *escaped = g_strndup (text, strcspn (text, ";?"));
  g_autofree char *number = g_uri_unescape_string (escaped, NULL);

  if (number == NULL || !g_utf8_validate (number, -1, NULL))
    return invalid_about (error, _ ("“%s” has a broken percent code in it"), text);
  g_strstrip (number);
  if (number[0] == '\0')
    return invalid (error, g_strdup (_ ("The link has no number in it")));
  if (!looks_like_number (number))
    return invalid_about (error, _ ("“%s” is no telephone number"), number);
  if (number[0] != '+')
    {
      g_autofree char *context = take_context (text + strlen (escaped));
      g_autofree char *global = context != NULL ? g_strconcat (context, number, NULL) : NULL;

      if (global != NULL)
        return number_to_uri (global, domain, error);
    }
  return number_to_uri (number, domain, error);
}

/* The scheme of a URI in lower case, and where the rest begins; NULL when there is none. */
static char *
take_scheme (const char *text, const char **rest)
{
  const char *p = text;

  if (!g_ascii_isalpha (*p))
    return NULL;
  while (g_ascii_isalnum (*p) || *p == '+' || *p == '-' || *p == '.')
    p++;
  if (*p != ':')
    return NULL;
  *rest = p + 1;
  return g_ascii_strdown (text, p - text);
}

/* "host:5060" is no scheme although it looks like one. */
static gboolean
is_host_and_port (const char *scheme, const char *rest)
{
  return rest[0] != '\0' && strspn (rest, "0123456789") == strlen (rest)
         && !g_str_equal (scheme, "tel") && !g_str_equal (scheme, "sip")
         && !g_str_equal (scheme, "sips") && !g_str_equal (scheme, "callto");
}

static const char *
skip_slashes (const char *text)
{
  return g_str_has_prefix (text, "//") ? text + 2 : text;
}

char *
tandem_target_parse (const char *text, const char *domain, gboolean secure, GError **error)
{
  g_autofree char *clean = NULL, *scheme = NULL;
  const char *rest = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  clean = prepare (text, error);
  if (clean == NULL)
    return NULL;

  scheme = take_scheme (clean, &rest);
  if (scheme == NULL || (strchr (clean, '@') != NULL && strchr (clean, '@') < rest))
    {
      if (strchr (clean, '@') == NULL && looks_like_number (clean))
        return number_to_uri (clean, domain, error);
      return address_to_uri (clean, domain, TRUE, error);
    }
  if (is_host_and_port (scheme, rest))
    return address_to_uri (clean, domain, FALSE, error);

  rest = skip_slashes (rest);
  if (rest[0] == '\0')
    return invalid (error, g_strdup (_ ("The link has no number in it")));
  if (g_str_equal (scheme, "tel"))
    return tel_to_uri (rest, domain, error);
  if (g_str_equal (scheme, "sip"))
    return address_to_uri (rest, domain, FALSE, error);
  if (g_str_equal (scheme, "sips"))
    {
      if (!secure)
        return invalid (error,
                        g_strdup (_ ("A sips: address asks for an encrypted connection, and this "
                                     "account has none: set its transport to TLS")));
      return address_to_uri (rest, domain, FALSE, error);
    }
  if (g_str_equal (scheme, "callto"))
    {
      g_autofree char *decoded = g_uri_unescape_string (rest, NULL);
      g_autofree char *again = NULL;

      if (decoded == NULL)
        return invalid_about (error, _ ("“%s” has a broken percent code in it"), rest);
      again = prepare (decoded, error);
      if (again == NULL)
        return NULL;
      if (looks_like_number (again))
        return number_to_uri (again, domain, error);
      return address_to_uri (again, domain, FALSE, error);
    }
  return invalid_about (error, _ ("Links of the kind “%s:” cannot be called"), scheme);
}
