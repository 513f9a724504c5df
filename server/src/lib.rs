//! The flag service: projects and flags in one log, read through many published interfaces.
//!
//! ```text
//! requests ─► api (translates) ─► access (who, may they) ─► ledger: plan ─► events ─► store (durable)
//!                                                                             └► reduce ─► live (ArcSwap) ─► hub (SSE)
//! reads    ─► api ─► access ─► live: one flag set, compiled by the engine ─► answer
//! ```
//!
//! Evaluation is the engine's alone; each interface only translates.

pub mod access;
pub mod analytics;
pub mod api;
pub mod app;
pub mod config;
pub mod error;
pub mod flags;
pub mod handover;
pub mod live;
pub mod log;
pub mod manage;
pub mod observe;
pub mod pace;
pub mod page;
pub mod push;
pub mod serve;
pub mod source;
pub mod store;

pub use app::App;
pub use config::Config;
pub use error::{Error, Result};
