//! All flags as they are: where a client begins, and where it starts anew.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use http::HeaderMap;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::Events;
use super::bodies::Refused;
use crate::App;
use crate::api::{Caller, Failure};
use crate::flags::{Bucketing, Definition, Flag, Rule};
use crate::live::FlagSet;
use crate::page::Page;

/// All flags of an environment.
#[derive(Serialize, ToSchema)]
pub(super) struct States<'f> {
    ok: bool,
    /// The place in the log of the last change of the environment.
    seq: u64,
    /// By key.
    flags: Vec<FlagState<'f>>,
}

/// What a flag is: the sum of its events.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "flag_id": "new-checkout", "name": "New checkout", "description": null, "enabled": true, "enabled_by_default": false,
    "variants": null, "default_variant": null, "weights": {}, "rollout_percentage": 25, "targeted_users": ["user-1"], "rules": [],
    "bucketing": "murmur3", "definition": null, "tags": [], "owner": null, "archived": false, "is_deleted": false, "version": 2,
    "updated_at": "2026-01-02T03:04:05.678Z", "source": null
}))]
pub(super) struct FlagState<'f> {
    /// The flag's key.
    flag_id: &'f str,
    /// The name for people.
    name: &'f str,
    /// What it is for.
    description: Option<&'f str>,
    /// False switches it off for everybody.
    enabled: bool,
    /// What everybody gets whom nothing else concerns, where there is no percentage.
    enabled_by_default: bool,
    /// Names and values, as given; null for true and false.
    #[schema(value_type = Option<Object>)]
    variants: &'f Value,
    /// The variant of those who do not get it.
    default_variant: Option<&'f str>,
    /// Shares of the variants.
    weights: &'f BTreeMap<String, u32>,
    /// How many of a hundred users get it.
    rollout_percentage: Option<u8>,
    /// Users who get it in any case.
    targeted_users: &'f [String],
    /// Who else gets it in any case.
    rules: &'f [Rule],
    /// How users are spread.
    bucketing: Bucketing,
    /// A flag in flagd's format.
    #[schema(value_type = Option<Object>)]
    definition: Option<&'f Definition>,
    /// Words to find it by.
    tags: &'f [String],
    /// Who looks after it.
    owner: Option<&'f str>,
    /// Whether it is put away.
    archived: bool,
    /// False: deleted flags are not listed.
    is_deleted: bool,
    /// How many events made it what it is.
    version: u64,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
    /// The source that owns it, and alone changes it; null where the log does.
    source: Option<&'f str>,
}

impl<'f> FlagState<'f> {
    fn new(flag: &'f Flag, source: Option<&'f str>) -> Self {
        Self {
            flag_id: &flag.key,
            name: &flag.name,
            description: flag.description.as_deref(),
            enabled: flag.enabled,
            enabled_by_default: flag.enabled_by_default,
            variants: &flag.variants,
            default_variant: flag.default_variant.as_deref(),
            weights: &flag.weights,
            rollout_percentage: flag.rollout_percentage,
            targeted_users: &flag.targeted_users,
            rules: &flag.rules,
            bucketing: flag.bucketing,
            definition: flag.definition.as_ref(),
            tags: &flag.tags,
            owner: flag.owner.as_deref(),
            archived: flag.archived,
            is_deleted: flag.is_deleted,
            version: flag.version,
            updated_at: flag.updated_at,
            source,
        }
    }
}

fn page(set: &FlagSet) -> Page {
    let flags = set.entries.values().map(|entry| FlagState::new(&entry.flag, entry.source.as_deref())).collect();
    Page::json(&States { ok: true, seq: set.seq, flags })
}

/// All flags as they are.
///
/// A client that opens `/flags/stream` first and reads this then misses nothing. With `If-None-Match` 304 where nothing changed.
#[utoipa::path(get, path = "/flags/state", tag = "Events", security(("sdk_key" = []), ("admin_key" = []), ("bearer" = [])), responses(
    (status = 200, description = "Every flag", body = States), (status = 304, description = "The client has it"),
    (status = 401, description = "No valid credentials", body = Refused), (status = 403, description = "Not allowed", body = Refused)))]
pub(super) async fn state(
    State(app): State<App>,
    caller: Caller<Events>,
    headers: HeaderMap,
) -> Result<Response, Failure<Events>> {
    let live = app.live.load();
    let scope = caller.principal.scope();
    caller.principal.may_see(&live.state, &scope)?;
    let set = live.set(&scope)?;
    Ok(set.pages.events.get_or_init(|| page(set)).answer(&headers, "no-cache"))
}
