//! Every sentence that the service says: lower case, no full stop, the user's words in backticks, and what to do.

use std::fmt::Display;

use super::{Error, Kind};

// Flags, projects and their like.

pub(crate) fn no_flag(key: &str) -> Error {
    Error::new(Kind::NotFound, format!("there is no flag `{key}` here"))
}

pub(crate) fn no_project(id: &str) -> Error {
    Error::new(Kind::NotFound, format!("there is no project `{id}`, or none of yours"))
}

pub(crate) fn no_environment(name: &str) -> Error {
    Error::new(Kind::NotFound, format!("the project has no environment `{name}`"))
}

pub(crate) fn flag_exists(key: &str) -> Error {
    Error::new(Kind::Duplicate, format!("a flag `{key}` exists already; change it, or choose another key"))
}

pub(crate) fn environment_exists(name: &str) -> Error {
    Error::new(Kind::Duplicate, format!("the project has an environment `{name}` already"))
}

pub(crate) fn too_many_environments(most: usize) -> Error {
    Error::new(Kind::Duplicate, format!("the project has {most} environments, which is as many as are allowed"))
}

pub(crate) fn default_environment_stays() -> Error {
    let name = crate::log::Scope::DEFAULT_ENVIRONMENT;
    Error::new(Kind::ReadOnly, format!("the environment `{name}` stays: interfaces that know no environment act on it"))
}

pub(crate) fn no_member(user: &str) -> Error {
    Error::new(Kind::NotFound, format!("`{}` is no member of the project", user.escape_debug()))
}

pub(crate) fn last_owner() -> Error {
    Error::new(Kind::ReadOnly, "the project would have no owner any longer; make somebody else an owner first")
}

pub(crate) fn stale(what: &str, expected: u64, found: u64) -> Error {
    Error::new(
        Kind::Stale,
        format!("{what} is at version {found}, not {expected}: somebody changed it since; read it again and repeat"),
    )
}

pub(crate) fn read_only(key: &str, source: &str) -> Error {
    Error::new(Kind::ReadOnly, format!("`{key}` comes from {source} and is read-only here; change it there"))
}

pub(crate) fn no_version(key: &str, version: u64) -> Error {
    Error::new(Kind::NotFound, format!("the log has no version {version} of `{key}`"))
}

pub(crate) fn no_segment(name: &str) -> Error {
    Error::new(Kind::NotFound, format!("the environment has no segment `{name}`"))
}

pub(crate) fn segment_in_use(name: &str, flag: &str) -> Error {
    Error::new(Kind::Duplicate, format!("the segment `{name}` is in use by the flag `{flag}`; change that one first"))
}

pub(crate) fn no_rule(id: &str) -> Error {
    Error::new(Kind::NotFound, format!("the flag has no rule `{}`", id.escape_debug()))
}

pub(crate) fn too_many_rules(key: &str, most: usize) -> Error {
    Error::field(
        "",
        format!("`{key}` has {most} rules, and more are not allowed; name many people in a segment instead"),
    )
}

pub(crate) fn default_project_stays() -> Error {
    Error::new(Kind::ReadOnly, "the project `default` is that of interfaces that know no project, and stays")
}

pub(crate) fn no_variant(name: &str, known: &[&str]) -> String {
    match known {
        [] => format!("`{name}` is no variant: the flag has no `variants`, so that it answers true or false"),
        known => format!("`{name}` is no variant of the flag; it has `{}`", known.join("`, `")),
    }
}

pub(crate) fn definition_refused(key: &str, pointer: &str, reason: &str) -> Error {
    Error::field(pointer, format!("the definition of `{key}` is refused: {reason}"))
}

pub(crate) fn reserved_key(key: &str) -> String {
    format!("the key `{key}` is part of a route; choose another one")
}

// Sources: files and the environment.

pub(crate) fn more_findings(count: u32) -> String {
    format!("{count} more were found; mend those that are listed first")
}

pub(crate) fn source_refused(source: &str, first: &dyn Display, more: usize) -> Error {
    let rest = if more == 0 { String::new() } else { format!(" (and {more} more, see the log)") };
    Error::new(Kind::Invalid, format!("{source} is refused: {first}{rest}"))
}

pub(crate) fn source_unreadable(source: &str, reason: &dyn Display) -> Error {
    Error::new(Kind::Invalid, format!("{source} cannot be read: {reason}"))
}

pub(crate) fn no_such_file() -> Error {
    Error::new(Kind::Unavailable, "there is no such file")
}

pub(crate) fn unreadable(reason: &dyn Display) -> Error {
    Error::new(Kind::Unavailable, reason.to_string())
}

pub(crate) fn no_file() -> Error {
    Error::new(Kind::Unavailable, "it is no file")
}

pub(crate) fn file_too_large(limit: u64) -> Error {
    Error::new(Kind::Unavailable, format!("it has more than {limit} bytes"))
}

pub(crate) fn file_not_text() -> &'static str {
    "this is not UTF-8 text"
}

pub(crate) fn not_yaml(reason: &str) -> String {
    format!("this is not YAML: {reason}")
}

pub(crate) fn no_flags_member() -> String {
    "a flag file needs `flags`, an object of flags by key".to_owned()
}

pub(crate) fn not_a_flag() -> String {
    "a flag is an object with `variants` (flagd's format) or with `name` and `enabled`".to_owned()
}

pub(crate) fn repeated(name: &str) -> String {
    format!("`{name}` stands here twice; leave one of them out")
}

pub(crate) fn missing_member(name: &str) -> String {
    format!("`{name}` is missing")
}

pub(crate) fn not_text(name: &str, found: &str) -> String {
    format!("`{name}` must be a text, not `{}`", excerpt(found))
}

pub(crate) fn not_a_switch(name: &str, found: &str) -> String {
    format!("`{name}` must be true or false, not `{}`", excerpt(found))
}

pub(crate) fn not_a_percentage(found: &str) -> String {
    format!("`rollout_percentage` must be an integer from 0 to 100 or null, not `{}`", excerpt(found))
}

pub(crate) fn not_users(found: &str) -> String {
    format!("`allowed_users` must be a list of user ids, none of them empty, not `{}`", excerpt(found))
}

pub(crate) fn not_a_value(variable: &str) -> String {
    format!("`{variable}` must be true, false or JSON; a text needs quotation marks, as in `{variable}='\"red\"'`")
}

pub(crate) fn variable_without_key(variable: &str) -> String {
    format!("`{variable}` names no flag; write the flag's key behind `FLAG_`")
}

pub(crate) fn variables_collide(first: &str, second: &str) -> String {
    format!("`{first}` and `{second}` stand for the same flag; leave one of them out")
}

/// The user's words, as far as they are of use, without control characters.
fn excerpt(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut out: String = text.chars().take(LONGEST).flat_map(|one| one.escape_debug()).collect();
    if text.chars().nth(LONGEST).is_some() {
        out.push('…');
    }
    out.replace("\\\"", "\"").replace("\\'", "'")
}

// The log and its store.

pub(crate) fn disk_full() -> Error {
    Error::new(
        Kind::Full,
        "the disk is full, so that nothing can be written; flags are still evaluated, and writes work again when there is room",
    )
}

pub(crate) fn read_only_folder(path: &dyn Display) -> Error {
    Error::new(
        Kind::Unavailable,
        format!("the data folder `{path}` cannot be written to; check its owner and its mode"),
    )
}

pub(crate) fn in_use(path: &dyn Display) -> Error {
    Error::new(
        Kind::Unavailable,
        format!(
            "the data folder `{path}` is in use by another process; stop that one, or choose another folder with `--data`"
        ),
    )
}

pub(crate) fn newer_data(path: &dyn Display, found: i64, known: i64) -> Error {
    Error::new(
        Kind::Unavailable,
        format!(
            "the data folder `{path}` is of a newer version (schema {found}, this program knows {known}); use the newer program"
        ),
    )
}

pub(crate) fn older_data(path: &dyn Display) -> Error {
    Error::new(
        Kind::Unavailable,
        format!("the data folder `{path}` is of an older version; start the service once, or run `burgee migrate up`"),
    )
}

pub(crate) fn no_data(path: &dyn Display) -> Error {
    Error::new(Kind::NotFound, format!("there is no log in `{path}`; name its folder with `--data`"))
}

pub(crate) fn unusable_folder(path: &dyn Display, reason: &dyn Display) -> Error {
    Error::new(Kind::Unavailable, format!("the data folder `{path}` cannot be used: {reason}"))
}

pub(crate) fn store_busy() -> Error {
    Error::new(Kind::Unavailable, "another process keeps the database busy; try again").retry_after(1)
}

pub(crate) fn store_read_only() -> Error {
    Error::new(Kind::Unavailable, "the database cannot be written to; check the owner and the mode of the data folder")
}

pub(crate) fn store_damaged(reason: &dyn Display) -> Error {
    Error::new(
        Kind::Internal,
        format!("the database file is damaged ({reason}); stop the service and put back a copy of the data folder"),
    )
}

pub(crate) fn store_broken(reason: &dyn Display) -> Error {
    Error::new(Kind::Internal, format!("the store failed: {reason}"))
}

pub(crate) fn log_moved(found: u64, expected: u64) -> Error {
    Error::new(Kind::Stale, format!("the log ends at {found}, not at {expected}: another process appended; repeat"))
}

pub(crate) fn compacted_away(seq: u64) -> Error {
    Error::new(Kind::Gone, format!("events after {seq} were compacted away; start from the state as it is"))
}

pub(crate) fn cannot_compact(seq: u64, compacted: u64, last: u64) -> Error {
    Error::new(Kind::Invalid, format!("the log cannot begin after {seq}: it has events from {compacted} to {last}"))
}

pub(crate) fn no_base(seq: u64) -> Error {
    Error::new(
        Kind::Internal,
        format!(
            "no snapshot can be read, and events up to {seq} were compacted away; put back a copy of the data folder"
        ),
    )
}

pub(crate) fn out_of_place(found: u64, expected: u64) -> Error {
    Error::new(Kind::Internal, format!("the log has event {found} where event {expected} should be"))
}

pub(crate) fn event_exists(id: &str) -> Error {
    Error::new(Kind::Duplicate, format!("the log has the event `{id}` already"))
}

pub(crate) fn event_changed(seq: u64) -> Error {
    Error::new(Kind::Internal, format!("event {seq} is not what was appended: its digest does not fit its content"))
}

pub(crate) fn events_missing(last: u64, expected: u64) -> Error {
    Error::new(Kind::Internal, format!("the log ends at event {last}, but there was an event {expected}"))
}

pub(crate) fn other_state(seq: u64) -> Error {
    Error::new(Kind::Internal, format!("the snapshot at {seq} is not what the events up to it lead to"))
}

pub(crate) fn log_not_empty() -> Error {
    Error::new(Kind::Duplicate, "the log has events already; a log goes back only into an empty data folder")
}

pub(crate) fn own_export() -> Error {
    Error::new(
        Kind::Invalid,
        "this is an exported log of this service, with places and a chain; put it back into an empty data folder as a whole",
    )
}

pub(crate) fn bad_part(place: &str, reason: &dyn Display) -> Error {
    Error::new(Kind::Invalid, format!("{place}: {reason}"))
}

pub(crate) fn foreign_type(name: &str) -> Error {
    Error::new(
        Kind::Invalid,
        format!("`{name}` is no type of event that can be imported; flags are created, updated and deleted"),
    )
}

pub(crate) fn segment_exists(name: &str) -> Error {
    Error::new(Kind::Duplicate, format!("the environment has another segment `{name}`; rename one of them"))
}

pub(crate) fn cannot_write(reason: &dyn Display) -> Error {
    Error::new(Kind::Unavailable, format!("the output cannot be written: {reason}"))
}

pub(crate) fn unreadable_event(seq: u64, reason: &dyn Display) -> Error {
    Error::new(Kind::Internal, format!("event {seq} of the log cannot be read: {reason}"))
}

pub(crate) fn unreadable_snapshot(seq: u64, reason: &dyn Display) -> Error {
    Error::new(Kind::Internal, format!("the snapshot at {seq} cannot be read: {reason}"))
}

pub(crate) fn chain_broken(seq: u64) -> Error {
    Error::new(
        Kind::Internal,
        format!("the log's chain breaks at event {seq}: the event, or one before it, is not what was appended"),
    )
}

pub(crate) fn stopping() -> Error {
    Error::new(Kind::Unavailable, "the service is stopping; try again with the next one").retry_after(1)
}

// Requests.

pub(crate) fn not_json(reason: &dyn Display) -> Error {
    Error::field("", format!("the body is not JSON: {reason}"))
}

pub(crate) fn bad_query(reason: &dyn Display) -> Error {
    Error::field("", format!("the query cannot be read: {reason}"))
}

pub(crate) fn bad_since(text: &str) -> Error {
    Error::field("", format!("`since` must be the id of an event, such as `17`, not `{}`", text.escape_debug()))
}

pub(crate) fn wrong_field(pointer: &str, reason: &dyn Display) -> Error {
    let name = pointer.rsplit('/').next().unwrap_or("");
    Error::field(pointer, format!("`{name}`: {reason}"))
}

pub(crate) fn unread_body(reason: &dyn Display) -> Error {
    Error::new(Kind::Invalid, format!("the body did not arrive whole: {reason}"))
}

pub(crate) fn no_context() -> Error {
    Error::field("/context", "`context` is missing; send an object of attributes, which may be empty")
}

pub(crate) fn context_no_object() -> Error {
    Error::field("/context", "`context` must be an object of attributes")
}

pub(crate) fn unreadable_context(reason: &dyn Display) -> Error {
    Error::field("/context", format!("`context` cannot be read: {reason}"))
}

pub(crate) fn unauthorized() -> Error {
    Error::new(Kind::Unauthorized, "no valid credentials; send a key or a token in a header, see `/openapi.json`")
}

pub(crate) fn several_credentials() -> Error {
    Error::new(Kind::Unauthorized, "the request has several credentials that differ; send one of them")
}

pub(crate) fn no_route() -> Error {
    Error::new(Kind::NotFound, "there is no such route; `/openapi.json` describes all of them")
}

pub(crate) fn no_method() -> Error {
    Error::new(Kind::Method, "the route has no such method; the header `Allow` names those that it has")
}

pub(crate) fn too_slow() -> Error {
    Error::new(Kind::Slow, "the request took too long; send it at once, or in parts")
}

pub(crate) fn too_large() -> Error {
    Error::new(Kind::TooLarge, "the body is larger than is read here; send less at once")
}

pub(crate) fn wrong_media_type() -> Error {
    Error::new(Kind::MediaType, "the body is in a form that is not read here; send JSON as `application/json`")
}

pub(crate) fn refused_request(reason: &dyn Display) -> Error {
    Error::new(Kind::Invalid, format!("the request is refused: {reason}"))
}

pub(crate) fn too_often(seconds: u64) -> Error {
    Error::new(Kind::TooMany, format!("too many requests; try again in {seconds} seconds")).retry_after(seconds)
}

pub(crate) fn forbidden(what: &str) -> Error {
    Error::new(Kind::Forbidden, format!("these credentials may not {what}"))
}

pub(crate) fn too_many_streams(most: usize) -> Error {
    Error::new(
        Kind::TooMany,
        format!("these credentials have {most} open streams, which is as many as are allowed; close some of them"),
    )
    .retry_after(30)
}

pub(crate) fn broken(request_id: &str) -> Error {
    Error::new(Kind::Internal, format!("something broke here; the log has more under the request's id `{request_id}`"))
}

pub(crate) fn internal() -> Error {
    Error::new(Kind::Internal, "something broke here; the log has more under this request's id")
}

// Users and keys.

pub(crate) fn user_exists(email: &str) -> Error {
    Error::new(Kind::Duplicate, format!("`{}` is registered already; log in instead", email.escape_debug()))
}

pub(crate) fn no_key(id: &str) -> Error {
    Error::new(Kind::NotFound, format!("there is no key `{}` here, or it is revoked already", id.escape_debug()))
}

pub(crate) fn no_randomness(reason: &dyn Display) -> Error {
    Error::new(Kind::Internal, format!("the system gives no random numbers: {reason}"))
}

pub(crate) fn no_user(email: &str) -> Error {
    Error::new(Kind::NotFound, format!("there is no user `{}`", email.escape_debug()))
}

pub(crate) fn registration_closed() -> Error {
    Error::new(Kind::Forbidden, "registration is closed here; ask who runs the service for an account")
}

pub(crate) fn wrong_password() -> Error {
    Error::new(Kind::Unauthorized, "the e-mail address or the password is wrong")
}

pub(crate) fn too_many_passwords() -> Error {
    Error::new(Kind::Unavailable, "too many people log in at this moment; try again").retry_after(5)
}

pub(crate) fn bad_token() -> Error {
    Error::new(Kind::Unauthorized, "the token is not valid here; log in again")
}

pub(crate) fn expired_token() -> Error {
    Error::new(Kind::Unauthorized, "the token has expired; log in again")
}

pub(crate) fn bad_ticket() -> Error {
    Error::new(
        Kind::Unauthorized,
        "the ticket for the stream is not valid, or no longer; ask for the flags again to get one",
    )
}

// Start.

pub(crate) fn short_secret(name: &str, found: usize, shortest: usize) -> Error {
    bad_setting(
        name,
        &format!("it has {found} bytes; at least {shortest} are needed, for example of `openssl rand -base64 32`"),
    )
}

pub(crate) fn bad_origin(origin: &str) -> Error {
    let reason = format!("`{}` is no origin; one has the form `https://example.com`", origin.escape_debug());
    bad_setting("ALLOWED_ORIGINS", &reason)
}

pub(crate) fn empty_key() -> Error {
    bad_setting("ADMIN_API_KEY, SDK_API_KEY", &"a key must not be empty; leave it out to have one made")
}

pub(crate) fn unreadable_secrets(file: &dyn Display, reason: &dyn Display) -> Error {
    Error::new(
        Kind::Unavailable,
        format!("the secrets in `{file}` cannot be read: {reason}; mend the file, or delete it to have new ones made"),
    )
}

pub(crate) fn unwritable_secrets(folder: &dyn Display, reason: &dyn Display) -> Error {
    Error::new(Kind::Unavailable, format!("the secrets cannot be written to `{folder}`: {reason}"))
}

pub(crate) fn bad_setting(name: &str, reason: &dyn Display) -> Error {
    Error::new(Kind::Invalid, format!("the setting `{name}` is refused: {reason}"))
}

pub(crate) fn cannot_listen_for_operators(address: &dyn Display, reason: &dyn Display) -> Error {
    Error::new(
        Kind::Unavailable,
        format!("cannot listen on `{address}` for operators: {reason}; choose another one with `--management-port`"),
    )
}

pub(crate) fn cannot_listen(address: &dyn Display, reason: &dyn Display) -> Error {
    Error::new(Kind::Unavailable, format!("cannot listen on `{address}`: {reason}; choose another one with `--port`"))
}
