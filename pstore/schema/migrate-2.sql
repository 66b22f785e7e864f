-- SPDX-License-Identifier: BSD-2-Clause
-- Copyright (c) 2026 The pimg authors
--
-- Schema 1 to 2.
--
-- With ten thousand versions of a personality, asking for a version by its
-- sources, and asking whether a version is on the promotion stack, read the
-- whole tables.  Two indexes; nothing else changes.

CREATE INDEX version_source ON version (personality, source);
CREATE INDEX promotion_number ON promotion (personality, number);
PRAGMA user_version = 2;
