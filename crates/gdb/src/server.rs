//! One connection after the other, until there is nothing more to debug.

use crate::connection::{Incoming, Receiving, Sending, open};
use crate::resume::Told;
use crate::target::{Back, Debugged};
use gdbstub::common::Signal;
use gdbstub::stub::state_machine::{GdbStubStateMachine, GdbStubStateMachineInner, state};
use gdbstub::stub::{DisconnectReason, GdbStub, GdbStubError};
use skink_debug::Reason;
use skink_debug::command::Interpreter;
use skink_engine::Exit;
use std::io;
use std::net::{TcpListener, TcpStream};

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// The program has ended by itself.
    Exited(Exit),
    /// gdb has killed it.
    Killed,
}

/// What a connection leaves behind.
enum Left {
    Ended(End),
    /// gdb has let the program go.
    Detached,
    /// The program is held; another gdb may connect.
    Held(String),
}

/// gdb asks for 16 KiB of memory at a time when it has room for it.
const PACKET: usize = 0x8000;

type Machine<'a> = GdbStubStateMachine<'a, Debugged, Sending>;
type Failure = GdbStubError<String, io::Error>;

/// What the server tells whoever started it.
pub trait Host {
    /// Something that the user at this end should know, in a line.
    fn say(&mut self, line: &str);

    /// Whether somebody is connected who can stop and end the program. Otherwise a signal from the terminal is
    /// meant for the server.
    fn attended(&mut self, attended: bool);
}

/// Serves gdb on a socket.
///
/// # Errors
///
/// If no connection can be accepted.
pub fn serve(listener: &TcpListener, interpreter: Interpreter, host: &mut dyn Host) -> io::Result<End> {
    let mut debugged = Debugged::new(interpreter);
    loop {
        host.attended(false);
        let (stream, peer) = listener.accept()?;
        host.attended(true);
        host.say(&format!("gdb at {peer} has connected"));
        let left = converse(stream, &mut debugged, host);
        notes(&mut debugged, host);
        debugged.running = None;
        debugged.unmark_all();
        debugged.files.close_all();
        debugged.extended = false;
        match left {
            Ok(Left::Ended(end)) => return Ok(end),
            Ok(Left::Detached) => {
                host.say("gdb has let the program go");
                debugged.deliver_all();
                debugged.session().detach();
                let exit = debugged.session().wait_for_end();
                return Ok(exit.map_or(End::Killed, End::Exited));
            }
            Ok(Left::Held(why)) => {
                host.say(&format!("{why}; the program is held, waiting for another gdb"));
            }
            Err(error) => host.say(&format!("{peer}: {error}; waiting for another gdb")),
        }
    }
}

fn notes(debugged: &mut Debugged, host: &mut dyn Host) {
    std::mem::take(&mut debugged.notes).iter().for_each(|note| host.say(note));
}

fn converse(stream: TcpStream, debugged: &mut Debugged, host: &mut dyn Host) -> io::Result<Left> {
    let (receiving, sending) = open(stream)?;
    debugged.running = Some(receiving.running());
    let stub = GdbStub::builder(sending).packet_buffer_size(PACKET).build();
    let stub = stub.map_err(|error| io::Error::other(error.to_string()))?;
    let mut talk = Talk { receiving, queued: Vec::new().into_iter(), exit: None, paused: false };
    let result = stub.run_state_machine(debugged).and_then(|machine| talk.run(machine, debugged, host));
    Ok(match result {
        Ok(left) => left,
        Err(error) => talk.left(format!("the connection has ended: {error}"), debugged),
    })
}

/// Has gdb show a text while the program runs as far as it knows (gdb's manual, "Stop Reply Packets": `O`).
fn console(connection: &mut Sending, text: &str) -> io::Result<()> {
    use std::fmt::Write;
    let mut body = String::from("O");
    for byte in text.bytes() {
        let _ = write!(body, "{byte:02x}");
    }
    let sum = body.bytes().fold(0u8, u8::wrapping_add);
    gdbstub::conn::Connection::write_all(connection, format!("${body}#{sum:02x}").as_bytes())
}

/// A connection.
struct Talk {
    receiving: Receiving,
    /// Bytes that have come and have not been looked at.
    queued: std::vec::IntoIter<u8>,
    /// How the program ended, when gdb stays all the same.
    exit: Option<Exit>,
    /// The program runs as far as gdb knows, but is held until what gdb has said is read.
    paused: bool,
}

impl Talk {
    fn run(
        &mut self,
        mut machine: Machine<'_>,
        debugged: &mut Debugged,
        host: &mut dyn Host,
    ) -> Result<Left, Failure> {
        loop {
            notes(debugged, host);
            machine = match machine {
                GdbStubStateMachine::Idle(idle) => match self.byte() {
                    Some(byte) => idle.incoming_data(debugged, byte)?,
                    None => return Ok(self.left("gdb has gone".to_owned(), debugged)),
                },
                GdbStubStateMachine::Running(mut running) => {
                    // An acknowledgement may still be on its way.
                    let _ = gdbstub::conn::Connection::flush(running.borrow_conn());
                    match self.running(running, debugged)? {
                        Some(machine) => machine,
                        None => {
                            let why = "gdb has gone while the program was running".to_owned();
                            return Ok(self.left(why, debugged));
                        }
                    }
                }
                GdbStubStateMachine::CtrlCInterrupt(interrupted) => {
                    // One that comes when the program has stopped by itself is late, and no longer wanted.
                    let thread = debugged.session().thread().map_or(0, |thread| thread.number);
                    debugged.backwards = None;
                    let stop = std::mem::take(&mut self.paused).then(|| debugged.interrupted(thread));
                    interrupted.interrupt_handled(debugged, stop)?
                }
                GdbStubStateMachine::Disconnected(gone) => match gone.get_reason() {
                    DisconnectReason::Disconnect => return Ok(Left::Detached),
                    DisconnectReason::Kill => return Ok(Left::Ended(End::Killed)),
                    // The exit is there: `told` was asked for it.
                    _ if !debugged.extended => return Ok(self.left(String::new(), debugged)),
                    _ => gone.return_to_idle(),
                },
            };
        }
    }

    /// The next byte; `None` when the peer is gone.
    fn byte(&mut self) -> Option<u8> {
        loop {
            if let Some(byte) = self.queued.next() {
                return Some(byte);
            }
            match self.receiving.next() {
                Incoming::Bytes(bytes) => self.queued = bytes.into_iter(),
                Incoming::End => return None,
            }
        }
    }

    /// The next byte if it is there already.
    fn early(&mut self) -> Option<Option<u8>> {
        loop {
            if let Some(byte) = self.queued.next() {
                return Some(Some(byte));
            }
            match self.receiving.poll()? {
                Incoming::Bytes(bytes) => self.queued = bytes.into_iter(),
                Incoming::End => return Some(None),
            }
        }
    }

    /// Waits for the program to stop, or for something from gdb, which pauses it. `None` when gdb is gone.
    fn running<'a>(
        &mut self,
        running: GdbStubStateMachineInner<'a, state::Running, Debugged, Sending>,
        debugged: &mut Debugged,
    ) -> Result<Option<Machine<'a>>, Failure> {
        if !debugged.session().is_alive() {
            // Killed, or ended, and resumed all the same.
            return running.report_stop(debugged, Told::Exited(0)).map(Some);
        }
        if let Some(back) = debugged.backwards {
            return self.backwards(running, debugged, back);
        }
        if self.paused {
            match self.early() {
                Some(Some(byte)) => return running.incoming_data(debugged, byte).map(Some),
                Some(None) => return Ok(None),
                None => debugged.session().go_on(),
            }
            self.paused = false;
        }
        let pauser = debugged.session().pauser();
        self.receiving.running().watch(pauser.clone());
        // What came before the watch has paused nobody.
        let early = self.early();
        if early.is_some() {
            pauser.pause();
        }
        let stop = debugged.session().wait_for_stop();
        self.receiving.running().unwatch();
        if stop.reason != Reason::Paused {
            if let Some(Some(byte)) = early {
                self.queued =
                    std::iter::once(byte).chain(self.queued.by_ref()).collect::<Vec<u8>>().into_iter();
            }
            if let Reason::Exited(exit) = &stop.reason {
                self.exit = Some(exit.clone());
            }
            let told = debugged.told(&stop);
            return running.report_stop(debugged, told).map(Some);
        }
        match early.or_else(|| self.early()) {
            Some(Some(byte)) => {
                self.paused = true;
                running.incoming_data(debugged, byte).map(Some)
            }
            Some(None) => Ok(None),
            // The last thread that was to run has ended.
            None => running.report_stop(debugged, Told::Signal(Signal::SIGTRAP)).map(Some),
        }
    }

    /// As [`Talk::running`], the other way. Whatever comes meanwhile has the program stand where it stood, and unless
    /// it was an interrupt the way back is begun again.
    fn backwards<'a>(
        &mut self,
        mut running: GdbStubStateMachineInner<'a, state::Running, Debugged, Sending>,
        debugged: &mut Debugged,
        back: Back,
    ) -> Result<Option<Machine<'a>>, Failure> {
        self.receiving.running().watch(debugged.session().pauser());
        let mut early = self.early();
        if early.is_none() {
            let (stop, why) = debugged.go_back(back);
            if stop.reason != Reason::Paused {
                self.receiving.running().unwatch();
                debugged.backwards = None;
                if let Some(why) = why
                    && console(running.borrow_conn(), &format!("{why}\n")).is_err()
                {
                    return Ok(None);
                }
                let told = debugged.told(&stop);
                return running.report_stop(debugged, told).map(Some);
            }
            early = self.early();
        }
        self.receiving.running().unwatch();
        match early {
            Some(Some(byte)) => {
                self.paused = true;
                running.incoming_data(debugged, byte).map(Some)
            }
            Some(None) => Ok(None),
            None => Ok(Some(running.into())),
        }
    }

    fn left(&self, why: String, debugged: &mut Debugged) -> Left {
        match &self.exit {
            Some(exit) if !debugged.session().is_alive() => Left::Ended(End::Exited(exit.clone())),
            None if !debugged.session().is_alive() => Left::Ended(End::Killed),
            _ => Left::Held(why),
        }
    }
}
