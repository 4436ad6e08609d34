//! Commands about break-, watch- and catchpoints, and signals.

use super::report::base;
use super::{Flow, Interpreter, Out, numbers, running};
use crate::points::Kind;
use crate::{Error, Handling};
use skink_debuginfo::Type;
use skink_machine::WatchKind;

/// `LOCATION thread N if CONDITION`, each part optional.
struct Spec<'a> {
    location: &'a str,
    thread: Option<u32>,
    condition: Option<&'a str>,
}

fn spec(text: &str) -> Result<Spec<'_>, Error> {
    let padded = |word: &str| -> Option<(usize, usize)> {
        text.match_indices(word).map(|(at, _)| (at, at + word.len())).find(|(at, end)| {
            let before = text[..*at].chars().next_back().is_none_or(char::is_whitespace);
            let after = text[*end..].chars().next().is_none_or(|c| c.is_whitespace() || c == '(');
            before && after
        })
    };
    let (head, condition) = match padded("if") {
        Some((at, end)) => (&text[..at], Some(text[end..].trim())),
        None => (text, None),
    };
    let (location, thread) = match head.rsplit_once("thread ") {
        Some((location, number)) => {
            let number =
                number.trim().parse().map_err(|_| Error::new(format!("Invalid thread ID: {number}")))?;
            (location, Some(number))
        }
        None => (head, None),
    };
    Ok(Spec { location: location.trim(), thread, condition })
}

pub(super) fn break_(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let pending = i.session.may_load();
    add(i, text, false, pending, out)
}

pub(super) fn tbreak(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let pending = i.session.may_load();
    add(i, text, true, pending, out)
}

/// For `start`: a program without `main` does not run away.
pub(super) fn start(i: &mut Interpreter, out: Out<'_>) -> Result<Flow, Error> {
    add(i, "main", true, false, out)
}

/// With `pending`, a place in a library that is to come is waited for.
fn add(i: &mut Interpreter, text: &str, temporary: bool, pending: bool, out: Out<'_>) -> Result<Flow, Error> {
    let spec = spec(text)?;
    if let Some(condition) = spec.condition {
        check(i, condition)?;
    }
    // A line without its file is one of the file that is shown.
    let pending = pending && spec.location.parse::<u32>().is_err();
    let unknown = i.session.places(spec.location).err();
    let point = i.session.add_breakpoint(spec.location, temporary, pending)?;
    point.condition = spec.condition.map(str::to_owned);
    point.thread = spec.thread;
    let (id, kind) = (point.id, point.kind.clone());
    let what = if temporary { "Temporary breakpoint" } else { "Breakpoint" };
    let Kind::Break(places) = kind else { return Ok(Flow::More) };
    match &places[..] {
        [] => {
            let why = unknown.map_or(String::new(), |why| why.to_string());
            out(&format!("{why}\n{what} {id} ({}) pending.\n", spec.location));
        }
        [place] => {
            let line = i.session.program().line_at(place.addr);
            let at = line.map_or(String::new(), |l| format!(": file {}, line {}", base(&l.file), l.line));
            out(&format!("{what} {id} at {:#x}{at}.\n", place.addr));
        }
        places => {
            let first = places.first().map_or(0, |place| place.addr);
            out(&format!("{what} {id} at {first:#x}: {text}. ({} locations)\n", places.len()));
        }
    }
    Ok(Flow::More)
}

/// A condition must make sense where it is written, but for registers and memory that change.
fn check(i: &Interpreter, condition: &str) -> Result<(), Error> {
    if condition.is_empty() {
        return Err(Error::new("Expected a condition after `if', found nothing."));
    }
    // It is evaluated somewhere else, with other variables and other memory.
    i.session.check_condition(condition)
}

pub(super) fn watch(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    watch_for(i, text, WatchKind::Change, "Hardware watchpoint", out)
}

pub(super) fn rwatch(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    watch_for(i, text, WatchKind::Read, "Hardware read watchpoint", out)
}

pub(super) fn awatch(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    watch_for(i, text, WatchKind::Access, "Hardware access (read/write) watchpoint", out)
}

/// `ADDRESS[, LENGTH] [mask MASK value VALUE] [if CONDITION]`; `*ADDRESS` and a symbol are the word there.
fn watch_for(
    i: &mut Interpreter,
    text: &str,
    access: WatchKind,
    what: &str,
    out: Out<'_>,
) -> Result<Flow, Error> {
    let spec = spec(text)?;
    let expression = spec
        .location
        .strip_prefix("-l ")
        .or(spec.location.strip_prefix("-location "))
        .unwrap_or(spec.location);
    if expression.is_empty() {
        return Err(Error::new("Argument required (expression to compute)."));
    }
    let (range, value) = match expression.split_once(" value ") {
        Some((range, value)) => {
            let (value, mask) = value.split_once(" mask ").unwrap_or((value, "0xffffffff"));
            (range, Some((i.session.evaluate(mask)? as u64, i.session.evaluate(value)? as u64)))
        }
        None => (expression, None),
    };
    let (start, len, ty) = i.watched_range(range)?;
    i.session.read(start, 1)?;
    let point = i.session.add_watchpoint(expression, start, len, access, value)?;
    point.condition = spec.condition.map(str::to_owned);
    point.thread = spec.thread;
    let id = point.id;
    ty.into_iter().for_each(|ty| drop(i.watched.insert(id, ty)));
    out(&format!("{what} {id}: {expression}\n"));
    Ok(Flow::More)
}

pub(super) fn catch(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let mut words = text.split_whitespace();
    let what = words.next().unwrap_or_default();
    let names: Vec<&str> = words.collect();
    let kind = match what {
        "syscall" => {
            let number = |name: &&str| {
                let known = i.session.personality().call_named(name);
                known
                    .or_else(|| name.parse().ok())
                    .ok_or_else(|| Error::new(format!("Unknown syscall name '{name}'.")))
            };
            Kind::Calls(names.iter().map(number).collect::<Result<_, _>>()?)
        }
        "signal" => {
            let number = |name: &&str| i.session.signal_named(name);
            Kind::Signals(names.iter().map(number).collect::<Result<_, _>>()?)
        }
        "fork" | "vfork" => Kind::Forks,
        other => return Err(Error::new(format!("Expected catch syscall, signal or fork, found `{other}'."))),
    };
    let shown = catchpoint(i, &kind);
    let id = i.session.add_catchpoint(kind, text, false).id;
    out(&format!("Catchpoint {id} ({shown})\n"));
    Ok(Flow::More)
}

/// What a catchpoint waits for, as gdb says it.
pub(super) fn catchpoint(i: &Interpreter, kind: &Kind) -> String {
    let list = |names: Vec<String>| names.join(" ");
    match kind {
        Kind::Calls(calls) if calls.is_empty() => "any syscall".to_owned(),
        Kind::Calls(calls) => {
            let plural = if calls.len() == 1 { "syscall" } else { "syscalls" };
            let name = |n: &u32| format!("'{}' [{n}]", i.call_name(*n));
            format!("{plural} {}", list(calls.iter().map(name).collect()))
        }
        Kind::Signals(signals) if signals.is_empty() => "any signal".to_owned(),
        Kind::Signals(signals) => {
            let plural = if signals.len() == 1 { "signal" } else { "signals" };
            format!("{plural} {}", list(signals.iter().map(|n| i.signal_name(*n)).collect()))
        }
        _ => "fork".to_owned(),
    }
}

pub(super) fn commands(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let id = match text {
        "" => i.session.points().last().map(|point| point.id),
        _ => numbers(text)?.first().copied(),
    };
    let id = id.ok_or_else(|| Error::new("No breakpoints specified."))?;
    i.session.point(id)?;
    i.collecting = Some((id, Vec::new()));
    let _ = out;
    Ok(Flow::More)
}

pub(super) fn condition(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let (id, condition) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let [id] = numbers(id)?[..] else { return Err(Error::new("Argument required (breakpoint number).")) };
    let condition = condition.trim();
    if condition.is_empty() {
        i.session.point(id)?.condition = None;
        out(&format!("Breakpoint {id} now unconditional.\n"));
        return Ok(Flow::More);
    }
    check(i, condition)?;
    i.session.point(id)?.condition = Some(condition.to_owned());
    Ok(Flow::More)
}

pub(super) fn ignore(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let (id, times) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let [id] = numbers(id)?[..] else { return Err(Error::new("Argument required (a breakpoint number).")) };
    if times.is_empty() {
        return Err(Error::new("Second argument (specified ignore-count) is missing."));
    }
    let times = i.session.evaluate(times)?.clamp(0, u32::MAX.into()) as u32;
    i.session.point(id)?.ignore = times;
    out(&ignored(id, times));
    Ok(Flow::More)
}

fn ignored(id: u32, times: u32) -> String {
    match times {
        0 => format!("Will stop next time breakpoint {id} is reached.\n"),
        1 => format!("Will ignore next crossing of breakpoint {id}.\n"),
        _ => format!("Will ignore next {times} crossings of breakpoint {id}.\n"),
    }
}

impl Interpreter {
    /// What is to be watched: `ADDRESS, LENGTH`, something in memory with its type, or the word at an address.
    pub(super) fn watched_range(&self, text: &str) -> Result<(u32, u32, Option<Type>), Error> {
        if let Some((addr, len)) = text.rsplit_once(',') {
            let len = self.session.evaluate(len)? as u32;
            return Ok((self.session.evaluate(addr)? as u32, len, None));
        }
        let value = self.session.value(text)?;
        match value.address() {
            Some(addr) if value.ty.size() > 0 => Ok((addr, value.ty.size(), Some(value.ty))),
            _ => Ok((self.session.evaluate(text)? as u32, 4, None)),
        }
    }

    /// `continue N`: passes the breakpoint that the program stands at.
    pub(super) fn ignore_here(&mut self, times: u64, out: Out<'_>) {
        let Some(id) = self.stopped_at else { return };
        if let Ok(point) = self.session.point(id) {
            point.ignore = times.min(u32::MAX.into()) as u32;
            let text = ignored(id, point.ignore);
            out(&text.replace(".\n", ".  "));
        }
    }
}

fn each(i: &mut Interpreter, text: &str, change: impl Fn(&mut crate::Point)) -> Result<Flow, Error> {
    let mut ids = numbers(text)?;
    if ids.is_empty() {
        ids = i.session.points().iter().map(|point| point.id).collect();
    }
    for id in ids {
        change(i.session.point(id)?);
    }
    Ok(Flow::More)
}

pub(super) fn enable(i: &mut Interpreter, text: &str, _: Out<'_>) -> Result<Flow, Error> {
    let text = text.strip_prefix("breakpoints").unwrap_or(text);
    match text.strip_prefix("delete") {
        Some(rest) => each(i, rest, |point| (point.enabled, point.temporary) = (true, true)),
        None => each(i, text, |point| point.enabled = true),
    }
}

pub(super) fn disable(i: &mut Interpreter, text: &str, _: Out<'_>) -> Result<Flow, Error> {
    each(i, text.strip_prefix("breakpoints").unwrap_or(text), |point| point.enabled = false)
}

pub(super) fn delete(i: &mut Interpreter, text: &str, _: Out<'_>) -> Result<Flow, Error> {
    let ids = numbers(text.strip_prefix("breakpoints").unwrap_or(text))?;
    if ids.is_empty() {
        i.session.delete_all();
    }
    ids.into_iter().try_for_each(|id| i.session.delete(id))?;
    Ok(Flow::More)
}

pub(super) fn handle(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let mut words = text.split_whitespace();
    let signal = words.next().ok_or_else(|| Error::new("Argument required (signal to handle)."))?;
    let mut changes: Vec<fn(&mut Handling)> = Vec::new();
    for word in words {
        changes.push(match word {
            "stop" => |h| (h.stop, h.print) = (true, true),
            "nostop" => |h| h.stop = false,
            "print" => |h| h.print = true,
            "noprint" => |h| (h.print, h.stop) = (false, false),
            "pass" | "noignore" => |h| h.pass = true,
            "nopass" | "ignore" => |h| h.pass = false,
            other => return Err(Error::new(format!("Unrecognized flag \"{other}\" to \"handle\"."))),
        });
    }
    let changed = i.session.handle(signal, |handling| changes.iter().for_each(|change| change(handling)))?;
    out("Signal        Stop\tPrint\tPass to program\tDescription\n");
    changed.iter().for_each(|handling| out(&running::handling(handling)));
    Ok(Flow::More)
}
