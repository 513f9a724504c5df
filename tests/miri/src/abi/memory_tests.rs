//! What a host is lent and what is read of it.

use super::memory::{Lent, input};
use super::pages;
use super::tape::Tape;

#[test]
fn what_is_lent_is_read_and_taken_back_once() {
    let mut lent = Lent::default();
    let address = lent.lend(5);
    assert_ne!(address, 0);
    // SAFETY: the five bytes were lent for this.
    unsafe { core::ptr::with_exposed_provenance_mut::<u8>(address).copy_from_nonoverlapping(b"hello".as_ptr(), 5) };
    // SAFETY: nobody writes while the slice lives.
    assert_eq!(unsafe { input(address, 5) }, Some(&b"hello"[..]));
    lent.take_back(address);
    lent.take_back(address);
    lent.take_back(address + 1);
    lent.take_back(0);
}

#[test]
fn nothing_is_lent_at_an_address_of_its_own() {
    let mut lent = Lent::default();
    let address = lent.lend(0);
    assert_ne!(address, 0);
    lent.take_back(address);
    // SAFETY: there is nothing to be read.
    assert_eq!(unsafe { input(address, 0) }, Some(&[][..]));
    assert_eq!(lent.lend(usize::MAX), 0, "no layout has this size");
}

#[test]
fn bytes_outside_memory_are_not_read() {
    pages::end_at(1_000);
    for (address, len) in [(0, 1), (999, 2), (1_000, 1), (usize::MAX, 1), (1, usize::MAX), (500, 501)] {
        // SAFETY: no slice is made of them, which is what is tested.
        assert_eq!(unsafe { input(address, len) }, None, "{len} bytes at {address}");
    }
    // SAFETY: there is nothing to be read.
    assert_eq!(unsafe { input(usize::MAX, 0) }, Some(&[][..]));
}

#[test]
fn any_order_of_lending_and_taking_back_ends_with_nothing_lost() {
    let mut lent = Lent::default();
    let mut tape = Tape(3);
    let mut held: Vec<usize> = Vec::new();
    for _ in 0..if cfg!(miri) { 500 } else { 20_000 } {
        if tape.below(2) == 0 && held.len() < 40 {
            let len = 1 + tape.below(300);
            let address = lent.lend(len);
            assert!(address != 0 && !held.contains(&address));
            // SAFETY: so many bytes were lent for this.
            unsafe { core::ptr::with_exposed_provenance_mut::<u8>(address).write_bytes(1, len) };
            held.push(address);
        } else if !held.is_empty() {
            let address = held.swap_remove(tape.below(held.len()));
            lent.take_back(address);
            // A second time does nothing.
            lent.take_back(address);
        }
    }
    held.into_iter().for_each(|address| lent.take_back(address));
}
