//! What `make wasm` and the tests of the module share: how it is built, and what it may contain.

pub mod build;
pub mod inspect;
pub mod licences;
pub mod measure;
pub mod optimise;
pub mod rows;
pub mod strip;

use std::path::{Path, PathBuf};

/// The root of the repository.
pub fn root() -> PathBuf {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR"));
    tools.parent().unwrap_or(tools).to_path_buf()
}
