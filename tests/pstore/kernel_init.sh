#! /bin/busybox sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# The first process of a virtual machine: pstore and the kernel module.  Each
# t_NAME is a case; prints PASS or FAIL and a SUMMARY, as tests/kmod does.

/bin/busybox mkdir -p /proc /sys /dev /tmp
/bin/busybox mount -t devtmpfs dev /dev
exec </dev/console >/dev/console 2>&1
/bin/busybox mkdir -p /bin/box
/bin/busybox --install -s /bin/box
PATH=/pstore/bin:/pstore:/bin:/bin/box:/tests
HOME=/tmp/home
export PATH HOME
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs -o mode=1777 tmp /tmp
mkdir -p /dev/shm /tmp/home /var/lib /tmp/work
chmod 755 / /var /var/lib /tmp/home
cd /tmp/work || exit

say() { echo "$*"; return 1; }

# is STATUS WANT COMMAND...: status and output, a pattern of case.
is()
{
	_s=$1 _w=$2
	shift 2
	_got=$("$@" 2>&1)
	_have=$?
	[ $_have -eq "$_s" ] || say "$*: status $_have: $_got" || return 1
	# shellcheck disable=SC2254
	case $_got in
	$_w) ;;
	*) say "$*: $_got";;
	esac
}

sys() { pstore --store /var/lib/pimg "$@"; }

# linux26@N in the system's store: the images of tests/kmod, which differ.
t_prepare()
{
	mkversion keygen my.key >/dev/null &&
	sys trust add my.pub >/dev/null &&
	mkversion bundle -o 1.tar -n linux26 -v 1 -s one -k my.key /odd &&
	mkversion bundle -o 2.tar -n linux26 -v 2 -s two -k my.key /even &&
	mkversion bundle -o 3.tar -n linux26 -v 3 -s three /odd &&
	sys add 1.tar && sys add 2.tar && sys add --allow-untrusted 3.tar
}

# Without the module all is as ever.
t_no_module()
{
	is 0 '*carrier kmod: not usable: no module*modprobe pimg*' pstore status &&
	is 3 '*/dev/pimg: open*modprobe pimg*' pstore kernel status &&
	is 0 'linux26: none -> 1' sys promote linux26@1 &&
	is 0 '*carrier: sud*2.6.39' pstore exec --explain linux26 -- busybox uname -r
}

t_load_and_sync()
{
	insmod /pimg.ko &&
	is 0 '*carrier kmod: usable*' pstore status &&
	is 0 '*linux26@1*current in the store, not in the kernel*' \
	    pstore kernel status &&
	is 0 '*"image":"linux26@1","abi":null*"state":"not in the kernel"*' \
	    pstore kernel status --json &&
	# Not held: sud carries it.
	is 0 '*carrier: sud*' pstore exec --explain linux26 -- /bin/true &&
	is 0 'kernel and store are the same' pstore kernel sync &&
	is 0 '*\* linux26@1 *x86_64* same*' pstore kernel status &&
	is 0 'kernel and store are the same' pstore kernel sync
}

t_exec_by_kernel()
{
	is 0 '*version: linux26@1 *carrier: kmod*2.6.39' \
	    pstore exec --explain linux26 -- busybox uname -r &&
	is 7 '' pstore exec linux26 -- busybox sh -c 'exit 7' &&
	is 127 '*nosuch: find: not in PATH*' pstore exec linux26 -- nosuch &&
	printf x >junk && chmod +x junk &&
	is 126 '*./junk: execute: *' pstore exec linux26 -- ./junk
}

# A promotion reaches the kernel; who runs stays; ps tells.
t_promote_follows()
{
	pstore exec linux26 -- busybox sleep 100 &
	old=$!
	pstore exec linux26@1 -- busybox sleep 100 &
	pinned=$!
	sleep 1
	is 0 'linux26: 1 -> 2' sys promote linux26@2 &&
	is 0 '*\* linux26@2 *' pstore kernel status || return 1
	pstore exec linux26 -- busybox sleep 100 &
	new=$!
	sleep 1
	is 0 "*$old  linux26@1 *kmod *busybox*" pstore ps &&
	is 0 "*$new  linux26@2 *kmod *busybox*" pstore ps &&
	is 0 "*\"pid\":$pinned,\"program\":\"busybox\",\"image\":\"linux26@1\",\"carrier\":\"kmod\"*" \
	    pstore ps --json &&
	is 6 '*processes run in it*' sys remove linux26@1 &&
	is 0 '*linux26: 2 -> 1*' sys rollback &&
	is 0 '*\* linux26@1 *' pstore kernel status
	_r=$?
	kill $old $pinned $new
	return $_r
}

t_remove_reaches_it()
{
	sleep 1
	is 0 '*removed linux26@2*' sys remove linux26@2 &&
	is 0 '*linux26@1*' pstore kernel status || return 1
	case $(pstore kernel status) in
	*linux26@2*) say "$(pstore kernel status)";;
	esac
}

# What is not trusted never gets into the kernel.
t_untrusted_stays_out()
{
	is 0 '*not signed; allowed*linux26: 1 -> 3*the kernel has not: pstore kernel sync*' \
	    sys promote --allow-untrusted linux26@3 &&
	is 4 '*linux26@3: verify: not signed*' pstore kernel sync &&
	is 0 '*current only in the kernel*' pstore kernel status &&
	is 0 '*linux26: 3 -> 1*' sys rollback &&
	is 0 '*linux26@1*same*' pstore kernel status
}

# Another store's current is not the kernel's; a pinned version may be.
t_other_store()
{
	pstore trust add my.pub >/dev/null && pstore add 1.tar >/dev/null &&
	pstore promote linux26@1 >/dev/null &&
	is 0 '*carrier: sud*' pstore exec --explain linux26 -- /bin/true &&
	is 0 '*carrier: kmod*' pstore exec --explain linux26@1 -- /bin/true
}

t_switch()
{
	is 0 '*: off' pstore kernel off &&
	is 0 '*carrier kmod: not usable: the module is switched off*pstore kernel on*' \
	    pstore status &&
	is 0 '*carrier: sud*' pstore --store /var/lib/pimg exec --explain linux26 -- /bin/true &&
	is 0 '*: on' pstore kernel on &&
	is 0 '*carrier: kmod*' pstore --store /var/lib/pimg exec --explain linux26 -- /bin/true
}

t_ordinary_user()
{
	is 8 '*/dev/pimg: switch off: Operation not permitted*' \
	    kctl user 65534 pstore kernel off &&
	is 0 '*carrier: kmod*2.6.39' kctl user 65534 env HOME=/nonexistent \
	    pstore exec --explain linux26 -- busybox uname -r
}

passed=0 failed=0
for t in prepare no_module load_and_sync exec_by_kernel promote_follows \
    remove_reaches_it untrusted_stays_out other_store switch ordinary_user; do
	if (t_$t) >/tmp/said 2>&1; then
		echo "PASS $t"
		passed=$((passed + 1))
	else
		echo "FAIL $t"
		cat /tmp/said
		failed=$((failed + 1))
	fi
done
echo "SUMMARY $passed $failed"
qexit $((failed == 0 ? 1 : 2))
