//! gdb's commands over a session.
//!
//! A front end gives lines and gets text; scripts, terminals and consoles use the same interpreter. The text has no
//! address of the host in it and nothing that differs from run to run, so that transcripts can be compared.

mod checks;
mod complete;
mod data;
mod info;
mod points;
mod report;
mod reverse;
mod running;
mod script;
mod source;
mod state;
mod table;

pub use complete::Completion;

use crate::{Error, Session, Stop};
use skink_debuginfo::{Type, Value};
use std::collections::HashMap;

/// Where a command's text goes. What is written before the program is resumed is seen before what that writes.
pub type Out<'a> = &'a mut dyn FnMut(&str);

/// Whether there is more to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Another command.
    More,
    /// The user has had enough.
    Quit,
}

/// Interprets commands.
pub struct Interpreter {
    /// What they are about.
    pub session: Session,
    /// What an empty line repeats.
    last: String,
    /// What `list` and `x` go on from.
    listed: Option<(String, u32)>,
    examined: data::Examined,
    /// How many values have been printed: `$1`, `$2` ...
    printed: Vec<Value>,
    /// The types of what watchpoints watch.
    watched: HashMap<u32, Type>,
    /// Why the program stopped last, until somebody asks.
    stop: Option<Stop>,
    /// The breakpoint that the program stands at.
    stopped_at: Option<u32>,
    /// The signal that it was stopped for.
    signalled: Option<u32>,
    /// Commands of the breakpoint that it has just stopped at.
    attached: Vec<String>,
    /// Lines of a `commands` list that is being read, and for which point.
    collecting: Option<(u32, Vec<String>)>,
    depth: u32,
}

impl Interpreter {
    /// Over a session.
    pub fn new(session: Session) -> Interpreter {
        Interpreter {
            session,
            last: String::new(),
            listed: None,
            examined: data::Examined::default(),
            printed: Vec::new(),
            watched: HashMap::new(),
            stop: None,
            stopped_at: None,
            signalled: None,
            attached: Vec::new(),
            collecting: None,
            depth: 0,
        }
    }

    /// Does one line. An empty one repeats the last if `repeats`, as on a terminal.
    ///
    /// # Errors
    ///
    /// What is wrong with the command, or why it was not done.
    pub fn line(&mut self, line: &str, repeats: bool, out: Out<'_>) -> Result<Flow, Error> {
        // Whoever asked for a pause before did not mean this one.
        self.session.takes_pause();
        self.obey(line, repeats, out)
    }

    fn obey(&mut self, line: &str, repeats: bool, out: Out<'_>) -> Result<Flow, Error> {
        let line = line.trim();
        if let Some((id, mut lines)) = self.collecting.take() {
            if line == "end" {
                self.session.point(id)?.commands = lines;
            } else {
                lines.push(line.to_owned());
                self.collecting = Some((id, lines));
            }
            return Ok(Flow::More);
        }
        let line = match line {
            "" if repeats => self.last.clone(),
            _ => line.to_owned(),
        };
        if line.is_empty() || line.starts_with('#') {
            return Ok(Flow::More);
        }
        self.last.clone_from(&line);
        let flow = self.one(&line, out)?;
        self.attached(out)?;
        Ok(flow)
    }

    /// A front end has had the program go on and stop by the session itself, and says so in its own words: the
    /// commands of the point that it has stopped at are done.
    ///
    /// # Errors
    ///
    /// What is wrong with one of the commands.
    pub fn stopped(&mut self, stop: &Stop, out: Out<'_>) -> Result<(), Error> {
        self.report(stop, None, &mut |_| {});
        self.stop = None;
        self.attached(out)
    }

    /// What has happened before a stop that was no reason for one, in words.
    pub fn noted(&self, stop: &Stop) -> String {
        let mut text = String::new();
        stop.notes.iter().for_each(|(thread, event)| self.note(*thread, event, &mut |part| text += part));
        text
    }

    /// Why the program stopped last by a command; `None` if no command has had it move since this was last asked.
    pub fn take_stop(&mut self) -> Option<Stop> {
        self.stop.take()
    }

    /// What a command says, for a window that shows it all the time: `info`, `backtrace` and the like. An empty line
    /// does not repeat it.
    ///
    /// # Errors
    ///
    /// As [`Interpreter::line`].
    pub fn ask(&mut self, line: &str) -> Result<String, Error> {
        let listed = self.listed.clone();
        let mut text = String::new();
        let answer = self.one(line, &mut |part| text.push_str(part));
        self.listed = listed;
        answer.map(|_| text)
    }

    /// Whether lines are taken down for `commands`, until `end`.
    pub fn is_collecting(&self) -> bool {
        self.collecting.is_some()
    }

    fn one(&mut self, line: &str, out: Out<'_>) -> Result<Flow, Error> {
        let (name, arguments) = table::split(line);
        let command = table::find(name)?;
        (command.run)(self, arguments.trim(), out)
    }

    /// The commands of the breakpoint that the program has stopped at.
    fn attached(&mut self, out: Out<'_>) -> Result<(), Error> {
        let commands = std::mem::take(&mut self.attached);
        if commands.is_empty() || self.depth > 50 {
            return Ok(());
        }
        self.depth += 1;
        let mut result = Ok(());
        for command in commands {
            if command == "silent" {
                continue;
            }
            result = self.one(&command, out).and_then(|_| self.attached(out));
            if result.is_err() || self.is_paused() {
                break;
            }
        }
        self.depth -= 1;
        result
    }
}

/// A count: 1 if nothing is said.
fn count(session: &Session, text: &str) -> Result<u64, Error> {
    match text {
        "" => Ok(1),
        _ => session.evaluate(text).map(|n| n.max(0) as u64),
    }
}

/// Numbers separated by spaces, `2-5` for a run of them.
fn numbers(text: &str) -> Result<Vec<u32>, Error> {
    let bad = |word: &str| Error::new(format!("Bad breakpoint number '{word}'"));
    let mut all = Vec::new();
    for word in text.split_whitespace() {
        let (first, last) = word.split_once('-').unwrap_or((word, word));
        let parse = |part: &str| part.parse::<u32>().map_err(|_| bad(word));
        let (first, last) = (parse(first)?, parse(last)?);
        if last.saturating_sub(first) > 10_000 {
            return Err(bad(word));
        }
        all.extend(first..=last);
    }
    Ok(all)
}
