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
    LAST_SEQ = "SELECT max(coalesce((SELECT max(seq) FROM events), 0), (SELECT compacted FROM log_start WHERE one = 1))";
    COMPACTED = "SELECT compacted FROM log_start WHERE one = 1";
    INSERT_EVENT = "INSERT INTO events (seq, id, ts_ms, type, schema, project, environment, subject, flag, version, actor, request_id, payload, extra) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    EVENTS_AFTER = "SELECT seq, id, ts_ms, type, schema, project, environment, flag, version, actor, request_id, payload, extra FROM events WHERE seq > $1 ORDER BY seq LIMIT $2";
    FLAG_EVENTS = "SELECT seq, id, ts_ms, type, schema, project, environment, flag, version, actor, request_id, payload, extra FROM events WHERE project = $1 AND environment = $2 AND flag = $3 AND subject = 'flag' ORDER BY seq";
    INSERT_SNAPSHOT = "INSERT INTO snapshots (seq, created_ms, chain, digest, body) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (seq) DO UPDATE SET created_ms = excluded.created_ms, chain = excluded.chain, digest = excluded.digest, body = excluded.body";
    DROP_OLD_SNAPSHOTS = "DELETE FROM snapshots WHERE seq NOT IN (SELECT seq FROM snapshots ORDER BY seq DESC LIMIT 2)";
    SNAPSHOTS = "SELECT seq, created_ms, chain, digest, body FROM snapshots ORDER BY seq DESC";
    NEWEST_SNAPSHOT_SEQ = "SELECT coalesce(max(seq), 0) FROM snapshots";
    COMPACT = "DELETE FROM events WHERE seq <= $1";
    SET_COMPACTED = "UPDATE log_start SET compacted = max(compacted, $1) WHERE one = 1";
}
