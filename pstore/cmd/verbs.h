/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * One function for each command; each is in cmd_VERB.c.  A negative result is
 * a failure whose record is filled, any other the exit status.
 */
#ifndef PSTORE_VERBS_H
#define PSTORE_VERBS_H

#include "pstore/cmd/cli.h"

command_fn cmd_add, cmd_binfmt, cmd_current, cmd_exec, cmd_export, cmd_fsck, cmd_kernel,
    cmd_list, cmd_log, cmd_promote, cmd_ps, cmd_remove, cmd_rollback, cmd_show,
    cmd_status, cmd_trust;

#endif
