//! datalogic-rs 5 with its own parser: a flag evaluator around its fastest calls. The context is parsed into an arena that
//! is reused, the rule runs on it without a copy, and the answer is put together from texts made when the flags are
//! loaded.

mod context;
mod flag;
mod flags;
mod rule;

use std::hint::black_box;

use anyhow::Result;
use datalogic_rs::bumpalo::Bump;
use serde_json::Value;

use super::{Evaluate, Question, Update};
use context::Context;
use flags::Flags;

/// The peer with the last question.
#[derive(Default)]
pub struct Datalogic5 {
    flags: Flags,
    arena: Bump,
    key: Option<String>,
    context: Vec<u8>,
    out: Vec<u8>,
}

impl Datalogic5 {
    fn ask(&mut self) {
        self.arena.reset();
        self.out.clear();
        let mut context = Context::new(&self.context, &self.arena);
        match &self.key {
            Some(key) => self.flags.evaluate(key, &mut context, &mut self.out),
            None => self.flags.evaluate_all(&mut context, &mut self.out),
        }
    }
}

impl Evaluate for Datalogic5 {
    fn load(&mut self, document: &[u8]) -> Result<()> {
        self.forget()?;
        self.update(document)
    }

    fn prepare(&mut self, question: Question<'_>) -> Result<()> {
        (self.key, self.context) = question.kept();
        Ok(())
    }

    fn run(&mut self, times: u64) -> Result<()> {
        for _ in 0..times {
            self.ask();
            black_box(&self.out);
        }
        Ok(())
    }

    fn answer(&mut self) -> Result<Value> {
        self.ask();
        Ok(serde_json::from_slice(&self.out)?)
    }
}

impl Update for Datalogic5 {
    fn forget(&mut self) -> Result<()> {
        self.flags = Flags::default();
        Ok(())
    }

    fn update(&mut self, document: &[u8]) -> Result<()> {
        self.flags.update(std::str::from_utf8(document)?)?;
        black_box(&self.flags);
        Ok(())
    }
}
