//! What the client is told when the program stands, or is gone.

use super::Server;
use super::sources::module_body;
use super::state::State;
use crate::message::{Answer, Failure, Request};
use serde_json::{Value, json};
use skink_debug::{Reason, Session, Stop};
use skink_engine::Exit;
use skink_machine::Access;

/// How a stop is named in the protocol, and what the user reads.
struct Told {
    reason: &'static str,
    description: String,
    text: Option<String>,
}

fn told(reason: &'static str, description: impl Into<String>) -> Told {
    Told { reason, description: description.into(), text: None }
}

fn signal_name(session: &Session, number: u32) -> String {
    let known = session.signals().iter().find(|handling| handling.signal.number == number);
    known.map_or_else(|| format!("SIG{number}"), |handling| handling.signal.name.to_owned())
}

fn signal_meaning(session: &Session, number: u32) -> &'static str {
    let known = session.signals().iter().find(|handling| handling.signal.number == number);
    known.map_or("Unknown signal", |handling| handling.signal.meaning)
}

fn call_name(session: &Session, number: u32) -> String {
    session.personality().call_name(number).unwrap_or_else(|| number.to_string())
}

fn describe(state: &State, session: &Session, stop: &Stop) -> Told {
    let with_text = |mut told: Told, text: &str| {
        told.text = Some(text.trim().to_owned());
        told
    };
    match &stop.reason {
        Reason::Started => told("entry", "Stopped at the first instruction"),
        Reason::Breakpoint(ids) => {
            let kind = ids.first().map_or("breakpoint", |id| state.points.reason(*id));
            told(kind, format!("Stopped at {kind}"))
        }
        Reason::Watch { access, addr, old, new, .. } => {
            let what = match access {
                Access::Write if old != new => {
                    format!("Written at {addr:#x}: {} instead of {}", number(new), number(old))
                }
                Access::Write => format!("Written at {addr:#x}: {} as before", number(new)),
                _ => format!("Read at {addr:#x}: {}", number(new)),
            };
            with_text(told("data breakpoint", "Stopped at data breakpoint"), &what)
        }
        Reason::Stepped | Reason::Reached => told("step", "Stopped after a step"),
        Reason::Finished(value) => {
            with_text(told("step", "Returned"), &format!("R0 is {value:#x} ({})", *value as i32))
        }
        Reason::Paused => told("pause", "Paused"),
        Reason::Signal { number, addr } => {
            let at = addr.map_or(String::new(), |addr| format!(" at {addr:#x}"));
            let name = signal_name(session, *number);
            let text = format!("{name}: {}{at}", signal_meaning(session, *number));
            with_text(told("exception", format!("Stopped for {name}")), &text)
        }
        Reason::Caught { number, .. } => {
            let name = signal_name(session, *number);
            with_text(told("exception", format!("Stopped for {name}")), signal_meaning(session, *number))
        }
        Reason::Call { number, .. } => {
            let name = call_name(session, *number);
            with_text(told("exception", "Stopped at a system call"), &format!("{name} is about to be called"))
        }
        Reason::Called { number, .. } => {
            let name = call_name(session, *number);
            with_text(told("exception", "Stopped behind a system call"), &format!("{name} has returned"))
        }
        Reason::Forked(_) => told("exception", "Stopped for a new process, which is not debugged"),
        Reason::Executing(path) => {
            let text = format!(
                "The program is about to execute {path}, in its own place and in the debugger's: the session ends \
                 when it goes on."
            );
            with_text(told("exception", "Stopped before execve"), &text)
        }
        Reason::Trouble(text) => with_text(told("exception", "The program cannot go on"), text),
        Reason::Waiting => told("pause", "The program waits for input"),
        Reason::Beginning => told("step", "No earlier moment is known"),
        Reason::Present => told("step", "Here is the present"),
        Reason::Ends(text) => with_text(told("pause", "The recording ends here"), text),
        Reason::Lost(text) => {
            let text = format!("The past cannot be had: {text}. This is the present.");
            with_text(told("exception", "Back in the present"), &text)
        }
        Reason::Exited(_) => told("pause", "The program has ended"),
    }
}

/// Bytes of memory as a number, or as bytes if they are many.
fn number(bytes: &[u8]) -> String {
    if bytes.len() > 8 {
        return format!("{} bytes", bytes.len());
    }
    let value = bytes.iter().rev().fold(0u64, |all, &byte| all << 8 | u64::from(byte));
    format!("{value:#x}")
}

/// What a stop was, in full.
pub(super) fn exception_info(state: &mut State, session: &mut Session, _: &Request) -> Answer {
    let none = || Failure::new("the program has not stopped for an exception");
    let stop = state.stop.as_ref().ok_or_else(none)?;
    let told = describe(state, session, stop);
    if told.reason != "exception" {
        return Err(none());
    }
    let id = match &stop.reason {
        Reason::Signal { number, .. } | Reason::Caught { number, .. } => signal_name(session, *number),
        Reason::Call { number, .. } | Reason::Called { number, .. } => call_name(session, *number),
        Reason::Forked(_) => "fork".to_owned(),
        Reason::Executing(_) => "execve".to_owned(),
        Reason::Lost(_) => "past".to_owned(),
        _ => "trouble".to_owned(),
    };
    let text = told.text.unwrap_or_else(|| told.description.clone());
    Ok(json!({
        "exceptionId": id,
        "description": text,
        "breakMode": "always",
        "details": {"message": text, "typeName": id}
    }))
}

impl Server {
    /// Tells of a stop; `said` if a command has put it into words already.
    pub(super) fn tell(&mut self, stop: &Stop, said: bool) {
        self.news();
        let session = &self.interpreter.session;
        let noted = self.interpreter.noted(stop);
        if !said && !noted.is_empty() {
            self.state().say(&noted);
        }
        self.state().stop = Some(stop.clone());
        if let Reason::Exited(exit) = &stop.reason {
            let exit = exit.clone();
            return self.exited(&exit, said);
        }
        let told = describe(&self.state(), session, stop);
        if let (Some(text), false) = (&told.text, said || matches!(stop.reason, Reason::Finished(_))) {
            self.state().say(&format!("{text}\n"));
        }
        let ids = match &stop.reason {
            Reason::Breakpoint(ids) => ids.clone(),
            Reason::Watch { point, .. } => vec![*point],
            _ => Vec::new(),
        };
        self.stopped_event(told.reason, stop.thread, &told.description, told.text.as_deref(), &ids);
    }

    fn exited(&self, exit: &Exit, said: bool) {
        let state = self.state();
        let code = match exit {
            Exit::Status(status) => i64::from(*status),
            // As a shell has it.
            Exit::Signal(number) => {
                let name = signal_name(&self.interpreter.session, *number as u32);
                if !said {
                    state.say(&format!("The program died of {name}.\n"));
                }
                128 + i64::from(*number)
            }
        };
        state.event("exited", json!({"exitCode": code}));
        state.event("terminated", Value::Null);
    }

    pub(super) fn stopped_event(
        &self,
        reason: &str,
        thread: u32,
        description: &str,
        text: Option<&str>,
        points: &[u32],
    ) {
        let mut body = json!({
            "reason": reason,
            "description": description,
            "threadId": thread.max(1),
            "allThreadsStopped": true,
        });
        if let Some(text) = text {
            body["text"] = text.into();
        }
        if !points.is_empty() {
            body["hitBreakpointIds"] = points.into();
        }
        self.state().event("stopped", body);
    }

    pub(super) fn news(&mut self) {
        news(&mut super::lock(&self.state), &mut self.interpreter.session);
    }
}

/// Threads that have come and gone, modules that have been loaded, breakpoints that have found their places.
pub(super) fn news(state: &mut State, session: &mut Session) {
    let threads = session.threads().iter().map(|thread| thread.number).collect();
    for gone in state.threads.difference(&threads) {
        state.event("thread", json!({"reason": "exited", "threadId": gone}));
    }
    for new in threads.difference(&state.threads) {
        state.event("thread", json!({"reason": "started", "threadId": new}));
    }
    state.threads = threads;
    let mut more = false;
    for module in session.program().modules() {
        if state.modules.insert((module.bias(), module.name().to_owned())) {
            more = true;
            let body = module_body(module.name(), module.bias(), module.ranges(), module.has_lines());
            state.event("module", json!({"reason": "new", "module": body}));
        }
    }
    if more {
        super::points::place_lines(state, session);
    }
    super::points::tell_moved(state, session);
}
