//! The patterns of the schemas, each as a function: no engine for regular expressions is needed for three.

use super::node::Pattern;

pub(super) fn matches(pattern: Pattern, text: &str) -> bool {
    match pattern {
        Pattern::Line => !text.is_empty() && !text.contains('\n'),
        Pattern::FlagdVariable => text.starts_with("$flagd."),
        Pattern::Version => is_version(text),
    }
}

/// The parts of a version: numbers, then perhaps `-` with a pre-release, then perhaps `+` with build metadata.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Number(u8),
    Pre,
    Build,
}

/// A full version: three numbers without leading zeros; a pre-release of identifiers of which the numeric ones have no
/// leading zeros either; build metadata of any identifiers.
pub(super) fn is_version(text: &str) -> bool {
    let mut part = Part::Number(1);
    let mut identifier = Identifier::default();
    for byte in text.bytes() {
        let next = match (part, byte) {
            (_, b'0'..=b'9') => {
                identifier.digit(byte);
                continue;
            }
            (Part::Number(1), b'.') => Part::Number(2),
            (Part::Number(2), b'.') => Part::Number(3),
            (Part::Number(3), b'-') => Part::Pre,
            (Part::Number(3) | Part::Pre, b'+') => Part::Build,
            (Part::Pre | Part::Build, b'.') => part,
            (Part::Pre | Part::Build, b'a'..=b'z' | b'A'..=b'Z' | b'-') => {
                identifier.letter();
                continue;
            }
            _ => return false,
        };
        if !identifier.is_good(part) {
            return false;
        }
        identifier = Identifier::default();
        part = next;
    }
    !matches!(part, Part::Number(1 | 2)) && identifier.is_good(part)
}

/// What stands between two marks.
#[derive(Default)]
struct Identifier {
    len: u32,
    zero: bool,
    letters: bool,
}

impl Identifier {
    fn digit(&mut self, digit: u8) {
        self.zero |= self.len == 0 && digit == b'0';
        self.len = self.len.saturating_add(1);
    }

    fn letter(&mut self) {
        self.letters = true;
        self.len = self.len.saturating_add(1);
    }

    fn is_good(&self, part: Part) -> bool {
        let leading_zero = self.zero && self.len > 1 && !self.letters;
        self.len > 0 && !(leading_zero && part != Part::Build)
    }
}
