//! Which known word was meant by an unknown one.

/// Words longer than this are not compared.
const LONGEST: usize = 64;

/// How many candidates are compared: flags may have many variants, and a hint must not cost more than the check.
const CANDIDATES: usize = 256;

/// What a slip costs. Swapped letters are the likeliest, then one too many or too few, then a wrong one: `=>` is
/// closer to `>=` than to `=`, and `==` closer to `=` than to `!=`.
const SWAP: u8 = 3;
const GAP: u8 = 4;
const WRONG: u8 = 5;

/// A row of the table of distances.
type Row = [u8; LONGEST + 1];

/// Words that begin alike must share this much: `fractionalEvaluation` means `fractional`, but `once` does not mean `on`.
const BEGINNING: usize = 4;

/// The candidate that differs from `word` by a slip or two, or else one that begins it or that it begins; the first one
/// of equals. Case, `_` and `-` do not count. A build without the schema check proposes nothing.
pub(crate) fn nearest<'a>(word: &str, mut candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if cfg!(feature = "schema") { nearest_of(word, &mut candidates) } else { None }
}

/// One copy for all kinds of candidates, because the module is downloaded.
fn nearest_of<'a>(word: &str, candidates: &mut dyn Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = Plain::new(word)?;
    let mut best = None;
    let mut alike = None;
    for candidate in candidates.take(CANDIDATES) {
        let Some(plain) = Plain::new(candidate) else { continue };
        let longer = word.len.max(plain.len);
        // A third of the letters may be wrong, but at most three, and not every one.
        let allowed = (longer / 3).clamp(1, 3).min(longer.saturating_sub(1));
        let shorter = word.len.min(plain.len);
        if shorter >= BEGINNING && word.bytes().get(..shorter) == plain.bytes().get(..shorter) {
            alike = alike.or(Some(candidate));
        }
        if word.len.abs_diff(plain.len) > allowed {
            continue;
        }
        let distance = distance(word.bytes(), plain.bytes());
        if usize::from(distance) <= allowed.saturating_mul(WRONG.into())
            && best.is_none_or(|(least, _)| distance < least)
        {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate).or(alike)
}

/// A word without what does not count.
struct Plain {
    bytes: [u8; LONGEST],
    len: usize,
}

impl Plain {
    /// `None` where nothing is left, or too much.
    fn new(word: &str) -> Option<Self> {
        if word.len() > LONGEST {
            return None;
        }
        let mut bytes = [0; LONGEST];
        let mut len = 0usize;
        let counts = |byte: &u8| !matches!(byte, b'_' | b'-');
        // A word of nothing but these is an operator such as `-`, and then they do count.
        let all = !word.bytes().any(|byte| counts(&byte));
        for (slot, byte) in bytes.iter_mut().zip(word.bytes().filter(|byte| all || counts(byte))) {
            *slot = byte.to_ascii_lowercase();
            len = len.saturating_add(1);
        }
        (len > 0).then_some(Self { bytes, len })
    }

    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or(&[])
    }
}

/// The cost of the slips that lead from one word to the other.
fn distance(from: &[u8], to: &[u8]) -> u8 {
    let at = |row: &Row, place: usize| row.get(place).copied().unwrap_or(u8::MAX);
    let mut above: Row = [0; LONGEST + 1];
    let mut last: Row = core::array::from_fn(|place| (place as u8).saturating_mul(GAP));
    let mut before = None;
    for &a in from {
        let mut left = at(&last, 0).saturating_add(GAP);
        let mut row: Row = [left; LONGEST + 1];
        let mut previous = None;
        for (place, &b) in to.iter().enumerate() {
            let here = place.saturating_add(1);
            let mut least = at(&last, place).saturating_add(if a == b { 0 } else { WRONG });
            least = least.min(left.saturating_add(GAP)).min(at(&last, here).saturating_add(GAP));
            if before == Some(b) && previous == Some(a) {
                least = least.min(at(&above, place.saturating_sub(1)).saturating_add(SWAP));
            }
            if let Some(slot) = row.get_mut(here) {
                *slot = least;
            }
            left = least;
            previous = Some(b);
        }
        above = last;
        last = row;
        before = Some(a);
    }
    at(&last, to.len())
}
