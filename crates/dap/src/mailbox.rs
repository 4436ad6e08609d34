//! What has come from the client and has not been answered. A thread of its own reads, so that a request can hold a
//! program that runs.

use crate::message::{Failure, Request};
use crate::wire::{Decoder, Malformed, Sent};
use skink_debug::Pauser;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Something from the client.
#[derive(Debug, Clone)]
pub(crate) enum Incoming {
    Request(Request),
    /// A message that is no request, with its number.
    Wrong(i64, Failure),
    /// The client is gone, or what it sends makes no sense any more.
    End(Option<String>),
}

impl Incoming {
    /// Whether it is about the program's running itself, and cannot wait.
    fn is_urgent(&self) -> bool {
        match self {
            Incoming::Request(request) => {
                matches!(&*request.command, "pause" | "terminate" | "disconnect" | "restart")
            }
            Incoming::Wrong(..) => false,
            Incoming::End(_) => true,
        }
    }
}

/// The event by which the program's output is waited for: see [`Mailbox::wait_for_echo`].
pub(crate) const ECHO: &str = "skink/echo";

#[derive(Default)]
struct State {
    queue: VecDeque<Incoming>,
    /// Who is to be paused when something comes, and whether only for what is urgent.
    running: Option<(Pauser, bool)>,
    /// How many echoes have come.
    echoes: u64,
    ended: bool,
}

/// The queue.
#[derive(Default)]
pub(crate) struct Mailbox {
    state: Mutex<State>,
    changed: Condvar,
}

impl Mailbox {
    /// Reads a stream into a mailbox until it ends.
    ///
    /// # Errors
    ///
    /// If the system has no more threads.
    pub(crate) fn open(stream: impl Read + Send + 'static) -> io::Result<Arc<Mailbox>> {
        let mailbox = Arc::new(Mailbox::default());
        let filled = mailbox.clone();
        std::thread::Builder::new().name("dap".to_owned()).spawn(move || filled.fill(stream))?;
        Ok(mailbox)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fill(&self, mut stream: impl Read) {
        let mut decoder = Decoder::default();
        let mut bytes = [0; 4096];
        loop {
            match decoder.next() {
                Ok(Some(sent)) => {
                    self.sent(sent);
                    continue;
                }
                Ok(None) => {}
                Err(Malformed(why)) => return self.put(Incoming::End(Some(why))),
            }
            match stream.read(&mut bytes) {
                Ok(0) => {
                    let half = "the connection ended in the middle of a message".to_owned();
                    return self.put(Incoming::End(decoder.is_inside().then_some(half)));
                }
                Ok(count) => decoder.push(&bytes[..count]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return self.put(Incoming::End(Some(error.to_string()))),
            }
        }
    }

    fn sent(&self, sent: Sent) {
        let incoming = match sent {
            Sent::Message(message) if message["event"] == ECHO => {
                self.state().echoes += 1;
                return self.changed.notify_all();
            }
            Sent::Message(message) => match Request::of(message) {
                Ok(request) => Incoming::Request(request),
                Err((seq, failure)) => Incoming::Wrong(seq, failure),
            },
            Sent::NoJson(why) => Incoming::Wrong(0, Failure(why)),
        };
        self.put(incoming);
    }

    fn put(&self, incoming: Incoming) {
        // Under the lock: either the program's wait sees it in the queue, or it is paused.
        let mut state = self.state();
        state.ended |= matches!(incoming, Incoming::End(_));
        if let Some((pauser, only_urgent)) = &state.running
            && (!only_urgent || incoming.is_urgent())
        {
            pauser.pause();
        }
        state.queue.push_back(incoming);
        drop(state);
        self.changed.notify_all();
    }

    /// Waits for the next.
    pub(crate) fn next(&self) -> Incoming {
        let mut state = self.state();
        loop {
            if let Some(incoming) = state.queue.pop_front() {
                return incoming;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The next, if there is one; of urgent ones only if wanted.
    pub(crate) fn take(&self, only_urgent: bool) -> Option<Incoming> {
        let mut state = self.state();
        let at = state.queue.iter().position(|incoming| !only_urgent || incoming.is_urgent())?;
        state.queue.remove(at)
    }

    /// Puts one back in front.
    pub(crate) fn put_back(&self, incoming: Incoming) {
        self.state().queue.push_front(incoming);
    }

    /// From now on what comes pauses the program. Whether there is something already.
    pub(crate) fn watch(&self, pauser: Pauser, only_urgent: bool) -> bool {
        let mut state = self.state();
        state.running = Some((pauser, only_urgent));
        state.queue.iter().any(|incoming| !only_urgent || incoming.is_urgent())
    }

    /// No longer.
    pub(crate) fn unwatch(&self) {
        self.state().running = None;
    }

    /// Waits until so many echoes have come. What was sent before an echo was asked for has been passed on then.
    pub(crate) fn wait_for_echo(&self, count: u64) {
        let state = self.state();
        let waits = |state: &mut State| state.echoes < count && !state.ended;
        drop(self.changed.wait_while(state, waits));
    }
}
