-- SPDX-License-Identifier: BSD-2-Clause
-- Copyright (c) 2026 The pimg authors
--
-- A catalogue of schema 1, kept so that every later pstore reads it.

CREATE TABLE personality (
	id	INTEGER PRIMARY KEY,
	name	TEXT NOT NULL UNIQUE,
	highest	INTEGER NOT NULL DEFAULT 0,
	top	INTEGER REFERENCES promotion (id)
);

CREATE TABLE version (
	personality	INTEGER NOT NULL REFERENCES personality (id),
	number	INTEGER NOT NULL,
	digest	TEXT NOT NULL,
	source	TEXT NOT NULL,
	abi	INTEGER NOT NULL,
	created	TEXT NOT NULL,
	PRIMARY KEY (personality, number)
) WITHOUT ROWID;

CREATE TABLE signer (
	personality	INTEGER NOT NULL,
	number	INTEGER NOT NULL,
	key	TEXT NOT NULL,
	PRIMARY KEY (personality, number, key),
	FOREIGN KEY (personality, number)
	    REFERENCES version (personality, number) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE TABLE promotion (
	id	INTEGER PRIMARY KEY AUTOINCREMENT,
	personality	INTEGER NOT NULL REFERENCES personality (id),
	number	INTEGER NOT NULL,
	below	INTEGER REFERENCES promotion (id),
	who	TEXT NOT NULL,
	at	TEXT NOT NULL
);

CREATE TABLE event (
	id	INTEGER PRIMARY KEY AUTOINCREMENT,
	at	TEXT NOT NULL,
	who	TEXT NOT NULL,
	action	TEXT NOT NULL,
	image	TEXT,
	previous	TEXT,
	message	TEXT
);

PRAGMA application_id = 1885957479;
PRAGMA user_version = 1;

INSERT INTO personality VALUES (1, 'linux26', 2, NULL);
INSERT INTO version VALUES (1, 1, 'sha256:00', 'sha256:01', 1,
    '2026-01-01T00:00:00Z');
INSERT INTO version VALUES (1, 2, 'sha256:02', 'sha256:03', 1,
    '2026-01-02T00:00:00Z');
INSERT INTO signer VALUES (1, 1, '0011223344556677');
INSERT INTO event VALUES (1, '2026-01-01T00:00:00Z', 'root', 'add',
    'linux26@1', NULL, NULL);
