//! Breakpoints whose code is not loaded yet. Each file that the program maps may bring it: while a breakpoint waits, the
//! program is held at such system calls, and has the breakpoint before it can come there.

use crate::points::{Kind, Point};
use crate::session::Session;

/// The entry of the auxiliary vector that says where the loader is, 0 if the program has none (getauxval(3), AT_BASE).
const LOADER: u32 = 7;

impl Session {
    /// Whether libraries may still be loaded: the program has a loader.
    pub fn may_load(&self) -> bool {
        let vector = self.personality.auxiliary_vector();
        vector.chunks_exact(8).any(|pair| {
            let word =
                |at: usize| pair[at..at + 4].iter().rev().fold(0, |word, &byte| word << 8 | u32::from(byte));
            word(0) == LOADER && word(4) != 0
        })
    }

    /// Brings up to date what is known of the program; whether more of it is loaded than before.
    pub(crate) fn refresh(&mut self) -> bool {
        let Some(memory) = &self.memory else { return false };
        let before = self.program.modules().count();
        self.personality.refresh(&mut self.program, memory);
        self.program.modules().count() != before
    }

    /// More is loaded, and the program is about to go on.
    pub(crate) fn loaded(&mut self) {
        self.resolve();
        if let Some(mut attendant) = self.attendant.take() {
            attendant.loaded(self);
            self.attendant = Some(attendant);
        }
        // On its way to a moment of its past it passes all points.
        if !self.silent {
            self.mark();
        }
    }

    /// After a start: the program may have been built anew, and its libraries are still to come. What was set at an
    /// address stays there.
    pub(crate) fn resolve_anew(&mut self) {
        let is_named = |spec: &str| !spec.is_empty() && !spec.starts_with('*');
        for point in self.points.all_mut().filter(|point| is_named(&point.spec)) {
            if let Kind::Break(places) = &mut point.kind {
                places.clear();
            }
        }
        self.resolve();
    }

    /// Looks once more for places of breakpoints that have none.
    pub fn resolve(&mut self) {
        let none = |point: &&Point| matches!(&point.kind, Kind::Break(places) if places.is_empty());
        let waiting: Vec<(u32, String)> =
            self.points.all().iter().filter(none).map(|point| (point.id, point.spec.clone())).collect();
        for (id, spec) in waiting {
            if let (Ok(found), Ok(point)) = (self.places(&spec), self.points.get(id)) {
                point.kind = Kind::Break(found);
            }
        }
    }
}
