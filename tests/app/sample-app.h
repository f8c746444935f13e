/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "application.h"

G_BEGIN_DECLS

/* The windows with a phone whose state is made up: for tests and pictures. */
typedef struct
{
  TandemApplication *application;
  TandemPhone *phone;
  TandemConfiguration *configuration;
  TandemActions *actions;
  TandemWindow *window;
} SampleApp;

SampleApp *sample_app_new (const char *scene);
void sample_app_free (SampleApp *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SampleApp, sample_app_free)

/* Runs the main loop until condition holds; fails the test after 5 s. */
void sample_app_wait (gboolean (*condition) (gpointer data), gpointer data);
void sample_app_wait_mapped (GtkWidget *widget);
/* Waits until what was changed has been laid out and drawn. */
void sample_app_settle (GtkWidget *widget);

GtkWidget *sample_app_find (GtkWidget *root, GType type, const char *text);
GtkWidget *sample_app_find_named (GtkWidget *root, const char *id);

G_END_DECLS
