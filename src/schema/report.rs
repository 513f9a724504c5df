//! From a failed demand to a place and a sentence.

use alloc::string::String;

use super::check::Spot;
use super::node::{Demand, Node, kind};
use crate::error::finding::Rule;
use crate::error::schema::{self, Facts, Name, Template};
use crate::error::sentences::{self, Sentence};
use crate::error::suggest::nearest;
use crate::json::{Document, Val, number};
use crate::version::Version;

/// The index of what a finding points at; `None` where the parts of the value were reported already.
pub(super) fn index(document: &Document<'_>, rule: Rule, demand: Demand, spot: Spot) -> Option<u32> {
    match (rule, demand) {
        (Rule::VariantType, Demand::AnyOf(_)) => {
            odd_variant(document, spot.index).map(|(_, odd)| odd.saturating_add(1))
        }
        // An entry of metadata is found by its name. Metadata themselves are the ones that have to be an object.
        (Rule::Metadata, Demand::Type(kinds)) if kinds & kind::OBJECT == 0 => Some(spot.key),
        _ => Some(spot.index),
    }
}

/// The sentence of a failed demand, of which `index` gave the place.
pub(super) fn sentence(document: &Document<'_>, rule: Rule, demand: Demand, spot: Spot) -> Sentence {
    let value = document.val(spot.index);
    let mut facts = facts(document, spot);
    let template = match (rule, demand) {
        (Rule::RootType, _) => return sentences::root_type(facts.kind),
        (Rule::FlagsMissing, _) => return sentences::flags_missing(),
        (Rule::FlagsType, _) => return sentences::flags_type(facts.kind),
        (Rule::FlagType, _) if spot.level > 0 => schema::ELEMENT_TYPE,
        (Rule::FlagType, _) => return sentences::flag_type(facts.name, facts.kind),
        (Rule::FlagKey, Demand::Required(_)) => schema::KEY_MISSING,
        (Rule::FlagKey, Demand::Type(_)) => schema::KEY_TYPE,
        (Rule::FlagKey, _) => schema::name(Name::Flag, facts.text.is_empty()),
        (Rule::State, Demand::Required(_)) => schema::STATE_MISSING,
        (Rule::State, _) if facts.is_text => schema::state(nearest(facts.text, ["ENABLED", "DISABLED"].into_iter())),
        (Rule::State, _) => schema::state(Some(facts.text)),
        (Rule::Variants, Demand::Required(_)) => schema::VARIANTS_MISSING,
        (Rule::Variants, Demand::Type(_)) => schema::VARIANTS_TYPE,
        (Rule::Variants, _) => schema::VARIANTS_EMPTY,
        (Rule::VariantName, _) => schema::name(Name::Variant, facts.text.is_empty()),
        (Rule::VariantType, Demand::Type(_)) => schema::VARIANT_TYPE,
        (Rule::VariantType, _) => mixed(document, &mut facts, spot),
        (Rule::DefaultVariant, _) if facts.text.is_empty() => schema::DEFAULT_TYPE,
        (Rule::DefaultVariant, _) => schema::DEFAULT_SCALAR,
        (Rule::Targeting, Demand::Never) => schema::TARGETING_REFERENCE,
        (Rule::Targeting, _) => schema::TARGETING_TYPE,
        (Rule::Evaluators, Demand::Never) => schema::EVALUATOR_REFERENCE,
        (Rule::Evaluators, Demand::Type(_)) if facts.name == "$evaluators" => schema::EVALUATORS_TYPE,
        (Rule::Evaluators, Demand::Type(_)) => schema::EVALUATOR_TYPE,
        (Rule::Evaluators, _) => schema::name(Name::Evaluator, facts.text.is_empty()),
        (Rule::OneOperator, _) => match value {
            Val::Map(members) if members.len > 0 => return sentences::one_operator(),
            _ => schema::NO_OPERATOR,
        },
        (Rule::Metadata, _) if spot.index == spot.key => {
            facts.kind = document.val(spot.key.saturating_add(1)).kind();
            schema::METADATA_ENTRY
        }
        (Rule::Metadata, _) => schema::METADATA_TYPE,
        (Rule::FlagdVariable, Demand::OneOf(words)) => {
            meant(&mut facts, words, schema::FLAGD_VARIABLE, schema::FLAGD_VARIABLES)
        }
        (_, Demand::Matches(_)) => return version(facts),
        (_, demand) => argument(&mut facts, demand, value, spot.level),
    };
    facts.sentence(template)
}

/// The sentence of a member that its object may not have.
pub(super) fn unlisted(document: &Document<'_>, key: u32, named: &[(&'static str, Node)]) -> Sentence {
    sentences::unknown_operator(document.string(key), named.iter().map(|(name, _)| *name))
}

fn facts<'d>(document: &'d Document<'_>, spot: Spot) -> Facts<'d> {
    let value = document.val(spot.index);
    Facts {
        name: document.string(spot.key),
        kind: value.kind(),
        text: shown(document, spot.index),
        is_text: matches!(value, Val::Str(_)),
        place: spot.item.saturating_add(1),
        word: reference(document, value),
        numbers: (0, 0),
    }
}

/// What an operator does not take.
fn argument(facts: &mut Facts<'_>, demand: Demand, value: Val, level: u32) -> Template {
    let weight = facts.name == "fractional" && level == 2;
    match (demand, value) {
        (Demand::ItemCount(least, most), Val::List(items)) => {
            facts.numbers = (least, items.len);
            if level > 0 { schema::SHARE_COUNT } else { schema::count(least, most, facts.name, items.len > most) }
        }
        (Demand::OneOf(words), _) => meant(facts, words, schema::COMPARISON, schema::COMPARISONS),
        (Demand::Never, _) if weight => schema::WEIGHT_REFERENCE,
        (Demand::Never, _) => schema::REFERENCE,
        (Demand::Required(_), _) => schema::OTHER_RULE,
        _ if weight => schema::weight(facts.text, facts.is_text),
        _ if level == 0 && facts.name != "$ref" => {
            facts.word = if facts.text.is_empty() { "…" } else { facts.text };
            if facts.is_text { schema::BARE_TEXT } else { schema::BARE }
        }
        _ => schema::kind(facts.name, level, facts.place),
    }
}

/// One template where a word can be proposed, another where none is near.
fn meant(facts: &mut Facts<'_>, words: &[&'static str], near: Template, far: Template) -> Template {
    match nearest(facts.text, words.iter().copied()) {
        Some(word) if facts.is_text => {
            facts.word = word;
            near
        }
        _ => far,
    }
}

/// A string that is no full version: without a `v`, and with what is missing, it may be one.
fn version(facts: Facts<'_>) -> Sentence {
    let bare = facts.text.trim_ascii().trim_start_matches(['v', 'V']);
    for end in ["", ".0", ".0.0"] {
        let proposal: String = sentences::sentence("%%", &[bare, end]);
        if Version::is_full(&proposal) {
            return Facts { word: &proposal, ..facts }.sentence(schema::VERSION_MEANT);
        }
    }
    facts.sentence(schema::VERSION)
}

/// A scalar as the author wrote it; empty for arrays and objects.
fn shown<'d>(document: &'d Document<'_>, index: u32) -> &'d str {
    match document.val(index) {
        Val::Null => "null",
        Val::Bool(true) => "true",
        Val::Bool(false) => "false",
        Val::Str(_) => document.string(index),
        Val::Int(_) | Val::Num(_) => {
            let rest = document.text.get(document.place(index) as usize..).unwrap_or("");
            number::shape(rest.as_bytes()).ok().and_then(|shape| rest.get(..shape.len)).unwrap_or("")
        }
        Val::List(_) | Val::Map(_) => "",
    }
}

/// The name that a reference holds, for a hint that shows how to wrap it.
fn reference<'d>(document: &'d Document<'_>, value: Val) -> &'d str {
    let Val::Map(members) = value else { return "" };
    match document.member(members, "$ref").map(|name| document.string(name)) {
        None | Some("") => "…",
        Some(name) => name,
    }
}

/// Names, by index, of the first variant and of the first one whose type differs from it. Values that no variant may
/// have are passed over.
fn odd_variant(document: &Document<'_>, variants: u32) -> Option<(u32, u32)> {
    let Val::Map(members) = document.val(variants) else { return None };
    let mut first = None;
    for key in members.members() {
        let value = document.val(key.saturating_add(1));
        match (value, first) {
            (Val::Null | Val::List(_), _) => {}
            (_, None) => first = Some((key, value.kind())),
            (_, Some((first, kind))) if kind != value.kind() => return Some((first, key)),
            _ => {}
        }
    }
    None
}

/// The variant at `spot` differs from the first one.
fn mixed<'d>(document: &'d Document<'_>, facts: &mut Facts<'d>, spot: Spot) -> Template {
    if let Some((first, odd)) = odd_variant(document, spot.key.saturating_add(1)) {
        facts.name = document.string(odd);
        facts.word = document.string(first);
        facts.text = document.val(first.saturating_add(1)).kind();
    }
    schema::VARIANTS_MIXED
}
