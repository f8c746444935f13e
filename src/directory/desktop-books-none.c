/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desktop-books.h"

#include <glib/gi18n.h>

/* TandemDesktopBooks where it was left out of the build (-Deds=disabled): says so. */

struct _TandemDesktopBooks
{
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (TandemDesktopBooks, tandem_desktop_books, G_TYPE_OBJECT)

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_string (value, tandem_desktop_books_get_problem (TANDEM_DESKTOP_BOOKS (object)));
}

static void
tandem_desktop_books_class_init (TandemDesktopBooksClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = get_property;
  g_object_class_install_property (
      G_OBJECT_CLASS (klass), 1,
      g_param_spec_string ("problem", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

static void
tandem_desktop_books_init (TandemDesktopBooks *self)
{
}

gboolean
tandem_desktop_books_is_built_in (void)
{
  return FALSE;
}

TandemDesktopBooks *
tandem_desktop_books_new (TandemContacts *contacts)
{
  return g_object_new (TANDEM_TYPE_DESKTOP_BOOKS, NULL);
}

const char *
tandem_desktop_books_get_problem (TandemDesktopBooks *self)
{
  return _ ("This program was built without the address books of the desktop");
}

void
tandem_desktop_books_retry (TandemDesktopBooks *self)
{
}
