//! Before the guest executes another program: execve(2) puts that in the place of this whole process, where it inherits
//! the terminal and the descriptors. What a front end has taken of those is given back for it, and taken again if the
//! call fails, which is only known by trying.

use skink_engine::{Event, Order, ThreadId};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A front end that has taken something of the process. It is told on the guest's thread, which goes on afterwards.
pub trait Handover: Send + Sync {
    /// The guest is about to execute another program: if that succeeds, this process is gone.
    fn give_back(&self);

    /// It could not be executed, and the guest goes on.
    fn take_again(&self);
}

/// Which threads are about to execute something, and who is to be told.
#[derive(Default)]
pub(crate) struct Handovers {
    told: Option<Arc<dyn Handover>>,
    /// They have said so, and have been held for it.
    about: BTreeSet<ThreadId>,
    /// This one has been let go.
    gone: Option<ThreadId>,
}

impl Handovers {
    pub(crate) fn set(&mut self, told: Option<Arc<dyn Handover>>) {
        self.told = told;
    }

    /// A thread comes to rest, with something to report or nothing; who has to take again what was given back.
    pub(crate) fn arrives(&mut self, thread: ThreadId, event: Option<&Event>) -> Option<Arc<dyn Handover>> {
        if let Some(Event::Executing(_)) = event {
            self.about.insert(thread);
        }
        self.gone.take_if(|gone| *gone == thread).and_then(|_| self.told.clone())
    }

    /// A thread is let go; who has to give back. On its way through the past it executes nothing.
    pub(crate) fn leaves(
        &mut self,
        thread: ThreadId,
        order: &Order,
        is_past: bool,
    ) -> Option<Arc<dyn Handover>> {
        if is_past || matches!(order, Order::Travel(_)) {
            return None;
        }
        let executes = self.about.remove(&thread) && *order != Order::End;
        let told = self.told.clone().filter(|_| executes)?;
        self.gone = Some(thread);
        Some(told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nobody;

    impl Handover for Nobody {
        fn give_back(&self) {}
        fn take_again(&self) {}
    }

    fn executing() -> Event {
        Event::Executing("/bin/true".to_owned())
    }

    #[test]
    fn only_a_thread_that_executes_something_gives_back() {
        let mut all = Handovers::default();
        all.set(Some(Arc::new(Nobody)));
        assert!(all.arrives(1, None).is_none());
        assert!(all.leaves(1, &Order::Go, false).is_none());
        assert!(all.arrives(1, Some(&executing())).is_none());
        // Another thread, the past, the way there and the end are no reason.
        assert!(all.leaves(2, &Order::Go, false).is_none());
        assert!(all.leaves(1, &Order::Travel(0), false).is_none());
        assert!(all.leaves(1, &Order::Go, true).is_none());
        assert!(all.leaves(1, &Order::Step, false).is_some());
        // It comes back: nothing was executed. Once is enough.
        assert!(all.arrives(2, None).is_none());
        assert!(all.arrives(1, None).is_some());
        assert!(all.arrives(1, None).is_none());
        assert!(all.leaves(1, &Order::Go, false).is_none());
    }

    #[test]
    fn a_thread_that_ends_instead_gives_nothing_back() {
        let mut all = Handovers::default();
        all.set(Some(Arc::new(Nobody)));
        all.arrives(1, Some(&executing()));
        assert!(all.leaves(1, &Order::End, false).is_none());
    }
}
