/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Stands in for tandem-exchange where only the way it is talked to matters. TANDEM_FAKE says how it
 * behaves: "good" (the default), "mute" (never ready), "rubbish", "dies", "crashes-later" (ends on
 * its first command), "stubborn" (ignores the end of its input). What it is told goes to the file
 * TANDEM_FAKE_LOG. */

int
main (void)
{
  const char *how = getenv ("TANDEM_FAKE");
  const char *log_name = getenv ("TANDEM_FAKE_LOG");
  FILE *log = log_name != NULL ? fopen (log_name, "w") : NULL;
  char line[256];

  if (how == NULL)
    how = "good";
  if (strcmp (how, "dies") == 0)
    return 3;
  if (strcmp (how, "rubbish") == 0)
    puts ("hello");
  else if (strcmp (how, "mute") != 0)
    puts ("{\"proxies\":[\"127.4.0.1:5070\",\"127.4.0.2:5070\"],\"user\":\"100\","
          "\"password\":\"<&'\\\"\",\"domain\":\"practice.example.test\","
          "\"extensions\":[{\"number\":\"200\",\"name\":\"Echo\"},{\"number\":\"201\","
          "\"name\":\"Busy\"}],\"more\":1}");
  fflush (stdout);
  while (fgets (line, sizeof line, stdin) != NULL)
    {
      if (log != NULL)
        {
          fputs (line, log);
          fflush (log);
        }
      puts ("{\"ok\":true}");
      fflush (stdout);
      if (strcmp (how, "crashes-later") == 0)
        return 4;
    }
  if (strcmp (how, "stubborn") == 0)
    for (;;)
      pause ();
  if (log != NULL)
    {
      fputs ("end\n", log);
      fclose (log);
    }
  return 0;
}
