/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "practice.h"

#include <glib.h>
#include <glib/gstdio.h>

#include <string.h>

/* The child and how it is talked to, with a stand-in for the exchange. */

static const char *fake;
static char *log_path;

typedef struct
{
  gboolean done;
  gboolean started;
  GError *error;
} Start;

static void
on_started (GObject *source, GAsyncResult *result, gpointer data)
{
  Start *start = data;

  start->started = tandem_practice_start_finish (TANDEM_PRACTICE (source), result, &start->error);
  start->done = TRUE;
}

static gboolean
on_deadline (gpointer data)
{
  g_error ("nothing happened in time");
  return G_SOURCE_REMOVE;
}

static void
start_and_wait (TandemPractice *practice, Start *start)
{
  guint deadline = g_timeout_add_seconds (20, on_deadline, NULL);

  tandem_practice_start_async (practice, on_started, start);
  while (!start->done)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
}

static TandemPractice *
started (const char *how)
{
  TandemPractice *practice = tandem_practice_new (fake);
  Start start = { 0 };

  g_setenv ("TANDEM_FAKE", how, TRUE);
  g_unlink (log_path);
  start_and_wait (practice, &start);
  g_assert_no_error (start.error);
  g_assert_true (start.started);
  return practice;
}

/* Runs the main loop until the file holds the text. */
static void
wait_for_log (const char *wanted)
{
  guint deadline = g_timeout_add_seconds (20, on_deadline, NULL);
  g_autofree char *text = NULL;

  g_file_get_contents (log_path, &text, NULL, NULL);
  while (text == NULL || strcmp (text, wanted) != 0)
    {
      g_main_context_iteration (NULL, FALSE);
      g_thread_yield ();
      g_clear_pointer (&text, g_free);
      g_file_get_contents (log_path, &text, NULL, NULL);
    }
  g_source_remove (deadline);
}

static void
test_good (void)
{
  g_autoptr (TandemPractice) practice = started ("good");
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (tandem_practice_get_user (practice), ==, "100");
  g_assert_cmpstr (tandem_practice_get_password (practice), ==, "<&'\"");
  g_assert_cmpstr (tandem_practice_get_domain (practice), ==, "practice.example.test");
  g_assert_cmpstr (tandem_practice_get_proxies (practice)[1], ==, "127.4.0.2:5070");
  g_assert_cmpuint (g_strv_length ((char **) tandem_practice_get_proxies (practice)), ==, 2);
  g_assert_cmpstr (tandem_practice_get_extensions (practice)[0], ==, "200\tEcho");
  g_assert_cmpuint (g_strv_length ((char **) tandem_practice_get_extensions (practice)), ==, 2);

  g_assert_true (tandem_practice_silence (practice, "127.4.0.1:5070", &error));
  g_assert_no_error (error);
  g_assert_true (tandem_practice_silence (practice, "127.4.0.1:5070", &error));
  g_assert_true (tandem_practice_restore (practice, "127.4.0.1:5070", &error));
  g_assert_no_error (error);
  g_assert_true (tandem_practice_call_me (practice, &error));
  g_assert_no_error (error);
  g_assert_false (tandem_practice_silence (practice, "127.4.0.9:5070", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (tandem_practice_silence (practice, "127.4.0.1:5070\nquit", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);

  tandem_practice_stop (practice);
  tandem_practice_stop (practice);
  g_assert_false (tandem_practice_call_me (practice, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
  wait_for_log (
      "silence 127.4.0.1:5070\nsilence 127.4.0.1:5070\nrestore 127.4.0.1:5070\ncall-me\nend\n");
}

/* The child goes when the object goes, without anybody saying stop. */
static void
test_dropped (void)
{
  TandemPractice *practice = started ("good");

  g_assert_true (tandem_practice_call_me (practice, NULL));
  wait_for_log ("call-me\n");
  g_assert_finalize_object (practice);
}

static void
test_bad_starts (void)
{
  static const struct
  {
    const char *how;
    GIOErrorEnum code;
  } cases[] = {
    { "dies", G_IO_ERROR_FAILED },
    { "rubbish", G_IO_ERROR_INVALID_DATA },
    { "mute", G_IO_ERROR_TIMED_OUT },
  };
  g_autoptr (TandemPractice) nowhere = tandem_practice_new ("/nonexistent/tandem-exchange");
  Start start = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TandemPractice) practice = tandem_practice_new (fake);
      Start attempt = { 0 };

      g_setenv ("TANDEM_FAKE", cases[i].how, TRUE);
      start_and_wait (practice, &attempt);
      g_assert_false (attempt.started);
      g_assert_error (attempt.error, G_IO_ERROR, (int) cases[i].code);
      g_clear_error (&attempt.error);
      g_assert_false (tandem_practice_call_me (practice, NULL));
    }
  start_and_wait (nowhere, &start);
  g_assert_error (start.error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (start.error->message, "/nonexistent/tandem-exchange"));
  g_clear_error (&start.error);
}

static void
on_ended (TandemPractice *practice, const char *reason, gpointer data)
{
  g_assert_nonnull (reason);
  *(gboolean *) data = TRUE;
}

static void
test_ends_by_itself (void)
{
  g_autoptr (TandemPractice) practice = started ("crashes-later");
  gboolean ended = FALSE;
  guint deadline = g_timeout_add_seconds (20, on_deadline, NULL);

  g_signal_connect (practice, "ended", G_CALLBACK (on_ended), &ended);
  g_assert_true (tandem_practice_call_me (practice, NULL));
  while (!ended)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
  g_assert_false (tandem_practice_call_me (practice, NULL));
}

/* A child that ignores the end of its input is killed, and may be started anew. */
static void
test_stubborn (void)
{
  g_autoptr (TandemPractice) practice = started ("stubborn");
  Start start = { 0 };
  gint64 begin = g_get_monotonic_time ();

  tandem_practice_stop (practice);
  do
    {
      g_clear_error (&start.error);
      start.done = FALSE;
      start_and_wait (practice, &start);
      g_assert_cmpint (g_get_monotonic_time () - begin, <, 20 * G_USEC_PER_SEC);
    }
  while (!start.started);
  tandem_practice_stop (practice);
}

int
main (int argc, char **argv)
{
  g_autofree char *directory = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  fake = g_getenv ("TANDEM_FAKE_EXCHANGE");
  g_assert_nonnull (fake);
  directory = g_dir_make_tmp ("tandem-XXXXXX", NULL);
  log_path = g_build_filename (directory, "log", NULL);
  g_setenv ("TANDEM_FAKE_LOG", log_path, TRUE);
  g_test_add_func ("/practice/good", test_good);
  g_test_add_func ("/practice/dropped", test_dropped);
  g_test_add_func ("/practice/bad-starts", test_bad_starts);
  g_test_add_func ("/practice/ends-by-itself", test_ends_by_itself);
  g_test_add_func ("/practice/stubborn", test_stubborn);
  status = g_test_run ();
  g_unlink (log_path);
  g_rmdir (directory);
  g_free (log_path);
  return status;
}
