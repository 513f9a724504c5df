//! The patterns of the schemas, each as a function: no engine for regular expressions is needed for three.

use super::node::Pattern;

pub(super) fn matches(pattern: Pattern, text: &str) -> bool {
    match pattern {
        Pattern::Line => !text.is_empty() && !text.contains('\n'),
        Pattern::FlagdVariable => text.starts_with("$flagd."),
        Pattern::Version => is_version(text),
    }
}

/// A full version: three numbers, then perhaps `-` with a pre-release and `+` with build metadata.
pub(super) fn is_version(text: &str) -> bool {
    let (text, build) = split_off(text, '+');
    // Numbers hold no `-`, so the first one begins the pre-release.
    let (core, pre) = split_off(text, '-');
    let mut numbers = 0u32;
    for number in core.split('.') {
        numbers = numbers.saturating_add(1);
        if !is_number(number) {
            return false;
        }
    }
    numbers == 3
        && pre.is_none_or(|pre| pre.split('.').all(|part| is_identifier(part) && (!is_digits(part) || is_number(part))))
        && build.is_none_or(|build| build.split('.').all(is_identifier))
}

fn split_off(text: &str, mark: char) -> (&str, Option<&str>) {
    match text.split_once(mark) {
        Some((before, behind)) => (before, Some(behind)),
        None => (text, None),
    }
}

fn is_digits(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_digit())
}

/// Digits without a leading zero.
fn is_number(part: &str) -> bool {
    !part.is_empty() && is_digits(part) && (part == "0" || !part.starts_with('0'))
}

fn is_identifier(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
