//! What an editor starts or connects to. It answers what comes before a program is launched, has the session run in
//! another process, and passes messages on from then on; what the program writes it tells as events.
//!
//! One thread waits for everything, so that the order of things is kept: what a program has written before it stopped
//! is told before the stop.

#[cfg(test)]
mod tests;
mod text;
mod worker;

use crate::mailbox::ECHO;
use crate::message::{Answer, Failure, Request, Sender, event, output, response};
use crate::server::{Client, capabilities};
use crate::wire::{self, Decoder, Malformed, Sent};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use worker::Worker;

pub use worker::connect;

/// How long a process that is to end may take before it is killed.
const PATIENCE: Duration = Duration::from_secs(4);
/// How often is looked whether it has taken that long, in nanoseconds.
const PACE: i64 = 100_000_000;

/// How long a process may take to come from a terminal of the client's, which may ask the user something first.
const TERMINAL: Duration = Duration::from_secs(60);

/// What the process that is started needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launched {
    /// The program to execute: skink.
    pub program: PathBuf,
    /// Its arguments. It has to [`connect`] to the socket that was named, and to [`crate::serve`] there with echoes.
    pub arguments: Vec<OsString>,
    /// Attributes of the request that mean nothing.
    pub unknown: Vec<String>,
}

/// From the arguments of `launch` and the path of a socket to what is to be started; the error is for the user.
pub type Launcher<'a> = &'a dyn Fn(&Map<String, Value>, &Path) -> Result<Launched, String>;

/// Serves one client. Comes back when it has gone and what was started for it has ended.
///
/// # Errors
///
/// If the system can wait for nothing.
pub fn adapt(
    input: impl AsFd,
    output: impl io::Write + Send + 'static,
    launcher: Launcher<'_>,
) -> io::Result<()> {
    Adapter::new(output, launcher).run(input.as_fd())
}

/// How it is being left.
#[derive(Clone, Copy)]
enum Leaving {
    /// All ends, by then.
    By(Instant),
    /// The program goes on without a debugger.
    WithProgram,
}

struct Adapter<'a> {
    client: Sender,
    decoder: Decoder,
    launcher: Launcher<'a>,
    /// The request, as soon as it has come.
    initialize: Option<Value>,
    /// The request, until it is answered.
    launch: Option<Value>,
    /// What came before the worker was there.
    waiting: Vec<Value>,
    /// Requests that the worker has and has not answered, by number.
    pending: BTreeMap<i64, String>,
    /// The number of our own request for a terminal.
    in_terminal: Option<i64>,
    /// How long what is started there may take, and until when that is.
    terminal_limit: Duration,
    expected: Option<Instant>,
    worker: Option<Worker>,
    was_launched: bool,
    /// The client knows that the program has ended.
    terminated: bool,
    leaving: Option<Leaving>,
}

impl<'a> Adapter<'a> {
    fn new(output: impl io::Write + Send + 'static, launcher: Launcher<'a>) -> Adapter<'a> {
        Adapter {
            client: Sender::new(output),
            decoder: Decoder::default(),
            launcher,
            initialize: None,
            launch: None,
            waiting: Vec::new(),
            pending: BTreeMap::new(),
            in_terminal: None,
            terminal_limit: TERMINAL,
            expected: None,
            worker: None,
            was_launched: false,
            terminated: false,
            leaving: None,
        }
    }

    fn run(&mut self, input: BorrowedFd<'_>) -> io::Result<()> {
        let mut input = Some(input);
        while !self.is_over() {
            let ready = self.wait(input)?;
            if ready.client
                && let Some(from) = input
                && !self.read_client(from)
            {
                input = None;
                self.leave();
            }
            self.tend(ready.worker);
        }
        Ok(())
    }

    fn is_over(&mut self) -> bool {
        match (&mut self.worker, self.leaving) {
            (None, leaving) => leaving.is_some(),
            (Some(worker), Some(Leaving::By(limit))) if Instant::now() >= limit => {
                worker.kill();
                true
            }
            _ => false,
        }
    }

    /// Waits until something can be read.
    fn wait(&mut self, input: Option<BorrowedFd<'_>>) -> io::Result<Ready> {
        let mut fds: Vec<PollFd<'_>> = Vec::new();
        let watched = PollFlags::IN;
        fds.extend(input.map(|input| PollFd::from_borrowed_fd(input, watched)));
        let of_worker = self.worker.as_ref().map(Worker::descriptors).unwrap_or_default();
        fds.extend(of_worker.into_iter().map(|fd| PollFd::from_borrowed_fd(fd, watched)));
        let paced = matches!(self.leaving, Some(Leaving::By(_))) || self.expected.is_some();
        let pace = Timespec { tv_sec: 0, tv_nsec: PACE };
        match poll(&mut fds, paced.then_some(&pace)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let mut states = fds.iter().map(|fd| !fd.revents().is_empty());
        let client = input.is_some() && states.next() == Some(true);
        Ok(Ready { client, worker: states.any(|ready| ready) })
    }

    /// Reads from the client; `false` if it has gone, or makes no sense.
    fn read_client(&mut self, from: BorrowedFd<'_>) -> bool {
        let mut bytes = [0; 1 << 14];
        match rustix::io::read(from, &mut bytes) {
            Ok(0) => {
                if self.decoder.is_inside() {
                    let why = "the connection ended in the middle of a message";
                    self.client.send(response(0, "", Err(Failure::new(why))));
                }
                return false;
            }
            Ok(count) => self.decoder.push(&bytes[..count]),
            Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => return true,
            Err(_) => return false,
        }
        loop {
            match self.decoder.next() {
                Ok(Some(Sent::Message(message))) => self.hear_client(message),
                Ok(Some(Sent::NoJson(why))) => {
                    self.client.send(response(0, "", Err(Failure(why))));
                }
                Ok(None) => return true,
                Err(Malformed(why)) => {
                    self.client.send(response(0, "", Err(Failure(why))));
                    return false;
                }
            }
            if self.leaving.is_some() && self.worker.is_none() {
                return true;
            }
        }
    }

    fn hear_client(&mut self, message: Value) {
        if message["type"] == "response" {
            return self.answered(&message);
        }
        let request = match Request::of(message.clone()) {
            Ok(request) => request,
            Err((seq, failure)) => {
                self.client.send(response(seq, "", Err(failure)));
                return;
            }
        };
        match &*request.command {
            "initialize" => self.initialize(&request, message),
            "launch" => self.start(&request, message),
            "disconnect" => self.disconnect(&request, message),
            _ => self.forward(&request, message),
        }
    }

    fn respond(&self, request: &Request, answer: Answer) {
        self.client.send(response(request.seq, &request.command, answer));
    }

    fn initialize(&mut self, request: &Request, message: Value) {
        let answer = match request.arguments::<Client>() {
            _ if self.initialize.is_some() => Err(Failure::new("`initialize' has been done before")),
            Ok(client) if client.path_format != "path" => {
                let found = client.path_format;
                Err(Failure(format!("expected paths of the form `path', found `{found}'")))
            }
            Ok(_) => Ok(capabilities()),
            Err(failure) => Err(failure),
        };
        if answer.is_ok() {
            self.initialize = Some(message);
        }
        self.respond(request, answer);
    }

    fn start(&mut self, request: &Request, message: Value) {
        let Some(initialize) = &self.initialize else {
            return self.respond(request, Err(Failure::new("`initialize' has to come before `launch'")));
        };
        if self.was_launched {
            let why = "a program has been launched already: `restart' starts it again";
            return self.respond(request, Err(Failure::new(why)));
        }
        let none = Map::new();
        let arguments = request.arguments.as_object().unwrap_or(&none);
        let terminals = initialize["arguments"]["supportsRunInTerminalRequest"] == true;
        match worker::start(arguments, terminals, self.launcher) {
            Err(why) => self.respond(request, Err(Failure(why))),
            Ok((worker, unknown, in_terminal)) => {
                for name in unknown {
                    let text = format!("launch: skink has no attribute `{name}'; it means nothing.\n");
                    self.client.send(output("important", &text));
                }
                self.in_terminal = in_terminal.map(|arguments| {
                    let ask = json!({"type": "request", "command": "runInTerminal", "arguments": arguments});
                    self.client.send(ask)
                });
                self.worker = Some(worker);
                self.launch = Some(message);
                self.was_launched = true;
            }
        }
    }

    /// The client has answered a request of ours.
    fn answered(&mut self, message: &Value) {
        if self.in_terminal.is_none() || message["request_seq"].as_i64() != self.in_terminal {
            return;
        }
        self.in_terminal = None;
        if message["success"] == true {
            self.expected = Some(Instant::now() + self.terminal_limit);
        } else {
            let why = message["message"].as_str().unwrap_or("it does not say why").to_owned();
            self.failed(&format!("the editor has opened no terminal: {why}"));
        }
    }

    /// Whether nothing comes from the terminal any more.
    fn is_overdue(&self) -> bool {
        self.expected.is_some_and(|limit| Instant::now() >= limit)
    }

    /// The program could not be started. Another may be.
    fn failed(&mut self, why: &str) {
        let Some(launch) = self.launch.take() else { return };
        (self.worker, self.expected, self.was_launched) = (None, None, false);
        let seq = launch["seq"].as_i64().unwrap_or(0);
        self.pending.remove(&seq);
        self.client.send(response(seq, "launch", Err(Failure::new(why))));
        for message in std::mem::take(&mut self.waiting) {
            if let Ok(request) = Request::of(message) {
                self.pending.insert(request.seq, request.command);
            }
        }
        self.refuse_pending("there is no program: `launch' has failed");
        self.client.send(event("terminated", Value::Null));
    }

    /// What has been asked is answered by nobody else.
    fn refuse_pending(&mut self, why: &str) {
        for (seq, command) in std::mem::take(&mut self.pending) {
            let answer = match &*command {
                "disconnect" | "terminate" => Ok(Value::Null),
                _ => Err(Failure::new(why)),
            };
            self.client.send(response(seq, &command, answer));
            if command == "disconnect" {
                self.leave();
            }
        }
    }

    fn disconnect(&mut self, request: &Request, message: Value) {
        match self.worker.as_mut().filter(|worker| worker.is_connected()) {
            Some(worker) => {
                if request.arguments["terminateDebuggee"] == false {
                    self.leaving = Some(Leaving::WithProgram);
                }
                self.pending.insert(request.seq, request.command.clone());
                worker.send(&message);
            }
            // There is no program that could be let go.
            None => {
                self.respond(request, Ok(Value::Null));
                self.leave();
            }
        }
    }

    fn forward(&mut self, request: &Request, message: Value) {
        let why = match &mut self.worker {
            Some(worker) if worker.is_connected() => {
                self.pending.insert(request.seq, request.command.clone());
                return worker.send(&message);
            }
            Some(_) if self.launch.is_some() => return self.waiting.push(message),
            Some(_) => "the program goes on without a debugger",
            None if self.was_launched => "the program has ended",
            None => {
                let why = format!("`{}' is about a program: `launch' has to come first", request.command);
                return self.respond(request, Err(Failure(why)));
            }
        };
        self.respond(request, Err(Failure::new(why)));
    }

    /// The client has gone, or wants to.
    fn leave(&mut self) {
        match self.leaving {
            Some(_) => {}
            None => self.leaving = Some(Leaving::By(Instant::now() + PATIENCE)),
        }
        if let (Some(worker), Some(Leaving::By(_))) = (&mut self.worker, self.leaving) {
            worker.part();
        }
    }

    /// Looks after the process that has been started.
    fn tend(&mut self, ready: bool) {
        let Some(worker) = &mut self.worker else { return };
        if ready {
            if worker.accept() {
                self.begin();
            }
            self.hear_worker();
        }
        let Some(worker) = &mut self.worker else { return };
        if worker.has_ended() {
            self.ended();
        } else if self.is_overdue() {
            let seconds = self.terminal_limit.as_secs();
            self.failed(&format!("the program has not been started in the terminal within {seconds} s"));
        }
    }

    /// The worker is there: it gets what has come so far.
    fn begin(&mut self) {
        let Some(worker) = &mut self.worker else { return };
        self.expected = None;
        for message in self.initialize.iter().chain(&self.launch).chain(&self.waiting) {
            worker.send(message);
            // The client knows the answer to the first.
            if message["command"] != "initialize" {
                let command = message["command"].as_str().unwrap_or_default();
                self.pending.insert(message["seq"].as_i64().unwrap_or(0), command.to_owned());
            }
        }
        self.waiting.clear();
    }

    fn hear_worker(&mut self) {
        let Some(worker) = &mut self.worker else { return };
        let messages = worker.read();
        // What was written before is told before.
        let client = &self.client;
        worker.pump(&mut |category, text| {
            client.send(output(category, text));
        });
        for message in messages {
            self.pass_on(message);
        }
        if self.worker.as_ref().is_some_and(|worker| worker.is_parted()) {
            self.parted();
        }
    }

    fn pass_on(&mut self, message: Value) {
        match message["type"].as_str() {
            Some("response") => {
                let seq = message["request_seq"].as_i64().unwrap_or(0);
                let Some(command) = self.pending.remove(&seq) else { return };
                if command == "launch" {
                    self.launch = None;
                    self.worker.iter_mut().for_each(Worker::has_launched);
                }
                self.client.send(message);
                if command == "disconnect" {
                    self.leave();
                }
            }
            Some("event") if message["event"] == ECHO => {
                if let Some(worker) = &mut self.worker {
                    worker.send(&event(ECHO, Value::Null));
                }
            }
            _ => {
                self.terminated |= message["event"] == "terminated";
                self.client.send(message);
            }
        }
    }

    /// The session is gone: nothing more will be answered. Why nothing was launched is known when the process has ended.
    fn parted(&mut self) {
        if self.launch.is_none() {
            self.refuse_pending("the program and its debugger have gone");
        }
    }

    /// The process has ended.
    fn ended(&mut self) {
        self.hear_worker();
        let Some(ended) = self.worker.take().map(Worker::end) else { return };
        if self.launch.is_some() {
            let why = if self.leaving.is_some() { "the client has left".to_owned() } else { ended.why() };
            return self.failed(&why);
        }
        if !self.terminated && self.leaving.is_none() {
            if let Some(code) = ended.code {
                self.client.send(event("exited", json!({"exitCode": code})));
            }
            self.client.send(event("terminated", Value::Null));
            self.terminated = true;
        }
    }
}

struct Ready {
    client: bool,
    worker: bool,
}

/// Writes a message to a stream that may be gone; its reader sees that.
fn write(stream: &mut dyn io::Write, message: &Value) {
    let _ = wire::write(stream, message);
}
