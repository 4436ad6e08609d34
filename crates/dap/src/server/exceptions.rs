//! What else the user may choose to be told of: signals, system calls, new processes, checks. The protocol has filters for
//! exceptions, which programs here have none of.

use super::points::{self, Owner, Wanted, What};
use super::state::State;
use crate::message::{Answer, Failure, Request};
use serde::Deserialize;
use serde_json::{Value, json};
use skink_debug::{CHECKS, PointKind, Session};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Exceptions {
    filters: Vec<String>,
    filter_options: Vec<FilterOption>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FilterOption {
    filter_id: String,
    condition: Option<String>,
}

/// The filter of a check: this and its name.
const CHECK: &str = "check-";

/// The check that a filter is about.
fn check(filter: &str) -> Option<&str> {
    filter.strip_prefix(CHECK).filter(|name| CHECKS.iter().any(|(known, _)| known == name))
}

/// What else the user may choose to be told of.
pub(super) fn filters() -> Vec<Value> {
    let own = json!([
        {
            "filter": "signal",
            "label": "Signals",
            "description": "Stop when the program is about to get a signal",
            "default": true,
            "supportsCondition": true,
            "conditionDescription": "Only these, as SIGSEGV SIGUSR1; otherwise all but SIGCHLD and its like"
        },
        {
            "filter": "syscall",
            "label": "System calls",
            "description": "Stop at system calls and when they return",
            "default": false,
            "supportsCondition": true,
            "conditionDescription": "Only these, as write openat; otherwise all"
        },
        {
            "filter": "fork",
            "label": "New processes",
            "description": "Stop when the program makes a process; that one is not debugged",
            "default": false
        }
    ]);
    let check = |(name, what): &(&str, &str)| {
        json!({
            "filter": format!("{CHECK}{name}"),
            "label": format!("Check: {name}"),
            "description": format!("Warn unless {what}; each instruction is looked at, which is slow"),
            "default": false
        })
    };
    own.as_array().into_iter().flatten().cloned().chain(CHECKS.iter().map(check)).collect()
}

pub(super) fn set(state: &mut State, session: &mut Session, request: &Request) -> Answer {
    let set: Exceptions = request.arguments()?;
    let filters = set.filters.into_iter().map(|filter_id| FilterOption { filter_id, condition: None });
    let filters: Vec<FilterOption> = filters.chain(set.filter_options).collect();
    let names = |filter: &FilterOption| -> Vec<String> {
        let text = filter.condition.clone().unwrap_or_default();
        text.split(|c: char| c.is_whitespace() || c == ',')
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect()
    };
    if state.no_debug {
        let refused = vec![json!({"verified": false, "message": points::NO_DEBUG}); filters.len()];
        return Ok(json!({"breakpoints": refused}));
    }
    let _ = session.handle("all", |handling| handling.stop = false);
    let wants = |name: &str| filters.iter().any(|filter| check(&filter.filter_id) == Some(name));
    session.set_check(CHECKS.iter().map(|(name, _)| *name).filter(|name| !wants(name)), false)?;
    let mut answers: Vec<Option<Failure>> = Vec::new();
    let mut wanted = Vec::new();
    for filter in &filters {
        let mut failure = None;
        let mut catch = |kind| {
            wanted.push(Ok(Wanted { what: What::Catch(kind), condition: None, hits: None, message: None }));
        };
        match &*filter.filter_id {
            "signal" => failure = stop_for(session, &names(filter)).err(),
            "syscall" => match calls(session, &names(filter)) {
                Ok(calls) => catch(PointKind::Calls(calls)),
                Err(error) => failure = Some(error),
            },
            "fork" => catch(PointKind::Forks),
            other => match check(other) {
                Some(name) => failure = session.set_check([name], true).err().map(Failure::from),
                None => {
                    let known = "signal, syscall, fork or check-NAME";
                    failure = Some(Failure(format!("expected the filter {known}, found `{other}'")));
                }
            },
        }
        answers.push(failure);
    }
    points::replace(state, session, Owner::Exceptions, "", wanted);
    let body = |failure: Option<Failure>| match failure {
        None => json!({"verified": true}),
        Some(Failure(why)) => json!({"verified": false, "message": why}),
    };
    Ok(json!({"breakpoints": answers.into_iter().map(body).collect::<Vec<Value>>()}))
}

/// Signals that hold the program: these, or those that are no everyday business.
fn stop_for(session: &mut Session, names: &[String]) -> Result<(), Failure> {
    if names.is_empty() {
        session.handle("all", |handling| handling.stop = !handling.signal.quiet)?;
    }
    for name in names {
        session.handle(name, |handling| (handling.stop, handling.print) = (true, true))?;
    }
    Ok(())
}

fn calls(session: &Session, names: &[String]) -> Result<Vec<u32>, Failure> {
    let number = |name: &String| {
        let known = session.personality().call_named(name).or_else(|| name.parse().ok());
        known.ok_or_else(|| Failure(format!("expected names of system calls, found `{name}'")))
    };
    names.iter().map(number).collect()
}
