//! The sentences of the schema check: lower case, no full stop, the user's words in backticks.
//!
//! They are templates, message and hint, that one function fills: the module is downloaded, and code that puts each
//! sentence together by itself is larger than the sentences.

use alloc::string::String;

use super::sentences::{Sentence, push_word};
use crate::json::number::write_integer;
use crate::memory::GrowText;

/// A message and its hint. What stands for what behind a `%` is told at [`Facts`].
pub(crate) type Template = (&'static str, &'static str);

/// What a sentence can speak of.
pub(crate) struct Facts<'a> {
    /// The name of the closest member: `%n` in backticks, `%m` without.
    pub(crate) name: &'a str,
    /// What kind of value was found: `%k`.
    pub(crate) kind: &'static str,
    /// A scalar as it was written, without quotes, otherwise empty: `%t`; in backticks, or its kind: `%v`.
    pub(crate) text: &'a str,
    /// Whether it is a string, which may be empty.
    pub(crate) is_text: bool,
    /// The place in an array, counted from 1: `%p`.
    pub(crate) place: u32,
    /// Another word of the user or for the user: `%w` in backticks, `%x` without.
    pub(crate) word: &'a str,
    /// Any two numbers: `%a` and `%b`.
    pub(crate) numbers: (u32, u32),
}

impl Facts<'_> {
    /// Fills both parts of a template.
    pub(crate) fn sentence(&self, (message, hint): Template) -> Sentence {
        (self.fill(message), Some(self.fill(hint)))
    }

    fn fill(&self, template: &str) -> String {
        let mut out = String::new();
        let mut marked = false;
        for letter in template.chars() {
            match (core::mem::take(&mut marked), letter) {
                (false, '%') => marked = true,
                (false, plain) => out.put_char(plain),
                (true, 'n') => push_word(&mut out, String::put_str, self.name, "`"),
                (true, 'm') => push_word(&mut out, String::put_str, self.name, ""),
                (true, 'k') => out.put_str(self.kind),
                (true, 't') => push_word(&mut out, String::put_str, self.text, ""),
                (true, 'v') if !self.text.is_empty() => push_word(&mut out, String::put_str, self.text, "`"),
                (true, 'v') => out.put_str(if self.is_text { "an empty string" } else { self.kind }),
                (true, 'p') => write_integer(&mut out, i64::from(self.place)),
                (true, 'w') => push_word(&mut out, String::put_str, self.word, "`"),
                (true, 'x') => push_word(&mut out, String::put_str, self.word, ""),
                (true, 'a') => write_integer(&mut out, i64::from(self.numbers.0)),
                (true, _) => write_integer(&mut out, i64::from(self.numbers.1)),
            }
        }
        out
    }
}

// --- flags -----------------------------------------------------------------------------------------------------

pub(crate) const ELEMENT_TYPE: Template =
    ("item %p of `flags` is %k, not a flag", "write `{\"key\": …, \"state\": \"ENABLED\", \"variants\": {…}}`");
pub(crate) const KEY_MISSING: Template = ("a flag in an array has no `key`", "add `\"key\": \"<key of the flag>\"`");
pub(crate) const KEY_TYPE: Template = ("`key` is %k, not a string", "write the key in double quotes");
pub(crate) const STATE_MISSING: Template =
    ("the flag has no `state`", "add `\"state\": \"ENABLED\"` or `\"state\": \"DISABLED\"`");
pub(crate) const VARIANTS_MISSING: Template =
    ("the flag has no `variants`", "add `\"variants\": {\"on\": true, \"off\": false}` or values of your own");
pub(crate) const VARIANTS_TYPE: Template =
    ("`variants` is %k, not an object", "give each value a name: `{\"on\": true, \"off\": false}`");
pub(crate) const VARIANTS_EMPTY: Template = ("the flag has no variants", "add at least one, such as `\"on\": true`");
pub(crate) const VARIANT_TYPE: Template = (
    "the variant %n is %k, not a boolean, a string, a number or an object",
    "put an array into an object, and leave out a variant without a value",
);
/// The variant `%w` has the kind `%t`.
pub(crate) const VARIANTS_MIXED: Template =
    ("the variant %n is %k while %w is %t", "give all variants of a flag values of one type");
pub(crate) const DEFAULT_TYPE: Template =
    ("`defaultVariant` is %k, not a string or null", "write the name of a variant, or leave it out for no default");
pub(crate) const DEFAULT_SCALAR: Template =
    ("`defaultVariant` is %k, not a string or null", "write the name of a variant: `\"%t\"`");
pub(crate) const METADATA_TYPE: Template = ("`metadata` is %k, not an object", "write `{\"name\": \"value\"}`");
pub(crate) const METADATA_ENTRY: Template = (
    "the metadata entry %n is %k, not a string, a number or a boolean",
    "write its parts as entries of their own, or leave it out",
);

/// A state that is none.
pub(crate) fn state(meant: Option<&str>) -> Template {
    let hint = match meant {
        Some("ENABLED" | "true") => "did you mean `ENABLED`?",
        Some("DISABLED" | "false") => "did you mean `DISABLED`?",
        _ => "use `ENABLED` or `DISABLED`",
    };
    ("%v is not a state", hint)
}

/// The names that must have a character and no line break.
pub(crate) enum Name {
    Flag,
    Variant,
    Evaluator,
}

pub(crate) fn name(what: Name, empty: bool) -> Template {
    let message = match (what, empty) {
        (Name::Flag, true) => "a flag key is empty",
        (Name::Flag, false) => "a flag key has a line break in it",
        (Name::Variant, true) => "the name of a variant is empty",
        (Name::Variant, false) => "the name of a variant has a line break in it",
        (Name::Evaluator, true) => "the name of a shared rule is empty",
        (Name::Evaluator, false) => "the name of a shared rule has a line break in it",
    };
    (message, "use at least one character, and no line breaks")
}

// --- targeting -------------------------------------------------------------------------------------------------

/// How a reference becomes a rule: an `if` with one argument gives that argument.
const WRAP: &str = "wrap it: `{\"if\": [{\"$ref\": \"%x\"}]}`";

pub(crate) const TARGETING_TYPE: Template =
    ("`targeting` is %k, not a rule", "leave it out for no targeting, or write a rule such as `{\"if\": […]}`");
pub(crate) const TARGETING_REFERENCE: Template = ("`targeting` cannot be a reference, only an argument can", WRAP);
pub(crate) const EVALUATORS_TYPE: Template =
    ("`$evaluators` is %k, not an object", "give each shared rule a name: `{\"name\": {…}}`");
pub(crate) const EVALUATOR_TYPE: Template =
    ("the shared rule %n is %k, not a rule", "write a rule such as `{\"==\": [{\"var\": \"plan\"}, \"pro\"]}`");
pub(crate) const EVALUATOR_REFERENCE: Template = ("a shared rule cannot be a reference, only an argument can", WRAP);
pub(crate) const NO_OPERATOR: Template =
    ("an object in a rule has no operator", "write a rule such as `{\"var\": \"email\"}`, or `null` for no value");
pub(crate) const FLAGD_VARIABLE: Template = ("%v is not a variable of the engine", "did you mean %w?");
pub(crate) const FLAGD_VARIABLES: Template =
    ("%v is not a variable of the engine", "there are `$flagd.flagKey` and `$flagd.timestamp`");

// --- arguments of operators ------------------------------------------------------------------------------------

/// Arguments that are not in an array; `%x` is the one there is.
pub(crate) const BARE: Template = ("%n takes its arguments in an array, not %k", "write `{\"%m\": [%x]}`");
pub(crate) const BARE_TEXT: Template = ("%n takes its arguments in an array, not %k", "write `{\"%m\": [\"%x\"]}`");
pub(crate) const REFERENCE: Template = ("argument %p of %n cannot be a reference", WRAP);
pub(crate) const WEIGHT_REFERENCE: Template = ("a weight cannot be a reference", WRAP);
pub(crate) const OTHER_RULE: Template =
    ("argument %p of %n is a rule other than `var`", "write a full version such as `1.4.0`, or a `var` rule");
pub(crate) const COMPARISON: Template = ("%v is not a comparison of %n", "did you mean %w?");
pub(crate) const COMPARISONS: Template =
    ("%v is not a comparison of %n", "use one of `=` `!=` `>` `<` `>=` `<=` `~` `^`");
pub(crate) const VERSION: Template =
    ("%v is not a full version", "the schema wants full versions (major.minor.patch) such as `1.4.0`");
pub(crate) const VERSION_MEANT: Template =
    ("%v is not a full version", "the schema wants full versions (major.minor.patch): did you mean %w?");
const SHARE: &str = "write `[\"on\", 10]`, or `[\"on\"]` for a weight of 1";
pub(crate) const SHARE_COUNT: Template = ("a share of `fractional` is a variant and its weight, not %b items", SHARE);

/// A weight that is none.
pub(crate) fn weight(text: &str, is_text: bool) -> Template {
    if is_text {
        return ("`\"%t\"` is not a weight", "write the weight without quotes: a whole number of at least 0");
    }
    let hint = match text.as_bytes() {
        [b'0'..=b'9', ..] => "multiply all weights by 10 or 100 until they are whole",
        [b'-', ..] => "use 0 for a variant that nobody gets",
        _ => "write a whole number of at least 0",
    };
    ("%v is not a weight", hint)
}

/// The wrong number of arguments; `%a` is the number that counts, `%b` the number given.
pub(crate) fn count(least: u32, most: u32, operator: &str, many: bool) -> Template {
    let message = match (least, most) {
        (0, _) => "%n takes at most 1 argument, not %b",
        (1, _) => "%n takes at least 1 argument, not %b",
        (_, u32::MAX) => "%n takes at least %a arguments, not %b",
        _ if least == most => "%n takes exactly %a arguments, not %b",
        _ => "%n takes %a or 3 arguments, not %b",
    };
    let hint = match (operator, many) {
        ("==" | "===" | "!=" | "!==" | ">" | ">=" | "<" | "<=", true) => "join several comparisons with `and` or `or`",
        ("/" | "%", true) => "put one operation into another for more",
        ("map" | "filter" | "all" | "none" | "some", _) => "give it an array and a rule",
        ("in", _) => "give it what to look for, and an array or a string",
        ("reduce", _) => "give it an array, a rule and an initial value",
        ("substr", _) => "give it a string, a start and perhaps a length",
        ("starts_with" | "ends_with", _) => "give it a string and what to look for there",
        ("sem_ver", _) => "give it a version, an operator such as `>=` and a version",
        ("missing_some", _) => "give it a number and an array of names",
        ("fractional", _) => "give it shares such as `[\"on\", 10]`",
        (_, false) => "add what is missing",
        (_, true) => "take the others out",
    };
    (message, hint)
}

/// An argument of the wrong kind, `level` arrays below the operator and at a place counted from 1.
pub(crate) fn kind(operator: &str, level: u32, place: u32) -> Template {
    match (operator, level, place) {
        ("$ref", ..) => {
            ("`$ref` is %k, not the name of a shared rule", "write `{\"$ref\": \"<name in $evaluators>\"}`")
        }
        ("fractional", _, 1) => (
            "argument 1 of `fractional` is %k, not a rule to tell users by or a share",
            "begin with a rule such as `{\"var\": \"email\"}` or with a share such as `[\"on\", 10]`",
        ),
        ("fractional", ..) => ("argument %p of `fractional` is %k, not a share", SHARE),
        ("sem_ver", ..) => (
            "argument %p of `sem_ver` is %k, not a version or a `var` rule",
            "write the version as a string such as `\"1.4.0\"`",
        ),
        ("missing_some", 1, 1) => ("argument 1 of %n is %k, not a number", "say how many of the names are enough"),
        ("missing_some", 1, _) => {
            ("argument 2 of %n is %k, not an array of names", "write the names as `[\"email\", \"plan\"]`")
        }
        ("missing" | "missing_some", ..) => {
            ("name %p of %n is %k, not a string", "write the name of a context attribute in double quotes")
        }
        _ => (
            "argument %p of %n is %k, not a string or a rule that gives one",
            "write it in double quotes, or read it with `var`",
        ),
    }
}
