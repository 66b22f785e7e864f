/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Makes keys, versions and bundles for the tests of the store, without the
 * compiler.
 *
 *	mkversion keygen FILE [PASSPHRASE-FILE]
 *	mkversion bundle -o FILE [-k KEY]... [-n NAME] [-v N] [-s TEXT]
 *	    [-a ABI] [-p PASSPHRASE-FILE] IMAGE-FILE
 *	mkversion fill STORE COUNT IMAGE-FILE KEY	many versions of "testabi"
 *
 * TEXT becomes sources.tar and the source digest, so that versions differ.
 */
#include <sys/syscall.h>

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "pstore/bundle.h"
#include "pstore/catalogue.h"

static struct pstore_error e;
static int hurry;

/* Stand before libc's, for sqlite as well: filling a store with thousands of
 * versions need not survive a power cut. */
int
fsync(int fd)
{
	return (hurry ? 0 : (int)syscall(SYS_fsync, fd));
}

int
fdatasync(int fd)
{
	return (hurry ? 0 : (int)syscall(SYS_fdatasync, fd));
}

static void
die(void)
{
	errx(pstore_exit_status(e.code), "%s", e.message);
}

static int
keygen(int argc, char **argv)
{
	struct pstore_passphrase ask = { .file = argc > 2 ? argv[2] : NULL };
	struct pstore_key_paths paths;
	struct pstore_pubkey pk;

	if (argc < 2)
		errx(2, "keygen FILE [PASSPHRASE-FILE]");
	if (pstore_key_paths(&paths, argv[1], &e) != 0 ||
	    pstore_keygen(&paths, argc > 2 ? &ask : NULL, &pk, &e) != 0)
		die();
	printf("%s\n%s\n", paths.secret, paths.public);
	return (0);
}

static void *
slurp(const char *file, size_t *len)
{
	char *buf;
	FILE *f;

	f = fopen(file, "r");
	buf = malloc(1 << 20);
	if (f == NULL || buf == NULL)
		err(1, "%s", file);
	*len = fread(buf, 1, 1 << 20, f);
	fclose(f);
	return (buf);
}

static void
make(struct pstore_version *v, const char *name, uint32_t n, uint32_t abi,
    const char *text, const char *image)
{
	uint8_t source[PSTORE_HASH_BYTES];
	struct pstore_input in[2];
	void *data;

	data = slurp(image, &in[0].size);
	in[0].name = "x86_64";
	in[0].data = data;
	in[1].name = "sources.tar";
	in[1].data = text;
	in[1].size = strlen(text);
	pstore_hash(source, text, strlen(text));
	if (pstore_version_make(v, name, n, abi, source, in, 2, &e) != 0)
		die();
	free(data);
}

static void
sign(struct pstore_version *v, const char *key, const char *pass)
{
	struct pstore_passphrase ask = { .file = pass };
	struct pstore_seckey sk;

	if (pstore_seckey_load(&sk, key, &ask, &e) != 0 ||
	    pstore_version_sign(v, &sk, &e) != 0)
		die();
	pstore_seckey_wipe(&sk);
}

static int
bundle(int argc, char **argv)
{
	static struct pstore_version v;
	const char *keys[8], *name, *out, *pass, *text;
	uint32_t abi, n;
	int i, nkeys, opt;

	name = "testabi";
	out = NULL;
	pass = NULL;
	text = "first\n";
	n = 1;
	abi = PIMG_ABI_REVISION;
	nkeys = 0;
	while ((opt = getopt(argc, argv, "a:k:n:o:p:s:v:")) != -1) {
		switch (opt) {
		case 'a': abi = (uint32_t)atol(optarg); break;
		case 'k': keys[nkeys++ % 8] = optarg; break;
		case 'n': name = optarg; break;
		case 'o': out = optarg; break;
		case 'p': pass = optarg; break;
		case 's': text = optarg; break;
		case 'v': n = (uint32_t)atol(optarg); break;
		default: errx(2, "wrong option");
		}
	}
	if (out == NULL || optind != argc - 1)
		errx(2, "bundle -o FILE [options] IMAGE");
	make(&v, name, n, abi, text, argv[optind]);
	for (i = 0; i < nkeys; i++)
		sign(&v, keys[i], pass);
	if (pstore_bundle_write(&v, out, &e) != 0)
		die();
	pstore_version_free(&v);
	return (0);
}

static int
fill(int argc, char **argv)
{
	static struct pstore_version v;
	struct pstore_places places;
	enum pstore_added added;
	struct pstore *s;
	char text[32];
	uint32_t i, n;

	if (argc != 5)
		errx(2, "fill STORE COUNT IMAGE KEY");
	if (pstore_places_open(&places, argv[1], &e) != 0 ||
	    pstore_open(&s, &places.v[0], PSTORE_WRITE, &e) != 0)
		die();
	hurry = 1;
	for (i = 0; i < (uint32_t)atol(argv[2]); i++) {
		if (pstore_next(s, "testabi", &n, &e) != 0)
			die();
		snprintf(text, sizeof(text), "%u\n", n);
		make(&v, "testabi", n, PIMG_ABI_REVISION, text, argv[3]);
		sign(&v, argv[4], NULL);
		if (pstore_add(s, &v, &added, &e) != 0)
			die();
	}
	pstore_close(s);
	return (0);
}

int
main(int argc, char **argv)
{
	if (argc < 2 || sodium_init() < 0)
		errx(2, "keygen, bundle or fill");
	if (strcmp(argv[1], "keygen") == 0)
		return (keygen(argc - 1, argv + 1));
	if (strcmp(argv[1], "bundle") == 0)
		return (bundle(argc - 1, argv + 1));
	if (strcmp(argv[1], "fill") == 0)
		return (fill(argc - 1, argv + 1));
	errx(2, "%s: unknown", argv[1]);
}
