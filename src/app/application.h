/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "actions.h"
#include "configuration.h"
#include "host.h"
#include "phone.h"
#include "window.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_APPLICATION (tandem_application_get_type ())
G_DECLARE_FINAL_TYPE (TandemApplication, tandem_application, TANDEM, APPLICATION, AdwApplication)

TandemApplication *tandem_application_new (const char *id, GApplicationFlags flags);
void tandem_application_set_host (TandemApplication *self, TandemHost *host);
void tandem_application_set_models (TandemApplication *self,
                                    TandemPhone *phone,
                                    TandemConfiguration *configuration,
                                    TandemActions *actions);
TandemWindow *tandem_application_get_window (TandemApplication *self);

G_END_DECLS
