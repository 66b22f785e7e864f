/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What the commands ask of a store: history, promotion, removal, checking.
 */
#ifndef PSTORE_CATALOGUE_H
#define PSTORE_CATALOGUE_H

#include "pstore/store.h"
#include "pstore/who.h"

#define	PSTORE_NOTE	512	/* -m TEXT */
#define	PSTORE_SIGNERS	(PSTORE_SIGNATURES_MAX * PSTORE_KEYID_HEX)

/* Who and why, for the log. */
struct pstore_act {
	char	who[PSTORE_WHO];
	char	at[PSTORE_TIME];
	const char *message;	/* or NULL */
	int	dry;		/* say what would happen, change nothing */
	int	untrusted;	/* --allow-untrusted */
};

void	pstore_act_init(struct pstore_act *);

/* One promotion or rollback, as reported. */
struct pstore_change {
	char	name[PIMG_NAME_MAX + 1];
	uint32_t from, to;	/* from 0: none was current */
	int	nothing;	/* it was current already */
	int	overridden;	/* untrusted, and allowed all the same */
	char	cause[256];	/* why it is not trusted */
	char	who[PSTORE_WHO], at[PSTORE_TIME];	/* who promoted `to` */
};

int	pstore_promote(struct pstore *, const char *name, uint32_t n,
	    const struct pstore_act *, struct pstore_change *,
	    struct pstore_error *);
/* NAME NULL: the latest promotion of all. */
int	pstore_rollback(struct pstore *, const char *name,
	    const struct pstore_act *, struct pstore_change *,
	    struct pstore_error *);
/* The store's trusted keys against V; allowed by ACT, the change says so. */
int	pstore_admit(struct pstore *, const struct pstore_version *,
	    const struct pstore_act *, struct pstore_change *,
	    struct pstore_error *);

struct pstore_removed {
	int	rollbacks;	/* places on the promotion stack it had */
};
int	pstore_remove(struct pstore *, const char *name, uint32_t n,
	    const struct pstore_act *, struct pstore_removed *,
	    struct pstore_error *);

/* Rows for list and show. */
struct pstore_row {
	char	image[PSTORE_IMAGE_MAX];
	char	personality[PIMG_NAME_MAX + 1];
	uint32_t version, abi;
	char	digest[PSTORE_HASH_TEXT];
	char	source[PSTORE_HASH_TEXT];
	char	created[PSTORE_TIME];	/* empty: not known */
	char	signers[PSTORE_SIGNERS];	/* ids, separated by spaces */
	int	current;		/* of this store */
};
typedef int pstore_row_fn(void *, const struct pstore_row *,
	    struct pstore_error *);
/* NAME NULL: all.  Ordered by name and number. */
int	pstore_list(struct pstore *, const char *name, uint32_t number,
	    pstore_row_fn *, void *, struct pstore_error *);

struct pstore_event {
	char	at[PSTORE_TIME], who[PSTORE_WHO], action[32];
	char	image[256], previous[PSTORE_IMAGE_MAX];
	char	message[PSTORE_NOTE];
};
typedef int pstore_event_fn(void *, const struct pstore_event *,
	    struct pstore_error *);
/* Oldest first, the catalogue's events and the lines of STORE/log merged.
 * *TORN counts lines of the log that a power cut left unreadable. */
int	pstore_log(struct pstore *, pstore_event_fn *fn, void *arg,
	    unsigned *torn, struct pstore_error *);
/* An event of its own, for instance a key that is trusted from now on. */
int	pstore_note(struct pstore *, const struct pstore_act *,
	    const char *action, const char *image, struct pstore_error *);

typedef void pstore_problem_fn(void *, const char *image, const char *what,
	    int repaired);
/* Every file of every version, links, stack, keys.  With REPAIR what can be
 * made good from the rest is; *LEFT counts problems that stay. */
int	pstore_fsck(struct pstore *, int repair, pstore_problem_fn *fn,
	    void *arg, unsigned *left, struct pstore_error *);

#endif
