//! What happened to a thread between two of its instructions: what the personality did with registers and memory.

use super::image::with_access;
use skink_machine::memory::PAGE;
use skink_machine::{Cpu, Memory, Prot, Region};
use std::io;
use std::sync::Arc;

/// Bytes that were written, and where.
pub(super) type Written = (u32, Box<[u8]>);

/// A signal that was delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Signalled {
    pub(super) number: u32,
    pub(super) code: i32,
    pub(super) addr: Option<u32>,
}

/// What the personality did between two instructions.
#[derive(Debug, Clone)]
pub(super) struct Effect {
    /// How many instructions had been done.
    pub(super) retired: u64,
    /// Whether the instruction itself stopped (a supervisor call, a fault) rather than something from outside.
    pub(super) sync: bool,
    /// The system call, if it was one that the personality announced.
    pub(super) call: Option<u32>,
    /// The signal, if it delivered one.
    pub(super) signal: Option<Signalled>,
    /// R0 afterwards.
    pub(super) r0: u32,
    /// All registers afterwards, if another than R0 has changed.
    pub(super) cpu: Option<Box<Cpu>>,
    /// What is mapped afterwards, if that has changed.
    pub(super) layout: Option<Arc<[Region]>>,
    /// Ranges of pages that hold zeros before what was written is written; in pages, by address and length.
    pub(super) cleared: Box<[(u32, u32)]>,
    /// What was written.
    pub(super) written: Box<[Written]>,
}

impl Effect {
    /// Has it happen again.
    pub(super) fn apply(&self, memory: &Memory, cpu: &mut Cpu) -> io::Result<()> {
        match &self.cpu {
            Some(after) => cpu.clone_from(after),
            None => cpu.r[0] = self.r0,
        }
        if let Some(regions) = &self.layout {
            memory.remake(regions)?;
        }
        for (start, len) in &self.cleared {
            clear(memory, *start, *len)?;
        }
        for (addr, bytes) in &self.written {
            write(memory, *addr, bytes)?;
        }
        Ok(())
    }

    /// What it takes in memory.
    pub(super) fn bytes(&self) -> usize {
        let registers = self.cpu.as_ref().map_or(0, |_| size_of::<Cpu>());
        let layout = self.layout.as_ref().map_or(0, |regions| regions.len() * size_of::<Region>());
        let written: usize =
            self.written.iter().map(|(_, bytes)| bytes.len() + size_of::<Written>() + 16).sum();
        size_of::<Effect>() + registers + layout + written
    }
}

fn clear(memory: &Memory, start: u32, len: u32) -> io::Result<()> {
    let zeros = [0; PAGE as usize];
    for region in memory.regions_in(start, len.into()) {
        for addr in memory.populated(&region) {
            write(memory, addr, &zeros)?;
        }
    }
    Ok(())
}

/// Writes what the guest itself may not be allowed to write.
fn write(memory: &Memory, addr: u32, bytes: &[u8]) -> io::Result<()> {
    if memory.write(addr, bytes).is_err() {
        for region in memory.regions_in(addr, bytes.len() as u64) {
            let from = (region.start - addr) as usize;
            let part = &bytes[from..(region.end - u64::from(addr)) as usize];
            // What lies behind the end of a file has no contents.
            let _ = with_access(memory, &region, Prot::WRITE, || memory.write(region.start, part))?;
        }
    }
    memory.code_changed(addr, bytes.len() as u64);
    Ok(())
}

/// Memory as it was before a system call, of which parts may change.
#[derive(Debug, Default)]
pub(super) struct Before(Vec<Written>);

impl Before {
    /// Of these ranges, as far as they can be read.
    pub(super) fn of(memory: &Memory, ranges: &[(u32, u32)]) -> Before {
        Before(ranges.iter().flat_map(|&(addr, len)| parts(memory, addr, len)).collect())
    }

    /// What was read.
    pub(super) fn into_parts(self) -> Vec<Written> {
        self.0
    }

    /// What has changed.
    pub(super) fn changes(&self, memory: &Memory, written: &mut Vec<Written>) {
        let mut now = Vec::new();
        for (addr, before) in &self.0 {
            now.resize(before.len(), 0);
            if memory.read(*addr, &mut now).is_err() {
                continue;
            }
            let differs = |i: &usize| now[*i] != before[*i];
            let Some(first) = (0..now.len()).find(differs) else { continue };
            let last = (0..now.len()).rfind(differs).unwrap_or(first);
            written.push((addr + first as u32, now[first..=last].into()));
        }
    }
}

/// What can be read of a range, region by region.
fn parts(memory: &Memory, addr: u32, len: u32) -> Vec<Written> {
    let regions = memory.regions_in(addr, len.into());
    let part = |region: Region| {
        let mut bytes = vec![0; (region.end - u64::from(region.start)) as usize];
        memory.read(region.start, &mut bytes).ok().map(|()| (region.start, bytes.into_boxed_slice()))
    };
    regions.into_iter().filter(|region| region.prot != Prot::NONE).filter_map(part).collect()
}

/// What pages of a range hold that are not zeros.
pub(super) fn contents(memory: &Memory, start: u32, len: u32, written: &mut Vec<Written>) -> io::Result<()> {
    for region in memory.regions_in(start, len.into()) {
        let read = || {
            let mut buffer = [0; PAGE as usize];
            for addr in memory.populated(&region) {
                if memory.read(addr, &mut buffer).is_ok() && buffer.iter().any(|byte| *byte != 0) {
                    written.push((addr, buffer.into()));
                }
            }
        };
        with_access(memory, &region, Prot::READ, read)?;
    }
    Ok(())
}
