//! Versions as flagd reads them, in the order of SemVer 2.0.

use core::cmp::Ordering;

use crate::json::path::pieces;

/// A version as text pieces: numbers have no upper limit, and build metadata takes no part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Version<'t> {
    pub(crate) numbers: [&'t str; 3],
    /// Without the hyphen; empty for a release.
    pub(crate) prerelease: &'t str,
}

/// How `sem_ver` compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    /// The same major number.
    SameMajor,
    /// The same major and minor numbers.
    SameMinor,
}

impl Relation {
    const ALL: [(&'static str, Self); 8] = [
        ("=", Self::Equal),
        ("!=", Self::NotEqual),
        ("<", Self::Less),
        ("<=", Self::LessEqual),
        (">", Self::Greater),
        (">=", Self::GreaterEqual),
        ("^", Self::SameMajor),
        ("~", Self::SameMinor),
    ];

    /// The relation that an author writes so.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, relation)| *relation)
    }

    /// Its number in a compiled rule.
    pub(crate) fn code(self) -> i64 {
        self as i64
    }

    /// The relation with this number.
    pub(crate) fn of_code(code: i64) -> Option<Self> {
        Self::ALL.get(usize::try_from(code).ok()?).map(|(_, relation)| *relation)
    }

    pub(crate) fn holds(self, left: &Version<'_>, right: &Version<'_>) -> bool {
        match self {
            Self::SameMajor => left.same(right, 1),
            Self::SameMinor => left.same(right, 2),
            Self::Equal => left.precedence(right).is_eq(),
            Self::NotEqual => left.precedence(right).is_ne(),
            Self::Less => left.precedence(right).is_lt(),
            Self::LessEqual => left.precedence(right).is_le(),
            Self::Greater => left.precedence(right).is_gt(),
            Self::GreaterEqual => left.precedence(right).is_ge(),
        }
    }
}

impl<'t> Version<'t> {
    /// Reads `1.2.3-pre+build` with an optional `v`, where minor and patch may be missing if nothing follows them.
    pub(crate) fn parse(text: &'t str) -> Option<Self> {
        let prefix = usize::from(matches!(text.as_bytes().first(), Some(b'v' | b'V')));
        Self::read(text, prefix).map(|(version, _)| version)
    }

    /// Whether a text is a version with all three numbers and nothing before them.
    #[cfg(feature = "schema")]
    pub(crate) fn is_full(text: &str) -> bool {
        matches!(Version::read(text, 0), Some((_, 3)))
    }

    /// A version from a place on, and how many numbers were given.
    fn read(text: &'t str, at: usize) -> Option<(Self, u32)> {
        let mut reader = Reader { text, at };
        let mut numbers = ["0"; 3];
        let mut given = 0u32;
        for number in &mut numbers {
            *number = reader.number()?;
            given = given.saturating_add(1);
            if given == 3 || !reader.take(b'.') {
                break;
            }
        }
        if reader.is_at_end() {
            return Some((Self { numbers, prerelease: "" }, given));
        }
        if given < 3 {
            return None;
        }
        let prerelease = if reader.take(b'-') { reader.identifiers(is_prerelease)? } else { "" };
        if reader.take(b'+') {
            reader.identifiers(|_| true)?;
        }
        reader.is_at_end().then_some((Self { numbers, prerelease }, given))
    }

    /// The order of precedence.
    pub(crate) fn precedence(&self, other: &Self) -> Ordering {
        for (left, right) in self.numbers.iter().zip(&other.numbers) {
            let order = numeric(left, right);
            if order.is_ne() {
                return order;
            }
        }
        prerelease(self.prerelease, other.prerelease)
    }

    fn same(&self, other: &Self, numbers: usize) -> bool {
        self.numbers.iter().zip(&other.numbers).take(numbers).all(|(left, right)| left.as_bytes() == right.as_bytes())
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at = self.at.saturating_add(usize::from(found));
        found
    }

    /// The bytes that pass a test, one at least.
    fn run(&mut self, test: impl Fn(u8) -> bool) -> Option<&'t str> {
        let start = self.at;
        while self.peek().is_some_and(&test) {
            self.at = self.at.saturating_add(1);
        }
        self.text.get(start..self.at).filter(|run| !run.is_empty())
    }

    /// Digits without leading zeros.
    fn number(&mut self) -> Option<&'t str> {
        self.run(|byte| byte.is_ascii_digit()).filter(|digits| is_number(digits))
    }

    /// Identifiers between dots, each of which must pass a test.
    fn identifiers(&mut self, test: impl Fn(&str) -> bool) -> Option<&'t str> {
        let start = self.at;
        loop {
            let identifier = self.run(|byte| byte.is_ascii_alphanumeric() || byte == b'-')?;
            if !test(identifier) {
                return None;
            }
            if !self.take(b'.') {
                return self.text.get(start..self.at);
            }
        }
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Digits without leading zeros.
fn is_number(text: &str) -> bool {
    is_digits(text) && (text.len() == 1 || text.as_bytes().first() != Some(&b'0'))
}

/// An identifier that is no number with leading zeros.
fn is_prerelease(text: &str) -> bool {
    !is_digits(text) || is_number(text)
}

/// Numbers without leading zeros: the longer one is the larger.
fn numeric(left: &str, right: &str) -> Ordering {
    left.len().cmp(&right.len()).then_with(|| left.as_bytes().cmp(right.as_bytes()))
}

fn prerelease(left: &str, right: &str) -> Ordering {
    match (left.is_empty(), right.is_empty()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let mut theirs = pieces(right, b'.');
    for ours in pieces(left, b'.') {
        let Some(theirs) = theirs.next() else { return Ordering::Greater };
        let order = match (is_number(ours), is_number(theirs)) {
            (true, true) => numeric(ours, theirs),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => ours.cmp(theirs),
        };
        if order.is_ne() {
            return order;
        }
    }
    if theirs.next().is_some() { Ordering::Less } else { Ordering::Equal }
}
