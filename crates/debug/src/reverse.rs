//! Going back: to a count, by instructions and lines, to the last hit of a point.
//!
//! A thread can be put at any earlier count and runs forwards from there as it did. So the last hit is found by
//! running through stretches of the past, the latest first, and remembering the last hit of each.

use crate::Error;
use crate::points::Place;
use crate::resume::as_step;
use crate::session::{Reason, Session, Stop, Target};
use skink_engine::{Order, Past};
use skink_machine::{Cpu, WatchKind};
use std::collections::BTreeSet;

/// Stretches that are looked through before those between snapshots, in instructions: hits tend to be near, and code
/// that stops often is slow.
const CLOSE: [u64; 3] = [2_000, 50_000, 2_000_000];

/// Where a thread stands in its past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Instructions done.
    pub now: u64,
    /// The earliest that can be gone to.
    pub first: u64,
    /// How many were done in the present; the same as `now` there.
    pub present: u64,
}

/// The last hit in a stretch, and where the thread is to be put for it.
struct Hit {
    at: u64,
    reason: Reason,
}

impl Session {
    /// Where the selected thread stands.
    ///
    /// # Errors
    ///
    /// If the program is not running, or has no past that can be gone to: the text says why.
    pub fn position(&self) -> Result<Position, Error> {
        let (_, now) = self.state()?;
        let past = self.past()?;
        let first = past.marks.first().copied().unwrap_or(now);
        Ok(Position { now, first, present: past.present.unwrap_or(now) })
    }

    fn past(&self) -> Result<Past, Error> {
        let past = self.hub.known_past();
        match past.refused {
            Some(why) => Err(Error::new(why)),
            None => Ok(past),
        }
    }

    /// Whether the program is in its past.
    pub fn is_past(&self) -> bool {
        self.hub.known_past().present.is_some()
    }

    /// Whether there is nothing but the past, which comes from a recording.
    pub fn is_recording(&self) -> bool {
        self.hub.known_past().recorded
    }

    /// What has been cannot be changed.
    pub(crate) fn only_present(&self) -> Result<(), Error> {
        let past = self.hub.known_past();
        match past.present {
            None => Ok(()),
            Some(_) if past.recorded => Err(Error::new("A recording cannot be changed.")),
            Some(present) => {
                Err(Error::new(format!("The past cannot be changed; `goto {present}` goes to the present.")))
            }
        }
    }

    /// To the moment with so many instructions done, in the past or the future.
    ///
    /// # Errors
    ///
    /// If the program is not running, or that moment is not in the past that is known.
    pub fn goto(&mut self, count: u64) -> Result<Stop, Error> {
        let Position { now, first, present } = self.position()?;
        if count < first {
            return Err(Error::new(format!(
                "Instruction {count} is not known any more: the past begins at {first}."
            )));
        }
        if count > present {
            if self.is_recording() {
                return Err(Error::new(format!("The recording ends at instruction {present}.")));
            }
            if now < present {
                self.travel(present)?;
            }
            return self.run_to(count);
        }
        self.travel(count)
    }

    /// Back by so many instructions.
    ///
    /// # Errors
    ///
    /// If the program is not running or has no past.
    pub fn reverse_instructions(&mut self, count: u64) -> Result<Stop, Error> {
        let Position { now, first, .. } = self.position()?;
        match now.checked_sub(count).filter(|to| *to >= first) {
            Some(to) => self.travel(to).map(as_step),
            None => self.travel(first).map(|stop| Stop { reason: Reason::Beginning, ..stop }),
        }
    }

    /// Back to the last hit of a break-, watch- or catchpoint. At a watchpoint the thread stands before the access,
    /// and what was and what is change places.
    ///
    /// # Errors
    ///
    /// If the program is not running or has no past.
    pub fn reverse_go(&mut self) -> Result<Stop, Error> {
        self.back_to(None)
    }

    /// Back to before the last write to a range, those that left it as it was included.
    ///
    /// # Errors
    ///
    /// If the program is not running, has no past, or the range is none.
    pub fn last_write(&mut self, start: u32, len: u32) -> Result<Stop, Error> {
        self.position()?;
        let saved = std::mem::take(&mut self.points);
        let added = self.add_watchpoint("", start, len, WatchKind::Write, None).map(drop);
        let stop = added.and_then(|()| self.back_to(None));
        self.points = saved;
        stop
    }

    /// Back to the call of the selected frame's function.
    ///
    /// # Errors
    ///
    /// If the program is not running, has no past, or the frame is the outermost.
    pub fn reverse_finish(&mut self) -> Result<Stop, Error> {
        let target = self.entry_of_frame()?;
        let stop = self.back_to(Some(target))?;
        match stop.reason {
            Reason::Reached => self.reverse_instructions(1),
            _ => Ok(stop),
        }
    }

    /// Back to the beginning of a source line: of this one, or, from there, of the one before it. Into functions, or
    /// over them.
    ///
    /// # Errors
    ///
    /// If the program is not running or has no past.
    pub fn reverse_line(&mut self, over: bool) -> Result<Stop, Error> {
        let (mut stop, _) = self.back_one(over)?;
        if stop.reason != Reason::Stepped {
            return Ok(stop);
        }
        // Of what was stepped into the last line is gone to.
        let Some(line) = self.program.line_at(stop.pc) else { return Ok(stop) };
        loop {
            if stop.pc == line.range.start && line.is_stmt {
                return Ok(stop);
            }
            let (before, into) = self.back_one(over)?;
            match before.reason {
                Reason::Stepped if into => return self.begin_line(before),
                Reason::Stepped if line.range.contains(&before.pc) => stop = before,
                Reason::Stepped => return self.travel(stop.retired).map(as_step),
                _ => return Ok(before),
            }
        }
    }

    /// From somewhere in a line that has been stepped back into to its beginning.
    fn begin_line(&mut self, stop: Stop) -> Result<Stop, Error> {
        match self.program.line_at(stop.pc) {
            Some(line) if line.range.start != stop.pc => self.reverse_line(true),
            _ => Ok(stop),
        }
    }

    /// Back by one instruction, with all that it called; whether that was a step into what had returned.
    fn back_one(&mut self, over: bool) -> Result<(Stop, bool), Error> {
        let (after, _) = self.state()?;
        let stop = self.reverse_instructions(1)?;
        if stop.reason != Reason::Stepped || !self.returns_to(&after) {
            return Ok((stop, false));
        }
        if !over && self.program.line_at(stop.pc).is_some() {
            return Ok((stop, true));
        }
        let target = self.entry_of_frame()?;
        let found = self.back_to(Some(target))?;
        match found.reason {
            Reason::Reached => Ok((self.reverse_instructions(1)?, false)),
            _ => Ok((found, false)),
        }
    }

    /// Back by one instruction, with all that it called.
    ///
    /// # Errors
    ///
    /// If the program is not running or has no past.
    pub fn reverse_next_instruction(&mut self) -> Result<Stop, Error> {
        Ok(self.back_one(true)?.0)
    }

    /// Whether the next instruction returns to where the thread was: from another function, called from there.
    fn returns_to(&self, after: &Cpu) -> bool {
        let Ok((cpu, _)) = self.state() else { return false };
        let entry = |cpu: &Cpu| self.program.functions_at(cpu.r[15]).first().map(|f| f.entry);
        if cpu.r[15].abs_diff(after.r[15]) <= 4 || after.r[13] < cpu.r[13] {
            return false;
        }
        let frames = self.frames(2).unwrap_or_default();
        let outer = frames.get(1).map(|outer| outer.pc);
        outer == Some(after.r[15]) && (entry(&cpu) != entry(after) || entry(&cpu) != Some(after.r[15]))
    }

    /// The first instruction of the selected frame's function, with SP as it was there.
    fn entry_of_frame(&mut self) -> Result<Target, Error> {
        let (inner, _) = self.caller()?;
        let unknown = || Error::new("Cannot find bounds of current function");
        let entry = self.program.functions_at(inner.pc).first().map(|f| f.entry).ok_or_else(unknown)?;
        let place = Place { addr: entry, thumb: self.is_thumb(entry) };
        Ok(Target { place, thread: self.thread()?.id, min_sp: inner.cfa.unwrap_or(0) })
    }

    /// To a moment, past all points.
    fn travel(&mut self, count: u64) -> Result<Stop, Error> {
        let thread = self.thread()?.id;
        if let Some(memory) = &self.memory {
            memory.set_traps(BTreeSet::new());
            memory.set_watches(&[]);
        }
        self.silent = true;
        self.depart(thread, Order::Travel(count));
        let stop = self.wait();
        self.silent = false;
        Ok(stop)
    }

    /// Back to the last hit of a point, or of a target. When somebody asks for a pause meanwhile, back to where the
    /// search began: the places between are nobody's choice.
    fn back_to(&mut self, target: Option<Target>) -> Result<Stop, Error> {
        let Position { now, first, .. } = self.position()?;
        self.hub.take_wanted();
        let past = self.past()?;
        let close = CLOSE.iter().filter_map(|distance| now.checked_sub(*distance));
        let mut starts: Vec<u64> = past.marks.iter().copied().chain(close).collect();
        starts.retain(|start| (first..now).contains(start));
        starts.sort_unstable();
        starts.dedup();
        let mut end = now;
        for start in starts.into_iter().rev() {
            let saved = self.points.clone();
            self.searching = true;
            let hit = self.last_hit(start, end, target);
            self.searching = false;
            self.points = saved;
            match hit? {
                Ok(Some(hit)) => {
                    let stop = self.travel(hit.at)?;
                    self.count_hit(&hit.reason);
                    return Ok(Stop { reason: hit.reason, ..stop });
                }
                Ok(None) => end = start,
                Err(stop) if stop.reason == Reason::Paused => {
                    let stop = self.travel(now)?;
                    return Ok(Stop { reason: Reason::Paused, ..stop });
                }
                Err(stop) => return Ok(stop),
            }
        }
        self.travel(first).map(|stop| Stop { reason: Reason::Beginning, ..stop })
    }

    /// The last hit from `start` on and before `end`; a stop that ends the search instead.
    fn last_hit(
        &mut self,
        start: u64,
        end: u64,
        target: Option<Target>,
    ) -> Result<Result<Option<Hit>, Stop>, Error> {
        let began = self.travel(start)?;
        if began.reason != Reason::Reached {
            return Ok(Err(began));
        }
        let mut last = self.hit_here(target)?;
        loop {
            if self.hub.take_wanted() {
                return Ok(Err(Stop { reason: Reason::Paused, ..began }));
            }
            self.targets.extend(target);
            let stop = self.resume(Order::RunTo(end))?;
            let at = match &stop.reason {
                Reason::Breakpoint(_) | Reason::Reached => stop.retired,
                Reason::Watch { before, .. } => *before,
                Reason::Call { .. } | Reason::Called { .. } => stop.retired.saturating_sub(1),
                Reason::Present | Reason::Ends(_) => return Ok(Ok(last)),
                // No point of the user's, and on this way nothing is delivered.
                Reason::Signal { .. } => continue,
                Reason::Caught { .. } => stop.retired,
                _ => return Ok(Err(stop)),
            };
            if at >= end {
                return Ok(Ok(last));
            }
            last = Some(Hit { at, reason: backwards(stop.reason) });
        }
    }

    /// Whether the place where the thread has been put is a hit itself.
    fn hit_here(&mut self, target: Option<Target>) -> Result<Option<Hit>, Error> {
        let (cpu, at) = self.state()?;
        let thread = self.thread()?.id;
        let aimed = target.is_some_and(|t| t.place == Place::of(&cpu) && cpu.r[13] >= t.min_sp);
        let reason = self.broken(thread, &cpu).or(aimed.then_some(Reason::Reached));
        Ok(reason.map(|reason| Hit { at, reason }))
    }

    fn count_hit(&mut self, reason: &Reason) {
        let ids = match reason {
            Reason::Breakpoint(ids) => ids.clone(),
            Reason::Watch { point, .. }
            | Reason::Call { point, .. }
            | Reason::Called { point, .. }
            | Reason::Caught { point, .. } => {
                vec![*point]
            }
            _ => Vec::new(),
        };
        for id in ids {
            let Ok(point) = self.points.get(id) else { continue };
            point.hits += 1;
            if point.temporary {
                let _ = self.points.remove(id);
            }
        }
    }
}

fn backwards(reason: Reason) -> Reason {
    match reason {
        Reason::Watch { point, access, addr, old, new, before } => {
            Reason::Watch { point, access, addr, old: new, new: old, before }
        }
        // In this direction the return comes first.
        Reason::Call { point, number } => Reason::Called { point, number },
        Reason::Called { point, number } => Reason::Call { point, number },
        other => other,
    }
}
