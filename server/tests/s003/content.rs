//! What files may say: both formats, JSON and YAML, and what is refused, with its place.

use burgee_server::log::event::now;
use burgee_server::source::content::{self, Content, Form};
use serde_json::json;

fn read(text: &str) -> Content {
    content::read(text, Form::Json, now()).unwrap_or_else(|findings| panic!("{findings:?}"))
}

/// What is found, as pointers with their places.
fn findings(text: &str) -> Vec<(String, Option<(u32, u32)>)> {
    let found = content::read(text, Form::Json, now()).unwrap_err();
    found.into_iter().map(|finding| (finding.pointer, finding.place)).collect()
}

const FLAGD: &str = r#"{
  "$schema": "https://flagd.dev/schema/v0/flags.json",
  "metadata": {"team": "shop", "owner": "all"},
  "$evaluators": {"is-staff": {"ends_with": [{"var": "email"}, "@example.com"]}},
  "flags": {
    "banner": {
      "state": "ENABLED",
      "variants": {"on": true, "off": false},
      "defaultVariant": "off",
      "targeting": {"if": [{"$ref": "is-staff"}, "on"]},
      "metadata": {"owner": "ada", "description": "the banner"}
    },
    "old": {"name": "an old one", "enabled": true, "later": {"fields": ["are passed over"]}},
    "limit": {"state": "DISABLED", "variants": {"few": 1, "many": 10}, "defaultVariant": "few"}
  }
}"#;

#[test]
fn both_formats_stand_in_one_file() {
    let content = read(FLAGD);
    assert_eq!(content.flags.keys().collect::<Vec<_>>(), ["banner", "limit", "old"]);
    let banner = &content.flags["banner"];
    assert_eq!((banner.owner.as_deref(), banner.description.as_deref()), (Some("ada"), Some("the banner")));
    assert!(banner.enabled && !content.flags["limit"].enabled);
    assert!(content.flags["old"].definition.is_none());
    assert_eq!(content.flags["old"].name, "an old one");
    assert_eq!(content.evaluators["is-staff"], json!({"ends_with": [{"var": "email"}, "@example.com"]}));
    assert!(content.warnings.is_empty());
}

#[tokio::test]
async fn evaluators_and_metadata_of_a_file_count() {
    let files = crate::files::Files::new("flags.json", FLAGD);
    let service = files.service().await;
    let live = service.app.live.load_full();
    let set = live.set(&burgee_server::log::Scope::default()).unwrap();
    let staff = set.engine.evaluate("banner", r#"{"email": "ada@example.com"}"#);
    assert_eq!(staff.value(), Some(burgee::Value::Bool(true)));
    let metadata: std::collections::BTreeMap<String, burgee::Value> = staff.metadata().into_iter().collect();
    assert_eq!(metadata["team"].as_str(), Some("shop"), "of the file");
    assert_eq!(metadata["owner"].as_str(), Some("ada"), "of the flag");
    assert_eq!(metadata["flagSetId"].as_str(), Some("default/production"));
    assert_eq!(set.engine.evaluate("banner", "{}").value(), Some(burgee::Value::Bool(false)));
    service.stop().await;
}

#[test]
fn a_definition_is_kept_as_it_was_written() {
    let own = r#"{ "state":"ENABLED","variants":{"a":1.50,"b":9007199254740993}, "defaultVariant" : "a" }"#;
    let content = read(&format!(r#"{{"flags": {{"f": {own}}}}}"#));
    assert_eq!(content.flags["f"].definition.as_ref().unwrap().text(), own);
    assert_eq!(content.warnings.len(), 1, "a number that doubles cannot hold is worth a word");
}

#[test]
fn yaml_is_the_same_as_json() {
    let yaml = "
metadata: {team: shop, owner: all}
$evaluators:
  is-staff: {ends_with: [{var: email}, '@example.com']}
flags:
  banner:
    state: ENABLED
    variants: {'on': true, 'off': false}
    defaultVariant: 'off'
    targeting: {if: [{$ref: is-staff}, 'on']}
    metadata: {owner: ada, description: the banner}
  old:
    name: an old one
    enabled: true
  limit:
    state: DISABLED
    variants: {few: 1, many: 10}
    defaultVariant: few
";
    let at = now();
    let (yaml, json) = (content::read(yaml, Form::Yaml, at).unwrap(), content::read(FLAGD, Form::Json, at).unwrap());
    assert_eq!(yaml.evaluators, json.evaluators);
    assert_eq!(yaml.flags.len(), json.flags.len());
    for (key, flag) in &yaml.flags {
        let meant = |flag: &burgee_server::flags::Flag| {
            let text = burgee_server::flags::compile::text(flag);
            serde_json::from_str::<serde_json::Value>(&text).unwrap()
        };
        assert_eq!(meant(flag), meant(&json.flags[key]), "{key}");
    }
}

#[test]
fn the_form_is_told_by_the_name_and_else_by_the_beginning() {
    use std::path::Path;
    for (name, text, form) in [
        ("flags.json", "flags: {}", Form::Json),
        ("flags.yaml", "{}", Form::Yaml),
        ("flags.yml", "{}", Form::Yaml),
        ("flags", " \n{}", Form::Json),
        ("flags.conf", "flags: {}", Form::Yaml),
    ] {
        assert_eq!(Form::of(Path::new(name), text), form, "{name}");
    }
}

#[test]
fn flags_may_be_a_list() {
    let content = read(
        r#"{"flags": [{"key": "a", "state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on"},
            {"key": "b", "name": "b", "enabled": true}]}"#,
    );
    assert_eq!(content.flags.keys().collect::<Vec<_>>(), ["a", "b"]);
    let definition = content.flags["a"].definition.as_ref().unwrap().text();
    assert!(!definition.contains("\"key\""), "{definition}");
    let found = findings(r#"{"flags": [{"key": "a", "name": "", "enabled": true}, {"name": "", "enabled": true}]}"#);
    assert_eq!(found, [("/flags/1".to_owned(), Some((1, 55)))]);
    let twice = findings(
        r#"{"flags": [{"key": "a", "name": "", "enabled": true}, {"key": "a", "name": "", "enabled": true}]}"#,
    );
    assert_eq!(twice, [("/flags/1".to_owned(), Some((1, 55)))]);
}

#[test]
fn all_that_is_wrong_is_found_at_its_place() {
    let text = "{\n  \"flags\": {\n    \"ü\": {\"name\": 7, \"enabled\": \"on\", \"rollout_percentage\": 25.5, \"allowed_users\": [1]},\n    \"b\": {\"state\": \"ENABLED\", \"variants\": {\"on\": true}, \"defaultVariant\": \"of\"},\n    \"c\": 7,\n    \"d\": {\"rollout_percentage\": -1, \"name\": \"d\"}\n  }\n}";
    let found = findings(text);
    for (pointer, value) in [
        ("/flags/ü/name", "7, \"enabled\""),
        ("/flags/ü/enabled", "\"on\", \"rollout"),
        ("/flags/ü/rollout_percentage", "25.5"),
        ("/flags/ü/allowed_users", "[1]"),
        ("/flags/b/defaultVariant", "\"of\""),
        ("/flags/c", "7,\n"),
        ("/flags/d/rollout_percentage", "-1"),
        // `enabled` is missing.
        ("/flags/d", "{\"rollout_percentage\": -1"),
    ] {
        let place = found.iter().find(|(known, _)| known == pointer).map(|(_, place)| *place);
        assert_eq!(place, Some(Some(place_of(text, value))), "{pointer} in {found:?}");
    }
    assert_eq!(found.len(), 8);
}

/// Line and column of a part of a text.
fn place_of(text: &str, part: &str) -> (u32, u32) {
    let before = &text[..text.find(part).unwrap()];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
    (line as u32, column as u32)
}

#[test]
fn names_that_stand_twice_and_keys_that_cannot_be_are_refused() {
    let switch = r#"{"name": "", "enabled": true}"#;
    let twice = findings(&format!(r#"{{"flags": {{"a": {switch}, "a": {switch}}}}}"#));
    assert_eq!(twice.len(), 1);
    assert_eq!(twice[0].0, "/flags/a");
    assert_eq!(
        findings(r#"{"flags": {"a": {"name": "", "enabled": true, "enabled": false}}}"#)[0].0,
        "/flags/a/enabled"
    );
    assert_eq!(findings(r#"{"flags": {}, "flags": {}}"#)[0].0, "/flags");
    assert_eq!(findings(&format!(r#"{{"flags": {{"": {switch}}}}}"#))[0].0, "/flags/");
    assert_eq!(findings(&format!(r#"{{"flags": {{"a\u0007": {switch}}}}}"#))[0].0, "/flags/a\u{7}");
    assert_eq!(findings(&format!(r#"{{"flags": {{"{}": {switch}}}}}"#, "k".repeat(257))).len(), 1);
    read(&format!(r#"{{"flags": {{"{}": {switch}}}}}"#, "k".repeat(256)));
}

#[test]
fn flags_of_the_other_format_do_not_move_what_the_engine_finds() {
    // Whatever stands around a flag of the other format: the place is that in the file.
    let bad = r#""bad": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "of"}"#;
    let switch = |key: &str| format!("\"{key}\": {{\"name\": \"a {{ , \\\" }}\",\n \"enabled\": true}}");
    let texts = [
        format!("{{\"flags\": {{{bad}, {}}}}}", switch("z")),
        format!("{{\"flags\": {{{}, {bad}}}}}", switch("a")),
        format!("{{\"flags\": {{{},{},\n{bad} , {} , {}}}}}", switch("a\\\""), switch("b"), switch("c"), switch("d")),
    ];
    for text in texts {
        let found = content::read(&text, Form::Json, now()).unwrap_err();
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!(found[0].pointer, "/flags/bad/defaultVariant");
        assert_eq!(found[0].place, Some(place_of(&text, "\"of\"")), "{text}");
    }
}

#[test]
fn hostile_texts_are_refused_and_nothing_worse() {
    let deep = format!("{{\"flags\": {{\"a\": {}1{}}}}}", "[".repeat(100_000), "]".repeat(100_000));
    for text in [
        "",
        "null",
        "[]",
        "7",
        "\"flags\"",
        "{\"flags\": null}",
        "{\"flags\": 7}",
        "\u{feff}",
        "{\"flags\": {}} x",
        &deep,
    ] {
        assert!(content::read(text, Form::Json, now()).is_err(), "{}", &text[..text.len().min(40)]);
    }
    let laughs = "a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c]\ne: &e [*d, *d, *d, *d, *d, *d, *d, *d]\nf: &f [*e, *e, *e, *e, *e, *e, *e, *e]\ng: &g [*f, *f, *f, *f, *f, *f, *f, *f]\nh: &h [*g, *g, *g, *g, *g, *g, *g, *g]\nflags: *h\n";
    for text in ["flags: [", "flags: {a: {name: a, enabled: true}, a: {name: a, enabled: true}}", "- a", laughs] {
        assert!(content::read(text, Form::Yaml, now()).is_err(), "{text}");
    }
    assert!(content::read("\u{feff}{\"flags\": {}}", Form::Json, now()).is_ok(), "a byte order mark is no harm");
}

#[test]
fn ten_thousand_flags_are_read_at_once() {
    let flags: Vec<String> = (0..10_000)
        .map(|number| {
            if number % 2 == 0 {
                format!(r#""flag-{number}": {{"name": "", "enabled": true, "rollout_percentage": 10}}"#)
            } else {
                format!(
                    r#""flag-{number}": {{"state": "ENABLED", "variants": {{"on": true, "off": false}}, "defaultVariant": "off",
                    "targeting": {{"if": [{{"==": [{{"var": "tier"}}, "gold"]}}, "on"]}}}}"#
                )
            }
        })
        .collect();
    let text = format!(r#"{{"flags": {{{}}}}}"#, flags.join(",\n"));
    assert_eq!(read(&text).flags.len(), 10_000);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let yaml = content::read(&value.to_string(), Form::Yaml, now()).unwrap();
    assert_eq!(yaml.flags.len(), 10_000);
}
