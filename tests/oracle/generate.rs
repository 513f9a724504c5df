//! Rules and data: mostly of the types that an author means, now and then of any type.

use serde_json::{Value as Json, json};

use crate::tape::Tape;

/// What `var` reads from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    Context,
    Number,
    Word,
    Item,
    Fold,
}

/// What an expression is meant to give.
#[derive(Clone, Copy)]
enum Kind {
    Number,
    Text,
    Truth,
    List,
}

const WORDS: [&str; 14] =
    ["a", "", "b", "ab", "abc", "10", "9", "1", "0", "2.5", "true", "déjà", "日本語", "user@example.com"];
const NUMBERS: [&str; 14] = ["1", "0", "2", "3", "-1", "10", "7", "2.5", "0.1", "-3.25", "100", "1e3", "1.0", "65536"];
const VERSIONS: [&str; 8] = ["1.2.3", "1.2.4", "2.0.0", "1.3.0", "1.2.3-rc.1", "1.2.3-alpha", "v1.2.3", "1"];

fn number_text(text: &str) -> Json {
    serde_json::from_str(text).expect("the numbers above are JSON")
}

/// A rule and the data it reads.
pub(crate) fn rule_and_data(choices: &[u32]) -> (Json, Json) {
    let mut rules = Rules { tape: Tape::new(choices), scope: Scope::Context, wild: 14 };
    let data = rules.data();
    let depth = rules.tape.below(4).saturating_add(1);
    (rules.any(depth), data)
}

struct Rules<'t> {
    tape: Tape<'t>,
    scope: Scope,
    /// An expression of another type than meant comes once in so many times.
    wild: usize,
}

impl Rules<'_> {
    fn data(&mut self) -> Json {
        let numbers: Vec<Json> = (0..self.tape.below(5)).map(|_| self.number_literal()).collect();
        let words: Vec<Json> = (0..self.tape.below(4)).map(|_| self.word_literal()).collect();
        let items: Vec<Json> = (0..self.tape.below(4))
            .map(|_| json!({"price": self.number_literal(), "tag": self.word_literal()}))
            .collect();
        json!({
            "n": self.number_literal(),
            "m": self.number_literal(),
            "word": self.word_literal(),
            "yes": true,
            "no": false,
            "nothing": null,
            "version": *self.tape.pick(&VERSIONS.each_ref()),
            "numbers": numbers,
            "words": words,
            "items": items,
            "user": {"age": self.number_literal(), "name": self.word_literal(), "tags": ["x", "y"]},
        })
    }

    fn number_literal(&mut self) -> Json {
        number_text(self.tape.pick(&NUMBERS))
    }

    fn word_literal(&mut self) -> Json {
        Json::from(self.tape.pick(&WORDS))
    }

    fn any(&mut self, depth: usize) -> Json {
        match self.tape.below(4) {
            0 => self.expression(Kind::Truth, depth),
            1 => self.expression(Kind::Number, depth),
            2 => self.expression(Kind::Text, depth),
            _ => self.expression(Kind::List, depth),
        }
    }

    fn expression(&mut self, kind: Kind, depth: usize) -> Json {
        if self.tape.rarely(self.wild) {
            return self.oddity(depth);
        }
        if depth == 0 {
            return self.leaf(kind);
        }
        let below = depth.saturating_sub(1);
        match kind {
            Kind::Number => self.number(below),
            Kind::Text => self.text(below),
            Kind::Truth => self.truth(below),
            Kind::List => self.list(below),
        }
    }

    /// What no author means in this place.
    fn oddity(&mut self, depth: usize) -> Json {
        match self.tape.below(13) {
            0 => Json::Null,
            1 => self.var("gone"),
            2 => json!({}),
            3 => json!([]),
            4 => self.var(""),
            5 => json!([1, "1", null]),
            6 => json!("not a number"),
            7 => {
                let path = *self
                    .tape
                    .pick(&["nothing", "user", "items", "numbers.0", "user..age", "user.", "numbers.x"].each_ref());
                self.var(path)
            }
            8 => json!({"missing": ["nothing", "n"]}),
            9 => json!({"var": ["nothing", "default"]}),
            10 => {
                let operator = *self.tape.pick(
                    &["+", "-", "/", "max", "cat", "==", "<", "in", "substr", "merge", "if", "!", "missing"].each_ref(),
                );
                json!({operator: self.any(depth.saturating_sub(1))})
            }
            11 => {
                let operator = *self.tape.pick(
                    &[
                        "+", "-", "*", "/", "%", "max", "min", "==", "!=", "===", ">", "substr", "reduce", "map",
                        "all", "none",
                    ]
                    .each_ref(),
                );
                let count = self.tape.below(5);
                json!({operator: (0..count).map(|_| self.any(depth.saturating_sub(1))).collect::<Vec<_>>()})
            }
            _ => self.any(depth.saturating_sub(1)),
        }
    }

    fn var(&mut self, path: &str) -> Json {
        json!({"var": path})
    }

    fn path(&mut self, kind: Kind) -> Json {
        let path = match (self.scope, kind) {
            (Scope::Context, Kind::Number) => {
                *self.tape.pick(&["n", "m", "user.age", "numbers.0", "items.0.price"].each_ref())
            }
            (Scope::Context, Kind::Text) => {
                *self.tape.pick(&["word", "user.name", "words.0", "items.1.tag"].each_ref())
            }
            (Scope::Context, Kind::Truth) => *self.tape.pick(&["yes", "no"].each_ref()),
            (Scope::Context, Kind::List) => *self.tape.pick(&["numbers", "words", "items", "user.tags"].each_ref()),
            (Scope::Item, Kind::Number) => "price",
            (Scope::Item, Kind::Text) => "tag",
            (Scope::Number, Kind::Number) | (Scope::Word, Kind::Text) => "",
            (Scope::Fold, Kind::Number) => *self.tape.pick(&["current", "accumulator"].each_ref()),
            _ => return self.literal(kind),
        };
        self.var(path)
    }

    fn literal(&mut self, kind: Kind) -> Json {
        match kind {
            Kind::Number => self.number_literal(),
            Kind::Text => self.word_literal(),
            Kind::Truth => Json::from(self.tape.below(2) == 1),
            Kind::List => {
                let count = self.tape.below(4);
                let words = self.tape.below(2) == 1;
                (0..count).map(|_| if words { self.word_literal() } else { self.number_literal() }).collect()
            }
        }
    }

    fn leaf(&mut self, kind: Kind) -> Json {
        if self.tape.below(2) == 0 { self.literal(kind) } else { self.path(kind) }
    }

    fn number(&mut self, depth: usize) -> Json {
        match self.tape.below(12) {
            0 | 1 => self.leaf(Kind::Number),
            2 => {
                let operator = *self.tape.pick(&["+", "-", "*", "max", "min"].each_ref());
                let count = self.tape.below(3).saturating_add(2);
                self.operation(operator, Kind::Number, count, depth)
            }
            3 => self.operation("-", Kind::Number, 1, depth),
            4 => {
                let operator = *self.tape.pick(&["/", "%"].each_ref());
                self.operation(operator, Kind::Number, 2, depth)
            }
            5 => json!({"+": [self.expression(Kind::Text, depth), self.expression(Kind::Number, depth)]}),
            6 | 7 => self.branches(Kind::Number, depth),
            8 => json!({"var": [self.gone(), self.expression(Kind::Number, depth)]}),
            9 => self.reduced(depth),
            10 => json!({"+": self.path(Kind::Number)}),
            _ => json!({"var": self.computed_path("n", "m", depth)}),
        }
    }

    fn operation(&mut self, operator: &str, kind: Kind, count: usize, depth: usize) -> Json {
        let arguments: Vec<Json> = (0..count).map(|_| self.expression(kind, depth)).collect();
        json!({operator: arguments})
    }

    fn gone(&mut self) -> Json {
        Json::from(*self.tape.pick(&["gone", "user.gone", "n.gone", "numbers.99"].each_ref()))
    }

    fn computed_path(&mut self, yes: &str, no: &str, depth: usize) -> Json {
        json!({"if": [self.expression(Kind::Truth, depth), yes, no]})
    }

    fn branches(&mut self, kind: Kind, depth: usize) -> Json {
        let mut arguments = Vec::new();
        for _ in 0..self.tape.below(2).saturating_add(1) {
            arguments.push(self.expression(Kind::Truth, depth));
            arguments.push(self.expression(kind, depth));
        }
        if self.tape.below(4) > 0 {
            arguments.push(self.expression(kind, depth));
        }
        json!({"if": arguments})
    }

    fn reduced(&mut self, depth: usize) -> Json {
        if self.scope != Scope::Context {
            return self.leaf(Kind::Number);
        }
        let list = json!({"var": "numbers"});
        let first = self.number_literal();
        let body = self.within(Scope::Fold, Kind::Number, depth);
        json!({"reduce": [list, body, first]})
    }

    fn within(&mut self, scope: Scope, kind: Kind, depth: usize) -> Json {
        let outer = std::mem::replace(&mut self.scope, scope);
        let body = self.expression(kind, depth);
        self.scope = outer;
        body
    }

    fn text(&mut self, depth: usize) -> Json {
        match self.tape.below(9) {
            0 | 1 => self.leaf(Kind::Text),
            2 => {
                let count = self.tape.below(3).saturating_add(1);
                let kinds = [Kind::Text, Kind::Text, Kind::Number, Kind::Truth];
                let arguments: Vec<Json> = (0..count)
                    .map(|_| {
                        let kind = kinds[self.tape.below(kinds.len())];
                        self.expression(kind, depth)
                    })
                    .collect();
                json!({"cat": arguments})
            }
            3 => json!({"substr": [self.expression(Kind::Text, depth), self.tape.below(9) as i64 - 4]}),
            4 => {
                let (start, length) = (self.tape.below(9) as i64 - 4, self.tape.below(9) as i64 - 4);
                json!({"substr": [self.expression(Kind::Text, depth), start, length]})
            }
            5 | 6 => self.branches(Kind::Text, depth),
            7 => json!({"var": [self.gone(), self.expression(Kind::Text, depth)]}),
            _ => self.fractional(depth),
        }
    }

    fn fractional(&mut self, depth: usize) -> Json {
        let mut arguments = vec![json!({"cat": [self.expression(Kind::Text, depth), "-key"]})];
        for _ in 0..self.tape.below(4).saturating_add(1) {
            let variant = self.word_literal();
            arguments.push(match self.tape.below(4) {
                0 => json!([variant]),
                _ => json!([variant, self.tape.below(101)]),
            });
        }
        json!({"fractional": arguments})
    }

    fn truth(&mut self, depth: usize) -> Json {
        match self.tape.below(16) {
            0 => self.leaf(Kind::Truth),
            1 | 2 => {
                let operator = *self.tape.pick(&["<", "<=", ">", ">="].each_ref());
                let kind = if self.tape.below(3) == 2 { Kind::Text } else { Kind::Number };
                let count = if self.tape.below(4) == 3 { 3 } else { 2 };
                self.operation(operator, kind, count, depth)
            }
            3 | 4 => {
                let operator = *self.tape.pick(&["==", "===", "!=", "!=="].each_ref());
                let kind = [Kind::Number, Kind::Text, Kind::Truth][self.tape.below(3)];
                self.operation(operator, kind, 2, depth)
            }
            5 => {
                let operator = *self.tape.pick(&["==", "===", "!=", "!==", "<", ">="].each_ref());
                let (left, right) = (self.mixed(depth), self.mixed(depth));
                json!({operator: [left, right]})
            }
            6 => json!({"in": [self.expression(Kind::Text, depth), self.expression(Kind::Text, depth)]}),
            7 => json!({"in": [self.mixed(depth), self.expression(Kind::List, depth)]}),
            8 => json!({"!": [self.any(depth)]}),
            9 => json!({"!!": [self.any(depth)]}),
            10 => self.operation("and", Kind::Truth, 2, depth),
            11 => {
                let operator = *self.tape.pick(&["or", "and"].each_ref());
                let count = self.tape.below(3).saturating_add(1);
                json!({operator: (0..count).map(|_| self.any(depth)).collect::<Vec<_>>()})
            }
            12 => {
                let operator = *self.tape.pick(&["some", "all", "none"].each_ref());
                let (list, scope) = self.source(depth);
                let body = self.within(scope, Kind::Truth, depth);
                json!({operator: [list, body]})
            }
            13 => {
                let operator = *self.tape.pick(&["starts_with", "ends_with"].each_ref());
                self.operation(operator, Kind::Text, 2, depth)
            }
            14 => {
                let operator = *self.tape.pick(&["=", "!=", "<", "<=", ">", ">=", "^", "~", "=="].each_ref());
                let left = if self.scope == Scope::Context { self.var("version") } else { Json::from("1.2.3") };
                json!({"sem_ver": [left, operator, *self.tape.pick(&VERSIONS.each_ref())]})
            }
            _ => self.branches(Kind::Truth, depth),
        }
    }

    fn mixed(&mut self, depth: usize) -> Json {
        let kind = [Kind::Number, Kind::Text, Kind::Truth][self.tape.below(3)];
        self.expression(kind, depth)
    }

    /// A list and what its elements are.
    fn source(&mut self, depth: usize) -> (Json, Scope) {
        if self.scope != Scope::Context {
            return (json!([1, 2, 3]), Scope::Number);
        }
        match self.tape.below(5) {
            0 => (json!({"var": "numbers"}), Scope::Number),
            1 => (json!({"var": "words"}), Scope::Word),
            2 => (json!({"var": "items"}), Scope::Item),
            3 => (json!({"merge": [self.expression(Kind::Number, depth), {"var": "numbers"}]}), Scope::Number),
            _ => {
                let body = self.within(Scope::Number, Kind::Truth, depth);
                (json!({"filter": [{"var": "numbers"}, body]}), Scope::Number)
            }
        }
    }

    fn list(&mut self, depth: usize) -> Json {
        match self.tape.below(9) {
            0 | 1 => self.leaf(Kind::List),
            2 => {
                let count = self.tape.below(3).saturating_add(1);
                (0..count).map(|_| self.mixed(depth)).collect()
            }
            3 => {
                let count = self.tape.below(3).saturating_add(1);
                json!({"merge": (0..count).map(|_| self.any(depth)).collect::<Vec<_>>()})
            }
            4 => {
                let (list, scope) = self.source(depth);
                json!({"filter": [list, self.within(scope, Kind::Truth, depth)]})
            }
            5 => {
                let (list, scope) = self.source(depth);
                let kind = [Kind::Number, Kind::Text, Kind::Truth][self.tape.below(3)];
                json!({"map": [list, self.within(scope, kind, depth)]})
            }
            6 => json!({"missing": ["n", self.gone(), "word"]}),
            7 => json!({"missing_some": [self.tape.below(4), ["n", self.gone(), "user.name"]]}),
            _ => self.branches(Kind::List, depth),
        }
    }
}
