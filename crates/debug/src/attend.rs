//! What a front end does while the program runs: it may want the program held for a moment, to look at it or to set a
//! breakpoint, without the step or search that is under way being lost.

use crate::session::Session;
use skink_engine::Order;

/// A front end that has something to say while a method of the session waits for the program.
pub trait Attendant: Send {
    /// The program is about to go on: what was to be said before it writes has to be said now.
    fn departs(&mut self);

    /// It has been let go. `searching`: what it does is of the past, and is not to be looked at; it can only be
    /// stopped. Says whether it is to be held at once. From now on [`crate::Pauser::pause`] holds it.
    fn under_way(&mut self, searching: bool) -> bool;

    /// It is held because of [`Attendant::under_way`] or a pause. Says whether it goes on as it was told; if not, it
    /// has stopped with [`crate::Reason::Paused`]. The session must not be resumed from here.
    fn attend(&mut self, session: &mut Session) -> bool;

    /// The program has loaded a library, and goes on at once. Breakpoints that waited for it have their places.
    fn loaded(&mut self, _: &mut Session) {}

    /// A breakpoint with a message has been passed.
    fn logged(&mut self, point: u32, text: &str);
}

impl Session {
    /// Has somebody asked while the program runs; `None` for nobody.
    pub fn set_attendant(&mut self, attendant: Option<Box<dyn Attendant>>) {
        self.attendant = attendant;
    }

    /// How often registers or memory have been changed by the session.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// Lets the threads go: one as ordered, the others freely.
    pub(crate) fn depart(&mut self, thread: skink_engine::ThreadId, order: Order) {
        let searching = self.searching || matches!(order, Order::Travel(_));
        if let Some(attendant) = &mut self.attendant {
            attendant.departs();
        }
        self.hub.resume(thread, order);
        if self.attendant.as_mut().is_some_and(|attendant| attendant.under_way(searching)) {
            self.hub.pause();
        }
    }

    /// The program is held because somebody asked: whether it has gone on.
    pub(crate) fn attended(&mut self) -> bool {
        let Some(mut attendant) = self.attendant.take() else { return false };
        let shown = (self.selected, self.frame);
        let goes_on = attendant.attend(self);
        (self.selected, self.frame) = shown;
        self.attendant = Some(attendant);
        if goes_on && self.is_alive() {
            // Points may have come and gone.
            self.mark();
            self.hub.go_on();
        }
        goes_on && self.is_alive()
    }
}
