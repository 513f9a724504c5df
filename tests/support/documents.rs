//! Flag documents and texts that several tests build.

#![allow(dead_code, reason = "every test takes the helpers it needs")]

use burgee::{Engine, ErrorCode, Evaluation, Options, Reason, Validation};

/// A document with one flag `f` and its targeting, and other members of the root if any.
pub(crate) fn with_targeting(targeting: &str, rest: &str) -> String {
    format!(
        r#"{{"flags":{{"f":{{"state":"ENABLED","variants":{{"true":"yes","false":"no","a":"a"}},"defaultVariant":"a","targeting":{targeting}}}}}{rest}}}"#
    )
}

/// An engine with that document, read without the restrictions that only the schema makes.
#[track_caller]
pub(crate) fn engine(targeting: &str, rest: &str) -> Engine {
    let engine = Engine::with_options(Options::default().validation(Validation::Permissive));
    if let Err(error) = engine.update(with_targeting(targeting, rest)) {
        panic!("a permissive update takes any rule: {error}");
    }
    engine
}

/// `inner` within `levels` times `before` and `after`.
pub(crate) fn nested(levels: usize, before: &str, inner: &str, after: &str) -> String {
    [&before.repeat(levels), inner, &after.repeat(levels)].concat()
}

#[track_caller]
pub(crate) fn assert_general(answer: &Evaluation, sentence: &str) {
    assert_eq!((answer.reason(), answer.error_code()), (Reason::Error, Some(ErrorCode::General)), "{answer:?}");
    let message = answer.error_message().unwrap_or_default();
    assert!(message.contains(sentence), "{message}");
}

#[track_caller]
pub(crate) fn assert_variant(answer: &Evaluation, variant: &str) {
    assert_eq!(answer.variant(), Some(variant), "{answer:?}");
}

/// Runs a test on a thread whose stack is as small as a thread pool may have it.
pub(crate) fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(256 << 10).spawn(test);
    if let Err(panic) = thread.map(std::thread::JoinHandle::join).unwrap_or_else(|error| panic!("{error}")) {
        std::panic::resume_unwind(panic);
    }
}

/// A context or data with a list of that many zeros.
pub(crate) fn list_of(count: usize) -> String {
    format!("{{\"l\":[{}]}}", vec!["0"; count].join(","))
}
