#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# shellcheck shell=sh
#
# Debian's minisign verifies what we sign, and we use what it makes.

. "$(atf_get_srcdir)/store.subr"

atf_test_case ours_verified_by_minisign
ours_verified_by_minisign_head()
{
	atf_set require.progs minisign
}
ours_verified_by_minisign_body()
{
	fresh_store 1
	v=store/versions/testabi@1
	is 0 match:'^Trusted comment: pimg-manifest-v1 testabi@1$' ignore \
	    minisign -V -H -p home/my.pub -m $v/manifest -x $v/signatures/*.minisig
	cp $v/manifest m
	echo >>m
	atf_check -s not-exit:0 -o ignore -e ignore \
	    minisign -V -p home/my.pub -m m -x $v/signatures/*.minisig
	# Our secret key, used by minisign.
	is 0 ignore ignore minisign -S -s home/my.key -m m -x m.sig \
	    -t 'pimg-manifest-v1'
	is 0 ignore ignore minisign -V -p home/my.pub -m m -x m.sig
	# An encrypted one of ours, too.
	echo 'correct horse' >pass
	mkversion keygen home/enc.key pass >/dev/null
	is 0 ignore ignore sh -c \
	    'minisign -S -s home/enc.key -m m -x m2.sig -t x <pass'
	is 0 ignore ignore minisign -V -p home/enc.pub -m m -x m2.sig
}

# replace_signature FILE: as testabi@1's only one, under its key's id.
replace_signature()
{
	id=$(sed -n 2p "$1" | base64 -d | od -An -tx1 -j2 -N8 |
	    awk '{ for (i = 8; i > 0; i--) printf "%s", toupper($i) }')
	rm -f store/versions/testabi@1/signatures/*
	cp "$1" "store/versions/testabi@1/signatures/$id.minisig"
}

atf_test_case minisigns_used_by_us
minisigns_used_by_us_head()
{
	atf_set require.progs minisign
	atf_set timeout 300
}
minisigns_used_by_us_body()
{
	fresh_store 1
	is 0 ignore ignore minisign -G -W -p mini.pub -s mini.key
	chmod 600 mini.key
	is 0 match:'^trusted mini ' empty pstore trust add mini.pub
	# Its secret key signs a bundle of ours.
	mkversion bundle -o 2.tar -v 2 -k mini.key "$HERE/image" ||
	    atf_fail "minisign's secret key is not read"
	is 0 ignore empty pstore add 2.tar
	is 0 match:'signer: [0-9A-F]{16} trusted as mini' empty pstore show testabi@2
	# And a signature that minisign made over a manifest counts.
	is 0 ignore ignore minisign -S -H -s mini.key -x mini.sig \
	    -m store/versions/testabi@1/manifest -t 'pimg-manifest-v1 by hand'
	replace_signature mini.sig
	is 0 ignore empty pstore promote testabi@1
	is 0 ignore match:'trust: signed by mini' \
	    pstore exec --explain testabi -- /bin/true
	# One that it made for something else does not.
	is 0 ignore ignore minisign -S -H -s mini.key -x other.sig \
	    -m store/versions/testabi@1/manifest -t 'timestamp:1'
	replace_signature other.sig
	is 125 empty match:'the trusted comment does not begin with pimg-manifest-v1' \
	    pstore exec testabi -- /bin/true
	# Nor one of the old kind, over the file itself.
	if minisign -S -l -s mini.key -x old.sig \
	    -m store/versions/testabi@1/manifest -t 'pimg-manifest-v1'; then
		replace_signature old.sig
		is 125 empty match:'not a prehashed minisign signature' \
		    pstore exec testabi -- /bin/true
	fi
}

atf_test_case minisigns_encrypted_key
minisigns_encrypted_key_head()
{
	atf_set require.progs minisign
	atf_set timeout 300
}
minisigns_encrypted_key_body()
{
	fresh_store 0
	printf 'pass word\npass word\n' >twice
	echo 'pass word' >once
	is 0 ignore ignore sh -c 'minisign -G -p mini.pub -s mini.key <twice'
	chmod 600 mini.key
	is 0 ignore empty pstore trust add mini.pub
	# It wants 1 GiB for scrypt.
	mkversion bundle -o 1.tar -k mini.key -p once "$HERE/image" 2>err || {
		grep -q 'scrypt wants' err && atf_skip "$(one_line err)"
		atf_fail "$(one_line err)"
	}
	is 0 ignore empty pstore add 1.tar
	echo wrong >bad
	is 8 empty match:'mini.key: decrypt: wrong passphrase' \
	    mkversion bundle -o 1.tar -k mini.key -p bad "$HERE/image"
}

atf_init_test_cases()
{
	atf_add_test_case ours_verified_by_minisign
	atf_add_test_case minisigns_used_by_us
	atf_add_test_case minisigns_encrypted_key
}
