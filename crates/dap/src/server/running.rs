//! Requests that have the program move, and commands.

use super::listener::Listener;
use super::state::{Meaning, Phase};
use super::{Server, lock};
use crate::message::{Failure, Request};
use serde::Deserialize;
use serde_json::{Value, json};
use skink_debug::command::Flow;
use skink_debug::{Error, Place, Reason, Session, Stop};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Move {
    thread_id: u32,
    #[serde(default)]
    granularity: Granularity,
    target_id: Option<i64>,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
enum Granularity {
    #[default]
    Statement,
    Line,
    Instruction,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Line {
    expression: String,
    frame_id: Option<i64>,
}

/// Whether a request has the program move.
pub(super) fn moves(command: &str) -> bool {
    matches!(command, "continue" | "next" | "stepIn" | "stepOut" | "stepBack" | "reverseContinue" | "goto")
}

/// Whether it is a command for the interpreter.
pub(super) fn is_command(request: &Request) -> bool {
    request.arguments.get("context").and_then(Value::as_str) == Some("repl")
}

impl Server {
    /// A step, back or forwards, and its kin.
    pub(super) fn go(&mut self, request: &Request) {
        let step: Move = match self.ready().and_then(|()| request.arguments()) {
            Ok(step) => step,
            Err(failure) => return self.respond(request, Err(failure)),
        };
        let session = &mut self.interpreter.session;
        if session.thread().map_or(0, |thread| thread.number) != step.thread_id
            && let Err(error) = session.thread().and_then(|_| session.select_thread(step.thread_id))
        {
            return self.respond(request, Err(error.into()));
        }
        // Where the user looks is not where the program stands.
        let _ = session.select_frame(0);
        let by_instruction = step.granularity == Granularity::Instruction;
        if request.command == "goto" {
            return self.goto(request, step.target_id);
        }
        let run: fn(&mut Session) -> Result<Stop, Error> = match (&*request.command, by_instruction) {
            ("next", true) => Session::next_instruction,
            ("next", false) => |session| session.step_line(true),
            ("stepIn", true) => |session| session.step_instructions(1),
            ("stepIn", false) => |session| session.step_line(false),
            ("stepOut", _) => Session::finish,
            ("stepBack", true) => Session::reverse_next_instruction,
            ("stepBack", false) => |session| session.reverse_line(true),
            ("reverseContinue", _) => Session::reverse_go,
            _ => Session::go,
        };
        self.state().pending = Some((request.seq, request.command.clone()));
        self.run(run);
    }

    /// Has the thread go on from somewhere else, without having done what is between.
    fn goto(&mut self, request: &Request, target: Option<i64>) {
        let place = match target.ok_or_else(|| Failure::new("goto: expected a targetId")) {
            Ok(target) => match self.state().references.get(target) {
                Ok(Meaning::Target(place)) => Ok(*place),
                Ok(_) => Err(Failure(format!("expected the number of a target, found {target}"))),
                Err(failure) => Err(failure),
            },
            Err(failure) => Err(failure),
        };
        let moved = place.and_then(|Place { addr, thumb }| {
            let change = |cpu: &mut skink_machine::Cpu| (cpu.r[15], cpu.thumb, cpu.it) = (addr, thumb, 0);
            Ok(self.interpreter.session.change_cpu(change)?)
        });
        let done = moved.is_ok();
        self.respond(request, moved.map(|()| Value::Null));
        if done {
            self.state().forget();
            let thread = self.interpreter.session.thread().map_or(1, |thread| thread.number);
            self.stopped_event("goto", thread, "Goes on from here", None, &[]);
        }
    }

    fn ready(&self) -> Result<(), Failure> {
        match self.state().phase {
            Phase::Configured => Ok(()),
            Phase::Launched => {
                Err(Failure::new("the program has not begun: `configurationDone' comes first"))
            }
            _ => Err(Failure::new("there is no program: `launch' comes first")),
        }
    }

    /// Has the session do something, and tells the client where that ends.
    pub(super) fn run(&mut self, go: impl FnOnce(&mut Session) -> Result<Stop, Error>) {
        self.attend();
        let no_debug = self.state().no_debug;
        let mut result = go(&mut self.interpreter.session);
        // Without debugging nobody is asked whether the program may execute another.
        while no_debug && matches!(&result, Ok(stop) if matches!(stop.reason, Reason::Executing(_))) {
            result = self.interpreter.session.go();
        }
        self.arrive();
        match result {
            Ok(stop) => {
                self.state().acknowledge();
                self.stopped(stop);
            }
            Err(error) => {
                let mut state = self.state();
                if let Some((seq, command)) = state.pending.take() {
                    return state.respond(seq, &command, Err(error.into()));
                }
                state.say(&format!("{error}\n"));
                drop(state);
                let thread = self.interpreter.session.thread().map_or(1, |thread| thread.number);
                self.stopped_event("pause", thread, "Stopped", Some(&error.to_string()), &[]);
            }
        }
    }

    fn attend(&mut self) {
        self.state().moving = true;
        let listener = Listener {
            state: self.state.clone(),
            mailbox: self.mailbox.clone(),
            pauser: self.interpreter.session.pauser(),
            searching: false,
        };
        self.interpreter.session.set_attendant(Some(Box::new(listener)));
    }

    fn arrive(&mut self) {
        self.mailbox.unwatch();
        self.state().moving = false;
    }

    /// The program has stopped; the commands of its breakpoint are done, which may have it move again.
    fn stopped(&mut self, stop: Stop) {
        if stop.reason == Reason::Paused && std::mem::take(&mut self.state().interrupted) {
            return;
        }
        let no_debug = self.state().no_debug;
        if let (true, Reason::Trouble(why) | Reason::Ends(why)) = (no_debug, &stop.reason) {
            // Nobody is there to look at what cannot go on.
            self.state().say(&format!("{}\n", why.trim_end()));
            self.interpreter.session.kill();
            return self.state().event("terminated", Value::Null);
        }
        self.state().untold = true;
        self.attend();
        let said = self.state.clone();
        let result = self.interpreter.stopped(&stop, &mut |text| lock(&said).console.push_str(text));
        self.arrive();
        let later = self.interpreter.take_stop();
        let mut state = self.state();
        state.untold = false;
        let mut text = std::mem::take(&mut state.console);
        if let Err(error) = result {
            text += &format!("{error}\n");
        }
        if !text.is_empty() {
            state.say(&text);
        }
        drop(state);
        match later {
            Some(later) if later.reason == Reason::Paused && self.state().interrupted => {}
            Some(later) => self.tell(&later, true),
            None => self.tell(&stop, false),
        }
        self.state().interrupted = false;
    }

    /// A line for the interpreter. What it says before the program moves goes to the console, the rest is the result.
    pub(super) fn command(&mut self, request: &Request) {
        let arguments: Line = match self.ready_for_commands().and_then(|()| request.arguments()) {
            Ok(arguments) => arguments,
            Err(failure) => return self.respond(request, Err(failure)),
        };
        if let Err(failure) = self.choose(arguments.frame_id) {
            return self.respond(request, Err(failure));
        }
        let (changes, was_alive) = {
            let session = &self.interpreter.session;
            (session.changes(), session.is_alive())
        };
        self.state().untold = true;
        self.attend();
        let said = self.state.clone();
        let result = self.interpreter.line(&arguments.expression, false, &mut |text| {
            lock(&said).console.push_str(text);
        });
        self.arrive();
        let stop = self.interpreter.take_stop();
        let mut state = self.state();
        state.untold = false;
        let text = std::mem::take(&mut state.console);
        let quits = matches!(result, Ok(Flow::Quit));
        let answer = match result {
            Ok(_) => Ok(json!({"result": text, "variablesReference": 0})),
            Err(error) => {
                if !text.is_empty() {
                    state.say(&text);
                }
                Err(error.into())
            }
        };
        state.respond(request.seq, "evaluate", answer);
        let interrupted = std::mem::take(&mut state.interrupted);
        drop(state);
        if quits {
            self.interpreter.session.kill();
        }
        match stop {
            Some(stop) if stop.reason == Reason::Paused && interrupted => {}
            Some(stop) => self.tell(&stop, true),
            None if was_alive && !self.interpreter.session.is_alive() => {
                self.news();
                self.state().event("terminated", Value::Null);
            }
            None if self.interpreter.session.changes() != changes => self.changed(),
            None => {}
        }
    }

    /// Commands are about the frame that the client shows, until one of them chooses another.
    pub(super) fn choose(&mut self, reference: Option<i64>) -> Result<(), Failure> {
        let Some(reference) = reference else { return Ok(()) };
        let mut state = lock(&self.state);
        let frame = state.references.frame(reference)?;
        if state.command_frame.replace(frame) != Some(frame) {
            state.select(&mut self.interpreter.session, frame)?;
        }
        Ok(())
    }

    fn ready_for_commands(&self) -> Result<(), Failure> {
        match self.state().phase {
            Phase::Launched | Phase::Configured => Ok(()),
            _ => Err(Failure::new("there is no program: `launch' comes first")),
        }
    }

    /// Registers or memory are not what the client has seen.
    fn changed(&self) {
        let state = self.state();
        if state.client.supports_invalidated_event {
            state.event("invalidated", json!({"areas": ["all"]}));
        }
    }
}
