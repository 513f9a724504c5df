//! A host for `burgee.wasm` on wasmtime: one method per export.
//!
//! Every call does the same five steps: get memory with `alloc`, write the inputs, call, read the result, give the
//! inputs back with `dealloc`. Results need no `dealloc`; they stay until the next call. All texts are JSON.

mod calls;
pub mod slots;

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use wasmtime::{Engine, Instance, Linker, Memory, Module, Store, StoreLimits, StoreLimitsBuilder, TypedFunc, Val};

/// The version of the module's contract that this host speaks.
const ABI_VERSION: i32 = 1;

/// Where a module's clock is imported from, in the build that has one.
const CLOCK: (&str, &str) = ("host", "get_current_time_unix_seconds");

/// A compiled module. Compiling takes most of the start-up time, so one program serves any number of instances.
#[derive(Clone)]
pub struct Program {
    engine: Engine,
    module: Module,
}

impl Program {
    /// Reads and compiles a module.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let bytes = std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
        Self::new(&bytes).with_context(|| format!("cannot load `{}`", path.display()))
    }

    /// Compiles a module.
    pub fn new(bytes: &[u8]) -> Result<Self> {
        let engine = Engine::default();
        let module = Module::new(&engine, bytes)?;
        Ok(Self { engine, module })
    }

    /// Whether this is the build that reads its host's clock.
    pub fn imports_clock(&self) -> bool {
        self.module.imports().any(|import| (import.module(), import.name()) == CLOCK)
    }

    /// Starts an instance of the module without imports.
    pub fn start(&self) -> Result<Host> {
        self.start_within(usize::MAX)
    }

    /// Starts an instance whose memory may grow to so many bytes and no further. Where they do not suffice, a call
    /// answers with an error and the instance stays usable.
    pub fn start_within(&self, bytes: usize) -> Result<Host> {
        if let Some(import) = self.module.imports().next() {
            bail!("the module imports `{}.{}`, but it must run without imports", import.module(), import.name());
        }
        self.instantiate(&Linker::new(&self.engine), bytes)
    }

    /// Starts an instance of the build that reads its host's clock where `set_time` was not called.
    pub fn start_with_clock(&self, clock: impl Fn() -> i64 + Send + Sync + 'static) -> Result<Host> {
        let mut linker = Linker::new(&self.engine);
        linker.func_wrap(CLOCK.0, CLOCK.1, clock)?;
        self.instantiate(&linker, usize::MAX)
    }

    fn instantiate(&self, linker: &Linker<StoreLimits>, bytes: usize) -> Result<Host> {
        let mut store = Store::new(&self.engine, StoreLimitsBuilder::new().memory_size(bytes).build());
        store.limiter(|limits| limits);
        let instance = linker.instantiate(&mut store, &self.module)?;
        let memory = instance.get_memory(&mut store, "memory").context("the module does not export `memory`")?;
        let exports = Exports::of(&instance, &mut store)?;
        let mut host = Host { store, instance, memory, exports };
        let version = host.abi_version()?;
        ensure!(version == ABI_VERSION, "the module speaks version {version} of the contract, this host {ABI_VERSION}");
        Ok(host)
    }
}

type OneText = TypedFunc<(u32, u32), u64>;
type TwoTexts = TypedFunc<(u32, u32, u32, u32), u64>;

/// The typed functions. A 64-bit result is a place: the address in its high half, the length in its low half.
struct Exports {
    abi_version: TypedFunc<(), i32>,
    alloc: TypedFunc<u32, u32>,
    dealloc: TypedFunc<(u32, u32), ()>,
    set_validation_mode: TypedFunc<u32, u64>,
    set_time: TypedFunc<i64, ()>,
    update_state: OneText,
    evaluate: TwoTexts,
    evaluate_reusable: TwoTexts,
    evaluate_ref: TypedFunc<(u32, u32, u32, u32), u32>,
    evaluate_by_index: TypedFunc<(u32, u32, u32), u64>,
    evaluate_all: OneText,
    evaluate_logic: TwoTexts,
    describe_state: TypedFunc<(), u64>,
    evaluate_slots: TypedFunc<(u32, u32, u32, u32), u32>,
    last_error: TypedFunc<(), u64>,
    reset: TypedFunc<(), u64>,
}

impl Exports {
    fn of(instance: &Instance, store: &mut Store<StoreLimits>) -> Result<Self> {
        macro_rules! export {
            ($name:literal) => {
                instance.get_typed_func(&mut *store, $name).map_err(anyhow::Error::from)?
            };
        }
        Ok(Self {
            abi_version: export!("abi_version"),
            alloc: export!("alloc"),
            dealloc: export!("dealloc"),
            set_validation_mode: export!("set_validation_mode"),
            set_time: export!("set_time"),
            update_state: export!("update_state"),
            evaluate: export!("evaluate"),
            evaluate_reusable: export!("evaluate_reusable"),
            evaluate_ref: export!("evaluate_ref"),
            evaluate_by_index: export!("evaluate_by_index"),
            evaluate_all: export!("evaluate_all"),
            evaluate_logic: export!("evaluate_logic"),
            describe_state: export!("describe_state"),
            evaluate_slots: export!("evaluate_slots"),
            last_error: export!("last_error"),
            reset: export!("reset"),
        })
    }
}

/// Bytes in the module's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The first byte.
    pub address: u32,
    /// How many bytes.
    pub len: u32,
}

impl Place {
    /// Takes a packed result apart.
    pub fn unpack(word: u64) -> Self {
        Self { address: (word >> 32) as u32, len: word as u32 }
    }
}

/// One instance of the module, with its own flags, settings and memory.
///
/// An error of a method means that the module trapped or broke its contract: drop the instance. Whatever is wrong with
/// the inputs is part of the answer instead.
pub struct Host {
    store: Store<StoreLimits>,
    instance: Instance,
    memory: Memory,
    exports: Exports,
}

impl Host {
    /// Starts an instance of the module without imports.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        Program::load(path)?.start()
    }

    /// Calls an export that gives a text, with numbers as they are: what a host does that manages memory itself.
    pub fn call(&mut self, export: &str, arguments: &[u32]) -> Result<Place> {
        let mut results = [Val::I64(0)];
        self.call_raw(export, arguments, &mut results)?;
        Ok(Place::unpack(results[0].unwrap_i64().cast_unsigned()))
    }

    /// The same for an export that gives a number.
    pub fn call_number(&mut self, export: &str, arguments: &[u32]) -> Result<u32> {
        let mut results = [Val::I32(0)];
        self.call_raw(export, arguments, &mut results)?;
        Ok(results[0].unwrap_i32().cast_unsigned())
    }

    fn call_raw(&mut self, export: &str, arguments: &[u32], results: &mut [Val]) -> Result<()> {
        let function = self
            .instance
            .get_func(&mut self.store, export)
            .with_context(|| format!("the module does not export `{export}`"))?;
        let arguments: Vec<Val> = arguments.iter().map(|argument| Val::I32(argument.cast_signed())).collect();
        Ok(function.call(&mut self.store, &arguments, results)?)
    }

    /// The two numbers of the record at an address.
    pub fn record(&self, address: u32) -> Result<Place> {
        let mut halves = [[0; 4]; 2];
        self.memory.read(&self.store, address as usize, halves.as_flattened_mut())?;
        let [address, len] = halves.map(u32::from_le_bytes);
        Ok(Place { address, len })
    }

    /// Writes bytes into memory that `alloc` gave.
    pub fn write(&mut self, address: u32, bytes: &[u8]) -> Result<()> {
        Ok(self.memory.write(&mut self.store, address as usize, bytes)?)
    }

    /// The bytes at a place.
    pub fn bytes(&self, place: Place) -> Result<&[u8]> {
        let start = place.address as usize;
        let memory = self.memory.data(&self.store);
        memory.get(start..start + place.len as usize).context("a result lies outside memory")
    }

    /// The text at a place.
    pub fn read(&self, place: Place) -> Result<&str> {
        std::str::from_utf8(self.bytes(place)?).context("a result is not UTF-8")
    }

    /// The size of the instance's memory in bytes. It never shrinks.
    pub fn memory_size(&self) -> usize {
        self.memory.data_size(&self.store)
    }

    /// Copies bytes into the module.
    fn lend(&mut self, bytes: &[u8]) -> Result<Place> {
        let len = u32::try_from(bytes.len()).context("an input has more bytes than the module can address")?;
        let address = self.alloc(len)?;
        ensure!(address != 0, "the module has no memory left for {len} bytes");
        self.write(address, bytes)?;
        Ok(Place { address, len })
    }

    fn take_back(&mut self, place: Place) -> Result<()> {
        self.dealloc(place.address, place.len)
    }
}
