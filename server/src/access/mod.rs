//! Who asks, and what they may do.

pub mod address;
mod hmac;
pub mod key;
pub mod keyring;
pub mod keys;
pub mod password;
pub mod rate;
pub mod secrets;
pub mod ticket;
pub mod token;
pub mod users;

use serde::{Deserialize, Serialize};

use crate::error::{Result, sentences};
use crate::log::{Author, Scope, State};

/// What a member may do in a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads.
    Viewer,
    /// Changes flags, except in protected environments.
    Editor,
    /// Everything, members and keys included.
    Owner,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// A user who is logged in.
    User {
        /// A UUID.
        id: String,
        /// Whether all projects are theirs.
        admin: bool,
    },
    /// A key that may do everything, in all projects or in one.
    Admin {
        /// The key's id.
        key: String,
        /// The project; `None` for all.
        project: Option<String>,
    },
    /// A key for applications: evaluates flags of an environment, and may see their configuration if it says so.
    Application {
        /// The key's id.
        key: String,
        /// Where: an empty environment is all of the project's. Ask [`Principal::scope`] for the one to act on.
        scope: Scope,
        /// Whether rules and targeted users may be seen, and not only answers.
        configuration: bool,
    },
}

/// Who asks, and where they act if they do not say: what is looked up for each request, and shared between them.
#[derive(Debug)]
pub struct Identity {
    /// Who.
    pub principal: Principal,
    /// [`Principal::scope`].
    pub scope: Scope,
}

impl From<Principal> for Identity {
    fn from(principal: Principal) -> Self {
        Self { scope: principal.scope(), principal }
    }
}

impl Principal {
    /// Its name in the log: `user:<id>` or `key:<id>`.
    pub fn actor(&self) -> String {
        match self {
            Self::User { id, .. } => format!("user:{id}"),
            Self::Admin { key, .. } | Self::Application { key, .. } => format!("key:{key}"),
        }
    }

    /// Who writes, and in which request.
    pub fn author(&self, request_id: &str) -> Author {
        Author { actor: self.actor(), request_id: request_id.to_owned() }
    }

    /// The environment on which interfaces act that know no project.
    pub fn scope(&self) -> Scope {
        match self {
            Self::Application { scope, .. } if scope.environment.is_empty() => {
                Scope::new(scope.project.as_str(), Scope::DEFAULT_ENVIRONMENT)
            }
            Self::Application { scope, .. } => scope.clone(),
            Self::Admin { project: Some(project), .. } => Scope::new(project.as_str(), Scope::DEFAULT_ENVIRONMENT),
            Self::User { .. } | Self::Admin { project: None, .. } => Scope::default(),
        }
    }

    /// The environment to act on where a request names one of their project; refused for keys of another one.
    pub fn scope_in(&self, environment: &str) -> Result<Scope> {
        match self {
            Self::Application { scope, .. } if !scope.environment.is_empty() && scope.environment != environment => {
                Err(sentences::forbidden(&format!("act in the environment `{}`", environment.escape_debug())))
            }
            _ => Ok(Scope::new(self.scope().project, environment)),
        }
    }

    /// What they may do in a project; an error where they may not know of it.
    pub fn role(&self, state: &State, project: &str) -> Result<Role> {
        let unknown = || sentences::no_project(project);
        let found = state.project(project)?;
        match self {
            Self::User { admin: true, .. } | Self::Admin { project: None, .. } => Ok(Role::Owner),
            Self::Admin { project: Some(own), .. } if own == project => Ok(Role::Owner),
            Self::User { id, .. } => found.members.get(id).and_then(|member| member.role).ok_or_else(unknown),
            Self::Application { scope, .. } if scope.project == project => Err(sentences::forbidden("manage flags")),
            Self::Admin { .. } | Self::Application { .. } => Err(unknown()),
        }
    }

    /// Whether they may read flags, rules and history.
    pub fn may_read(&self, state: &State, project: &str) -> Result<()> {
        self.role(state, project).map(drop)
    }

    /// Whether they may see how the flags of an environment are set up, rules and targeted users included.
    pub fn may_see(&self, state: &State, scope: &Scope) -> Result<()> {
        match self {
            Self::Application { scope: own, configuration, .. } if own.project == scope.project => {
                let own_scope = self.scope_in(&scope.environment)?;
                match configuration {
                    true => state.environment(&own_scope).map(drop),
                    false => Err(sentences::forbidden("see how flags are set up, but only what they answer")),
                }
            }
            _ => self.may_read(state, &scope.project),
        }
    }

    /// Whether they may have the flags of an environment evaluated.
    pub fn may_evaluate(&self, state: &State, scope: &Scope) -> Result<()> {
        match self {
            Self::Application { scope: own, .. } if own.project == scope.project => {
                let within = own.environment.is_empty() || own.environment == scope.environment;
                if within { Ok(()) } else { self.scope_in(&scope.environment).map(drop) }
            }
            _ => self.may_read(state, &scope.project),
        }
    }

    /// Whether they may change flags of an environment.
    pub fn may_write(&self, state: &State, scope: &Scope) -> Result<()> {
        let role = self.role(state, &scope.project)?;
        let protected = state.environment(scope)?.protected;
        match role {
            Role::Owner => Ok(()),
            Role::Editor if !protected => Ok(()),
            Role::Editor => Err(sentences::forbidden("change flags in a protected environment")),
            Role::Viewer => Err(sentences::forbidden("change flags")),
        }
    }

    /// Whether they may change the project itself, its members and its keys.
    pub fn may_administer(&self, state: &State, project: &str) -> Result<()> {
        match self.role(state, project)? {
            Role::Owner => Ok(()),
            Role::Editor | Role::Viewer => Err(sentences::forbidden("administer the project")),
        }
    }
}
