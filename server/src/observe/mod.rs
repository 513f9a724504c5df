//! What operators see: logs, metrics, readiness.

mod escape;
pub mod evaluations;
pub mod logs;
pub mod metrics;
mod process;
pub mod ready;
pub mod requests;
