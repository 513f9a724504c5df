//! datalogic-rs 4 with serde_json, as a crate.

use std::hint::black_box;

use anyhow::{Result, anyhow};
use burgee_bench_peer_wasm::Evaluator;
use serde_json::Value;

use super::{Evaluate, Question, Update};

/// The peer with the last question.
#[derive(Default)]
pub struct Datalogic4 {
    evaluator: Evaluator,
    key: Option<String>,
    context: Vec<u8>,
    out: Vec<u8>,
}

impl Datalogic4 {
    fn ask(&mut self) {
        self.out.clear();
        match &self.key {
            Some(key) => self.evaluator.evaluate(key, &self.context, &mut self.out),
            None => self.evaluator.evaluate_all(&self.context, &mut self.out),
        }
    }
}

impl Evaluate for Datalogic4 {
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

impl Update for Datalogic4 {
    fn forget(&mut self) -> Result<()> {
        self.evaluator = Evaluator::default();
        Ok(())
    }

    fn update(&mut self, document: &[u8]) -> Result<()> {
        black_box(self.evaluator.update(document).map_err(|error| anyhow!(error))?);
        Ok(())
    }
}
