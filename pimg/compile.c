/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Compiling and linking one ABI's image.
 */
#include <stdlib.h>
#include <string.h>

#include "pimg/build.h"
#include "pimg/gen.h"
#include "pimg/image.h"
#include "pimg/jobs.h"
#include "pimg/unit.h"

/*
 * -mgeneral-regs-only: there is no vector state to save on the way in.
 * -ffile-prefix-map: the work folder's name must not reach the image.
 */
static const char *const compile_flags[] = {
	"-std=gnu17", "-O2", "-g", "-ffreestanding", "-fpie",
	"-fvisibility=hidden", "-mgeneral-regs-only", "-fno-stack-protector",
	"-fno-strict-aliasing", "-fcf-protection=none", "-fno-common",
	"-fasynchronous-unwind-tables", "-fno-omit-frame-pointer",
	"-Wall", "-Werror", "-Igen", "-Iruntime",
};

static const char *const link_flags[] = {
	"-nostdlib", "-static-pie", "-Wl,--build-id=none",
	"-Wl,-z,noexecstack", "-Wl,--no-dynamic-linker",
	"-Wl,-z,max-page-size=4096", "-Wl,--fatal-warnings",
};

#define	N(a)	(sizeof(a) / sizeof((a)[0]))

struct plan {
	struct pimg_build	*b;
	struct pimg_arena	*arena;
	enum pimg_abi		 abi;
	const char		*abi_name;
	struct pimg_job		*jobs;
	size_t			 njobs;
	const char		**objects;
	size_t			 nobjects;
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
compiler(struct plan *p, struct words *w)
{
	const char *cc = getenv("CC");
	char **list;
	size_t i, n;

	list = pimg_words(p->arena, cc != NULL && cc[0] != '\0' ? cc : "cc", &n);
	for (i = 0; i < n; i++)
		add(p, w, list[i]);
	add(p, w, p->abi == PIMG_I386 ? "-m32" : "-m64");
}

static void
add_job(struct plan *p, struct words *w, const char *what)
{
	struct pimg_job job = { .what = what };

	add(p, w, NULL);
	job.argv = w->list;
	PIMG_APPEND(p->arena, p->jobs, p->njobs, job);
}

static void
compile(struct plan *p, const char *source)
{
	struct words w = {0};
	char *object = pimg_printf(p->arena, "obj/%s.%s.o", source,
	    p->abi_name), *c;

	for (c = object + 4; *c != '\0'; c++) {
		if (*c == '/')
			*c = '-';
	}
	compiler(p, &w);
	add_all(p, &w, compile_flags, N(compile_flags));
	add(p, &w, pimg_printf(p->arena, "-ffile-prefix-map=%s=.",
	    p->b->work));
	add(p, &w, "-c");
	add(p, &w, source);
	add(p, &w, "-o");
	add(p, &w, object);
	add_job(p, &w, source);
	PIMG_APPEND(p->arena, p->objects, p->nobjects, object);
}

/* Compiled for its static assertions alone. */
static void
assertion(struct plan *p, const char *source)
{
	struct words w = {0};

	compiler(p, &w);
	add(p, &w, "-std=gnu17");
	add(p, &w, "-D_GNU_SOURCE");
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
generate(struct plan *p)
{
	const struct pimg_unit *u = p->b->unit;
	struct pimg_text t = {0};
	const char *name;
	size_t i;

	pimg_gen_header(u, p->abi, p->b->source, &t);
	if (write_text(p, "gen/gen.h", &t) < 0)
		return (-1);
	pimg_gen_dispatch(u, p->abi, &t);
	if (write_text(p, "gen/dispatch.S", &t) < 0)
		return (-1);
	compile(p, "gen/dispatch.S");
	pimg_gen_shims(u, p->abi, &t);
	if (write_text(p, "gen/shims.c", &t) < 0)
		return (-1);
	compile(p, "gen/shims.c");
	for (i = 0; pimg_gen_assert(u, p->abi, i, &t); i++) {
		name = pimg_printf(p->arena, "gen/assert%zu.c", i);
		if (write_text(p, name, &t) < 0)
			return (-1);
		assertion(p, name);
	}
	return (0);
}

static int
check_objects(struct plan *p)
{
	struct pimg_text t;
	struct pimg_elf e;
	size_t i;
	int rv = 0;

	for (i = 0; i < p->nobjects && rv == 0; i++) {
		t = (struct pimg_text){0};
		rv = pimg_work_read(p->b, p->objects[i], &t, p->error);
		if (rv == 0)
			rv = pimg_elf_open(&e, p->arena, p->objects[i] + 4,
			    t.data, t.len, p->error);
		if (rv == 0)
			rv = pimg_object_check(&e, p->error);
		pimg_text_free(&t);
	}
	return (rv);
}

static int
run(struct plan *p, size_t first)
{
	return (pimg_jobs_run(p->jobs + first, p->njobs - first, p->b->work,
	    &p->b->log, p->error));
}

static int
link_image(struct plan *p, const char *full)
{
	size_t first = p->njobs;
	struct words w = {0};

	compiler(p, &w);
	add_all(p, &w, link_flags, N(link_flags));
	add(p, &w, pimg_printf(p->arena, "-Wl,-T,runtime/%s/image.lds",
	    p->abi_name));
	add(p, &w, "-o");
	add(p, &w, full);
	add_all(p, &w, p->objects, p->nobjects);
	add_job(p, &w, pimg_printf(p->arena, "link of %s", p->abi_name));
	return (run(p, first));
}

static int
objcopy(struct plan *p, const char *a, const char *b, const char *from,
    const char *to)
{
	const char *program = getenv("OBJCOPY");
	size_t first = p->njobs;
	struct words w = {0};

	add(p, &w, program != NULL && program[0] != '\0' ? program :
	    "objcopy");
	add(p, &w, a);
	if (b != NULL)
		add(p, &w, b);
	add(p, &w, from);
	add(p, &w, to);
	add_job(p, &w, to);
	return (run(p, first));
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
finish(struct plan *p, const char *full)
{
	const char *image = p->abi_name;
	const char *debug = pimg_printf(p->arena, "%s.debug", image);
	struct pimg_text t = {0};
	struct pimg_note note;
	struct pimg_elf e;
	int rv = -1;

	if (objcopy(p, "--only-keep-debug", NULL, full, debug) < 0 ||
	    objcopy(p, "--strip-all", pimg_printf(p->arena,
	    "--add-gnu-debuglink=%s", debug), full, image) < 0)
		return (-1);
	if (output(p, image, &t) == 0 &&
	    pimg_elf_open(&e, p->arena, image, t.data, t.len, p->error) == 0 &&
	    pimg_image_check(&e, &note, p->error) == 0)
		rv = 0;
	pimg_text_free(&t);
	if (rv == 0)
		rv = output(p, debug, &t);
	pimg_text_free(&t);
	return (rv);
}

int
pimg_compile(struct pimg_build *b, const struct pimg_inputs *in,
    enum pimg_abi abi, struct pstore_error *error)
{
	struct plan p = { .b = b, .arena = b->unit->arena, .abi = abi,
	    .abi_name = pimg_abi_name(abi), .error = error };
	const char *full = pimg_printf(p.arena, "%s.full", p.abi_name);
	size_t i;

	if (pimg_work_write(b, "obj/README", "objects\n", 8, error) < 0)
		return (-1);
	for (i = 0; i < in->count; i++) {
		if (pimg_work_write(b, in->list[i]->name, in->list[i]->text,
		    in->list[i]->len, error) < 0)
			return (-1);
		if (is_source(in->list[i]->name))
			compile(&p, in->list[i]->name);
	}
	if (generate(&p) < 0 || run(&p, 0) < 0 || check_objects(&p) < 0 ||
	    link_image(&p, full) < 0)
		return (-1);
	return (finish(&p, full));
}
