//! The intended differences from the other engine: read from `differences.json`, recognised here by the values an
//! operator was applied to.

use serde_json::Value as Json;

/// One argument of an operator: as it is written, and what it came to.
pub(crate) struct Argument {
    pub(crate) rule: Json,
    pub(crate) value: Json,
}

/// An operator, what it was applied to, and the data its arguments read.
pub(crate) struct Application<'a> {
    pub(crate) operator: &'a str,
    /// The argument stands without brackets.
    pub(crate) bare: bool,
    pub(crate) arguments: &'a [Argument],
    pub(crate) data: &'a Json,
}

/// A rule that shows a difference. `theirs` is absent where the other engine fails.
#[derive(Clone, Debug)]
pub(crate) struct Example {
    pub(crate) rule: Json,
    pub(crate) data: Json,
    pub(crate) ours: Json,
    pub(crate) theirs: Option<Json>,
}

/// An entry of the list.
#[derive(Clone, Debug)]
pub(crate) struct Difference {
    pub(crate) name: String,
    pub(crate) reason: String,
    pub(crate) operators: Vec<String>,
    pub(crate) examples: Vec<Example>,
}

/// The list.
pub(crate) struct Differences {
    pub(crate) list: Vec<Difference>,
}

impl Differences {
    pub(crate) fn read() -> Self {
        let list: Json = serde_json::from_str(include_str!("differences.json")).expect("the list is JSON");
        let text = |value: &Json| value.as_str().expect("names and reasons are strings").to_owned();
        let example = |example: &Json| Example {
            rule: example["rule"].clone(),
            data: example["data"].clone(),
            ours: example["ours"].clone(),
            theirs: example.get("theirs").cloned(),
        };
        let each = |value: &Json| value.as_array().expect("operators and examples are arrays").clone();
        let entry = |entry: &Json| Difference {
            name: text(&entry["name"]),
            reason: text(&entry["reason"]),
            operators: each(&entry["operators"]).iter().map(text).collect(),
            examples: each(&entry["examples"]).iter().map(example).collect(),
        };
        Self { list: each(&list).iter().map(entry).collect() }
    }

    /// The difference that an application falls under.
    pub(crate) fn of(&self, application: &Application<'_>) -> Option<&str> {
        let listed = |difference: &&Difference| difference.operators.iter().any(|name| name == application.operator);
        let found = self.list.iter().filter(listed).find(|difference| application.shows(&difference.name));
        found.map(|difference| difference.name.as_str())
    }
}

impl Application<'_> {
    fn value(&self, place: usize) -> &Json {
        self.arguments.get(place).map_or(&Json::Null, |argument| &argument.value)
    }

    fn any(&self, test: impl Fn(&Json) -> bool) -> bool {
        self.arguments.iter().any(|argument| test(&argument.value))
    }

    /// The first two values are of these kinds, in either order.
    fn pair(&self, left: impl Fn(&Json) -> bool, right: impl Fn(&Json) -> bool) -> bool {
        let (first, second) = (self.value(0), self.value(1));
        (left(first) && right(second)) || (left(second) && right(first))
    }

    /// Whether the values are those of a difference, whose operators were compared already.
    fn shows(&self, name: &str) -> bool {
        let count = self.arguments.len();
        let list = self.value(0);
        match name {
            "null equals only null" => self.pair(Json::is_null, |other| !other.is_null()),
            "a text and a boolean meet as numbers" => self.pair(Json::is_string, Json::is_boolean),
            "the empty text is the number zero" => self.pair(|value| value == "", Json::is_number),
            "a list or an object equals nothing" => {
                (self.pair(Json::is_array, Json::is_array) || self.pair(Json::is_object, Json::is_object))
                    || (self.operator == "in" && is_nested(list))
            }
            "equality compares two operands" => count > 2,
            "a missing operand is not an error" => count < 2,
            "what has no order is not in order" => {
                self.any(is_nested) || (self.any(is_word) && self.any(Json::is_number))
            }
            "what is no number makes the result null" => self.any(|value| number(value).is_none()),
            "operands are taken from left to right" => {
                count > 2 && self.any(|value| number(value).is_some_and(|value| value.fract() != 0.0))
            }
            "a division by zero is null" => {
                self.arguments.iter().skip(1).any(|argument| number(&argument.value) == Some(0.0))
            }
            "the largest and the smallest convert" => self.any(|value| !value.is_number()) || count == 0,
            "a quotient of one operand is the operand" => count == 1,
            "a remainder has two sides" => count != 2,
            "one list as the only argument" => count == 1 && list.is_array(),
            "an integral double is written without a point" => self.any(holds_double),
            "a list in a text is joined by commas" => self.any(is_nested),
            "places in a text are read as numbers" => {
                self.arguments.iter().skip(1).any(|argument| !argument.value.is_i64())
            }
            "merge keeps null" => self
                .any(|value| value.is_null() || value.as_array().is_some_and(|items| items.iter().any(Json::is_null))),
            "brackets around one argument may be left out" => self.bare,
            "only lists are iterated" => !list.is_array() && !list.is_null(),
            "an iterator without a body is not an error" => count != 2 && (self.operator != "reduce" || count != 3),
            "a member that is null is missing" => self
                .names()
                .iter()
                .any(|name| name.as_str().is_some_and(|path| look_up(self.data, path).is_some_and(Json::is_null))),
            "a name that is no text is missing" => {
                self.names().iter().any(|name| !name.is_string())
                    || self.arguments.iter().skip(1).any(|argument| argument.value.is_array())
            }
            "how many must be there is read as a number" => !list.is_i64(),
            "an empty step of a path is skipped" => {
                let empty = |path: &str| !path.is_empty() && path.split('.').any(str::is_empty);
                self.names().iter().any(|name| name.as_str().is_some_and(empty)) || list.as_str().is_some_and(empty)
            }
            "a default stands for null" => {
                count > 1 && list.as_str().is_some_and(|path| look_up(self.data, path).is_some_and(Json::is_null))
            }
            "a computed path may have a default" => {
                count > 1 && self.arguments.first().is_some_and(|argument| argument.rule.is_object())
            }
            "a path is a text or a number" => !list.is_string() && !list.is_null(),
            "a fold sees current and accumulator" => {
                self.arguments.get(1).is_some_and(|body| reads_beyond_fold(&body.rule))
            }
            "integers are exact" => {
                self.any(|value| value.as_i64().is_some_and(|value| value.unsigned_abs() > 1 << 53))
            }
            "words are no numbers" => self.any(|value| {
                let word = value.as_str().unwrap_or("").trim_start_matches(['+', '-']);
                ["inf", "infinity", "nan"].iter().any(|name| word.eq_ignore_ascii_case(name))
            }),
            "versions are read as flagd reads them" => self.any(|value| !is_common_version(value)) || count != 3,
            "an affix test takes two texts" => count != 2 || self.any(|value| !value.is_string()),
            "a bare rule has no targeting key" => !list.is_string(),
            "a variant is any scalar and a weight a whole number" => self.arguments.iter().skip(1).any(|entry| {
                let part = |place| entry.value.get(place);
                part(0).is_none_or(|variant| !variant.is_string())
                    || part(1).is_some_and(|weight| weight.as_u64().is_none_or(|weight| weight > 0x7FFF_FFFF))
            }),
            other => panic!("nothing here recognises the difference `{other}`"),
        }
    }

    /// The names that `missing` and `missing_some` ask for.
    fn names(&self) -> Vec<Json> {
        let arguments = match self.operator {
            "missing" => self.arguments,
            "missing_some" => self.arguments.get(1..).unwrap_or(&[]),
            _ => &[],
        };
        arguments
            .iter()
            .flat_map(|argument| match &argument.value {
                Json::Array(items) => items.clone(),
                other => vec![other.clone()],
            })
            .collect()
    }
}

fn is_nested(value: &Json) -> bool {
    value.is_array() || value.is_object()
}

/// A text that is written as no number.
fn is_word(value: &Json) -> bool {
    value.is_string() && number(value).is_none()
}

/// A value as a number, as both engines convert it.
fn number(value: &Json) -> Option<f64> {
    match value {
        Json::Null => Some(0.0),
        Json::Bool(value) => Some(f64::from(u8::from(*value))),
        Json::Number(value) => value.as_f64(),
        Json::String(text) if text.is_empty() => Some(0.0),
        Json::String(text) => text.parse().ok().filter(|value: &f64| value.is_finite()),
        Json::Array(_) | Json::Object(_) => None,
    }
}

fn holds_double(value: &Json) -> bool {
    match value {
        Json::Number(value) => value.is_f64(),
        Json::Array(items) => items.iter().any(holds_double),
        Json::Object(members) => members.values().any(holds_double),
        _ => false,
    }
}

/// A version with three numbers below 2^64 that SemVer itself allows, or a partial one without anything behind it.
fn is_common_version(value: &Json) -> bool {
    let text = match value {
        Json::String(text) => text.strip_prefix(['v', 'V']).unwrap_or(text).to_owned(),
        Json::Number(number) if number.is_i64() => return true,
        _ => return false,
    };
    let comparison = ["=", "!=", "<", "<=", ">", ">=", "^", "~"].contains(&text.as_str());
    let partial = text.split('.').count() < 3 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    comparison || partial || semver::Version::parse(&text).is_ok()
}

fn look_up<'d>(data: &'d Json, path: &str) -> Option<&'d Json> {
    path.split('.').filter(|step| !step.is_empty()).try_fold(data, |value, step| match value {
        Json::Array(items) => items.get(step.parse::<usize>().ok()?),
        other => other.get(step),
    })
}

/// A body of `reduce` that reads something else than its two values.
fn reads_beyond_fold(body: &Json) -> bool {
    match body {
        Json::Object(members) => members.iter().any(|(operator, argument)| {
            let path = argument.get(0).unwrap_or(argument).as_str().unwrap_or("");
            let own = ["current", "accumulator"].contains(&path.split('.').next().unwrap_or(""));
            (operator == "var" && !own) || operator.starts_with("missing") || reads_beyond_fold(argument)
        }),
        Json::Array(items) => items.iter().any(reads_beyond_fold),
        _ => false,
    }
}
