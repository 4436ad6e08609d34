//! Who is in translated code: code may be overwritten only while nobody is.
//!
//! A processor says that it goes in, and only then looks whether the code that it is about to enter is still
//! valid. Whoever wants to overwrite code first makes it invalid and only then looks who is in. With a full fence
//! between the two steps on both sides, one of them sees the other.

use std::sync::atomic::{AtomicBool, Ordering, fence};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// A processor's place in the list; not in it any more when it is dropped.
#[derive(Debug)]
pub struct Seat(Arc<AtomicBool>);

/// While it lives, its processor is in translated code.
#[derive(Debug)]
pub struct Inside<'a>(&'a AtomicBool);

/// All processors that may run a translator's code.
#[derive(Debug, Default)]
pub(crate) struct Seats(Mutex<Vec<Weak<AtomicBool>>>);

impl Seat {
    /// Goes in. What was valid before may have become invalid just now: look again.
    pub fn go_in(&self) -> Inside<'_> {
        self.0.store(true, Ordering::Relaxed);
        fence(Ordering::SeqCst);
        Inside(&self.0)
    }

    /// For a processor that has been killed wherever it was, and will not go on.
    pub fn abandon(&self) {
        self.0.store(false, Ordering::Release);
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl Seats {
    fn list(&self) -> MutexGuard<'_, Vec<Weak<AtomicBool>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a new processor.
    pub(crate) fn take(&self) -> Seat {
        let seat = Arc::new(AtomicBool::new(false));
        let mut list = self.list();
        list.retain(|seat| seat.strong_count() > 0);
        list.push(Arc::downgrade(&seat));
        Seat(seat)
    }

    /// Whether nobody is in code that was invalid before the call.
    pub(crate) fn all_out(&self) -> bool {
        fence(Ordering::SeqCst);
        self.list().iter().filter_map(Weak::upgrade).all(|seat| !seat.load(Ordering::Acquire))
    }

    /// Does something while the list does not change: a fork. With `true` from it, in the child, nobody is in:
    /// of the threads only the caller's lives on, and it is out.
    pub(crate) fn quiesced<R>(&self, f: impl FnOnce() -> R, alone: impl FnOnce(&R) -> bool) -> R {
        let list = self.list();
        let result = f();
        if alone(&result) {
            list.iter().filter_map(Weak::upgrade).for_each(|seat| seat.store(false, Ordering::Relaxed));
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_in_is_seen() {
        let seats = Seats::default();
        let (a, b) = (seats.take(), seats.take());
        assert!(seats.all_out());
        let inside = a.go_in();
        assert!(!seats.all_out());
        drop(inside);
        assert!(seats.all_out());
        std::mem::forget(b.go_in());
        assert!(!seats.all_out());
        assert_eq!(seats.quiesced(|| 1, |_| false), 1);
        assert!(!seats.all_out());
        seats.quiesced(|| 1, |&one| one == 1);
        assert!(seats.all_out());
        std::mem::forget(b.go_in());
        b.abandon();
        assert!(seats.all_out());
        std::mem::forget(b.go_in());
        drop(b);
        assert!(seats.all_out());
    }
}
