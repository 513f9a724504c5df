-- Events are rows of text, so that an operator reads them with `sqlite3`.
CREATE TABLE events (
    seq         INTEGER PRIMARY KEY,
    id          TEXT    NOT NULL UNIQUE,
    ts_ms       INTEGER NOT NULL,
    type        TEXT    NOT NULL,
    schema      INTEGER NOT NULL,
    project     TEXT    NOT NULL,
    environment TEXT    NOT NULL,
    subject     TEXT    NOT NULL,
    flag        TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    actor       TEXT    NOT NULL,
    request_id  TEXT    NOT NULL,
    payload     TEXT    NOT NULL,
    -- Members of a later version, as a JSON object.
    extra       TEXT    NOT NULL DEFAULT '{}',
    -- SHA-256 of the event when it was appended, 64 hexadecimal digits.
    digest      TEXT    NOT NULL
) STRICT;

CREATE INDEX idx_events_flag ON events (project, environment, flag, subject, seq);

CREATE TABLE snapshots (
    seq        INTEGER PRIMARY KEY,
    created_ms INTEGER NOT NULL,
    -- Of the state: a program passes over snapshots of other forms where the log has the events.
    form       INTEGER NOT NULL,
    chain      TEXT    NOT NULL,
    digest     TEXT    NOT NULL,
    body       BLOB    NOT NULL
) STRICT;

-- One row: up to where events were compacted away.
CREATE TABLE log_start (
    one       INTEGER PRIMARY KEY CHECK (one = 1),
    compacted INTEGER NOT NULL
) STRICT;

INSERT INTO log_start (one, compacted) VALUES (1, 0);
