//! `burgee user`: who can log in.

use std::io::{IsTerminal, Write};

use burgee_server::access::key::{KeyKind, random_key};
use burgee_server::access::password::Passwords;
use burgee_server::access::users;
use burgee_server::store::{AccountStore, LogStore, User};
use chrono::SecondsFormat;
use serde_json::json;

use super::{Answered, Data, wait};
use crate::exit::Exit;
use crate::failure::{self, Result};
use crate::output::{FAINT, GOOD, NAME, Output, STRONG, table};

pub(crate) const EXAMPLES: &str = examples! {
    "somebody who may do everything; asks for the password" => "burgee user add ada@example.com --admin",
    "who there is" => "burgee user list",
};

const ADD_EXAMPLES: &str = examples! {
    "with a random password, which is printed, where no terminal is there to ask at" => "burgee user add ben@example.com",
    "from a script" => "printf '%s' \"$PASSWORD\" | burgee user add cleo@example.com --admin --password-stdin",
};

const RESET_EXAMPLES: &str = examples! {
    "whoever is logged in as this user is no longer" => "burgee user reset ada@example.com",
};

const LIST_EXAMPLES: &str = examples! {
    "as a script reads it" => "burgee user list --json",
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Add a user
    #[command(after_help = ADD_EXAMPLES)]
    Add {
        #[command(flatten)]
        who: Who,
        /// All projects are theirs
        #[arg(long)]
        admin: bool,
    },
    /// Give a user another password
    #[command(after_help = RESET_EXAMPLES)]
    Reset {
        #[command(flatten)]
        who: Who,
    },
    /// List all users
    #[command(after_help = LIST_EXAMPLES)]
    List {
        #[command(flatten)]
        data: Data,
    },
}

#[derive(clap::Args)]
struct Who {
    /// The e-mail address
    email: String,
    /// Read the password from the standard input instead of asking for it
    #[arg(long)]
    password_stdin: bool,
    #[command(flatten)]
    data: Data,
}

impl Arguments {
    pub(crate) fn run(self, output: Output) -> Answered {
        match self.what {
            What::Add { who, admin } => add(&who, admin, output),
            What::Reset { who } => reset(&who, output),
            What::List { data } => list(&data, output),
        }
    }
}

fn add(who: &Who, admin: bool, output: Output) -> Answered {
    let password = Password::of(who)?;
    let user = wait(async {
        let store = who.data.open_or_create().await?;
        let user = users::add(&store, &Passwords::default(), &who.email, &password.text, admin).await;
        store.close().await;
        Ok(user?)
    })?;
    told("added", &user, password, output)
}

fn reset(who: &Who, output: Output) -> Answered {
    who.data.must_exist()?;
    let password = Password::of(who)?;
    let user = wait(async {
        let store = who.data.open_or_create().await?;
        let user = users::reset(&store, &Passwords::default(), &who.email, &password.text).await;
        store.close().await;
        Ok(user?)
    })?;
    told("reset", &user, password, output)
}

fn list(data: &Data, output: Output) -> Answered {
    data.must_exist()?;
    let users = wait(async {
        let store = data.open_or_create().await?;
        let users = store.users().await;
        store.close().await;
        Ok(users?)
    })?;
    let json: Vec<_> = users.iter().map(json).collect();
    output.answer(&json!({"users": json}), |out| {
        let row = |user: &User| {
            let since = user.created_at.to_rfc3339_opts(SecondsFormat::Secs, true);
            let role = if user.is_admin { "admin" } else { "user" };
            vec![user.email.clone(), user.id.clone(), since, role.to_owned()]
        };
        table(out, &["email", "id", "since", "role"], &users.iter().map(row).collect::<Vec<_>>())
    })?;
    Ok(Exit::Done)
}

fn json(user: &User) -> serde_json::Value {
    json!({"id": user.id, "email": user.email, "admin": user.is_admin, "created_at": user.created_at})
}

fn told(what: &str, user: &User, password: Password, output: Output) -> Answered {
    let mut json = json(user);
    if let (true, Some(members)) = (password.made, json.as_object_mut()) {
        members.insert("password".into(), password.text.as_str().into());
    }
    output.answer(&json, |out| {
        let role = if user.is_admin { ", admin of everything" } else { "" };
        writeln!(out, "{GOOD}{what}{GOOD:#} {NAME}{}{NAME:#}{role}", user.email)?;
        if password.made {
            writeln!(out, "{FAINT}password{FAINT:#} {STRONG}{}{STRONG:#}", password.text)?;
        }
        Ok(())
    })?;
    Ok(Exit::Done)
}

/// A password, and whether it was made here, so that it must be told.
struct Password {
    text: String,
    made: bool,
}

impl Password {
    fn of(who: &Who) -> Result<Self> {
        if who.password_stdin {
            let mut text = String::new();
            std::io::stdin().read_line(&mut text).map_err(|error| failure::no_password(&error))?;
            let text = text.trim_end_matches(['\r', '\n']).to_owned();
            return Ok(Self { text, made: false });
        }
        let typed = if std::io::stdin().is_terminal() { typed()? } else { String::new() };
        match typed.is_empty() {
            true => Ok(Self { text: random()?, made: true }),
            false => Ok(Self { text: typed, made: false }),
        }
    }
}

/// What somebody types twice without seeing it; nothing for a random one.
fn typed() -> Result<String> {
    let ask = |prompt: &str| rpassword::prompt_password(prompt).map_err(|error| failure::no_password(&error));
    loop {
        let first = ask("Password (empty for a random one): ")?;
        if first.is_empty() || first == ask("The same again: ")? {
            return Ok(first);
        }
        writeln!(anstream::stderr(), "these differ")?;
    }
}

/// A password of 32 letters and digits.
pub(crate) fn random() -> Result<String> {
    let key = random_key(KeyKind::Client)?;
    Ok(key.split_once('_').map_or(key.clone(), |(_, random)| random.to_owned()))
}
