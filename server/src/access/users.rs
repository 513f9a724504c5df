//! Users: registering, logging in, and what an operator does with them.

use super::password::Passwords;
use crate::App;
use crate::config::Registration;
use crate::error::{Error, Result, sentences};
use crate::log::event::{now, unix_seconds};
use crate::store::{AccountStore, User};

/// The longest address, as SMTP has it.
const LONGEST_EMAIL: usize = 254;

/// Adds a user who asks for it; refused where registration is closed.
pub async fn register(app: &App, email: &str, password: &str) -> Result<User> {
    match app.config.registration {
        Registration::Open => add(app.store.as_ref(), &app.passwords, email, password, false).await,
        Registration::Closed => Err(sentences::registration_closed()),
    }
}

/// Adds a user.
pub async fn add(
    store: &(impl AccountStore + ?Sized),
    passwords: &Passwords,
    email: &str,
    password: &str,
    is_admin: bool,
) -> Result<User> {
    let email = email.trim();
    if let Some(fault) = email_fault(email) {
        return Err(Error::field("/email", format!("`email`: {fault}")));
    }
    let password_hash = passwords.hash(password).await?;
    let id = uuid::Uuid::new_v4().to_string();
    let at = now();
    let user = User { id, email: email.to_owned(), password_hash, is_admin, created_at: at, password_at: at };
    store.add_user(&user).await?;
    Ok(user)
}

/// Gives a user another password; their tokens are not accepted any longer.
pub async fn reset(
    store: &(impl AccountStore + ?Sized),
    passwords: &Passwords,
    email: &str,
    password: &str,
) -> Result<User> {
    let user = store.user_by_email(email).await?.ok_or_else(|| sentences::no_user(email))?;
    let user = User { password_hash: passwords.hash(password).await?, password_at: now(), ..user };
    store.change_user(&user).await?;
    Ok(user)
}

/// A token for who has the password.
pub async fn log_in(app: &App, email: &str, password: &str) -> Result<String> {
    let user = app.store.user_by_email(email).await?;
    let hash = user.as_ref().map(|user| user.password_hash.as_str());
    let fits = app.passwords.verify(password, hash).await?;
    let user = user.filter(|_| fits).ok_or_else(sentences::wrong_password)?;
    app.tokens.issue(&user.id, unix_seconds())
}

/// The user of a token, as they are now. One who is gone, or whose password is newer, is nobody.
pub async fn of_token(app: &App, token: &str) -> Result<User> {
    let claims = app.tokens.check(token)?;
    let user = app.store.user(&claims.sub).await?.ok_or_else(sentences::bad_token)?;
    let since = u64::try_from(user.password_at.timestamp()).unwrap_or(0);
    if claims.iat < since { Err(sentences::expired_token()) } else { Ok(user) }
}

/// What is wrong with an address: it has a local part, an `@`, and a domain of labels. Whether mail arrives there, only mail can
/// tell.
pub fn email_fault(email: &str) -> Option<String> {
    let email = email.trim();
    let label = |label: &str| {
        let plain = label.chars().all(|letter| letter.is_alphanumeric() || letter == '-');
        plain && !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')
    };
    let written = |local: &str| !local.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    let good = email.rsplit_once('@').is_some_and(|(local, domain)| {
        let local_good = (1..=64).contains(&local.len()) && !local.contains('@') && written(local);
        local_good && domain.split('.').all(label)
    });
    if email.len() > LONGEST_EMAIL {
        Some(format!("it has {} bytes; at most {LONGEST_EMAIL} are allowed", email.len()))
    } else if good {
        None
    } else {
        Some(format!("`{}` is no e-mail address; one has the form `name@example.com`", email.escape_debug()))
    }
}
