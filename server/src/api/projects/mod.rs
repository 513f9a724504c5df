//! The multi-project document's interface: projects, their flags and rules, and `/sdk/v1/evaluate`.

mod environments;
mod evaluate;
mod evaluations;
mod flag_body;
mod flag_view;
mod flags;
mod history;
mod keys;
mod members;
mod project;
mod rule_view;
mod rules;
mod segments;

use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;

use super::{Caller, Plain};
use crate::App;
use crate::error::Result;
use crate::log::Scope;
use crate::manage::Act;

/// The interface's routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    project::routes()
        .merge(environments::routes())
        .merge(members::routes())
        .merge(keys::routes())
        .merge(flags::routes())
        .merge(history::routes())
        .merge(rules::routes())
        .merge(segments::routes())
        .merge(evaluate::routes())
        .merge(evaluations::routes())
}

/// Which environment of the project.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Place {
    /// The environment; `production` where it is left out.
    #[param(example = "staging")]
    environment: Option<String>,
}

/// Who acts on a project. Whoever may not know of it gets the answer of one that is not there, before anything else of the
/// request is looked at.
fn act(app: &App, caller: Caller<Plain>, project: &str) -> Result<Act> {
    let Caller { principal, request_id, .. } = caller;
    principal.may_read(&app.live.load().state, project)?;
    Ok(Act { principal, request_id, scope: Scope::new(project, Scope::DEFAULT_ENVIRONMENT) })
}

/// Who acts on flags of an environment.
fn act_in(app: &App, caller: Caller<Plain>, project: &str, place: &Place) -> Result<Act> {
    let mut act = act(app, caller, project)?;
    if let Some(environment) = &place.environment {
        act.scope.environment.clone_from(environment);
    }
    app.live.load().set(&act.scope)?;
    Ok(act)
}
