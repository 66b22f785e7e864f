/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The image's options, "--NAME" or "--NAME=VALUE", one word each.  They stand
 * on the image's own command line and nowhere else: not in the guest's
 * arguments, not in its environment.  They are kept as they are, and exec
 * hands all of them on.
 */
#include "runtime.h"

#define	OPTIONS_SIZE	8192

static struct {
	unsigned	n;			/* words */
	unsigned	used;			/* bytes of text */
	char		text[OPTIONS_SIZE];	/* each with its NUL */
} options;

/* Keeps a word.  0 or -E2BIG. */
long
pimg_option_add(const char *word)
{
	size_t len = pimg_strlen(word) + 1;

	if (options.n == PIMG_OPTIONS_MAX ||
	    len > sizeof(options.text) - options.used)
		return (-E2BIG);
	pimg_memcpy(options.text + options.used, word, len);
	options.used += (unsigned)len;
	options.n++;
	return (0);
}

/* What follows name in word: "" or the value; NULL if it is another's. */
const char *
pimg_option_is(const char *word, const char *name)
{

	for (; *name != '\0'; word++, name++)
		if (*word != *name)
			return (NULL);
	if (*word == '=')
		return (word + 1);
	return (*word == '\0' ? word : NULL);
}

/*
 * The value of the first option of that name behind the one that prev is the
 * value of; NULL to begin with, and at the end.
 */
const char *
pimg_option_next(const char *prev, const char *name)
{
	const char *w = options.text, *end = w + options.used, *value;

	for (; w < end; w += pimg_strlen(w) + 1)
		if (w > prev && (value = pimg_option_is(w, name)) != NULL)
			return (value);
	return (NULL);
}

/* What is about this personality alone. */
static int
is_own(const char *word)
{

	return (pimg_option_is(word, "--pin") != NULL ||
	    pimg_option_is(word, "--root") != NULL);
}

/*
 * Pointers to the words that the next image gets, at v, which has room for
 * all; how many.  Another personality's image gets no pin and no root.
 */
int
pimg_option_list(const char **v, int another)
{
	const char *w = options.text;
	unsigned i, n = 0;

	for (i = 0; i < options.n; i++, w += pimg_strlen(w) + 1)
		if (!another || !is_own(w))
			v[n++] = w;
	return ((int)n);
}
