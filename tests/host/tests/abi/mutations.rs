//! Damaged documents and contexts: never a trap, and the crate says the same byte for byte.

use burgee::{Engine, EvaluationContext, Options, Validation};
use serde_json::Value;

use crate::support::start;

const ROUNDS: usize = 3_000;

/// Pieces that matter to a reader of JSON or of flags.
const PIECES: [&str; 28] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "null",
    "true",
    "-0",
    "1e999",
    "9007199254740993",
    "{}",
    "[]",
    "\"\"",
    "{\"var\":\"\"}",
    "{\"$ref\":\"is-employee\"}",
    "{\"$ref\":\"x\"}",
    "\"fractional\"",
    "\"sem_ver\"",
    "\"$evaluators\"",
    "\"metadata\"",
    "\u{e9}",
    "\u{1f600}",
    " ",
];

/// A small generator of numbers, so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (sides.max(1) as u64)).unwrap_or(0)
    }
}

/// One to four damages: a byte changed, a stretch removed or doubled, a piece put in.
fn damage(text: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut text = text.to_vec();
    for _ in 0..=dice.roll(4) {
        let at = dice.roll(text.len());
        let end = (at + dice.roll(40)).min(text.len());
        match dice.roll(5) {
            0 if at < text.len() => text[at] = u8::try_from(dice.roll(256)).unwrap_or(0),
            1 => drop(text.drain(at..end)),
            2 => {
                let copy = text[at..end].to_vec();
                text.splice(at..at, copy);
            }
            3 => {
                let other = dice.roll(text.len());
                let copy = text[at..end].to_vec();
                text.splice(other..other, copy);
            }
            _ => drop(text.splice(at..at, PIECES[dice.roll(PIECES.len())].bytes())),
        }
    }
    text
}

/// One to three values of a document replaced by other values of it: still JSON, but hardly ever meant like that.
fn shuffle(text: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut document: Value = serde_json::from_slice(text).expect("the example flags are JSON");
    for _ in 0..=dice.roll(3) {
        let mut places = Vec::new();
        pointers(&document, String::new(), &mut places);
        let from = &places[dice.roll(places.len())];
        let to = &places[dice.roll(places.len())];
        let value = match dice.roll(4) {
            0 => serde_json::from_str(PIECES[dice.roll(PIECES.len())]).unwrap_or_default(),
            _ => document.pointer(from).cloned().unwrap_or_default(),
        };
        if let Some(place) = document.pointer_mut(to) {
            *place = value;
        }
    }
    document.to_string().into_bytes()
}

fn pointers(value: &Value, at: String, places: &mut Vec<String>) {
    let escaped = |name: &str| name.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(place, item)| pointers(item, format!("{at}/{place}"), places));
        }
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| pointers(member, format!("{at}/{}", escaped(name)), places));
        }
        _ => {}
    }
    if !at.is_empty() {
        places.push(at);
    }
}

#[test]
fn damaged_input_never_traps_and_is_answered_alike_natively_and_in_the_module() {
    let root = burgee_conformance::places::root();
    let flags = std::fs::read(root.join("examples/flags.json")).expect("the example flags");
    let contexts = std::fs::read_to_string(root.join("examples/contexts.jsonl")).expect("the example contexts");
    let context = contexts.lines().next().expect("a context").as_bytes();
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let mut accepted = 0;
    for round in 0..ROUNDS {
        let document = if round % 3 == 0 { damage(&flags, &mut dice) } else { shuffle(&flags, &mut dice) };
        let context = if round % 5 == 0 { damage(context, &mut dice) } else { context.to_vec() };
        let permissive = round % 2 == 0;
        let validation = if permissive { Validation::Permissive } else { Validation::Strict };
        let engine = Engine::with_options(Options::default().validation(validation));
        let native = engine.update(&document).map_or_else(|error| error.to_json(), |report| report.to_json());
        let mut host = start();
        host.set_validation_mode(u32::from(permissive)).expect("it answers");
        let say = |what: &str| format!("round {round}, {what}: {}", String::from_utf8_lossy(&document));
        let module = host.update_state(&document).unwrap_or_else(|error| panic!("{}\n{error:#}", say("update")));
        assert_eq!(native, module, "{}", say("update"));
        accepted += usize::from(native.starts_with(r#"{"success":true"#));
        let native = engine.evaluate_all(EvaluationContext::json(&context)).to_json();
        let module = host.evaluate_all(&context).unwrap_or_else(|error| panic!("{}\n{error:#}", say("evaluation")));
        assert_eq!(native, module, "{}\n{}", say("evaluation"), String::from_utf8_lossy(&context));
    }
    println!("{accepted} of {ROUNDS} damaged documents were accepted");
}
