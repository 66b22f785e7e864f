#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# The story of `./bootstrap demo`, and the script it runs, many times.
# STORY_RUNS says how often (20); 1000 make the figure of the documents.

. "$(atf_get_srcdir)/../lib/pimg.subr"

protos()
{
	for _p in "$PIMG_PREFIX/share/pimg/protos" "$PIMG_PREFIX/../protos"; do
		[ ! -d "$_p/linux26" ] || break
	done
	(cd "$_p" && pwd)
}

demo()
{
	sh "$(atf_get_srcdir)/demo.sh" "$PIMG_PREFIX" "$(protos)" \
	    "$(atf_get_srcdir)/script.sh" \
	    "$PIMG_TESTS/guest/static/probe"
}

atf_test_case demo__as_user
demo__as_user_head()
{
	atf_set descr "the story, told by an ordinary user"
	atf_set require.user unprivileged
	atf_set timeout 120
}
demo__as_user_body()
{
	TMPDIR=$(pwd) demo || atf_fail "the demo ended with $?"
}

atf_test_case demo__as_root
demo__as_root_head()
{
	atf_set descr "the story, told by root"
	atf_set require.user root
	atf_set timeout 120
}
demo__as_root_body()
{
	TMPDIR=$(pwd) demo || atf_fail "the demo ended with $?"
}

# A demo that cannot fail proves nothing: break what it checks.
atf_test_case demo__notices
demo__notices_head()
{
	atf_set descr "the story fails when the old process gets a new image"
	atf_set timeout 120
}
demo__notices_body()
{
	mkdir bin
	cat >bin/probe <<'END'
#! /bin/sh
echo "7 6 1 0" >"$2"
exec sleep 100
END
	chmod 755 bin/probe
	atf_check -s exit:1 -o ignore \
	    -e match:'demo: .*(stands still|something else)' \
	    env TMPDIR="$(pwd)" \
	    sh "$(atf_get_srcdir)/demo.sh" "$PIMG_PREFIX" "$(protos)" \
	    "$(atf_get_srcdir)/script.sh" "$(pwd)/bin/probe"
}

atf_test_case script__repeated
script__repeated_head()
{
	atf_set descr "a busybox script, again and again, equal to native"
	atf_set require.progs busybox
	atf_set timeout 3600
}
script__repeated_body()
{
	script=$(atf_get_srcdir)/script.sh
	mkdir work
	status=0
	(cd work && busybox sh "$script") >native.out 2>&1 || status=$?
	atf_check_equal 42 "$status"
	i=0
	while [ "$i" -lt "${STORY_RUNS:-20}" ]; do
		i=$((i + 1))
		rm -rf work
		mkdir work
		status=0
		(cd work && guest busybox sh "$script") >under.out 2>&1 || status=$?
		diff native.out under.out || atf_fail "run $i: the output differs"
		[ "$status" -eq 42 ] || atf_fail "run $i: status $status"
	done
	echo "$i runs"
}

# Other real programs, dynamically linked ones.
atf_test_case programs__dynamic
programs__dynamic_head()
{
	atf_set descr "programs of the distribution under linux26"
}
programs__dynamic_body()
{
	for cmd in \
	    'ls -la /usr/share/doc/base-files' \
	    'bash -c "for i in 1 2 3; do echo \$i | cat; done; ulimit -n; type cd"' \
	    'sort -r /etc/services' \
	    'awk "BEGIN { for (i = 0; i < 5; i++) print i, sqrt(i) }"' \
	    'find /etc/default -maxdepth 1 -newermt 2000-01-01' \
	    'tar cf - -C /usr/share/doc base-files' \
	    'env -i PATH=/usr/bin:/bin printenv' \
	    'dd if=/usr/bin/env bs=512 count=20 status=none' \
	    'sh -c "kill -TERM \$\$"' \
	    'date -u -d @0' \
	    'stat -L -c "%s %a" /bin/sh' \
	    'nice -n 3 nice' \
	    'timeout 0.2 sleep 10'; do
		native=0 under=0
		eval "$cmd" >native.out 2>&1 || native=$?
		eval "guest $cmd" >under.out 2>&1 || under=$?
		atf_check_equal "$cmd: $native" "$cmd: $under"
		cmp native.out under.out || {
			diff native.out under.out
			atf_fail "$cmd: the output differs"
		}
	done
}

atf_test_case programs__python
programs__python_head()
{
	atf_set descr "python3 with threads, processes and files under linux26"
	atf_set require.progs python3
	atf_set timeout 120
}
programs__python_body()
{
	cat >p.py <<'END'
import subprocess, sys, threading, tempfile, os, signal, time, socket
total = 0
lock = threading.Lock()
def work(n):
    global total
    for i in range(1000):
        with lock:
            total += n
ts = [threading.Thread(target=work, args=(n,)) for n in range(8)]
[t.start() for t in ts]
[t.join() for t in ts]
print(total)
print([subprocess.run(["sh", "-c", "exit %d" % i]).returncode for i in range(5)])
print(subprocess.check_output(["tr", "a-z", "A-Z"], input=b"shout"))
hits = []
signal.signal(signal.SIGALRM, lambda *a: hits.append(1))
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
end = time.monotonic() + 0.3
while time.monotonic() < end:
    pass
signal.setitimer(signal.ITIMER_REAL, 0)
print(len(hits) > 3)
with tempfile.TemporaryDirectory() as d:
    open(os.path.join(d, "x"), "w").write("y" * 100000)
    print(os.stat(os.path.join(d, "x")).st_size)
a, b = socket.socketpair()
a.send(b"hello")
print(b.recv(10))
pid = os.fork()
if pid == 0:
    os._exit(3)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
	atf_check -o save:native.out python3 p.py
	atf_check -o file:native.out env PIMG_STORE="$PIMG_FIXTURE" \
	    pstore exec linux26 -- python3 p.py
}

atf_init_test_cases()
{
	atf_add_test_case demo__as_user
	atf_add_test_case demo__as_root
	atf_add_test_case demo__notices
	atf_add_test_case script__repeated
	atf_add_test_case programs__dynamic
	atf_add_test_case programs__python
}
