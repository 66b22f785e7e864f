#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# shellcheck shell=sh
#
# Bundles are OCI image layouts: skopeo reads, copies and rewrites them.

. "$(atf_get_srcdir)/store.subr"

SKOPEO="skopeo --insecure-policy"

atf_test_case copies
copies_head()
{
	atf_set require.progs skopeo
}
copies_body()
{
	fresh_store 0
	make_bundle 1
	mkversion bundle -o un.tar -v 1 -s 'source of 1' "$HERE/image"
	is 0 save:out ignore $SKOPEO inspect --raw oci-archive:1.tar
	atf_check -o inline:'application/vnd.pimg.config.v1+json 4\n' \
	    jq -r '"\(.config.mediaType) \(.layers|length)"' out
	is 0 ignore ignore $SKOPEO copy oci-archive:1.tar dir:d
	is 0 ignore ignore $SKOPEO copy oci-archive:1.tar oci:layout:testabi-1
	is 0 ignore ignore $SKOPEO copy dir:d oci-archive:from-dir.tar:testabi-1
	is 0 ignore ignore $SKOPEO copy oci:layout:testabi-1 oci-archive:from-oci.tar
	for f in from-dir from-oci; do
		cmp -s $f.tar 1.tar && atf_fail "skopeo wrote our bytes; test more"
		is 5 empty match:"$f.tar: read: its encoding is not the canonical one, from byte [0-9]+ on" \
		    pstore add $f.tar
		is 5 empty match:"hint: if skopeo or a registry rewrote it, and not an accident: pstore add --reencode '$f.tar'" \
		    pstore add $f.tar
	done
	is 0 inline:"testabi@1 added to $PWD/store\n" empty \
	    pstore add --reencode from-dir.tar
	is 0 match:'is already in' empty pstore add --reencode from-oci.tar
	is 0 match:'is already in' empty pstore add 1.tar
	# What comes out of the store is the canonical one again.
	is 0 ignore empty pstore export testabi@1 -o out.tar
	atf_check cmp 1.tar out.tar
	# Signatures are needed as ever.
	is 0 ignore ignore $SKOPEO copy oci-archive:un.tar oci-archive:un2.tar:x
	is 0 ignore empty pstore remove testabi@1
	is 4 empty match:'not signed' pstore add --reencode un2.tar
}

# Edited blobs and blobs of others do not pass with the option either.
atf_test_case reencode_is_no_hole
reencode_is_no_hole_head()
{
	atf_set require.progs skopeo
}
reencode_is_no_hole_body()
{
	fresh_store 0
	make_bundle 1
	is 0 ignore ignore $SKOPEO copy oci-archive:1.tar oci:layout:x
	image=$(find layout/blobs -size +4k | head -n 1)
	cp "$image" keep
	printf x | dd of="$image" bs=1 seek=600 conv=notrunc 2>/dev/null
	(cd layout && tar cf ../bent.tar *)
	is 5 empty match:'a blob is not what its digest says' \
	    pstore add --reencode bent.tar
	cp keep "$image"
	name=$(echo x | sha256sum | cut -d' ' -f1)
	echo x >layout/blobs/sha256/$name
	(cd layout && tar cf ../more.tar *)
	is 5 empty match:'blobs that the image does not name' \
	    pstore add --reencode more.tar
	rm layout/blobs/sha256/$name
	(cd layout && tar cf ../good.tar *)
	is 0 match:'added' empty pstore add --reencode good.tar
	(cd layout && tar czf ../packed.tar *)
	is 5 empty match:'not a bundle' pstore add --reencode packed.tar
	rm layout/index.json
	(cd layout && tar cf ../none.tar *)
	is 5 empty match:'no index.json' pstore add --reencode none.tar
}

atf_init_test_cases()
{
	atf_add_test_case copies
	atf_add_test_case reencode_is_no_hole
}
