//! Memory that a host writes to, and slices of what it wrote.

use alloc::alloc::{Layout, alloc, dealloc};
use alloc::vec::Vec;

use super::pages;

/// What `alloc(0)` gives: no allocation has this address, and `dealloc` accepts it.
const EMPTY: usize = 8;

/// The allocations that the host holds.
///
/// They are kept so that `dealloc` with a wrong address or length, or a second time, does nothing instead of damage.
#[derive(Debug, Default)]
pub(super) struct Lent {
    list: Vec<(usize, usize)>,
}

impl Lent {
    pub(super) fn lend(&mut self, len: usize) -> usize {
        if len == 0 {
            return EMPTY;
        }
        let Ok(layout) = Layout::from_size_align(len, 1) else { return 0 };
        if self.list.try_reserve(1).is_err() {
            return 0;
        }
        // SAFETY: the layout is not empty.
        let address = unsafe { alloc(layout) } as usize;
        if address != 0 {
            self.list.push((address, len));
        }
        address
    }

    pub(super) fn take_back(&mut self, address: usize) {
        let Some(place) = self.list.iter().rposition(|(known, _)| *known == address) else { return };
        let Some(last) = self.list.pop() else { return };
        let (address, len) = self.list.get_mut(place).map_or(last, |known| core::mem::replace(known, last));
        let Ok(layout) = Layout::from_size_align(len, 1) else { return };
        // SAFETY: the address came from `alloc` with this layout and was taken off the list, so it is freed once.
        unsafe { dealloc(address as *mut u8, layout) }
    }
}

/// The bytes at an address that the host gave; `None` where they do not lie inside memory.
///
/// # Safety
/// The bytes must not change while the slice lives: the host waits until the call returns, and the module itself must
/// not write there.
pub(super) unsafe fn input<'a>(address: usize, len: usize) -> Option<&'a [u8]> {
    if len == 0 {
        return Some(&[]);
    }
    let end = address.checked_add(len)?;
    if address == 0 || end > pages::size() {
        return None;
    }
    // SAFETY: the range lies inside linear memory, the address is not null, and bytes need no alignment; the contract
    // above keeps them unchanged.
    Some(unsafe { core::slice::from_raw_parts(address as *const u8, len) })
}
