//! Rules of a flag. They are fields of it: whoever changes one changes the flag.

use super::{Act, Done, update};
use crate::App;
use crate::error::{Error, Result, sentences};
use crate::flags::{Change, Flag, Rule, RuleType};

/// How many rules a flag may have: each change of one is an event with all of them.
pub const MOST_RULES: usize = 1000;

/// Adds a rule.
pub async fn add_rule(app: &App, act: &Act, flag: &str, expected: Option<u64>, rule: Rule) -> Result<Done> {
    check(app, act, &rule)?;
    let change = move |flag: &Flag| {
        if flag.rules.len() >= MOST_RULES {
            return Err(sentences::too_many_rules(&flag.key, MOST_RULES));
        }
        let rules = flag.rules.iter().chain([&rule]).cloned().collect();
        Ok(Change { rules: Some(rules), ..Change::default() })
    };
    update(app, act, flag, expected, change).await
}

/// Changes a rule. `change` makes the rule from the one that is there; its id and its time stay.
pub async fn change_rule(
    app: &App,
    act: &Act,
    flag: &str,
    rule: &str,
    expected: Option<u64>,
    change: impl Fn(&Rule) -> Rule + Send + 'static,
) -> Result<Done> {
    let before = find(app, act, flag, rule)?;
    check(app, act, &change(&before))?;
    let id = rule.to_owned();
    let change = move |flag: &Flag| {
        let mut rules = flag.rules.clone();
        let found = rules.iter_mut().find(|rule| rule.id == id).ok_or_else(|| sentences::no_rule(&id))?;
        *found = Rule { id: found.id.clone(), created_at: found.created_at, ..change(found) };
        Ok(Change { rules: Some(rules), ..Change::default() })
    };
    update(app, act, flag, expected, change).await
}

/// Deletes a rule.
pub async fn delete_rule(app: &App, act: &Act, flag: &str, rule: &str, expected: Option<u64>) -> Result<Done> {
    let id = rule.to_owned();
    let change = move |flag: &Flag| {
        let rules: Vec<Rule> = flag.rules.iter().filter(|rule| rule.id != id).cloned().collect();
        if rules.len() == flag.rules.len() {
            return Err(sentences::no_rule(&id));
        }
        Ok(Change { rules: Some(rules), ..Change::default() })
    };
    update(app, act, flag, expected, change).await
}

/// A rule as it is.
pub fn find(app: &App, act: &Act, flag: &str, rule: &str) -> Result<Rule> {
    let live = app.live.load();
    act.principal.may_read(&live.state, &act.scope.project)?;
    let flag = &live.set(&act.scope)?.find(flag)?.flag;
    flag.rules.iter().find(|found| found.id == rule).cloned().ok_or_else(|| sentences::no_rule(rule))
}

/// Refuses a rule that could never name anybody.
fn check(app: &App, act: &Act, rule: &Rule) -> Result<()> {
    let value = &rule.rule_value;
    let refused = |reason: &str| {
        Err(Error::field("/rule_value", format!("`rule_value` {reason}, which `{}` does not", value.escape_debug())))
    };
    match rule.rule_type {
        _ if value.trim().is_empty() => Err(Error::field("/rule_value", "`rule_value` must not be empty")),
        RuleType::EmailDomain if !value.starts_with('@') => refused("must start with `@` for `email_domain`"),
        RuleType::EmailDomain if value.len() < 2 => refused("must name a domain behind its `@`"),
        RuleType::UserEmail if !value.contains('@') => refused("must contain `@` for `user_email`"),
        RuleType::Segment => check_segment(app, act, value),
        _ => Ok(()),
    }
}

fn check_segment(app: &App, act: &Act, name: &str) -> Result<()> {
    let live = app.live.load();
    act.principal.may_read(&live.state, &act.scope.project)?;
    if live.state.environment(&act.scope)?.segments.contains_key(name) {
        return Ok(());
    }
    Err(Error::field("/rule_value", sentences::no_segment(name).message()))
}
