//! What the server knows between requests: what the client can do, what its numbers mean, what it has been told.

use super::points::Table;
use super::sources::Sources;
use crate::message::{Answer, Failure, Sender, event, output, response};
use serde::Deserialize;
use serde_json::{Value, json};
use skink_debug::{Item, Place, Scope, Session, Stop};
use std::collections::{BTreeSet, HashMap};

/// What the client has said of itself in `initialize`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Client {
    pub(crate) lines_start_at1: bool,
    pub(crate) columns_start_at1: bool,
    pub(crate) path_format: String,
    pub(crate) supports_memory_event: bool,
    pub(crate) supports_invalidated_event: bool,
}

impl Default for Client {
    fn default() -> Client {
        Client {
            lines_start_at1: true,
            columns_start_at1: true,
            path_format: "path".to_owned(),
            supports_memory_event: false,
            supports_invalidated_event: false,
        }
    }
}

impl Client {
    /// A line, from 1, as the client counts.
    pub(crate) fn line(&self, line: u32) -> u32 {
        if self.lines_start_at1 { line } else { line.saturating_sub(1) }
    }

    pub(crate) fn column(&self, column: u32) -> u32 {
        if self.columns_start_at1 { column.max(1) } else { column.saturating_sub(1) }
    }

    /// A line of the client's, from 1.
    pub(crate) fn our_line(&self, line: u32) -> u32 {
        if self.lines_start_at1 { line } else { line.saturating_add(1) }
    }
}

/// A frame of a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FrameOf {
    pub(crate) thread: u32,
    pub(crate) level: usize,
}

/// What a number that the client was given stands for.
#[derive(Debug, Clone)]
pub(crate) enum Meaning {
    Frame(FrameOf),
    Scope(FrameOf, Scope),
    Item(Option<FrameOf>, Box<Item>),
    Target(Place),
}

/// The numbers. They mean something until the program moves; none is ever used again.
#[derive(Debug, Default)]
pub(crate) struct References {
    last: i64,
    meanings: HashMap<i64, Meaning>,
}

impl References {
    pub(crate) fn add(&mut self, meaning: Meaning) -> i64 {
        self.last += 1;
        self.meanings.insert(self.last, meaning);
        self.last
    }

    pub(crate) fn forget(&mut self) {
        self.meanings.clear();
    }

    pub(crate) fn get(&self, reference: i64) -> Result<&Meaning, Failure> {
        self.meanings.get(&reference).ok_or_else(|| match reference {
            1.. if reference <= self.last => Failure(format!(
                "reference {reference} was of an earlier stop: ask again for the stack and what is in it"
            )),
            _ => Failure(format!("expected a reference that was given before, found {reference}")),
        })
    }

    pub(crate) fn frame(&self, reference: i64) -> Result<FrameOf, Failure> {
        match self.get(reference)? {
            Meaning::Frame(frame) => Ok(*frame),
            _ => Err(Failure(format!("expected the number of a frame, found {reference}, which is none"))),
        }
    }
}

/// How far the conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    New,
    Initialized,
    /// Breakpoints are being set.
    Launched,
    /// The program may run.
    Configured,
}

/// All of it.
pub(crate) struct State {
    pub(crate) peer: Sender,
    pub(crate) phase: Phase,
    pub(crate) client: Client,
    pub(crate) references: References,
    pub(crate) points: Table,
    pub(crate) sources: Sources,
    /// The request that has the program move, and is answered when it does.
    pub(crate) pending: Option<(i64, String)>,
    /// The program moves.
    pub(crate) moving: bool,
    /// It moves by a command, of which the client knows nothing yet.
    pub(crate) untold: bool,
    /// It was held for something that ends it: that is no stop.
    pub(crate) interrupted: bool,
    /// What commands have said and nobody has been sent.
    pub(crate) console: String,
    /// Echoes asked for, if the other side gives some.
    pub(crate) echoes: Option<u64>,
    pub(crate) threads: BTreeSet<u32>,
    pub(crate) modules: BTreeSet<(u32, String)>,
    pub(crate) stop: Option<Stop>,
    pub(crate) stop_on_entry: bool,
    pub(crate) no_debug: bool,
    /// The frame of the last command, so that `up` holds until the client chooses another.
    pub(crate) command_frame: Option<FrameOf>,
}

impl State {
    pub(crate) fn new(peer: Sender, echoes: bool) -> State {
        State {
            peer,
            phase: Phase::New,
            client: Client::default(),
            references: References::default(),
            points: Table::default(),
            sources: Sources::default(),
            pending: None,
            moving: false,
            untold: false,
            interrupted: false,
            console: String::new(),
            echoes: echoes.then_some(0),
            threads: BTreeSet::new(),
            modules: BTreeSet::new(),
            stop: None,
            stop_on_entry: false,
            no_debug: false,
            command_frame: None,
        }
    }

    /// The program moves: what the client was shown is no more.
    pub(crate) fn forget(&mut self) {
        self.references.forget();
        self.command_frame = None;
    }

    pub(crate) fn event(&self, name: &str, body: Value) {
        self.peer.send(event(name, body));
    }

    /// Text of the debugger's own.
    pub(crate) fn say(&self, text: &str) {
        self.peer.send(output("console", text));
    }

    pub(crate) fn respond(&self, seq: i64, command: &str, answer: Answer) {
        self.peer.send(response(seq, command, answer));
    }

    /// Answers the request that has the program move.
    pub(crate) fn acknowledge(&mut self) {
        if let Some((seq, command)) = self.pending.take() {
            let body = match &*command {
                "continue" => json!({"allThreadsContinued": true}),
                _ => Value::Null,
            };
            self.respond(seq, &command, Ok(body));
        }
    }

    /// Has the session's commands and expressions be about a frame.
    pub(crate) fn select(&self, session: &mut Session, frame: FrameOf) -> Result<(), Failure> {
        session.select_thread(frame.thread)?;
        session.select_frame(frame.level)?;
        Ok(())
    }

    /// As [`State::select`], by the client's number.
    pub(crate) fn select_frame(
        &self,
        session: &mut Session,
        reference: Option<i64>,
    ) -> Result<Option<FrameOf>, Failure> {
        match reference {
            Some(reference) => {
                let frame = self.references.frame(reference)?;
                self.select(session, frame)?;
                Ok(Some(frame))
            }
            None => {
                let thread = session.thread().map(|thread| thread.number).ok();
                Ok(thread.map(|thread| FrameOf { thread, level: session.frame() }))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_earlier_stops_are_told_from_wrong_ones() {
        let mut references = References::default();
        let frame = FrameOf { thread: 1, level: 0 };
        let first = references.add(Meaning::Frame(frame));
        assert_eq!(references.frame(first), Ok(frame));
        references.forget();
        let why = |reference| references.get(reference).unwrap_err().0;
        assert!(why(first).contains("earlier stop"));
        assert!(why(first + 1).contains("given before") && why(0).contains("given before"));
        assert!(why(-5).contains("given before"));
    }

    #[test]
    fn lines_as_the_client_counts_them() {
        let zero: Client = serde_json::from_value(json!({"linesStartAt1": false})).unwrap();
        assert_eq!((zero.line(5), zero.our_line(4), zero.column(1)), (4, 5, 1));
        let one = Client::default();
        assert_eq!((one.line(5), one.our_line(5), one.column(0)), (5, 5, 1));
    }
}
