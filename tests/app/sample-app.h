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

/* The scenes of tandem_phone_new_sample() that say something of the main window; ends with NULL. */
extern const char *const sample_app_scenes[];

SampleApp *sample_app_new (const char *scene);
/* Takes the phone. */
SampleApp *sample_app_new_for_phone (TandemPhone *phone, TandemConfiguration *configuration);
/* With the main window drawn in that size. */
SampleApp *sample_app_show (const char *scene, int width, int height);
void sample_app_free (SampleApp *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SampleApp, sample_app_free)

/* Runs the main loop until condition holds; fails the test after 20 s. */
void sample_app_wait (gboolean (*condition) (gpointer data), gpointer data);
void sample_app_wait_mapped (GtkWidget *widget);
/* Waits until what was changed has been laid out and drawn. */
void sample_app_settle (GtkWidget *widget);

/* Presses a key on a widget whose key controllers are asked in turn; whether one took it. */
gboolean sample_app_press (GtkWidget *widget, guint keyval, GdkModifierType modifiers);
/* Within the main window; fails the test when there is no such widget. */
GtkWidget *sample_app_child (SampleApp *self, const char *id);
TandemCall *sample_app_first_call (SampleApp *self);
/* The first window of that type; fails the test when there is none. */
GtkWidget *sample_app_find_window (GType type);

GtkWidget *sample_app_find (GtkWidget *root, GType type, const char *text);
GtkWidget *sample_app_find_named (GtkWidget *root, const char *id);

G_END_DECLS
