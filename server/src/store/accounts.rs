//! What access asks of a store: users and keys.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::access::key::{Key, KeyDigest};
use crate::error::Result;

/// Somebody who can log in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// A UUID.
    pub id: String,
    /// The address, as it was given. No two users have addresses that differ in case only.
    pub email: String,
    /// Argon2id in PHC's form.
    pub password_hash: String,
    /// Whether all projects are theirs.
    pub is_admin: bool,
    /// When they were added.
    pub created_at: DateTime<Utc>,
    /// When they got the password that they have.
    pub password_at: DateTime<Utc>,
}

/// Users and keys. Each change is durable when its function returns.
#[async_trait]
pub trait AccountStore: Send + Sync + 'static {
    /// Adds a user. [`Kind::Duplicate`](crate::error::Kind::Duplicate) where the address has one, whatever its case.
    async fn add_user(&self, user: &User) -> Result<()>;

    /// The user of this id.
    async fn user(&self, id: &str) -> Result<Option<User>>;

    /// The user of this address, whatever its case.
    async fn user_by_email(&self, email: &str) -> Result<Option<User>>;

    /// All users, the oldest first.
    async fn users(&self) -> Result<Vec<User>>;

    /// Replaces a user's password hash and rights; false where there is no such user.
    async fn change_user(&self, user: &User) -> Result<bool>;

    /// Takes a user away; false where there was none.
    async fn delete_user(&self, id: &str) -> Result<bool>;

    /// Adds a key.
    async fn add_key(&self, key: &Key) -> Result<()>;

    /// Adds a key as the one that its project shows; the one before it ends at a time.
    async fn replace_project_key(&self, key: &Key, ends: DateTime<Utc>) -> Result<()>;

    /// Adds a key in the place of another one, which ends at a time unless it ends sooner.
    async fn replace_key(&self, old: &str, key: &Key, ends: DateTime<Utc>) -> Result<()>;

    /// All keys, those that no longer work included, the oldest first.
    async fn keys(&self) -> Result<Vec<Key>>;

    /// Makes a key invalid from a time on; false where there is no such key, or it was revoked before.
    async fn revoke_key(&self, id: &str, at: DateTime<Utc>) -> Result<bool>;

    /// Forgets the keys of a project; gives how many.
    async fn drop_keys(&self, project: &str) -> Result<u64>;

    /// How often keys changed, whoever changed them.
    async fn key_changes(&self) -> Result<u64>;
}

/// An address as it is compared.
pub(crate) fn folded(email: &str) -> String {
    email.trim().to_lowercase()
}

/// A digest as it is kept.
pub(crate) fn hexadecimal(digest: &KeyDigest) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
