//! The protocol's own description, which answers are held against.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::{Value, json};

const ONE: &str = "/ofrep/v1/evaluate/flags/{key}";
const ALL: &str = "/ofrep/v1/evaluate/flags";

/// The schemas of all answers, by route and status; none where the file is absent.
pub(crate) struct Description {
    schemas: Schemas,
    answers: Vec<(&'static str, u16, SchemaIndex)>,
    event: Option<SchemaIndex>,
}

impl Description {
    /// The one that all tests share.
    pub(crate) fn get() -> &'static Self {
        static DESCRIPTION: OnceLock<Description> = OnceLock::new();
        DESCRIPTION.get_or_init(|| Self::read().unwrap_or_else(Self::absent))
    }

    fn absent() -> Self {
        Self { schemas: Schemas::new(), answers: Vec::new(), event: None }
    }

    /// `None`, said aloud, where the repository has no folder of public descriptions beside it.
    fn read() -> Option<Self> {
        let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
        let shared = std::env::var_os("BURGEE_SHARED").map_or_else(beside, PathBuf::from);
        let file = shared.join("spec/service/interfaces/ofrep/openapi.yaml");
        let Ok(text) = std::fs::read_to_string(&file) else {
            println!("left out: answers are not held against `{}`, which is absent; see BURGEE_SHARED", file.display());
            return None;
        };
        let mut document: Value = serde_saphyr::from_str(&text).unwrap();
        mend(&mut document);
        let place = "file:///openapi.yaml";
        let (mut compiler, mut schemas) = (Compiler::new(), Schemas::new());
        compiler.enable_format_assertions();
        compiler.add_resource(place, document.clone()).unwrap();
        let mut compile = |pointer: String| {
            let schema = compiler.compile(&format!("{place}#{pointer}"), &mut schemas);
            schema.unwrap_or_else(|error| panic!("{pointer}: {error:#}"))
        };
        let mut answers = Vec::new();
        for route in [ONE, ALL] {
            let responses = document["paths"][route]["post"]["responses"].as_object().unwrap();
            for (status, response) in responses {
                if response.pointer("/content/application~1json/schema").is_some() {
                    let route_part = route.replace('/', "~1").replace('{', "%7B").replace('}', "%7D");
                    let pointer =
                        format!("/paths/{route_part}/post/responses/{status}/content/application~1json/schema");
                    answers.push((route, status.parse().unwrap(), compile(pointer)));
                }
            }
        }
        let event = Some(compile("/components/schemas/sseEventData".into()));
        Some(Self { schemas, answers, event })
    }

    /// Fails unless the description allows this answer.
    pub(crate) fn check(&self, path: &str, status: u16, body: &Value) {
        let route = if path == ALL { ALL } else { ONE };
        match self.answers.iter().find(|(known, of, _)| (*known, *of) == (route, status)) {
            Some((_, _, schema)) => self.validate(body, *schema),
            // These have no body, or it is not described.
            None if self.answers.is_empty() || [304, 401, 403, 413, 429].contains(&status) => {}
            None => panic!("{route} has no answer {status}: {body}"),
        }
    }

    /// Fails unless the description allows this event's data.
    pub(crate) fn check_event(&self, data: &Value) {
        if let Some(schema) = self.event {
            self.validate(data, schema);
        }
    }

    fn validate(&self, value: &Value, schema: SchemaIndex) {
        if let Err(error) = self.schemas.validate(value, schema) {
            panic!("the description does not allow {value}: {error:#}");
        }
    }
}

/// As it stands, the description allows no value at all: `oneOf` wants one match, and every object matches
/// `codeDefaultFlag`, which only its text says to have no value; a whole number is a `floatFlag` as well as an
/// `integerFlag`. Read by its text: no value, or one of those types.
fn mend(document: &mut Value) {
    let schemas = &mut document["components"]["schemas"];
    schemas["codeDefaultFlag"]["not"] = json!({"required": ["value"]});
    let value = &mut schemas["evaluationSuccess"]["allOf"][1];
    let one_of = value.as_object_mut().unwrap().remove("oneOf").unwrap();
    value["anyOf"] = one_of;
}

#[test]
fn ofrep_the_description_refuses_what_it_does_not_allow() {
    let description = Description::get();
    if description.answers.is_empty() {
        return;
    }
    let path = "/ofrep/v1/evaluate/flags/f";
    let good = json!({"key": "f", "value": true, "variant": "on", "reason": "STATIC", "metadata": {"a": 1}});
    description.check(path, 200, &good);
    let spoilt = |pointer: &str, value: Value| {
        let mut bad = good.clone();
        bad[pointer] = value;
        bad
    };
    for bad in [
        spoilt("reason", json!("DEFAULT")),
        spoilt("variant", json!(null)),
        spoilt("value", json!(null)),
        spoilt("key", json!(1)),
        spoilt("metadata", json!({"a": {}})),
    ] {
        let refused = std::panic::catch_unwind(|| description.check(path, 200, &bad));
        assert!(refused.is_err(), "{bad}");
    }
}
