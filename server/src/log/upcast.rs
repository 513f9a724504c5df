//! Events of older forms, read as those of today.
//!
//! | form | where it was written |
//! |---|---|
//! | 0 | the event-sourced document's system: six members, no place and no scope |
//! | 1 | this program |

use std::borrow::Cow;

use super::Scope;
use super::event::{Event, SCHEMA};

/// An event as today's form has it.
pub fn today(event: &Event) -> Cow<'_, Event> {
    if event.schema < SCHEMA { Cow::Owned(upcast(event.clone())) } else { Cow::Borrowed(event) }
}

/// Brings an event of any form up to today's. Events of later forms stay as they are: what is known of them counts.
pub fn upcast(mut event: Event) -> Event {
    if event.schema == 0 {
        event = from_0(event);
    }
    event
}

/// Form 0 knew one set of flags.
fn from_0(event: Event) -> Event {
    let Scope { project, environment } = Scope::default();
    Event { schema: SCHEMA, project, environment, actor: "import".to_owned(), ..event }
}
