/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "overlay.h"
#include "overlay-rules.h"
#include "secrets.h"

#include <glib/gi18n.h>

#include <string.h>

/* Settings as written into settings as meant: each kind of value has its function. The table that says
 * which setting is which is in overlay-rules.c. */

/* One setting on its way from the file into the overlay. */
typedef struct
{
  TandemOverlay *overlay;
  TandemConfigFile *file;
  const TandemConfigSetting *setting;
  const TandemOverlayRule *rule;
} Context;

GSettingsSchema *
tandem_settings_lookup_schema (const char *child)
{
  g_autofree char *id = NULL;
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();

  if (source == NULL)
    return NULL;
  if (child == NULL)
    id = g_strdup (TANDEM_APPLICATION_ID);
  else
    id = g_strdup_printf ("%s.%c%s", TANDEM_APPLICATION_ID, g_ascii_toupper (child[0]), child + 1);
  return g_settings_schema_source_lookup (source, id, TRUE);
}

static GSettingsSchemaKey *
lookup_key (const char *child, const char *name)
{
  g_autoptr (GSettingsSchema) schema = tandem_settings_lookup_schema (child);

  if (schema == NULL || !g_settings_schema_has_key (schema, name))
    return NULL;
  return g_settings_schema_get_key (schema, name);
}

static void
proxy_free (TandemOverlayProxy *self)
{
  g_free (self->display_name);
  g_free (self->domain);
  tandem_password_free (self->password);
  g_free (self);
}

static void
set_value (TandemOverlay *self, const char *child, const char *name, GVariant *value)
{
  g_hash_table_replace (self->values, g_strdup_printf ("%s/%s", child, name),
                        g_variant_ref_sink (value));
}

/* A value as it may stand in a message: short, no control characters. (transfer full) */
static char *
quote (const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (value, -1);
  g_autofree char *cut = g_utf8_substring (valid, 0, MIN (64, g_utf8_strlen (valid, -1)));

  for (char *p = cut; *p != '\0'; p++)
    {
      if (g_ascii_iscntrl (*p))
        *p = ' ';
    }
  return g_steal_pointer (&cut);
}

static void
warn_malformed (Context *context, const char *wanted)
{
  const TandemConfigSetting *setting = context->setting;
  g_autofree char *value = quote (setting->value);

  tandem_config_file_warn (context->file, setting->line,
                           /* Translators: a setting's name, its value, what it should be instead */
                           _ ("%s: “%s” is not %s; the default is used"), setting->key, value,
                           wanted);
}

/* A malformed value of a mapped setting: the schema's default counts, not what is stored. */
static void
use_default (Context *context, const char *wanted)
{
  warn_malformed (context, wanted);
  if (context->rule->child != NULL)
    {
      g_autoptr (GSettingsSchemaKey) key = lookup_key (context->rule->child, context->rule->name);

      if (key != NULL)
        {
          g_autoptr (GVariant) value = g_settings_schema_key_get_default_value (key);

          set_value (context->overlay, context->rule->child, context->rule->name, value);
        }
    }
}

static void
use_value (Context *context, GVariant *value)
{
  g_hash_table_replace (context->overlay->raw, g_strdup (context->setting->key),
                        g_strdup (context->setting->value));
  if (context->rule->child != NULL)
    set_value (context->overlay, context->rule->child, context->rule->name, value);
  else
    {
      g_ptr_array_add (context->overlay->unstored, g_strdup (context->setting->key));
      g_variant_unref (g_variant_ref_sink (value));
    }
}

static gboolean
parse_uint (const char *text, guint64 min, guint64 max, guint *number)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  guint64 n;

  if (!g_ascii_string_to_unsigned (stripped, 10, min, max, &n, NULL))
    return FALSE;
  *number = (guint) n;
  return TRUE;
}

/* The range of a number: the schema's, or the rule's own. */
static void
number_range (const TandemOverlayRule *rule, guint *min, guint *max)
{
  g_autoptr (GSettingsSchemaKey) key = NULL;

  *min = rule->min;
  *max = rule->max;
  if (rule->child == NULL)
    return;
  key = lookup_key (rule->child, rule->name);
  if (key != NULL)
    {
      g_autoptr (GVariant) range = g_settings_schema_key_get_range (key);
      g_autoptr (GVariant) limits = NULL;
      const char *type;

      g_variant_get (range, "(&sv)", &type, &limits);
      if (g_str_equal (type, "range"))
        g_variant_get (limits, "(uu)", min, max);
    }
}

static void
apply_uint (Context *context)
{
  guint min, max, number;

  number_range (context->rule, &min, &max);
  if (parse_uint (context->setting->value, min, max, &number))
    use_value (context, g_variant_new_uint32 (number));
  else
    {
      g_autofree char *wanted = g_strdup_printf (_ ("a number from %u to %u"), min, max);

      use_default (context, wanted);
    }
}

static void
apply_bool (Context *context)
{
  guint number;

  if (parse_uint (context->setting->value, 0, 1, &number))
    use_value (context, g_variant_new_boolean (number == 1));
  else
    use_default (context, _ ("0 or 1"));
}

static void
apply_ringing (Context *context)
{
  guint number;

  if (parse_uint (context->setting->value, 0, 7, &number))
    use_value (context, g_variant_new_boolean (number != 0));
  else
    use_default (context, _ ("a number from 0 to 7"));
}

static void
apply_choice (Context *context)
{
  g_autofree char *text = g_ascii_strdown (context->setting->value, -1);
  g_autoptr (GSettingsSchemaKey) key = lookup_key (context->rule->child, context->rule->name);
  g_autoptr (GVariant) value = g_variant_ref_sink (g_variant_new_string (g_strstrip (text)));

  if (key != NULL && g_settings_schema_key_range_check (key, value))
    use_value (context, value);
  else if (key != NULL)
    {
      g_autoptr (GVariant) range = g_settings_schema_key_get_range (key);
      g_autoptr (GVariant) nicks = NULL;
      g_autofree const char **names = NULL;
      g_autofree char *list = NULL;
      g_autofree char *wanted = NULL;

      g_variant_get (range, "(&sv)", NULL, &nicks);
      names = g_variant_get_strv (nicks, NULL);
      list = g_strjoinv (", ", (char **) names);
      wanted = g_strdup_printf (_ ("one of %s"), list);
      use_default (context, wanted);
    }
}

static void
apply_name_check (Context *context)
{
  g_autofree char *text = g_strstrip (g_ascii_strdown (context->setting->value, -1));

  if (g_str_equal (text, "host") || g_str_equal (text, "none"))
    use_value (context, g_variant_new_boolean (g_str_equal (text, "host")));
  else
    use_default (context, _ ("one of none, host"));
}

static void
apply_dtmf (Context *context)
{
  g_autofree char *text = g_strstrip (g_ascii_strdown (context->setting->value, -1));

  if (g_str_equal (text, "inbandrtp"))
    use_value (context, g_variant_new_string ("inband"));
  else if (g_str_equal (text, "rfc2833") || g_str_equal (text, "info")
           || g_str_equal (text, "auto"))
    use_value (context, g_variant_new_string (text));
  else
    use_default (context, _ ("one of auto, rfc2833, info, inbandrtp"));
}

static void
apply_ip_versions (Context *context)
{
  static const char *const known[][2] = {
    { "ipv4", "ipv4" },
    { "ipv6", "ipv6" },
    { "ipv4,ipv6", "ipv4-ipv6" },
    { "ipv6,ipv4", "ipv6-ipv4" },
  };
  g_autofree char *lower = g_ascii_strdown (context->setting->value, -1);
  g_auto (GStrv) words = g_strsplit_set (lower, " \t", -1);
  g_autofree char *text = g_strjoinv ("", words);

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      if (g_str_equal (text, known[i][0]))
        {
          use_value (context, g_variant_new_string (known[i][1]));
          return;
        }
    }
  use_default (context, _ ("one of ipv4, ipv6, ipv4,ipv6, ipv6,ipv4"));
}

static gboolean
is_clean_text (const char *text)
{
  if (strlen (text) > 256)
    return FALSE;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      if (g_unichar_iscntrl (g_utf8_get_char (p)))
        return FALSE;
    }
  return TRUE;
}

static void
apply_text (Context *context)
{
  if (is_clean_text (context->setting->value))
    use_value (context, g_variant_new_string (context->setting->value));
  else
    use_default (context, _ ("a line of at most 256 characters"));
}

static void
apply_address (Context *context)
{
  g_autofree char *text = g_strstrip (g_strdup (context->setting->value));

  if (text[0] == '\0' || (strchr (text, ',') == NULL && tandem_is_server_list (text)))
    use_value (context, g_variant_new_string (text));
  else
    use_default (context, _ ("a host name or an address"));
}

/* "PCMU/8000, g722;Opus": the names are the RTP ones, upper and lower case alike. */
static void
apply_codecs (Context *context)
{
  static const char *const ours[] = { "opus", "G722", "PCMU", "PCMA" };
  static const char *const skipped[] = { "iLBC", "iSAC", "G729" };
  g_auto (GStrv) words = g_strsplit_set (context->setting->value, ",; \t", -1);
  g_autoptr (GPtrArray) codecs = g_ptr_array_new ();

  for (guint i = 0; words[i] != NULL; i++)
    {
      const char *codec = NULL;
      gboolean known = FALSE;

      words[i][strcspn (words[i], "/")] = '\0';
      if (words[i][0] == '\0')
        continue;
      for (guint k = 0; k < G_N_ELEMENTS (ours); k++)
        {
          if (g_ascii_strcasecmp (words[i], ours[k]) == 0)
            codec = ours[k];
        }
      for (guint k = 0; k < G_N_ELEMENTS (skipped); k++)
        known |= g_ascii_strcasecmp (words[i], skipped[k]) == 0;

      if (codec == NULL)
        {
          g_autofree char *name = quote (words[i]);

          if (known)
            tandem_config_file_warn (context->file, context->setting->line,
                                     _ ("the codec %s is not available, skipped"), name);
          else
            tandem_config_file_warn (context->file, context->setting->line,
                                     _ ("unknown codec “%s”, skipped"), name);
        }
      else if (!g_ptr_array_find (codecs, codec, NULL))
        g_ptr_array_add (codecs, (gpointer) codec);
    }
  if (codecs->len > 0)
    use_value (context, g_variant_new_strv ((const char *const *) codecs->pdata, codecs->len));
  else
    use_default (context, _ ("a list of codecs that this phone has"));
}

static TandemOverlayProxy *
ensure_proxy (TandemOverlay *self, guint n)
{
  TandemOverlayProxy *proxy = g_hash_table_lookup (self->proxies, GUINT_TO_POINTER (n));

  if (proxy == NULL)
    {
      proxy = g_new0 (TandemOverlayProxy, 1);
      proxy->expires = proxy->reg_interval = -1;
      g_hash_table_insert (self->proxies, GUINT_TO_POINTER (n), proxy);
    }
  return proxy;
}

/* reg_timeout: empty, not a number or 0 means no registration; that is the family's rule, so only
 * what cannot be meant that way earns a warning. */
static void
apply_proxy_number (Context *context, TandemOverlayProxy *proxy, guint n, gboolean expires)
{
  g_autofree char *text = g_strstrip (g_strdup (context->setting->value));
  guint min, max, number;

  number_range (context->rule, &min, &max);
  if (parse_uint (text, min, max, &number))
    ;
  else if (expires && !g_ascii_isdigit (text[0]))
    {
      number = 0;
      if (text[0] != '\0')
        tandem_config_file_warn (context->file, context->setting->line,
                                 _ ("%s is not a number: the account will not register"),
                                 context->setting->key);
    }
  else
    {
      g_autofree char *wanted = g_strdup_printf (_ ("a number from %u to %u"), min, max);
      g_autoptr (GSettingsSchemaKey) key = lookup_key (context->rule->child, context->rule->name);
      g_autoptr (GVariant) value = g_settings_schema_key_get_default_value (key);

      warn_malformed (context, wanted);
      number = g_variant_get_uint32 (value);
    }
  *(expires ? &proxy->expires : &proxy->reg_interval) = (int) number;
  if (n == 0)
    set_value (context->overlay, context->rule->child, context->rule->name,
               g_variant_new_uint32 (number));
}

static void
apply_proxy (Context *context)
{
  const TandemConfigSetting *setting = context->setting;
  g_auto (GStrv) words = g_strsplit (setting->key, ".", -1);
  guint n = (guint) tandem_overlay_proxy_number (words[1]);
  TandemOverlayProxy *proxy = ensure_proxy (context->overlay, n);
  const char *name = words[2];

  if (g_str_equal (name, "password"))
    {
      tandem_password_free (proxy->password);
      proxy->password = NULL;
      if (is_clean_text (setting->value))
        proxy->password = g_strdup (setting->value);
      else
        tandem_config_file_warn (context->file, setting->line,
                                 _ ("%s is not a line of at most 256 characters; not used"),
                                 setting->key);
      return;
    }
  if (g_str_equal (name, "reg_timeout") || g_str_equal (name, "reg_interval"))
    apply_proxy_number (context, proxy, n, g_str_equal (name, "reg_timeout"));
  else
    {
      gboolean is_domain = g_str_equal (name, "domain");
      char **field = is_domain ? &proxy->domain : &proxy->display_name;
      g_autofree char *text = g_strstrip (g_strdup (setting->value));

      if (is_domain
              ? text[0] != '\0' && (strchr (text, ',') != NULL || !tandem_is_server_list (text))
              : !is_clean_text (text))
        {
          warn_malformed (context, is_domain ? _ ("a host name or an address")
                                             : _ ("a line of at most 256 characters"));
          return;
        }
      g_free (*field);
      *field = g_steal_pointer (&text);
      if (n == 0)
        set_value (context->overlay, "account", is_domain ? "domain" : "display-name",
                   g_variant_new_string (*field));
    }
  g_hash_table_replace (context->overlay->raw, g_strdup (setting->key), g_strdup (setting->value));
}

static void
keep_without_effect (Context *context)
{
  const TandemConfigSetting *setting = context->setting;
  g_autofree char *key = quote (setting->key);

  g_hash_table_replace (context->overlay->raw, g_strdup (setting->key), g_strdup (setting->value));
  tandem_config_file_warn (context->file, setting->line,
                           context->rule != NULL ? _ ("%s has no effect in this version, kept")
                                                 : _ ("unknown setting %s, kept"),
                           key);
}

static void
apply (Context *context)
{
  if (context->rule == NULL)
    {
      keep_without_effect (context);
      return;
    }
  switch (context->rule->kind)
    {
    case TANDEM_OVERLAY_UINT:
      apply_uint (context);
      break;
    case TANDEM_OVERLAY_BOOL:
      apply_bool (context);
      break;
    case TANDEM_OVERLAY_CHOICE:
      apply_choice (context);
      break;
    case TANDEM_OVERLAY_TEXT:
      apply_text (context);
      break;
    case TANDEM_OVERLAY_ADDRESS:
      apply_address (context);
      break;
    case TANDEM_OVERLAY_IP_VERSIONS:
      apply_ip_versions (context);
      break;
    case TANDEM_OVERLAY_RINGING:
      apply_ringing (context);
      break;
    case TANDEM_OVERLAY_CODECS:
      apply_codecs (context);
      break;
    case TANDEM_OVERLAY_DTMF:
      apply_dtmf (context);
      break;
    case TANDEM_OVERLAY_NAME_CHECK:
      apply_name_check (context);
      break;
    case TANDEM_OVERLAY_PROXY:
      apply_proxy (context);
      break;
    case TANDEM_OVERLAY_NO_EFFECT:
      keep_without_effect (context);
      break;
    default:
      g_assert_not_reached ();
    }
}

static gboolean
is_host (const char *text, gsize length)
{
  if (length == 0 || length > 253)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isalnum (text[i]) && strchr ("-._", text[i]) == NULL)
        return FALSE;
    }
  return text[0] != '-' && text[0] != '.';
}

static gboolean
is_server (const char *text)
{
  const char *end;
  guint port;

  if (text[0] == '[')
    {
      g_autofree char *address = NULL;

      end = strchr (text, ']');
      if (end == NULL)
        return FALSE;
      address = g_strndup (text + 1, (gsize) (end - text - 1));
      if (strchr (address, ':') == NULL || !g_hostname_is_ip_address (address))
        return FALSE;
      end++;
    }
  else if (g_hostname_is_ip_address (text))
    return TRUE;
  else
    {
      end = text + strcspn (text, ":");
      if (!is_host (text, (gsize) (end - text)))
        return FALSE;
    }
  return *end == '\0'
         || (*end == ':' && g_ascii_isdigit (end[1]) && parse_uint (end + 1, 0, 65535, &port));
}

gboolean
tandem_is_server_list (const char *text)
{
  g_auto (GStrv) servers = NULL;

  if (strlen (text) > 2048)
    return FALSE;
  servers = g_strsplit (text, ",", -1);
  for (guint i = 0; servers[i] != NULL; i++)
    {
      if (!is_server (g_strstrip (servers[i])))
        return FALSE;
    }
  return servers[0] != NULL;
}

static gboolean
is_user (const char *text)
{
  if (text[0] == '\0' || strlen (text) > 128)
    return FALSE;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_iscntrl (c) || g_unichar_isspace (c)
          || (c < 128 && strchr ("@<>\"", (int) c) != NULL))
        return FALSE;
    }
  return TRUE;
}

/* Checks a Connectivity line in place; user "" afterwards: unusable. */
static void
check_connectivity (TandemConfigFile *file, TandemConnectivity *line, guint n)
{
  g_autofree char *protocol = g_ascii_strdown (line->protocol, -1);
  const char *problem = NULL;

  if (protocol[0] == '\0')
    {
      g_free (protocol);
      protocol = g_strdup ("udp");
    }
  if (!g_str_equal (protocol, "udp") && !g_str_equal (protocol, "tcp")
      && !g_str_equal (protocol, "tls"))
    {
      g_autofree char *text = quote (line->protocol);

      tandem_config_file_warn (file, line->line,
                               _ ("Connectivity %u: the protocol “%s” is none of udp, tcp, tls; "
                                  "udp is used"),
                               n, text);
      g_free (protocol);
      protocol = g_strdup ("udp");
    }
  g_free (line->protocol);
  line->protocol = g_steal_pointer (&protocol);

  if (line->user[0] == '\0')
    problem = _ ("there is no user");
  else if (!is_user (line->user))
    problem = _ ("the user has characters that have no place there");
  else if (line->server[0] == '\0')
    problem = _ ("there is no server");
  else if (!tandem_is_server_list (line->server))
    problem
        = _ ("the server is neither a name or address with or without a port, nor a list of them");
  if (problem != NULL)
    {
      tandem_config_file_warn (file, line->line, _ ("Connectivity %u is left out: %s"), n, problem);
      line->user[0] = '\0';
    }
}

static void
apply_connectivities (TandemOverlay *self, TandemConfigFile *file)
{
  for (guint i = 0; i < file->connectivities->len; i++)
    {
      TandemConnectivity *line = g_ptr_array_index (file->connectivities, i);

      g_hash_table_insert (self->raw, g_strdup_printf ("user.%u", i), g_strdup (line->user));
      g_hash_table_insert (self->raw, g_strdup_printf ("server.%u", i), g_strdup (line->server));
      g_hash_table_insert (self->raw, g_strdup_printf ("protocol.%u", i),
                           g_strdup (line->protocol));
      check_connectivity (file, line, i);
      if (i == 0)
        {
          set_value (self, "account", "user", g_variant_new_string (line->user));
          set_value (self, "account", "display-name", g_variant_new_string (""));
          set_value (self, "account", "auth-user", g_variant_new_string (""));
          set_value (self, "account", "domain", g_variant_new_string (""));
          set_value (self, "servers", "server",
                     g_variant_new_string (line->user[0] != '\0' ? line->server : ""));
          set_value (self, "servers", "transport", g_variant_new_string (line->protocol));
        }
    }
}

static void
add_text (GVariantBuilder *account, const char *name, const char *value)
{
  if (value != NULL && value[0] != '\0')
    g_variant_builder_add (account, "{ss}", name, value);
}

static void
add_number (GVariantBuilder *account, const char *name, int value)
{
  g_autofree char *text = value >= 0 ? g_strdup_printf ("%d", value) : NULL;

  add_text (account, name, text);
}

/* The Connectivity lines after the first, in the form in which they are stored. */
static void
apply_further_accounts (TandemOverlay *self)
{
  g_auto (GVariantBuilder) all = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{ss}"));

  for (guint i = 1; i < self->connectivities->len; i++)
    {
      const TandemConnectivity *line = g_ptr_array_index (self->connectivities, i);
      const TandemOverlayProxy *proxy = tandem_overlay_get_proxy (self, i);

      if (line->user[0] == '\0')
        continue;
      g_variant_builder_open (&all, G_VARIANT_TYPE ("a{ss}"));
      add_text (&all, "user", line->user);
      add_text (&all, "server", line->server);
      add_text (&all, "transport", line->protocol);
      if (proxy != NULL)
        {
          add_text (&all, "display-name", proxy->display_name);
          add_text (&all, "domain", proxy->domain);
          add_number (&all, "expires", proxy->expires);
          add_number (&all, "reg-interval", proxy->reg_interval);
        }
      g_variant_builder_close (&all);
    }
  set_value (self, "account", "further", g_variant_builder_end (&all));
}

/* A range of ports: both ends from the file or the defaults, and the right way round. */
static void
check_range (TandemOverlay *self,
             TandemConfigFile *file,
             const char *setting_key,
             const char *min_name,
             const char *max_name)
{
  g_autoptr (GSettingsSchemaKey) min_key = lookup_key ("servers", min_name);
  g_autoptr (GSettingsSchemaKey) max_key = lookup_key ("servers", max_name);
  g_autoptr (GVariant) min_default = NULL;
  g_autoptr (GVariant) max_default = NULL;
  GVariant *min = tandem_overlay_get (self, "servers", min_name);
  GVariant *max = tandem_overlay_get (self, "servers", max_name);

  if (min == NULL && max == NULL)
    return;
  min_default = g_settings_schema_key_get_default_value (min_key);
  max_default = g_settings_schema_key_get_default_value (max_key);
  if (min == NULL)
    set_value (self, "servers", min_name, min_default);
  if (max == NULL)
    set_value (self, "servers", max_name, max_default);
  min = tandem_overlay_get (self, "servers", min_name);
  max = tandem_overlay_get (self, "servers", max_name);
  if (g_variant_get_uint32 (min) > g_variant_get_uint32 (max))
    {
      guint line = 1;

      for (guint i = 0; i < file->settings->len; i++)
        {
          const TandemConfigSetting *setting = g_ptr_array_index (file->settings, i);

          if (g_str_has_prefix (setting->key, setting_key))
            line = setting->line;
        }
      tandem_config_file_warn (file, line, _ ("%s %u is above %s %u; the defaults are used"),
                               min_name, g_variant_get_uint32 (min), max_name,
                               g_variant_get_uint32 (max));
      set_value (self, "servers", min_name, min_default);
      set_value (self, "servers", max_name, max_default);
    }
}

TandemOverlay *
tandem_overlay_new (TandemConfigFile *file)
{
  TandemOverlay *self = g_new0 (TandemOverlay, 1);

  self->name = g_strdup (file->name);
  self->values
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_variant_unref);
  self->proxies
      = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, (GDestroyNotify) proxy_free);
  self->raw = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->unstored = g_ptr_array_new_with_free_func (g_free);

  apply_connectivities (self, file);
  for (guint i = 0; i < file->settings->len; i++)
    {
      const TandemConfigSetting *setting = g_ptr_array_index (file->settings, i);
      Context context = { self, file, setting, tandem_overlay_find_rule (setting->key) };

      apply (&context);
    }
  check_range (self, file, "policy.endpoint.sip_port_", "sip-port-min", "sip-port-max");
  check_range (self, file, "policy.endpoint.rtp_port_", "rtp-port-min", "rtp-port-max");

  self->connectivities = g_ptr_array_ref (file->connectivities);
  if (self->connectivities->len > 0)
    apply_further_accounts (self);
  self->warnings = g_ptr_array_ref (file->warnings);
  tandem_config_file_free (file);
  return self;
}

void
tandem_overlay_free (TandemOverlay *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_ptr_array_unref (self->connectivities);
  g_hash_table_unref (self->values);
  g_hash_table_unref (self->proxies);
  g_hash_table_unref (self->raw);
  g_ptr_array_unref (self->unstored);
  g_ptr_array_unref (self->warnings);
  g_free (self);
}

GVariant *
tandem_overlay_get (TandemOverlay *self, const char *child, const char *key)
{
  g_autofree char *path = g_strdup_printf ("%s/%s", child, key);

  return g_hash_table_lookup (self->values, path);
}

const TandemOverlayProxy *
tandem_overlay_get_proxy (TandemOverlay *self, guint n)
{
  return g_hash_table_lookup (self->proxies, GUINT_TO_POINTER (n));
}
