#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# Hooks and the prototypes around them: conversions that hooks use, maps in C,
# and C that is called with converted arguments.

. "$(atf_get_srcdir)/../lib/pimg.subr"

# A personality that adds to linux26; $1 is its prototypes, $2 its C.
personality()
{
	mkdir -p protos/x out
	for p in "$PIMG_PREFIX/share/pimg/protos" "$PIMG_PREFIX/../protos"; do
		[ ! -d "$p/linux26" ] || cp -R "$p/linux26" protos/
		[ ! -d protos/linux26 ] || break
	done
	printf 'personality x;\nrelease 2.6.39;\ninherit "linux26";\n%s\n' "$1" \
	    > protos/x/x.proto
	printf '#include <hook.h>\n#include "conv.h"\n%s\n' "$2" \
	    > protos/x/x.c
	PIMG_PROTOS=$(pwd)/protos
	export PIMG_PROTOS
}

atf_test_case conv__used
conv__used_body()
{
	personality 'flags only_c <fcntl.h> {
		A = 0x10 -> O_WRONLY = 1;
		unknown reject EPERM;
	}
	native struct timespec <time.h> { long tv_sec; long tv_nsec; }
	struct stamp -> timespec { int32_t tv_nsec; int32_t tv_sec; }
	400	STD { int both(int flags, void *stamp); } -> hook both' '
	long hook_both(struct pimg_frame *);
	long hook_both(struct pimg_frame *f)
	{
		struct f_stamp in;
		struct n_timespec ts;
		uint64_t v;
		long r;

		if ((r = map_only_c_in(f->arg[0], &v)) != 0)
			return (r);
		if ((r = pimg_copyin(&in, f->arg[1], sizeof(in))) != 0 ||
		    (r = in_stamp(&ts, &in)) != 0)
			return (r);
		return (ts.tv_sec * 1000 + ts.tv_nsec * 10 + (long)v);
	}'
	# What only a hook uses is used.
	atf_check -o match:' 0 warnings' pimg check x
	atf_check pimg build x --image-dir out
	cat > prog.c <<-'END'
		#include <errno.h>
		#include <stdio.h>
		#include <unistd.h>
		int main(void)
		{
			int stamp[2] = { 2, 3 };
			printf("%ld\n", syscall(400, 0x10, stamp));
			printf("%ld ", syscall(400, 0x11, stamp));
			printf("%d\n", errno);
			printf("%ld ", syscall(400, 0, 1));
			printf("%d\n", errno);
			return (0);
		}
	END
	atf_check cc -w -o prog prog.c
	atf_check -o inline:'3021\n-1 1\n-1 14\n' ./out/x86_64 ./prog
}

atf_test_case map__in_c
map__in_c_body()
{
	personality 'enum twice hook;
	400	STD { int exit_with(_Enum_(twice) int n); } -> dup2(1, n)
	401	STD { int fds(_Out_ _Enum_(twice) int *p, _In_opt_ int *q); } -> pipe(p)' \
	    'long map_twice_in(uint64_t from, uint64_t *to)
	{
		*to = from * 2;
		return (from == 7 ? -33 : 0);
	}
	long map_twice_out(uint64_t from, uint64_t *to)
	{
		*to = from / 2;
		return (0);
	}'
	atf_check -o match:' 0 warnings' pimg check x
	atf_check pimg build x --image-dir out
	cat > prog.c <<-'END'
		#include <errno.h>
		#include <stdio.h>
		#include <unistd.h>
		int main(void)
		{
			printf("%ld\n", syscall(400, 20));
			printf("%ld ", syscall(400, 7));
			printf("%d\n", errno);
			return (0);
		}
	END
	atf_check cc -w -o prog prog.c
	atf_check -o inline:'40\n-1 33\n' ./out/x86_64 ./prog
	mkdir t
	atf_check -o ignore pimg check x --tests t
	: > protos/x/x.c
	atf_check -s exit:1 \
	    -e match:"4:6: error: no C file mentions 'map_twice_in'" pimg check x
	sed -i 's/twice hook/twice hook {/' protos/x/x.proto
	atf_check -s exit:1 -e match:"expected ';' after 'hook'" pimg check x
}

# The frame of a hook with arguments has the converted ones; the second
# result and the exceptions are those of the call.
atf_test_case target__converted
target__converted_body()
{
	personality 'flags bits <fcntl.h> {
		A = 0x10 -> O_WRONLY = 1;
		unknown reject EPERM;
	}
	native struct timespec <time.h> { long tv_sec; long tv_nsec; }
	struct stamp -> timespec { int32_t tv_nsec; int32_t tv_sec; }
	400	STD { int conv(_Inout_ struct stamp *t, _Flags_(bits) int f, int third); } -> hook conv(f, t, 9) on EIO errno ENXIO
	401	STD { int raw(_Inout_ struct stamp *t, _Flags_(bits) int f); } -> hook raw on EIO return 5
	402	STD { int pid(int spare); } -> runtime getpid(spare) result return + 1' '
	long hook_conv(struct pimg_frame *);
	long hook_conv(struct pimg_frame *f)
	{
		struct n_timespec *t = (void *)f->arg[1];

		if (f->arg[2] != 9)
			return (-5);
		if (t->tv_sec == 77)
			return (-5);
		t->tv_sec += f->arg[0];
		t->tv_nsec += 100;
		if (t->tv_sec == 11)
			f->arg[2] = 4321;
		return (1);
	}
	long hook_raw(struct pimg_frame *);
	long hook_raw(struct pimg_frame *f)
	{
		return (f->arg[1] == 0x10 ? -5 : (long)f->arg[1]);
	}
	long pimg_rt_getpid(struct pimg_frame *);
	long pimg_rt_getpid(struct pimg_frame *f)
	{
		return ((long)f->arg[0]);
	}'
	atf_check -o match:' 0 warnings' pimg check x
	atf_check pimg build x --image-dir out
	cat > prog.c <<-'END'
		#include <stdio.h>
		#include <unistd.h>
		static long call(long nr, long a, long b, long c, long *second)
		{
			long r;
			register long d __asm__("rdx") = c;
			__asm__ volatile("syscall" : "=a"(r), "+r"(d)
			    : "0"(nr), "D"(a), "S"(b) : "rcx", "r11", "memory");
			*second = d;
			return (r);
		}
		int main(void)
		{
			int t[2] = { 1, 10 };
			long second, r;
			r = call(400, (long)t, 0x10, 55, &second);
			printf("%ld %d %d %ld\n", r, t[0], t[1], second);
			r = call(400, (long)t, 0x10, 55, &second);
			printf("%ld %d %d %ld\n", r, t[0], t[1], second);
			t[1] = 77;
			r = call(400, (long)t, 0x10, 55, &second);
			printf("%ld %ld\n", r, second);
			printf("%ld ", call(400, (long)t, 1, 55, &second));
			printf("%ld ", call(401, (long)t, 0x10, 55, &second));
			printf("%ld ", call(401, (long)t, 0x99, 55, &second));
			printf("%ld\n", call(402, 41, 0, 0, &second));
			return (0);
		}
	END
	atf_check cc -w -O1 -o prog prog.c
	atf_check -o inline:'1 101 11 4321\n1 201 12 55\n-6 55\n-1 5 153 42\n' \
	    ./out/x86_64 ./prog
	atf_check -o match:'"class":"hook"' -o not-match:missing \
	    sh -c 'pimg inspect --json x | jq -c ".calls[] | select(.number >= 400)"'
}

# What is around an answer that no call gives.
atf_test_case target__fixed
target__fixed_body()
{
	personality '400	STD { int fixed(int a); } -> errno EIO on EIO return 5' ''
	atf_check -s exit:1 -e match:"4:15: error: 'fixed' has a fixed answer" \
	    pimg check x
}

atf_init_test_cases()
{
	atf_add_test_case conv__used
	atf_add_test_case map__in_c
	atf_add_test_case target__converted
	atf_add_test_case target__fixed
}
