//! A host that speaks JSON with a module: the inputs go into one buffer that is kept, the answer is copied out.

use std::hint::black_box;
use std::rc::Rc;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::guests::{Guest, Program};
use super::{Evaluate, Question, Update};

/// An instance and the buffer for its inputs.
pub struct Client<P: Program> {
    program: Rc<P>,
    pub(super) guest: P::Guest,
    buffer: u32,
    capacity: usize,
}

impl<P: Program> Client<P> {
    /// Starts an instance.
    pub fn start(program: Rc<P>) -> Result<Self> {
        let guest = program.start()?;
        Ok(Self { program, guest, buffer: 0, capacity: 0 })
    }

    /// A new instance in the place of the old one.
    pub(super) fn restart(&mut self) -> Result<()> {
        *self = Self::start(Rc::clone(&self.program))?;
        Ok(())
    }

    /// Loads flags; the document does not stay in the module.
    pub(super) fn load(&mut self, document: &[u8]) -> Result<Vec<u8>> {
        let len = u32::try_from(document.len())?;
        let address = self.guest.alloc(len)?;
        ensure!(address != 0, "the module has no memory for {len} bytes");
        let start = address as usize;
        let place = self.guest.memory().get_mut(start..start + document.len()).context("`alloc` gave no memory")?;
        place.copy_from_slice(document);
        let word = self.guest.update_state(address, len)?;
        let mut report = Vec::new();
        self.read(word, &mut report)?;
        self.guest.dealloc(address, len)?;
        ensure!(
            report.starts_with(b"{\"success\":true"),
            "the module refused the flags: {}",
            String::from_utf8_lossy(&report)
        );
        Ok(report)
    }

    /// Makes the buffer large enough.
    pub(super) fn reserve(&mut self, len: usize) -> Result<()> {
        if len > self.capacity {
            let capacity = len.next_power_of_two();
            self.buffer = self.guest.alloc(u32::try_from(capacity)?)?;
            ensure!(self.buffer != 0, "the module has no memory for {capacity} bytes");
            self.capacity = capacity;
        }
        Ok(())
    }

    /// Writes one text behind the other into the buffer, which is large enough; gives its address.
    #[inline]
    pub(super) fn write(&mut self, first: &[u8], second: &[u8]) -> Result<u32> {
        let start = self.buffer as usize;
        let len = first.len() + second.len();
        let place = self.guest.memory().get_mut(start..start + len).context("the buffer lies outside memory")?;
        let (head, tail) = place.split_at_mut(first.len());
        head.copy_from_slice(first);
        tail.copy_from_slice(second);
        Ok(self.buffer)
    }

    /// Copies a result out.
    #[inline]
    pub(super) fn read(&mut self, word: u64, out: &mut Vec<u8>) -> Result<()> {
        let (start, len) = ((word >> 32) as usize, word as u32 as usize);
        out.clear();
        out.extend_from_slice(self.guest.memory().get(start..start + len).context("a result lies outside memory")?);
        Ok(())
    }
}

/// A client with the last question.
pub struct Json<P: Program> {
    client: Client<P>,
    key: Option<String>,
    context: Vec<u8>,
    out: Vec<u8>,
}

impl<P: Program> Json<P> {
    /// Starts an instance.
    pub fn start(program: Rc<P>) -> Result<Self> {
        Ok(Self { client: Client::start(program)?, key: None, context: Vec::new(), out: Vec::new() })
    }

    #[inline]
    fn ask(&mut self) -> Result<()> {
        let context_len = self.context.len() as u32;
        let word = match &self.key {
            Some(key) => {
                let key_len = key.len() as u32;
                let address = self.client.write(key.as_bytes(), &self.context)?;
                self.client.guest.evaluate((address, key_len), (address + key_len, context_len))?
            }
            None => {
                let address = self.client.write(&[], &self.context)?;
                self.client.guest.evaluate_all(address, context_len)?
            }
        };
        self.client.read(word, &mut self.out)
    }
}

impl<P: Program> Evaluate for Json<P> {
    fn load(&mut self, document: &[u8]) -> Result<()> {
        self.client.restart()?;
        self.client.load(document).map(drop)
    }

    fn prepare(&mut self, question: Question<'_>) -> Result<()> {
        (self.key, self.context) = question.kept();
        self.client.reserve(self.key.as_ref().map_or(0, String::len) + self.context.len())
    }

    fn run(&mut self, times: u64) -> Result<()> {
        for _ in 0..times {
            self.ask()?;
            black_box(&self.out);
        }
        Ok(())
    }

    fn answer(&mut self) -> Result<Value> {
        self.ask()?;
        Ok(serde_json::from_slice(&self.out)?)
    }
}

impl<P: Program> Update for Json<P> {
    fn forget(&mut self) -> Result<()> {
        self.client.restart()
    }

    fn update(&mut self, document: &[u8]) -> Result<()> {
        black_box(self.client.load(document)?);
        Ok(())
    }
}
