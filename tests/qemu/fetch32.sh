#! /bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# fetch32.sh FOLDER: 32-bit programs that nobody here built: Debian's or
# Ubuntu's static busybox for i386, by apt-get with lists of its own so that
# the system need not know that architecture; and npm's esbuild for it.  What
# is there already is not fetched again.  Status 3: a registry is out of reach.

set -eu
folder=$1
version=0.28.2			# as tests/esbuild/fetch.sh
mkdir -p "$folder"
cd "$folder"

busybox()
{
	rm -rf apt
	mkdir -p apt/lists/partial apt/cache/archives/partial
	cat >apt/conf <<END
APT::Architectures { "amd64"; "i386"; };
APT::Sandbox::User "";
Dir::State::lists "$(pwd)/apt/lists";
Dir::Cache "$(pwd)/apt/cache";
END
	APT_CONFIG=$(pwd)/apt/conf
	export APT_CONFIG
	(
		cd apt
		# one list out of reach need not be the one that counts
		apt-get -q update >log 2>&1 || :
		apt-get -q download busybox-static:i386 >>log 2>&1
		dpkg-deb --fsys-tarfile ./*.deb | tar xf - --no-same-owner
	) || return 1
	find apt -name busybox -type f -perm -100 -exec mv {} busybox \;
	rm -rf apt
}

esbuild()
{
	rm -rf npm
	mkdir npm
	(
		cd npm
		npm pack --silent --ignore-scripts \
		    "@esbuild/linux-ia32@$version" >log 2>&1
		tar xzf ./*.tgz --no-same-owner
	) || return 1
	mv npm/package/bin/esbuild esbuild
	chmod 755 esbuild
	rm -rf npm
}

for program in busybox esbuild; do
	[ ! -x "$program" ] || continue
	"$program" || {
		cat apt/log npm/log 2>/dev/null || :
		echo "$program: the registry cannot be reached"
		exit 3
	} >&2
done
