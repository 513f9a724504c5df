//! Feature-flag evaluation for flagd's flag-definition format: JSON Logic targeting with `fractional`, `sem_ver`,
//! `starts_with` and `ends_with`, in safe Rust without dependencies.
//!
//! The same code compiles to one small WebAssembly module without imports, so that hosts in other languages give the
//! same answers; `ARCHITECTURE.md` has the module's contract.
//!
//! ```
//! use burgee::Engine;
//!
//! let engine = Engine::new();
//! let report = engine.update(r#"{
//!   "flags": {
//!     "new-checkout": {
//!       "state": "ENABLED",
//!       "variants": {"on": true, "off": false},
//!       "defaultVariant": "off",
//!       "targeting": {"if": [{"ends_with": [{"var": "email"}, "@example.com"]}, "on"]}
//!     }
//!   }
//! }"#)?;
//! assert_eq!(report.changed_flags(), ["new-checkout"]);
//!
//! let answer = engine.evaluate_bool("new-checkout", r#"{"email": "ada@example.com"}"#);
//! assert_eq!(answer.value, Some(true));
//! assert_eq!(answer.variant.as_deref(), Some("on"));
//! # Ok::<(), burgee::Error>(())
//! ```
//!
//! # Scope
//!
//! The engine evaluates: it reads no files, no network and no clock. Time is given with the context
//! ([`EvaluationContext::at`]). Whatever the input, an evaluation ends within a step budget and answers; nothing here
//! panics.
//!
//! # Features
//!
//! | feature | adds |
//! |---|---|
//! | `schema` (default) | `Validation::Strict`, `check_schema`, `validate`, hints by similarity; without it, validation is permissive |
//! | `fractional-versions` (default) | `Fractional::V1` and `V3`; without it, a flag whose `fractional` needs one is quarantined |
//! | `fast` (default) | shorter ways to the same answers, of which only the time they take tells |
//! | `serde` | conversions between [`Value`] and `serde_json::Value` |
//! | `yaml` | `Engine::update_yaml` |
//! | `abi`, `host-clock` | the exports of the WebAssembly module; for building it only |

#![no_std]

extern crate alloc;
#[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
extern crate std;

#[cfg(all(feature = "abi", target_arch = "wasm32"))]
mod abi;
#[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
mod attributes;
mod engine;
mod error;
mod flag;
mod json;
mod limits;
mod memory;
mod ops;
mod order;
mod resolve;
mod rule;
#[cfg(feature = "schema")]
mod schema;
mod value;
mod version;

#[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
pub use attributes::{Attribute, Attributes};
pub use engine::{Engine, Options, Report, Selection, Validation, evaluate_logic_json};
#[cfg(feature = "schema")]
pub use engine::{check_schema, validate};
pub use error::fault::ErrorCode;
pub use error::{Error, Finding};
pub use flag::Reason;
pub use resolve::{Answer, BulkEvaluation, Evaluation, EvaluationContext, Resolution};
pub use rule::Fractional;
pub use value::Value;

/// The examples of the README, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
