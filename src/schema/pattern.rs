//! The patterns of the schemas, each as a function: no engine for regular expressions is needed for three.

use super::node::Pattern;
use crate::version::Version;

pub(super) fn matches(pattern: Pattern, text: &str) -> bool {
    match pattern {
        Pattern::Line => !text.is_empty() && !text.contains('\n'),
        Pattern::FlagdVariable => text.starts_with("$flagd."),
        Pattern::Version => Version::is_full(text),
    }
}
