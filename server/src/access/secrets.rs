//! Secrets that nobody configured: made at the first start, kept in the data folder, and told once.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::key::{KeyKind, random_key};
use crate::config::Config;
use crate::error::{Error, Result, sentences};

/// The file in the data folder, which only its owner may read.
pub const FILE: &str = "secrets.json";

/// The fewest bytes of a secret that signs tokens.
pub const SHORTEST_JWT_SECRET: usize = 32;

/// The secrets in force.
pub struct Secrets {
    /// The key that may do everything.
    pub admin_key: String,
    /// The key of applications.
    pub sdk_key: String,
    /// What tokens are signed with.
    pub jwt_secret: String,
    /// What they were signed with before.
    pub jwt_secret_previous: Option<String>,
    /// What was made just now, to be told.
    pub made: Option<Made>,
}

/// Keys that were made at the first start. Whoever starts the service tells them once; they stand in no log.
#[derive(Clone)]
pub struct Made {
    /// The key that may do everything, unless it was configured.
    pub admin_key: Option<String>,
    /// The key of applications, unless it was configured.
    pub sdk_key: Option<String>,
    /// Where they can be read again.
    pub file: PathBuf,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Secrets")
    }
}

impl std::fmt::Debug for Made {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Made({})", self.file.display())
    }
}

/// The file's content.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    admin_key: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sdk_key: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    jwt_secret: Option<String>,
}

impl Secrets {
    /// The configured ones; those that are missing from the data folder, where they are made if they are not there either.
    pub fn load(config: &Config) -> Result<Self> {
        for (name, secret) in [("JWT_SECRET", &config.jwt_secret), ("JWT_SECRET_PREVIOUS", &config.jwt_secret_previous)]
        {
            if let Some(short) = secret.as_ref().filter(|secret| secret.len() < SHORTEST_JWT_SECRET) {
                return Err(sentences::short_secret(name, short.len(), SHORTEST_JWT_SECRET));
            }
        }
        let file = config.data.join(FILE);
        let mut kept = read(&file)?;
        let mut made = Made { admin_key: None, sdk_key: None, file: file.clone() };
        let mut changed = false;
        let mut secret = |configured: &Option<String>, kept: &mut Option<String>, kind: KeyKind| match configured {
            Some(configured) if configured.is_empty() => Err(sentences::empty_key()),
            Some(configured) => Ok((configured.clone(), false)),
            None => match kept {
                Some(kept) => Ok((kept.clone(), false)),
                None => {
                    changed = true;
                    Ok((kept.insert(random_key(kind)?).clone(), true))
                }
            },
        };
        let (admin_key, new_admin) = secret(&config.admin_key, &mut kept.admin_key, KeyKind::Admin)?;
        let (sdk_key, new_sdk) = secret(&config.sdk_key, &mut kept.sdk_key, KeyKind::Client)?;
        let (jwt_secret, _) = secret(&config.jwt_secret, &mut kept.jwt_secret, KeyKind::Server)?;
        if changed {
            write(&config.data, &kept)?;
        }
        made.admin_key = new_admin.then(|| admin_key.clone());
        made.sdk_key = new_sdk.then(|| sdk_key.clone());
        let told = new_admin || new_sdk;
        let jwt_secret_previous = config.jwt_secret_previous.clone();
        Ok(Self { admin_key, sdk_key, jwt_secret, jwt_secret_previous, made: told.then_some(made) })
    }
}

fn read(file: &Path) -> Result<Kept> {
    match std::fs::read(file) {
        Ok(content) => {
            serde_json::from_slice(&content).map_err(|error| sentences::unreadable_secrets(&file.display(), &error))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Kept::default()),
        Err(error) => Err(sentences::unreadable_secrets(&file.display(), &error)),
    }
}

/// Writes them beside the file and renames, so that there is always a whole one.
fn write(folder: &Path, kept: &Kept) -> Result<()> {
    let broken = |error: std::io::Error| -> Error { sentences::unwritable_secrets(&folder.display(), &error) };
    std::fs::create_dir_all(folder).map_err(broken)?;
    let (file, beside) = (folder.join(FILE), folder.join("secrets.json.new"));
    let _ = std::fs::remove_file(&beside);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = options.open(&beside).map_err(broken)?;
    // Strings serialise without failing.
    out.write_all(serde_json::to_string_pretty(kept).unwrap_or_default().as_bytes()).map_err(broken)?;
    out.sync_all().map_err(broken)?;
    std::fs::rename(&beside, &file).map_err(broken)
}
