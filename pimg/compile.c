/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Compiling and linking the images of all ABIs, in parallel:
 *
 *	all sources of all ABIs ─► objects ─► checked ─► links ─► objcopies
 */
#include <stdlib.h>
#include <string.h>

#include "pimg/build.h"
#include "pimg/gen.h"
#include "pimg/image.h"
#include "pimg/jobs.h"
#include "pimg/objects.h"
#include "pimg/unit.h"

/*
 * -mgeneral-regs-only: there is no vector state to save on the way in.
 * -ffile-prefix-map: the work folder's name must not reach the image.
 */
static const char *const compile_flags[] = {
	"-std=gnu17", "-g", "-ffreestanding", "-fpie",
	"-fvisibility=hidden", "-mgeneral-regs-only", "-fno-stack-protector",
	"-fno-strict-aliasing", "-fcf-protection=none", "-fno-common",
	"-fasynchronous-unwind-tables", "-fno-omit-frame-pointer",
	"-Wall", "-Werror", "-Iruntime",
};

/*
 * What a call costs is entry.S and the native call: -O1 makes images as fast as
 * -O2 does, in less than two thirds of the time.
 */
static const char *const runtime_flags[] = { "-O1" };
static const char *const proto_flags[] = { "-O1", "-fno-var-tracking" };

/* Kernel headers of the other ABI are in the native one's folder. */
#define	HEADERS	"-idirafter/usr/include/x86_64-linux-gnu"

static const char *const link_flags[] = {
	"-nostdlib", "-static-pie", "-Wl,--build-id=none",
	"-Wl,-z,noexecstack", "-Wl,--no-dynamic-linker",
	"-Wl,-z,max-page-size=4096", "-Wl,--fatal-warnings",
};

#define	N(a)	(sizeof(a) / sizeof((a)[0]))

struct object {
	const char	*name;		/* obj/... */
	uint8_t		 key[PSTORE_HASH_BYTES];
	bool		 keep;		/* the key is good */
};

struct image {
	enum pimg_abi	  abi;
	const char	 *name;		/* "x86_64" */
	const char	 *full;		/* before symbols are split off */
	const char	 *debug;
	struct object	 *objects;
	size_t		  nobjects;
};

struct plan {
	struct pimg_build	*b;
	const struct pimg_inputs *in;
	struct pimg_arena	*arena;
	struct image		 images[PIMG_NABI];
	size_t			 nimages;
	struct pimg_job		*jobs;
	size_t			 njobs;
	size_t			 done;		/* of the jobs */
	struct pstore_error	*error;
};

struct words {
	char	**list;
	size_t	  count;
};

static void
add(struct plan *p, struct words *w, const char *word)
{
	PIMG_APPEND(p->arena, w->list, w->count, (char *)(uintptr_t)word);
}

static void
add_all(struct plan *p, struct words *w, const char *const *list, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		add(p, w, list[i]);
}

/* The compiler named by CC, with its own words. */
static void
compiler(struct plan *p, struct words *w, enum pimg_abi abi)
{
	const char *cc = getenv("CC");
	char **list;
	size_t i, n;

	if (cc == NULL || cc[0] == '\0')
		cc = "cc";
	list = pimg_words(p->arena, cc, &n);
	for (i = 0; i < n; i++)
		add(p, w, list[i]);
	add(p, w, abi == PIMG_I386 ? "-m32" : "-m64");
}

static void
add_job(struct plan *p, struct words *w, const char *what)
{
	struct pimg_job job = { .what = what };

	add(p, w, NULL);
	job.argv = w->list;
	PIMG_APPEND(p->arena, p->jobs, p->njobs, job);
}

static const char *
object_name(struct plan *p, const struct image *m, const char *source)
{
	char *name = pimg_printf(p->arena, "obj/%s-%s.o", m->name, source), *c;

	for (c = name + 4; *c != '\0'; c++) {
		if (*c == '/')
			*c = '-';
	}
	return (name);
}

/* An earlier build of this run has made the object already. */
static bool
made_before(struct plan *p, const struct image *m, const char *source,
    struct object *o)
{
	const struct pimg_object *made;

	if (p->b->objects == NULL)
		return (false);
	o->keep = pimg_object_key(p->b, p->in, m->abi, source,
	    o->key);
	made = o->keep ? pimg_object_find(p->b->objects, o->key) : NULL;
	return (made != NULL && pimg_work_write(p->b, o->name, made->data,
	    made->size, p->error) == 0);
}

static void
compile(struct plan *p, struct image *m, const char *source)
{
	struct object o = { .name = object_name(p, m, source) };
	bool made = made_before(p, m, source, &o);
	struct words w = {0};
	const char **folders;
	size_t i, n;

	PIMG_APPEND(p->arena, m->objects, m->nobjects, o);
	if (made)
		return;
	compiler(p, &w, m->abi);
	add_all(p, &w, compile_flags, N(compile_flags));
	if (strncmp(source, "runtime/", 8) == 0)
		add_all(p, &w, runtime_flags, N(runtime_flags));
	else
		add_all(p, &w, proto_flags, N(proto_flags));
	n = strncmp(source, "protos/", 7) != 0 ? 0 :
	    pimg_hook_folders(p->b->unit, &folders);
	for (i = 0; i < n; i++) {
		add(p, &w, "-iquote");
		add(p, &w, pimg_printf(p->arena, "protos/%s", folders[i]));
	}
	add(p, &w, pimg_printf(p->arena, "-Igen/%s", m->name));
	add(p, &w, HEADERS);
	add(p, &w, pimg_printf(p->arena, "-ffile-prefix-map=%s=.",
	    p->b->work));
	add(p, &w, "-c");
	add(p, &w, source);
	add(p, &w, "-o");
	add(p, &w, o.name);
	add_job(p, &w, source);
}

/* Compiled for its static assertions alone. */
static void
assertion(struct plan *p, struct image *m, const char *source)
{
	struct words w = {0};

	compiler(p, &w, m->abi);
	add(p, &w, "-std=gnu17");
	add(p, &w, "-D_GNU_SOURCE");
	add(p, &w, pimg_printf(p->arena, "-Igen/%s", m->name));
	add(p, &w, HEADERS);
	add(p, &w, "-fsyntax-only");
	add(p, &w, source);
	add_job(p, &w, source);
}

static bool
is_source(const char *name)
{
	const char *dot = strrchr(name, '.');

	return (dot != NULL &&
	    (strcmp(dot, ".c") == 0 || strcmp(dot, ".S") == 0));
}

static int
write_text(struct plan *p, const char *name, struct pimg_text *t)
{
	int rv = pimg_work_write(p->b, name, t->data, t->len, p->error);

	pimg_text_free(t);
	return (rv);
}

static int
generate(struct plan *p, struct image *m)
{
	const struct pimg_unit *u = p->b->unit;
	struct pimg_text t = {0};
	const char *name;
	size_t i;

	pimg_gen_convention(u, &t);
	if (write_text(p, pimg_printf(p->arena, "gen/%s/convention.h",
	    m->name), &t) < 0)
		return (-1);
	pimg_gen_header(u, m->abi, p->b->source, &t);
	if (write_text(p, pimg_printf(p->arena, "gen/%s/gen.h", m->name),
	    &t) < 0)
		return (-1);
	pimg_gen_dispatch(u, m->abi, &t);
	name = pimg_printf(p->arena, "gen/%s/dispatch.S", m->name);
	if (write_text(p, name, &t) < 0)
		return (-1);
	compile(p, m, name);
	pimg_gen_conv(u, m->abi, &t);
	if (write_text(p, pimg_printf(p->arena, "gen/%s/conv.h", m->name),
	    &t) < 0)
		return (-1);
	pimg_gen_shims(u, m->abi, &t);
	name = pimg_printf(p->arena, "gen/%s/shims.c", m->name);
	if (write_text(p, name, &t) < 0)
		return (-1);
	compile(p, m, name);
	pimg_gen_trace(u, m->abi, &t);
	name = pimg_printf(p->arena, "gen/%s/trace.c", m->name);
	if (write_text(p, name, &t) < 0)
		return (-1);
	compile(p, m, name);
	/*
	 * The C library's headers name this file when they are read for i386;
	 * it is there only where a 32-bit library is installed, and nothing is
	 * in it that matters to a layout.
	 */
	if (pimg_work_write(p->b, pimg_printf(p->arena,
	    "gen/%s/gnu/stubs-32.h", m->name), "", 0, p->error) < 0)
		return (-1);
	for (i = 0; pimg_gen_assert(u, m->abi, i, &t); i++) {
		name = pimg_printf(p->arena, "gen/%s/assert%zu.c", m->name, i);
		if (write_text(p, name, &t) < 0)
			return (-1);
		assertion(p, m, name);
	}
	return (0);
}

static int
check_objects(struct plan *p, const struct image *m)
{
	struct pimg_text t;
	struct pimg_elf e;
	size_t i;
	int rv = 0;

	for (i = 0; i < m->nobjects && rv == 0; i++) {
		t = (struct pimg_text){0};
		rv = pimg_work_read(p->b, m->objects[i].name, &t, p->error);
		if (rv == 0)
			rv = pimg_elf_open(&e, p->arena, m->objects[i].name +
			    4, t.data, t.len, p->error);
		if (rv == 0)
			rv = pimg_object_check(&e, p->error);
		if (rv == 0 && m->objects[i].keep)
			pimg_object_keep(p->b->objects, m->objects[i].key,
			    t.data, t.len);
		pimg_text_free(&t);
	}
	return (rv);
}

/* Runs the jobs that were added since the last time. */
static int
run(struct plan *p)
{
	size_t first = p->done;

	p->done = p->njobs;
	return (pimg_jobs_run(p->jobs + first, p->njobs - first, p->b->work,
	    &p->b->log, p->error));
}

static void
link_image(struct plan *p, struct image *m)
{
	struct words w = {0};
	size_t i;

	compiler(p, &w, m->abi);
	add_all(p, &w, link_flags, N(link_flags));
	add(p, &w, pimg_printf(p->arena, "-Wl,-T,runtime/%s/image.lds",
	    m->name));
	add(p, &w, "-o");
	add(p, &w, m->full);
	for (i = 0; i < m->nobjects; i++)
		add(p, &w, m->objects[i].name);
	add_job(p, &w, pimg_printf(p->arena, "link of %s", m->name));
}

static void
objcopy(struct plan *p, const char *a, const char *b, const char *from,
    const char *to)
{
	const char *program = getenv("OBJCOPY");
	struct words w = {0};

	add(p, &w, program != NULL && program[0] != '\0' ? program :
	    "objcopy");
	add(p, &w, a);
	if (b != NULL)
		add(p, &w, b);
	add(p, &w, from);
	add(p, &w, to);
	add_job(p, &w, to);
}

static int
output(struct plan *p, const char *name, struct pimg_text *t)
{
	struct pimg_output *o = &p->b->outputs[p->b->noutputs];

	if (pimg_work_read(p->b, name, t, p->error) < 0)
		return (-1);
	o->name = name;
	o->data = pimg_strndup(p->arena, t->data, t->len);
	o->size = t->len;
	p->b->noutputs++;
	return (0);
}

static int
finish(struct plan *p, const struct image *m)
{
	struct pimg_text t = {0};
	struct pimg_note note;
	struct pimg_elf e;
	int rv = -1;

	if (output(p, m->name, &t) == 0 &&
	    pimg_elf_open(&e, p->arena, m->name, t.data, t.len,
	    p->error) == 0 && pimg_image_check(&e, &note, p->error) == 0)
		rv = 0;
	pimg_text_free(&t);
	if (rv == 0)
		rv = output(p, m->debug, &t);
	pimg_text_free(&t);
	return (rv);
}

/* Sources in a folder of the runtime that a machine names are for it alone. */
static bool
belongs(const struct image *m, const char *name)
{
	const char *other = pimg_abi_name(m->abi == PIMG_I386 ? PIMG_X86_64 :
	    PIMG_I386);
	const char *p = strncmp(name, "runtime/", 8) == 0 ?
	    strstr(name, other) : NULL;

	return (p == NULL || p[-1] != '/' || p[strlen(other)] != '/');
}

static int
write_inputs(struct plan *p, const struct pimg_inputs *in)
{
	size_t i;

	for (i = 0; i < in->count; i++) {
		if (pimg_header_replaced(p->b->unit, in->list[i]->name))
			continue;
		if (pimg_work_write(p->b, in->list[i]->name,
		    in->list[i]->text, in->list[i]->len, p->error) < 0)
			return (-1);
	}
	return (pimg_work_folder(p->b, "obj", p->error));
}

static void
plan_images(struct plan *p)
{
	struct image *m;
	int abi;

	for (abi = 0; abi < PIMG_NABI; abi++) {
		if (p->b->unit->tables[abi].count == 0)
			continue;
		m = &p->images[p->nimages++];
		m->abi = (enum pimg_abi)abi;
		m->name = pimg_abi_name(m->abi);
		m->full = pimg_printf(p->arena, "%s.full", m->name);
		m->debug = pimg_printf(p->arena, "%s.debug", m->name);
	}
}

static void
compile_inputs(struct plan *p, struct image *m, const struct pimg_inputs *in)
{
	size_t i;

	for (i = 0; i < in->count; i++) {
		if (is_source(in->list[i]->name) &&
		    belongs(m, in->list[i]->name))
			compile(p, m, in->list[i]->name);
	}
}

int
pimg_compile(struct pimg_build *b, const struct pimg_inputs *in,
    struct pstore_error *error)
{
	struct plan p = { .b = b, .in = in, .arena = b->unit->arena, .error = error };
	size_t i;

	plan_images(&p);
	if (write_inputs(&p, in) < 0)
		return (-1);
	/* The converted calls are the longest job: they are begun first. */
	for (i = 0; i < p.nimages; i++) {
		if (generate(&p, &p.images[i]) < 0)
			return (-1);
	}
	for (i = 0; i < p.nimages; i++)
		compile_inputs(&p, &p.images[i], in);
	if (run(&p) < 0)
		return (-1);
	for (i = 0; i < p.nimages; i++) {
		if (check_objects(&p, &p.images[i]) < 0)
			return (-1);
		link_image(&p, &p.images[i]);
	}
	if (run(&p) < 0)
		return (-1);
	for (i = 0; i < p.nimages; i++) {
		objcopy(&p, "--only-keep-debug", NULL, p.images[i].full,
		    p.images[i].debug);
	}
	if (run(&p) < 0)
		return (-1);
	for (i = 0; i < p.nimages; i++) {
		objcopy(&p, "--strip-all", pimg_printf(p.arena,
		    "--add-gnu-debuglink=%s", p.images[i].debug),
		    p.images[i].full, p.images[i].name);
	}
	if (run(&p) < 0)
		return (-1);
	for (i = 0; i < p.nimages; i++) {
		if (finish(&p, &p.images[i]) < 0)
			return (-1);
	}
	return (0);
}
