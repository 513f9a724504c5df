//! Every statement that is sent to SQLite. A test prepares each against the migrated schema.

macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$doc])* pub(crate) const $name: &str = $text;)*

        /// All statements with their names.
        pub const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

statements! {
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
    KEYS = "SELECT id, kind, project, environment, label, digest, readable, configuration, of_project, created_by, created_ms, expires_ms, revoked_ms FROM api_keys ORDER BY created_ms, id";
    REVOKE_KEY = "UPDATE api_keys SET revoked_ms = $2 WHERE id = $1 AND revoked_ms IS NULL";
    DROP_KEYS = "DELETE FROM api_keys WHERE project = $1";
    KEY_CHANGES = "SELECT count FROM key_changes WHERE one = 1";
    COUNT_KEY_CHANGE = "UPDATE key_changes SET count = count + 1 WHERE one = 1";

    SETTINGS = "SELECT journal_mode, synchronous, foreign_keys, auto_vacuum FROM pragma_journal_mode, pragma_synchronous, pragma_foreign_keys, pragma_auto_vacuum";
}
