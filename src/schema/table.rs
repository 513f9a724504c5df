//! The schemas of `schemas/` as a table, generated: `BURGEE_BLESS=1 cargo test --test schema_current` writes it anew.

use super::node::Demand::{AnyOf, AtLeast, ItemCount, Matches, MemberCount, MinLength, Never, OneOf, Required, Type};
use super::node::Keyword::{self, All, Demand, If, Items, Members, Names, Test};
use super::node::kind::{ARRAY, BOOLEAN, INTEGER, NULL, NUMBER, OBJECT, STRING};
use super::node::{Node, Others, Pattern};
use crate::error::finding::Rule;

pub(super) const ROOT: Node = 0;

pub(super) static NODES: [&[Keyword]; 68] = [
    // 0: flags.json#
    &[
        Demand(Rule::RootType, Type(OBJECT)),
        Demand(Rule::FlagsMissing, Required("flags")),
        Members(&[("$evaluators", 1), ("flags", 2), ("metadata", 3)], Others::Any),
    ],
    // 1: flags.json#/properties/$evaluators
    &[
        Demand(Rule::Evaluators, Type(OBJECT)),
        Members(&[], Others::Each(4)),
        Names(5),
    ],
    // 2: flags.json#/properties/flags
    &[
        Demand(Rule::FlagsType, Type(ARRAY | OBJECT)),
        If(6, Some(7), Some(8)),
    ],
    // 3: flags.json#/definitions/metadata
    &[
        Demand(Rule::Metadata, Type(OBJECT)),
        Members(&[("flagSetId", 9), ("fractionalVersion", 9), ("version", 9)], Others::Each(9)),
    ],
    // 4: flags.json#/properties/$evaluators/additionalProperties
    &[
        Demand(Rule::Evaluators, Type(OBJECT)),
        If(10, Some(11), Some(12)),
    ],
    // 5: flags.json#/properties/$evaluators/propertyNames
    &[
        Demand(Rule::Evaluators, Matches(Pattern::Line)),
    ],
    // 6: targeting.json#/definitions/bareOrOne/if
    &[
        Test(Type(ARRAY)),
    ],
    // 7: flags.json#/properties/flags/then
    &[
        Items(&[], Some(13)),
    ],
    // 8: flags.json#/properties/flags/else
    &[
        Members(&[], Others::Each(14)),
        Names(15),
    ],
    // 9: flags.json#/definitions/metadataValue
    &[
        Demand(Rule::Metadata, Type(BOOLEAN | NUMBER | STRING)),
    ],
    // 10: flags.json#/properties/$evaluators/additionalProperties/if
    &[
        Test(Required("$ref")),
    ],
    // 11: flags.json#/properties/$evaluators/additionalProperties/then
    &[
        Demand(Rule::Evaluators, Never),
    ],
    // 12: flags.json#/properties/$evaluators/additionalProperties/else
    &[
        If(16, Some(17), None),
    ],
    // 13: flags.json#/definitions/element
    &[
        Demand(Rule::FlagKey, Required("key")),
        Members(&[("key", 18)], Others::Any),
        All(14),
    ],
    // 14: flags.json#/definitions/flag
    &[
        Demand(Rule::FlagType, Type(OBJECT)),
        Demand(Rule::State, Required("state")),
        Demand(Rule::Variants, Required("variants")),
        Members(&[("defaultVariant", 19), ("metadata", 3), ("state", 20), ("targeting", 21), ("variants", 22)], Others::Any),
    ],
    // 15: flags.json#/properties/flags/else/propertyNames
    &[
        Demand(Rule::FlagKey, Matches(Pattern::Line)),
    ],
    // 16: flags.json#/properties/$evaluators/additionalProperties/else/if
    &[
        Test(MemberCount(1, u32::MAX)),
    ],
    // 17: targeting.json#/definitions/operation
    &[
        Demand(Rule::Targeting, Type(OBJECT)),
        Demand(Rule::OneOperator, MemberCount(1, 1)),
        Members(&[("!", 23), ("!!", 23), ("!=", 24), ("!==", 24), ("%", 24), ("*", 25), ("+", 26), ("-", 26), ("/", 24), ("<", 27), ("<=", 27), ("==", 24), ("===", 24), (">", 24), (">=", 24), ("?:", 26), ("all", 24), ("and", 26), ("cat", 26), ("ends_with", 28), ("filter", 24), ("fractional", 29), ("if", 26), ("in", 24), ("map", 24), ("max", 26), ("merge", 26), ("min", 26), ("missing", 30), ("missing_some", 31), ("none", 24), ("or", 26), ("reduce", 32), ("sem_ver", 33), ("some", 24), ("starts_with", 28), ("substr", 27), ("var", 34)], Others::Refused(Rule::UnknownOperator)),
    ],
    // 18: flags.json#/definitions/element/properties/key
    &[
        Demand(Rule::FlagKey, Type(STRING)),
        Demand(Rule::FlagKey, MinLength(1)),
    ],
    // 19: flags.json#/definitions/flag/properties/defaultVariant
    &[
        Demand(Rule::DefaultVariant, Type(NULL | STRING)),
    ],
    // 20: flags.json#/definitions/flag/properties/state
    &[
        Demand(Rule::State, OneOf(&["ENABLED", "DISABLED"])),
    ],
    // 21: targeting.json#
    &[
        Demand(Rule::Targeting, Type(OBJECT)),
        If(10, Some(35), Some(12)),
    ],
    // 22: flags.json#/definitions/variants
    &[
        Demand(Rule::Variants, Type(OBJECT)),
        Demand(Rule::Variants, MemberCount(1, u32::MAX)),
        Members(&[], Others::Each(36)),
        Names(37),
        All(38),
    ],
    // 23: targeting.json#/definitions/bareOrOne
    &[
        If(6, Some(39), Some(40)),
    ],
    // 24: targeting.json#/definitions/two
    &[
        Demand(Rule::OperatorArguments, Type(ARRAY)),
        Demand(Rule::OperatorArguments, ItemCount(2, 2)),
        Items(&[], Some(40)),
    ],
    // 25: targeting.json#/definitions/twoOrMore
    &[
        Demand(Rule::OperatorArguments, Type(ARRAY)),
        Demand(Rule::OperatorArguments, ItemCount(2, u32::MAX)),
        Items(&[], Some(40)),
    ],
    // 26: targeting.json#/definitions/oneOrMore
    &[
        Demand(Rule::OperatorArguments, Type(ARRAY)),
        Demand(Rule::OperatorArguments, ItemCount(1, u32::MAX)),
        Items(&[], Some(40)),
    ],
    // 27: targeting.json#/definitions/twoOrThree
    &[
        Demand(Rule::OperatorArguments, Type(ARRAY)),
        Demand(Rule::OperatorArguments, ItemCount(2, 3)),
        Items(&[], Some(40)),
    ],
    // 28: targeting.json#/definitions/texts
    &[
        Demand(Rule::OperatorArguments, Type(ARRAY)),
        Demand(Rule::OperatorArguments, ItemCount(2, 2)),
        Items(&[], Some(41)),
    ],
    // 29: targeting.json#/definitions/operation/properties/fractional
    &[
        Demand(Rule::OperatorArguments, Type(ARRAY)),
        Demand(Rule::OperatorArguments, ItemCount(1, u32::MAX)),
        If(42, Some(43), Some(44)),
    ],
    // 30: targeting.json#/definitions/names
    &[
        Demand(Rule::OperatorArguments, Type(ARRAY)),
        Items(&[], Some(45)),
    ],
    // 31: targeting.json#/definitions/operation/properties/missing_some
    &[
        Demand(Rule::OperatorArguments, Type(ARRAY)),
        Demand(Rule::OperatorArguments, ItemCount(2, 2)),
        Items(&[46, 30], None),
    ],
    // 32: targeting.json#/definitions/three
    &[
        Demand(Rule::OperatorArguments, Type(ARRAY)),
        Demand(Rule::OperatorArguments, ItemCount(3, 3)),
        Items(&[], Some(40)),
    ],
    // 33: targeting.json#/definitions/operation/properties/sem_ver
    &[
        Demand(Rule::OperatorArguments, Type(ARRAY)),
        Demand(Rule::OperatorArguments, ItemCount(3, 3)),
        Items(&[47, 48, 47], None),
    ],
    // 34: targeting.json#/definitions/path
    &[
        If(49, Some(50), None),
    ],
    // 35: targeting.json#/then
    &[
        Demand(Rule::Targeting, Never),
    ],
    // 36: flags.json#/definitions/variants/additionalProperties
    &[
        Demand(Rule::VariantType, Type(BOOLEAN | NUMBER | OBJECT | STRING)),
    ],
    // 37: flags.json#/definitions/variants/propertyNames
    &[
        Demand(Rule::VariantName, Matches(Pattern::Line)),
    ],
    // 38: flags.json#/definitions/variants/allOf/0
    &[
        Demand(Rule::VariantType, AnyOf(&[51, 52, 53, 54])),
    ],
    // 39: targeting.json#/definitions/bareOrOne/then
    &[
        Demand(Rule::OperatorArguments, ItemCount(0, 1)),
        Items(&[], Some(40)),
    ],
    // 40: targeting.json#/definitions/argument
    &[
        If(55, Some(56), None),
    ],
    // 41: targeting.json#/definitions/text
    &[
        If(55, Some(57), Some(45)),
    ],
    // 42: targeting.json#/definitions/operation/properties/fractional/if
    &[
        Items(&[6], None),
    ],
    // 43: targeting.json#/definitions/operation/properties/fractional/then
    &[
        Items(&[], Some(58)),
    ],
    // 44: targeting.json#/definitions/operation/properties/fractional/else
    &[
        Items(&[57], Some(58)),
    ],
    // 45: targeting.json#/definitions/reference/properties/$ref
    &[
        Demand(Rule::OperatorArguments, Type(STRING)),
    ],
    // 46: targeting.json#/definitions/operation/properties/missing_some/items/0
    &[
        Demand(Rule::OperatorArguments, Type(NUMBER)),
    ],
    // 47: targeting.json#/definitions/version
    &[
        If(55, Some(59), Some(60)),
    ],
    // 48: targeting.json#/definitions/operation/properties/sem_ver/items/1
    &[
        Demand(Rule::OperatorArguments, OneOf(&["=", "!=", ">", "<", ">=", "<=", "~", "^"])),
    ],
    // 49: targeting.json#/definitions/path/if
    &[
        Test(Type(STRING)),
        Test(Matches(Pattern::FlagdVariable)),
    ],
    // 50: targeting.json#/definitions/path/then
    &[
        Demand(Rule::FlagdVariable, OneOf(&["$flagd.flagKey", "$flagd.timestamp"])),
    ],
    // 51: flags.json#/definitions/variants/allOf/0/anyOf/0
    &[
        Members(&[], Others::Each(61)),
    ],
    // 52: flags.json#/definitions/variants/allOf/0/anyOf/1
    &[
        Members(&[], Others::Each(62)),
    ],
    // 53: flags.json#/definitions/variants/allOf/0/anyOf/2
    &[
        Members(&[], Others::Each(63)),
    ],
    // 54: flags.json#/definitions/variants/allOf/0/anyOf/3
    &[
        Members(&[], Others::Each(55)),
    ],
    // 55: targeting.json#/definitions/argument/if
    &[
        Test(Type(OBJECT)),
    ],
    // 56: targeting.json#/definitions/argument/then
    &[
        If(10, Some(64), Some(17)),
    ],
    // 57: targeting.json#/definitions/rule
    &[
        Demand(Rule::OperatorArguments, Type(OBJECT)),
        If(10, Some(65), Some(17)),
    ],
    // 58: targeting.json#/definitions/share
    &[
        Demand(Rule::OperatorArguments, Type(ARRAY)),
        Demand(Rule::OperatorArguments, ItemCount(1, 2)),
        Items(&[40, 66], None),
    ],
    // 59: targeting.json#/definitions/version/then
    &[
        Demand(Rule::OperatorArguments, Required("var")),
        Demand(Rule::OneOperator, MemberCount(0, 1)),
        Members(&[("var", 34)], Others::Any),
    ],
    // 60: targeting.json#/definitions/version/else
    &[
        Demand(Rule::OperatorArguments, Type(STRING)),
        Demand(Rule::OperatorArguments, Matches(Pattern::Version)),
    ],
    // 61: flags.json#/definitions/variants/allOf/0/anyOf/0/additionalProperties
    &[
        Test(Type(BOOLEAN)),
    ],
    // 62: flags.json#/definitions/variants/allOf/0/anyOf/1/additionalProperties
    &[
        Test(Type(STRING)),
    ],
    // 63: flags.json#/definitions/variants/allOf/0/anyOf/2/additionalProperties
    &[
        Test(Type(NUMBER)),
    ],
    // 64: targeting.json#/definitions/reference
    &[
        Demand(Rule::OperatorArguments, Type(OBJECT)),
        Demand(Rule::OneOperator, MemberCount(0, 1)),
        Members(&[("$ref", 45)], Others::Any),
    ],
    // 65: targeting.json#/definitions/rule/then
    &[
        Demand(Rule::OperatorArguments, Never),
    ],
    // 66: targeting.json#/definitions/weight
    &[
        If(55, Some(57), Some(67)),
    ],
    // 67: targeting.json#/definitions/weight/else
    &[
        Demand(Rule::OperatorArguments, Type(INTEGER)),
        Demand(Rule::OperatorArguments, AtLeast(0)),
    ],
];
