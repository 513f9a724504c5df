//! Passwords: hashed with Argon2id, a few at a time, away from the threads that serve requests.

use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::key::random;
use crate::error::{Error, Result, sentences};

/// What OWASP asks of Argon2id at least: 19 MiB, two rounds, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const ROUNDS: u32 = 2;
const LANES: u32 = 1;
/// How many are hashed at once, so that many log-ins take neither all memory nor all processors.
const AT_ONCE: usize = 2;
/// How long one waits for its turn.
const WAIT: Duration = Duration::from_secs(5);

/// The fewest bytes of a password.
pub const SHORTEST: usize = 8;
/// The most bytes of a password, so that hashing takes no longer for long ones.
pub const LONGEST: usize = 1024;

/// The way to hash passwords and to check them.
#[derive(Debug)]
pub struct Passwords {
    turns: Semaphore,
}

/// Checked where there is no user, so that the time it takes does not tell. No password is known to have this hash.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdCEhIQ$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// What is wrong with a password that somebody wants to have.
pub fn fault(password: &str) -> Option<String> {
    let fits = (SHORTEST..=LONGEST).contains(&password.len());
    (!fits).then(|| format!("it has {} bytes; {SHORTEST} to {LONGEST} are allowed", password.len()))
}

impl Default for Passwords {
    fn default() -> Self {
        Self { turns: Semaphore::new(AT_ONCE) }
    }
}

impl Passwords {
    /// The hash of a password with a salt of its own, in PHC's form. Refused where it is too short or too long.
    pub async fn hash(&self, password: &str) -> Result<String> {
        if let Some(fault) = fault(password) {
            return Err(Error::field("/password", format!("`password`: {fault}")));
        }
        let _turn = self.turn().await?;
        let password = password.to_owned();
        aside(move || hashed(&password)).await?
    }

    /// Whether it is the password of this hash. Without a hash the answer is no, and takes as long.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool> {
        if password.len() > LONGEST {
            return Ok(false);
        }
        let _turn = self.turn().await?;
        let known = hash.is_some();
        let (password, hash) = (password.to_owned(), hash.unwrap_or(NOBODY).to_owned());
        let fits = aside(move || {
            let hash = PasswordHash::new(&hash).map_err(|error| sentences::store_broken(&error))?;
            Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        });
        Ok(fits.await?? && known)
    }

    async fn turn(&self) -> Result<SemaphorePermit<'_>> {
        let turn = tokio::time::timeout(WAIT, self.turns.acquire()).await;
        turn.map_err(|_| sentences::too_many_passwords())?.map_err(|_| sentences::stopping())
    }
}

async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "a password could not be hashed");
        sentences::internal()
    })
}

fn hashed(password: &str) -> Result<String> {
    let broken = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "a password could not be hashed");
        sentences::internal()
    };
    let parameters = Params::new(MEMORY_KIB, ROUNDS, LANES, None).map_err(|error| broken(&error))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
    let mut salt = [0; 16];
    random(&mut salt)?;
    let hash = argon2.hash_password_with_salt(password.as_bytes(), &salt).map_err(|error| broken(&error))?;
    Ok(hash.to_string())
}
