//! Contexts in an arena, parsed when the first rule asks.

use datalogic_rs::DataValue;
use datalogic_rs::bumpalo::Bump;
use datalogic_rs::datavalue::NumberValue;

type Members<'a> = &'a [(&'a str, DataValue<'a>)];

/// A context that may not be parsed yet.
pub(super) struct Context<'a> {
    text: &'a [u8],
    pub(super) arena: &'a Bump,
    parsed: Option<Members<'a>>,
}

impl<'a> Context<'a> {
    pub(super) fn new(text: &'a [u8], arena: &'a Bump) -> Self {
        Self { text, arena, parsed: None }
    }

    fn members(&mut self) -> Result<Members<'a>, String> {
        if let Some(members) = self.parsed {
            return Ok(members);
        }
        let text = std::str::from_utf8(self.text).map_err(|error| error.to_string())?;
        let value = DataValue::from_str(if text.is_empty() { "{}" } else { text }, self.arena)
            .map_err(|error| format!("the context is not JSON: {error}"))?;
        Ok(self.parsed.insert(value.as_object().unwrap_or_default()))
    }

    /// The context as a rule sees it.
    pub(super) fn data(&mut self) -> Result<DataValue<'a>, String> {
        self.members().map(DataValue::Object)
    }

    /// The same with what flagd adds for one flag.
    pub(super) fn data_for(&mut self, key: &'a str) -> Result<DataValue<'a>, String> {
        let members = self.members()?;
        let added: Members<'a> = self
            .arena
            .alloc([("flagKey", DataValue::String(key)), ("timestamp", DataValue::Number(NumberValue::from_i64(0)))]);
        // The first member of a name wins in a lookup: callers have no say in `$flagd`.
        let without_key = members.iter().all(|(name, _)| *name != "targetingKey");
        let count = members.len() + 1 + usize::from(without_key);
        let all = self.arena.alloc_slice_fill_with(count, |place| match place {
            0 => ("$flagd", DataValue::Object(added)),
            place => members.get(place - 1).copied().unwrap_or(("targetingKey", DataValue::String(""))),
        });
        Ok(DataValue::Object(all))
    }
}
