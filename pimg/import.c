/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Importing tables.
 *
 * The BSDs' dialects are first made into our lines (preprocessor lines out,
 * NetBSD's `type|sys||name` and OpenBSD's `sys_name` into plain names) and
 * then read by the ordinary parser; Linux's `number abi name entry` lines are
 * read here.  Of an #if only the first branch is taken.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pimg/fmt.h"
#include "pimg/import.h"
#include "pimg/native.h"
#include "pimg/parse.h"
#include "pimg/unit.h"

static const struct {
	const char		*name;
	enum pimg_dialect	 dialect;
} dialects[] = {
	{ "freebsd", PIMG_DIALECT_FREEBSD },
	{ "dragonfly", PIMG_DIALECT_DRAGONFLY },
	{ "netbsd", PIMG_DIALECT_NETBSD },
	{ "openbsd", PIMG_DIALECT_OPENBSD },
	{ "linux", PIMG_DIALECT_LINUX },
};

#define	N(a)	(sizeof(a) / sizeof((a)[0]))

bool
pimg_dialect(const char *name, enum pimg_dialect *out)
{
	size_t i;

	for (i = 0; i < N(dialects); i++) {
		if (strcmp(dialects[i].name, name) == 0) {
			*out = dialects[i].dialect;
			return (true);
		}
	}
	return (false);
}

/* A table of Linux has "number abi name" and no braces or status words. */
static enum pimg_dialect
guess(const char *text)
{
	if (strstr(text, "|sys|") != NULL)
		return (PIMG_DIALECT_NETBSD);
	if (strstr(text, " sys_") != NULL && strchr(text, '{') != NULL)
		return (PIMG_DIALECT_OPENBSD);
	if (strchr(text, '{') == NULL)
		return (PIMG_DIALECT_LINUX);
	if (strstr(text, "AUE_") != NULL)
		return (PIMG_DIALECT_FREEBSD);
	return (PIMG_DIALECT_DRAGONFLY);
}

struct lines {
	const char	*at, *end;	/* what is left */
	int		 depth;		/* of #if */
	int		 skip;		/* depth at which a branch is skipped */
};

static bool
starts(const char *s, size_t len, const char *word)
{
	size_t n = strlen(word);

	return (len >= n && strncmp(s, word, n) == 0);
}

static void
directive(struct lines *l, const char *s, size_t len)
{
	do {
		s++;
		len--;
	} while (len > 0 && (*s == ' ' || *s == '\t'));
	if (starts(s, len, "if"))
		l->depth++;
	else if (starts(s, len, "el")) {
		if (l->skip == 0)
			l->skip = l->depth;
	} else if (starts(s, len, "endif")) {
		if (l->skip == l->depth)
			l->skip = 0;
		l->depth--;
	}
}

/*
 * The next line, without its newline; empty if it is not of the table, so
 * that the parser's line numbers stay those of the file.
 */
static const char *
next_line(struct lines *l, size_t *len)
{
	const char *s, *nl;

	if (l->at >= l->end)
		return (NULL);
	s = l->at;
	nl = memchr(s, '\n', (size_t)(l->end - s));
	*len = (size_t)((nl != NULL ? nl : l->end) - s);
	l->at = s + *len + (nl != NULL);
	if (*len > 0 && s[0] == '#') {
		directive(l, s, *len);
		*len = 0;
	} else if (l->skip != 0 || starts(s, *len, "%%") ||
	    starts(s + strspn(s, " \t"), *len, "$"))
		*len = 0;
	return (s);
}

/*
 * "void|sys||exit(" becomes "void exit(", and a version between the bars is
 * part of the name: "int|sys|50|stat(" is "int __stat50(".
 */
static void
netbsd_line(const char *s, size_t len, struct pimg_text *out)
{
	const char *open = memchr(s, '{', len), *end = s + len;
	const char *bar[3], *at, *paren;
	int n;

	at = open != NULL ? open : end;
	for (n = 0; n < 3 && at < end; n++) {
		bar[n] = memchr(at, '|', (size_t)(end - at));
		if (bar[n] == NULL)
			break;
		at = bar[n] + 1;
	}
	if (n < 3 || (paren = memchr(at, '(', (size_t)(end - at))) == NULL) {
		pimg_addn(out, s, len);
		return;
	}
	pimg_addn(out, s, (size_t)(bar[0] - s));
	pimg_add(out, " %s%.*s%.*s", bar[2] - bar[1] > 1 ? "__" : "",
	    (int)(paren - at), at, (int)(bar[2] - bar[1] - 1), bar[1] + 1);
	pimg_addn(out, paren, (size_t)(end - paren));
}

/* Every " sys_name(" or "*sys_name(" loses the prefix. */
static void
openbsd_line(const char *s, size_t len, struct pimg_text *out)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (i > 0 && (isspace((unsigned char)s[i - 1]) ||
		    s[i - 1] == '*') && starts(s + i, len - i, "sys_"))
			i += 4;
		if (i < len)
			pimg_addn(out, s + i, 1);
	}
}

static void
bsd_text(const struct pimg_source *s, enum pimg_dialect d,
    struct pimg_text *out)
{
	struct lines l = { s->text, s->text + s->len, 0, 0 };
	const char *line;
	size_t len;

	while ((line = next_line(&l, &len)) != NULL) {
		if (d == PIMG_DIALECT_NETBSD)
			netbsd_line(line, len, out);
		else if (d == PIMG_DIALECT_OPENBSD)
			openbsd_line(line, len, out);
		else
			pimg_addn(out, line, len);
		pimg_addn(out, "\n", 1);
	}
}

static const struct pimg_call *
known_call(const struct pimg_unit *known, const char *name)
{
	size_t i;

	for (i = 0; known != NULL && i < known->tables[0].count; i++) {
		const struct pimg_call *c = known->tables[0].calls[i];

		if (c->status == PIMG_STD && strcmp(c->name, name) == 0)
			return (c);
	}
	return (NULL);
}

/* The declaration as it is written, from the type to the semicolon. */
static void
declaration(const struct pimg_call *c, struct pimg_text *out)
{
	const char *text = c->name_pos.source->text;
	const char *open = text + c->name_pos.off, *end;

	while (open > text && *open != '{')
		open--;
	end = strchr(open, '}');
	if (end != NULL)
		pimg_addn(out, open, (size_t)(end + 1 - open));
}

static void
linux_line(const char *s, size_t len, const struct pimg_unit *known,
    struct pimg_text *out)
{
	const struct pimg_call *c;
	char abi[32], name[64];
	unsigned nr;
	char *line = strndup(s, len);

	if (line == NULL || sscanf(line, "%u %31s %63s", &nr, abi, name) != 3)
		goto done;
	if (strcmp(abi, "x32") == 0)
		goto done;	/* another number space */
	c = known_call(known, name);
	pimg_add(out, "%u\tSTD ", nr);
	if (c != NULL) {
		declaration(c, out);
		pimg_add(out, "\t// import: types of %s\n",
		    known->personality.name);
	} else
		pimg_add(out, "{ long %s(long a, long b, long c, long d, "
		    "long e, long f); }%s\t// import: types not known\n",
		    name, pimg_native_nr(PIMG_X86_64, name) < 0 ?
		    " -> missing" : "");
done:
	free(line);
}

static void
linux_text(const struct pimg_source *s, const struct pimg_unit *known,
    struct pimg_text *out)
{
	struct lines l = { s->text, s->text + s->len, 0, 0 };
	const char *line;
	size_t len;

	while ((line = next_line(&l, &len)) != NULL) {
		if (len > 0 && isdigit((unsigned char)line[0]))
			linux_line(line, len, known, out);
	}
}

/* Types that a call passes by value and nobody has declared. */
static void
typedefs(struct pimg_unit *u, struct pimg_text *out)
{
	const struct pimg_table *t = &u->tables[PIMG_X86_64];
	const struct pimg_type *ty;
	struct pimg_scalar s;
	size_t i, j;

	for (i = 0; i < t->count; i++) {
		const struct pimg_call *c = t->calls[i];

		for (j = 0; j <= c->nargs; j++) {
			ty = j < c->nargs ? &c->args[j].type : &c->ret;
			if (ty->name == NULL || ty->kind != PIMG_TYPE_SCALAR ||
			    ty->pointers > 0 || pimg_scalar(ty->name) != NULL)
				continue;
			for (s.name = NULL; s.name == NULL; s.name = ty->name) {
				size_t k;

				for (k = 0; k < u->ntypedefs && strcmp(
				    u->typedefs[k].name, ty->name) != 0; k++)
					;
				if (k < u->ntypedefs)
					continue;
				pimg_add(out, "typedef long %s;\t"
				    "// import: size not known\n", ty->name);
				PIMG_APPEND(u->arena, u->typedefs,
				    u->ntypedefs, ((struct pimg_scalar){
				    .name = ty->name }));
			}
		}
	}
}

/* The name without its version: __stat50 is stat. */
static const char *
plain_name(struct pimg_arena *a, const char *name)
{
	size_t len = strlen(name);

	while (len > 0 && isdigit((unsigned char)name[len - 1]))
		len--;
	if (strncmp(name, "__", 2) != 0 || name[len] == '\0' || len <= 2)
		return (name);
	return (pimg_strndup(a, name + 2, len - 2));
}

/* What a BSD line needs behind it. */
static const char *
decision(struct pimg_arena *a, const struct pimg_call *c)
{
	const char *name = plain_name(a, c->name != NULL ? c->name : "");

	if (c->target.declared)
		return ("");
	if (c->status != PIMG_STD)
		return ("\t// import: no call there");
	if (c->compat[0] != '\0')
		return (" -> missing\t// import: an old form of the call");
	if (pimg_native_nr(PIMG_X86_64, name) < 0)
		return (" -> missing\t// import: Linux has no such call");
	if (c->nargs > 6 || c->varargs)
		return (" -> missing\t// import: arguments differ");
	return (pimg_printf(a, "%s%s\t// import: the native call of that name, "
	    "not reviewed", name != c->name ? " -> " : "",
	    name != c->name ? name : ""));
}

struct range {
	size_t	from, to;
};

struct reader {
	struct pimg_parser	 p;
	struct range		*ranges;
	size_t			 nranges;
};

static void
remember(struct pimg_parser *p, size_t from, size_t to)
{
	struct reader *r = (struct reader *)p;
	struct range x = { from, to };

	PIMG_APPEND(p->arena, r->ranges, r->nranges, x);
}

/* Each line of the table with its decision; comments stay where they are. */
static void
annotate(const struct reader *r, struct pimg_text *out)
{
	const struct pimg_table *t = &r->p.unit->tables[PIMG_X86_64];
	const char *text = r->p.source->text;
	size_t i, call = 0, at = 0, end;
	const struct pimg_token *last;

	for (i = 0; i < r->nranges; i++) {
		last = &r->p.tokens[r->ranges[i].to - 1];
		while (last->type == PIMG_T_COMMENT)
			last--;
		end = last->pos.off + last->pos.len;
		pimg_addn(out, text + at, end - at);
		at = end;
		while (call < t->count && t->calls[call]->pos.off <
		    r->p.tokens[r->ranges[i].from].pos.off)
			call++;
		if (call < t->count)
			pimg_add(out, "%s", decision(
			    r->p.arena, t->calls[call]));
	}
	pimg_addn(out, text + at, r->p.source->len - at);
}

static const char head[] =
    "/*\n"
    " * Made from a system call table by pimg import-master.  Look at every\n"
    " * line marked \"import:\", decide, and remove the mark.\n"
    " */\n"
    "personality NAME \"Title\";\t// import: fill in\n"
    "convention %s;\n"
    "release 1.0;\t// import: fill in\n\n";

int
pimg_import(const struct pimg_source *s, enum pimg_dialect d,
    const struct pimg_unit *known, struct pimg_diags *diags,
    struct pimg_text *out)
{
	struct pimg_unit unit = { .arena = diags->arena, .diags = diags };
	struct reader r = { .p = { .unit = &unit, .arena = diags->arena,
	    .diags = diags } };
	/* In the arena: diagnostics point to them. */
	struct pimg_source *lines = pimg_alloc(diags->arena, sizeof(*lines));
	struct pimg_source *result = pimg_alloc(diags->arena, sizeof(*result));
	struct pimg_text t = {0}, a = {0};

	*lines = *result = *s;
	if (d == PIMG_DIALECT_GUESS)
		d = guess(s->text);
	if (d == PIMG_DIALECT_LINUX)
		linux_text(s, known, &t);
	else
		bsd_text(s, d, &t);
	pimg_addn(&t, "", 0);
	lines->text = pimg_strndup(diags->arena, t.data, t.len);
	lines->len = t.len;
	pimg_text_free(&t);
	r.p.source = lines;
	r.p.statement = remember;
	pimg_parse(&r.p);
	pimg_add(&a, head, d == PIMG_DIALECT_LINUX ? "linux" : "bsd");
	typedefs(&unit, &a);
	if (d == PIMG_DIALECT_LINUX)
		pimg_addn(&a, lines->text, lines->len);
	else
		annotate(&r, &a);
	result->text = pimg_strndup(diags->arena, a.data, a.len);
	result->len = a.len;
	pimg_text_free(&a);
	return (diags->errors > 0 ? -1 : pimg_fmt(result, diags, out));
}
