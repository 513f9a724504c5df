//! A flag evaluator on datalogic-rs 4 and serde_json, as one would write it with care: rules are compiled when the flags
//! are loaded, contexts are parsed by serde_json, answers are serialised by serde_json.

mod answer;
mod context;
mod document;
mod evaluator;
#[cfg(target_arch = "wasm32")]
mod exports;
mod flag;
mod operators;

pub use answer::Answer;
pub use evaluator::Evaluator;
