//! Breakpoints of all kinds. The client sends all of a kind, or of a source, each time; those that it has sent before
//! stay, with their counts.

use super::sources::SourceArgument;
use super::state::State;
use crate::message::{Answer, Failure, Request};
use serde::Deserialize;
use serde_json::{Value, json};
use skink_debug::{HitCondition, PointKind, Session};
use skink_machine::WatchKind;
use std::collections::BTreeMap;

/// Who has set a point.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Owner {
    /// By the client's path: which source of the program's that is may turn out later.
    Source(String),
    Functions,
    Instructions,
    Data,
    Exceptions,
}

/// A point that the client knows.
#[derive(Debug, Clone)]
struct Known {
    wanted: Wanted,
    id: u32,
    /// What the client was told of it last.
    told: Value,
}

impl Known {
    fn is_verified(&self) -> bool {
        self.told["verified"] == true
    }
}

/// The client's points, by the session's numbers.
#[derive(Debug, Default)]
pub(crate) struct Table(BTreeMap<Owner, Vec<Known>>);

impl Table {
    /// The protocol's word for a stop at a point.
    pub(super) fn reason(&self, id: u32) -> &'static str {
        let owner = self.0.iter().find(|(_, known)| known.iter().any(|known| known.id == id));
        match owner.map(|(owner, _)| owner) {
            Some(Owner::Functions) => "function breakpoint",
            Some(Owner::Instructions) => "instruction breakpoint",
            _ => "breakpoint",
        }
    }
}

/// What the client wants of a point, whatever its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) what: What,
    pub(super) condition: Option<String>,
    pub(super) hits: Option<String>,
    pub(super) message: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    /// A place as the session writes it.
    Place(String),
    /// A line of the source that the owner is.
    Line(u32),
    Watch(u32, u32, WatchKind),
    Catch(PointKind),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SetSource {
    source: SourceArgument,
    #[serde(default)]
    breakpoints: Vec<At>,
    /// As it was before there were columns and conditions.
    #[serde(default)]
    lines: Vec<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct At {
    line: u32,
    condition: Option<String>,
    hit_condition: Option<String>,
    log_message: Option<String>,
}

#[derive(Deserialize)]
struct Set<T> {
    breakpoints: Vec<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Function {
    name: String,
    condition: Option<String>,
    hit_condition: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Instruction {
    instruction_reference: String,
    #[serde(default)]
    offset: i64,
    condition: Option<String>,
    hit_condition: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    data_id: String,
    access_type: Option<String>,
    condition: Option<String>,
    hit_condition: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DataInfo {
    variables_reference: Option<i64>,
    name: String,
    frame_id: Option<i64>,
    bytes: Option<u32>,
    #[serde(default)]
    as_address: bool,
}

/// Empty fields of a form are none.
fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

pub(super) fn set_source(state: &mut State, session: &mut Session, request: &Request) -> Answer {
    let mut set: SetSource = request.arguments()?;
    let ours = state.sources.of_client(&set.source, session)?;
    let owner = Owner::Source(set.source.path().cloned().unwrap_or_else(|| ours.clone()));
    let plain = |line| At { line, condition: None, hit_condition: None, log_message: None };
    if set.breakpoints.is_empty() {
        set.breakpoints = set.lines.into_iter().map(plain).collect();
    }
    let wanted = set.breakpoints.into_iter().map(|at| {
        Ok(Wanted {
            what: What::Line(state.client.our_line(at.line)),
            condition: given(at.condition),
            hits: given(at.hit_condition),
            message: given(at.log_message),
        })
    });
    let wanted = wanted.collect();
    Ok(replace(state, session, owner, &ours, wanted))
}

pub(super) fn set_functions(state: &mut State, session: &mut Session, request: &Request) -> Answer {
    let set: Set<Function> = request.arguments()?;
    let wanted = set.breakpoints.into_iter().map(|function| {
        Ok(Wanted {
            what: What::Place(function.name),
            condition: given(function.condition),
            hits: given(function.hit_condition),
            message: None,
        })
    });
    Ok(replace(state, session, Owner::Functions, "", wanted.collect()))
}

pub(super) fn set_instructions(state: &mut State, session: &mut Session, request: &Request) -> Answer {
    let set: Set<Instruction> = request.arguments()?;
    let wanted = set.breakpoints.into_iter().map(|at| {
        let addr = super::memory::address(session, &at.instruction_reference, at.offset)?;
        Ok(Wanted {
            what: What::Place(format!("*{addr:#x}")),
            condition: given(at.condition),
            hits: given(at.hit_condition),
            message: None,
        })
    });
    let wanted = wanted.collect();
    Ok(replace(state, session, Owner::Instructions, "", wanted))
}

pub(super) fn set_data(state: &mut State, session: &mut Session, request: &Request) -> Answer {
    let set: Set<Data> = request.arguments()?;
    let wanted = set.breakpoints.into_iter().map(|data| {
        let access = match data.access_type.as_deref() {
            // Clients call this "value change".
            None | Some("write") => WatchKind::Change,
            Some("read") => WatchKind::Read,
            Some("readWrite") => WatchKind::Access,
            Some(other) => {
                return Err(Failure(format!("expected read, write or readWrite, found `{other}'")));
            }
        };
        let wrong = || Failure(format!("expected a dataId that was given before, found `{}'", data.data_id));
        let (addr, len) = data.data_id.split_once('+').ok_or_else(wrong)?;
        let addr = addr.strip_prefix("0x").and_then(|addr| u32::from_str_radix(addr, 16).ok());
        let (addr, len) = (addr.ok_or_else(wrong)?, len.parse().map_err(|_| wrong())?);
        Ok(Wanted {
            what: What::Watch(addr, len, access),
            condition: given(data.condition),
            hits: given(data.hit_condition),
            message: None,
        })
    });
    Ok(replace(state, session, Owner::Data, "", wanted.collect()))
}

/// Why a program that was launched with `noDebug` has no points.
pub(super) const NO_DEBUG: &str = "the program runs without debugging, as `noDebug' says";

/// Sets what is wanted and not there, and takes away what is there and not wanted; what cannot be set is said of each.
/// Lines are of `file`.
pub(super) fn replace(
    state: &mut State,
    session: &mut Session,
    owner: Owner,
    file: &str,
    wanted: Vec<Result<Wanted, Failure>>,
) -> Value {
    let mut before = state.points.0.remove(&owner).unwrap_or_default();
    // The user may have deleted some by a command.
    before.retain(|known| session.points().iter().any(|point| point.id == known.id));
    let (mut now, mut bodies) = (Vec::new(), Vec::new());
    for wanted in wanted {
        let done = wanted.and_then(|wanted| {
            if state.no_debug {
                return Err(Failure::new(NO_DEBUG));
            }
            let old = before.iter().position(|known| known.wanted == wanted);
            let old = old.map(|at| before.swap_remove(at).id);
            let id = old.map_or_else(|| set(session, &wanted, file), Ok)?;
            Ok((wanted, id))
        });
        match done {
            Ok((wanted, id)) => {
                let told = body(state, session, id);
                bodies.push(told.clone());
                now.push(Known { wanted, id, told });
            }
            Err(Failure(why)) => bodies.push(json!({"verified": false, "message": why, "reason": "failed"})),
        }
    }
    before.iter().for_each(|known| drop(session.delete(known.id)));
    state.points.0.insert(owner, now);
    json!({"breakpoints": bodies})
}

fn set(session: &mut Session, wanted: &Wanted, file: &str) -> Result<u32, Failure> {
    let hits = wanted.hits.as_deref().map(HitCondition::parse).transpose()?;
    if let Some(condition) = &wanted.condition {
        session.check_condition(condition)?;
    }
    let point = match &wanted.what {
        What::Place(spec) => session.add_breakpoint(spec, false, true)?,
        What::Line(line) => session.add_breakpoint(&format!("{file}:{line}"), false, true)?,
        What::Watch(start, len, access) => {
            session.read(*start, 1)?;
            let spec = format!("{start:#x}, {len}");
            session.add_watchpoint(&spec, *start, *len, *access, None)?
        }
        What::Catch(kind) => session.add_catchpoint(kind.clone(), "", false),
    };
    point.condition = wanted.condition.clone();
    (point.hit_condition, point.message) = (hits, wanted.message.clone());
    Ok(point.id)
}

/// A breakpoint as the client sees it: where it really is, or why it is nowhere yet.
fn body(state: &State, session: &Session, id: u32) -> Value {
    let point = session.points().iter().find(|point| point.id == id);
    let Some(PointKind::Break(places)) = point.map(|point| &point.kind) else {
        return json!({"id": id, "verified": true});
    };
    let Some(place) = places.first() else {
        let why = format!("No code of `{}' has been loaded.", point.map_or("", |point| &point.spec));
        return json!({"id": id, "verified": false, "message": why, "reason": "pending"});
    };
    let mut body = json!({
        "id": id,
        "verified": true,
        "instructionReference": format!("{:#010x}", place.addr),
    });
    if let Some(line) = session.program().line_at(place.addr) {
        body["line"] = state.client.line(line.line).into();
        body["source"] = state.sources.body(&line.file);
    }
    body
}

/// Tells of points that have found other places since they were set, or have lost them: in a library that has come, or
/// in a program that was started again.
pub(super) fn tell_moved(state: &mut State, session: &Session) {
    let ids: Vec<u32> = state.points.0.values().flatten().map(|known| known.id).collect();
    for id in ids {
        // The user may have deleted it by a command.
        if !session.points().iter().any(|point| point.id == id) {
            continue;
        }
        let now = body(state, session, id);
        let known = state.points.0.values_mut().flatten().find(|known| known.id == id);
        if let Some(known) = known.filter(|known| known.told != now) {
            known.told = now.clone();
            state.event("breakpoint", json!({"reason": "changed", "breakpoint": now}));
        }
    }
}

/// Lines of sources that the program did not have when they were set are looked for in those that it has now.
pub(super) fn place_lines(state: &mut State, session: &mut Session) {
    for (owner, points) in &state.points.0 {
        let Owner::Source(client) = owner else { continue };
        if points.iter().all(Known::is_verified) {
            continue;
        }
        let Ok(file) = state.sources.of_client(&SourceArgument::at(client), session) else { continue };
        for known in points.iter().filter(|known| !known.is_verified()) {
            if let (What::Line(line), Ok(point)) = (&known.wanted.what, session.point(known.id)) {
                point.spec = format!("{file}:{line}");
            }
        }
    }
    session.resolve();
}

/// What of a variable or an expression can be watched.
pub(super) fn data_info(state: &mut State, session: &mut Session, request: &Request) -> Answer {
    let info: DataInfo = request.arguments()?;
    let none = |why: String| Ok(json!({"dataId": Value::Null, "description": why}));
    let (addr, len) = if info.as_address {
        (super::memory::address(session, &info.name, 0)?, info.bytes.unwrap_or(1))
    } else {
        let item = match info.variables_reference.filter(|reference| *reference != 0) {
            Some(reference) => super::values::child(state, session, reference, &info.name)?,
            None => {
                state.select_frame(session, info.frame_id)?;
                let value = session.value(&info.name)?;
                session.item(&info.name, Some(info.name.clone()), value)
            }
        };
        match item.place() {
            Some((addr, size)) if size > 0 => (addr, info.bytes.unwrap_or(size)),
            _ => return none(format!("`{}' is not in memory, and cannot be watched", info.name)),
        }
    };
    if let Err(error) = session.read(addr, 1) {
        return none(error.to_string());
    }
    Ok(json!({
        "dataId": format!("{addr:#x}+{len}"),
        "description": format!("{} ({len} bytes at {addr:#x})", info.name),
        "accessTypes": ["read", "write", "readWrite"],
        "canPersist": false
    }))
}
