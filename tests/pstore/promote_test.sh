#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# shellcheck shell=sh
#
# Promotion and rollback: the stack, what is refused, and that a process may
# be killed, or the disk be full, at any step.

. "$(atf_get_srcdir)/store.subr"

atf_test_case stack
stack_body()
{
	fresh_store 4
	is 3 empty match:'testabi: rollback: no version of it was promoted' \
	    pstore rollback testabi
	is 0 inline:'testabi: none -> 1\n' empty pstore promote testabi@1
	is 3 empty match:'nothing was promoted before testabi@1' pstore rollback
	is 0 inline:"testabi@1  $PWD/store\n" empty pstore current
	is 0 inline:'testabi: 1 -> 2\n' empty pstore promote testabi@2
	is 0 inline:'testabi: 2 -> 3\n' empty pstore promote testabi@3
	# Each goes one further back; none toggles.
	is 0 match:'^testabi: 3 -> 2 \(promoted by [^ ]+.* at 20.*Z\)$' empty \
	    pstore rollback
	is 0 match:'^testabi: 2 -> 1 ' empty pstore rollback testabi
	is 3 empty match:'nothing was promoted before testabi@1' pstore rollback
	is 0 inline:"testabi@1  $PWD/store\n" empty pstore current
	# What was rolled back is off the stack.
	is 0 inline:'testabi: 1 -> 4\n' empty pstore promote testabi@4
	is 0 match:'^testabi: 4 -> 1 ' empty pstore rollback
	is 0 match:'all is well' empty pstore fsck
}

atf_test_case rollback_latest
rollback_latest_body()
{
	fresh_store 2
	for i in 1 2; do
		mkversion bundle -o o$i.tar -n otherabi -v $i -s "$i" \
		    -k home/my.key "$HERE/image-other"
		is 0 ignore empty pstore add o$i.tar
	done
	for image in testabi@1 otherabi@1 otherabi@2 testabi@2; do
		is 0 ignore empty pstore promote $image
	done
	# Without a name, the latest promotion that is in force is undone.
	is 0 match:'^testabi: 2 -> 1 ' empty pstore rollback
	is 0 match:'^otherabi: 2 -> 1 ' empty pstore rollback
	is 3 empty match:'nothing was promoted before otherabi@1' pstore rollback
	is 0 inline:"otherabi@1  $PWD/store\ntestabi@1  $PWD/store\n" empty \
	    pstore current
}

atf_test_case current_already
current_already_body()
{
	fresh_store 1
	is 0 ignore empty pstore promote testabi@1
	is 0 save:before empty pstore log
	is 0 inline:'testabi: 1 is current already\n' empty \
	    pstore promote testabi@1
	is 0 file:before empty pstore log
	is 3 empty ignore pstore rollback
	is 0 save:out empty pstore promote --json testabi@1
	atf_check -o inline:'false testabi@1\n' jq -r '"\(.changed) \(.to)"' out
}

atf_test_case dry_run
dry_run_body()
{
	fresh_store 2
	is 0 ignore empty pstore promote testabi@1
	is 0 ignore empty pstore promote testabi@2
	is 0 save:before empty pstore log
	is 0 inline:'would change testabi: 2 -> 1\n' empty \
	    pstore promote -n testabi@1
	is 0 match:'^would change testabi: 2 -> 1 \(promoted by' empty \
	    pstore rollback -n
	is 0 save:out empty pstore rollback --dry-run --json
	atf_check -o inline:'testabi@2 testabi@1 false true\n' \
	    jq -r '"\(.from) \(.to) \(.changed) \(.dry_run)"' out
	is 0 file:before empty pstore log
	is 0 inline:"testabi@2  $PWD/store\n" empty pstore current
}

atf_test_case who
who_body()
{
	fresh_store 2
	is 0 ignore empty env SUDO_USER=alice pstore promote -m 'first one' testabi@1
	is 0 save:out empty pstore log --json
	atf_check -o match:' \(sudo by alice\) first one$' jq -r \
	    '.events[]|select(.action=="promote")|"\(.who) \(.message)"' out
	# The environment cannot forge a line.
	is 0 ignore empty env SUDO_USER='x
y) root' pstore promote testabi@2
	is 0 not-match:'sudo by x' empty pstore log
	long=$(printf '%0600d' 0)
	is 2 empty match:'-m: at most' pstore promote -m "$long" testabi@1
}

atf_test_case by_digest
by_digest_body()
{
	fresh_store 2
	digest=$(pstore show --json testabi@2 | jq -r '.images[0].digest')
	is 0 inline:'testabi: none -> 2\n' empty pstore promote "testabi@$digest"
	is 7 empty match:'it is current' pstore remove "testabi@$digest"
}

atf_test_case untrusted
untrusted_body()
{
	fresh_store 1
	mkversion bundle -o un.tar -v 2 -s un "$HERE/image"
	is 0 ignore ignore pstore add --allow-untrusted un.tar
	is 0 ignore empty pstore promote testabi@1
	is 4 empty match:'testabi@2: verify: not signed' pstore promote testabi@2
	is 0 inline:"testabi@1  $PWD/store\n" empty pstore current
	is 0 match:'1 -> 2' match:'warning: testabi@2: verify: not signed; allowed' \
	    pstore promote --allow-untrusted -m why testabi@2
	is 0 match:'promote testabi@2 \(was testabi@1\): why; untrusted allowed: testabi@2: verify: not signed' \
	    empty pstore log
	# A key that is not trusted any more: no way back to what it signed.
	is 0 ignore empty pstore trust remove my
	is 4 empty match:'testabi@1: verify: signed by no trusted key' \
	    pstore rollback
	is 0 inline:"testabi@2  $PWD/store\n" empty pstore current
	is 0 match:'2 -> 1' match:'warning' pstore rollback --allow-untrusted
}

atf_test_case altered
altered_body()
{
	fresh_store 3
	v=store/versions
	chmod -R u+w $v
	printf x | dd of=$v/testabi@1/x86_64 bs=1 seek=700 conv=notrunc 2>/dev/null
	sed -i 's/^abi 1/abi 2/' $v/testabi@2/manifest
	for i in 1 2; do
		is 5 empty match:"testabi@$i" pstore promote testabi@$i
		is 5 empty match:"testabi@$i" \
		    pstore promote --allow-untrusted testabi@$i
	done
	# A signature by the trusted key, of another version.
	cp $v/testabi@1/signatures/*.minisig $v/testabi@3/signatures/
	is 5 empty match:'testabi@3: verify: the signature does not fit' \
	    pstore promote testabi@3
	is 0 empty empty pstore current
}

atf_test_case not_writable
not_writable_head()
{
	atf_set require.user root
}
not_writable_body()
{
	fresh_store 2
	is 0 ignore empty pstore promote testabi@1
	chmod 755 . home
	user="setpriv --reuid=4242 --regid=4242 --clear-groups env HOME=$PWD/none"
	is 8 empty match:"store $PWD/store: write: Permission denied" \
	    $user pstore promote testabi@2
	is 8 empty match:'hint: name a store that you may write: --store DIR' \
	    $user pstore rollback
	is 8 empty match:'Permission denied' $user pstore add 1.tar
	# Reading is for all.
	is 0 match:'testabi@1' empty $user pstore list
	is 0 match:'promote testabi@1' empty $user pstore log
	is 0 match:'all is well' empty $user pstore fsck
	is 0 inline:'would change testabi: 1 -> 2\n' empty \
	    $user pstore promote -n testabi@2
}

atf_test_case others_may_write
others_may_write_body()
{
	fresh_store 1
	for what in store store/versions store/versions/testabi@1 \
	    store/versions/testabi@1/x86_64 store/catalogue.db; do
		mode=$(stat -c %a $what)
		chmod o+w $what
		case $what in
		*/testabi@1/x86_64)
			is 5 match:'others may write it' ignore pstore fsck ;;
		*.db|store|*@1)
			is 8 empty match:'others may write it' \
			    pstore promote testabi@1 ;;
		esac
		chmod "$mode" $what
	done
	mkdir open && chmod 777 open
	is 8 empty match:'others may write a folder above it' \
	    pstore --store open/store list
	is 0 ignore empty pstore promote testabi@1
}

# Every step of every change, killed; what is left must be whole, and the next
# one to come must finish it.  PREPARE makes the state, in store.base.
kill_everywhere()
{
	_before=$1 _after=$2
	shift 2
	_n=1
	while :; do
		rm -rf store
		cp -a store.base store
		PSTORE_FAULT=kill:$_n "$FAULTY" "$@" >out 2>err
		_status=$?
		[ $_status -ne 0 ] || break
		[ $_status -eq 137 ] || atf_fail "step $_n: status $_status: $(one_line err)"
		# Exec needs no repair: it runs the one or the other.
		pstore exec --explain testabi -- /bin/true >/dev/null 2>err ||
		    atf_fail "step $_n: exec: $(one_line err)"
		grep -Eq "^version: ($_before|$_after) " err ||
		    atf_fail "step $_n: exec took $(grep ^version: err)"
		# The next to open it finishes or undoes.
		pstore list >/dev/null 2>err ||
		    atf_fail "step $_n: list: $(one_line err)"
		pstore fsck >err 2>&1 || atf_fail "step $_n: fsck: $(one_line err)"
		_now=$(pstore current testabi) _now=${_now%% *}
		case $_now in
		"$_before"|"$_after") ;;
		*) atf_fail "step $_n: current is $_now" ;;
		esac
		# And the log says what is.
		_said=$(pstore log --json | jq -r \
		    '[.events[]|select(.action=="promote" or .action=="rollback").image]|last')
		[ "$_said" = "$_now" ] ||
		    atf_fail "step $_n: log says $_said, current is $_now"
		# The same command again comes to the end.
		[ "$_before" = "$_after" ] || [ "$_now" = "$_after" ] ||
		    pstore "$@" >/dev/null 2>err ||
		    atf_fail "step $_n: again: $(one_line err)"
		_n=$((_n + 1))
	done
	echo "killed at $((_n - 1)) steps"
	[ $_n -gt 5 ] || atf_fail "fault injection is off"
	_now=$(pstore current testabi)
	[ "${_now%% *}" = "$_after" ] || atf_fail "at the end: $_now"
}

atf_test_case kill_promote
kill_promote_head()
{
	atf_set timeout 600
}
kill_promote_body()
{
	fresh_store 2
	is 0 ignore empty pstore promote testabi@1
	mv store store.base
	kill_everywhere testabi@1 testabi@2 promote testabi@2
}

atf_test_case kill_rollback
kill_rollback_head()
{
	atf_set timeout 600
}
kill_rollback_body()
{
	fresh_store 2
	is 0 ignore empty pstore promote testabi@1
	is 0 ignore empty pstore promote testabi@2
	mv store store.base
	kill_everywhere testabi@2 testabi@1 rollback testabi
}

atf_test_case kill_add
kill_add_head()
{
	atf_set timeout 600
}
kill_add_body()
{
	fresh_store 1
	is 0 ignore empty pstore promote testabi@1
	make_bundle 2
	mv store store.base
	kill_everywhere testabi@1 testabi@1 add 2.tar
	is 0 match:'testabi@2' empty pstore list
	is 0 ignore empty pstore promote testabi@2
}

atf_test_case kill_remove
kill_remove_head()
{
	atf_set timeout 600
}
kill_remove_body()
{
	fresh_store 2
	is 0 ignore empty pstore promote testabi@2
	is 0 ignore empty pstore promote testabi@1
	mv store store.base
	kill_everywhere testabi@1 testabi@1 remove testabi@2
	is 0 not-match:'testabi@2' empty pstore list
	[ ! -e store/versions/testabi@2 ] || atf_fail "its folder is there"
}

# The same steps, failing: an error, and nothing has changed.
fail_everywhere()
{
	_n=1
	while :; do
		rm -rf store
		cp -a store.base store
		PSTORE_FAULT=fail:$_n "$FAULTY" "$@" >out 2>err
		_status=$?
		[ $_status -ne 0 ] || break
		[ $_status -eq 9 ] || atf_fail "step $_n: status $_status: $(one_line err)"
		grep -q 'No space left' err || atf_fail "step $_n: $(one_line err)"
		pstore fsck >err 2>&1 || atf_fail "step $_n: fsck: $(one_line err)"
		pstore list >now
		# After the last rename only a sync can fail: then it is done.
		if ! cmp -s list.base now; then
			pstore "$@" >again 2>err
			case $* in
			promote*) grep -q 'is current already' again ;;
			add*) grep -q 'is already in' again ;;
			rollback*|remove*) true ;;
			esac || atf_fail "step $_n: half done: $(one_line again err)"
			echo "step $_n: done all the same" >>late
		fi
		_n=$((_n + 1))
	done
	[ $_n -gt 5 ] || atf_fail "fault injection is off"
	[ ! -e late ] || [ "$(wc -l <late)" -le 1 ] || atf_fail "$(one_line late)"
}

atf_test_case fail_promote
fail_promote_head()
{
	atf_set timeout 600
}
fail_promote_body()
{
	fresh_store 2
	is 0 ignore empty pstore promote testabi@1
	pstore list >list.base
	mv store store.base
	fail_everywhere promote testabi@2
}

atf_test_case fail_add
fail_add_head()
{
	atf_set timeout 600
}
fail_add_body()
{
	fresh_store 1
	make_bundle 2
	pstore list >list.base
	mv store store.base
	fail_everywhere add 2.tar
}

atf_test_case two_at_once
two_at_once_head()
{
	atf_set timeout 600
}
two_at_once_body()
{
	fresh_store 3
	is 0 ignore empty pstore promote testabi@1
	for worker in 2 3; do
		(i=0
		while [ $i -lt 25 ]; do
			pstore promote testabi@$worker >>out.$worker 2>>err.$worker ||
			    echo "status $?" >>bad
			pstore rollback >>out.$worker 2>>err.$worker ||
			    echo "status $?" >>bad
			i=$((i + 1))
		done) &
	done
	# Somebody execs all the while, and must never find nothing.
	n=0
	while [ $n -lt 100 ]; do
		pstore exec testabi -- /bin/true >/dev/null 2>err.exec ||
		    atf_fail "exec: $(one_line err.exec)"
		n=$((n + 1))
	done
	wait
	# A rollback may find the other's already gone, and on a loaded machine
	# one may wait for the lock in vain: not found, or busy, and said.
	if [ -e bad ] && grep -qv '^status [36]$' bad; then
		atf_fail "$(one_line bad err.*)"
	fi
	is 0 match:'all is well' empty pstore fsck
	now=$(pstore current testabi)
	said=$(pstore log --json | jq -r \
	    '[.events[]|select(.action=="promote" or .action=="rollback").image]|last')
	[ "${now%% *}" = "$said" ] || atf_fail "log says $said, current is $now"
	# The log is one history: each change starts where the last one ended.
	pstore log --json | jq -r '.events[]|select(.action=="promote" or .action=="rollback")|"\(.previous) \(.image)"' |
	    awk 'NR > 1 && $1 != last { print "broken at " NR; exit 1 } { last = $2 }' ||
	    atf_fail "the log has a gap"
}

atf_test_case busy
busy_body()
{
	fresh_store 1
	# A holder of the lock that does not let go: an end, not a hang.
	flock -F store/lock sleep 20 &
	holder=$!
	retry 5 sh -c '! flock -n store/lock true' || atf_fail "no lock"
	start=$(date +%s)
	is 6 empty match:"store $PWD/store: lock: process .* is writing to it" \
	    pstore promote testabi@1
	[ $(($(date +%s) - start)) -le 8 ] || atf_fail "waited too long"
	is 0 match:testabi@1 empty pstore list
	kill $holder
}

# A writer that died inside a commit leaves a journal that somebody who may
# write must play back; exec is not concerned.
atf_test_case hot_journal
hot_journal_head()
{
	atf_set require.user root
	atf_set require.progs python3
}
hot_journal_body()
{
	fresh_store 1
	is 0 ignore empty pstore promote testabi@1
	is 0 save:before empty pstore log
	chmod 755 . home
	cat >die.py <<'END'
import os, sqlite3
db = sqlite3.connect("store/catalogue.db", isolation_level=None)
db.execute("PRAGMA journal_mode = TRUNCATE")
db.execute("PRAGMA cache_size = 1")
db.execute("BEGIN IMMEDIATE")
db.execute("UPDATE event SET who = 'nobody'")
for i in range(2000):
    db.execute("INSERT INTO event (at, who, action) VALUES (?, 'x', 'y')", ("z" * 200,))
os._exit(0)
END
	python3 die.py
	[ -s store/catalogue.db-journal ] || atf_fail "no journal was left"
	user="setpriv --reuid=4242 --regid=4242 --clear-groups env HOME=$PWD/none"
	is 8 empty match:'a killed writer.s journal is left and you may not write' \
	    $user pstore list
	is 0 match:'^pimg/1$' empty $user pstore exec testabi -- /bin/true
	is 0 file:before empty pstore log
	is 0 match:testabi@1 empty $user pstore list
	is 0 match:'all is well' empty pstore fsck
}

# A small file system, filled up.
atf_test_case full cleanup
full_head()
{
	atf_set require.user root
}
full_body()
{
	mkdir small
	mount -t tmpfs -o size=400k,mode=755 tmpfs small ||
	    atf_skip "cannot mount a tmpfs here"
	fresh_home
	PIMG_STORE=$PWD/small/store
	mkversion keygen home/my.key >/dev/null
	is 0 ignore empty pstore trust add home/my.pub
	make_bundle 1
	make_bundle 2
	is 0 ignore empty pstore add 1.tar
	is 0 ignore empty pstore promote testabi@1
	dd if=/dev/zero of=small/filler bs=1k 2>/dev/null
	is 9 empty match:'No space left|no space left' pstore add 2.tar
	is 0 match:'all is well' empty pstore fsck
	is 0 match:'^pimg/1$' empty pstore exec testabi -- /bin/true
	atf_check -o inline:'testabi@1\n' ls -A small/store/versions
	rm small/filler
	is 0 ignore empty pstore add 2.tar
	dd if=/dev/zero of=small/filler bs=1k 2>/dev/null
	pstore promote testabi@2 >out 2>err
	status=$?
	[ $status -eq 9 ] || [ $status -eq 0 ] || atf_fail "status $status"
	want=testabi@1
	[ $status -ne 0 ] || want=testabi@2
	is 0 match:"^$want " empty pstore current
	rm small/filler
	is 0 match:'all is well' empty pstore fsck
	umount small
}
full_cleanup()
{
	umount -l small 2>/dev/null || true
}

atf_test_case newer_schema
newer_schema_body()
{
	fresh_store 1
	is 0 ignore empty pstore promote testabi@1
	# user_version is bytes 60 to 63 of an sqlite file.
	printf '\000\000\000\143' |
	    dd of=store/catalogue.db bs=1 seek=60 conv=notrunc 2>/dev/null
	for command in 'promote testabi@1' list log 'add 1.tar' 'rollback'; do
		is 10 empty match:'its schema is 99, this pstore knows up to 2' \
		    pstore $command
	done
	is 10 empty match:'hint: a newer pimg wrote it: upgrade' pstore list
	is 0 match:'^pimg/1$' empty pstore exec testabi -- /bin/true
	is 0 match:testabi@1 empty pstore current
}

atf_test_case reader_of_roots_store cleanup
reader_of_roots_store_head()
{
	atf_set require.user root
}
reader_of_roots_store_body()
{
	fresh_store 1
	is 0 ignore empty pstore promote testabi@1
	chmod 755 . home
	mkdir ro
	mount --bind store ro && mount -o remount,ro,bind ro ||
	    atf_skip "cannot mount read-only here"
	is 0 match:'testabi@1' empty pstore --store ro list
	is 0 match:'promote' empty pstore --store ro log
	is 8 empty match:'Read-only file system' \
	    pstore --store ro promote testabi@1
	umount ro
}
reader_of_roots_store_cleanup()
{
	umount -l ro 2>/dev/null || true
}

atf_init_test_cases()
{
	for case in stack rollback_latest current_already dry_run who by_digest \
	    untrusted altered not_writable others_may_write kill_promote \
	    kill_rollback kill_add kill_remove fail_promote fail_add \
	    two_at_once busy hot_journal full newer_schema reader_of_roots_store; do
		atf_add_test_case $case
	done
}
