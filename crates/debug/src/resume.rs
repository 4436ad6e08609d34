//! Going on: continue, steps, finish, until.

use crate::Error;
use crate::points::Place;
use crate::session::{Reason, Session, Stop, Target};
use skink_debuginfo::{Frame, Limits};
use skink_engine::Order;
use skink_machine::Cpu;
use std::ops::Range;

impl Session {
    /// Goes on until there is a reason to stop.
    ///
    /// # Errors
    ///
    /// If the program is not running.
    pub fn go(&mut self) -> Result<Stop, Error> {
        self.resume(Order::Go)
    }

    /// Goes on, with the signal that the thread was stopped for delivered or not.
    ///
    /// # Errors
    ///
    /// If the program is not running.
    pub fn go_with_signal(&mut self, delivered: bool) -> Result<Stop, Error> {
        self.hub.set_delivers(self.thread()?.id, delivered);
        self.resume(Order::Go)
    }

    /// Does so many instructions.
    ///
    /// # Errors
    ///
    /// If the program is not running.
    pub fn step_instructions(&mut self, count: u64) -> Result<Stop, Error> {
        let (_, retired) = self.state()?;
        match count {
            // A fault that is delivered makes no instruction, but a step all the same.
            1 => self.resume(Order::Step),
            _ => self.resume(Order::RunTo(retired.saturating_add(count))).map(as_step),
        }
    }

    /// Goes on until the thread has done so many instructions since it began.
    ///
    /// # Errors
    ///
    /// If the program is not running, or has done more already.
    pub fn run_to(&mut self, count: u64) -> Result<Stop, Error> {
        let (_, retired) = self.state()?;
        if count < retired {
            return Err(Error::new(format!("Instruction {count} is past: the thread has done {retired}.")));
        }
        self.resume(Order::RunTo(count))
    }

    /// Does one instruction, with all that it calls.
    ///
    /// # Errors
    ///
    /// If the program is not running.
    pub fn next_instruction(&mut self) -> Result<Stop, Error> {
        let (before, _) = self.state()?;
        let size = self.size_at(Place::of(&before));
        let stop = self.resume(Order::Step)?;
        let Ok((cpu, _)) = self.state() else { return Ok(stop) };
        let behind = before.r[15].wrapping_add(size);
        let called = cpu.r[14] & !1 == behind;
        if stop.reason != Reason::Stepped || !called || cpu.r[15] == behind {
            return Ok(stop);
        }
        self.run_out(&cpu).map(as_step)
    }

    /// Steps to another source line: into functions that have lines, or over all.
    ///
    /// # Errors
    ///
    /// If the program is not running, or nothing is known of where it is.
    pub fn step_line(&mut self, over: bool) -> Result<Stop, Error> {
        let (start, _) = self.state()?;
        let from = self.program.line_at(start.r[15]);
        let function = self.function_entry(start.r[15]);
        let mut range = match &from {
            Some(line) => line.range.clone(),
            None => self.function_range(start.r[15])?,
        };
        // The user stands where an outer line may be in the middle: only another line counts.
        let same = |line: &skink_debuginfo::Line| {
            from.as_ref().is_some_and(|f| (&f.file, f.line) == (&line.file, line.line))
        };
        loop {
            let stop = self.resume(Order::StepWithin(range.clone()))?;
            if stop.reason != Reason::Stepped {
                return Ok(stop);
            }
            let (mut cpu, _) = self.state()?;
            if self.has_called(&cpu, &range, function) {
                match self.program.line_at(cpu.r[15]).filter(|_| !over) {
                    Some(_) => return self.behind_prologue(stop, &cpu),
                    None => {
                        let stop = self.run_out(&cpu)?;
                        if stop.reason != Reason::Reached {
                            return Ok(stop);
                        }
                        cpu = self.state()?.0;
                        if range.contains(&cpu.r[15]) {
                            continue;
                        }
                    }
                }
            }
            let stop = Stop { pc: cpu.r[15], ..stop };
            let Some(line) = self.program.line_at(cpu.r[15]) else { return Ok(stop) };
            let elsewhere = self.function_entry(cpu.r[15]) != function;
            if elsewhere || line.range.start == cpu.r[15] && line.is_stmt && !same(&line) {
                return Ok(stop);
            }
            range = line.range;
        }
    }

    /// Goes on until the selected frame's function has returned.
    ///
    /// # Errors
    ///
    /// If the program is not running, or the frame is the outermost.
    pub fn finish(&mut self) -> Result<Stop, Error> {
        let (inner, outer) = self.caller()?;
        self.aim_at(&outer, inner.cfa.unwrap_or(0))?;
        let mut stop = self.resume(Order::Go)?;
        if stop.reason == Reason::Reached {
            stop.reason = Reason::Finished(self.state()?.0.r[0]);
        }
        Ok(stop)
    }

    /// Goes on until one of these places, or the return from the selected frame.
    ///
    /// # Errors
    ///
    /// If the program is not running.
    pub fn advance(&mut self, places: &[Place]) -> Result<Stop, Error> {
        let thread = self.thread()?.id;
        if let Ok((inner, outer)) = self.caller() {
            self.aim_at(&outer, inner.cfa.unwrap_or(0))?;
        }
        self.targets.extend(places.iter().map(|place| Target { place: *place, thread, min_sp: 0 }));
        self.resume(Order::Go)
    }

    /// As [`Session::step_line`] over calls, but not backwards in a loop.
    ///
    /// # Errors
    ///
    /// As [`Session::step_line`].
    pub fn until_next(&mut self) -> Result<Stop, Error> {
        let (start, _) = self.state()?;
        loop {
            let stop = self.step_line(true)?;
            let Ok((cpu, _)) = self.state() else { return Ok(stop) };
            let back = cpu.r[15] <= start.r[15]
                && self.function_entry(cpu.r[15]) == self.function_entry(start.r[15]);
            if stop.reason != Reason::Stepped || !back {
                return Ok(stop);
            }
        }
    }

    /// The selected frame and the one that called it.
    pub(crate) fn caller(&self) -> Result<(Frame, Frame), Error> {
        let mut frames = self.frames(self.frame + 2)?.into_iter().skip(self.frame);
        match (frames.next(), frames.next()) {
            (Some(inner), Some(outer)) => Ok((inner, outer)),
            _ => Err(Error::new("\"finish\" not meaningful in the outermost frame.")),
        }
    }

    fn aim_at(&mut self, frame: &Frame, min_sp: u32) -> Result<(), Error> {
        let place = Place { addr: frame.pc, thumb: frame.registers.thumb };
        self.targets.push(Target { place, thread: self.thread()?.id, min_sp });
        Ok(())
    }

    /// From the first instruction of a function to where it was called.
    fn run_out(&mut self, cpu: &Cpu) -> Result<Stop, Error> {
        let place = Place { addr: cpu.r[14] & !1, thumb: cpu.r[14] & 1 != 0 };
        self.targets.push(Target { place, thread: self.thread()?.id, min_sp: cpu.r[13] });
        self.resume(Order::Go)
    }

    fn behind_prologue(&mut self, stop: Stop, cpu: &Cpu) -> Result<Stop, Error> {
        match self.program.prologue_end(cpu.r[15]).filter(|end| *end != cpu.r[15]) {
            Some(addr) => {
                let place = Place { addr, thumb: cpu.thumb };
                self.targets.push(Target { place, thread: self.thread()?.id, min_sp: 0 });
                self.resume(Order::Go).map(as_step)
            }
            None => Ok(stop),
        }
    }

    /// Whether the thread has just entered a function by a call from a range.
    fn has_called(&self, cpu: &Cpu, range: &Range<u32>, function: Option<u32>) -> bool {
        let back = cpu.r[14] & !1;
        let from_here = range.contains(&back) || back == range.end;
        let entry = self.function_entry(cpu.r[15]);
        from_here && (entry != function || entry == Some(cpu.r[15]))
    }

    /// Where the function of an address begins.
    fn function_entry(&self, addr: u32) -> Option<u32> {
        self.program.functions_at(addr).first().map(|function| function.entry)
    }

    fn function_range(&self, addr: u32) -> Result<Range<u32>, Error> {
        let functions = self.program.functions_at(addr);
        let ranges = functions.first().map(|function| function.ranges.clone()).unwrap_or_default();
        let found = ranges.into_iter().find(|range| range.contains(&addr));
        found.ok_or_else(|| Error::new("Cannot find bounds of current function"))
    }

    /// The innermost frames of the selected thread.
    ///
    /// # Errors
    ///
    /// If the program is not running.
    pub fn frames(&self, count: usize) -> Result<Vec<Frame>, Error> {
        let (cpu, _) = self.state()?;
        let limits = Limits { frames: count, ..Limits::default() };
        Ok(self.program.unwind_to(&cpu, self.memory()?, limits))
    }
}

/// A place of the session's own that is reached is the end of a step.
pub(crate) fn as_step(mut stop: Stop) -> Stop {
    if stop.reason == Reason::Reached {
        stop.reason = Reason::Stepped;
    }
    stop
}
