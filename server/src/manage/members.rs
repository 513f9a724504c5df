//! Members: who may do what in a project.

use super::Act;
use crate::App;
use crate::access::{Principal, Role};
use crate::error::{Result, sentences};
use crate::log::reduce::MemberChange;
use crate::log::state::Project;
use crate::log::{Draft, EventType, Scope, State};
use crate::store::User;

/// A user and what they may do in the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The user.
    pub user: User,
    /// What they may do.
    pub role: Role,
}

/// Everybody who has a role in the project of an act and still has an account, by address.
pub async fn members(app: &App, act: &Act) -> Result<Vec<Membership>> {
    let live = app.live.load_full();
    act.principal.may_read(&live.state, &act.scope.project)?;
    let project = live.state.project(&act.scope.project)?;
    let mut found = Vec::new();
    for (id, member) in &project.members {
        if let (Some(role), Some(user)) = (member.role, app.store.user(id).await?) {
            found.push(Membership { user, role });
        }
    }
    found.sort_by(|one, other| one.user.email.cmp(&other.user.email));
    Ok(found)
}

/// Gives a user, by id or by address, a role in the project. Refused where nobody would be an owner afterwards.
pub async fn put_member(app: &App, act: &Act, id_or_email: &str, role: Role) -> Result<Membership> {
    let Act { principal, scope, .. } = act.clone();
    // Checked before looking the user up, so that only owners learn who has an account.
    principal.may_administer(&app.live.load_full().state, &scope.project)?;
    let user = user(app, id_or_email).await?;
    let id = user.id.clone();
    let plan = move |state: &State| {
        principal.may_administer(state, &scope.project)?;
        Ok(vec![change(state.project(&scope.project)?, &id, Some(role))?])
    };
    app.ledger.write(act.author(), plan).await?;
    Ok(Membership { user, role })
}

/// Takes a user's role away. Owners do so, and everybody for themselves.
pub async fn delete_member(app: &App, act: &Act, id_or_email: &str) -> Result<()> {
    let Act { principal, scope, .. } = act.clone();
    let state = app.live.load_full().state.clone();
    principal.may_read(&state, &scope.project)?;
    // Somebody whose account is gone can still be in the list, by id.
    let gone = state.project(&scope.project)?.members.contains_key(id_or_email);
    let id = if gone { id_or_email.to_owned() } else { member(app, &principal, id_or_email).await? };
    let plan = move |state: &State| {
        let leaves = matches!(&principal, Principal::User { id: own, .. } if *own == id);
        if !leaves {
            principal.may_administer(state, &scope.project)?;
        }
        Ok(vec![change(state.project(&scope.project)?, &id, None)?])
    };
    app.ledger.write(act.author(), plan).await.map(drop)
}

async fn user(app: &App, id_or_email: &str) -> Result<User> {
    let by_id = app.store.user(id_or_email).await?;
    let found = if by_id.is_none() { app.store.user_by_email(id_or_email).await? } else { by_id };
    found.ok_or_else(|| sentences::no_user(id_or_email))
}

/// The id of a user who may be in the list. That there is no such account is told as that they are no member.
async fn member(app: &App, principal: &Principal, id_or_email: &str) -> Result<String> {
    match user(app, id_or_email).await {
        Ok(user) => Ok(user.id),
        Err(_) if matches!(principal, Principal::User { id, .. } if id == id_or_email) => Ok(id_or_email.to_owned()),
        Err(_) => Err(sentences::no_member(id_or_email)),
    }
}

fn change(project: &Project, user: &str, role: Option<Role>) -> Result<Draft> {
    let role_of = |id: &str| project.members.get(id).and_then(|member| member.role);
    if role.is_none() && role_of(user).is_none() {
        return Err(sentences::no_member(user));
    }
    let other_owner = project.members.keys().any(|id| id != user && role_of(id) == Some(Role::Owner));
    if role_of(user) == Some(Role::Owner) && role != Some(Role::Owner) && !other_owner {
        return Err(sentences::last_owner());
    }
    let whole = Scope::new(project.id.as_str(), "");
    Ok(Draft::new(EventType::MemberChanged, &whole, user, &MemberChange { role }))
}
