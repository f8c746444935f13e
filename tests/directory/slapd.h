/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A real LDAP server for tests: slapd on 127.8.0.2 with sample people below dc=example,dc=test, all in memory
 * or in a folder of its own that goes with it. "cn=reader,dc=example,dc=test" signs in with "sample-password". */

typedef struct
{
  char *folder;
  char *url;        /* ldap://127.8.0.2:PORT */
  char *secure_url; /* ldaps://127.8.0.2:PORT */
  char *ca_file;    /* whom its certificate is signed by: itself */
  GPid pid;
} Slapd;

gboolean slapd_is_installed (void);
/* NULL: slapd is not installed. Everything else that goes wrong ends the test. */
Slapd *slapd_new (gboolean with_tls);
/* Silent from now on: SIGSTOP. */
void slapd_hold (Slapd *self);
void slapd_go_on (Slapd *self);
void slapd_free (Slapd *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Slapd, slapd_free)

G_END_DECLS
