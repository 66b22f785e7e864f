#! /bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# fetch.sh FOLDER: esbuild for Linux, FreeBSD and NetBSD, of one version, and
# a project of some 1200 modules for it to bundle: lodash and date-fns in
# JavaScript, rxjs in TypeScript.  From the npm registry by npm, which checks
# what it gets.  FOLDER is written beside and renamed, so that one that
# stands is whole; then nothing is fetched.
#
#	FOLDER/linux, FOLDER/freebsd, FOLDER/netbsd	the program
#	FOLDER/project/entry.ts				the project
#
# Status 3: npm is there, but the registry is not.

set -eu
umask 022
folder=$1
version=0.28.2
[ ! -e "$folder/project/entry.ts" ] || exit 0
work=$folder.new
rm -rf "$work"
mkdir -p "$work/project/node_modules"
here=$(cd "$work" && pwd)
trap 'rm -rf "$here"' EXIT
cd "$here"

set -- "@esbuild/linux-x64@$version" "@esbuild/freebsd-x64@$version" \
    "@esbuild/netbsd-x64@$version" lodash-es@4.17.21 date-fns@3.6.0 rxjs@7.8.1
npm pack --silent --ignore-scripts "$@" >npm.log 2>&1 || {
	cat npm.log >&2
	echo "esbuild: the npm registry cannot be reached" >&2
	exit 3
}

# unpack ARCHIVE FOLDER
unpack()
{
	mkdir -p "$2"
	tar xzf "$1" -C "$2" --strip-components=1 --no-same-owner
	rm "$1"
}
for s in linux freebsd netbsd; do
	unpack "esbuild-$s-x64-$version.tgz" p
	mv p/bin/esbuild "$s"
	chmod 755 "$s"
	rm -r p
done
unpack lodash-es-4.17.21.tgz project/node_modules/lodash-es
unpack date-fns-3.6.0.tgz project/node_modules/date-fns
unpack rxjs-7.8.1.tgz p
mkdir project/rxjs
mv p/src project/rxjs/src
rm -rf p project/rxjs/src/umd.ts project/rxjs/src/tsconfig*

cat >project/entry.ts <<'END'
import * as lodash from 'lodash-es';
import * as dates from 'date-fns';
import { from, map, toArray, firstValueFrom } from './rxjs/src/index';
import * as rx from './rxjs/src/index';

enum Kind { Small = 1, Large }
interface Item { name: string; when: Date; kind: Kind }

export async function run(items: readonly Item[]): Promise<string[]> {
	return firstValueFrom(from(lodash.sortBy(items, 'when')).pipe(
	    map((i) => `${dates.formatISO(i.when)} ${Kind[i.kind]} ${i.name}`),
	    toArray()));
}
export { lodash, dates, rx };
END
rm npm.log
trap - EXIT
cd ..
rm -rf "${folder##*/}"
mv "$here" "${folder##*/}"
