//! The description of all routes: it has every route, each with examples, and `docs/service/api.md` says the same.
//!
//! `BURGEE_BLESS=1 cargo test -p burgee-server --test described` writes the page anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Routes that the description leaves out, and why.
const OUTSIDE: [(&str, &str); 2] = [
    ("/openapi.json", "it is the description"),
    ("/ofrep/v1/evaluate/flags/{key}/{*rest}", "`/ofrep/v1/evaluate/flags/{key}` for keys with a slash"),
];

fn description() -> Value {
    serde_json::to_value(burgee_server::api::description()).unwrap()
}

/// Each operation: path, method and what is said of it.
fn operations(description: &Value) -> Vec<(String, String, Value)> {
    let paths = description["paths"].as_object().unwrap();
    let of = |(path, item): (&String, &Value)| {
        let methods = ["get", "post", "put", "patch", "delete"];
        let found =
            methods.iter().filter_map(|method| Some((path.clone(), (*method).to_owned(), item.get(method)?.clone())));
        found.collect::<Vec<_>>()
    };
    paths.iter().flat_map(of).collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

#[test]
fn a_route_that_is_not_described_is_one_of_those_that_need_not_be() {
    let mut found = Vec::new();
    for file in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let text = std::fs::read_to_string(&file).unwrap();
        let paths =
            text.split(".route(").skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next());
        found.extend(paths.map(str::to_owned));
    }
    found.sort_unstable();
    let mut expected: Vec<&str> = OUTSIDE.iter().map(|(path, _)| *path).collect();
    expected.sort_unstable();
    assert_eq!(found, expected, "declare routes with `routes!`, which describes them");
}

#[test]
fn each_route_says_what_it_is_for_what_it_answers_and_shows_a_body() {
    let mut wrong = Vec::new();
    for (path, method, operation) in operations(&description()) {
        let mut note = |what: &str| wrong.push(format!("{} {path}: {what}", method.to_uppercase()));
        if summary(&operation).is_empty() {
            note("no summary");
        }
        let responses = operation["responses"].as_object().unwrap();
        if !responses.keys().any(|status| status.starts_with('2')) {
            note("no answer that is a success");
        }
        if let Some(content) = operation.pointer("/requestBody/content").and_then(Value::as_object) {
            let shown = content.values().all(|media| media.get("example").or_else(|| media.get("examples")).is_some());
            if !shown && !has_examples(&operation) {
                note("a body without an example");
            }
        }
        if needs_credentials(&operation) && !responses.contains_key("401") {
            note("credentials are asked for, but there is no 401");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether the schema of a body has examples of its fields.
fn has_examples(operation: &Value) -> bool {
    let description = description();
    let content = &operation["requestBody"]["content"]["application/json"]["schema"];
    let name = content["$ref"].as_str().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    let schema = &description["components"]["schemas"][name];
    schema.get("example").is_some()
        || schema["properties"]
            .as_object()
            .is_some_and(|fields| fields.values().any(|field| field.get("example").is_some()))
}

/// Whether it is refused without credentials; an empty requirement among others makes them optional.
fn needs_credentials(operation: &Value) -> bool {
    let ways = operation["security"].as_array().map_or(&[][..], Vec::as_slice);
    !ways.is_empty() && ways.iter().all(|way| way.as_object().is_some_and(|way| !way.is_empty()))
}

fn summary(operation: &Value) -> &str {
    operation["summary"].as_str().or_else(|| operation["description"].as_str()).unwrap_or("")
}

#[test]
fn the_page_of_routes_is_current() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/service/api.md");
    let current = rendered(&description());
    if std::env::var_os("BURGEE_BLESS").is_some() {
        std::fs::write(&page, &current).unwrap();
    }
    let text = std::fs::read_to_string(&page).unwrap_or_default();
    assert!(
        text == current,
        "docs/service/api.md is not current: BURGEE_BLESS=1 cargo test -p burgee-server --test described"
    );
}

fn rendered(description: &Value) -> String {
    let mut by_tag: BTreeMap<String, Vec<(String, String, Value)>> = BTreeMap::new();
    for (path, method, operation) in operations(description) {
        let tag = operation["tags"][0].as_str().unwrap_or("Other").to_owned();
        by_tag.entry(tag).or_default().push((path, method, operation));
    }
    let mut out = String::from(
        "# Routes of the service\n\nMade from the description at `/openapi.json`, which has every schema and example; a test holds \
         this page to it.\n\nA key or a token goes into one of the headers `Authorization: Bearer …`, `X-SDK-Key`, `X-API-Key` and \
         `X-Admin-API-Key`; [access.md](access.md) tells who may do what. Errors are `{\"error\": code, \"message\": sentence}` \
         with the wrong fields' JSON pointers in `fields`, in the dress of each interface.\n",
    );
    for (tag, operations) in by_tag {
        write!(out, "\n## {tag}\n\n| route | does | answers | credentials |\n|---|---|---|---|\n").unwrap();
        for (path, method, operation) in operations {
            let statuses: Vec<&str> = operation["responses"].as_object().unwrap().keys().map(String::as_str).collect();
            let summary = summary(&operation).replace('\n', " ").replace('|', "\\|");
            let credentials = if needs_credentials(&operation) { "yes" } else { "none" };
            let method = method.to_uppercase();
            writeln!(out, "| `{method} {path}` | {summary} | {} | {credentials} |", statuses.join(" ")).unwrap();
        }
    }
    out.push_str("\nNot in the description:\n\n");
    for (path, why) in OUTSIDE {
        writeln!(out, "- `{path}`: {why}").unwrap();
    }
    out
}
