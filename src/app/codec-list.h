/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "configuration.h"
#include "phone.h"

G_BEGIN_DECLS

#define TANDEM_TYPE_CODEC_LIST (tandem_codec_list_get_type ())
G_DECLARE_FINAL_TYPE (TandemCodecList, tandem_codec_list, TANDEM, CODEC_LIST, AdwBin)

void tandem_codec_list_bind (TandemCodecList *self,
                             TandemPhone *phone,
                             TandemConfiguration *configuration);

G_END_DECLS
