//! The debugger's terminal interface.
//!
//! A thin front end: what a program is and does the session knows ([`skink_debug`]), and all that is typed or pressed
//! becomes a line for its one interpreter of commands. Here is
//!
//! - `app`: what is shown and how, as plain data; `update`, `motion`, `mouse` and `words` change it,
//! - `ui`: pure functions from that to the cells of a screen; `panes` says where what lies,
//! - `keys`: all keys in one table, from which the help is drawn,
//! - `worker`: the session's side, on the thread that called [`run`]; `view` is what it tells of a program at rest,
//! - `term`, `tty`: the terminal of the interface and the one of the program.
#![forbid(unsafe_code)]

mod app;
mod console;
mod history;
mod keys;
mod motion;
mod mouse;
mod panes;
mod prompt;
mod screen;
mod term;
mod theme;
mod tty;
mod ui;
mod update;
mod view;
mod words;
mod worker;

use skink_debug::command::Interpreter;
use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{channel, sync_channel};
use worker::{Request, Successor, Worker};

/// How the interface begins.
#[derive(Debug, Default)]
pub struct Options {
    /// Files with commands to be done first.
    pub scripts: Vec<PathBuf>,
    /// Commands to be done after those.
    pub commands: Vec<String>,
    /// The program's terminal, if it is not to be the console.
    pub tty: Option<PathBuf>,
    /// Gets all that commands and program say.
    pub transcript: Option<File>,
}

/// What the interface waits for.
#[derive(Debug)]
pub(crate) enum Event {
    /// A key, the mouse.
    Input(crossterm::event::Event),
    /// The program has written something.
    Output(Vec<u8>),
    /// The session says something.
    Reply(worker::Reply),
    /// Another program was to have the terminal, and the interface has it again.
    Reclaimed,
    /// A signal that ends skink.
    Signal(i32),
    /// The terminal has gone.
    Gone,
}

/// Events that may wait: a program that writes without end waits for the screen, and keys do not wait for it long.
const WAITING: usize = 64;

/// Shows the interface on the terminal behind standard output until the user leaves it. Returns the number of the
/// signal that ended it, if one did; the program is left as it is.
///
/// # Errors
///
/// If there is no terminal, or none can be made for the program.
pub fn run(interpreter: &mut Interpreter, options: Options) -> io::Result<Option<i32>> {
    let (events, waiting) = sync_channel(WAITING);
    // Whatever happens from here on, the terminal is given back.
    let (drawn, _back) = term::take()?;
    let output = events.clone();
    let (tty, order) = match &options.tty {
        Some(path) => {
            tty::give(path)
                .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
            (None, None)
        }
        None => {
            let told = move |bytes| drop(output.send(Event::Output(bytes)));
            let (tty, order) = tty::open(told)?;
            (Some(tty), Some(order))
        }
    };
    let pauser = interpreter.session.pauser();
    let (ask, requests) = channel::<Request>();
    screen::listen(&events)?;
    let screen = screen::Screen::new(drawn, tty, options, ask, pauser.clone());
    let shown = std::thread::Builder::new().name("screen".into()).spawn(move || screen.show(&waiting))?;
    interpreter.session.set_handover(Some(Arc::new(Successor(events.clone()))));
    Worker { interpreter, replies: events, order, looker: view::Looker::default() }.serve(&requests);
    let ended = shown.join();
    interpreter.session.set_handover(None);
    ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
