//! Who attends the session while a request has the program move.

use super::state::State;
use super::{lock, query};
use crate::mailbox::{ECHO, Incoming, Mailbox};
use crate::message::Failure;
use serde_json::{Value, json};
use skink_debug::{Attendant, Pauser, Session};
use std::sync::{Arc, Mutex};

pub(super) struct Listener {
    pub(super) state: Arc<Mutex<State>>,
    pub(super) mailbox: Arc<Mailbox>,
    pub(super) pauser: Pauser,
    pub(super) searching: bool,
}

impl Attendant for Listener {
    fn departs(&mut self) {
        let mut state = lock(&self.state);
        state.forget();
        state.acknowledge();
        let text = std::mem::take(&mut state.console);
        let thread = state.stop.as_ref().map_or(1, |stop| stop.thread);
        let untold = std::mem::take(&mut state.untold);
        if !text.is_empty() {
            state.say(&text);
        }
        if untold {
            state.event("continued", json!({"threadId": thread, "allThreadsContinued": true}));
        }
        // What the program writes now comes by another way, and must not overtake the text.
        if let Some(count) = state.echoes.filter(|_| !text.is_empty()) {
            state.echoes = Some(count + 1);
            state.event(ECHO, Value::Null);
            drop(state);
            self.mailbox.wait_for_echo(count + 1);
        }
    }

    fn under_way(&mut self, searching: bool) -> bool {
        self.searching = searching;
        self.mailbox.watch(self.pauser.clone(), searching)
    }

    fn attend(&mut self, session: &mut Session) -> bool {
        while let Some(incoming) = self.mailbox.take(self.searching) {
            let mut state = lock(&self.state);
            match incoming {
                Incoming::Request(request) if request.command == "pause" => {
                    state.respond(request.seq, "pause", Ok(Value::Null));
                    return false;
                }
                Incoming::Request(request)
                    if !matches!(&*request.command, "terminate" | "disconnect" | "restart") =>
                {
                    let busy = || Err(Failure::new("the program is running: pause it first"));
                    let answer = query(&mut state, session, &request).unwrap_or_else(busy);
                    state.respond(request.seq, &request.command, answer);
                }
                Incoming::Wrong(seq, failure) => state.respond(seq, "", Err(failure)),
                urgent => {
                    state.interrupted = true;
                    drop(state);
                    self.mailbox.put_back(urgent);
                    return false;
                }
            }
        }
        true
    }

    fn loaded(&mut self, session: &mut Session) {
        super::stops::news(&mut lock(&self.state), session);
    }

    fn logged(&mut self, _: u32, text: &str) {
        let text = if text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") };
        lock(&self.state).say(&text);
    }
}
