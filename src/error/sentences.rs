//! The sentences, apart from those of the schema: lower case, no full stop, the user's words in backticks.

use alloc::string::String;
use alloc::vec::Vec;

use super::fault::{Fault, Stop};
use super::finding::{Findings, Found, Rule};
use super::suggest::nearest;
use super::syntax::{problem, unreadable};
use super::{Error, Finding};
use crate::json::Document;
use crate::json::number::write_integer;
use crate::json::path::{Places, pieces, pointer, unescape};
use crate::limits::Limits;
use crate::memory::{Grow, GrowText};

/// What a module answers when memory is short, without a need for any: reply, answer of an evaluation, and sentence.
#[cfg(all(feature = "abi", target_arch = "wasm32"))]
pub(crate) mod short_memory {
    macro_rules! sentence {
        () => {
            "memory is short: the host lets it grow no further, so raise its limit or send less"
        };
    }

    pub(crate) const SENTENCE: &str = sentence!();
    pub(crate) const REPLY: &str = concat!("{\"success\":false,\"error\":\"", sentence!(), "\"}");
    pub(crate) const ANSWER: &str =
        concat!("{\"reason\":\"ERROR\",\"errorCode\":\"GENERAL\",\"errorMessage\":\"", sentence!(), "\"}");
}

/// A sentence and what to do about it.
pub(crate) type Sentence = (String, Option<String>);

pub(super) fn number(value: usize) -> String {
    let mut text = String::new();
    write_integer(&mut text, value as i64);
    text
}

/// The longest word that is repeated whole, in bytes.
const WORD: usize = 80;

/// The beginning of a text, of so many bytes at most.
fn beginning(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    text.get(..end).unwrap_or("")
}

/// As much of a word as tells what a sentence shows of it, and that it is longer.
pub(crate) fn repeated(word: &str) -> &str {
    beginning(word, WORD.saturating_add(4))
}

/// How a sentence is put down: as it is, or as the inside of a JSON string.
pub(crate) type Put = fn(&mut String, &str);

/// A word of the user; long ones are cut, because a sentence is read by people.
#[inline(never)]
pub(super) fn push_word(out: &mut String, put: Put, text: &str, quote: &str) {
    let shown = beginning(text, WORD);
    out.put_str(quote);
    put(out, shown);
    if shown.len() < text.len() {
        out.put_char('…');
    }
    out.put_str(quote);
}

/// A sentence from a pattern, in which `%` stands for the next piece and `#` for the next one as a word of the user. One
/// pattern is less code than its parts, and all sentences share this function.
pub(crate) fn sentence(pattern: &str, pieces: &[&str]) -> String {
    let mut text = String::new();
    if cfg!(feature = "fast") {
        // Words are cut, so that a sentence is no longer than this but for a few.
        let length = pieces.iter().fold(pattern.len(), |sum, piece| sum.saturating_add(piece.len()).saturating_add(2));
        text = String::with_capacity(length.min(512));
    }
    say(&mut text, String::put_str, pattern, pieces, &[]);
    text
}

/// Appends a sentence, in which `@` stands for the next number as well.
#[inline(never)]
pub(super) fn say(out: &mut String, put: Put, pattern: &str, pieces: &[&str], numbers: &[usize]) {
    let (mut pieces, mut numbers) = (pieces.iter(), numbers.iter());
    let mut rest = pattern;
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'%' | b'#' | b'@')) {
        let (plain, tail) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.put_str(plain);
        match tail.as_bytes().first() {
            Some(b'@') => write_integer(out, numbers.next().map_or(0, |number| *number as i64)),
            Some(b'%') => put(out, pieces.next().copied().unwrap_or("")),
            _ => push_word(out, put, pieces.next().copied().unwrap_or(""), "`"),
        }
        rest = tail.get(1..).unwrap_or("");
    }
    out.put_str(rest);
}

/// A sentence with what to do about it.
fn advice(pattern: &str, pieces: &[&str], hint: &str) -> Sentence {
    (sentence(pattern, pieces), Some(String::from(hint)))
}

fn did_you_mean(name: &str) -> String {
    sentence("did you mean #?", &[name])
}

fn or_names<'a>(given: &str, names: impl Iterator<Item = &'a str> + Clone, what: &str) -> String {
    if let Some(near) = nearest(given, names.clone()) {
        return did_you_mean(near);
    }
    let mut text = sentence("% ", &[what]);
    for (place, name) in names.take(8).enumerate() {
        if place > 0 {
            text.put_str(", ");
        }
        push_word(&mut text, String::put_str, name, "`");
    }
    text
}

/// A document over the size limit.
pub(crate) fn too_large(what: &str, bytes: usize, limit: usize) -> Error {
    let message = sentence("% of % bytes exceeds maximum of % bytes", &[what, &number(bytes), &number(limit)]);
    let finding = Finding {
        rule: Rule::TooLarge.id(),
        path: String::new(),
        line: 1,
        column: 1,
        flag: None,
        message: message.clone(),
        hint: Some(String::from("split it into several flag sets")),
    };
    Error::with_findings(message, Vec::from([finding]), 0)
}

/// Bytes that a host says lie where there is no memory.
#[cfg(all(feature = "abi", target_arch = "wasm32"))]
pub(crate) fn outside(what: &str) -> Error {
    let pattern = "% lies outside the module's memory: pass the pointer that `alloc` gave and the length written there";
    Error::new(sentence(pattern, &[what]))
}

/// A validation mode that does not exist.
#[cfg(all(feature = "abi", target_arch = "wasm32"))]
pub(crate) fn bad_mode(mode: u32) -> Error {
    let pattern = "the validation mode % is unknown: 0 is strict, 1 is permissive";
    Error::new(sentence(pattern, &[&number(mode as usize)]))
}

/// A build that cannot validate strictly.
#[cfg(all(feature = "abi", target_arch = "wasm32", not(feature = "schema")))]
pub(crate) fn no_schema() -> Error {
    Error::new(String::from("this build has no schema check, so it cannot validate strictly; use mode 1"))
}

// --- findings --------------------------------------------------------------------------------------------------

/// Findings as people and programs read them, in the order of the text, with pointer, line and column; and how many
/// more there are. Each repeats the names that lead to it, so names as long as the document end the list early.
pub(crate) fn published(document: &Document<'_>, findings: &Findings) -> (Vec<Finding>, u32) {
    let at = |place: u32| findings.list.get(place as usize).map_or(0, |found| found.at);
    let order = crate::order::sorted(findings.list.len(), &|left, right| at(left).cmp(&at(right)));
    let mut places = Places::new(document.text.as_bytes());
    let publish = |found: &Found| {
        let place = places.place(found.at as usize);
        let path = pointer(document, found.at);
        Finding {
            rule: found.rule.id(),
            flag: flag_of(document, &path),
            path,
            line: place.line,
            column: place.column,
            message: found.message.clone(),
            hint: found.hint.clone(),
        }
    };
    let mut list = Vec::new();
    let mut room = document.text.len().saturating_add(1 << 20);
    for finding in order.iter().filter_map(|place| findings.list.get(*place as usize)).map(publish) {
        room = room.saturating_sub(finding.path.len()).saturating_sub(finding.flag.as_ref().map_or(0, String::len));
        list.put(finding);
        if room == 0 {
            break;
        }
    }
    let left_out = order.len().saturating_sub(list.len());
    (list, findings.truncated.saturating_add(left_out as u32))
}

/// The key of the flag that a pointer leads into.
fn flag_of(document: &Document<'_>, path: &str) -> Option<String> {
    use crate::json::Val;
    let first = pieces(path.strip_prefix("/flags/")?, b'/').next()?;
    let Val::Map(root) = document.val(document.root) else { return None };
    let flags = document.member(root, "flags")?;
    match document.val(flags) {
        Val::Map(_) => Some(unescape(first)),
        Val::List(items) => {
            let item = items.start.checked_add(first.parse::<u32>().ok()?)?;
            let Val::Map(flag) = document.val(item) else { return None };
            let key = document.string(document.member(flag, "key")?);
            (!key.is_empty()).then(|| String::from(key))
        }
        _ => None,
    }
}

/// The refusal of a document in strict mode.
pub(crate) fn refused(document: &Document<'_>, findings: &Findings) -> Error {
    let (list, truncated) = published(document, findings);
    let count = list.len().saturating_add(truncated as usize);
    let mut message = match count {
        1 => String::from("the flag document was refused: "),
        _ => sentence("the flag document was refused for % reasons; the first: ", &[&number(count)]),
    };
    // Advice is listed but refuses nothing, so the sentence names a finding that does.
    let advice = [Rule::NumberPrecision.id(), Rule::FractionalVersion.id()];
    if let Some(first) = list.iter().find(|finding| !advice.contains(&finding.rule)) {
        let (line, column) = (number(first.line as usize), number(first.column as usize));
        message.put_str(&sentence("% at line %, column %", &[&first.message, &line, &column]));
        if let Some(hint) = &first.hint {
            message.put_str(&sentence(" (%)", &[hint]));
        }
    }
    Error::with_findings(message, list, truncated)
}

pub(crate) fn root_type(kind: &str) -> Sentence {
    advice("a flag document is an object, not %", &[kind], "wrap the flags: `{\"flags\": {…}}`")
}

pub(crate) fn flags_missing() -> Sentence {
    advice("the document has no `flags`", &[], "add `\"flags\": {…}`; without flags, `\"flags\": {}`")
}

pub(crate) fn flags_type(kind: &str) -> Sentence {
    let hint = "write `{\"<key>\": {\"state\": …, \"variants\": …}}`";
    advice("`flags` is %, not an object or an array of flags", &[kind], hint)
}

pub(crate) fn duplicate_key(name: &str) -> Sentence {
    let hint = "keep one of them; only the last one counts";
    advice("the name # stands more than once in this object", &[name], hint)
}

pub(crate) fn flag_type(key: &str, kind: &str) -> Sentence {
    let hint = "write `{\"state\": \"ENABLED\", \"variants\": {…}, \"defaultVariant\": …}`";
    match key {
        "" => advice("a flag in an array is %, not an object", &[kind], hint),
        _ => advice("the flag # is %, not an object", &[key, kind], hint),
    }
}

pub(crate) fn flag_key(reason: &str) -> Sentence {
    advice("a flag key %", &[reason], "give it a key of 1 to 65536 bytes")
}

pub(crate) fn duplicate_flag(key: &str, set: Option<&str>) -> Sentence {
    let (pattern, set) = match set {
        Some(set) => ("the flag # stands more than once in the flag set #", set),
        None => ("the flag # stands more than once without a `flagSetId`", ""),
    };
    let hint = "remove one, or give them different `metadata.flagSetId`; only the last one counts";
    advice(pattern, &[key, set], hint)
}

pub(crate) fn member_type(member: &str, kind: &str, expected: &str) -> Sentence {
    let hint = sentence("write % or leave it out", &[expected]);
    (sentence("`%` is %, not %", &[member, kind, expected]), Some(hint))
}

pub(crate) fn default_variant<'a>(name: &str, variants: impl Iterator<Item = &'a str> + Clone) -> Sentence {
    let message = sentence("the default variant # is not among the variants", &[name]);
    (message, Some(or_names(name, variants, "the variants are")))
}

pub(crate) fn unknown_operator<'a>(name: &str, operators: impl Iterator<Item = &'a str>) -> Sentence {
    let hint = match nearest(name, operators) {
        Some(near) => did_you_mean(near),
        None => String::from("see the list of operators in the documentation"),
    };
    (sentence(UNKNOWN_OPERATOR, &[name]), Some(hint))
}

const UNKNOWN_OPERATOR: &str = "# is not an operator";

pub(crate) fn one_operator() -> Sentence {
    let hint = "put each operator into an object of its own and join them with `and`, `or` or `if`";
    advice("an object in a rule has more than one member", &[], hint)
}

pub(crate) fn unknown_reference<'a>(name: &str, evaluators: impl Iterator<Item = &'a str> + Clone) -> Sentence {
    let hint = if evaluators.clone().next().is_none() {
        String::from("the document has no `$evaluators`; add them beside `flags`")
    } else {
        or_names(name, evaluators, "the evaluators are")
    };
    (sentence("the evaluator # does not exist in `$evaluators`", &[name]), Some(hint))
}

pub(crate) fn reference_type(kind: &str) -> Sentence {
    let hint = "write `{\"$ref\": \"<name of an evaluator>\"}`";
    advice("`$ref` is %, not the name of an evaluator", &[kind], hint)
}

pub(crate) fn reference_cycle(names: &[&str]) -> Sentence {
    let mut chain = String::new();
    for (place, name) in names.iter().enumerate() {
        if place >= 8 {
            chain.put_str(" → …");
            break;
        }
        if place > 0 {
            chain.put_str(" → ");
        }
        push_word(&mut chain, String::put_str, name, "`");
    }
    advice("evaluators refer to each other in a circle: %", &[&chain], "take one of the references out")
}

pub(crate) fn reference_depth(name: &str) -> Sentence {
    let limit = number(Limits::STANDARD.hops as usize);
    let hint = "put the rules of the chain into fewer evaluators";
    advice("$ref resolution depth limit of % exceeded behind #", &[&limit, name], hint)
}

pub(crate) fn number_precision(text: &str) -> Sentence {
    let hint = "write it as a string if every digit counts";
    advice("# is beyond ±(2^53−1), so readers with doubles only round it", &[text], hint)
}

pub(crate) fn fractional_version() -> Sentence {
    let message = "`fractionalVersion` names no generation of the `fractional` operator, so the default applies";
    advice(message, &[], "use one of `v1`, `v2`, `v3`")
}

/// A generation of `fractional` that other builds have.
pub(crate) fn left_out_version(name: &str) -> Sentence {
    let pattern = "`fractionalVersion` is #, but this build has only `v2` of `fractional`";
    advice(pattern, &[name], "load the full build, or write `v2`, which gives other users other variants")
}

// --- evaluation ------------------------------------------------------------------------------------------------

/// The sentence of an evaluation's error. `word` is what the fault repeats of the flag, see [`Fault`].
pub(crate) fn fault(out: &mut String, put: Put, fault: &Fault, key: &str, word: &str) {
    let mut number = 0;
    let mut second = word;
    let pattern = match *fault {
        Fault::UnknownFlag => "no flag has the key #",
        Fault::LongKey => {
            number = Limits::STANDARD.key;
            "a flag key exceeds maximum of @ bytes"
        }
        Fault::NothingLoaded => "no flags are loaded, so there is no flag #; call `update_state` first",
        #[cfg(all(feature = "abi", target_arch = "wasm32"))]
        Fault::UnknownIndex(index) => {
            number = index as usize;
            "no flag has the index @; read `flagIndices` again"
        }
        #[cfg(all(feature = "abi", target_arch = "wasm32"))]
        Fault::Outside(what) => return say(out, put, "% lies outside the module's memory", &[what], &[]),
        #[cfg(all(feature = "abi", target_arch = "wasm32"))]
        Fault::KeyEncoding(at) => {
            number = at;
            "the flag key is not UTF-8 at byte @"
        }
        #[cfg(all(feature = "abi", target_arch = "wasm32"))]
        Fault::Slots(at) => {
            number = at;
            "the slot values of # are malformed at byte @"
        }
        #[cfg(all(feature = "abi", target_arch = "wasm32"))]
        Fault::NeedsJson => "the flag # reads more than its slots; call `evaluate` with the context",
        Fault::ContextSize => {
            number = Limits::STANDARD.context;
            "the evaluation context exceeds maximum of @ bytes"
        }
        Fault::Context { error, line, column } => {
            let pieces = ["the evaluation context", problem(error.problem).0];
            return unreadable(out, put, pieces, (line, column), error.at);
        }
        Fault::Quarantined(_) => "the flag # cannot be evaluated: %",
        Fault::Rule(stop, _) => {
            say(out, put, "the targeting of # failed: ", &[key], &[]);
            return self::stop(out, put, stop, word);
        }
        Fault::NoSuchVariant(_) => "the targeting of # chose #, which is not among its variants",
        Fault::NotAName(kind) => {
            second = kind;
            "the targeting of # gave %, which cannot name a variant"
        }
        Fault::BadDefault(_) => {
            return say(out, put, "the default variant # of # is not among its variants", &[word, key], &[]);
        }
        Fault::Type { expected, found } => {
            return say(out, put, "the value of # is %, not %", &[key, found, expected], &[]);
        }
    };
    say(out, put, pattern, &[key, second], &[number]);
}

/// The sentence of what stopped a rule.
#[inline(never)]
fn stop(out: &mut String, put: Put, stop: Stop, operator: &str) {
    let (pattern, limit) = match stop {
        Stop::UnknownOperator(_) => (UNKNOWN_OPERATOR, 0),
        Stop::ManyMembers => ("an object in the rule has more than one member", 0),
        Stop::Steps => ("it needs more than @ steps", Limits::STANDARD.steps as usize),
        Stop::Built => ("it builds a value that exceeds maximum of @ bytes", Limits::STANDARD.built),
        Stop::Depth => ("it builds a value nested deeper than @", Limits::STANDARD.depth as usize),
        #[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
        Stop::Attribute => ("it reads an attribute nested deeper than @", Limits::STANDARD.depth as usize),
    };
    say(out, put, pattern, &[operator], &[limit]);
}

/// A host that evaluates for flags that were replaced.
#[cfg(all(feature = "abi", target_arch = "wasm32"))]
pub(crate) fn stale(out: &mut String, generation: u32) {
    let pattern = "generation @ is not in force; call `describe_state` again";
    say(out, String::put_str, pattern, &[], &[generation as usize]);
}

/// The failure of a bare rule.
pub(crate) fn rule_failed(stop: Stop, operator: &str) -> Error {
    let mut message = String::from("the rule failed: ");
    self::stop(&mut message, String::put_str, stop, operator);
    Error::new(message)
}

/// The result of a bare rule is too large or too deep to be written.
pub(crate) fn result_size(deep: bool) -> Error {
    let (pattern, limit) = if deep {
        ("the result of the rule is nested deeper than %", Limits::STANDARD.depth as usize)
    } else {
        ("the result of the rule exceeds maximum bytes of %", Limits::STANDARD.result)
    };
    Error::new(sentence(pattern, &[&number(limit)]))
}

/// The answers of all flags are too much for one text.
pub(crate) fn bulk_size() -> Error {
    let pattern = "the answers of all flags exceed maximum of % bytes; shorten the flag set's metadata";
    Error::new(sentence(pattern, &[&number(Limits::STANDARD.bulk)]))
}

/// A document that is no YAML.
#[cfg(feature = "yaml")]
pub(crate) fn not_yaml(reason: &str) -> Error {
    Error::new(sentence("the flag document is not YAML: %", &[reason]))
}

/// A selector that cannot be read.
pub(crate) fn bad_selector(selector: &str) -> Error {
    Error::new(sentence("the selector # is unknown: write `flagSetId=<id>`", &[selector]))
}
