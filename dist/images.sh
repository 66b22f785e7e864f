#! /bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# images.sh BIN PROTOS FOLDER NAME...: makes FOLDER, a store of ready images:
# version 1 of each personality, current, without signatures, catalogue or
# anything else that differs from one run to the next.  Such a folder as
# PREFIX/lib/pimg/images is the last store of PREFIX/bin/pstore and trusted as
# that program is.  Written beside and renamed: a folder that stands is whole.

set -eu
bin=$1
protos=$2
folder=$3
shift 3
work=$folder.new
umask 022
rm -rf "$work"
mkdir -p "$work/home" "$work/images/versions" "$work/images/current"
unset PIMG_KEY PIMG_PROTOS XDG_DATA_HOME XDG_CONFIG_HOME
HOME=$work/home
PIMG_STORE=$work/store
export HOME PIMG_STORE
"$bin/pimg" build "$@" --protos "$protos" --version 1 >/dev/null
for name; do
	mv "$work/store/versions/$name@1" "$work/images/versions/"
	ln -s "../versions/$name@1" "$work/images/current/$name"
done
rm -rf "$folder"
mv "$work/images" "$folder"
chmod -R u+w "$work"
rm -rf "$work"
