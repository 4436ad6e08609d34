//! Standard input for a board that may be ended while it waits for a key.
//!
//! A read(2) that waits cannot be taken back. So a thread of its own reads, a byte whenever one is asked for and none
//! before, since what follows may be for the debugger. Who no longer waits leaves the byte to whoever asks next.

use skink_board::{Input, Read};
use std::collections::VecDeque;
use std::io::{self, Read as _};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

#[derive(Default)]
struct State {
    bytes: VecDeque<u8>,
    /// A byte has been asked for and has not come.
    asked: bool,
    ended: bool,
}

#[derive(Default)]
struct Keyboard {
    state: Mutex<State>,
    changed: Condvar,
}

/// The process has one standard input.
static KEYBOARD: OnceLock<Arc<Keyboard>> = OnceLock::new();

/// One run's claim on it.
pub(crate) struct Claim {
    keyboard: Arc<Keyboard>,
    over: Arc<Mutex<bool>>,
}

impl Keyboard {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self) {
        loop {
            let waiting = |state: &mut State| !state.asked;
            drop(self.changed.wait_while(self.state(), waiting).unwrap_or_else(PoisonError::into_inner));
            let mut byte = [0];
            let read = io::stdin().lock().read(&mut byte);
            let mut state = self.state();
            state.asked = false;
            match read {
                Ok(1) => state.bytes.push_back(byte[0]),
                // A terminal may go on after an end of file.
                _ => state.ended = true,
            }
            drop(state);
            self.changed.notify_all();
        }
    }
}

impl Claim {
    /// For a run; and what ends its waiting.
    pub(crate) fn new() -> (Claim, impl Fn() + Send + Sync + 'static) {
        let keyboard = KEYBOARD.get_or_init(|| {
            let keyboard: Arc<Keyboard> = Arc::default();
            let serving = keyboard.clone();
            std::thread::spawn(move || serving.serve());
            keyboard
        });
        let claim = Claim { keyboard: keyboard.clone(), over: Arc::default() };
        let (keyboard, over) = (claim.keyboard.clone(), claim.over.clone());
        let end = move || {
            // In the order of those who wait: the state is theirs while they look.
            let _state = keyboard.state();
            *over.lock().unwrap_or_else(PoisonError::into_inner) = true;
            keyboard.changed.notify_all();
        };
        (claim, end)
    }

    fn is_over(&self) -> bool {
        *self.over.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Input for Claim {
    fn read(&mut self) -> Read {
        let mut state = self.keyboard.state();
        loop {
            if let Some(byte) = state.bytes.pop_front() {
                return Read::Char(byte);
            }
            if std::mem::take(&mut state.ended) {
                return Read::Ended;
            }
            if self.is_over() {
                return Read::NotYet;
            }
            if !state.asked {
                state.asked = true;
                self.keyboard.changed.notify_all();
            }
            state = self.keyboard.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}
