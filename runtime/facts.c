/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Facts of the image that hooks may ask for, from the personality's
 * statement.
 */
#include "gen.h"
#include "hook.h"

const char pimg_personality[] = PIMG_PERSONALITY;
const char pimg_release[] = PIMG_RELEASE;
