//! The state of one module instance.

use alloc::string::String;

use super::ALLOCATOR;
use super::memory::Lent;
use crate::engine::slots::SHORT;
use crate::error::fault::Fault;
use crate::error::sentences::{self, short_memory};
use crate::json::write::Members;
use crate::limits::Limits;
use crate::memory::is_short;
use crate::ops::Scratch;
use crate::resolve::EvaluationContext;
use crate::{Engine, Validation};

/// The reply of a call that has nothing to tell.
const SUCCESS: &str = "{\"success\":true}";

/// Engine, settings and buffers.
#[derive(Default)]
pub(super) struct Instance {
    pub(super) lent: Lent,
    engine: Engine,
    scratch: Scratch,
    time: Option<i64>,
    /// The last result; it stays until the next call.
    result: String,
    /// Memory for the next answer.
    spare: String,
    /// The generation that was reported last.
    generation: u64,
    /// The report on the same text again, once it was asked for: hosts that poll send it again and again.
    repeated: String,
    /// The sentence of the last evaluation that answered with an error.
    error: String,
    /// That was a lack of memory, for whose sentence there was none.
    short: bool,
    /// Address and length of the last result, for hosts that cannot take a 64-bit word cheaply.
    record: [u32; 2],
}

/// Bytes that a host passed: its pointer and length, read only after the length was checked.
#[derive(Clone, Copy)]
pub(super) enum Input<'a> {
    Bytes(&'a [u8]),
    /// Longer than the limit; not looked at.
    TooLong(usize),
    /// Not inside memory.
    Outside,
}

/// Where a text lies: address in the high half, length in the low half.
fn place(text: &str) -> u64 {
    let address = text.as_ptr() as usize as u64;
    address << 32 | text.len() as u64
}

impl Instance {
    /// What a call makes; nothing where memory is short, and then what was made is dropped.
    fn made<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if ALLOCATOR.ready() {
            let made = make(self);
            if !is_short() {
                return Some(made);
            }
        }
        self.give_way();
        None
    }

    /// Makes a reply and gives its place.
    fn reply(&mut self, make: impl FnOnce(&mut Self) -> String) -> u64 {
        match self.made(make) {
            Some(reply) => self.keep(reply),
            None => place(short_memory::REPLY),
        }
    }

    /// Keeps a result and gives its place.
    fn keep(&mut self, result: String) -> u64 {
        self.result = result;
        place(&self.result)
    }

    /// Writes an answer into the memory of the one before the last. A host may pass the last result as an input, so
    /// that one must stay as it is until the answer is there.
    fn write(&mut self, answer: impl FnOnce(&Engine, &mut Scratch, &mut String, &mut String)) -> u64 {
        let made = self.made(|this| {
            this.spare.clear();
            answer(&this.engine, &mut this.scratch, &mut this.spare, &mut this.error);
        });
        if made.is_none() {
            return place(short_memory::ANSWER);
        }
        core::mem::swap(&mut self.result, &mut self.spare);
        place(&self.result)
    }

    /// Gives back all memory that holds nothing in force.
    #[cold]
    #[inline(never)]
    fn give_way(&mut self) {
        self.scratch = Scratch::default();
        self.spare = String::new();
        self.result = String::new();
        self.repeated = String::new();
        self.error = String::new();
        self.short = true;
    }

    pub(super) fn set_validation_mode(&mut self, mode: u32) -> u64 {
        self.reply(|this| {
            let mode = match mode {
                #[cfg(feature = "schema")]
                0 => Validation::Strict,
                #[cfg(not(feature = "schema"))]
                0 => return sentences::no_schema().to_json(),
                1 => Validation::Permissive,
                other => return sentences::bad_mode(other).to_json(),
            };
            this.engine.set_validation(mode);
            String::from(SUCCESS)
        })
    }

    pub(super) fn set_time(&mut self, unix_seconds: i64) {
        self.time = Some(unix_seconds);
    }

    pub(super) fn reset(&mut self) -> u64 {
        self.reply(|this| {
            this.engine.reset();
            this.scratch = Scratch::default();
            this.time = None;
            this.error = String::new();
            this.short = false;
            this.repeated = String::new();
            String::from(SUCCESS)
        })
    }

    pub(super) fn update_state(&mut self, document: Input<'_>) -> u64 {
        match self.made(|this| this.update(document)) {
            Some(Some(reply)) => self.keep(reply),
            Some(None) => place(&self.repeated),
            None => place(short_memory::REPLY),
        }
    }

    /// Replaces the flags; nothing where the text is the same again, whose report is kept.
    fn update(&mut self, document: Input<'_>) -> Option<String> {
        let prepared = match document {
            Input::Bytes(bytes) => self.engine.prepare(bytes),
            Input::TooLong(len) => Err(sentences::too_large("the flag document", len, Limits::STANDARD.document)),
            Input::Outside => Err(sentences::outside("the flag document")),
        };
        let report = match prepared {
            Ok(report) => report,
            Err(error) => return Some(error.to_json()),
        };
        if report.generation() == self.generation {
            if self.repeated.is_empty() {
                self.repeated = report.repeated_json();
            }
            return None;
        }
        let reply = report.to_json();
        // Only flags whose report the host gets come into force.
        if !is_short() {
            self.engine.put_in_force(&report);
            self.generation = report.generation();
            self.repeated = String::new();
        }
        Some(reply)
    }

    pub(super) fn evaluate(&mut self, key: Input<'_>, context: Input<'_>) -> u64 {
        let inputs = self.context(context).and_then(|context| Ok((text(key)?, context)));
        self.write(|engine, scratch, out, error| match inputs {
            Ok((key, context)) => engine.write_by_key(key, &context, scratch, out, error),
            Err(fault) => engine.write_fault(fault, out, error),
        })
    }

    pub(super) fn evaluate_by_index(&mut self, index: u32, context: Input<'_>) -> u64 {
        let context = self.context(context);
        self.write(|engine, scratch, out, error| match context {
            Ok(context) => engine.write_at(index, &context, scratch, out, error),
            Err(fault) => engine.write_fault(fault, out, error),
        })
    }

    /// As `evaluate`; gives the address of a record with the result's address and length.
    pub(super) fn evaluate_ref(&mut self, key: Input<'_>, context: Input<'_>) -> u32 {
        let place = self.evaluate(key, context);
        self.record = [(place >> 32) as u32, place as u32];
        self.record.as_ptr() as usize as u32
    }

    pub(super) fn describe_state(&mut self) -> u64 {
        self.reply(|this| this.engine.describe())
    }

    pub(super) fn evaluate_slots(&mut self, index: u32, generation: u32, slots: Input<'_>) -> u32 {
        let context = match slots {
            Input::Bytes(bytes) => Ok(EvaluationContext::slots(bytes).at(self.time.unwrap_or_else(clock))),
            Input::TooLong(_) => Ok(EvaluationContext::too_large()),
            Input::Outside => Err(Fault::Outside("the list of slot values")),
        };
        let made =
            self.made(|this| this.engine.answer_word(index, generation, context, &mut this.scratch, &mut this.error));
        made.unwrap_or(SHORT)
    }

    pub(super) fn last_error(&mut self) -> u64 {
        self.reply(|this| {
            let mut reply = String::new();
            let mut members = Members::begin(&mut reply);
            let short = cfg!(feature = "fast") && this.short && this.error.is_empty();
            let error = if short { short_memory::SENTENCE } else { &this.error };
            if !error.is_empty() {
                members.string("errorMessage", error);
            }
            members.end();
            reply
        })
    }

    pub(super) fn evaluate_all(&mut self, context: Input<'_>) -> u64 {
        self.reply(|this| match this.context(context) {
            Ok(context) => this.engine.answer_all(&context, &mut this.scratch).to_json(),
            Err(fault) => Engine::refuse(&fault),
        })
    }

    pub(super) fn evaluate_logic(&mut self, rule: Input<'_>, data: Input<'_>) -> u64 {
        let limit = Limits::STANDARD.document;
        self.reply(|_| match (rule, data) {
            (Input::Bytes(rule), Input::Bytes(data)) => crate::evaluate_logic_json(rule, data),
            (Input::TooLong(len), _) => sentences::too_large("the rule", len, limit).to_json(),
            (_, Input::TooLong(len)) => sentences::too_large("the data", len, limit).to_json(),
            (Input::Outside, _) => sentences::outside("the rule").to_json(),
            (_, Input::Outside) => sentences::outside("the data").to_json(),
        })
    }

    /// The context at the time of the evaluation.
    fn context<'a>(&self, context: Input<'a>) -> Result<EvaluationContext<'a>, Fault> {
        let context = match context {
            Input::Bytes(bytes) => EvaluationContext::json(bytes),
            Input::TooLong(_) => EvaluationContext::too_large(),
            Input::Outside => return Err(Fault::Outside("the evaluation context")),
        };
        Ok(context.at(self.time.unwrap_or_else(clock)))
    }
}

/// A flag key as text.
fn text(key: Input<'_>) -> Result<&str, Fault> {
    match key {
        Input::Bytes(key) => core::str::from_utf8(key).map_err(|error| Fault::KeyEncoding(error.valid_up_to())),
        Input::TooLong(_) => Err(Fault::LongKey),
        Input::Outside => Err(Fault::Outside("the flag key")),
    }
}

#[cfg(not(feature = "host-clock"))]
fn clock() -> i64 {
    0
}

#[cfg(feature = "host-clock")]
fn clock() -> i64 {
    #[link(wasm_import_module = "host")]
    unsafe extern "C" {
        safe fn get_current_time_unix_seconds() -> i64;
    }
    get_current_time_unix_seconds()
}
