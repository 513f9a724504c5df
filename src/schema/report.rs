//! From a failed demand to a place and a sentence.

use super::check::Spot;
use super::node::{Demand, Node};
use crate::error::finding::Rule;
use crate::error::schema::{self, Argument};
use crate::error::sentences::{self, Sentence};
use crate::json::{Document, Val, number};

/// The index of what a finding points at; `None` where the parts of the value were reported already.
pub(super) fn index(document: &Document<'_>, rule: Rule, demand: Demand, spot: Spot) -> Option<u32> {
    match (rule, demand) {
        (Rule::VariantType, Demand::AnyOf(_)) => {
            odd_variant(document, spot.index).map(|(_, odd)| odd.saturating_add(1))
        }
        // An entry of metadata is found by its name. Metadata themselves are the ones that have to be an object.
        (Rule::Metadata, Demand::Type(kinds)) if kinds & super::node::kind::OBJECT == 0 => Some(spot.key),
        _ => Some(spot.index),
    }
}

/// The sentence of a failed demand.
pub(super) fn sentence(document: &Document<'_>, rule: Rule, demand: Demand, spot: Spot) -> Sentence {
    let value = document.val(spot.index);
    let kind = value.kind();
    let name = document.string(spot.key);
    match (rule, demand) {
        (Rule::RootType, _) => sentences::root_type(kind),
        (Rule::FlagsMissing, _) => sentences::flags_missing(),
        (Rule::FlagsType, _) => sentences::flags_type(kind),
        (Rule::FlagType, _) if spot.level > 0 => schema::element_type(spot.item, kind),
        (Rule::FlagType, _) => sentences::flag_type(name, kind),
        (Rule::FlagKey, Demand::Required(_)) => schema::flag_key_missing(),
        (Rule::FlagKey, Demand::Type(_)) => schema::flag_key_type(kind),
        (Rule::FlagKey, _) => schema::name("a flag key", document.string(spot.index)),
        (Rule::State, Demand::Required(_)) => schema::state_missing(),
        (Rule::State, _) => schema::state(shown(document, spot.index), kind, matches!(value, Val::Str(_))),
        (Rule::Variants, Demand::Required(_)) => schema::variants_missing(),
        (Rule::Variants, Demand::Type(_)) => schema::variants_type(kind),
        (Rule::Variants, _) => schema::variants_empty(),
        (Rule::VariantName, _) => schema::name("the name of a variant", document.string(spot.index)),
        (Rule::VariantType, Demand::Type(_)) => schema::variant_type(name, kind),
        (Rule::VariantType, _) => mixed_variants(document, spot),
        (Rule::DefaultVariant, _) => schema::default_variant_type(shown(document, spot.index), value),
        (Rule::Targeting, Demand::Never) => schema::bare_reference("`targeting`", reference(document, value)),
        (Rule::Targeting, _) => schema::targeting_type(kind),
        (Rule::Evaluators, Demand::Never) => schema::bare_reference("a shared rule", reference(document, value)),
        (Rule::Evaluators, Demand::Type(_)) if name == "$evaluators" => schema::evaluators_type(kind),
        (Rule::Evaluators, Demand::Type(_)) => schema::evaluator_type(name, kind),
        (Rule::Evaluators, _) => schema::name("the name of a shared rule", document.string(spot.index)),
        (Rule::OneOperator, _) => match value {
            Val::Map(members) if members.len > 0 => sentences::one_operator(),
            _ => schema::no_operator(),
        },
        (Rule::Metadata, _) if spot.index == spot.key => {
            schema::metadata_entry(name, document.val(spot.key.saturating_add(1)).kind())
        }
        (Rule::Metadata, _) => schema::metadata_type(kind),
        (Rule::FlagdVariable, _) => schema::flagd_variable(document.string(spot.index)),
        _ => argument(document, demand, spot),
    }
}

/// The sentence of a member that its object may not have.
pub(super) fn unlisted(document: &Document<'_>, key: u32, named: &[(&'static str, Node)]) -> Sentence {
    sentences::unknown_operator(document.string(key), named.iter().map(|(name, _)| *name))
}

/// What an operator does not take.
fn argument(document: &Document<'_>, demand: Demand, spot: Spot) -> Sentence {
    let value = document.val(spot.index);
    let argument = Argument {
        operator: document.string(spot.key),
        level: spot.level,
        place: spot.item,
        kind: value.kind(),
        text: shown(document, spot.index),
        is_text: matches!(value, Val::Str(_)),
    };
    match (demand, value) {
        (Demand::ItemCount(least, most), Val::List(items)) => argument.count(least, most, items.len),
        (Demand::OneOf(words), _) => argument.choice(words),
        (Demand::Matches(_), _) => argument.version(super::pattern::is_version),
        (Demand::Never, _) => argument.reference(reference(document, value)),
        (Demand::Required(_), _) => argument.other_rule(),
        (Demand::AtLeast(_), _) => argument.weight(),
        _ => argument.kind(),
    }
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

/// The name that a reference holds.
fn reference<'d>(document: &'d Document<'_>, value: Val) -> &'d str {
    match value {
        Val::Map(members) => document.member(members, "$ref").map_or("", |name| document.string(name)),
        _ => "",
    }
}

/// Names, by index, of the first variant and of the first one whose type differs from it. Values that no variant may
/// have are passed over.
fn odd_variant(document: &Document<'_>, variants: u32) -> Option<(u32, u32)> {
    let Val::Map(members) = document.val(variants) else { return None };
    let kind = |key: u32| document.val(key.saturating_add(1)).kind();
    let mut usable =
        members.members().filter(|key| !matches!(document.val(key.saturating_add(1)), Val::Null | Val::List(_)));
    let first = usable.next()?;
    usable.find(|&key| kind(key) != kind(first)).map(|odd| (first, odd))
}

fn mixed_variants(document: &Document<'_>, spot: Spot) -> Sentence {
    let (first, odd) = odd_variant(document, spot.key.saturating_add(1)).unwrap_or((spot.key, spot.key));
    let variant = |key: u32| (document.string(key), document.val(key.saturating_add(1)).kind());
    schema::mixed_variants(variant(first), variant(odd))
}
