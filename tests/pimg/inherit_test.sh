#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# What personalities share: bases, prototypes without a number, and what a
# declaration of one's own replaces.

. "$(atf_get_srcdir)/../lib/pimg.subr"

# A base and two personalities that inherit it.
family()
{
	mkdir -p protos/base protos/a protos/b out
	cat > protos/base/base.proto <<-'END'
		base base "What a and b share";
		convention linux;
		flags bits <fcntl.h> {
			ONE = 1 -> O_WRONLY = 1;
			unknown reject EINVAL;
		}
		native struct timespec <time.h> { long tv_sec; long tv_nsec; }
		struct stamp -> timespec { long tv_nsec; long tv_sec; }
		3	STD { int close(int fd); }
		4	STD { int odd(_Flags_(bits) int f); } -> hook odd
		*	STD { int nap(_Enum_(clocks) int c, _Flags_(bits) int f, _In_ struct stamp *t); } -> clock_nanosleep(c, f, t, 0) on EINTR return 7
		*	STD { int sync(void); }
	END
	cat > protos/base/odd.c <<-'END'
		#include <hook.h>
		#include "abi.h"
		long hook_odd(struct pimg_frame *);
		long hook_odd(struct pimg_frame *f) { (void)f; return (ODD); }
	END
	echo '#define ODD 1' > protos/base/abi.h
	for n in a b; do
		cat > protos/$n/$n.proto <<-END
			personality $n "$n";
			release 1.0;
			inherit "base";
			enum clocks <time.h> { CLOCK_REALTIME = 0; unknown reject EINVAL; }
			10	STD sync
			20	STD nap
		END
	done
	echo '#define ODD 2' > protos/a/abi.h
	PIMG_PROTOS=$(pwd)/protos
	export PIMG_PROTOS
}

atf_test_case base__refused
base__refused_body()
{
	family
	atf_check -o match:'^base: 2 calls .x86_64., a base, 0 warnings' \
	    pimg check base
	atf_check -o match:'^base: base, What a and b share' \
	    -o match:'without a number: 2' pimg inspect base
	atf_check -o match:'"base":true' -o match:'"release":null' \
	    pimg inspect --json base
	atf_check -s exit:2 -e match:'base: a base, not a personality' \
	    pimg build base --image-dir out
	atf_check -s exit:2 -e match:'is for personalities' \
	    pimg inspect --mdoc base
	sed -i 's/^base base/base other/' protos/base/base.proto
	atf_check -s exit:1 -e match:"base 'other' is in the folder 'base'" \
	    pimg check base
	sed -i 's/^base other.*/&\npersonality base;/' protos/base/base.proto
	atf_check -s exit:1 -e match:'personality and base declared twice' \
	    pimg check base
}

# A mistake in a base that needs no one else to be seen.
atf_test_case base__errors
base__errors_body()
{
	family
	echo '* STD { int sync(int n); } -> fsync(m)' >> protos/base/base.proto
	atf_check -s exit:1 -e match:"prototype 'sync' is declared twice" \
	    pimg check base
	echo '* STD sync' > protos/base/x.proto
	atf_check -s exit:1 -e match:'x.proto:1:1: error: a line without a number' \
	    pimg check base
}

atf_test_case inherit__hooks
inherit__hooks_body()
{
	family
	# Each hook was compiled with its own personality's header.
	for n in a b; do
		mkdir -p tmp/$n out/$n
		TMPDIR=$(pwd)/tmp/$n pimg build $n --image-dir out/$n \
		    --keep-work 2> err || atf_fail "$(cat err)"
		objdump -d --no-show-raw-insn tmp/$n/pimg.*/obj/*odd.c.o > $n.s
	done
	atf_check -o ignore grep 'mov  *$0x2,' a.s
	atf_check -o ignore grep 'mov  *$0x1,' b.s
	# The work folder's name is nowhere in it.
	mkdir again
	atf_check pimg build a --image-dir again
	atf_check cmp out/a/x86_64 again/x86_64
	atf_check cmp out/a/x86_64.debug again/x86_64.debug
}

# The digest and the bundle know every header.
atf_test_case inherit__sources
inherit__sources_body()
{
	fresh_home
	family
	atf_check -o match:'a@1: added' pimg build a
	atf_check -o match:'a@1: unchanged' pimg build a
	tar -tf "$(find store -name sources.tar)" | sort > list
	atf_check -o inline:'a/a.proto\na/abi.h\nbase/abi.h\nbase/base.proto\nbase/odd.c\n' \
	    cat list
	echo '/* */' >> protos/a/abi.h
	atf_check -o match:'a@2: added' pimg build a
}

# Several in one run are what each is alone, though objects are used again.
atf_test_case build__several
build__several_body()
{
	fresh_home
	family
	rm protos/base/odd.c
	sed -i '/hook odd/d' protos/base/base.proto
	mkdir -p protos/a.d protos/examples
	echo '30 STD { int sync(void); }' > protos/a.d/more.proto
	echo '30 STD { int sync(void); }' > protos/examples/more.proto
	atf_check -o match:'^a@1: added' -o match:'^b@1: added' \
	    -o not-match:base pimg build --all
	for n in a b; do
		mkdir out/$n
		atf_check pimg build $n --image-dir out/$n
		atf_check cmp out/$n/x86_64 store/versions/$n@1/x86_64
		atf_check cmp out/$n/x86_64.debug store/versions/$n@1/x86_64.debug
	done
	atf_check -o inline:'b@1: unchanged\na@1: unchanged\n' sh -c \
	    'pimg build b a | sed "s/,.*//"'
	atf_check -s exit:2 -e match:'too many arguments' pimg build --all a
	atf_check -s exit:2 -e match:'are for one personality' pimg build a b -o x
	atf_check -s exit:2 -e match:'a base' -o match:'^a@1' pimg build a base b
	# A broken one ends the run.
	echo '31 STD { nothing }' >> protos/a/a.proto
	atf_check -s exit:1 -o empty -e match:'a/a.proto:7' pimg build --all
	rm -r protos/a protos/b
	atf_check -s exit:3 -e match:'no personality in it' pimg build --all
}

atf_test_case inherit__replaces
inherit__replaces_body()
{
	family
	cat >> protos/a/a.proto <<-'END'
		flags bits <fcntl.h> {
			TWO = 2 -> O_WRONLY = 1;
			unknown reject EPERM;
		}
		struct stamp -> timespec { int32_t tv_sec; int32_t tv_nsec; }
	END
	mkdir ta tb
	atf_check -o ignore pimg check a --tests ta
	atf_check -o ignore pimg check b --tests tb
	atf_check -o match:'& 0x2' -o match:'int32_t tv' cat ta/conv.h
	atf_check -o not-match:'int32_t tv' cat tb/conv.h
	# Twice in the same folder stays an error.
	cat >> protos/a/a.proto <<-'END'
		flags bits <fcntl.h> { unknown reject EPERM; }
	END
	atf_check -s exit:1 -e match:"map 'bits' is declared twice" \
	    pimg check a
}

atf_test_case template__taken
template__taken_body()
{
	family
	cat >> protos/a/a.proto <<-'END'
		21	STD nap on EINVAL return 5
		22	STD nap as doze
		23	STD nap -> missing
		24	COMPAT11 nap as old_nap
		25	STD close
		26	STD sync as sync_again
	END
	cat > want <<-'END'
		3 close close
		4 odd hook odd
		10 sync sync
		20 nap clock_nanosleep
		21 nap_21 clock_nanosleep
		22 doze clock_nanosleep
		23 nap_23 missing
		24 freebsd11_old_nap clock_nanosleep
		25 close_25 close
		26 sync_again sync
	END
	atf_check -o save:calls pimg inspect --json a
	atf_check -o file:want jq -r '.calls[] | "\(.number) \(.name) \(.target)"' calls
	mkdir t
	atf_check -o ignore pimg check a --tests t
	# The slot's exception first, then the one taken.
	awk '/^pimg_shim_nap_21\(/ { on = 1 } on && /EINVAL|EINTR|r = [57]/ { print $0 }
	    /^}/ { on = 0 }' t/shims.c > got
	printf '\tif (r == -22)\t/* EINVAL */\n\t\tr = 5;\n\telse if (r == -4)\t/* EINTR */\n\t\tr = 7;\n' > want
	atf_check diff want got
}

# One error in a prototype that two slots take is one error.
atf_test_case template__errors
template__errors_body()
{
	family
	printf '21 STD nap as doze\n22 STD nothing\n' >> protos/b/b.proto
	atf_check -s exit:1 -e save:err pimg check b
	atf_check -o inline:"b/b.proto:8:8: error: no call 'nothing' has a prototype\n" \
	    grep error: err
	sed -i 's/^enum clocks/enum clock/; /nothing/d' protos/b/b.proto
	atf_check -s exit:1 -e save:err pimg check b
	atf_check -o match:"base.proto:11:.*unknown map 'clocks'" grep error: err
	atf_check_equal 1 "$(grep -c "unknown map 'clocks'" err)"
}

atf_test_case template__fmt
template__fmt_body()
{
	cat > in.proto <<-'END'
		* STD{int sync(void);}
		*	STD { ssize_t preadv(int fd, _In_reads_(n) const struct iovec *iov, int n, off_t offset); } -> preadv(fd, iov, n, lo(offset), hi(offset)) result 2
		* STD { int close(int fd); }
		3 STD sync  as sync_too
	END
	cat > want <<'END'
*	STD { int sync(void); }
*	STD {
		ssize_t preadv(
		    int fd,
		    _In_reads_(n) const struct iovec *iov,
		    int n,
		    off_t offset
		);
	} -> preadv(fd, iov, n, lo(offset), hi(offset)) result 2
*	STD { int close(int fd); }
3	STD sync as sync_too
END
	atf_check -o file:want pimg fmt in.proto
	atf_check -o file:want pimg fmt want
}

atf_init_test_cases()
{
	atf_add_test_case base__refused
	atf_add_test_case base__errors
	atf_add_test_case inherit__hooks
	atf_add_test_case inherit__sources
	atf_add_test_case build__several
	atf_add_test_case inherit__replaces
	atf_add_test_case template__taken
	atf_add_test_case template__errors
	atf_add_test_case template__fmt
}
