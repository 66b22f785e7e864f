/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Facts of the image that hooks may ask for, from the personality's
 * statement, and that the runtime asks for.  Everything else of the runtime
 * is the same for all personalities, and compiled once for them.
 */
#include "code.h"
#include "gen.h"
#include "hook.h"

const char pimg_personality[] = PIMG_PERSONALITY;
const char pimg_release[] = PIMG_RELEASE;
const uint32_t pimg_release_code = PIMG_RELEASE_CODE;
const uint32_t pimg_ncalls = PIMG_NCALLS;
