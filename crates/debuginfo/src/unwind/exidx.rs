//! Frames by the exception handling tables of the ABI (EHABI32: the index table in 6, the compact model in 7 and 10).

use super::{Caller, Found, Place, Registers, cfi};
use crate::elf::Elf;
use crate::memory::ReadMemory;
use crate::module::Module;

/// What a module has for unwinding.
pub(crate) struct Tables {
    pub(super) cfi: Option<cfi::Sections>,
    /// Where functions begin, and the second word of their rows with its address; ascending.
    index: Vec<(u32, u32, u32)>,
}

/// A function that cannot be unwound, as the second word of its row.
const CANTUNWIND: u32 = 1;

impl Tables {
    pub(crate) fn of(module: &Module) -> Tables {
        let index = module.file().map(index).unwrap_or_default();
        Tables { cfi: cfi::Sections::of(module), index }
    }

    fn row(&self, at: u32) -> Option<(u32, u32, u32)> {
        let behind = self.index.partition_point(|(start, ..)| *start <= at);
        self.index.get(behind.checked_sub(1)?).copied()
    }
}

fn index(elf: &Elf) -> Vec<(u32, u32, u32)> {
    let mut rows = Vec::new();
    let Some(range) = elf.exidx.clone() else { return rows };
    let mut at = range.start;
    while at.saturating_add(8) <= range.end {
        let (Some(start), Some(how)) = (elf.word(at), elf.word(at + 4)) else { break };
        rows.push((prel31(at, start) & !1, how, at + 4));
        at += 8;
    }
    rows.sort_unstable();
    rows
}

/// A distance of 31 bits from the word's own address.
fn prel31(at: u32, word: u32) -> u32 {
    at.wrapping_add(((word << 1) as i32 >> 1) as u32)
}

/// Where the function of an address begins, in the file's terms.
pub(super) fn start(module: &Module, at: u32) -> Option<u32> {
    let tables = module.unwind.get_or_init(|| Tables::of(module));
    tables.row(at).map(|(start, ..)| start)
}

pub(super) fn caller(place: &Place<'_>) -> Option<Caller> {
    let module = place.module?;
    let tables = module.unwind.get_or_init(|| Tables::of(module));
    let (_, how, at) = tables.row(module.to_file(place.lookup))?;
    if how == CANTUNWIND {
        return None;
    }
    let codes = codes(module.file()?, how, at)?;
    run(&codes, place.registers.clone(), place.memory)
}

/// The instructions of a row: in it, or in the table that it points to.
fn codes(elf: &Elf, how: u32, at: u32) -> Option<Vec<u8>> {
    if how >> 31 != 0 {
        return compact(elf, how, at);
    }
    let table = prel31(at, how);
    let first = elf.word(table)?;
    if first >> 31 != 0 {
        return compact(elf, first, table);
    }
    // A routine of its own: the usual ones, those of C++ and GNU C, are followed by a word as of the routines that
    // the ABI numbers, less the number.
    let second = elf.word(table.wrapping_add(4))?;
    let more = second >> 24;
    let mut codes = second.to_be_bytes()[1..].to_vec();
    append(elf, &mut codes, table.wrapping_add(8), more)?;
    Some(codes)
}

/// The compact model: number 0 has three bytes in the word, 1 and 2 say how many words follow.
fn compact(elf: &Elf, word: u32, at: u32) -> Option<Vec<u8>> {
    let bytes = word.to_be_bytes();
    match bytes[0] & 15 {
        0 => Some(bytes[1..].to_vec()),
        1 | 2 => {
            let mut codes = bytes[2..].to_vec();
            append(elf, &mut codes, at.wrapping_add(4), bytes[1].into())?;
            Some(codes)
        }
        _ => None,
    }
}

fn append(elf: &Elf, codes: &mut Vec<u8>, at: u32, words: u32) -> Option<()> {
    for i in 0..words {
        codes.extend(elf.word(at.wrapping_add(4 * i))?.to_be_bytes());
    }
    Some(())
}

/// The virtual stack pointer and the registers while the instructions run (EHABI32 10.3, table 4).
struct Machine<'a> {
    vsp: u32,
    registers: Registers,
    popped_pc: bool,
    memory: &'a dyn ReadMemory,
}

pub(super) fn run(codes: &[u8], registers: Registers, memory: &dyn ReadMemory) -> Option<Caller> {
    let vsp = registers.core[13]?;
    let mut now = registers;
    let link = now.core[14];
    super::forget_scratch(&mut now);
    // LR is still what it was if the function has not saved it.
    now.core[14] = link;
    let mut machine = Machine { vsp, registers: now, popped_pc: false, memory };
    let mut codes = codes.iter().copied();
    while let Some(code) = codes.next() {
        if code == 0xb0 {
            break;
        }
        machine.step(code, &mut codes)?;
    }
    let Machine { vsp, mut registers, popped_pc, .. } = machine;
    if !popped_pc {
        registers.core[15] = registers.core[14];
    }
    registers.core[14] = None;
    Caller::returned_to(registers, vsp, Found::Tables)
}

impl Machine<'_> {
    fn step(&mut self, code: u8, rest: &mut impl Iterator<Item = u8>) -> Option<()> {
        let low = u32::from(code & 0x3f);
        match code {
            0x00..=0x3f => self.vsp = self.vsp.wrapping_add((low << 2) + 4),
            0x40..=0x7f => self.vsp = self.vsp.wrapping_sub((low << 2) + 4),
            0x80..=0x8f => {
                let mask = u32::from(code & 15) << 8 | u32::from(rest.next()?);
                // An empty list refuses to unwind.
                if mask == 0 {
                    return None;
                }
                self.pop_core(mask << 4)?;
            }
            0x9d | 0x9f => return None,
            0x90..=0x9f => self.vsp = self.registers.core[code as usize & 15]?,
            0xa0..=0xa7 => self.pop_core(run_of(4, code & 7))?,
            0xa8..=0xaf => self.pop_core(run_of(4, code & 7) | 1 << 14)?,
            0xb1 => {
                let mask = u32::from(rest.next()?);
                if mask == 0 || mask > 15 {
                    return None;
                }
                self.pop_core(mask)?;
            }
            0xb2 => {
                let more = uleb(rest)?;
                self.vsp = self.vsp.wrapping_add(0x204).wrapping_add(more << 2);
            }
            0xb3 => {
                let which = rest.next()?;
                self.pop_d(which >> 4, (which & 15) + 1, 4)?;
            }
            // The pointer authentication code, which is one word.
            0xb4 => self.vsp = self.vsp.wrapping_add(4),
            0xb8..=0xbf => self.pop_d(8, (code & 7) + 1, 4)?,
            // WMMX: its registers are not there, the stack is.
            0xc0..=0xc5 => self.vsp = self.vsp.wrapping_add(8 * (u32::from(code & 7) + 1)),
            0xc6 => self.vsp = self.vsp.wrapping_add(8 * (u32::from(rest.next()? & 15) + 1)),
            0xc7 => {
                let mask = rest.next()?;
                if mask == 0 || mask > 15 {
                    return None;
                }
                self.vsp = self.vsp.wrapping_add(4 * mask.count_ones());
            }
            0xc8 => {
                let which = rest.next()?;
                self.pop_d(16 + (which >> 4), (which & 15) + 1, 0)?;
            }
            0xc9 => {
                let which = rest.next()?;
                self.pop_d(which >> 4, (which & 15) + 1, 0)?;
            }
            0xd0..=0xd7 => self.pop_d(8, (code & 7) + 1, 0)?,
            // Spare.
            _ => return None,
        }
        Some(())
    }

    fn pop_core(&mut self, mask: u32) -> Option<()> {
        let mut at = self.vsp;
        for reg in (0..16).filter(|reg| mask >> reg & 1 != 0) {
            self.registers.core[reg] = Some(self.memory.word(at).ok()?);
            at = at.wrapping_add(4);
        }
        self.popped_pc |= mask >> 15 & 1 != 0;
        self.vsp = if mask >> 13 & 1 != 0 { self.registers.core[13]? } else { at };
        Some(())
    }

    /// D registers, and behind them what FSTMX leaves.
    fn pop_d(&mut self, first: u8, count: u8, behind: u32) -> Option<()> {
        for i in 0..count {
            let (low, high) =
                (self.memory.word(self.vsp).ok()?, self.memory.word(self.vsp.wrapping_add(4)).ok()?);
            if let Some(d) = self.registers.d.get_mut(usize::from(first + i)) {
                *d = Some(u64::from(low) | u64::from(high) << 32);
            }
            self.vsp = self.vsp.wrapping_add(8);
        }
        self.vsp = self.vsp.wrapping_add(behind);
        Some(())
    }
}

/// The mask of `first` and `more` registers behind it.
fn run_of(first: u32, more: u8) -> u32 {
    ((1 << (more + 1)) - 1) << first
}

fn uleb(bytes: &mut impl Iterator<Item = u8>) -> Option<u32> {
    let (mut value, mut shift) = (0u32, 0);
    loop {
        let byte = bytes.next()?;
        value |= u32::from(byte & 0x7f).checked_shl(shift)?;
        shift += 7;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
}

#[cfg(test)]
mod tests;
