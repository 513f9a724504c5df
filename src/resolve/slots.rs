//! Slot values as a host writes them: number of the slot, tag, payload.

use crate::error::fault::Fault;
use crate::json::parse::utf8;
use crate::json::{Src, Val, parse_copied};
use crate::limits::Limits;
use crate::ops::Scratch;
use crate::rule::{Program, Rule};

/// The byte at which slot values are malformed.
type Broken = usize;

/// Reads slot values into the scratch memory.
pub(super) fn read(bytes: &[u8], program: &Program, rule: &Rule, scratch: &mut Scratch) -> Result<(), Fault> {
    entries(bytes, program, rule, scratch).map_err(Fault::Slots)
}

/// Reads entries until the bytes end. Slots that the rule does not read are passed over, those that are not sent are
/// absent.
#[inline(never)]
fn entries(bytes: &[u8], program: &Program, rule: &Rule, scratch: &mut Scratch) -> Result<(), Broken> {
    let wanted = program.list(rule.slots);
    for &slot in wanted {
        if let Some(place) = scratch.slots.get_mut(slot as usize) {
            *place = None;
        }
    }
    let mut reader = Reader { bytes, at: 0 };
    let mut next = wanted;
    while reader.at < bytes.len() {
        let slot = u32::from(u16::from_le_bytes(reader.take()?));
        let value = value(&mut reader, scratch)?;
        // Hosts send slots in the order of the description, which is that of `wanted`.
        let expected = match next {
            [first, rest @ ..] if *first == slot => {
                next = rest;
                true
            }
            _ => wanted.binary_search(&slot).is_ok(),
        };
        if expected && let Some(place) = scratch.slots.get_mut(slot as usize) {
            *place = Some(value);
        }
    }
    Ok(())
}

fn value(reader: &mut Reader<'_>, scratch: &mut Scratch) -> Result<Val, Broken> {
    let begin = reader.at;
    let [tag] = reader.take()?;
    Ok(match tag {
        0 => Val::Null,
        1 => Val::Bool(false),
        2 => Val::Bool(true),
        3 => Val::Int(i64::from_le_bytes(reader.take()?)),
        4 => match f64::from_le_bytes(reader.take()?) {
            number if number.is_finite() => Val::Num(number),
            _ => Val::Null,
        },
        5 => {
            let text = reader.text()?;
            Val::Str(scratch.arena.text(text, Src::Scratch))
        }
        6 => {
            let text = reader.text()?;
            parse_copied(text, &mut scratch.arena, &Limits::STANDARD).map_err(|_| begin)?
        }
        _ => return Err(begin),
    })
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Reader<'b> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Broken> {
        let bytes = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<N>()).ok_or(self.at)?;
        self.at = self.at.saturating_add(N);
        Ok(*bytes)
    }

    fn text(&mut self) -> Result<&'b str, Broken> {
        let begin = self.at;
        let len = u32::from_le_bytes(self.take()?) as usize;
        let end = self.at.saturating_add(len);
        let bytes = self.bytes.get(self.at..end).ok_or(begin)?;
        self.at = end;
        utf8(bytes).map_err(|error| begin.saturating_add(4).saturating_add(error.at))
    }
}
