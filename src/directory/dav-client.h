/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "dav-answer.h"

G_BEGIN_DECLS

/* TandemDavClient: WebDAV requests to one server, on behalf of one person. Blocks; belongs to the
 * thread that it was made in, which must not be the main one. The password goes only to the host of
 * the first address, or by TLS to one of the same domain; redirections elsewhere are refused. Answers
 * are limited in length and in time. Nothing here is logged. */

#define TANDEM_DAV_MAX_BODY (32 * 1024 * 1024)
#define TANDEM_DAV_TIMEOUT 30   /* seconds without a byte */
#define TANDEM_DAV_DEADLINE 300 /* seconds for all requests of a client */

typedef struct _TandemDavClient TandemDavClient;

/* url: http or https. plain: HTTP without TLS may go beyond this computer. Errors:
 * G_IO_ERROR_INVALID_ARGUMENT for what is no such address, G_IO_ERROR_NOT_SUPPORTED for one without
 * TLS. */
TandemDavClient *tandem_dav_client_new (const char *url,
                                        const char *user,
                                        const char *password,
                                        gboolean plain,
                                        GCancellable *cancellable,
                                        GError **error);
void tandem_dav_client_free (TandemDavClient *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TandemDavClient, tandem_dav_client_free)

/* (transfer full) (nullable): href made absolute, NULL when it is no address that may be asked. */
char *tandem_dav_client_resolve (TandemDavClient *self, const char *base, const char *href);
/* Sends body (XML) to url, which tandem_dav_client_resolve() gave, or which is the first one. depth:
 * "0" or "1". url_out: (out) (optional): where redirections led. status: (out) (optional).
 * Errors, translated: PERMISSION_DENIED: the password; NOT_FOUND: an answer other than 207; besides
 * INVALID_DATA, MESSAGE_TOO_LARGE, TIMED_OUT, CANCELLED, and those of the network. */
TandemDavAnswer *tandem_dav_client_ask (TandemDavClient *self,
                                        const char *method,
                                        const char *url,
                                        const char *depth,
                                        const char *body,
                                        char **url_out,
                                        guint *status,
                                        GError **error);

G_END_DECLS
