/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pstore exec --explain: which store, version, rule and carrier were chosen,
 * what marks the program's file bears, and what would become of the program
 * if another one under this personality executed it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pstore/cmd/cli.h"
#include "pstore/cmd/request.h"

/* The decision for a child, made by the code that the image has. */
static void
as_child(const struct request *q, struct pimg_verdict *v)
{
	struct pimg_brand_facts facts;
	struct pimg_brand_file file;
	int fd, i, native;

	memset(v, 0, sizeof(*v));
	v->rule = PIMG_RULE_NONE;
	fd = open(q->program.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return;
	for (native = i = 0; i < q->nnative; i++)
		native |= pimg_brand_glob(q->native[i], q->program.path);
	elf_facts(fd, &file, &facts);
	if (facts.kind == PIMG_FILE_ELF)
		pimg_brand_decide(&file, &facts, &q->note, native &&
		    q->note.model != PIMG_MODEL_LINUX, v);
	close(fd);
}

static const char *
fate(const struct pimg_verdict *v, const char *here)
{
	return (v->fate == PIMG_FATE_STAY ? here :
	    v->fate == PIMG_FATE_NATIVE ? "native" : v->name);
}

static const char *
rule_text(enum pimg_rule r)
{
	static const char *const text[] = {
		[PIMG_RULE_NATIVE] = "a --native rule",
		[PIMG_RULE_OWN] = "its brand",
		[PIMG_RULE_NOTE] = "an ABI note",
		[PIMG_RULE_OSABI] = "its OSABI",
		[PIMG_RULE_INTERP] = "its interpreter",
		[PIMG_RULE_GOOS] = "Go's build information",
		[PIMG_RULE_NONE] = "no mark",
	};

	return (text[r]);
}

static void
marks(const struct pimg_brand_facts *k)
{
	if (k->kind != PIMG_FILE_ELF) {
		fprintf(stderr, "marks: %s\n", k->kind == PIMG_FILE_SCRIPT ?
		    "none, it is a script" : "none that can be read");
		return;
	}
	fprintf(stderr, "marks: OSABI %u", k->osabi);
	if (k->note != PIMG_SYSTEM_NONE)
		fprintf(stderr, ", ABI note of %s", pimg_system_name(k->note));
	if (k->interp[0] != '\0')
		fprintf(stderr, ", interpreter %s", k->interp);
	if (k->goos[0] != '\0')
		fprintf(stderr, ", GOOS=%s", k->goos);
	fputc('\n', stderr);
}

static const char *
trust(const struct request *q)
{
	return (q->signer != NULL ? "signed" : q->trust.everything ?
	    "installation" : "none");
}

static void
as_text(const struct request *q, const char *hash,
    const struct pimg_verdict *v)
{
	fprintf(stderr, "store: %s (%s)\n", q->found.place->path,
	    pstore_origin_name(q->found.place->origin));
	fprintf(stderr, "version: %s %s\n", q->found.image, hash);
	fprintf(stderr, "rule: %s; %s\n", q->rule,
	    q->ref.kind == PSTORE_REF_CURRENT ?
	    "each exec inside follows what is current" :
	    "programs that it starts stay on this version");
	fprintf(stderr, "trust: %s%s\n", q->signer != NULL ? "signed by " :
	    q->trust.everything ? "the installation's own image" :
	    "none (--allow-untrusted)",
	    q->signer != NULL ? q->signer->name : "");
	fprintf(stderr, "carrier: %s\nprogram: %s\n", q->kernel >= 0 ? "kmod" :
	    "sud", q->program.path);
	if (q->rootdir[0] != '\0')
		fprintf(stderr, "root: %s\n", q->rootdir);
	marks(&q->program.facts);
	if (q->program.facts.kind == PIMG_FILE_ELF)
		fprintf(stderr, "as a child: %s (%s)\n",
		    fate(v, q->note.personality), rule_text(v->rule));
}

static void
as_json(const struct request *q, const char *hash,
    const struct pimg_verdict *v)
{
	const struct pimg_brand_facts *k;

	k = &q->program.facts;
	fputs("{\"explain\":{", stderr);
	json_member(stderr, "", "store", q->found.place->path);
	json_member(stderr, ",", "origin",
	    pstore_origin_name(q->found.place->origin));
	json_member(stderr, ",", "image", q->found.image);
	json_member(stderr, ",", "digest", hash);
	json_member(stderr, ",", "by", q->by_name ? "name" : "marks");
	json_member(stderr, ",", "rule", q->rule);
	fprintf(stderr, ",\"pinned\":%s", q->ref.kind != PSTORE_REF_CURRENT ?
	    "true" : "false");
	json_member(stderr, ",", "trust", trust(q));
	json_member(stderr, ",", "signer", q->signer != NULL ?
	    q->signer->name : NULL);
	json_member(stderr, ",", "carrier", q->kernel >= 0 ? "kmod" : "sud");
	json_member(stderr, ",", "program", q->program.path);
	json_member(stderr, ",", "root", q->rootdir);
	if (k->kind != PIMG_FILE_ELF)
		fputs(",\"marks\":null,\"child\":null", stderr);
	else {
		fprintf(stderr, ",\"marks\":{\"osabi\":%u", k->osabi);
		json_member(stderr, ",", "note", pimg_system_name(k->note));
		json_member(stderr, ",", "interpreter", k->interp);
		json_member(stderr, ",", "goos", k->goos);
		fputs("},\"child\":{", stderr);
		json_member(stderr, "", "runs",
		    fate(v, q->note.personality));
		json_member(stderr, ",", "rule", pimg_rule_name(v->rule));
		fputc('}', stderr);
	}
	fputs("}}\n", stderr);
}

void
exec_explain(const struct request *q, int json)
{
	char hash[PSTORE_HASH_TEXT];
	struct pimg_verdict v;

	pstore_hash_text(q->version.digest, hash);
	as_child(q, &v);
	if (json)
		as_json(q, hash, &v);
	else
		as_text(q, hash, &v);
	fflush(stderr);
}
