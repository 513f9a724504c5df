//! The allocator of the core module: blocks never overlap, memory that is given back is used again, neighbours join.

use core::alloc::{GlobalAlloc, Layout};

use super::heap::Heap;
use super::pages::{self, PAGE};
use super::tape::{Held, Tape};

fn layout(size: usize) -> Layout {
    Layout::from_size_align(size, 8).expect("a layout")
}

#[test]
fn blocks_keep_what_is_written_into_them() {
    let heap = Heap::new();
    assert!(heap.ready());
    let mut tape = Tape(7);
    let mut held: Vec<Held> = Vec::new();
    for step in 0..if cfg!(miri) { 600 } else { 100_000 } {
        let size = [1, 16, 17, 100, 1_024, 1_025, 5_000, 40_000][tape.below(8)] + tape.below(24);
        match tape.below(5) {
            0..=1 if held.len() < 60 => held.extend(Held::new(&heap, layout(size), step as u8)),
            2 if !held.is_empty() => {
                let place = tape.below(held.len());
                held[place].resize(&heap, size);
            }
            _ if !held.is_empty() => held.swap_remove(tape.below(held.len())).free(&heap),
            _ => {}
        }
    }
    held.iter().for_each(|block| block.check(block.layout.size()));
    held.into_iter().for_each(|block| block.free(&heap));
    assert!(pages::used() < 60, "{} pages for at most 60 blocks", pages::used());
}

#[test]
fn neighbours_that_are_given_back_join_in_any_order() {
    let heap = Heap::new();
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut three: Vec<Option<Held>> = (0..3).map(|mark| Held::new(&heap, layout(20_000), mark)).collect();
        for place in order {
            three[place].take().expect("there is room").free(&heap);
        }
        let whole = Held::new(&heap, layout(60_000), 9).expect("the three are one hole");
        whole.free(&heap);
    }
    assert_eq!(pages::used(), 1);
}

#[test]
fn pages_that_follow_each_other_join() {
    let heap = Heap::new();
    let first = Held::new(&heap, layout(PAGE), 1).expect("a page");
    let second = Held::new(&heap, layout(PAGE), 2).expect("another one");
    first.free(&heap);
    second.free(&heap);
    Held::new(&heap, layout(2 * PAGE), 3).expect("both").free(&heap);
    assert_eq!(pages::used(), 2);
}

#[test]
fn where_memory_does_not_grow_there_is_no_block_and_nothing_is_lost() {
    let heap = Heap::new();
    pages::limit(2);
    let mut held = Held::new(&heap, layout(PAGE), 1).expect("a page");
    assert!(Held::new(&heap, layout(2 * PAGE), 2).is_none());
    assert!(!held.resize(&heap, 3 * PAGE));
    assert!(Held::new(&heap, Layout::from_size_align(16, 4_096).expect("a layout"), 3).is_none(), "no such alignment");
    held.free(&heap);
    Held::new(&heap, layout(2_000), 4).expect("there is room again").free(&heap);
}

#[test]
fn a_block_that_stays_in_its_size_stays_where_it_is() {
    let heap = Heap::new();
    let mut held = Held::new(&heap, layout(33), 1).expect("there is room");
    let address = held.address;
    assert!(held.resize(&heap, 64));
    assert_eq!(held.address, address);
    assert!(held.resize(&heap, 65));
    assert_ne!(held.address, address);
    // SAFETY: the layout is not empty.
    let again = unsafe { heap.alloc(layout(40)) };
    assert_eq!(again, address, "what was given back is used first");
}
