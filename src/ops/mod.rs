//! A compiled rule and a context to a value.

mod arith;
mod array;
#[cfg(feature = "fractional-versions")]
mod cbor;
mod compare;
mod data;
mod dispatch;
mod fold;
mod fractional;
mod iterate;
pub(crate) mod murmur;
#[cfg(not(all(feature = "abi", target_arch = "wasm32")))]
mod over;
mod scope;
mod search;
mod sem_ver;
mod string;

pub(crate) use dispatch::{Machine, Scratch};
pub(crate) use fold::fold;
pub(crate) use scope::Scope;
