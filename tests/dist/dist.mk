# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# The tarball of `bmake dist`, as somebody else gets it.

TEST_DEPS+=	${DIST_FILE}
