//! The side of the session: does what the interface asks for, one thing after the other, and says what came of it.

use crate::term;
use crate::tty::Order;
use crate::view::{Looker, View, Wants};
use skink_debug::command::{Completion, Flow, Interpreter, Out};
use skink_debug::{Error, Handover};
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender};

/// What the interface asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Request {
    /// Do a command line, then look. An empty line repeats the last.
    Line(String, Wants),
    /// Do the lines of a file, up to the first that fails, then look.
    Script(PathBuf, Wants),
    /// Look.
    Look(Wants),
    /// What the end of a line may become.
    Complete(String),
}

/// What the session says.
#[derive(Debug)]
pub(crate) enum Reply {
    /// Text of a command.
    Text(String),
    /// The request is done, and this is how things are.
    View(Box<View>),
    /// As asked for.
    Completion(String, Completion),
    /// The user has had enough.
    Quit,
}

/// The interpreter, and where its words go.
pub(crate) struct Worker<'a> {
    pub(crate) interpreter: &'a mut Interpreter,
    pub(crate) replies: SyncSender<crate::Event>,
    /// None if the program has a terminal of the user's.
    pub(crate) order: Option<Order>,
    pub(crate) looker: Looker,
}

/// Another program takes the debugger's place, and finds the terminal as it was.
pub(crate) struct Successor(pub(crate) SyncSender<crate::Event>);

impl Handover for Successor {
    fn give_back(&self) {
        term::lend();
    }

    fn take_again(&self) {
        if term::reclaim() {
            // Nothing of what was drawn is there any more. Without a screen there is nobody to draw it.
            let _ = self.0.send(crate::Event::Reclaimed);
        }
    }
}

impl Worker<'_> {
    /// Serves until the interface is gone.
    pub(crate) fn serve(&mut self, requests: &Receiver<Request>) {
        while let Ok(request) = requests.recv() {
            let going = match request {
                Request::Line(line, wants) => {
                    self.obey(|i, show| i.line(&line, true, show)) && self.look(&wants)
                }
                Request::Script(path, wants) => {
                    self.obey(|i, show| i.script(&path, show)) && self.look(&wants)
                }
                Request::Look(wants) => self.look(&wants),
                Request::Complete(line) => {
                    let completion = self.interpreter.complete(&line);
                    self.say(Reply::Completion(line, completion))
                }
            };
            if !going {
                break;
            }
        }
    }

    fn say(&self, reply: Reply) -> bool {
        self.replies.send(crate::Event::Reply(reply)).is_ok()
    }

    fn look(&mut self, wants: &Wants) -> bool {
        let view = self.looker.look(self.interpreter, wants);
        self.say(Reply::View(Box::new(view)))
    }

    /// Has something done; whether there is more to come.
    fn obey(&mut self, command: impl FnOnce(&mut Interpreter, Out<'_>) -> Result<Flow, Error>) -> bool {
        let (replies, order) = (self.replies.clone(), &mut self.order);
        let mut show = |text: &str| {
            order.iter_mut().for_each(Order::settle);
            let _ = replies.send(crate::Event::Reply(Reply::Text(text.to_owned())));
        };
        match command(self.interpreter, &mut show) {
            Ok(Flow::More) => {
                self.order.iter_mut().for_each(Order::settle);
                true
            }
            Ok(Flow::Quit) => {
                self.say(Reply::Quit);
                false
            }
            Err(error) => {
                show(&format!("{error}\n"));
                true
            }
        }
    }
}

/// A file that gets all that commands and program say.
pub(crate) struct Transcript(Option<File>);

impl Transcript {
    pub(crate) fn to(file: Option<File>) -> Transcript {
        Transcript(file)
    }

    /// Text; carriage returns are the terminal's and not the program's.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        if let Some(file) = &mut self.0 {
            let bytes: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != b'\r').collect();
            let _ = file.write_all(&bytes);
        }
    }
}
