#!/bin/busybox sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# The first process of the virtual machine in which the module is tested.
# Each function t_NAME is a case: it passes if it returns 0.  Prints
# "PASS NAME" or "FAIL NAME" with what the case said, then "SUMMARY passed
# failed"; qexit 1 when nothing failed, 2 otherwise.  The kernel panics on
# any warning, and the runner sees that.
#
# The kernel's command line says what to do: pimg_test=quick, or =long with
# pimg_execs=N and pimg_calls=N.

/bin/busybox mkdir -p /proc /sys /dev /tmp
/bin/busybox mount -t devtmpfs dev /dev
exec </dev/console >/dev/console 2>&1
/bin/busybox mkdir -p /bin/box
/bin/busybox --install -s /bin/box
PATH=/bin:/bin/box:/tests
export PATH
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs tmp /tmp
chmod 1777 /tmp
ln -s /proc/self/fd /dev/fd
mkdir -p /dev/shm
ifconfig lo 127.0.0.1 up
ulimit -c 0
cd /tmp || exit
for word in $(cat /proc/cmdline); do
	case $word in
	pimg_*=*) eval "$word";;
	esac
done

say() { echo "$*"; return 1; }

# is WANT COMMAND...: its output and that it succeeds.
is()
{
	_want=$1
	shift
	_got=$("$@" 2>&1) || say "$*: status $?: $_got" || return 1
	[ "$_got" = "$_want" ] || say "$*: $_got, not $_want"
}

# fails WANT COMMAND...: that it fails and says so.
fails()
{
	_want=$1
	shift
	if _got=$("$@" 2>&1); then
		say "$*: succeeds: $_got" || return 1
	fi
	case $_got in
	*"$_want"*) ;;
	*) say "$*: $_got, not $_want";;
	esac
}

# images N: so many are alive, soon.
images()
{
	for _i in 1 2 3 4 5 6 7 8 9 10; do
		case $(kctl info) in
		*" images $1 "*) return 0;;
		esac
		sleep 0.1
	done
	say "$(kctl info), not $1 images" || kctl list
	return 1
}

nobody() { kctl user 65534 "$@"; }
on() { kctl run linux26 "$@"; }
native=$(uname -r)

t_load()
{
	insmod /pimg.ko && images 0 &&
	[ "$(stat -c %a /dev/pimg)" = 666 ] &&
	rmmod pimg && insmod /pimg.ko off=1 &&
	is "uapi 1 abi 1 off hook debug images 0 maps 0" kctl info &&
	kctl on && is "uapi 1 abi 1 on hook debug images 0 maps 0" kctl info
}

t_install()
{
	fails ENOENT kctl run linux26 true &&
	fails EBADMSG kctl bad /odd &&
	fails ENOEXEC kctl install linux26 1 /bin/busybox &&
	fails EINVAL kctl install linux27 1 /odd &&
	fails EINVAL kctl install linux26 0 /odd &&
	fails EFBIG kctl install linux26 1 /etc/passwd &&
	fails EPERM nobody kctl install linux26 1 /odd &&
	kctl install linux26 1 /odd && kctl install linux26 1 /odd &&
	fails EEXIST kctl install linux26 1 /even &&
	fails ENOPKG on true &&
	fails ENOENT kctl current linux26 2 &&
	fails EPERM nobody kctl current linux26 1 &&
	kctl current linux26 1 && images 1 &&
	fails EBUSY kctl remove linux26 1 &&
	fails EPERM nobody kctl off
}

t_run()
{
	is 2.6.39 on uname -r && is "$native" uname -r &&
	is 2.6.39 on sh -c 'sh -c "uname -r | cat"' &&
	is 2.6.39 nobody kctl run linux26 uname -r &&
	is 1 on sh -c 'grep -c "r-xs.*pimg:linux26@1$" /proc/self/maps' &&
	fails ENODATA kctl query &&
	fails EINVAL kctl query -1
}

t_script()
{
	mkdir n u
	(cd n && sh /tests/script.sh) >native.out 2>/dev/null </dev/null
	s=$?
	(cd u && on sh /tests/script.sh) >under.out 2>/dev/null </dev/null
	u=$?
	[ $s -eq $u ] || say "status $s natively, $u under linux26" || return 1
	diff native.out under.out
}

# A running program keeps its version; new ones get what is current.
t_story()
{
	is ENOSYS on getrandom &&
	{ kctl run linux26 getrandom 400 >old.out 2>&1 & } &&
	old=$! && sleep 0.3 &&
	kctl install linux26 2 /even && kctl current linux26 2 &&
	is ok on getrandom &&
	case $(kctl query $old) in linux26@1\ *) ;; *) false;; esac &&
	kctl current linux26 1 && is ENOSYS on getrandom &&
	is ok kctl run linux26@2 getrandom &&
	kctl remove linux26 2 && images 1 &&
	fails ENOENT kctl run linux26@2 getrandom &&
	kill $old && [ "$(sort -u old.out)" = ENOSYS ] ||
	say "old: $(sort -u old.out)" || return 1
	wait $old
	images 1
}

# A pinned tree stays; others follow.
t_pin()
{
	kctl install linux26 2 /even && kctl current linux26 2 &&
	is ENOSYS kctl run --pin linux26@1 sh -c 'sh -c "getrandom; :"' &&
	is ok kctl run linux26@1 sh -c 'exec getrandom' &&
	case $(kctl run --pin linux26@1 sh -c 'sh -c "kctl query"') in
	*" pinned "*) ;; *) say "not pinned";; esac &&
	# removed while a pinned tree lives
	{ kctl run --pin linux26@1 sh -c 'sleep 0.6; getrandom' >pin.out & } &&
	pid=$! && sleep 0.2 && kctl remove linux26 1 && images 2 &&
	wait $pid && is ENOSYS cat pin.out && images 1 &&
	kctl install linux26 1 /odd && kctl current linux26 1 &&
	kctl remove linux26 2
}

t_query()
{
	kctl run linux26 sleep 2 &
	pid=$!
	sleep 0.2
	kctl query $pid >/dev/null && fails EPERM nobody kctl query $pid &&
	fails ESRCH kctl query 30000 &&
	kill $pid
}

t_hostile()
{
	for c in int80 x32 mode refused written deliberate crashed; do
		on hostile $c || say "$c" || return 1
	done
	dmesg | grep -q 'pimg: linux26@1 sha256:abab.*fault in the image: signal' ||
	say "the fault is not logged" || return 1
	dmesg | grep -q 'pimg: linux26@1: unmapped by hostile' ||
	say "the unmapping is not logged"
}

# A program that gains privilege runs natively, with what it starts.
t_secureexec()
{
	cp /tests/kctl /tmp/suid && chown 1000 suid && chmod 4755 suid &&
	fails ENODATA on ./suid query &&
	fails ENODATA on sh -c 'exec /tmp/suid query' &&
	chmod 755 suid &&
	case $(on ./suid query) in linux26@1\ *) ;; *) false;; esac
}

t_xattr()
{
	cp /bin/busybox uname && kctl xattr uname linux26 &&
	is 2.6.39 ./uname -r &&
	kctl xattr uname linux26@7 && fails "" ./uname -r &&
	kctl xattr uname native && is "$native" ./uname -r &&
	kctl xattr uname 'bad/name' && is "$native" ./uname -r &&
	fails "" nobody kctl xattr uname linux26
}

# A loader of the BSD model in the program's place.
t_brand()
{
	kctl bsd /odd bsd && kctl brand /bin/busybox funame || return 1
	mkdir -p b && cp funame b/uname || return 1
	kctl install freebsd 1 /tmp/bsd || return 1
	fails "" ./b/uname -r || return 1	# known, none current
	kctl current freebsd 1 && is 2.6.39 ./b/uname -r &&
	cp funame b/cat &&
	is 1 sh -c './b/cat /proc/self/maps | grep -c "r-xp.*pimg:freebsd@1$"' &&
	case $(./b/cat /proc/self/cmdline | tr '\0' ' ') in
	"./b/cat /proc/self/cmdline ") ;; *) say "argv";; esac &&
	kctl off && fails "" ./b/uname -r && kctl on &&
	fails EBUSY kctl remove freebsd 1 &&
	kctl current freebsd 0 && kctl remove freebsd 1 &&
	! kctl list | grep freebsd
}

t_off()
{
	kctl run linux26 sh -c 'sleep 0.6; grep -c pimg:linux26@1 /proc/self/maps; kctl query' \
	    >off.out 2>&1 &
	pid=$!
	sleep 0.2
	kctl off && fails EAGAIN on true && is "$native" uname -r &&
	wait $pid; kctl on && is 2.6.39 on uname -r
}

# A 32-bit program.
t_i386()
{
	[ -x /tests/small32 ] && [ -x /odd.i386 ] || return 0
	small32 "$native" || return 1
	fails ENOPKG on small32 2.6.39 &&
	kctl install linux26 1 /odd.i386 && on small32 2.6.39 &&
	fails 2.6.39 on small32 1.0 && images 2
}

# Filters see what the image calls, not what the program calls.
t_seccomp()
{
	is 2.6.39 kctl nogetppid kctl run linux26 uname -r
}

t_ptrace()
{
	[ -x /bin/strace ] || return 0
	strace -f -o trace /tests/kctl run linux26 getrandom >out &&
	is ENOSYS cat out && sed '1,/execve("[^"]*getrandom.* = 0$/d' trace >after &&
	grep -q 'write(1, "ENOSYS' after ||
	say "strace does not show what the image calls" || return 1
	! grep 'getrandom(' after || say "strace shows what the program calls"
}

t_gone()
{
	kctl current linux26 0 && kctl remove linux26 1 && images 0 &&
	fails ENOENT on true &&
	rmmod pimg && insmod /pimg.ko && kctl install linux26 1 /odd &&
	kctl current linux26 1 && fails "" rmmod pimg
}

# The programs that torture the runtime: KIND PROGRAM CASE, by the module.
t_guest()
{
	bad=0 n=0
	while read -r kind prog case; do
		mkdir work && cd work || return 1
		timeout 120 kctl run linux26 "/tests/guest/$kind/$prog" "$case" \
		    >/tmp/out 2>&1 </dev/null || {
			echo "  $kind/$prog $case: status $?"
			tail -n 3 /tmp/out | sed 's/^/    /'
			bad=$((bad + 1))
		}
		n=$((n + 1))
		cd /tmp && rm -rf work
	done </tests/cases
	echo "  $n guest cases, $bad failed"
	images 1 && [ $bad -eq 0 ]
}

t_storm()
{
	kctl current linux26 0; kctl remove linux26 1; images 0 &&
	storm 4 "${pimg_execs:-60}" "${pimg_changes:-20}" /odd /even \
	    2>/dev/console
}

t_fuzz()
{
	fuzz "${pimg_calls:-20000}" "${pimg_seed:-1}" /odd && images 0
}

# Instructions, see cost.c: native, and under linux26.
t_cost()
{
	kctl install linux26 1 /odd; kctl current linux26 1
	for w in native linux26; do
		run=
		[ $w = native ] || run="kctl run linux26"
		$run cost calls | sed "s/^/  $w /" &&
		$run cost exec 40 /tests/tiny | sed "s/^/  $w /" &&
		$run cost exec 10 /tests/getrandom 2>&1 >/dev/null || return 1
	done
	cost choose 40 /tests/tiny | sed "s/^/  linux26 /"
}

t_log()
{
	! dmesg | grep -E 'BUG|WARNING|Oops|Call Trace' || return 1
}

passed=0 failed=0
echo "KERNEL $native"
quick="load install run script story pin query hostile secureexec xattr brand
    i386 off seccomp ptrace gone guest storm fuzz log"
case $pimg_test in
long)	quick="storm fuzz log"; insmod /pimg.ko;;
cost)	insmod /pimg.ko && rmmod pimg
	quick=cost
	for t in calls "exec 40 /tests/tiny"; do
		cost $t | sed 's/^/  without /'
	done
	insmod /pimg.ko;;
esac
for t in $(echo "${pimg_cases:-$quick}" | tr , ' '); do
	begun=$(cut -d. -f1 /proc/uptime)
	if "t_$t" >/tmp/said 2>&1; then
		passed=$((passed + 1))
		echo "PASS $t ($(($(cut -d. -f1 /proc/uptime) - begun)) s)"
		grep -E '^(storm|fuzz|  )' /tmp/said
	else
		failed=$((failed + 1))
		echo "FAIL $t"
		sed 's/^/    /' /tmp/said | tail -n 20
		dmesg | grep 'pimg:' | tail -n 3
	fi
	cd /tmp || exit
done
echo "SUMMARY $passed $failed"
sync
[ "$failed" -ne 0 ] || qexit 1
qexit 2
