//! The calls of a session.

use crate::choices::Choices;
use crate::generate::{self, Flavour, Rules};
use crate::spelling;

use super::input::Source;

/// The exports that evaluate a flag by its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ByKey {
    Evaluate,
    Reusable,
    Ref,
}

/// One call.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Call {
    Alloc(u32),
    /// Which of the buffers that were lent, modulo how many there are, and how far its length is off.
    Dealloc(usize, i32),
    DeallocRaw(u32, u32),
    DeallocResult,
    Mode(u32),
    Time(i64),
    Update(Source),
    Evaluate(ByKey, Source, Source),
    ByIndex(u32, Source),
    All(Source),
    Logic(Source, Source),
    Describe,
    /// Index, how far the generation is off, slots.
    Slots(u32, u32, Source),
    /// A flag for a context, through slots and through JSON.
    Contract(String, String),
    LastError,
    Reset,
}

/// A document, a context, a key, and more documents: the calls of a host, in both modes.
pub(super) fn of_texts(texts: &[&[u8]]) -> Vec<Call> {
    let bytes = |place: usize| Source::Bytes(texts.get(place).copied().unwrap_or_default().to_vec());
    let text = |place: usize| String::from_utf8_lossy(texts.get(place).copied().unwrap_or_default()).into_owned();
    let evaluations = || {
        let by_key = [ByKey::Evaluate, ByKey::Reusable, ByKey::Ref];
        let by_key = by_key.into_iter().map(|export| Call::Evaluate(export, bytes(2), bytes(1)));
        let by_index = (0..3).map(|index| Call::ByIndex(index, bytes(1)));
        let slots = (0..3).map(|index| Call::Slots(index, 0, bytes(1)));
        let rest = [Call::All(bytes(1)), Call::Contract(text(2), text(1)), Call::LastError];
        by_key.chain(by_index).chain(slots).chain(rest)
    };
    // Hosts that poll send the same text again.
    let mut calls = vec![Call::Logic(bytes(0), bytes(1)), Call::Update(bytes(0)), Call::Update(bytes(0))];
    calls.extend(evaluations());
    calls.extend([Call::Mode(1), Call::Time(1_000), Call::Update(bytes(0)), Call::Update(bytes(0))]);
    calls.extend(evaluations());
    for place in 3..texts.len().min(6) {
        calls.extend([Call::Update(bytes(place)), Call::Update(bytes(place))]);
        calls.extend(evaluations());
    }
    calls
}

/// Calls in any order, most of them about a few documents and contexts.
pub(super) fn of_choices(choices: &mut Choices<'_>) -> Vec<Call> {
    let mut maker = Maker::new(choices);
    let mut calls = Vec::new();
    if maker.choices.below(4) > 0 {
        calls.push(Call::Mode(1));
    }
    calls.push(Call::Update(Source::Bytes(maker.documents[0].clone())));
    for _ in 0..2 + maker.choices.below(20) {
        let call = maker.call();
        if matches!(call, Call::Update(_)) && maker.choices.below(2) == 1 {
            // Hosts that poll send the same text again.
            calls.push(call.clone());
        }
        calls.push(call);
    }
    calls
}

struct Maker<'c, 'b> {
    choices: &'c mut Choices<'b>,
    documents: Vec<Vec<u8>>,
    keys: Vec<String>,
    contexts: Vec<String>,
}

impl<'c, 'b> Maker<'c, 'b> {
    fn new(choices: &'c mut Choices<'b>) -> Self {
        let (mut documents, mut keys) = (Vec::new(), vec!["gone".to_owned()]);
        for _ in 0..=choices.below(2) {
            let flavour = if choices.below(3) == 0 { Flavour::Strict } else { Flavour::Any };
            let document = generate::document(choices, flavour);
            keys.extend(generate::flag_keys(&document));
            documents.push(spelling::spell(&document, choices).into_bytes());
        }
        let context = |choices: &mut Choices<'b>| {
            let context = generate::context(choices);
            spelling::spell(&context, choices)
        };
        let contexts = vec![String::new(), context(choices), context(choices)];
        Self { choices, documents, keys, contexts }
    }

    fn call(&mut self) -> Call {
        match self.choices.below(20) {
            0..=3 => {
                let export = self.choices.pick(&[ByKey::Evaluate, ByKey::Reusable, ByKey::Ref]);
                Call::Evaluate(export, self.key(), self.context())
            }
            4 | 5 => Call::Contract(self.key_text(), self.context_text()),
            6..=8 => Call::Update(self.document()),
            9 => match self.choices.below(2) {
                0 => Call::ByIndex(self.index(), self.context()),
                _ => Call::All(self.context()),
            },
            10 | 11 => Call::Slots(self.index(), self.choices.pick(&[0, 0, 0, 1, u32::MAX]), self.slots()),
            12 => {
                let rule = generate::value(self.choices, 1);
                let rule = if rule.is_null() { Rules::default().operation(self.choices, 3) } else { rule };
                let data = generate::value(self.choices, 3);
                let rule = self.source(rule.to_string().into_bytes());
                let data = self.source(data.to_string().into_bytes());
                Call::Logic(rule, data)
            }
            13 => Call::Describe,
            14 => Call::LastError,
            15 => Call::Alloc(self.length()),
            16 => match self.choices.below(3) {
                0 => Call::Dealloc(self.choices.below(4), self.choices.pick(&[0, 0, 1, -1, 64, i32::MAX])),
                1 => Call::DeallocRaw(self.address(), self.length()),
                _ => Call::DeallocResult,
            },
            17 => Call::Time(self.choices.pick(&[0, 1_000, -1, i64::MAX, i64::MIN])),
            18 => Call::Mode(self.choices.pick(&[1, 0, 1, 0, 2, u32::MAX])),
            _ if self.choices.below(3) == 0 => Call::Reset,
            _ => Call::Update(self.document()),
        }
    }

    fn document(&mut self) -> Source {
        if self.choices.rarely(10) {
            return Source::Bytes(self.choices.raw(200).to_vec());
        }
        let document = self.documents[self.choices.below(self.documents.len())].clone();
        self.source(document)
    }

    fn key_text(&mut self) -> String {
        self.keys[self.choices.below(self.keys.len())].clone()
    }

    fn key(&mut self) -> Source {
        let key = match self.choices.below(8) {
            0 => self.choices.raw(20).to_vec(),
            _ => self.key_text().into_bytes(),
        };
        self.source(key)
    }

    fn context_text(&mut self) -> String {
        self.contexts[self.choices.below(self.contexts.len())].clone()
    }

    fn context(&mut self) -> Source {
        let context = match self.choices.below(10) {
            0 => self.choices.raw(100).to_vec(),
            _ => self.context_text().into_bytes(),
        };
        self.source(context)
    }

    /// Bytes, or now and then something else that a host may pass.
    fn source(&mut self, bytes: Vec<u8>) -> Source {
        match self.choices.below(24) {
            0 => Source::Raw(self.address(), self.length()),
            1 => Source::End(self.length(), self.choices.pick(&[0, 1, -1, 8, 65_536])),
            2 => Source::Result,
            3 => Source::Lent(self.choices.below(4), self.choices.below(64), self.choices.below(4_096)),
            _ => Source::Bytes(bytes),
        }
    }

    fn index(&mut self) -> u32 {
        match self.choices.rarely(10) {
            true => self.choices.any(),
            false => u32::try_from(self.choices.below(6)).unwrap_or_default(),
        }
    }

    /// Entries of slots, well-formed ones for the most part.
    fn slots(&mut self) -> Source {
        let mut bytes = Vec::new();
        for _ in 0..self.choices.below(6) {
            let slot = u16::try_from(self.choices.below(8)).unwrap_or_default();
            bytes.extend(slot.to_le_bytes());
            let tag = u8::try_from(self.choices.below(8)).unwrap_or_default();
            bytes.push(tag);
            match tag {
                3 => bytes.extend(self.choices.pick(&[0i64, 1, 42, -1, i64::MAX, i64::MIN]).to_le_bytes()),
                4 => bytes.extend(self.choices.any::<u64>().to_le_bytes()),
                5 | 6 => {
                    let text = match tag {
                        5 => generate::scalar(self.choices).as_str().unwrap_or("gold").to_owned(),
                        _ => generate::value(self.choices, 2).to_string(),
                    };
                    let len = u32::try_from(text.len()).unwrap_or_default();
                    let off = self.choices.pick(&[0, 0, 0, 0, 0, 1, u32::MAX]);
                    bytes.extend(len.wrapping_add(off).to_le_bytes());
                    bytes.extend(text.as_bytes());
                }
                _ => {}
            }
        }
        if self.choices.rarely(8) {
            bytes.extend(self.choices.raw(12));
        }
        self.source(bytes)
    }

    fn length(&mut self) -> u32 {
        match self.choices.below(12) {
            0..=6 => u32::try_from(self.choices.below(5_000)).unwrap_or_default(),
            7 => self.choices.pick(&[65_536, 65_537, 1 << 20, (1 << 20) + 1]),
            8 => self.choices.pick(&[(100 << 20) + 1, 0x7fff_ffff]),
            9 => self.choices.pick(&[u32::MAX, u32::MAX - 7, 0xfff0_0000]),
            _ => 0,
        }
    }

    fn address(&mut self) -> u32 {
        match self.choices.below(4) {
            0 => self.choices.pick(&[0, 1, 8, 0x10_0000, 0x7fff_fff8, 0x8000_0000, u32::MAX, u32::MAX - 15]),
            1 => self.choices.any(),
            _ => 0x10_0000 + u32::try_from(self.choices.below(0x8_0000)).unwrap_or_default(),
        }
    }
}
