//! One flag and one context to an answer.

pub(crate) mod answer;
#[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
mod attributes;
pub(crate) mod bulk;
pub(crate) mod context;
pub(crate) mod evaluate;
pub(crate) mod expect;
#[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
mod read;
pub(crate) mod result;
#[cfg(all(feature = "abi", target_arch = "wasm32"))]
mod slots;

pub use answer::Evaluation;
pub use bulk::BulkEvaluation;
pub use context::EvaluationContext;
pub use expect::Resolution;
pub use result::Answer;
