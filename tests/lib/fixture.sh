#! /bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# fixture.sh BIN FOLDER: makes FOLDER/store with version 1 of linux26 and of
# each BSD, signed by a key that is thrown away, and promotes them.  Written
# beside and renamed, so that a folder that stands is whole.

set -eu
bin=$1
folder=$2
work=$folder.new
umask 022
rm -rf "$work"
mkdir -p "$work/home"
unset PIMG_KEY PIMG_PROTOS XDG_DATA_HOME XDG_CONFIG_HOME
HOME=$work/home
PIMG_STORE=$work/store
export HOME PIMG_STORE
"$bin/pimg" keygen --no-passphrase >/dev/null
"$bin/pimg" build linux26 freebsd dragonfly netbsd --sign
for name in linux26 freebsd dragonfly netbsd; do
	"$bin/pstore" promote "$name@1"
done
rm -rf "${work:?}/home"
: >"$work/.done"
rm -rf "$folder"
mv "$work" "$folder"
