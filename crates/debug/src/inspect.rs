//! Looking at the program while it is stopped, and changing it: registers, memory, places, expressions.

use crate::Error;
use crate::points::{Kind, Place, Point};
use crate::registers::{self, Register};
use crate::session::Session;
use skink_debuginfo::Expression;
use skink_machine::memory::PAGE;
use skink_machine::{Cpu, Prot, Region, WatchKind};

/// The most that is read or searched at a time.
const MAX_SEARCH: u64 = 1 << 32;

impl Session {
    /// Registers and count of the selected thread.
    pub(crate) fn state(&self) -> Result<(Cpu, u64), Error> {
        let thread = self.thread()?.id;
        self.hub.registers(thread).ok_or_else(Error::not_running)
    }

    /// The registers of the selected thread.
    ///
    /// # Errors
    ///
    /// If the program is not running.
    pub fn cpu(&self) -> Result<Cpu, Error> {
        Ok(self.state()?.0)
    }

    /// How many instructions the selected thread has done.
    ///
    /// # Errors
    ///
    /// If the program is not running.
    pub fn retired(&self) -> Result<u64, Error> {
        Ok(self.state()?.1)
    }

    /// Changes the registers of the selected thread.
    ///
    /// # Errors
    ///
    /// If the program is not running, or the thread is in a system call.
    pub fn change_cpu(&mut self, change: impl FnOnce(&mut Cpu)) -> Result<(), Error> {
        let number = self.thread()?.number;
        self.change_cpu_of(number, change)
    }

    /// R0-R12, SP, LR, PC, CPSR of the selected thread.
    ///
    /// # Errors
    ///
    /// If the program is not running.
    pub fn core_registers(&self) -> Result<Vec<Register>, Error> {
        Ok(registers::core(&self.cpu()?))
    }

    /// D0-D31 and FPSCR.
    ///
    /// # Errors
    ///
    /// If the program is not running.
    pub fn float_registers(&self) -> Result<Vec<Register>, Error> {
        Ok(registers::float(&self.cpu()?))
    }

    /// The extension registers in all views, and FPSCR.
    ///
    /// # Errors
    ///
    /// If the program is not running.
    pub fn vector_registers(&self) -> Result<Vec<Register>, Error> {
        Ok(registers::vector(&self.cpu()?))
    }

    /// A register by its name.
    ///
    /// # Errors
    ///
    /// If the program is not running, or there is no such register.
    pub fn register(&self, name: &str) -> Result<Register, Error> {
        let unknown = || Error::new(format!("Invalid register `{name}'"));
        registers::read(&self.cpu()?, name).ok_or_else(unknown)
    }

    /// Writes one.
    ///
    /// # Errors
    ///
    /// As [`Session::register`] and [`Session::change_cpu`].
    pub fn set_register(&mut self, name: &str, value: u128) -> Result<(), Error> {
        let mut cpu = self.cpu()?;
        registers::write(&mut cpu, name, value)?;
        self.change_cpu(|to| *to = cpu)
    }

    /// Reads memory.
    ///
    /// # Errors
    ///
    /// If nothing has been loaded, or there is no memory.
    pub fn read(&self, addr: u32, len: usize) -> Result<Vec<u8>, Error> {
        let mut bytes = vec![0; len];
        self.memory()?.read(addr, &mut bytes)?;
        Ok(bytes)
    }

    /// Reads as much of a range as there is from its beginning on.
    ///
    /// # Errors
    ///
    /// If nothing has been loaded.
    pub fn read_some(&self, addr: u32, len: usize) -> Result<Vec<u8>, Error> {
        let memory = self.memory()?;
        let mut bytes = Vec::new();
        while bytes.len() < len {
            let at = u64::from(addr) + bytes.len() as u64;
            let Ok(at) = u32::try_from(at) else { break };
            // What can be read is decided page by page.
            let mut part = vec![0; (len - bytes.len()).min((PAGE - at % PAGE) as usize)];
            if memory.read(at, &mut part).is_err() {
                break;
            }
            bytes.append(&mut part);
        }
        Ok(bytes)
    }

    /// How many bytes of a range cannot be read before the first that can, or its end.
    pub fn unreadable(&self, addr: u32, len: usize) -> usize {
        let mut count = 0;
        while count < len {
            let Ok(at) = u32::try_from(u64::from(addr) + count as u64) else { break };
            if self.read(at, 1).is_ok() {
                break;
            }
            count += (len - count).min((PAGE - at % PAGE) as usize);
        }
        count
    }

    /// Whether a condition makes sense, but for registers, variables and memory that are not there yet.
    ///
    /// # Errors
    ///
    /// Where it does not follow the grammar.
    pub fn check_condition(&self, condition: &str) -> Result<(), Error> {
        Expression::parse(condition)?;
        Ok(())
    }

    /// Writes memory; what has been decoded of it is decoded anew. Where the program may not write, the debugger may.
    ///
    /// # Errors
    ///
    /// If nothing has been loaded, or there is no memory.
    pub fn write(&mut self, addr: u32, bytes: &[u8]) -> Result<(), Error> {
        let memory = self.memory()?.clone();
        self.only_present()?;
        if memory.write(addr, bytes).is_err() {
            let first = addr & !(PAGE - 1);
            let end = (addr as u64 + bytes.len() as u64).next_multiple_of(PAGE.into());
            let guarded = memory.regions_in(first, end - u64::from(first));
            let each = |region: &Region, prot| {
                memory.protect(region.start, region.end - u64::from(region.start), prot)
            };
            let opened = guarded.iter().try_for_each(|region| each(region, region.prot | Prot::WRITE));
            let written = memory.write(addr, bytes);
            guarded.iter().for_each(|region| drop(each(region, region.prot)));
            opened.map_err(|error| {
                Error::new(format!("The mapping at {addr:#x} cannot be written: {error}"))
            })?;
            written?;
        }
        self.hub.edited(addr, bytes.len() as u32);
        self.changes += 1;
        memory.invalidate_code();
        Ok(())
    }

    /// Where a pattern stands between two addresses, `end` not included; no more than `most` of them. What cannot
    /// be read is passed over.
    ///
    /// # Errors
    ///
    /// If nothing has been loaded, or the pattern is empty.
    pub fn search(&self, start: u32, end: u64, pattern: &[u8], most: usize) -> Result<Vec<u32>, Error> {
        if pattern.is_empty() {
            return Err(Error::new("Empty search pattern."));
        }
        let memory = self.memory()?;
        let end = end.min(MAX_SEARCH);
        let mut found = Vec::new();
        for region in memory.snapshot() {
            let (from, to) = (region.start.max(start), region.end.min(end));
            let mut bytes = vec![0; to.saturating_sub(from.into()) as usize];
            if bytes.len() < pattern.len() || memory.read(from, &mut bytes).is_err() {
                continue;
            }
            let places = (0..=bytes.len() - pattern.len()).filter(|at| bytes[*at..].starts_with(pattern));
            found.extend(places.map(|at| from + at as u32).take(most - found.len()));
        }
        Ok(found)
    }

    /// The places that a specification means: `*EXPRESSION`, `FILE:LINE`, `LINE`, `FUNCTION`; none at all is PC.
    ///
    /// # Errors
    ///
    /// If there is no such place.
    pub fn places(&self, spec: &str) -> Result<Vec<Place>, Error> {
        if spec.is_empty() {
            return Ok(vec![Place::of(&self.cpu()?)]);
        }
        if let Some(expression) = spec.strip_prefix('*') {
            let value = self.evaluate(expression)? as u32;
            let thumb = value & 1 != 0 || self.is_thumb(value);
            return Ok(vec![Place { addr: value & !1, thumb }]);
        }
        let (file, word) = match spec.rsplit_once(':') {
            Some((file, word)) => (Some(file.to_owned()), word),
            None => (None, spec),
        };
        if let Ok(line) = word.parse::<u32>() {
            let file = file.map_or_else(|| self.current_file(), Ok)?;
            let found = self.program.addresses_of(&file, line);
            if found.is_empty() {
                return Err(Error::new(format!("No line {line} in file \"{file}\".")));
            }
            return Ok(found.iter().map(|l| Place { addr: l.addr, thumb: l.thumb }).collect());
        }
        let found = self.program.addresses_named(spec);
        let places = found.iter().map(|place| {
            let addr = self.program.prologue_end(place.addr).unwrap_or(place.addr);
            Place { addr, thumb: place.thumb }
        });
        let mut places: Vec<Place> = places.collect();
        places.sort();
        places.dedup();
        match places.is_empty() {
            true => Err(Error::new(format!("Function \"{spec}\" not defined."))),
            false => Ok(places),
        }
    }

    /// Whether Thumb code is at an address, as far as can be told: where nothing is known, PC's instruction set.
    pub fn is_thumb(&self, addr: u32) -> bool {
        match self.program.contents_at(addr) {
            Some(_) => self.program.is_thumb(addr),
            None => self.cpu().is_ok_and(|cpu| cpu.thumb),
        }
    }

    /// The source of PC, or the one with `main`.
    fn current_file(&self) -> Result<String, Error> {
        let pc = self.cpu().ok().and_then(|cpu| self.program.line_at(cpu.r[15]));
        let main = || self.program.address_of("main").and_then(|place| self.program.line_at(place.addr));
        let line = pc
            .or_else(main)
            .ok_or_else(|| Error::new("No symbol table is loaded.  Use the \"file\" command."))?;
        Ok(line.file)
    }

    /// Sets a breakpoint. With `pending`, one whose place is not known yet waits for it; an address is known or wrong.
    ///
    /// # Errors
    ///
    /// If there is no such place.
    pub fn add_breakpoint(
        &mut self,
        spec: &str,
        temporary: bool,
        pending: bool,
    ) -> Result<&mut Point, Error> {
        // The file that is shown is another at another time.
        let spec = &match spec.parse::<u32>() {
            Ok(line) => format!("{}:{line}", self.current_file()?),
            Err(_) => spec.to_owned(),
        };
        let places = match self.places(spec) {
            Ok(places) => places,
            Err(_) if pending && !spec.starts_with('*') => Vec::new(),
            Err(error) => return Err(error),
        };
        Ok(self.points.add(Kind::Break(places), spec, temporary))
    }

    /// Watches a range.
    pub fn add_watchpoint(
        &mut self,
        spec: &str,
        start: u32,
        len: u32,
        access: WatchKind,
        value: Option<(u64, u64)>,
    ) -> Result<&mut Point, Error> {
        if len == 0 || start.checked_add(len - 1).is_none() {
            return Err(Error::new(format!(
                "Expected 1 byte or more below 2^32, found {len} at {start:#x}."
            )));
        }
        Ok(self.points.add(Kind::Watch { start, len, access, value }, spec, false))
    }

    /// Catches something.
    pub fn add_catchpoint(&mut self, kind: Kind, spec: &str, temporary: bool) -> &mut Point {
        self.points.add(kind, spec, temporary)
    }
}
