/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contact.h"
#include "directory-search.h"
#include "slapd.h"

#include <string.h>

/* The company's directory on a real LDAP server: what is found, what goes wrong, and that nothing of it keeps the
 * main loop. */

#define BASE "dc=example,dc=test"
#define FILTER "(&(objectClass=person)(|(cn=*%s*)(telephoneNumber=*%s*)))"
#define DEADLINE 20 /* s */

typedef struct
{
  Slapd *slapd;
  TandemDirectorySearch *search;
  TandemLdapServer server;
} World;

/* FALSE: the test is skipped. */
static gboolean
world_set_up (World *world, gboolean with_tls)
{
  if (!tandem_ldap_is_built_in ())
    {
      g_test_skip ("built without LDAP");
      return FALSE;
    }
  world->slapd = slapd_new (with_tls);
  if (world->slapd == NULL)
    {
      g_test_skip ("slapd is not installed: apt-get install slapd");
      return FALSE;
    }
  world->search = tandem_directory_search_new ();
  world->server.url = world->slapd->url;
  world->server.base = (char *) BASE;
  world->server.user = (char *) "";
  world->server.filter = (char *) FILTER;
  return TRUE;
}

static void
world_clear (World *world)
{
  g_clear_object (&world->search);
  g_clear_pointer (&world->slapd, slapd_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (World, world_clear)

static gboolean
on_late (gpointer data)
{
  g_error ("the search did not end");
  return G_SOURCE_REMOVE;
}

static void
wait_for_answer (World *world)
{
  const guint late = g_timeout_add_seconds (DEADLINE, on_late, NULL);

  while (tandem_directory_search_is_searching (world->search))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (late);
}

static guint
count (World *world)
{
  return g_list_model_get_n_items (G_LIST_MODEL (world->search));
}

static void
find (World *world, const char *text)
{
  tandem_directory_search_set_text (world->search, text);
  wait_for_answer (world);
}

static void
assert_first (World *world, const char *name, const char *number)
{
  g_autoptr (TandemContact) contact = g_list_model_get_item (G_LIST_MODEL (world->search), 0);
  const TandemContactEntry *numbers;
  guint n;

  g_assert_null (tandem_directory_search_get_problem (world->search));
  g_assert_nonnull (contact);
  g_assert_cmpstr (tandem_contact_get_name (contact), ==, name);
  g_assert_false (tandem_contact_is_editable (contact));
  numbers = tandem_contact_get_numbers (contact, &n);
  g_assert_cmpuint (n, >, 0);
  g_assert_cmpstr (numbers[0].value, ==, number);
}

static void
assert_problem (World *world, const char *words)
{
  const char *problem = tandem_directory_search_get_problem (world->search);

  g_assert_cmpuint (count (world), ==, 0);
  g_assert_nonnull (problem);
  if (strstr (problem, words) == NULL)
    g_error ("“%s” does not say “%s”", problem, words);
}

static void
test_letters (void)
{
  g_auto (World) world = { 0 };

  if (!world_set_up (&world, FALSE))
    return;
  g_assert_false (tandem_directory_search_is_available (world.search));
  find (&world, "anna");
  g_assert_cmpuint (count (&world), ==, 0);
  tandem_directory_search_set_server (world.search, &world.server);
  g_assert_true (tandem_directory_search_is_available (world.search));
  wait_for_answer (&world);
  assert_first (&world, "Anna Sample", "+49 30 1234567");
  find (&world, "an");
  g_assert_cmpuint (count (&world), ==, 0);
  find (&world, " ANN ");
  g_assert_cmpuint (count (&world), ==, 1);
  find (&world, "4711");
  assert_first (&world, "Bert (Door*) Sample", "4711");
  find (&world, "sample");
  g_assert_cmpuint (count (&world), ==, 2);
  g_assert_false (tandem_directory_search_has_more (world.search));
  tandem_directory_search_set_server (world.search, NULL);
  g_assert_cmpuint (count (&world), ==, 0);
}

/* What is typed is no part of the filter. */
static void
test_escapes (void)
{
  static const char *const nothing[]
      = { "***", "a*a", ")(cn=*", "\\2a\\2a", "anna)(objectClass=*" };
  g_auto (World) world = { 0 };

  if (!world_set_up (&world, FALSE))
    return;
  tandem_directory_search_set_server (world.search, &world.server);
  for (guint i = 0; i < G_N_ELEMENTS (nothing); i++)
    {
      find (&world, nothing[i]);
      g_assert_cmpuint (count (&world), ==, 0);
      g_assert_null (tandem_directory_search_get_problem (world.search));
    }
  find (&world, "(door*)");
  assert_first (&world, "Bert (Door*) Sample", "4711");
}

static void
test_many (void)
{
  g_auto (World) world = { 0 };

  if (!world_set_up (&world, FALSE))
    return;
  tandem_directory_search_set_server (world.search, &world.server);
  find (&world, "many");
  g_assert_cmpuint (count (&world), ==, TANDEM_LDAP_MAX_RESULTS);
  g_assert_true (tandem_directory_search_has_more (world.search));
  /* Only the last key counts. */
  tandem_directory_search_set_text (world.search, "many 0");
  tandem_directory_search_set_text (world.search, "many 01");
  find (&world, "many 017");
  g_assert_cmpuint (count (&world), ==, 1);
  assert_first (&world, "Many 017", "9017");
  g_assert_false (tandem_directory_search_has_more (world.search));
}

static void
test_password (void)
{
  g_auto (World) world = { 0 };

  if (!world_set_up (&world, FALSE))
    return;
  world.server.user = (char *) "cn=reader," BASE;
  world.server.password = (char *) "sample-password";
  tandem_directory_search_set_server (world.search, &world.server);
  find (&world, "anna");
  assert_first (&world, "Anna Sample", "+49 30 1234567");
  world.server.password = (char *) "wrong";
  tandem_directory_search_set_server (world.search, &world.server);
  wait_for_answer (&world);
  assert_problem (&world, "refuses this user or password");
}

static void
test_encrypted (void)
{
  g_auto (World) world = { 0 };

  if (!world_set_up (&world, TRUE))
    return;
  for (guint secure = 0; secure < 2; secure++)
    {
      world.server.url = secure ? world.slapd->secure_url : world.slapd->url;
      world.server.ca_file = world.slapd->ca_file;
      tandem_directory_search_set_server (world.search, &world.server);
      find (&world, "anna");
      assert_first (&world, "Anna Sample", "+49 30 1234567");
      /* Signed by nobody that the system knows. */
      world.server.ca_file = NULL;
      tandem_directory_search_set_server (world.search, &world.server);
      wait_for_answer (&world);
      assert_problem (&world, "certificate is not trusted");
    }
}

static void
test_settings (void)
{
  static const struct
  {
    const char *url, *base, *filter, *words;
  } table[] = {
    { "http://127.8.0.2", BASE, FILTER, "ldaps://" },
    { "ldapi:///", BASE, FILTER, "ldaps://" },
    { NULL, "dc=elsewhere", FILTER, "LDAP base" },
    { NULL, BASE, "(cn=*)", "LDAP filter" },
    { NULL, BASE, "(cn=%s", "LDAP filter" },
    { "ldap://127.8.0.2:1", BASE, FILTER, "cannot be reached" },
  };
  g_auto (World) world = { 0 };

  if (!world_set_up (&world, FALSE))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      world.server.url = table[i].url != NULL ? (char *) table[i].url : world.slapd->url;
      world.server.base = (char *) table[i].base;
      world.server.filter = (char *) table[i].filter;
      tandem_directory_search_set_server (world.search, &world.server);
      find (&world, "anna");
      wait_for_answer (&world);
      assert_problem (&world, table[i].words);
    }
}

/* A silent server costs its time and nothing else; once it is back, so are its answers. */
static void
test_silence (void)
{
  g_auto (World) world = { 0 };
  gint64 before;

  if (!world_set_up (&world, FALSE))
    return;
  tandem_directory_search_set_server (world.search, &world.server);
  find (&world, "anna");
  tandem_directory_search_set_timeout (world.search, 300);
  slapd_hold (world.slapd);
  before = g_get_monotonic_time ();
  tandem_directory_search_set_text (world.search, "bert");
  g_assert_cmpint (g_get_monotonic_time () - before, <, 200 * 1000);
  g_assert_cmpuint (count (&world), ==, 1);
  wait_for_answer (&world);
  assert_problem (&world, "in time");
  /* A text that is given up does not hold up the next. */
  tandem_directory_search_set_timeout (world.search, DEADLINE * 1000 / 2);
  tandem_directory_search_set_text (world.search, "many");
  tandem_directory_search_set_text (world.search, "many 1");
  slapd_go_on (world.slapd);
  find (&world, "bert");
  assert_first (&world, "Bert (Door*) Sample", "4711");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/directory-search/letters", test_letters);
  g_test_add_func ("/directory-search/escapes", test_escapes);
  g_test_add_func ("/directory-search/many", test_many);
  g_test_add_func ("/directory-search/password", test_password);
  g_test_add_func ("/directory-search/encrypted", test_encrypted);
  g_test_add_func ("/directory-search/settings", test_settings);
  g_test_add_func ("/directory-search/silence", test_silence);
  return g_test_run ();
}
