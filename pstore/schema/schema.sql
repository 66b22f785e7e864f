-- SPDX-License-Identifier: BSD-2-Clause
-- Copyright (c) 2026 The pimg authors
--
-- The catalogue of a store, as a new one is made.
--
-- It holds what files alone do not tell: which numbers were ever used, who
-- promoted what and when, and what a rollback goes back to.  The files of a
-- version are described by its manifest and by nothing here.
--
-- A catalogue of an older schema is brought to this one by migrate-N.sql, one
-- transaction each; tests compare both ways.  user_version is the schema's
-- number, application_id is "pimg".

CREATE TABLE personality (
	id	INTEGER PRIMARY KEY,
	name	TEXT NOT NULL UNIQUE,
	highest	INTEGER NOT NULL DEFAULT 0,	-- numbers up to here were used
	top	INTEGER REFERENCES promotion (id) -- the promotion in force
);

CREATE TABLE version (
	personality	INTEGER NOT NULL REFERENCES personality (id),
	number	INTEGER NOT NULL,
	digest	TEXT NOT NULL,			-- sha256:HEX of the manifest
	source	TEXT NOT NULL,			-- sha256:HEX of the sources
	abi	INTEGER NOT NULL,
	created	TEXT NOT NULL,			-- RFC 3339, UTC
	PRIMARY KEY (personality, number)
) WITHOUT ROWID;

-- Who signed.  The signature files are what counts; this is for listing.
CREATE TABLE signer (
	personality	INTEGER NOT NULL,
	number	INTEGER NOT NULL,
	key	TEXT NOT NULL,			-- key id, 16 hex digits
	PRIMARY KEY (personality, number, key),
	FOREIGN KEY (personality, number)
	    REFERENCES version (personality, number) ON DELETE CASCADE
) WITHOUT ROWID;

-- A stack for each personality: personality.top, then below, and so on.
-- A rollback moves top to below; the row above stays as history.
CREATE TABLE promotion (
	id	INTEGER PRIMARY KEY AUTOINCREMENT,
	personality	INTEGER NOT NULL REFERENCES personality (id),
	number	INTEGER NOT NULL,
	below	INTEGER REFERENCES promotion (id),
	who	TEXT NOT NULL,
	at	TEXT NOT NULL
);

-- What happened.  Names, not references: the log outlives what it names.
CREATE TABLE event (
	id	INTEGER PRIMARY KEY AUTOINCREMENT,
	at	TEXT NOT NULL,
	who	TEXT NOT NULL,
	action	TEXT NOT NULL,			-- add sign promote rollback ...
	image	TEXT,				-- NAME@N, or a key's name
	previous	TEXT,			-- NAME@N before it
	message	TEXT
);

-- pimg build asks whether these sources have a version already.
CREATE INDEX version_source ON version (personality, source);

-- remove asks whether a version is on the stack.
CREATE INDEX promotion_number ON promotion (personality, number);

PRAGMA application_id = 1885957479;
PRAGMA user_version = 2;
