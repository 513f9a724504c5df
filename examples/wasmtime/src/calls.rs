//! The exports as methods.

use anyhow::Result;

use crate::{Host, Place};

impl Host {
    /// The version of the module's contract.
    pub fn abi_version(&mut self) -> Result<i32> {
        Ok(self.exports.abi_version.call(&mut self.store, ())?)
    }

    /// Memory for an input; 0 when there is none left.
    pub fn alloc(&mut self, len: u32) -> Result<u32> {
        Ok(self.exports.alloc.call(&mut self.store, len)?)
    }

    /// Gives memory back.
    pub fn dealloc(&mut self, address: u32, len: u32) -> Result<()> {
        Ok(self.exports.dealloc.call(&mut self.store, (address, len))?)
    }

    /// 0 for strict, 1 for permissive.
    pub fn set_validation_mode(&mut self, mode: u32) -> Result<String> {
        let word = self.exports.set_validation_mode.call(&mut self.store, mode)?;
        self.text(word)
    }

    /// The time of the evaluations that follow.
    pub fn set_time(&mut self, unix_seconds: i64) -> Result<()> {
        Ok(self.exports.set_time.call(&mut self.store, unix_seconds)?)
    }

    /// Replaces the flags; the answer tells what changed, or what is wrong.
    pub fn update_state(&mut self, document: &[u8]) -> Result<String> {
        let function = self.exports.update_state.clone();
        self.with_text(document, |host, text| Ok(function.call(&mut host.store, (text.address, text.len))?))
    }

    /// Evaluates one flag.
    pub fn evaluate(&mut self, key: &[u8], context: &[u8]) -> Result<String> {
        let function = self.exports.evaluate.clone();
        self.with_texts(key, context, |host, arguments| Ok(function.call(&mut host.store, arguments)?))
    }

    /// Evaluates one flag, under the name that hosts of flagd-evaluator call.
    pub fn evaluate_reusable(&mut self, key: &[u8], context: &[u8]) -> Result<String> {
        let function = self.exports.evaluate_reusable.clone();
        self.with_texts(key, context, |host, arguments| Ok(function.call(&mut host.store, arguments)?))
    }

    /// Evaluates one flag; the module tells the place of the answer in a record of eight bytes instead of one word.
    pub fn evaluate_ref(&mut self, key: &[u8], context: &[u8]) -> Result<String> {
        let function = self.exports.evaluate_ref.clone();
        self.with_texts(key, context, |host, arguments| {
            let record = function.call(&mut host.store, arguments)?;
            let Place { address, len } = host.record(record)?;
            Ok(u64::from(address) << 32 | u64::from(len))
        })
    }

    /// Evaluates the flag that the last update listed under this number in `flagIndices`.
    pub fn evaluate_by_index(&mut self, index: u32, context: &[u8]) -> Result<String> {
        let function = self.exports.evaluate_by_index.clone();
        self.with_text(context, |host, text| Ok(function.call(&mut host.store, (index, text.address, text.len))?))
    }

    /// Evaluates every flag.
    pub fn evaluate_all(&mut self, context: &[u8]) -> Result<String> {
        let function = self.exports.evaluate_all.clone();
        self.with_text(context, |host, text| Ok(function.call(&mut host.store, (text.address, text.len))?))
    }

    /// Applies a bare JSON Logic rule to data.
    pub fn evaluate_logic(&mut self, rule: &[u8], data: &[u8]) -> Result<String> {
        let function = self.exports.evaluate_logic.clone();
        self.with_texts(rule, data, |host, arguments| Ok(function.call(&mut host.store, arguments)?))
    }

    /// Slots and flags, for [`Host::evaluate_slots`].
    pub fn describe_state(&mut self) -> Result<String> {
        let word = self.exports.describe_state.call(&mut self.store, ())?;
        self.text(word)
    }

    /// Evaluates the flag at an index for slot values; gives the answer word.
    pub fn evaluate_slots(&mut self, index: u32, generation: u32, slots: &[u8]) -> Result<u32> {
        let place = self.lend(slots)?;
        let arguments = (index, generation, place.address, place.len);
        let word = self.exports.evaluate_slots.call(&mut self.store, arguments)?;
        self.take_back(place)?;
        Ok(word)
    }

    /// What went wrong in the last evaluation that answered with an error.
    pub fn last_error(&mut self) -> Result<String> {
        let word = self.exports.last_error.call(&mut self.store, ())?;
        self.text(word)
    }

    /// Forgets flags, settings and time.
    pub fn reset(&mut self) -> Result<String> {
        let word = self.exports.reset.call(&mut self.store, ())?;
        self.text(word)
    }

    fn text(&self, word: u64) -> Result<String> {
        Ok(self.read(Place::unpack(word))?.to_owned())
    }

    /// Copies a text into the module for the time of one call.
    fn with_text(&mut self, text: &[u8], call: impl FnOnce(&mut Self, Place) -> Result<u64>) -> Result<String> {
        let place = self.lend(text)?;
        let word = call(self, place)?;
        let answer = self.text(word)?;
        self.take_back(place)?;
        Ok(answer)
    }

    fn with_texts(
        &mut self,
        first: &[u8],
        second: &[u8],
        call: impl FnOnce(&mut Self, (u32, u32, u32, u32)) -> Result<u64>,
    ) -> Result<String> {
        let place = self.lend(first)?;
        let answer =
            self.with_text(second, |host, other| call(host, (place.address, place.len, other.address, other.len)))?;
        self.take_back(place)?;
        Ok(answer)
    }
}
