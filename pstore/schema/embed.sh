#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# Prints a C header that holds the catalogue's SQL files as strings.
# usage: embed.sh FOLDER
set -eu

embed()
{
	printf 'static const char %s[] __attribute__((unused)) =\n' "$2"
	sed -e 's/[[:space:]]*--.*$//' -e '/^[[:space:]]*$/d' -e 's/\\/\\\\/g' \
	    -e 's/"/\\"/g' -e 's/^\(.*\)$/    "\1\\n"/' "$1"
	printf '    ;\n'
}

echo "/* Made by pstore/schema/embed.sh from pstore/schema/; do not edit. */"
embed "$1/schema.sql" pstore_schema
embed "$1/migrate-2.sql" pstore_migrate_2
