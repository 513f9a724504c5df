-- Users and keys are tables of their own: what is secret, if only as a hash, never enters the log.
CREATE TABLE users (
    id            TEXT    PRIMARY KEY,
    email         TEXT    NOT NULL,
    -- The address as it is compared, so that case makes no second account.
    email_folded  TEXT    NOT NULL UNIQUE,
    password_hash TEXT    NOT NULL,
    is_admin      INTEGER NOT NULL DEFAULT 0,
    created_ms    INTEGER NOT NULL,
    -- Tokens that are older than the password are not accepted.
    password_ms   INTEGER NOT NULL
) STRICT;

CREATE TABLE api_keys (
    id            TEXT    PRIMARY KEY,
    kind          TEXT    NOT NULL CHECK (kind IN ('admin', 'server', 'client')),
    -- Empty for all projects.
    project       TEXT    NOT NULL,
    -- Empty for all environments of the project.
    environment   TEXT    NOT NULL,
    label         TEXT    NOT NULL,
    -- SHA-256, 64 hexadecimal digits.
    digest        TEXT    NOT NULL,
    -- Of client keys, which are in the hands of everybody anyway, the key itself.
    readable      TEXT,
    configuration INTEGER NOT NULL DEFAULT 0,
    -- Whether it is the one that the project shows as its `sdk_key`.
    of_project    INTEGER NOT NULL DEFAULT 0,
    created_by    TEXT    NOT NULL,
    created_ms    INTEGER NOT NULL,
    expires_ms    INTEGER,
    revoked_ms    INTEGER,
    CHECK (readable IS NULL OR kind = 'client')
) STRICT;

CREATE UNIQUE INDEX idx_project_sdk_key ON api_keys (digest);
CREATE INDEX idx_api_keys_project ON api_keys (project, created_ms);
CREATE UNIQUE INDEX idx_api_keys_of_project ON api_keys (project)
    WHERE of_project = 1 AND expires_ms IS NULL AND revoked_ms IS NULL;

-- One row: how often the keys changed, so that a process sees what another one did.
CREATE TABLE key_changes (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    count INTEGER NOT NULL
) STRICT;

INSERT INTO key_changes (one, count) VALUES (1, 0);
