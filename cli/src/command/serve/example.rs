//! The example: flags to play with, and a user who owns them.

use std::path::Path;

use burgee_server::App;
use burgee_server::access::{Role, keys, users};
use burgee_server::log::import;
use burgee_server::log::reduce::MemberChange;
use burgee_server::log::{Author, Draft, EventType, Scope};

use crate::command::user;
use crate::failure::Result;
use crate::output::{Output, WARNING};

/// The flags, those that the README evaluates.
const FLAGS: &str = include_str!("../../../../examples/flags.json");

/// The one that the requests to paste are about.
pub(super) const FLAG: &str = "new-checkout";

/// Who owns them.
pub(super) const EMAIL: &str = "demo@example.com";

/// What is told of the example.
pub(super) struct Example {
    /// The user's password, at the start that made it.
    pub(super) password: Option<String>,
}

/// Fills empty data.
pub(super) async fn begin(app: &App, output: Output) -> Result<Example> {
    let scope = Scope::default();
    let author = Author { actor: "example".into(), ..Author::default() };
    let flags = import::read(Path::new("flags.json"), FLAGS, &scope)?;
    flags.write(&app.ledger, author.clone(), &mut output.count("writing the example")).await?;
    let password = user::random()?;
    let owner = users::add(app.store.as_ref(), &app.passwords, EMAIL, &password, false).await?;
    let whole = Scope::new(scope.project.as_str(), "");
    let member = Draft::new(EventType::MemberChanged, &whole, &owner.id, &MemberChange { role: Some(Role::Owner) });
    app.ledger.write(author.clone(), move |_| Ok(vec![member.clone()])).await?;
    keys::new_project_key(app, &scope.project, author).await?;
    Ok(Example { password: Some(password) })
}

/// What a former start made, as it is since then. Data that was not empty stays as it is.
pub(super) fn again(app: &App, output: Output) -> Option<Example> {
    let live = app.live.load();
    let found = live.set(&Scope::default()).is_ok_and(|set| set.entries.contains_key(FLAG));
    if !found {
        output.remark(format_args!(
            "{WARNING}no example:{WARNING:#} `{}` has data already; choose an empty folder with `--data`",
            app.config.data.display()
        ));
    }
    found.then_some(Example { password: None })
}
