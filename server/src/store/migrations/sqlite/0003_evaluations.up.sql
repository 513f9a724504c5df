-- The flags that were evaluated. Evaluations refer to them by number, because there are many.
CREATE TABLE evaluated_flags (
    id          INTEGER PRIMARY KEY,
    project     TEXT    NOT NULL,
    environment TEXT    NOT NULL,
    flag_id     TEXT    NOT NULL,
    flag_key    TEXT    NOT NULL,
    last_ms     INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX idx_evaluated_flags ON evaluated_flags (project, environment, flag_id);

-- What all evaluations of a request share.
CREATE TABLE evaluation_requests (
    id              INTEGER PRIMARY KEY,
    project         TEXT    NOT NULL,
    user_identifier TEXT    NOT NULL,
    -- A JSON object as it was sent; null where it was too long.
    context         TEXT,
    evaluated_ms    INTEGER NOT NULL,
    -- The number of its last row, so that old rows are found without a look at them.
    last_row        INTEGER NOT NULL
) STRICT;

CREATE INDEX idx_evaluation_requests_project ON evaluation_requests (project);

-- One row for each flag that a request evaluated.
CREATE TABLE evaluation_rows (
    id      INTEGER PRIMARY KEY,
    request INTEGER NOT NULL,
    flag    INTEGER NOT NULL,
    result  INTEGER NOT NULL,
    variant TEXT,
    reason  TEXT    NOT NULL
) STRICT;

-- Numbers grow with time.
CREATE INDEX idx_evaluations_flag_time ON evaluation_rows (flag, id);

-- Evaluations with the columns of the multi-project document, for whoever reads them with SQL.
CREATE VIEW flag_evaluations AS
    SELECT evaluation_rows.id, evaluated_flags.project, evaluated_flags.environment, evaluated_flags.flag_id,
        evaluated_flags.flag_key, evaluation_requests.user_identifier, evaluation_rows.result, evaluation_rows.variant,
        evaluation_rows.reason, evaluation_requests.context, evaluation_requests.evaluated_ms AS evaluated_at
    FROM evaluation_rows
    JOIN evaluated_flags ON evaluated_flags.id = evaluation_rows.flag
    JOIN evaluation_requests ON evaluation_requests.id = evaluation_rows.request;

-- How often a flag gave which variant, minute by minute since 1970. An empty variant is the caller's default.
CREATE TABLE eval_minutes (
    flag    INTEGER NOT NULL,
    minute  INTEGER NOT NULL,
    variant TEXT    NOT NULL,
    reason  TEXT    NOT NULL,
    count   INTEGER NOT NULL,
    PRIMARY KEY (flag, minute, variant, reason)
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_eval_minutes_minute ON eval_minutes (minute);
