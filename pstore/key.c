/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Key ids, where keys are, and public keys.
 */
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

void
pstore_keyid_hex(const uint8_t id[PSTORE_KEYID_BYTES],
    char out[PSTORE_KEYID_HEX])
{
	int i;

	for (i = 0; i < PSTORE_KEYID_BYTES; i++)
		snprintf(out + 2 * i, 3, "%02X", id[PSTORE_KEYID_BYTES - 1 - i]);
}

void
pstore_pubkey_of(struct pstore_pubkey *pk, const struct pstore_seckey *sk)
{
	memcpy(pk->id, sk->id, sizeof(pk->id));
	memcpy(pk->key, sk->key + 32, sizeof(pk->key));
}

int
pstore_key_paths(struct pstore_key_paths *p, const char *key,
    struct pstore_error *e)
{
	const char *base, *sub;
	size_t len;
	int n;

	if (key == NULL)
		key = getenv("PIMG_KEY");
	sub = "";
	base = key;
	if (key == NULL || key[0] == '\0') {
		sub = "/pimg/pimg.key";
		base = getenv("XDG_CONFIG_HOME");
		if (base == NULL || base[0] != '/') {
			sub = "/.config/pimg/pimg.key";
			base = getenv("HOME");
		}
	}
	if (base == NULL || base[0] == '\0') {
		pstore_fail(e, PSTORE_NOTFOUND,
		    "signing key: find: neither PIMG_KEY nor HOME is set");
		return (pstore_hint(e, "name the key: --key FILE"));
	}
	n = snprintf(p->secret, sizeof(p->secret), "%s%s", base, sub);
	if (n < 0 || (size_t)n + 5 > sizeof(p->secret))
		return (pstore_fail_os(e, ENAMETOOLONG, "signing key: find"));
	memcpy(p->public, p->secret, (size_t)n + 1);
	len = (size_t)n;
	if (len > 4 && strcmp(p->public + len - 4, ".key") == 0)
		len -= 4;
	memcpy(p->public + len, ".pub", 5);
	return (0);
}

int
pstore_pubkey_format(const struct pstore_pubkey *pk, char *buf, size_t size)
{
	struct format_pubkey raw;
	char b64[64], hex[PSTORE_KEYID_HEX];

	memcpy(raw.alg, "Ed", 2);
	memcpy(raw.id, pk->id, sizeof(raw.id));
	memcpy(raw.key, pk->key, sizeof(raw.key));
	sodium_bin2base64(b64, sizeof(b64), (const unsigned char *)&raw,
	    sizeof(raw), sodium_base64_VARIANT_ORIGINAL);
	pstore_keyid_hex(pk->id, hex);
	return (snprintf(buf, size, FORMAT_COMMENT "minisign public key %s\n"
	    "%s\n", hex, b64));
}

int
pstore_pubkey_parse(struct pstore_pubkey *pk, const char *text, size_t len,
    const char *object, struct pstore_error *e)
{
	struct format_pubkey raw;
	const char *p, *end;
	size_t skip;

	p = text;
	end = text + len;
	if (format_comment(&p, end, FORMAT_COMMENT, &skip) == NULL ||
	    format_line(&p, end, 1, &raw, sizeof(raw)) != 0 || p != end ||
	    memcmp(raw.alg, "Ed", 2) != 0) {
		pstore_fail(e, PSTORE_CORRUPT,
		    "%s: read: not a minisign public key", object);
		return (pstore_hint(e, "a public key is two lines, as `pimg "
		    "keygen` or `minisign -G` write them"));
	}
	memcpy(pk->id, raw.id, sizeof(pk->id));
	memcpy(pk->key, raw.key, sizeof(pk->key));
	return (0);
}

int
pstore_pubkey_load(struct pstore_pubkey *pk, const char *path,
    struct pstore_error *e)
{
	size_t len;
	char *text;
	int fd, r;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return (pstore_fail_os(e, errno, "%s: open", path));
	r = pstore_fd_read(fd, path, KEYFILE_MAX, &text, &len, e);
	close(fd);
	if (r != 0)
		return (-1);
	r = pstore_pubkey_parse(pk, text, len, path, e);
	free(text);
	return (r);
}
