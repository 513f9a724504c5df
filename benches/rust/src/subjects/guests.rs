//! Modules on runtimes.

use anyhow::Result;

/// A compiled module that any number of instances can be started from.
pub trait Program {
    /// Its instances.
    type Guest: Guest;

    /// Starts an instance.
    fn start(&self) -> Result<Self::Guest>;
}

/// An instance of a module. Words of 64 bits are places: an address in the high half, a length in the low half.
pub trait Guest {
    /// Its memory.
    fn memory(&mut self) -> &mut [u8];
    /// Memory for an input.
    fn alloc(&mut self, len: u32) -> Result<u32>;
    /// Gives the memory of an input back.
    fn dealloc(&mut self, address: u32, len: u32) -> Result<()>;
    /// Loads flags.
    fn update_state(&mut self, address: u32, len: u32) -> Result<u64>;
    /// Evaluates one flag.
    fn evaluate(&mut self, key: (u32, u32), context: (u32, u32)) -> Result<u64>;
    /// Evaluates all flags.
    fn evaluate_all(&mut self, address: u32, len: u32) -> Result<u64>;
    /// Tells what slots there are, if the module has them.
    fn describe_state(&mut self) -> Result<u64>;
    /// Evaluates one flag for values of slots, if the module has them.
    fn evaluate_slots(&mut self, index: u32, generation: u32, slots: (u32, u32)) -> Result<u32>;
}

/// wasmtime and wasmi have the same interface in types of their own.
macro_rules! runtime {
    ($(#[$doc:meta])* $name:ident, $instantiate:ident) => {
        $(#[$doc])*
        pub mod $name {
            use anyhow::{Context as _, Result};
            use $name::{Engine, Linker, Memory, Module, Store, TypedFunc};

            /// A compiled module.
            pub struct Program {
                engine: Engine,
                module: Module,
            }

            impl Program {
                /// Compiles a module.
                pub fn new(bytes: &[u8]) -> Result<Self> {
                    let engine = Engine::default();
                    let module = Module::new(&engine, bytes)?;
                    Ok(Self { engine, module })
                }
            }

            impl super::Program for Program {
                type Guest = Guest;

                fn start(&self) -> Result<Guest> {
                    let mut store = Store::new(&self.engine, ());
                    let instance = Linker::new(&self.engine).$instantiate(&mut store, &self.module)?;
                    let memory = instance.get_memory(&mut store, "memory").context("the module exports no `memory`")?;
                    macro_rules! export {
                        ($export:literal) => {
                            instance.get_typed_func(&mut store, $export)?
                        };
                    }
                    let alloc = export!("alloc");
                    let dealloc = export!("dealloc");
                    let update_state = export!("update_state");
                    let evaluate = export!("evaluate");
                    let evaluate_all = export!("evaluate_all");
                    // The peer speaks JSON alone.
                    let describe_state = instance.get_typed_func(&mut store, "describe_state").ok();
                    let evaluate_slots = instance.get_typed_func(&mut store, "evaluate_slots").ok();
                    let guest = Guest {
                        store,
                        memory,
                        alloc,
                        dealloc,
                        update_state,
                        evaluate,
                        evaluate_all,
                        describe_state,
                        evaluate_slots,
                    };
                    Ok(guest)
                }
            }

            /// An instance with its exports at hand.
            pub struct Guest {
                store: Store<()>,
                memory: Memory,
                alloc: TypedFunc<u32, u32>,
                dealloc: TypedFunc<(u32, u32), ()>,
                update_state: TypedFunc<(u32, u32), u64>,
                evaluate: TypedFunc<(u32, u32, u32, u32), u64>,
                evaluate_all: TypedFunc<(u32, u32), u64>,
                describe_state: Option<TypedFunc<(), u64>>,
                evaluate_slots: Option<TypedFunc<(u32, u32, u32, u32), u32>>,
            }

            impl super::Guest for Guest {
                fn memory(&mut self) -> &mut [u8] {
                    self.memory.data_mut(&mut self.store)
                }

                fn alloc(&mut self, len: u32) -> Result<u32> {
                    Ok(self.alloc.call(&mut self.store, len)?)
                }

                fn dealloc(&mut self, address: u32, len: u32) -> Result<()> {
                    Ok(self.dealloc.call(&mut self.store, (address, len))?)
                }

                fn update_state(&mut self, address: u32, len: u32) -> Result<u64> {
                    Ok(self.update_state.call(&mut self.store, (address, len))?)
                }

                fn evaluate(&mut self, key: (u32, u32), context: (u32, u32)) -> Result<u64> {
                    Ok(self.evaluate.call(&mut self.store, (key.0, key.1, context.0, context.1))?)
                }

                fn evaluate_all(&mut self, address: u32, len: u32) -> Result<u64> {
                    Ok(self.evaluate_all.call(&mut self.store, (address, len))?)
                }

                fn describe_state(&mut self) -> Result<u64> {
                    let export = self.describe_state.as_ref().context("the module has no `describe_state`")?;
                    Ok(export.call(&mut self.store, ())?)
                }

                fn evaluate_slots(&mut self, index: u32, generation: u32, slots: (u32, u32)) -> Result<u32> {
                    let export = self.evaluate_slots.as_ref().context("the module has no `evaluate_slots`")?;
                    Ok(export.call(&mut self.store, (index, generation, slots.0, slots.1))?)
                }
            }
        }
    };
}

runtime! {
    /// The compiler.
    wasmtime, instantiate
}
runtime! {
    /// The interpreter.
    wasmi, instantiate_and_start
}
