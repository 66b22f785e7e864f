#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# shellcheck shell=sh
#
# pstore exec --root: a dynamic program with its run-time linker and library
# in a folder, and what absolute names mean to it.

. "$(atf_get_srcdir)/../lib/pimg.subr"

here=$(cd "$(atf_get_srcdir)" && pwd)

# The folder of the foreign system.
system()
{
	R=$PWD/system
	mkdir -p "$R/libexec" "$R/lib" "$R/bin" "$R/etc" "$R/only" "$R/empty"
	cp "$here/ld-elf.so.1" "$R/libexec/"
	cp "$here/libgreet.so.1" "$R/lib/"
	cp "$here/prog" "$R/bin/"
	echo "the system's" >"$R/etc/hosts"
	echo "the host's" >host
	export PIMG_STORE="$PIMG_FIXTURE"
}


atf_test_case dynamic
dynamic_body()
{
	system
	atf_check -s exit:3 -o inline:"/etc/hosts: the system's\n" \
	    pstore exec --root "$R" freebsd -- /bin/prog read /etc/hosts
	# By PATH, by the name it has on the host, and by a relative one.
	atf_check -s exit:3 -o inline:"/etc/hosts: the system's\n" \
	    env PATH="$PATH" pstore exec --root "$R" freebsd -- prog read /etc/hosts
	atf_check -s exit:3 -o inline:"$R/etc/hosts: the system's\n" \
	    pstore exec --root system freebsd -- "$R/bin/prog" read "$R/etc/hosts"
	atf_check -s exit:3 -o inline:"system/etc/hosts: the system's\n" \
	    pstore exec --root "$R" freebsd -- system/bin/prog read system/etc/hosts
	# Without the folder there is no run-time linker.
	atf_check -s exit:127 -e match:'prog: the run-time linker that it names does not exist' \
	    pstore exec freebsd -- "$R/bin/prog" read /etc/hosts
	atf_check -s exit:127 -e match:'prog: the run-time linker that it names does not exist' \
	    pstore exec --root / freebsd -- "$R/bin/prog" read /etc/hosts
	rm "$R/lib/libgreet.so.1"
	atf_check -s exit:1 -o inline:'rtld: open /lib/libgreet.so.1: -2\n' \
	    pstore exec --root "$R" freebsd -- /bin/prog
}

atf_test_case names
names_body()
{
	system
	# On the host only.
	atf_check -s exit:3 -o inline:"$PWD/host: the host's\n" \
	    pstore exec --root "$R" freebsd -- /bin/prog read "$PWD/host"
	# New: where its folder is, the system's first.
	atf_check -s exit:3 -o inline:"make /only/new: 0\nmkdir /only/dir: 0
make $PWD/new: 0\nmake /nowhere/new: -2\nmake /new-in-root: 0\n" \
	    pstore exec --root "$R" freebsd -- /bin/prog make /only/new \
	    mkdir /only/dir make "$PWD/new" make /nowhere/new make /new-in-root
	[ -f "$R/only/new" ] && [ -d "$R/only/dir" ] && [ -f new ] &&
	    [ -f "$R/new-in-root" ] || atf_fail "made elsewhere"
	# What is on the host already is not made a second time.
	mkdir -p "$R$PWD"
	atf_check -s exit:3 -o inline:"make $PWD/host: 0\nmake $PWD/other: 0\n" \
	    pstore exec --root "$R" freebsd -- /bin/prog make "$PWD/host" \
	    make "$PWD/other"
	[ ! -e "$R$PWD/host" ] && [ -f "$R$PWD/other" ] ||
	    atf_fail "made elsewhere"
	# ".." inside stays inside; a name that leaves is the host's.
	ln -s hosts "$R/etc/link"
	ln -s "$PWD/host" "$R/etc/away"
	ln -s nothing "$R/etc/dangling"
	echo x >"$R/../etc-of-the-parent"
	atf_check -s exit:3 -o inline:"/etc/link: the system's
/lib/../etc/hosts: the system's
/etc/away: the host's
/etc/dangling: -2
/lib/../../etc-of-the-parent: -2\n" \
	    pstore exec --root "$R" freebsd -- /bin/prog read /etc/link \
	    read /lib/../etc/hosts read /etc/away read /etc/dangling \
	    read /lib/../../etc-of-the-parent
}

# The folder, the pin and so on go with the program, not with its arguments
# or environment.
atf_test_case exec_keeps_it
exec_keeps_it_body()
{
	system
	atf_check -s exit:3 -o inline:"/etc/hosts: the system's\n" \
	    env -i PATH="$PATH" PIMG_STORE="$PIMG_STORE" \
	    pstore exec --root "$R" freebsd -- /bin/prog \
	    exec /bin/prog read /etc/hosts
	# A script's interpreter is the system's if it has one.
	printf '#! /bin/prog read\n' >"$R/bin/script"
	chmod +x "$R/bin/script"
	atf_check -s exit:3 -o inline:"$R/bin/script: #! /bin/prog read\n" \
	    pstore exec --root "$R" freebsd -- /bin/prog exec /bin/script
	# A program of the host's leaves the personality, and its folder.
	busybox=$(command -v busybox)
	atf_check -o not-match:"the system's" -o not-match:FreeBSD \
	    pstore exec --root "$R" freebsd -- /bin/prog \
	    exec "$busybox" sh -c 'cat /etc/hosts; uname'
	atf_check -s exit:3 -o match:"exec /bin/nothing: -2" \
	    pstore exec --root "$R" freebsd -- /bin/prog exec /bin/nothing
}

atf_test_case refused
refused_body()
{
	system
	atf_check -s exit:125 -e match:'--root nowhere: open: No such file' \
	    pstore exec --root nowhere freebsd -- true
	atf_check -s exit:125 -e match:'--root host: open: Not a directory' \
	    pstore exec --root host freebsd -- true
	atf_check -s exit:125 -e match:"linux26 has the host's files" \
	    pstore exec --root "$R" linux26 -- true
}

# /compat/NAME is the default.
atf_test_case compat
compat_body()
{
	system
	unshare -rm true 2>/dev/null || atf_skip "no user namespaces here"
	mkdir -p whole/compat
	for f in bin dev etc lib lib64 proc tmp usr; do
		[ -e "/$f" ] || continue
		mkdir -p "whole/$f"
		echo "mount --rbind /$f whole/$f"
	done >inside
	mv system whole/compat/freebsd
	mkdir -p whole/tools whole/store
	cat >>inside <<END
mount --rbind '$PIMG_PREFIX' whole/tools
mount --rbind '$PIMG_FIXTURE' whole/store
exec env PIMG_STORE=/store chroot whole /tools/bin/pstore exec freebsd -- \
    /bin/prog read /etc/hosts exec /bin/prog read /etc/hosts
END
	atf_check -s exit:3 \
	    -o inline:"/etc/hosts: the system's\n/etc/hosts: the system's\n" \
	    unshare -rm sh -e inside
}

atf_init_test_cases()
{
	atf_add_test_case dynamic
	atf_add_test_case names
	atf_add_test_case exec_keeps_it
	atf_add_test_case refused
	atf_add_test_case compat
}
