//! Texts that are made to be hostile.

/// A document with one flag `f`, its targeting, and other members of the root if any.
pub(crate) fn with_targeting(targeting: &str, rest: &str) -> String {
    format!(
        r#"{{"flags":{{"f":{{"state":"ENABLED","variants":{{"true":"yes","false":"no","a":"a"}},"defaultVariant":"a","targeting":{targeting}}}}}{rest}}}"#
    )
}

/// `inner` within `levels` times `before` and `after`.
pub(crate) fn nested(levels: usize, before: &str, inner: &str, after: &str) -> String {
    [&before.repeat(levels), inner, &after.repeat(levels)].concat()
}

/// A list of what `item` gives for each number.
pub(crate) fn list(count: usize, item: impl Fn(usize) -> String) -> String {
    format!("[{}]", joined(count, item))
}

/// An object of the members that `member` gives for each number.
pub(crate) fn object(count: usize, member: impl Fn(usize) -> String) -> String {
    format!("{{{}}}", joined(count, member))
}

fn joined(count: usize, item: impl Fn(usize) -> String) -> String {
    (0..count).map(item).collect::<Vec<_>>().join(",")
}
