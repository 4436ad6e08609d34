//! Watched ranges on the way through the past: pages that hold them are guarded, and code runs translated until
//! something touches one of those pages. Only then it is looked at what that was.
//!
//! In the past this is possible because nobody else uses the memory while guest code runs there.

use super::travel::Travel;
use crate::vcpu::{Stop, Vcpu};
use skink_machine::memory::Guarded;
use skink_machine::{Memory, Prot, WatchKind};
use std::io;

/// A fault takes as long as so many interpreted instructions.
const PRICE: u64 = 200;
/// Faults that are counted before it is decided that they are too many.
const COUNTED: u64 = 64;
/// Where there are too many so many instructions are interpreted before it is tried again.
const PATIENCE: u64 = 1_000_000;

/// How often guarded pages are touched.
#[derive(Debug, Default)]
pub(super) struct Touches {
    faults: u64,
    /// Instructions done when the counting began.
    since: u64,
    /// Up to here each access is looked at.
    until: u64,
}

impl Travel {
    /// Runs until something happens, or up to `limit` if that is given.
    pub(super) fn go(&mut self, vcpu: &mut Vcpu, limit: Option<u64>) -> io::Result<Option<Stop>> {
        let go = |vcpu: &mut Vcpu| match limit {
            Some(limit) => vcpu.run_to(limit),
            None => Some(vcpu.run()),
        };
        let memory = vcpu.memory().clone();
        if !memory.marks().is_watching() {
            return Ok(go(vcpu));
        }
        let now = vcpu.retired();
        // It has been set back.
        if now < self.touches.since {
            self.touches = Touches::default();
        }
        if now < self.touches.until {
            return Ok(vcpu.run_to(limit.unwrap_or(u64::MAX).min(self.touches.until)));
        }
        let Some(ranges) = ranges(&memory) else { return Ok(go(vcpu)) };
        let guarded = memory.guard(&ranges);
        vcpu.guarded = true;
        let stop = guarded.is_ok().then(|| go(vcpu)).flatten();
        vcpu.guarded = false;
        memory.unguard(&ranges)?;
        guarded?;
        match stop {
            Some(Stop::Fault(_)) => {
                self.touches.count(vcpu.retired());
                // Without the guard, and looked at.
                Ok(vcpu.step())
            }
            stop => Ok(stop),
        }
    }
}

impl Touches {
    fn count(&mut self, now: u64) {
        if self.faults == 0 {
            self.since = now;
        }
        self.faults += 1;
        if self.faults == COUNTED {
            if now - self.since < COUNTED * PRICE {
                self.until = now + PATIENCE;
            }
            (self.faults, self.since) = (0, now);
        }
    }
}

/// What is to be guarded; `None` if that cannot be: reads of pages that code is translated from.
fn ranges(memory: &Memory) -> Option<Vec<Guarded>> {
    let mut ranges = Vec::new();
    for watch in memory.marks().watches().iter() {
        let reads = matches!(watch.kind, WatchKind::Read | WatchKind::Access);
        let first = watch.start & !(skink_machine::memory::PAGE - 1);
        let code = |region: &skink_machine::Region| region.prot.contains(Prot::EXEC);
        let end = u64::from(watch.start) + u64::from(watch.len);
        if reads && memory.regions_in(first, end - u64::from(first)).iter().any(code) {
            return None;
        }
        ranges.push((watch.start, watch.len, reads));
    }
    Some(ranges)
}
