/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Secret keys: making, reading, wiping.
 *
 * A new secret key is encrypted with scrypt (N = 2^17, r = 8, p = 1: 128 MiB,
 * some tenths of a second), cheap enough for a build machine; files that ask
 * for more, as minisign's own do, are read up to a bound.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "pstore/format.h"
#include "pstore/io.h"
#include "pstore/key.h"

#define	KEYFILE_MAX	4096
#define	SCRYPT_OPS	UINT64_C(4194304)
#define	SCRYPT_MEM	(UINT64_C(128) << 20)
#define	SCRYPT_OPS_MAX	(UINT64_C(1) << 32)
#define	SCRYPT_MEM_MAX	(UINT64_C(4) << 30)

void
pstore_seckey_wipe(struct pstore_seckey *sk)
{
	sodium_memzero(sk, sizeof(*sk));
}

static void
put64(uint8_t out[8], uint64_t v)
{
	int i;

	for (i = 0; i < 8; i++)
		out[i] = (uint8_t)(v >> (8 * i));
}

static uint64_t
get64(const uint8_t in[8])
{
	uint64_t v;
	int i;

	for (v = 0, i = 7; i >= 0; i--)
		v = v << 8 | in[i];
	return (v);
}

static void
checksum(const struct format_seckey *raw, uint8_t out[32])
{
	crypto_generichash_state st;

	crypto_generichash_init(&st, NULL, 0, 32);
	crypto_generichash_update(&st, raw->alg, sizeof(raw->alg));
	crypto_generichash_update(&st, raw->secret.id, sizeof(raw->secret.id));
	crypto_generichash_update(&st, raw->secret.key,
	    sizeof(raw->secret.key));
	crypto_generichash_final(&st, out, 32);
	sodium_memzero(&st, sizeof(st));
}

/* Encrypts and decrypts: the secret part is XORed with scrypt's output. */
static int
crypt_secret(struct format_seckey *raw, const char *pass, const char *path,
    struct pstore_error *e)
{
	uint8_t stream[sizeof(raw->secret)], *p;
	uint64_t ops, mem;
	size_t i;
	int r;

	ops = get64(raw->ops);
	mem = get64(raw->mem);
	if (ops > SCRYPT_OPS_MAX || mem > SCRYPT_MEM_MAX)
		return (pstore_fail(e, PSTORE_CORRUPT, "%s: decrypt: asks for "
		    "more work than is accepted", path));
	r = crypto_pwhash_scryptsalsa208sha256(stream, sizeof(stream), pass,
	    strlen(pass), raw->salt, ops, (size_t)mem);
	if (r != 0)
		return (pstore_fail_os(e, ENOMEM, "%s: decrypt: scrypt wants "
		    "%llu MiB", path, (unsigned long long)(mem >> 20)));
	p = (uint8_t *)&raw->secret;
	for (i = 0; i < sizeof(stream); i++)
		p[i] ^= stream[i];
	sodium_memzero(stream, sizeof(stream));
	return (0);
}

static int
wrap(struct format_seckey *raw, const struct pstore_passphrase *ask,
    const char *path, struct pstore_error *e)
{
	char pass[PSTORE_PASSPHRASE_MAX];
	int r;

	if (ask == NULL)
		return (0);
	if (pstore_passphrase_read(ask, path, pass, sizeof(pass), e) != 0)
		return (-1);
	memcpy(raw->kdf, "Sc", 2);
	randombytes_buf(raw->salt, sizeof(raw->salt));
	put64(raw->ops, SCRYPT_OPS);
	put64(raw->mem, SCRYPT_MEM);
	r = crypt_secret(raw, pass, path, e);
	sodium_memzero(pass, sizeof(pass));
	return (r);
}

static int
write_new(const char *path, mode_t mode, const char *text, struct pstore_error *e)
{
	char dir[PATH_MAX], *slash;
	int fd, r;

	snprintf(dir, sizeof(dir), "%s", path);
	slash = strrchr(dir, '/');
	if (slash != NULL)
		*slash = '\0';
	fd = open(slash == NULL ? "." : dir[0] == '\0' ? "/" : dir,
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return (pstore_fail_os(e, errno, "%s: create", path));
	r = pstore_file_write(fd, slash == NULL ? path : path + (slash - dir) + 1,
	    path, mode, text, strlen(text), e);
	if (r == 0)
		r = pstore_dir_sync(fd, path, e);
	else if (e->code == PSTORE_CONFLICT)
		pstore_hint(e, "a key is never overwritten; name another file, "
		    "or move this one away");
	close(fd);
	return (r);
}

static int
make_parents(const char *path, struct pstore_error *e)
{
	char dir[PATH_MAX], *p;

	snprintf(dir, sizeof(dir), "%s", path);
	for (p = strchr(dir + 1, '/'); p != NULL; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (mkdir(dir, 0700) != 0 && errno != EEXIST)
			return (pstore_fail_os(e, errno, "%s: create", dir));
		*p = '/';
	}
	return (0);
}

static int
write_pair(const struct pstore_key_paths *p, const struct format_seckey *raw,
    const struct pstore_pubkey *pk, struct pstore_error *e)
{
	char text[512], b64[256];
	int r;

	sodium_bin2base64(b64, sizeof(b64), (const unsigned char *)raw,
	    sizeof(*raw), sodium_base64_VARIANT_ORIGINAL);
	snprintf(text, sizeof(text), FORMAT_COMMENT "minisign %ssecret key\n"
	    "%s\n", raw->kdf[0] ? "encrypted " : "", b64);
	r = write_new(p->secret, 0600, text, e);
	sodium_memzero(text, sizeof(text));
	sodium_memzero(b64, sizeof(b64));
	if (r != 0)
		return (-1);
	pstore_pubkey_format(pk, text, sizeof(text));
	if (write_new(p->public, 0644, text, e) != 0) {
		unlink(p->secret);
		return (-1);
	}
	return (0);
}

/* Said before anybody is asked for a passphrase. */
static int
refuse_existing(const char *path, struct pstore_error *e)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		return (0);
	pstore_fail(e, PSTORE_CONFLICT, "%s: create: exists", path);
	return (pstore_hint(e, "a key is never overwritten; name another file, "
	    "or move this one away"));
}

int
pstore_keygen(const struct pstore_key_paths *p,
    const struct pstore_passphrase *ask, struct pstore_pubkey *out,
    struct pstore_error *e)
{
	struct format_seckey raw;
	int r;

	if (sodium_init() < 0)
		return (pstore_fail(e, PSTORE_FAILED, "libsodium: start: failed"));
	if (refuse_existing(p->secret, e) != 0 ||
	    refuse_existing(p->public, e) != 0)
		return (-1);
	memset(&raw, 0, sizeof(raw));
	memcpy(raw.alg, "Ed", 2);
	memcpy(raw.check, "B2", 2);
	randombytes_buf(raw.secret.id, sizeof(raw.secret.id));
	crypto_sign_keypair(out->key, raw.secret.key);
	memcpy(out->id, raw.secret.id, sizeof(out->id));
	checksum(&raw, raw.secret.sum);
	r = wrap(&raw, ask, p->secret, e);
	if (r == 0)
		r = make_parents(p->secret, e);
	if (r == 0)
		r = make_parents(p->public, e);
	if (r == 0)
		r = write_pair(p, &raw, out, e);
	sodium_memzero(&raw, sizeof(raw));
	return (r);
}

/* The public half follows from the seed. */
static int
halves_fit(const struct format_seckey *raw)
{
	uint8_t pk[32], sk[64];
	int fit;

	crypto_sign_seed_keypair(pk, sk, raw->secret.key);
	fit = sodium_memcmp(sk, raw->secret.key, sizeof(sk)) == 0;
	sodium_memzero(sk, sizeof(sk));
	return (fit);
}

static int
unwrap(struct format_seckey *raw, const char *path,
    const struct pstore_passphrase *ask, struct pstore_error *e)
{
	static const struct pstore_passphrase terminal;
	char pass[PSTORE_PASSPHRASE_MAX];
	uint8_t sum[32];
	int encrypted, r;

	encrypted = memcmp(raw->kdf, "Sc", 2) == 0;
	if (!encrypted && memcmp(raw->kdf, "\0\0", 2) != 0)
		return (pstore_fail(e, PSTORE_CORRUPT,
		    "%s: read: encrypted in an unknown way", path));
	if (encrypted) {
		if (pstore_passphrase_read(ask != NULL ? ask : &terminal, path,
		    pass, sizeof(pass), e) != 0)
			return (-1);
		r = crypt_secret(raw, pass, path, e);
		sodium_memzero(pass, sizeof(pass));
		if (r != 0)
			return (-1);
	}
	/* minisign leaves the checksum of an unencrypted key zero. */
	checksum(raw, sum);
	if (sodium_memcmp(sum, raw->secret.sum, sizeof(sum)) == 0 ||
	    (!encrypted && sodium_is_zero(raw->secret.sum,
	    sizeof(raw->secret.sum)) && halves_fit(raw)))
		return (0);
	if (encrypted)
		return (pstore_fail(e, PSTORE_DENIED,
		    "%s: decrypt: wrong passphrase", path));
	return (pstore_fail(e, PSTORE_CORRUPT, "%s: read: checksum", path));
}

static int
read_secret(const char *path, char **text, size_t *len, struct pstore_error *e)
{
	struct stat st;
	int fd, r;

	fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		pstore_fail_os(e, errno, "%s: open", path);
		if (e->code == PSTORE_NOTFOUND)
			pstore_hint(e, "make a key: pimg keygen");
		return (-1);
	}
	r = fstat(fd, &st);
	if (r == 0 && (st.st_mode & 077) != 0) {
		pstore_fail(e, PSTORE_DENIED, "%s: check: others may read this "
		    "secret key (mode %04o)", path,
		    (unsigned)st.st_mode & 07777);
		pstore_hint(e, "if nobody has, then: chmod 600 '%.300s'", path);
		r = -1;
	} else if (r != 0)
		pstore_fail_os(e, errno, "%s: stat", path);
	else
		r = pstore_fd_read(fd, path, KEYFILE_MAX, text, len, e);
	close(fd);
	return (r);
}

int
pstore_seckey_load(struct pstore_seckey *sk, const char *path,
    const struct pstore_passphrase *ask, struct pstore_error *e)
{
	struct format_seckey raw;
	const char *p, *end;
	char *text;
	size_t len, skip;
	int r;

	if (sodium_init() < 0)
		return (pstore_fail(e, PSTORE_FAILED, "libsodium: start: failed"));
	if (read_secret(path, &text, &len, e) != 0)
		return (-1);
	p = text;
	end = text + len;
	if (format_comment(&p, end, FORMAT_COMMENT, &skip) == NULL ||
	    format_line(&p, end, 1, &raw, sizeof(raw)) != 0 || p != end ||
	    memcmp(raw.alg, "Ed", 2) != 0 || memcmp(raw.check, "B2", 2) != 0)
		r = pstore_fail(e, PSTORE_CORRUPT,
		    "%s: read: not a minisign secret key", path);
	else
		r = unwrap(&raw, path, ask, e);
	if (r == 0) {
		memcpy(sk->id, raw.secret.id, sizeof(sk->id));
		memcpy(sk->key, raw.secret.key, sizeof(sk->key));
	}
	sodium_memzero(&raw, sizeof(raw));
	sodium_memzero(text, len);
	free(text);
	return (r);
}
