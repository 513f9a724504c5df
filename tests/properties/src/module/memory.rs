//! The memory that a host holds, and inputs put into it.

use anyhow::{Result, ensure};
use burgee_example_wasmtime::Place;

use super::input::{Given, Source};
use super::session::{CONTEXT, Session};

/// No bytes.
const NOWHERE: Place = Place { address: 0, len: 0 };

/// Memory that the host holds.
pub(super) struct Lent {
    pub(super) address: u32,
    pub(super) contents: Vec<u8>,
    /// It was lent for one call, and is given back before the next one that needs memory.
    passing: bool,
}

impl Session {
    pub(super) fn alloc(&mut self, len: u32) -> Result<u32> {
        let address = self.host.alloc(len)?;
        self.result = None;
        if address == 0 {
            ensure!(len > 0x1000_0000, "no memory for {len} bytes");
            return Ok(0);
        }
        let end = u64::from(address) + u64::from(len);
        ensure!(end <= self.host.memory_size() as u64, "{len} bytes at {address:#x} reach outside memory");
        if len == 0 {
            return Ok(address);
        }
        let other = self.lent.iter().find(|other| overlap(other.place(), Place { address, len }));
        ensure!(other.is_none(), "{len} bytes at {address:#x} are lent twice");
        if len > CONTEXT {
            // Nothing is written there, so that tests need no such memory.
            self.dealloc(address, len)?;
            self.most_lent = self.most_lent.max(len as usize);
            return Ok(address);
        }
        let contents: Vec<u8> = (0..len).map(|place| (place % 251) as u8).collect();
        self.host.write(address, &contents)?;
        self.lent.push(Lent { address, contents, passing: false });
        self.most_lent = self.most_lent.max(self.lent.iter().map(|lent| lent.contents.len()).sum());
        Ok(address)
    }

    pub(super) fn dealloc(&mut self, address: u32, len: u32) -> Result<()> {
        self.result = None;
        self.host.dealloc(address, len)
    }

    pub(super) fn check_lent(&self) -> Result<()> {
        for lent in &self.lent {
            let bytes = self.host.bytes(lent.place())?;
            ensure!(bytes == lent.contents, "memory that the host holds at {:#x} was written to", lent.address);
        }
        Ok(())
    }

    /// Puts inputs in place and calls. What was lent for them stays lent, so that the result stays readable, until a call
    /// needs memory.
    pub(super) fn with(
        &mut self,
        sources: &[(&Source, u32)],
        call: impl FnOnce(&mut Self, &[u32], &[Given]) -> Result<()>,
    ) -> Result<()> {
        let result = self.result.unwrap_or(NOWHERE);
        if sources.iter().any(|(source, _)| matches!(source, Source::Bytes(_))) {
            self.give_back()?;
        }
        let places: Vec<Place> = sources.iter().map(|(source, _)| self.place(source, result)).collect::<Result<_>>()?;
        let given: Vec<Given> =
            places.iter().zip(sources).map(|(place, (_, limit))| self.given(*place, *limit)).collect::<Result<_>>()?;
        let arguments: Vec<u32> = places.iter().flat_map(|place| [place.address, place.len]).collect();
        call(self, &arguments, &given)
    }

    /// Gives back what was lent for one call.
    fn give_back(&mut self) -> Result<()> {
        while let Some(place) = self.lent.iter().position(|lent| lent.passing) {
            let lent = self.lent.remove(place).place();
            self.dealloc(lent.address, lent.len)?;
        }
        Ok(())
    }

    /// Where an input lies; it is put there if it must be.
    fn place(&mut self, source: &Source, result: Place) -> Result<Place> {
        Ok(match source {
            Source::Bytes(bytes) => {
                let len = u32::try_from(bytes.len())?;
                let address = self.alloc(len)?;
                if let Some(own) = self.lent.iter_mut().find(|lent| lent.address == address) {
                    self.host.write(address, bytes)?;
                    own.contents.clone_from(bytes);
                    own.passing = true;
                }
                Place { address, len }
            }
            Source::Lent(..) if self.lent.is_empty() => NOWHERE,
            Source::Lent(which, from, len) => {
                let lent = &self.lent[which % self.lent.len()];
                let from = from % lent.contents.len();
                let len = (*len).min(lent.contents.len() - from);
                Place { address: lent.address + u32::try_from(from)?, len: u32::try_from(len)? }
            }
            Source::Result => result,
            Source::Raw(address, len) => Place { address: *address, len: *len },
            Source::End(len, behind) => {
                let end = u32::try_from(self.host.memory_size()).unwrap_or(u32::MAX).wrapping_add_signed(*behind);
                Place { address: end.wrapping_sub(*len), len: *len }
            }
        })
    }

    /// What the module makes of an input.
    fn given(&self, place: Place, limit: u32) -> Result<Given> {
        let end = u64::from(place.address) + u64::from(place.len);
        Ok(if place.len > limit {
            Given::TooLong
        } else if place.len == 0 {
            Given::Bytes(Vec::new())
        } else if place.address == 0 || end > self.host.memory_size() as u64 {
            Given::Outside
        } else if self.lent.iter().map(Lent::place).chain(self.result).any(|known| contains(known, place)) {
            Given::Bytes(self.host.bytes(place)?.to_vec())
        } else {
            Given::Anything
        })
    }
}

impl Lent {
    pub(super) fn place(&self) -> Place {
        Place { address: self.address, len: self.contents.len() as u32 }
    }
}

fn ends(place: Place) -> (u64, u64) {
    (u64::from(place.address), u64::from(place.address) + u64::from(place.len))
}

pub(super) fn overlap(left: Place, right: Place) -> bool {
    let ((left, left_end), (right, right_end)) = (ends(left), ends(right));
    left < right_end && right < left_end
}

fn contains(outer: Place, inner: Place) -> bool {
    let ((outer, outer_end), (inner, inner_end)) = (ends(outer), ends(inner));
    outer <= inner && inner_end <= outer_end
}
