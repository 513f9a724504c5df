//! Projects: creating, changing and deleting them.

use std::sync::Arc;

use super::Act;
use crate::App;
use crate::access::Principal;
use crate::app::new_project;
use crate::error::{Result, sentences};
use crate::log::reduce::ProjectChange;
use crate::log::state::Project;
use crate::log::{Draft, EventType, Scope, State};

/// Creates a project with its environments. A user owns what they create; what an admin key creates, admins own.
pub async fn create_project(app: &App, act: &Act, change: ProjectChange) -> Result<Arc<Project>> {
    let created_by = match &act.principal {
        Principal::User { id, .. } => Some(id.clone()),
        Principal::Admin { project: None, .. } => None,
        _ => return Err(sentences::forbidden("create projects")),
    };
    let id = uuid::Uuid::new_v4().to_string();
    let change = ProjectChange { created_by, ..change };
    let project = id.clone();
    let plan = move |_: &State| Ok(new_project(&project, &change));
    app.ledger.write(act.author(), plan).await?;
    app.live.load().state.project(&id).cloned()
}

/// Changes the name or the description of a project.
pub async fn update_project(
    app: &App,
    act: &Act,
    expected: Option<u64>,
    change: ProjectChange,
) -> Result<Arc<Project>> {
    let Act { principal, scope, .. } = act.clone();
    let change = ProjectChange { created_by: None, ..change };
    let plan = move |state: &State| {
        principal.may_administer(state, &scope.project)?;
        let whole = Scope::new(scope.project.as_str(), "");
        let draft = Draft::new(EventType::ProjectUpdated, &whole, &scope.project, &change);
        Ok(vec![draft.expecting(expected)])
    };
    app.ledger.write(act.author(), plan).await?;
    app.live.load().state.project(&act.scope.project).cloned()
}

/// Deletes a project with everything in it. The project of interfaces that know none stays.
pub async fn delete_project(app: &App, act: &Act, expected: Option<u64>) -> Result<()> {
    let Act { principal, scope, .. } = act.clone();
    let plan = move |state: &State| {
        principal.may_administer(state, &scope.project)?;
        if scope.project == Scope::DEFAULT_PROJECT {
            return Err(sentences::default_project_stays());
        }
        let whole = Scope::new(scope.project.as_str(), "");
        let nothing = serde_json::Map::new();
        Ok(vec![Draft::new(EventType::ProjectDeleted, &whole, &scope.project, &nothing).expecting(expected)])
    };
    app.ledger.write(act.author(), plan).await.map(drop)
}
