// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copyright (c) 2026 The pimg authors
 *
 * Syscall personalities: the kernel holds proxy images, maps the current one
 * of its personality into each new program, and turns the program's system
 * calls into jumps into it.  Load and unload.
 *
 * Images pin the module: it can be unloaded only when none is alive, that is
 * when no task is armed.
 */
#include <linux/init.h>
#include <linux/module.h>

#include "internal.h"

static int __init pimg_init(void)
{
	int err;

	err = pimg_selftest();
	if (err)
		return err;
	err = pimg_image_init();
	if (err)
		return err;
	err = pimg_redirect_init();
	if (err)
		goto image_exit;
	err = pimg_probe_init();
	if (err)
		goto redirect_exit;
	err = pimg_exec_init();
	if (err)
		goto probe_exit;
	err = pimg_dev_init();
	if (err)
		goto exec_exit;
	return 0;

exec_exit:
	pimg_exec_exit();
probe_exit:
	pimg_probe_exit();
redirect_exit:
	pimg_redirect_exit();
image_exit:
	pimg_image_exit();
	return err;
}

static void __exit pimg_exit(void)
{
	pimg_dev_exit();
	pimg_exec_exit();
	pimg_probe_exit();
	pimg_redirect_exit();
	pimg_image_exit();
	pimg_choice_drop_all();
}

module_init(pimg_init);
module_exit(pimg_exit);
MODULE_DESCRIPTION("Live-patchable syscall personalities");
MODULE_AUTHOR("The pimg authors");
MODULE_VERSION(PIMG_VERSION);
MODULE_LICENSE("GPL");
