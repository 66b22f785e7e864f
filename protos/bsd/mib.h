/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Words for a system's table of sysctl nodes: the dotted name first, what it
 * is worth, and its oid last.
 */
#ifndef PIMG_PROTOS_BSD_MIB_H
#define PIMG_PROTOS_BSD_MIB_H

#include "sysctl.h"

#define	WORDS(...)	(sizeof((const uint16_t[]){ __VA_ARGS__ }) / sizeof(uint16_t))
#define	ANY(name, type, from, flags, value, ...)			\
	{ name, { __VA_ARGS__ }, WORDS(__VA_ARGS__), type, from, flags, value }

#define	NODE(name, ...)		ANY(name, T_NODE, M_NONE, 0, 0, __VA_ARGS__)
#define	BRANCH(name, from, ...)	ANY(name, T_NODE, from, 0, 0, __VA_ARGS__)
#define	INT(name, v, ...)	ANY(name, T_INT, M_CONST, 0, v, __VA_ARGS__)
#define	UINT(name, v, ...)	ANY(name, T_UINT, M_CONST, 0, v, __VA_ARGS__)
#define	LONG(name, v, ...)	ANY(name, T_LONG, M_CONST, 0, v, __VA_ARGS__)
#define	ULONG(name, v, ...)	ANY(name, T_ULONG, M_CONST, 0, v, __VA_ARGS__)
#define	QUAD(name, v, ...)	ANY(name, T_QUAD, M_CONST, 0, v, __VA_ARGS__)
#define	BOOL(name, v, ...)	ANY(name, T_BOOL, M_CONST, 0, v, __VA_ARGS__)
#define	FACT(name, type, from, ...) ANY(name, type, from, 0, 0, __VA_ARGS__)
#define	INFILE(name, file, ...)	ANY(name, T_INT, M_FILE, 0, file, __VA_ARGS__)
#define	TEXT(name, text, ...)	ANY(name, T_STRING, M_TEXT, 0, text, __VA_ARGS__)
#define	STRING(name, from, ...)	ANY(name, T_STRING, from, 0, 0, __VA_ARGS__)
#define	SETTABLE(name, from, ...)					\
	ANY(name, T_STRING, from, MIB_WRITE, 0, __VA_ARGS__)
#define	STRUCT(name, from, ...)	ANY(name, T_STRUCT, from, 0, 0, __VA_ARGS__)

#endif
