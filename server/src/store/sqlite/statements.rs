//! Every statement that is sent to SQLite. A test prepares each against the migrated schema.

macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)*) => {
        $($(#[$doc])* pub(crate) const $name: &str = $text;)*

        /// All statements with their names.
        pub const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

/// A row of placeholders, 64 times.
macro_rules! rows_64 {
    () => {
        concat!(rows_64!(8), ", ", rows_64!(8), ", ", rows_64!(8), ", ", rows_64!(8), ", ", rows_64!(8), ", ", rows_64!(8), ", ", rows_64!(8), ", ", rows_64!(8))
    };
    (8) => {
        "(?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?)"
    };
}

statements! {
    /// Taken at once, so that nobody else appends between a look and the writing.
    BEGIN = "BEGIN IMMEDIATE";
    COMMIT = "COMMIT";
    ROLLBACK = "ROLLBACK";
    /// The last place ever given, from the log or, where all was compacted away, from where it starts.
    LAST_SEQ = "SELECT CASE WHEN l.last > s.compacted THEN l.last ELSE s.compacted END FROM (SELECT coalesce(max(seq), 0) AS last FROM events) AS l CROSS JOIN log_start AS s";
    COMPACTED = "SELECT compacted FROM log_start WHERE one = 1";
    INSERT_EVENT = "INSERT INTO events (seq, id, ts_ms, type, schema, project, environment, subject, flag, version, actor, request_id, payload, extra, digest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    EVENTS_AFTER = "SELECT seq, id, ts_ms, type, schema, project, environment, flag, version, actor, request_id, payload, extra FROM events WHERE seq > $1 ORDER BY seq LIMIT $2";
    FLAG_EVENTS = "SELECT seq, id, ts_ms, type, schema, project, environment, flag, version, actor, request_id, payload, extra FROM events WHERE project = $1 AND environment = $2 AND flag = $3 AND subject = 'flag' AND seq > (SELECT compacted FROM log_start WHERE one = 1) ORDER BY seq";
    DIGESTS_AFTER = "SELECT digest FROM events WHERE seq > $1 ORDER BY seq LIMIT $2";
    LAST_BEFORE = "SELECT coalesce((SELECT min(seq) - 1 FROM events WHERE ts_ms >= $1 AND seq > (SELECT compacted FROM log_start WHERE one = 1)), $2)";
    INSERT_SNAPSHOT = "INSERT INTO snapshots (seq, created_ms, form, chain, digest, body) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (seq) DO UPDATE SET created_ms = excluded.created_ms, form = excluded.form, chain = excluded.chain, digest = excluded.digest, body = excluded.body";
    /// The newest two stay, and the one where the log begins: from it the chain is checked, and histories start there.
    DROP_OLD_SNAPSHOTS = "DELETE FROM snapshots WHERE seq NOT IN (SELECT seq FROM snapshots ORDER BY seq DESC LIMIT 2) AND seq <> (SELECT compacted FROM log_start WHERE one = 1)";
    SNAPSHOT_PLACES = "SELECT seq FROM snapshots ORDER BY seq DESC";
    SNAPSHOT = "SELECT seq, created_ms, form, chain, digest, body FROM snapshots WHERE seq = $1";
    SET_COMPACTED = "UPDATE log_start SET compacted = $1 WHERE one = 1";
    FREE = "DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE seq <= (SELECT compacted FROM log_start WHERE one = 1) ORDER BY seq LIMIT $1)";
    /// Gives the file's free pages back to the disk.
    GIVE_ROOM_BACK = "PRAGMA incremental_vacuum";

    INSERT_USER = "INSERT INTO users (id, email, email_folded, password_hash, is_admin, created_ms, password_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    USER = "SELECT id, email, password_hash, is_admin, created_ms, password_ms FROM users WHERE id = $1";
    USER_BY_EMAIL = "SELECT id, email, password_hash, is_admin, created_ms, password_ms FROM users WHERE email_folded = $1";
    USERS = "SELECT id, email, password_hash, is_admin, created_ms, password_ms FROM users ORDER BY created_ms, id";
    CHANGE_USER = "UPDATE users SET password_hash = $2, is_admin = $3, password_ms = $4 WHERE id = $1";
    DELETE_USER = "DELETE FROM users WHERE id = $1";
    INSERT_KEY = "INSERT INTO api_keys (id, kind, project, environment, label, digest, readable, configuration, of_project, created_by, created_ms, expires_ms, revoked_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    /// The key that a project shows ends. It stays valid until then.
    END_PROJECT_KEY = "UPDATE api_keys SET expires_ms = $2 WHERE project = $1 AND of_project = 1 AND expires_ms IS NULL AND revoked_ms IS NULL";
    END_KEY = "UPDATE api_keys SET expires_ms = $2 WHERE id = $1 AND revoked_ms IS NULL AND (expires_ms IS NULL OR expires_ms > $2)";
    KEYS = "SELECT id, kind, project, environment, label, digest, readable, configuration, of_project, created_by, created_ms, expires_ms, revoked_ms FROM api_keys ORDER BY created_ms, id";
    REVOKE_KEY = "UPDATE api_keys SET revoked_ms = $2 WHERE id = $1 AND revoked_ms IS NULL";
    DROP_KEYS = "DELETE FROM api_keys WHERE project = $1";
    KEY_CHANGES = "SELECT count FROM key_changes WHERE one = 1";
    COUNT_KEY_CHANGE = "UPDATE key_changes SET count = count + 1 WHERE one = 1";

    SETTINGS = "SELECT journal_mode, synchronous, foreign_keys, auto_vacuum FROM pragma_journal_mode, pragma_synchronous, pragma_foreign_keys, pragma_auto_vacuum";

    FLAG_NUMBER = "INSERT INTO evaluated_flags (project, environment, flag_id, flag_key, last_ms) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (project, environment, flag_id) DO UPDATE SET last_ms = excluded.last_ms, flag_key = excluded.flag_key RETURNING id";
    LAST_EVALUATION = "SELECT (SELECT coalesce(max(id), 0) FROM evaluation_requests) AS request, (SELECT coalesce(max(id), 0) FROM evaluation_rows) AS row";
    INSERT_REQUEST = "INSERT INTO evaluation_requests (id, project, user_identifier, context, evaluated_ms, last_row) VALUES ($1, $2, $3, $4, $5, $6)";
    INSERT_ROW = "INSERT INTO evaluation_rows (id, request, flag, result, variant, reason) VALUES (?, ?, ?, ?, ?, ?)";
    INSERT_64_ROWS = concat!("INSERT INTO evaluation_rows (id, request, flag, result, variant, reason) VALUES ", rows_64!());
    ADD_COUNT = "INSERT INTO eval_minutes (flag, minute, variant, reason, count) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (flag, minute, variant, reason) DO UPDATE SET count = eval_minutes.count + excluded.count";
    EVALUATIONS = "SELECT r.id, q.user_identifier, r.result, r.variant, r.reason, q.context, q.evaluated_ms FROM evaluation_rows AS r JOIN evaluation_requests AS q ON q.id = r.request WHERE r.flag = (SELECT id FROM evaluated_flags WHERE project = $1 AND environment = $2 AND flag_id = $3) AND r.id < $4 ORDER BY r.id DESC LIMIT $5";
    LAST_EVALUATED = "SELECT flag_id, last_ms FROM evaluated_flags WHERE project = $1 AND environment = $2";
    TOP_FLAGS = "SELECT f.flag_id, f.flag_key, f.last_ms, sum(m.count) AS total FROM evaluated_flags AS f JOIN eval_minutes AS m ON m.flag = f.id WHERE f.project = $1 AND f.environment = $2 AND m.minute >= $3 GROUP BY f.id ORDER BY total DESC, f.flag_key LIMIT $4";
    MINUTES = "SELECT minute, variant, reason, count FROM eval_minutes WHERE flag = (SELECT id FROM evaluated_flags WHERE project = $1 AND environment = $2 AND flag_id = $3) AND minute >= $4 ORDER BY minute, variant, reason";
    EVALUATED_FLAGS = "SELECT project, environment, flag_id, flag_key FROM evaluated_flags";
    FORGET_ROWS = "DELETE FROM evaluation_rows WHERE id IN (SELECT id FROM evaluation_rows WHERE flag = (SELECT id FROM evaluated_flags WHERE project = $1 AND environment = $2 AND flag_id = $3) LIMIT $4)";
    FORGET_MINUTES = "DELETE FROM eval_minutes WHERE flag = (SELECT id FROM evaluated_flags WHERE project = $1 AND environment = $2 AND flag_id = $3) AND minute <= (SELECT coalesce(min(minute), 0) FROM eval_minutes WHERE flag = (SELECT id FROM evaluated_flags WHERE project = $1 AND environment = $2 AND flag_id = $3)) + $4";
    FORGET_FLAG = "DELETE FROM evaluated_flags WHERE project = $1 AND environment = $2 AND flag_id = $3";
    FORGET_REQUESTS = "DELETE FROM evaluation_requests WHERE id IN (SELECT id FROM evaluation_requests WHERE project = $1 LIMIT $2)";
    /// Of the oldest requests those that are too old: numbers grow with time.
    OLD_REQUESTS = "SELECT coalesce(max(id), 0) AS request, coalesce(max(last_row), 0) AS row, count(*) AS found FROM (SELECT id, last_row, evaluated_ms FROM evaluation_requests ORDER BY id LIMIT $2) AS oldest WHERE evaluated_ms < $1";
    DROP_OLD_REQUESTS = "DELETE FROM evaluation_requests WHERE id <= $1";
    DROP_OLD_ROWS = "DELETE FROM evaluation_rows WHERE id <= $1";
    /// The minutes of a few hours at once, so that it takes a short time.
    DROP_OLD_MINUTES = "DELETE FROM eval_minutes WHERE minute < $1 AND minute <= (SELECT coalesce(min(minute), 0) FROM eval_minutes) + $2";
}
