#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# shellcheck shell=sh
#
# pstore binfmt, in a user namespace with an instance of binfmt_misc of its
# own.  The image is a stand-in that prints its arguments.

. "$(atf_get_srcdir)/store.subr"

# Runs the script on standard input as root of a new namespace.
inside()
{
	cat >inside.sh
	atf_check -o save:out -e save:err unshare -Urm sh -eu inside.sh
}

# A program with the brand, and a store whose image claims it.
ready()
{
	unshare -Urm mount -t binfmt_misc x /proc/sys/fs/binfmt_misc \
	    2>/dev/null || atf_skip "no binfmt_misc in a user namespace (Linux 6.7)"
	fresh_store "$1"
	pstore promote testabi@1 >/dev/null || atf_fail "promote"
	cp "$HERE/image-other" branded
	printf '\311' | dd of=branded bs=1 seek=7 conv=notrunc 2>/dev/null
}

atf_test_case there_and_back
there_and_back_body()
{
	ready 1
	inside <<'END'
mount -t binfmt_misc x /proc/sys/fs/binfmt_misc
pstore binfmt status
pstore binfmt enable testabi
pstore binfmt enable
pstore binfmt status
./branded 'a b' exit=0
ls /proc/sys/fs/binfmt_misc
pstore binfmt disable testabi
pstore binfmt disable testabi
pstore binfmt disable
pstore binfmt status
./branded | sed 's/^/native: /'
END
	link=$PWD/store/current/testabi/x86_64
	cat >expected <<END
the kernel starts no personality
testabi: is started by $link
testabi: stays with $link
testabi          on       $link
$link
./branded
./branded
a b
exit=0
pimg-testabi
register
status
testabi: no longer started by the kernel
the kernel starts no personality
native: ./branded
END
	atf_check -o file:expected cat out
	atf_check -o empty cat err
}

atf_test_case mounts_its_own
mounts_its_own_body()
{
	ready 1
	inside <<'END'
pstore binfmt enable --json testabi
./branded | head -n 1
grep flags /proc/sys/fs/binfmt_misc/pimg-testabi
END
	atf_check -o inline:"testabi pimg-testabi P true false true
" sh -c 'head -n 1 out | jq -r ".entries[] | [.personality, .entry, .flags, .enabled, .fixed, .exists] | map(tostring) | join(\" \")"'
	atf_check -o inline:"$PWD/store/current/testabi/x86_64\nflags: P\n" \
	    tail -n +2 out
}

# Which version a program that is started now runs in.
which_version='
version()
{
	./branded sleep >/dev/null &
	_n=0
	until case $(readlink /proc/$!/exe) in */versions/*) ;; *) false;; esac; do
		_n=$((_n + 1)); [ $_n -lt 200 ] || exit 1; sleep 0.02
	done
	readlink /proc/$!/exe | sed "s,.*/versions/,,"
	kill $!
}'

atf_test_case promote_reaches_the_next
promote_reaches_the_next_body()
{
	ready 2
	inside <<END
$which_version
pstore binfmt enable testabi
version
pstore promote testabi@2 >/dev/null
version
pstore rollback >/dev/null
version
END
	atf_check -o inline:'testabi@1/x86_64\ntestabi@2/x86_64\ntestabi@1/x86_64\n' \
	    tail -n 3 out
}

atf_test_case fixed
fixed_body()
{
	ready 2
	inside <<END
$which_version
pstore binfmt enable --fixed testabi
version
pstore promote testabi@2 >/dev/null
version
pstore binfmt status
grep flags /proc/sys/fs/binfmt_misc/pimg-testabi@2
mkdir root
cp branded root/
chroot root /branded in a folder of its own
pstore binfmt enable testabi
pstore binfmt status
pstore binfmt enable --fixed testabi
pstore binfmt disable
ls /proc/sys/fs/binfmt_misc
END
	v=$PWD/store/versions
	cat >expected <<END
testabi: is started by $v/testabi@1/x86_64
testabi@1/x86_64
testabi@2/x86_64
testabi          fixed    $v/testabi@2/x86_64
flags: PF
$v/testabi@2/x86_64
/branded
/branded
in
a
folder
of
its
own
testabi: is started by $PWD/store/current/testabi/x86_64
testabi          on       $PWD/store/current/testabi/x86_64
testabi: is started by $v/testabi@2/x86_64
testabi: no longer started by the kernel
register
status
END
	atf_check -o file:expected cat out
}

# No exec falls between two versions.
atf_test_case no_gap
no_gap_head()
{
	atf_set timeout 120
}
no_gap_body()
{
	ready 2
	inside <<'END'
pstore binfmt enable --fixed testabi
(n=0; while [ ! -e stop ]; do
	n=$((n + 1))
	./branded | head -n 1 | grep -q '/versions/testabi@[12]/x86_64' || echo "run $n"
done >bad; echo $n >runs) &
i=0
while [ $i -lt 20 ]; do
	pstore promote testabi@2 >/dev/null
	pstore rollback >/dev/null
	i=$((i + 1))
done
: >stop
wait
pstore binfmt disable
END
	atf_check -o empty cat bad
	[ "$(cat runs)" -ge 20 ] || atf_fail "only $(cat runs) runs"
}

atf_test_case replaces_whatever
replaces_whatever_body()
{
	ready 1
	inside <<'END'
mount -t binfmt_misc x /proc/sys/fs/binfmt_misc
cd /proc/sys/fs/binfmt_misc
echo ':pimg-testabi:E::foo::/bin/false:' >register
echo ':other:E::bar::/bin/false:' >register
cd - >/dev/null
pstore binfmt enable testabi
./branded | head -n 1
pstore binfmt disable
ls /proc/sys/fs/binfmt_misc
END
	link=$PWD/store/current/testabi/x86_64
	atf_check -o inline:"testabi: is started by $link\n$link
testabi: no longer started by the kernel\nother\nregister\nstatus\n" cat out
}

atf_test_case refusals
refusals_body()
{
	ready 1
	is 2 empty match:'an argument is missing' pstore binfmt
	is 2 empty match:'frob: enable, disable or status' pstore binfmt frob
	is 2 empty match:'--fixed is for enable' pstore binfmt disable --fixed
	is 2 empty match:'not the name of a personality' pstore binfmt enable x@1
	is 3 empty match:'nosuch: find: no version of it is current' \
	    pstore binfmt enable nosuch
	# What cannot be trusted is not registered.
	printf x | dd of=store/versions/testabi@1/x86_64 bs=1 seek=700 \
	    conv=notrunc 2>/dev/null
	is 5 empty match:'not the bytes that the manifest names' \
	    unshare -Urm pstore binfmt enable testabi
}

# In the initial namespace, a store below a folder that others may write.
atf_test_case unsafe_store
unsafe_store_head()
{
	atf_set require.user root
}
unsafe_store_body()
{
	fresh_store 1
	pstore promote testabi@1 >/dev/null || atf_fail "promote"
	grep -q 4294967295 /proc/self/uid_map || atf_skip "not the initial namespace"
	mkdir -m 777 open
	mv store open/
	chmod +t open
	is 8 empty match:"testabi@1: register: .*(/tmp|/open) belongs to user 0, mode 1777; everybody's" \
	    pstore --store open/store binfmt enable testabi
}

# The file that systemd-binfmt reads says what enable does.
atf_test_case binfmt_d
binfmt_d_body()
{
	conf=$PIMG_PREFIX/share/pimg/binfmt.d/pimg.conf
	[ -f "$conf" ] || atf_fail "$conf is missing"
	ready 1
	inside <<END
pstore binfmt enable testabi
cat /proc/sys/fs/binfmt_misc/pimg-testabi >enabled
pstore binfmt disable
grep '^:' '$conf' | while read -r line; do
	printf '%s' "\$line" >/proc/sys/fs/binfmt_misc/register
done
cd /proc/sys/fs/binfmt_misc
for f in pimg-*; do
	grep -E '^(flags|interpreter|mask)' \$f
	sed -n 's/^magic 7f454c46020101\(..\)/\1 /p' \$f
done
sed -n 's/^mask/enabled mask/p; s/^magic 7f454c46020101c9/enabled c9 /p' "$PWD/enabled"
END
	mask=ffffffffffffffff0000000000000000feffffff
	cat >expected <<END
testabi: is started by $PWD/store/current/testabi/x86_64
testabi: no longer started by the kernel
interpreter /var/lib/pimg/current/freebsd/x86_64
flags: P
mask $mask
09 000000000000000002003e00
interpreter /var/lib/pimg/current/netbsd/x86_64
flags: P
mask $mask
02 000000000000000002003e00
enabled c9 000000000000000002003e00
enabled mask $mask
END
	atf_check -o file:expected cat out
}

atf_init_test_cases()
{
	atf_add_test_case there_and_back
	atf_add_test_case mounts_its_own
	atf_add_test_case promote_reaches_the_next
	atf_add_test_case fixed
	atf_add_test_case no_gap
	atf_add_test_case replaces_whatever
	atf_add_test_case refusals
	atf_add_test_case unsafe_store
	atf_add_test_case binfmt_d
}
