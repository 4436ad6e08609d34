//! The protocol over a session: requests are answered one after the other. While the program runs a request holds it
//! for a moment, and what was ordered goes on.

mod complete;
mod exceptions;
mod launch;
mod listener;
mod memory;
mod points;
mod running;
mod sources;
mod stack;
mod state;
mod stops;
mod values;

pub(crate) use launch::capabilities;
pub(crate) use state::Client;

use crate::mailbox::{Incoming, Mailbox};
use crate::message::{Answer, Failure, Request, Sender};
use skink_debug::Session;
use skink_debug::command::Interpreter;
use state::{Phase, State};
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Serves a client on two streams, over a session whose program has been started and not yet resumed. Comes back when
/// the client has gone, the program being ended then, or let go if that was asked for. With `echoes` the other side
/// answers the event `skink/echo` by the same, so that text comes before what the program writes after it.
///
/// # Errors
///
/// If the system has no more threads.
pub fn serve(
    input: impl Read + Send + 'static,
    output: impl Write + Send + 'static,
    interpreter: Interpreter,
    echoes: bool,
) -> io::Result<()> {
    let mailbox = Mailbox::open(input)?;
    let state = Arc::new(Mutex::new(State::new(Sender::new(output), echoes)));
    let mut server = Server { state, mailbox, interpreter };
    while server.next() {}
    Ok(())
}

/// One conversation.
struct Server {
    /// Shared with who attends the session.
    state: Arc<Mutex<State>>,
    mailbox: Arc<Mailbox>,
    interpreter: Interpreter,
}

/// When a request can be answered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    /// Also while the program runs, which is held meanwhile.
    Always,
    /// While it stands.
    Stopped,
}

/// Something that is looked at or set, without the program moving.
struct Query {
    command: &'static str,
    when: When,
    run: fn(&mut State, &mut Session, &Request) -> Answer,
}

const QUERIES: &[Query] = &[
    Query { command: "breakpointLocations", when: When::Always, run: sources::breakpoint_locations },
    Query { command: "dataBreakpointInfo", when: When::Stopped, run: points::data_info },
    Query { command: "disassemble", when: When::Always, run: memory::disassemble },
    // But for commands, which are told from expressions before.
    Query { command: "evaluate", when: When::Stopped, run: values::evaluate },
    Query { command: "exceptionInfo", when: When::Stopped, run: stops::exception_info },
    Query { command: "gotoTargets", when: When::Stopped, run: sources::goto_targets },
    Query { command: "loadedSources", when: When::Always, run: sources::loaded },
    Query { command: "modules", when: When::Always, run: sources::modules },
    Query { command: "readMemory", when: When::Always, run: memory::read },
    Query { command: "scopes", when: When::Stopped, run: values::scopes },
    Query { command: "setBreakpoints", when: When::Always, run: points::set_source },
    Query { command: "setDataBreakpoints", when: When::Always, run: points::set_data },
    Query { command: "setExceptionBreakpoints", when: When::Always, run: exceptions::set },
    Query { command: "setExpression", when: When::Stopped, run: values::set_expression },
    Query { command: "setFunctionBreakpoints", when: When::Always, run: points::set_functions },
    Query { command: "setInstructionBreakpoints", when: When::Always, run: points::set_instructions },
    Query { command: "setVariable", when: When::Stopped, run: values::set_variable },
    Query { command: "source", when: When::Always, run: sources::source },
    Query { command: "stackTrace", when: When::Stopped, run: stack::trace },
    Query { command: "threads", when: When::Always, run: stack::threads },
    Query { command: "variables", when: When::Stopped, run: values::variables },
    Query { command: "writeMemory", when: When::Stopped, run: memory::write },
];

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Answers a query; `None` if it is none.
fn query(state: &mut State, session: &mut Session, request: &Request) -> Option<Answer> {
    let query = QUERIES.iter().find(|query| query.command == request.command)?;
    if state.phase < Phase::Launched {
        return Some(Err(Failure(format!(
            "`{}' is about a program: `launch' has to come first",
            request.command
        ))));
    }
    if state.moving && query.when == When::Stopped {
        return Some(Err(Failure::new("the program is running: pause it first")));
    }
    let (thread, frame) = (session.thread().map(|thread| thread.number).ok(), session.frame());
    let answer = (query.run)(state, session, request);
    // What the client looks at is not what commands are about.
    if let Some(thread) = thread {
        let _ = session.select_thread(thread).and_then(|_| match frame {
            0 => Ok(()),
            frame => session.select_frame(frame).map(drop),
        });
    }
    Some(answer)
}

impl Server {
    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Answers one message; `false` if the conversation has ended.
    fn next(&mut self) -> bool {
        match self.mailbox.next() {
            Incoming::Request(request) => self.request(&request),
            Incoming::Wrong(seq, failure) => {
                self.state().respond(seq, "", Err(failure));
                true
            }
            Incoming::End(why) => {
                if let Some(why) = why {
                    // It may still be there to read what was wrong with it.
                    self.state().respond(0, "", Err(Failure(why)));
                }
                self.interpreter.session.kill();
                false
            }
        }
    }

    fn request(&mut self, request: &Request) -> bool {
        let command = &*request.command;
        match command {
            "disconnect" => {
                self.disconnect(request);
                return false;
            }
            "initialize" => self.initialize(request),
            "launch" => self.launch(request),
            "configurationDone" => self.configured(request),
            "restart" => self.restart(request),
            "terminate" => self.terminate(request),
            "pause" => self.respond(request, Ok(serde_json::Value::Null)),
            "evaluate" if running::is_command(request) => self.command(request),
            "completions" => self.complete(request),
            "attach" => {
                let why = "skink runs programs and cannot attach to one that runs: use `launch'";
                self.respond(request, Err(Failure::new(why)));
            }
            _ if running::moves(command) => self.go(request),
            _ => {
                let mut state = lock(&self.state);
                let answer = query(&mut state, &mut self.interpreter.session, request);
                let unknown = || Err(Failure(format!("`{command}' is not a request that skink knows")));
                state.respond(request.seq, command, answer.unwrap_or_else(unknown));
            }
        }
        true
    }

    fn respond(&self, request: &Request, answer: Answer) {
        self.state().respond(request.seq, &request.command, answer);
    }
}
