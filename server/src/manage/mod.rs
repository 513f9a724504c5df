//! What people do with projects and flags, whatever interface they do it through: who may, whether it can be, and the events
//! it makes.

pub mod environments;
pub mod flags;
pub mod members;
pub mod projects;
pub mod rules;
pub mod segments;

pub use environments::{MOST_ENVIRONMENTS, create_environment, delete_environment, update_environment};
pub(crate) use flags::key_fault;
pub use flags::{LONGEST_KEY, create, delete, history, rollback, update};
pub use members::{Membership, delete_member, members, put_member};
pub use projects::{create_project, delete_project, update_project};
pub use rules::{MOST_RULES, add_rule, change_rule, delete_rule};
pub use segments::{delete_segment, put_segment};

use std::sync::Arc;

use crate::access::Principal;
use crate::error::{Result, sentences};
use crate::flags::Flag;
use crate::log::{Author, Event, Scope};

/// Who asks for it, in which request, and where.
#[derive(Clone, Debug)]
pub struct Act {
    /// Who.
    pub principal: Principal,
    /// The request's id.
    pub request_id: String,
    /// Where.
    pub scope: Scope,
}

/// A change that is durable: what happened, and the flag after it.
#[derive(Clone, Debug)]
pub struct Done {
    /// What happened.
    pub event: Arc<Event>,
    /// The flag, also where it was deleted.
    pub flag: Arc<Flag>,
}

impl Act {
    fn author(&self) -> Author {
        self.principal.author(&self.request_id)
    }
}

fn first(events: Vec<Arc<Event>>) -> Result<Arc<Event>> {
    events.into_iter().next().ok_or_else(sentences::internal)
}
