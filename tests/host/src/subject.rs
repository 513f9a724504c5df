//! The two things under test behind one interface: the crate, and the built module in wasmtime.

use anyhow::{Result, ensure};
use burgee::{Engine, EvaluationContext, Fractional, Options, Validation};
use burgee_example_wasmtime::Host;
use serde_json::Value;

use crate::answer::{Answer, Kind};
use crate::{json, places};

/// How a document is validated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// One fault refuses the document.
    #[default]
    Strict,
    /// Faults become warnings.
    Permissive,
}

/// Which one is under test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The crate.
    Native,
    /// The module.
    Module,
    /// The module without the schema check and without legacy generations of `fractional`.
    Core,
}

/// One engine. Every method gives the JSON text that the module answers, or would.
pub enum Subject {
    /// The crate.
    Native(Box<Native>),
    /// The module.
    Module(Box<Host>),
}

/// An engine and what it was told, because its mode is fixed when it is made.
#[derive(Default)]
pub struct Native {
    engine: Engine,
    mode: Mode,
    version: Fractional,
    accepted: Option<Vec<u8>>,
}

impl Native {
    /// Goes on in another mode or with another version, with the flags in force.
    fn switch(&mut self, mode: Mode, version: Fractional) -> Result<()> {
        if (mode, version) == (self.mode, self.version) {
            return Ok(());
        }
        (self.mode, self.version) = (mode, version);
        let validation = match mode {
            Mode::Strict => Validation::Strict,
            Mode::Permissive => Validation::Permissive,
        };
        self.engine = Engine::with_options(Options::default().validation(validation).fractional(version));
        if let Some(document) = &self.accepted {
            ensure!(self.engine.update(document).is_ok(), "the flags in force are not accepted in mode {mode:?}");
        }
        Ok(())
    }
}

impl Subject {
    /// A fresh engine or instance.
    pub fn start(target: Target) -> Result<Self> {
        Ok(match target {
            Target::Native => Self::Native(Box::default()),
            Target::Module => Self::Module(Box::new(places::program()?.start()?)),
            Target::Core => Self::Module(Box::new(places::core_program()?.start()?)),
        })
    }

    /// Replaces the flags.
    pub fn update(&mut self, document: &[u8], mode: Mode) -> Result<String> {
        match self {
            Self::Module(host) => {
                host.set_validation_mode(mode as u32)?;
                host.update_state(document)
            }
            Self::Native(native) => {
                native.switch(mode, native.version)?;
                Ok(match native.engine.update(document) {
                    Ok(report) => {
                        native.accepted = Some(document.to_vec());
                        report.to_json()
                    }
                    Err(error) => error.to_json(),
                })
            }
        }
    }

    /// Evaluates one flag.
    pub fn evaluate(&mut self, key: &str, context: &[u8], now: i64) -> Result<String> {
        match self {
            Self::Native(native) => Ok(native.engine.evaluate(key, EvaluationContext::json(context).at(now)).to_json()),
            Self::Module(host) => {
                host.set_time(now)?;
                host.evaluate(key.as_bytes(), context)
            }
        }
    }

    /// Evaluates one flag as a caller of a typed SDK does: natively through the typed interface, and with the module by
    /// the type check that is the host's part.
    pub fn evaluate_as(&mut self, kind: Kind, key: &str, context: &[u8], now: i64) -> Result<Answer> {
        let Self::Native(native) = self else {
            return Ok(Answer::of(&json::parse(&self.evaluate(key, context, now)?)?)?.typed(kind));
        };
        let engine = &native.engine;
        let context = EvaluationContext::json(context).at(now);
        match kind {
            Kind::Boolean => Answer::resolved(engine.evaluate_bool(key, context), |value| Ok(Value::from(value))),
            Kind::Integer => Answer::resolved(engine.evaluate_int(key, context), |value| Ok(Value::from(value))),
            Kind::Float => Answer::resolved(engine.evaluate_float(key, context), |value| Ok(Value::from(value))),
            Kind::String => Answer::resolved(engine.evaluate_string(key, context), |value| Ok(Value::from(value))),
            Kind::Object => {
                Answer::resolved(engine.evaluate_object(key, context), |value| json::parse(&value.to_json()))
            }
        }
    }

    /// Evaluates every flag.
    pub fn evaluate_all(&mut self, context: &[u8], now: i64) -> Result<String> {
        match self {
            Self::Native(native) => Ok(native.engine.evaluate_all(EvaluationContext::json(context).at(now)).to_json()),
            Self::Module(host) => {
                host.set_time(now)?;
                host.evaluate_all(context)
            }
        }
    }

    /// Applies a bare rule.
    pub fn evaluate_logic(&mut self, rule: &[u8], data: &[u8]) -> Result<String> {
        match self {
            Self::Native(_) => Ok(burgee::evaluate_logic_json(rule, data)),
            Self::Module(host) => host.evaluate_logic(rule, data),
        }
    }

    /// Evaluates a flag of one flag set; natively only, because the module has no selectors.
    pub fn evaluate_selected(&mut self, selector: &str, key: &str, context: &[u8], now: i64) -> Result<String> {
        let Self::Native(native) = self else { anyhow::bail!("the module has no selectors") };
        let selection = native.engine.select(selector).map_err(|error| anyhow::anyhow!("{error}"))?;
        Ok(selection.evaluate(key, EvaluationContext::json(context).at(now)).to_json())
    }

    /// Chooses the generation of `fractional` for a document that names none and is loaded next. The module has only the
    /// document for it, so that is what comes back changed.
    pub fn select_fractional(&mut self, version: &str, document: &str) -> Result<String> {
        match self {
            Self::Native(native) => {
                let version = match version {
                    "v1" => Fractional::V1,
                    "v2" => Fractional::V2,
                    "v3" => Fractional::V3,
                    other => anyhow::bail!("unknown version `{other}`"),
                };
                native.switch(native.mode, version)?;
                Ok(document.to_owned())
            }
            Self::Module(_) => {
                let mut document = json::parse(document)?;
                document["metadata"]["fractionalVersion"] = Value::from(version);
                Ok(document.to_string())
            }
        }
    }
}
