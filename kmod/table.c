// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copyright (c) 2026 The pimg authors
 *
 * Which images are held and which version of each personality is current.
 *
 * All under pimg_table_lock: exec reads it, install, promote and removal
 * write it.  The list has every image that is alive; `held` says which of
 * them the table has a reference to.  A personality exists while one of its
 * images is held.
 */
#include <crypto/sha2.h>
#include <linux/file.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "internal.h"

struct personality {
	struct list_head entry;
	char name[PIMG_KNAME];
	u32 current_version;	/* 0: none */
	u32 held;		/* images */
};

DECLARE_RWSEM(pimg_table_lock);
LIST_HEAD(pimg_images);
static LIST_HEAD(personalities);

static struct personality *find_personality(const char *name)
{
	struct personality *p;

	lockdep_assert_held(&pimg_table_lock);
	list_for_each_entry(p, &personalities, entry)
		if (!strcmp(p->name, name))
			return p;
	return NULL;
}

static struct pimg_image *find_image(const char *name, u32 version,
				     u32 machine)
{
	struct pimg_image *image;

	lockdep_assert_held(&pimg_table_lock);
	list_for_each_entry(image, &pimg_images, entry)
		if (image->held && image->version == version &&
		    (!machine || image->shape.note.machine == machine) &&
		    !strcmp(image->shape.note.personality, name))
			return image;
	return NULL;
}

/* ---- install ---- */

/* The whole file, once; *len is its length.  To be freed by vfree(). */
static void *read_file(int fd, size_t *len)
{
	struct fd f = fdget(fd);
	struct file *file = fd_file(f);
	void *data = ERR_PTR(-EBADF);
	loff_t size, pos = 0;
	ssize_t n;

	if (!file || !(file->f_mode & FMODE_READ))
		goto out;
	data = ERR_PTR(-EINVAL);
	if (!S_ISREG(file_inode(file)->i_mode))
		goto out;
	size = i_size_read(file_inode(file));
	data = ERR_PTR(-EFBIG);
	if (size < PIMG_FILE_MIN || size > PIMG_FILE_MAX)
		goto out;
	data = vmalloc(size);
	if (!data) {
		data = ERR_PTR(-ENOMEM);
		goto out;
	}
	while (pos < size) {
		n = kernel_read(file, data + pos, size - pos, &pos);
		if (n > 0)
			continue;
		vfree(data);	/* shrunk meanwhile, or unreadable */
		data = ERR_PTR(n ? n : -EIO);
		goto out;
	}
	*len = size;
out:
	fdput(f);
	return data;
}

static int add_image(const void *data, const struct pimg_shape *shape,
		     const struct pimg_install *req)
{
	struct personality *p = find_personality(req->name), *new = NULL;
	struct pimg_image *image;

	image = find_image(req->name, req->version, shape->note.machine);
	if (image)
		return memcmp(image->digest, req->file, PIMG_KDIGEST) ?
			-EEXIST : 0;
	if (!p) {
		p = new = kzalloc(sizeof(*p), GFP_KERNEL_ACCOUNT);
		if (!p)
			return -ENOMEM;
		memcpy(p->name, req->name, PIMG_KNAME);
	}
	image = pimg_image_new(data, shape, req->version, req->file,
			       req->manifest);
	if (IS_ERR(image)) {
		kfree(new);
		return PTR_ERR(image);
	}
	image->held = true;
	p->held++;
	if (new)
		list_add_tail(&p->entry, &personalities);
	return 0;
}

int pimg_table_install(int fd, const struct pimg_install *req)
{
	struct pimg_shape shape;
	u8 digest[SHA256_DIGEST_SIZE];
	size_t len;
	void *data;
	int err;

	data = read_file(fd, &len);
	if (IS_ERR(data))
		return PTR_ERR(data);
	sha256(data, len, digest);
	err = -EBADMSG;
	if (memcmp(digest, req->file, sizeof(digest)))
		goto out;
	err = pimg_check(data, len, &shape);
	if (err)
		goto out;
	err = -EINVAL;
	if (memcmp(shape.note.personality, req->name, PIMG_KNAME))
		goto out;
	down_write(&pimg_table_lock);
	err = add_image(data, &shape, req);
	up_write(&pimg_table_lock);
out:
	vfree(data);
	return err;
}

/* ---- current, remove ---- */

int pimg_table_current(const struct pimg_select *req)
{
	struct personality *p;
	int err = -ENOENT;

	down_write(&pimg_table_lock);
	p = find_personality(req->name);
	if (p && (!req->version || find_image(req->name, req->version, 0))) {
		p->current_version = req->version;
		err = 0;
	}
	up_write(&pimg_table_lock);
	return err;
}

/* Takes the images of one version off the table; they are put by the caller. */
static int unhold(const struct pimg_select *req, struct file *files[2])
{
	struct personality *p = find_personality(req->name);
	struct pimg_image *image;
	int n = 0;

	if (!p || !find_image(req->name, req->version, 0))
		return -ENOENT;
	if (p->current_version == req->version)
		return -EBUSY;
	while (n < 2 && (image = find_image(req->name, req->version, 0))) {
		image->held = false;
		files[n++] = image->file;
		p->held--;
	}
	if (!p->held) {
		list_del(&p->entry);
		kfree(p);
	}
	return 0;
}

int pimg_table_remove(const struct pimg_select *req)
{
	struct file *files[2] = { NULL, NULL };
	int err, i;

	down_write(&pimg_table_lock);
	err = unhold(req, files);
	up_write(&pimg_table_lock);
	for (i = 0; i < 2; i++)
		if (files[i])
			fput(files[i]);
	return err;
}

/* ---- looking ---- */

/* Whether a choice can be made now. */
int pimg_table_check(const struct pimg_choose *req)
{
	struct pimg_image *image;
	int err = -ENOENT;

	down_read(&pimg_table_lock);
	if (!req->version) {
		err = find_personality(req->name) ? 0 : -ENOENT;
		goto out;
	}
	if (!find_image(req->name, req->version, 0))
		goto out;
	err = 0;
	if (req->flags & PIMG_CHOOSE_DIGEST) {
		image = find_image(req->name, req->version, EM_X86_64);
		if (!image || memcmp(image->digest, req->file, PIMG_KDIGEST))
			err = -ESTALE;
	}
out:
	up_read(&pimg_table_lock);
	return err;
}

/*
 * The image for a program of that machine, with a reference; NULL if there
 * is none.
 */
struct file *pimg_table_get(const struct pimg_want *want, u32 machine)
{
	struct pimg_image *image = NULL;
	struct personality *p;
	struct file *file = NULL;
	u32 version = want->version;

	down_read(&pimg_table_lock);
	p = find_personality(want->name);
	if (p && !version)
		version = p->current_version;
	if (p && version)
		image = find_image(want->name, version, machine);
	if (image)
		file = get_file(image->file);
	up_read(&pimg_table_lock);
	return file;
}

bool pimg_table_empty(void)
{
	return list_empty(&personalities);
}

/*
 * Asks match about each brand of the current images (of any image, for a
 * personality without a current one); fills want at the first that does.
 */
bool pimg_table_brand(bool (*match)(const struct pimg_brand *, void *),
		      void *arg, struct pimg_want *want)
{
	struct pimg_image *image;
	struct personality *p;
	bool found = false;
	int i;

	down_read(&pimg_table_lock);
	list_for_each_entry(image, &pimg_images, entry) {
		if (!image->held || image->shape.note.model != PIMG_MODEL_BSD)
			continue;
		p = find_personality(image->shape.note.personality);
		if (p->current_version && p->current_version != image->version)
			continue;
		for (i = 0; i < PIMG_BRANDS_MAX && !found; i++)
			found = image->shape.note.brands[i].kind &&
				match(&image->shape.note.brands[i], arg);
		if (found) {
			memset(want, 0, sizeof(*want));
			memcpy(want->name, p->name, PIMG_KNAME);
			break;
		}
	}
	up_read(&pimg_table_lock);
	return found;
}

static void fill_entry(const struct pimg_image *image, struct pimg_entry *e)
{
	const struct pimg_note *note = &image->shape.note;
	struct personality *p = find_personality(note->personality);

	memset(e, 0, sizeof(*e));
	memcpy(e->name, note->personality, PIMG_KNAME);
	e->version = image->version;
	e->machine = note->machine;
	e->model = note->model;
	e->maps = atomic_read(&image->maps);
	e->calls = note->calls;
	if (image->held)
		e->flags |= PIMG_ENTRY_HELD;
	if (image->held && p && p->current_version == image->version)
		e->flags |= PIMG_ENTRY_CURRENT;
	memcpy(e->file, image->digest, PIMG_KDIGEST);
	memcpy(e->manifest, image->manifest, PIMG_KDIGEST);
}

int pimg_table_list(struct pimg_list *req)
{
	struct pimg_entry __user *dst = u64_to_user_ptr(req->entries);
	struct pimg_image *image;
	struct pimg_entry *all;
	u32 n = 0, room = min_t(u32, req->room, PIMG_SLOTS);
	int err = 0;

	all = kvmalloc_array(room + 1, sizeof(*all), GFP_KERNEL_ACCOUNT);
	if (!all)
		return -ENOMEM;
	down_read(&pimg_table_lock);
	list_for_each_entry(image, &pimg_images, entry) {
		if (n < room)
			fill_entry(image, &all[n]);
		n++;
	}
	up_read(&pimg_table_lock);
	req->count = n;
	n = min(n, room);
	if (n && copy_to_user(dst, all, n * sizeof(*all)))
		err = -EFAULT;
	kvfree(all);
	return err;
}

void pimg_table_count(struct pimg_info *info)
{
	struct pimg_image *image;

	down_read(&pimg_table_lock);
	list_for_each_entry(image, &pimg_images, entry) {
		info->images++;
		info->maps += atomic_read(&image->maps);
	}
	up_read(&pimg_table_lock);
}
