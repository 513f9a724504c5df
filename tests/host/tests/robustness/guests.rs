//! Instances of the module under wasmtime and wasmi, which have the same interface in types of their own.

use anyhow::{Context as _, Result, ensure};

use crate::calls::{Call, Input};

/// An instance, as far as a call needs it.
pub(crate) trait Guest {
    /// All of its memory.
    fn memory(&mut self) -> &mut [u8];
    /// Calls an export with 32-bit numbers and gives its result, if it has one, as 64 bits.
    fn invoke(&mut self, export: &str, arguments: &[u32]) -> Result<u64>;

    /// Makes a call as a host does: inputs in memory of `alloc`, which is given back.
    fn answer(&mut self, call: &Call) -> Result<String> {
        let mut arguments: Vec<u32> = call.numbers();
        let mut lent = Vec::new();
        for input in call.inputs() {
            let place = self.lend(input)?;
            lent.push(place);
            arguments.extend(place);
        }
        let result = self.invoke(call.export(), &arguments)?;
        let answer = if call.answers_text() { self.text(result)? } else { result.to_string() };
        for [address, len] in lent {
            self.invoke("dealloc", &[address, len])?;
        }
        Ok(answer)
    }

    /// Copies an input into memory of `alloc`.
    fn lend(&mut self, input: &Input) -> Result<[u32; 2]> {
        let len = u32::try_from(input.len())?;
        let address = self.invoke("alloc", &[len])?;
        ensure!(address != 0, "there is no memory for {len} bytes");
        let start = usize::try_from(address)?;
        let place = self.memory().get_mut(start..start + input.len()).context("`alloc` gave a place outside memory")?;
        input.copy_to(place);
        Ok([u32::try_from(address)?, len])
    }

    /// The text at a packed place.
    fn text(&mut self, word: u64) -> Result<String> {
        let (start, len) = ((word >> 32) as usize, word as u32 as usize);
        let bytes = self.memory().get(start..start + len).context("a result lies outside memory")?;
        Ok(std::str::from_utf8(bytes)?.to_owned())
    }
}

macro_rules! runtime {
    ($(#[$doc:meta])* $name:ident, $instantiate:ident) => {
        $(#[$doc])*
        pub(crate) mod $name {
            use anyhow::{Context as _, Result, bail};
            use $name::{Config, Engine, Instance, Linker, Memory, Module, Store, Val};

            /// A compiled module.
            pub(crate) struct Program {
                engine: Engine,
                module: Module,
                metered: bool,
            }

            impl Program {
                /// Compiles a module; a metered one counts its instructions.
                pub(crate) fn new(bytes: &[u8], metered: bool) -> Result<Self> {
                    let mut config = Config::default();
                    config.consume_fuel(metered);
                    let engine = super::engine::$name(&config)?;
                    let module = Module::new(&engine, bytes)?;
                    Ok(Self { engine, module, metered })
                }

                /// Starts an instance.
                pub(crate) fn start(&self) -> Result<Guest> {
                    let mut store = Store::new(&self.engine, ());
                    if self.metered {
                        store.set_fuel(u64::MAX)?;
                    }
                    let instance = Linker::new(&self.engine).$instantiate(&mut store, &self.module)?;
                    let memory = instance.get_memory(&mut store, "memory").context("the module exports no `memory`")?;
                    Ok(Guest { store, instance, memory })
                }
            }

            /// An instance.
            pub(crate) struct Guest {
                store: Store<()>,
                instance: Instance,
                memory: Memory,
            }

            impl super::Guest for Guest {
                fn memory(&mut self) -> &mut [u8] {
                    self.memory.data_mut(&mut self.store)
                }

                fn invoke(&mut self, export: &str, arguments: &[u32]) -> Result<u64> {
                    let function =
                        self.instance.get_func(&mut self.store, export).with_context(|| format!("no `{export}`"))?;
                    let arguments: Vec<Val> = arguments.iter().map(|number| Val::I32(number.cast_signed())).collect();
                    let mut results = vec![Val::I32(0); function.ty(&self.store).results().len()];
                    function.call(&mut self.store, &arguments, &mut results)?;
                    Ok(match results.first() {
                        None => 0,
                        Some(Val::I32(number)) => u64::from(number.cast_unsigned()),
                        Some(Val::I64(number)) => number.cast_unsigned(),
                        Some(other) => bail!("`{export}` gave {other:?}"),
                    })
                }
            }

            impl Guest {
                /// The instructions of a metered instance since it was started.
                #[allow(dead_code, reason = "instructions are counted by one of the runtimes")]
                pub(crate) fn instructions(&self) -> Result<u64> {
                    Ok(u64::MAX - self.store.get_fuel()?)
                }
            }
        }
    };
}

runtime! {
    /// A compiler.
    wasmtime, instantiate
}
runtime! {
    /// An interpreter.
    wasmi, instantiate_and_start
}

/// The one place where the interfaces differ.
mod engine {
    use anyhow::Result;

    pub(super) fn wasmtime(config: &wasmtime::Config) -> Result<wasmtime::Engine> {
        Ok(wasmtime::Engine::new(config)?)
    }

    #[expect(clippy::unnecessary_wraps, reason = "the other one may fail")]
    pub(super) fn wasmi(config: &wasmi::Config) -> Result<wasmi::Engine> {
        Ok(wasmi::Engine::new(config))
    }
}
