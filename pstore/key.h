/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Keys, in minisign's file formats.
 *
 * A public key is 32 bytes of Ed25519 and an 8-byte id; a secret key file may
 * be encrypted with a passphrase (scrypt) or not.  Secret keys are written
 * with O_EXCL and mode 0600, refused when others can read them, and wiped
 * from memory by pstore_seckey_wipe().
 */
#ifndef PSTORE_KEY_H
#define PSTORE_KEY_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "pstore/error.h"

#define	PSTORE_KEYID_BYTES	8
#define	PSTORE_KEYID_HEX	17	/* with the NUL; minisign's notation */
#define	PSTORE_PASSPHRASE_MAX	1024

struct pstore_pubkey {
	uint8_t	id[PSTORE_KEYID_BYTES];
	uint8_t	key[32];
};

struct pstore_seckey {
	uint8_t	id[PSTORE_KEYID_BYTES];
	uint8_t	key[64];	/* seed, then public key */
};

struct pstore_key_paths {
	char	secret[PATH_MAX];
	char	public[PATH_MAX];
};

/*
 * Where a passphrase comes from, when one is needed: the first line of FILE,
 * else the terminal (/dev/tty, without echo), else an error; never a hang.
 */
struct pstore_passphrase {
	const char *file;	/* --passphrase-file, or NULL */
	const char *prompt;	/* "Passphrase for KEY: ", or NULL for a default */
	int	confirm;	/* ask twice (for a new key) */
};

/* KEY if not NULL, else PIMG_KEY, else ${XDG_CONFIG_HOME:-~/.config}/pimg/pimg.key;
 * the public key's path is the same with ".pub" for ".key" (or appended). */
int	pstore_key_paths(struct pstore_key_paths *, const char *key,
	    struct pstore_error *);

/* Makes the folder (0700) and both files; refuses to overwrite either.
 * A NULL passphrase writes the secret key unencrypted. */
int	pstore_keygen(const struct pstore_key_paths *,
	    const struct pstore_passphrase *, struct pstore_pubkey *out,
	    struct pstore_error *);

/* Asks for a passphrase only if the key is encrypted. */
int	pstore_seckey_load(struct pstore_seckey *, const char *path,
	    const struct pstore_passphrase *, struct pstore_error *);
void	pstore_seckey_wipe(struct pstore_seckey *);

int	pstore_pubkey_load(struct pstore_pubkey *, const char *path,
	    struct pstore_error *);
int	pstore_pubkey_parse(struct pstore_pubkey *, const char *text, size_t len,
	    const char *object, struct pstore_error *);
int	pstore_pubkey_format(const struct pstore_pubkey *, char *buf, size_t size);
void	pstore_pubkey_of(struct pstore_pubkey *, const struct pstore_seckey *);
void	pstore_keyid_hex(const uint8_t id[PSTORE_KEYID_BYTES],
	    char out[PSTORE_KEYID_HEX]);

int	pstore_passphrase_read(const struct pstore_passphrase *, const char *object,
	    char *buf, size_t size, struct pstore_error *);

#endif
