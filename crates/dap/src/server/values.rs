//! Scopes, variables, expressions, and their changes.

use super::state::{FrameOf, Meaning, State};
use crate::message::{Answer, Failure, Request};
use serde::Deserialize;
use serde_json::{Value, json};
use skink_debug::{Item, Scope, Session};

/// The most elements of an array that are made at a time.
const MOST: u32 = 1 << 16;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ScopesOf {
    frame_id: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Variables {
    variables_reference: i64,
    filter: Option<String>,
    #[serde(default)]
    start: u32,
    #[serde(default)]
    count: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SetVariable {
    variables_reference: i64,
    name: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Evaluate {
    expression: String,
    frame_id: Option<i64>,
    value: Option<String>,
}

pub(super) fn scopes(state: &mut State, session: &mut Session, request: &Request) -> Answer {
    let wanted: ScopesOf = request.arguments()?;
    let frame = state.references.frame(wanted.frame_id)?;
    state.select(session, frame)?;
    let scopes = session.scopes()?;
    let body = |scope: Scope| {
        let (name, hint, expensive) = match scope {
            Scope::Arguments => ("Arguments", "arguments", false),
            Scope::Locals => ("Locals", "locals", false),
            Scope::Globals => ("Globals", "globals", true),
            Scope::General => ("Registers", "registers", false),
            Scope::Flags => ("Flags", "registers", false),
            Scope::Vfp => ("VFP registers", "registers", true),
            Scope::Neon => ("NEON registers", "registers", true),
        };
        let reference = state.references.add(Meaning::Scope(frame, scope));
        json!({"name": name, "presentationHint": hint, "variablesReference": reference, "expensive": expensive})
    };
    let bodies: Vec<Value> = scopes.into_iter().map(body).collect();
    Ok(json!({"scopes": bodies}))
}

/// What is behind a reference, part of it if it is an array.
fn children(
    state: &State,
    session: &mut Session,
    reference: i64,
    range: std::ops::Range<u32>,
) -> Result<(Option<FrameOf>, Vec<Item>), Failure> {
    match state.references.get(reference)? {
        Meaning::Scope(frame, scope) => {
            state.select(session, *frame)?;
            Ok((Some(*frame), session.items(*scope)?))
        }
        Meaning::Item(frame, item) => {
            if let Some(frame) = frame {
                state.select(session, *frame)?;
            }
            Ok((*frame, session.parts(item, range)))
        }
        _ => Err(Failure(format!("expected the number of something with parts, found {reference}"))),
    }
}

/// The part of this name.
pub(super) fn child(
    state: &State,
    session: &mut Session,
    reference: i64,
    name: &str,
) -> Result<Item, Failure> {
    let index = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).and_then(|n| n.parse().ok());
    let range = index.map_or(0..MOST, |index: u32| index..index.saturating_add(1));
    let (_, items) = children(state, session, reference, range)?;
    let found = items.into_iter().find(|item| item.name == name);
    found.ok_or_else(|| Failure(format!("nothing is called `{name}' there")))
}

pub(super) fn variables(state: &mut State, session: &mut Session, request: &Request) -> Answer {
    let wanted: Variables = request.arguments()?;
    // No count is all of them.
    let count = if wanted.count == 0 { u32::MAX } else { wanted.count };
    let range = wanted.start..wanted.start.saturating_add(count.min(MOST));
    let (frame, items) = children(state, session, wanted.variables_reference, range.clone())?;
    let elements = match state.references.get(wanted.variables_reference)? {
        Meaning::Item(_, item) => item.indexed,
        _ => 0,
    };
    let left = elements.min(wanted.start.saturating_add(count)).saturating_sub(range.end);
    let indexed = items.first().is_some_and(|item| item.name.starts_with('['));
    let items = match wanted.filter.as_deref() {
        Some("indexed") if !indexed => Vec::new(),
        Some("named") if indexed => Vec::new(),
        // An array has been cut already.
        _ if indexed => items,
        _ => items.into_iter().skip(range.start as usize).take(count as usize).collect(),
    };
    let mut bodies: Vec<Value> = items
        .into_iter()
        .map(|item| {
            let name = item.name.clone();
            let mut body = body(state, session, frame, item, "value");
            body["name"] = name.into();
            body
        })
        .collect();
    if left > 0 && !bodies.is_empty() {
        let value = format!("{left} more: ask for a part, or for `print NAME[{}]'", range.end);
        bodies.push(json!({"name": "...", "value": value, "variablesReference": 0}));
    }
    Ok(json!({"variables": bodies}))
}

/// A value as the client sees it; its text has different names in different responses.
fn body(state: &mut State, session: &Session, frame: Option<FrameOf>, item: Item, text: &str) -> Value {
    let mut body = json!({"variablesReference": 0});
    body[text] = item.text.clone().into();
    if !item.ty.is_empty() {
        body["type"] = item.ty.clone().into();
    }
    if let Some(expression) = &item.expression {
        body["evaluateName"] = expression.clone().into();
    }
    if let Some(addr) = item.memory(session) {
        body["memoryReference"] = format!("{addr:#010x}").into();
    }
    if item.indexed > 0 || item.named > 0 {
        if item.indexed > 0 {
            body["indexedVariables"] = item.indexed.into();
        } else {
            body["namedVariables"] = item.named.into();
        }
        body["variablesReference"] = state.references.add(Meaning::Item(frame, Box::new(item))).into();
    }
    body
}

pub(super) fn evaluate(state: &mut State, session: &mut Session, request: &Request) -> Answer {
    let wanted: Evaluate = request.arguments()?;
    let frame = state.select_frame(session, wanted.frame_id)?;
    let value = session.value(&wanted.expression)?;
    let item = session.item(&wanted.expression, Some(wanted.expression.clone()), value);
    Ok(body(state, session, frame, item, "result"))
}

pub(super) fn set_variable(state: &mut State, session: &mut Session, request: &Request) -> Answer {
    let wanted: SetVariable = request.arguments()?;
    let item = child(state, session, wanted.variables_reference, &wanted.name)?;
    let (frame, _) = children(state, session, wanted.variables_reference, 0..0)?;
    match (&item.expression, &item.value) {
        (Some(expression), _) => session.set(expression, &wanted.value)?,
        (None, Some(place)) => {
            let value = session.value(&wanted.value)?;
            session.assign_to(place, &value)?;
        }
        (None, None) => return Err(Failure(format!("`{}' cannot be changed: {}", wanted.name, item.text))),
    }
    let now = child(state, session, wanted.variables_reference, &wanted.name)?;
    changed(state, &now);
    Ok(body(state, session, frame, now, "value"))
}

pub(super) fn set_expression(state: &mut State, session: &mut Session, request: &Request) -> Answer {
    let wanted: Evaluate = request.arguments()?;
    let frame = state.select_frame(session, wanted.frame_id)?;
    let value = wanted.value.ok_or_else(|| Failure::new("setExpression: expected a value, found none"))?;
    session.set(&wanted.expression, &value)?;
    let now = session.value(&wanted.expression)?;
    let item = session.item(&wanted.expression, Some(wanted.expression.clone()), now);
    changed(state, &item);
    Ok(body(state, session, frame, item, "value"))
}

/// Other things that the client shows may have changed with one: parts of the same register, other names of the same
/// memory.
fn changed(state: &State, item: &Item) {
    if let (Some((addr, size)), true) = (item.place(), state.client.supports_memory_event) {
        let reference = format!("{addr:#010x}");
        state.event("memory", json!({"memoryReference": reference, "offset": 0, "count": size}));
    }
    if state.client.supports_invalidated_event {
        state.event("invalidated", json!({"areas": ["variables"]}));
    }
}
