/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tandem-config.h"

#include "config-file.h"
#include "secrets.h"

#include <glib/gi18n.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The XML reader: a SAX parse that stops at the first DOCTYPE, so that no declaration of one is
 * ever looked at. (XML_PARSE_NOENT is about the five entities that need none: without it "&amp;" comes
 * as "&#38;".) Use TandemConfiguration for what the settings mean. */

#define MAX_VALUE 4096
#define MAX_WARNINGS 200

typedef struct
{
  TandemConfigFile *file;
  xmlParserCtxtPtr parser;
  GHashTable *by_key; /* key -> TandemConfigSetting */
  GPtrArray *path;    /* names of the open domain and section elements */
  GError *error;
} Parse;

static void
connectivity_free (TandemConnectivity *self)
{
  g_free (self->user);
  g_free (self->server);
  g_free (self->protocol);
  g_free (self);
}

static void
setting_free (TandemConfigSetting *self)
{
  g_free (self->key);
  tandem_password_free (self->value);
  g_free (self);
}

void
tandem_config_file_free (TandemConfigFile *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_ptr_array_unref (self->connectivities);
  g_ptr_array_unref (self->settings);
  g_ptr_array_unref (self->warnings);
  g_free (self);
}

void
tandem_config_file_warn (TandemConfigFile *self, guint line, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  if (self->warnings->len > MAX_WARNINGS)
    return;
  if (self->warnings->len == MAX_WARNINGS)
    {
      g_ptr_array_add (self->warnings, g_strdup_printf ("%s:%u: %s", self->name, line,
                                                        _ ("more warnings left out")));
      return;
    }
  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_ptr_array_add (self->warnings, g_strdup_printf ("%s:%u: %s", self->name, line, text));
}

char *
tandem_config_normalise_key (const char *key)
{
  return g_strdelimit (g_strdup (key), ":", '.');
}

static guint
current_line (Parse *parse)
{
  return MAX (1, xmlSAX2GetLineNumber (parse->parser));
}

static gboolean
is_named (const xmlChar *localname, const char *name)
{
  return g_ascii_strcasecmp ((const char *) localname, name) == 0;
}

/* attributes: five pointers each: local name, prefix, URI, value, end of value. Returns (transfer
 * full) (nullable). */
static char *
find_attribute (const xmlChar **attributes, int n_attributes, const char *name)
{
  for (int i = 0; i < n_attributes; i++)
    {
      const xmlChar **attribute = attributes + i * 5;

      if (is_named (attribute[0], name))
        return g_strndup ((const char *) attribute[3], attribute[4] - attribute[3]);
    }
  return NULL;
}

static void
read_connectivity (Parse *parse, const xmlChar **attributes, int n_attributes)
{
  TandemConnectivity *connectivity = g_new0 (TandemConnectivity, 1);
  const char *names[] = { "user", "server", "protocol" };
  char **fields[] = { &connectivity->user, &connectivity->server, &connectivity->protocol };

  connectivity->line = current_line (parse);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      *fields[i] = find_attribute (attributes, n_attributes, names[i]);
      if (*fields[i] == NULL)
        *fields[i] = g_strdup ("");
      g_strstrip (*fields[i]);
    }
  g_ptr_array_add (parse->file->connectivities, connectivity);
}

static void
add_setting (Parse *parse, const char *name, const char *value)
{
  g_autoptr (GString) path = g_string_new (NULL);
  g_autofree char *key = NULL;
  TandemConfigSetting *setting;

  for (guint i = 0; i < parse->path->len; i++)
    g_string_append_printf (path, "%s.", (const char *) g_ptr_array_index (parse->path, i));
  g_string_append (path, name);
  key = tandem_config_normalise_key (path->str);

  setting = g_hash_table_lookup (parse->by_key, key);
  if (setting != NULL)
    {
      tandem_config_file_warn (parse->file, current_line (parse),
                               _ ("“%s” is set again; this one counts, not the one of line %u"),
                               key, setting->line);
      tandem_password_free (setting->value);
    }
  else
    {
      setting = g_new0 (TandemConfigSetting, 1);
      setting->key = g_steal_pointer (&key);
      g_ptr_array_add (parse->file->settings, setting);
      g_hash_table_insert (parse->by_key, setting->key, setting);
    }
  setting->value = g_strdup (value);
  setting->line = current_line (parse);
}

static void
read_setting (Parse *parse, const xmlChar **attributes, int n_attributes)
{
  g_autofree char *name = find_attribute (attributes, n_attributes, "name");
  char *value = find_attribute (attributes, n_attributes, "value");

  if (name == NULL || name[0] == '\0')
    tandem_config_file_warn (parse->file, current_line (parse), _ ("a setting without a name"));
  else if (value == NULL)
    tandem_config_file_warn (parse->file, current_line (parse), _ ("setting “%s” has no value"),
                             name);
  else if (strlen (value) > MAX_VALUE || strlen (name) > MAX_VALUE)
    tandem_config_file_warn (parse->file, current_line (parse),
                             _ ("the value of setting “%.64s” is too long, left out"), name);
  else
    add_setting (parse, name, value);
  tandem_password_free (value);
}

static void
on_start_element (void *data,
                  const xmlChar *localname,
                  const xmlChar *prefix,
                  const xmlChar *uri,
                  int n_namespaces,
                  const xmlChar **namespaces,
                  int n_attributes,
                  int n_defaulted,
                  const xmlChar **attributes)
{
  Parse *parse = data;

  if (is_named (localname, "Connectivity"))
    read_connectivity (parse, attributes, n_attributes);
  else if (is_named (localname, "setting"))
    read_setting (parse, attributes, n_attributes);
  else if (is_named (localname, "domain") || is_named (localname, "section"))
    {
      char *name = find_attribute (attributes, n_attributes, "name");

      if (name == NULL)
        tandem_config_file_warn (parse->file, current_line (parse), _ ("a <%s> without a name"),
                                 (const char *) localname);
      g_ptr_array_add (parse->path, name != NULL ? name : g_strdup (""));
    }
}

static void
on_end_element (void *data, const xmlChar *localname, const xmlChar *prefix, const xmlChar *uri)
{
  Parse *parse = data;

  if ((is_named (localname, "domain") || is_named (localname, "section")) && parse->path->len > 0)
    g_ptr_array_set_size (parse->path, (int) parse->path->len - 1);
}

static void
on_doctype (void *data, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
  Parse *parse = data;

  if (parse->error == NULL)
    g_set_error (&parse->error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 _ ("%s:%u:%d: a DOCTYPE is not accepted, nor are entities"), parse->file->name,
                 current_line (parse), MAX (1, xmlSAX2GetColumnNumber (parse->parser)));
  xmlStopParser (parse->parser);
}

#if LIBXML_VERSION >= 21200
typedef const xmlError *XmlError;
#else
typedef xmlErrorPtr XmlError;
#endif

static void
on_xml_error (void *data, XmlError xml_error)
{
  Parse *parse = data;
  g_autofree char *message = NULL;

  if (xml_error->level < XML_ERR_FATAL || parse->error != NULL)
    return;
  message = g_strstrip (g_strdup (xml_error->message != NULL ? xml_error->message : ""));
  g_set_error (&parse->error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _ ("%s:%d:%d: malformed XML: %s"), parse->file->name, MAX (1, xml_error->line),
               MAX (1, xml_error->int2), message);
}

TandemConfigFile *
tandem_config_file_parse (const char *name, const char *data, gsize length, GError **error)
{
  g_autoptr (TandemConfigFile) file = g_new0 (TandemConfigFile, 1);
  g_autoptr (GHashTable) by_key = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) path = g_ptr_array_new_with_free_func (g_free);
  Parse parse = { file, NULL, by_key, path, NULL };
  xmlSAXHandler sax = {
    .initialized = XML_SAX2_MAGIC,
    .internalSubset = on_doctype,
    .startElementNs = on_start_element,
    .endElementNs = on_end_element,
    .serror = on_xml_error,
  };

  file->name = g_strdup (name);
  file->connectivities = g_ptr_array_new_with_free_func ((GDestroyNotify) connectivity_free);
  file->settings = g_ptr_array_new_with_free_func ((GDestroyNotify) setting_free);
  file->warnings = g_ptr_array_new_with_free_func (g_free);

  if (length > TANDEM_CONFIG_FILE_MAX_SIZE)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                   _ ("%s: larger than %d KiB, not a configuration file"), name,
                   TANDEM_CONFIG_FILE_MAX_SIZE / 1024);
      return NULL;
    }
  parse.parser = xmlCreatePushParserCtxt (&sax, &parse, NULL, 0, NULL);
  if (parse.parser == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("%s: cannot be parsed"), name);
      return NULL;
    }
  xmlCtxtUseOptions (parse.parser, XML_PARSE_NONET | XML_PARSE_NOENT);
  xmlParseChunk (parse.parser, data, (int) length, 0);
  xmlParseChunk (parse.parser, NULL, 0, 1);
  if (parse.error == NULL && !parse.parser->wellFormed)
    g_set_error (&parse.error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("%s:%u:%d: malformed XML"),
                 name, current_line (&parse), MAX (1, xmlSAX2GetColumnNumber (parse.parser)));
  if (parse.parser->myDoc != NULL)
    xmlFreeDoc (parse.parser->myDoc);
  xmlFreeParserCtxt (parse.parser);

  if (parse.error != NULL)
    {
      g_propagate_error (error, parse.error);
      return NULL;
    }
  return g_steal_pointer (&file);
}

char *
tandem_read_bounded_file (const char *path, gsize max, gsize *length, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);
  struct stat status;
  char *data;
  gsize filled = 0;
  int fd;
  int saved_errno;

  fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0 || fstat (fd, &status) < 0)
    {
      saved_errno = errno;
      if (fd >= 0)
        close (fd);
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved_errno), "%s: %s", name,
                   g_strerror (saved_errno));
      return NULL;
    }
  if (!S_ISREG (status.st_mode))
    {
      close (fd);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, _ ("%s: not a regular file"),
                   name);
      return NULL;
    }

  data = g_malloc (max + 2);
  while (filled <= max)
    {
      gssize n = read (fd, data + filled, max + 1 - filled);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          saved_errno = errno;
          close (fd);
          g_free (data);
          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved_errno), "%s: %s", name,
                       g_strerror (saved_errno));
          return NULL;
        }
      if (n == 0)
        break;
      filled += (gsize) n;
    }
  close (fd);
  if (filled > max)
    {
      explicit_bzero (data, filled);
      g_free (data);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE, _ ("%s: larger than %lu bytes"),
                   name, (unsigned long) max);
      return NULL;
    }
  data[filled] = '\0';
  *length = filled;
  return data;
}

TandemConfigFile *
tandem_config_file_read (const char *path, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);
  TandemConfigFile *file;
  gsize length;
  char *data;

  data = tandem_read_bounded_file (path, TANDEM_CONFIG_FILE_MAX_SIZE, &length, error);
  if (data == NULL)
    return NULL;
  file = tandem_config_file_parse (name, data, length, error);
  explicit_bzero (data, length);
  g_free (data);
  return file;
}
