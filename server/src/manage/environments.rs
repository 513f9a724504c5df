//! Environments of a project: creating, protecting and deleting them.

use std::sync::Arc;

use super::Act;
use crate::App;
use crate::access::keys;
use crate::error::{Result, sentences};
use crate::log::reduce::EnvironmentChange;
use crate::log::state::Environment;
use crate::log::{Draft, EventType, Scope, State};

/// How many environments a project has at most.
pub const MOST_ENVIRONMENTS: usize = 50;

/// Creates the environment of an act's scope, without flags.
pub async fn create_environment(app: &App, act: &Act, change: EnvironmentChange) -> Result<Arc<Environment>> {
    let Act { principal, scope, .. } = act.clone();
    let plan = move |state: &State| {
        principal.may_administer(state, &scope.project)?;
        let environments = &state.project(&scope.project)?.environments;
        if environments.contains_key(&scope.environment) {
            return Err(sentences::environment_exists(&scope.environment));
        }
        if environments.len() >= MOST_ENVIRONMENTS {
            return Err(sentences::too_many_environments(MOST_ENVIRONMENTS));
        }
        Ok(vec![Draft::new(EventType::EnvironmentCreated, &scope, &scope.environment, &change)])
    };
    app.ledger.write(act.author(), plan).await?;
    app.live.load().state.environment(&act.scope).cloned()
}

/// Changes the environment of an act's scope.
pub async fn update_environment(
    app: &App,
    act: &Act,
    expected: Option<u64>,
    change: EnvironmentChange,
) -> Result<Arc<Environment>> {
    let Act { principal, scope, .. } = act.clone();
    let plan = move |state: &State| {
        principal.may_administer(state, &scope.project)?;
        state.environment(&scope)?;
        let draft = Draft::new(EventType::EnvironmentUpdated, &scope, &scope.environment, &change);
        Ok(vec![draft.expecting(expected)])
    };
    app.ledger.write(act.author(), plan).await?;
    app.live.load().state.environment(&act.scope).cloned()
}

/// Deletes the environment of an act's scope with its flags, and revokes the keys that count only there. The one that
/// interfaces act on which know none stays.
pub async fn delete_environment(app: &App, act: &Act, expected: Option<u64>) -> Result<()> {
    let Act { principal, scope, .. } = act.clone();
    let plan = move |state: &State| {
        principal.may_administer(state, &scope.project)?;
        state.environment(&scope)?;
        if scope.environment == Scope::DEFAULT_ENVIRONMENT {
            return Err(sentences::default_environment_stays());
        }
        let nothing = serde_json::Map::new();
        let draft = Draft::new(EventType::EnvironmentDeleted, &scope, &scope.environment, &nothing);
        Ok(vec![draft.expecting(expected)])
    };
    app.ledger.write(act.author(), plan).await?;
    let project = &act.scope.project;
    for key in keys::list(app, act, project).await? {
        if key.scope == act.scope && key.revoked_at.is_none() {
            keys::revoke(app, act, project, &key.id).await?;
        }
    }
    Ok(())
}
