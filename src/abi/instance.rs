//! The state of one module instance.

use alloc::string::String;

use super::memory::Lent;
use crate::error::fault::Fault;
use crate::error::sentences;
use crate::json::write::Members;
use crate::limits::Limits;
use crate::ops::Scratch;
use crate::resolve::EvaluationContext;
use crate::{Engine, Error, Validation};

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
    /// Keeps a result and gives its place.
    fn keep(&mut self, result: String) -> u64 {
        self.result = result;
        place(&self.result)
    }

    /// Writes an answer into the memory of the one before the last. A host may pass the last result as an input, so
    /// that one must stay as it is until the answer is there.
    fn write(&mut self, answer: impl FnOnce(&Engine, &mut Scratch, &mut String) -> Option<String>) -> u64 {
        self.spare.clear();
        if let Some(error) = answer(&self.engine, &mut self.scratch, &mut self.spare) {
            self.error = error;
        }
        core::mem::swap(&mut self.result, &mut self.spare);
        place(&self.result)
    }

    pub(super) fn set_validation_mode(&mut self, mode: u32) -> u64 {
        let mode = match mode {
            #[cfg(feature = "schema")]
            0 => Validation::Strict,
            #[cfg(not(feature = "schema"))]
            0 => return self.keep(sentences::no_schema().to_json()),
            1 => Validation::Permissive,
            other => return self.keep(sentences::bad_mode(other).to_json()),
        };
        self.engine.set_validation(mode);
        self.keep(String::from("{\"success\":true}"))
    }

    pub(super) fn set_time(&mut self, unix_seconds: i64) {
        self.time = Some(unix_seconds);
    }

    pub(super) fn reset(&mut self) -> u64 {
        self.engine.reset();
        self.scratch = Scratch::default();
        self.time = None;
        self.error.clear();
        self.repeated = String::new();
        self.keep(String::from("{\"success\":true}"))
    }

    pub(super) fn update_state(&mut self, document: Input<'_>) -> u64 {
        let result = match document {
            Input::Bytes(bytes) => self.engine.update(bytes),
            Input::TooLong(len) => Err(sentences::too_large("the flag document", len, Limits::STANDARD.document)),
            Input::Outside => Err(sentences::outside("the flag document")),
        };
        match result {
            Ok(report) if report.generation() == self.generation => {
                if self.repeated.is_empty() {
                    self.repeated = report.repeated_json();
                }
                place(&self.repeated)
            }
            Ok(report) => {
                self.generation = report.generation();
                self.repeated = String::new();
                self.keep(report.to_json())
            }
            Err(error) => self.keep(error.to_json()),
        }
    }

    pub(super) fn evaluate(&mut self, key: Input<'_>, context: Input<'_>) -> u64 {
        let inputs = self.context(context).and_then(|context| Ok((text(key)?, context)));
        self.write(|engine, scratch, out| match inputs {
            Ok((key, context)) => engine.write_by_key(key, &context, scratch, out),
            Err(fault) => engine.write_fault(fault, out),
        })
    }

    pub(super) fn evaluate_by_index(&mut self, index: u32, context: Input<'_>) -> u64 {
        let context = self.context(context);
        self.write(|engine, scratch, out| match context {
            Ok(context) => engine.write_at(index, &context, scratch, out),
            Err(fault) => engine.write_fault(fault, out),
        })
    }

    /// As `evaluate`; gives the address of a record with the result's address and length.
    pub(super) fn evaluate_ref(&mut self, key: Input<'_>, context: Input<'_>) -> u32 {
        let place = self.evaluate(key, context);
        self.record = [(place >> 32) as u32, place as u32];
        self.record.as_ptr() as usize as u32
    }

    pub(super) fn describe_state(&mut self) -> u64 {
        let reply = self.engine.describe();
        self.keep(reply)
    }

    pub(super) fn evaluate_slots(&mut self, index: u32, generation: u32, slots: Input<'_>) -> u32 {
        let context = match slots {
            Input::Bytes(bytes) => Ok(EvaluationContext::slots(bytes).at(self.time.unwrap_or_else(clock))),
            Input::TooLong(_) => Ok(EvaluationContext::too_large()),
            Input::Outside => Err(Fault::Outside("the slot values")),
        };
        let (word, error) = self.engine.answer_word(index, generation, context, &mut self.scratch);
        if let Some(error) = error {
            self.error = error;
        }
        word
    }

    pub(super) fn last_error(&mut self) -> u64 {
        let mut reply = String::new();
        let mut members = Members::begin(&mut reply);
        if !self.error.is_empty() {
            members.string("errorMessage", &self.error);
        }
        members.end();
        self.keep(reply)
    }

    pub(super) fn evaluate_all(&mut self, context: Input<'_>) -> u64 {
        let reply = match self.context(context) {
            Ok(context) => self.engine.answer_all(&context, &mut self.scratch).to_json(),
            Err(fault) => Error::new(sentences::fault(&fault, "")).to_json(),
        };
        self.keep(reply)
    }

    pub(super) fn evaluate_logic(&mut self, rule: Input<'_>, data: Input<'_>) -> u64 {
        let limit = Limits::STANDARD.document;
        let reply = match (rule, data) {
            (Input::Bytes(rule), Input::Bytes(data)) => crate::evaluate_logic_json(rule, data),
            (Input::TooLong(len), _) => sentences::too_large("the rule", len, limit).to_json(),
            (_, Input::TooLong(len)) => sentences::too_large("the data", len, limit).to_json(),
            (Input::Outside, _) => sentences::outside("the rule").to_json(),
            (_, Input::Outside) => sentences::outside("the data").to_json(),
        };
        self.keep(reply)
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
