//! The sentences of the schema check: lower case, no full stop, the user's words in backticks.

use alloc::string::String;

use super::sentences::{Sentence, join};
use super::suggest::nearest;
use crate::json::Val;
use crate::json::number::write_integer;

/// A word of the user; long ones are cut, because a sentence is read by people.
fn word(text: &str) -> String {
    let mut end = text.len().min(80);
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    join(&["`", text.get(..end).unwrap_or(""), if end < text.len() { "…`" } else { "`" }])
}

fn digits(value: u32) -> String {
    let mut text = String::new();
    write_integer(&mut text, i64::from(value));
    text
}

fn say(message: &[&str], hint: &[&str]) -> Sentence {
    (join(message), Some(join(hint)))
}

/// A value in a sentence: scalars as they were written, others by their kind.
fn value(text: &str, kind: &str, is_text: bool) -> String {
    match text {
        "" if is_text => String::from("an empty string"),
        "" => String::from(kind),
        _ => word(text),
    }
}

// --- flags -----------------------------------------------------------------------------------------------------

pub(crate) fn element_type(place: u32, kind: &str) -> Sentence {
    say(
        &["item ", &digits(place.saturating_add(1)), " of `flags` is ", kind, ", not a flag"],
        &["write `{\"key\": …, \"state\": \"ENABLED\", \"variants\": {…}}`"],
    )
}

pub(crate) fn flag_key_missing() -> Sentence {
    say(&["a flag in an array has no `key`"], &["add `\"key\": \"<key of the flag>\"`"])
}

pub(crate) fn flag_key_type(kind: &str) -> Sentence {
    say(&["`key` is ", kind, ", not a string"], &["write the key in double quotes"])
}

/// A name (`what`, for example "a flag key") that is empty or has a line break.
pub(crate) fn name(what: &str, given: &str) -> Sentence {
    let fault = if given.is_empty() { " is empty" } else { " has a line break in it" };
    say(&[what, fault], &["use at least one character, and no line breaks"])
}

pub(crate) fn state_missing() -> Sentence {
    say(&["the flag has no `state`"], &["add `\"state\": \"ENABLED\"` or `\"state\": \"DISABLED\"`"])
}

pub(crate) fn state(text: &str, kind: &str, is_text: bool) -> Sentence {
    let hint = match (text, is_text) {
        ("true", _) => "did you mean `ENABLED`?",
        ("false", _) => "did you mean `DISABLED`?",
        (_, true) => match nearest(text, ["ENABLED", "DISABLED"].into_iter()) {
            Some("ENABLED") => "did you mean `ENABLED`?",
            Some(_) => "did you mean `DISABLED`?",
            None => "use `ENABLED` or `DISABLED`",
        },
        _ => "use `ENABLED` or `DISABLED`",
    };
    say(&[&value(text, kind, is_text), " is not a state"], &[hint])
}

pub(crate) fn variants_missing() -> Sentence {
    say(&["the flag has no `variants`"], &["add `\"variants\": {\"on\": true, \"off\": false}` or values of your own"])
}

pub(crate) fn variants_type(kind: &str) -> Sentence {
    say(&["`variants` is ", kind, ", not an object"], &["give each value a name: `{\"on\": true, \"off\": false}`"])
}

pub(crate) fn variants_empty() -> Sentence {
    say(&["the flag has no variants"], &["add at least one, such as `\"on\": true`"])
}

pub(crate) fn variant_type(name: &str, kind: &str) -> Sentence {
    say(
        &["the variant ", &word(name), " is ", kind, ", not a boolean, a string, a number or an object"],
        &[if kind == "null" { "leave the variant out" } else { "put the value into an object" }],
    )
}

/// Name and kind of the first variant and of one whose kind differs.
pub(crate) fn mixed_variants(first: (&str, &str), odd: (&str, &str)) -> Sentence {
    say(
        &["the variant ", &word(odd.0), " is ", odd.1, " while ", &word(first.0), " is ", first.1],
        &["give all variants of a flag values of one type"],
    )
}

pub(crate) fn default_variant_type(text: &str, given: Val) -> Sentence {
    let hint = match given {
        Val::Bool(_) | Val::Int(_) | Val::Num(_) => join(&["write the name of a variant: `\"", text, "\"`"]),
        _ => String::from("write the name of a variant, or leave it out for no default"),
    };
    (join(&["`defaultVariant` is ", given.kind(), ", not a string or null"]), Some(hint))
}

pub(crate) fn metadata_type(kind: &str) -> Sentence {
    say(&["`metadata` is ", kind, ", not an object"], &["write `{\"name\": \"value\"}`"])
}

pub(crate) fn metadata_entry(name: &str, kind: &str) -> Sentence {
    say(
        &["the metadata entry ", &word(name), " is ", kind, ", not a string, a number or a boolean"],
        &[if kind == "null" { "leave it out" } else { "give each part an entry of its own, or write it as a string" }],
    )
}

// --- targeting -------------------------------------------------------------------------------------------------

pub(crate) fn targeting_type(kind: &str) -> Sentence {
    say(
        &["`targeting` is ", kind, ", not a rule"],
        &["leave it out for no targeting, or write a rule such as `{\"if\": […]}`"],
    )
}

pub(crate) fn evaluators_type(kind: &str) -> Sentence {
    say(&["`$evaluators` is ", kind, ", not an object"], &["give each shared rule a name: `{\"name\": {…}}`"])
}

pub(crate) fn evaluator_type(name: &str, kind: &str) -> Sentence {
    say(
        &["the shared rule ", &word(name), " is ", kind, ", not a rule"],
        &["write a rule such as `{\"==\": [{\"var\": \"plan\"}, \"pro\"]}`"],
    )
}

/// A reference where only a rule can stand.
pub(crate) fn bare_reference(what: &str, name: &str) -> Sentence {
    say(&[what, " cannot be a reference, only an argument can"], &[&wrapped(name)])
}

/// How a reference becomes a rule: an `if` with one argument gives that argument.
fn wrapped(name: &str) -> String {
    let name = if name.is_empty() || name.len() > 60 { "…" } else { name };
    join(&["wrap it: `{\"if\": [{\"$ref\": \"", name, "\"}]}`"])
}

pub(crate) fn no_operator() -> Sentence {
    say(
        &["an object in a rule has no operator"],
        &["write a rule such as `{\"var\": \"email\"}`, or `null` for no value"],
    )
}

pub(crate) fn flagd_variable(text: &str) -> Sentence {
    let known = ["$flagd.flagKey", "$flagd.timestamp"];
    let hint = match nearest(text, known.into_iter()) {
        Some(near) => join(&["did you mean ", &word(near), "?"]),
        None => String::from("there are `$flagd.flagKey` and `$flagd.timestamp`"),
    };
    (join(&[&word(text), " is not a variable of the engine"]), Some(hint))
}

// --- arguments of operators ------------------------------------------------------------------------------------

/// Something that an operator does not take.
pub(crate) struct Argument<'a> {
    pub(crate) operator: &'a str,
    /// Arrays between the operator and the value: 0 for all arguments together, 1 for one of them.
    pub(crate) level: u32,
    /// The place in the innermost array.
    pub(crate) place: u32,
    pub(crate) kind: &'static str,
    /// The value as it was written, unless it is an array or an object.
    pub(crate) text: &'a str,
    pub(crate) is_text: bool,
}

impl Argument<'_> {
    /// The wrong number of arguments.
    pub(crate) fn count(&self, least: u32, most: u32, given: u32) -> Sentence {
        let items = digits(given);
        if self.level > 0 {
            let hint = "write `[\"on\", 10]`, or `[\"on\"]` for a weight of 1";
            return say(&["a share of `fractional` is a variant and its weight, not ", &items, " items"], &[hint]);
        }
        let expected = match (least, most) {
            _ if least == most => join(&["exactly ", &digits(least)]),
            (0, _) => join(&["at most ", &digits(most)]),
            (_, u32::MAX) => join(&["at least ", &digits(least)]),
            _ => join(&[&digits(least), " or ", &digits(most)]),
        };
        let plural = if expected.ends_with(" 1") { " argument" } else { " arguments" };
        say(&[&word(self.operator), " takes ", &expected, plural, ", not ", &items], &[self.usage(given > most)])
    }

    /// What to do about too few arguments, or too many.
    fn usage(&self, many: bool) -> &'static str {
        match (self.operator, many) {
            ("==" | "===" | "!=" | "!==" | ">" | ">=" | "<" | "<=", true) => {
                "join several comparisons with `and` or `or`"
            }
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
        }
    }

    /// A word that is not one of the words that stand there.
    pub(crate) fn choice(&self, words: &[&str]) -> Sentence {
        let given = value(self.text, self.kind, self.is_text);
        let hint = match nearest(self.text, words.iter().copied()) {
            Some(near) if self.is_text => join(&["did you mean ", &word(near), "?"]),
            _ => {
                let mut hint = String::from("use one of");
                for choice in words {
                    hint.push_str(&join(&[" ", &word(choice)]));
                }
                hint
            }
        };
        (join(&[&given, " is not a comparison of ", &word(self.operator)]), Some(hint))
    }

    /// A string that is no full version. A likely one is proposed where `is_version` confirms it.
    pub(crate) fn version(&self, is_version: impl Fn(&str) -> bool) -> Sentence {
        let bare = self.text.trim().trim_start_matches(['v', 'V']);
        let proposals = [join(&[bare]), join(&[bare, ".0"]), join(&[bare, ".0.0"])];
        let rule = "the schema wants full versions (major.minor.patch)";
        let hint = match proposals.iter().find(|proposal| is_version(proposal)) {
            Some(proposal) => join(&[rule, ": did you mean ", &word(proposal), "?"]),
            None => join(&[rule, " such as `1.4.0`"]),
        };
        (join(&[&word(self.text), " is not a full version"]), Some(hint))
    }

    /// A reference where the operator wants a rule.
    pub(crate) fn reference(&self, name: &str) -> Sentence {
        say(&[&self.subject(), " cannot be a reference"], &[&wrapped(name)])
    }

    /// A rule other than `var` in `sem_ver`.
    pub(crate) fn other_rule(&self) -> Sentence {
        say(
            &[&self.subject(), " is a rule other than `var`"],
            &["write a full version such as `1.4.0`, or a `var` rule"],
        )
    }

    /// A weight that is no weight.
    pub(crate) fn weight(&self) -> Sentence {
        let hint = match self.text.as_bytes() {
            [b'0'..=b'9', ..] if !self.is_text && self.text.contains('.') => {
                "multiply all weights by 10 or 100 until they are whole"
            }
            [b'-', ..] if !self.is_text => "use 0 for a variant that nobody gets",
            _ => "write a whole number of at least 0, without quotes",
        };
        let quoted = join(&["\"", self.text, "\""]);
        let text = if self.is_text { &quoted } else { self.text };
        say(&[&value(text, self.kind, self.is_text), " is not a weight"], &[hint])
    }

    /// A value of the wrong kind.
    pub(crate) fn kind(&self) -> Sentence {
        let is = |expected: &str, hint: &str| say(&[&self.subject(), " is ", self.kind, ", not ", expected], &[hint]);
        match (self.operator, self.level, self.place) {
            ("$ref", ..) => is("the name of a shared rule", "write `{\"$ref\": \"<name in $evaluators>\"}`"),
            (_, 0, _) => self.bare(),
            ("fractional", 2, _) => self.weight(),
            ("fractional", 1, 0) => is(
                "a rule to tell users by or a share",
                "begin with a rule such as `{\"var\": \"email\"}` or with a share such as `[\"on\", 10]`",
            ),
            ("fractional", ..) => is("a share", "write a variant and its weight: `[\"on\", 10]`"),
            ("sem_ver", ..) => is("a version or a `var` rule", "write the version as a string such as `\"1.4.0\"`"),
            ("missing_some", 1, 0) => is("a number", "say how many of the names are enough"),
            ("missing_some", 1, _) => is("an array of names", "write the names as `[\"email\", \"plan\"]`"),
            ("missing" | "missing_some", ..) => {
                is("a string", "write the name of a context attribute in double quotes")
            }
            _ => is("a string or a rule that gives one", "write it in double quotes, or read it with `var`"),
        }
    }

    /// Arguments that are not in an array.
    fn bare(&self) -> Sentence {
        let operator = self.operator;
        let shown = match self.text {
            text if self.is_text && text.len() <= 60 => join(&["\"", text, "\""]),
            text if !text.is_empty() && text.len() <= 60 => String::from(text),
            _ => String::from("…"),
        };
        say(
            &[&word(operator), " takes its arguments in an array, not ", self.kind],
            &["write `{\"", operator, "\": [", &shown, "]}`"],
        )
    }

    /// What the sentence is about.
    fn subject(&self) -> String {
        let place = digits(self.place.saturating_add(1));
        match (self.operator, self.level) {
            ("$ref", _) => String::from("`$ref`"),
            ("fractional", 2) => String::from("a weight"),
            (operator, 2) => join(&["name ", &place, " of ", &word(operator)]),
            (operator, _) => join(&["argument ", &place, " of ", &word(operator)]),
        }
    }
}
