#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# pimg keygen, sign and verify.

. "$(atf_get_srcdir)/../lib/pimg.subr"

atf_test_case keygen__once
keygen__once_body()
{
	fresh_home
	atf_check -o match:"secret key: $HOME/.config/pimg/pimg.key" \
	    -o match:"public key: $HOME/.config/pimg/pimg.pub" \
	    pimg keygen --no-passphrase
	atf_check -o inline:'600\n' stat -c %a "$HOME/.config/pimg/pimg.key"
	cp "$HOME/.config/pimg/pimg.key" before
	atf_check -s exit:7 -e match:pimg.key pimg keygen --no-passphrase
	atf_check cmp before "$HOME/.config/pimg/pimg.key"
	atf_check -o match:keygen- pstore trust list
}

atf_test_case keygen__passphrase
keygen__passphrase_body()
{
	fresh_home
	# No terminal and no file: an error, never a hang.
	atf_check -s not-exit:0 -e match:passphrase \
	    timeout 10 setsid -w pimg keygen < /dev/null
	[ ! -e "$HOME/.config/pimg/pimg.key" ] || atf_fail "a key was made"
	echo 'open sesame' > word
	atf_check -o ignore pimg keygen --passphrase-file word
	atf_check -o match:added pimg build linux26
	atf_check -s not-exit:0 -e match:passphrase \
	    timeout 10 setsid -w pimg sign linux26@1 < /dev/null
	echo 'wrong' > wrong
	atf_check -s not-exit:0 -e ignore \
	    pimg sign linux26@1 --passphrase-file wrong
	atf_check -o match:signed pimg sign linux26@1 --passphrase-file word
	atf_check -s exit:2 -e match:exclude \
	    pimg keygen --no-passphrase --passphrase-file word
}

atf_test_case bundle__verify
bundle__verify_body()
{
	fresh_home
	atf_check -o ignore pimg keygen --no-passphrase
	atf_check -o match:written pimg build linux26 -o b
	atf_check -s exit:4 -e match:'not signed' pimg verify b
	atf_check -o match:'b: signed by key' pimg sign b
	atf_check -o match:'linux26@1: good' pimg verify b
	atf_check -o save:json pimg verify --json b
	atf_check -o inline:'1 linux26@1 1\n' jq -r \
	    '"\(.schema) \(.image) \(.signers | length)"' json
	# Another's store does not trust the key.
	mkdir other
	atf_check -s exit:4 -e ignore pimg verify --store "$(pwd)/other" b
	# Bytes all over the file; the encoding is canonical.
	size=$(stat -c %s b)
	for i in 0 1 100 257 511 512 600 1025 $((size / 3)) $((size / 2)) \
	    $((size - 700)) $((size - 1)); do
		cp b c
		dd if=b bs=1 skip=$i count=1 2> /dev/null | tr '\000-\377' \
		    '\001-\377\000' | dd of=c bs=1 seek=$i conv=notrunc \
		    2> /dev/null
		cmp -s b c && atf_fail "byte $i was not changed"
		pimg verify c > /dev/null 2> err
		s=$?
		[ $s -eq 5 ] || atf_fail "byte $i: status $s: $(cat err)"
	done
	head -c 3000 b > c
	atf_check -s exit:5 -e ignore pimg verify c
	atf_check -s exit:3 -e match:'nothing' pimg verify nothing
}

atf_init_test_cases()
{
	atf_add_test_case keygen__once
	atf_add_test_case keygen__passphrase
	atf_add_test_case bundle__verify
}
