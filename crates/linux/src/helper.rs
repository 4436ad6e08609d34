//! A thread that translates beside the guest, which knows nothing of it.
//!
//! It takes no signals and makes no system calls for the guest. Where the host wants a process to have one thread only,
//! or another process is about to run in this memory, it is sent away first.

use crate::host;
use skink_engine::Translator;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// More than translating needs, a trace being as long as it is.
const STACK: usize = 512 << 10;

/// Which host process the helper may live in: not in a child that only borrows the memory, and with which it would go.
#[derive(Debug, Clone)]
pub(crate) struct Home(Arc<AtomicU32>);

impl Home {
    /// This process.
    pub(crate) fn here() -> Home {
        Home(Arc::new(AtomicU32::new(std::process::id())))
    }

    /// The process has become another one, by fork(2).
    pub(crate) fn moved(&self) {
        self.0.store(std::process::id(), Ordering::SeqCst);
    }

    /// From now on there is none.
    pub(crate) fn close(&self) {
        self.0.store(0, Ordering::SeqCst);
    }

    /// Lends the translator a thread when it asks for one.
    pub(crate) fn offer(&self, translator: &Arc<Translator>) {
        let (home, weak) = (self.clone(), Arc::downgrade(translator));
        translator.set_help(Box::new(move || {
            let Some(translator) = weak.upgrade() else { return false };
            home.0.load(Ordering::SeqCst) == std::process::id()
                && host::with_signals_blocked(|| {
                    let thread = std::thread::Builder::new().name("translator".into()).stack_size(STACK);
                    thread.spawn(move || translator.help()).is_ok()
                })
        }));
    }
}
