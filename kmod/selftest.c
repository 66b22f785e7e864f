// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copyright (c) 2026 The pimg authors
 *
 * A debug build tests itself before it offers anything, and does not load if
 * a test fails: the checks of names and of images against a small image made
 * here, with every single bit of its headers flipped, cut at every length;
 * and the encoding of armed tasks.
 */
#include <linux/elf.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/syscall_user_dispatch.h>
#include <linux/vmalloc.h>

#include "internal.h"

#define FILE_LEN SZ_8K
#define NOTE_OFF 0x158
#define CODE_OFF 0x400

struct tiny {
	struct elf64_hdr eh;
	struct elf64_phdr ph[5];
	u8 pad[NOTE_OFF - sizeof(struct elf64_hdr) -
	       5 * sizeof(struct elf64_phdr)];
	struct {
		u32 namesz, descsz, type;
		char name[8];
		struct pimg_note desc;
	} note;
} __packed;

static void make_tiny(struct tiny *t)
{
	memset(t, 0, FILE_LEN);
	memcpy(t->eh.e_ident, ELFMAG, SELFMAG);
	t->eh.e_ident[EI_CLASS] = ELFCLASS64;
	t->eh.e_ident[EI_DATA] = ELFDATA2LSB;
	t->eh.e_ident[EI_VERSION] = EV_CURRENT;
	t->eh.e_type = ET_DYN;
	t->eh.e_machine = EM_X86_64;
	t->eh.e_entry = CODE_OFF;
	t->eh.e_phoff = sizeof(t->eh);
	t->eh.e_ehsize = sizeof(t->eh);
	t->eh.e_phentsize = sizeof(t->ph[0]);
	t->eh.e_phnum = 3;
	t->ph[0] = (struct elf64_phdr){ .p_type = PT_LOAD,
		.p_flags = PF_R | PF_X, .p_filesz = SZ_4K + 16,
		.p_memsz = SZ_4K + 16 };
	t->ph[1] = (struct elf64_phdr){ .p_type = PT_LOAD,
		.p_flags = PF_R | PF_W, .p_vaddr = SZ_8K, .p_memsz = 100 };
	t->ph[2] = (struct elf64_phdr){ .p_type = PT_NOTE, .p_flags = PF_R,
		.p_offset = NOTE_OFF, .p_vaddr = NOTE_OFF,
		.p_filesz = sizeof(t->note) };
	t->note.namesz = 5;
	t->note.descsz = sizeof(t->note.desc);
	t->note.type = PIMG_NOTE_TYPE;
	strcpy(t->note.name, PIMG_NOTE_OWNER);
	t->note.desc = (struct pimg_note){ .format = PIMG_NOTE_FORMAT,
		.size = sizeof(t->note.desc), .abi_revision = PIMG_ABI_REVISION,
		.machine = EM_X86_64, .model = PIMG_MODEL_LINUX, .calls = 1,
		.entry_rcx = CODE_OFF, .start = CODE_OFF + 16,
		.gate = CODE_OFF + 32, .selector = CODE_OFF + 34,
		.personality = "test" };
	memcpy((u8 *)t + CODE_OFF + 32, "\x0f\x05\x01", 3);
}

#define EXPECT(x) do {						\
	if (!(x)) {						\
		pr_err("self-test: %s:%d: %s\n", __func__,	\
		       __LINE__, #x);				\
		return -EINVAL;					\
	}							\
} while (0)

static int test_names(void)
{
	char name[PIMG_KNAME] = "linux26";

	EXPECT(pimg_name_ok(name));
	name[PIMG_KNAME - 1] = 'x';
	EXPECT(!pimg_name_ok(name));
	memset(name, 'a', sizeof(name));
	EXPECT(!pimg_name_ok(name));
	name[PIMG_KNAME - 1] = '\0';
	EXPECT(pimg_name_ok(name));
	name[3] = '/';
	EXPECT(!pimg_name_ok(name));
	name[3] = 'A';
	EXPECT(!pimg_name_ok(name));
	memset(name, 0, sizeof(name));
	EXPECT(!pimg_name_ok(name));
	name[0] = '1';
	EXPECT(!pimg_name_ok(name));
	return 0;
}

static int refused(struct tiny *t)
{
	struct pimg_shape shape;

	return pimg_check(t, FILE_LEN, &shape) != 0;
}

static int test_shape(struct tiny *t)
{
	struct pimg_shape s;

	make_tiny(t);
	EXPECT(pimg_check(t, FILE_LEN, &s) == 0);
	EXPECT(s.text == SZ_8K && s.filesz == SZ_4K + 16);
	EXPECT(s.total == 3 * SZ_4K);
	t->ph[0].p_flags |= PF_W;
	EXPECT(refused(t));
	make_tiny(t);
	t->ph[1].p_flags |= PF_X;
	EXPECT(refused(t));
	make_tiny(t);
	t->ph[1].p_vaddr = SZ_4K;	/* overlaps the code */
	EXPECT(refused(t));
	make_tiny(t);
	t->ph[1].p_memsz = ~0ULL - SZ_8K;
	EXPECT(refused(t));
	make_tiny(t);
	t->ph[2].p_type = PT_INTERP;
	EXPECT(refused(t));
	make_tiny(t);
	t->eh.e_phoff = ~0ULL - 3;
	EXPECT(refused(t));
	make_tiny(t);
	t->note.desc.abi_revision++;
	EXPECT(pimg_check(t, FILE_LEN, &s) == -EPROTONOSUPPORT);
	make_tiny(t);
	t->note.desc.brands[0] = (struct pimg_brand){ PIMG_BRAND_OSABI, 9 };
	EXPECT(refused(t));		/* a linux model has no brand */
	t->note.desc.model = PIMG_MODEL_BSD;
	EXPECT(!refused(t));
	t->note.desc.brands[0].osabi = ELFOSABI_NONE;
	EXPECT(refused(t));		/* would take every program */
	return 0;
}

/* What comes out must be usable whatever bit is wrong. */
static int test_flips(struct tiny *t)
{
	struct pimg_shape s;
	size_t bit, len;

	for (bit = 0; bit < sizeof(*t) * 8; bit++) {
		make_tiny(t);
		((u8 *)t)[bit / 8] ^= 1 << bit % 8;
		if (pimg_check(t, FILE_LEN, &s))
			continue;
		EXPECT(s.filesz <= FILE_LEN && s.filesz <= s.text);
		EXPECT(s.text < s.total && s.total <= FILE_LEN + PIMG_ZERO_MAX);
		EXPECT(PAGE_ALIGNED(s.text) && PAGE_ALIGNED(s.total));
		EXPECT(s.note.entry_rcx < s.filesz && s.note.start < s.filesz);
		EXPECT(s.note.selector < s.filesz);
		EXPECT(pimg_name_ok(s.note.personality));
	}
	make_tiny(t);
	for (len = 0; len < SZ_4K + 16; len++)
		EXPECT(pimg_check(t, len, &s));
	EXPECT(!pimg_check(t, len, &s));
	return 0;
}

/* A task counts as armed only if all its fields say so. */
static int test_armed(struct tiny *t)
{
	struct pimg_image *image = kzalloc(sizeof(*image), GFP_KERNEL);
	struct task_struct *task = kzalloc(sizeof(*task), GFP_KERNEL);
	struct syscall_user_dispatch *sd;
	int err = -ENOMEM, slot;

	if (!image || !task)
		goto out;
	make_tiny(t);
	err = pimg_check(t, FILE_LEN, &image->shape);
	if (err)
		goto out;
	down_write(&pimg_table_lock);
	slot = pimg_slot_take(image);
	up_write(&pimg_table_lock);
	image->slot = slot;
	sd = &task->syscall_dispatch;
	err = -EINVAL;
	if (slot < 1 || pimg_armed(task))
		goto give;
	pimg_arm(task, image, 0x7000000000);
	if (pimg_armed(task) != &pimg_slots[slot])
		goto give;
	/* to the stock code: the image's text is native, the rest is not */
	if (sd->len < image->shape.text || sd->len > image->shape.total ||
	    sd->selector != (char __user *)0x7000000000 + CODE_OFF + 34)
		goto give;
	sd->len += PAGE_SIZE;
	if (pimg_armed(task))
		goto give;
	sd->len -= PAGE_SIZE;
	sd->selector++;
	if (pimg_armed(task))
		goto give;
	sd->selector--;
	clear_task_syscall_work(task, SYSCALL_USER_DISPATCH);
	if (pimg_armed(task))
		goto give;
	err = 0;
give:
	down_write(&pimg_table_lock);
	pimg_slot_give(slot);
	up_write(&pimg_table_lock);
out:
	if (err)
		pr_err("self-test: %s failed\n", __func__);
	kfree(task);
	kfree(image);
	return err;
}

int pimg_selftest(void)
{
	struct tiny *t = vmalloc(FILE_LEN);
	int err = -ENOMEM;

	BUILD_BUG_ON(offsetof(struct tiny, note) != NOTE_OFF);
	if (t)
		err = test_names();
	if (!err)
		err = test_shape(t);
	if (!err)
		err = test_flips(t);
	if (!err)
		err = test_armed(t);
	vfree(t);
	pr_info("self-tests: %s\n", err ? "FAILED" : "passed");
	return err;
}
