//! The listing's text.

use super::image::{Image, Region, State, Symbol};
use skink_isa::{Cond, Context, Insn, Op, decode_a32, decode_t16, decode_t32, is_t32};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::Range;

/// The linker's stub in front of a PLT entry that Thumb code may jump to: `bx pc`, `b .-2`, read as
/// a little-endian word. As an A32 word it is UNDEFINED.
pub(crate) const THUMB_STUB: u32 = 0xe7fd_4778;

/// Writes all regions, as far as they are in the range of addresses.
pub(crate) fn write(out: &mut dyn Write, file: &str, image: &Image, range: Range<u64>) -> io::Result<()> {
    writeln!(out, "\n{file}:     file format elf32-littlearm\n")?;
    // A library has thousands of targets in other sections than the branch.
    let mut all: BTreeMap<u32, &Symbol> = BTreeMap::new();
    image.regions.iter().for_each(|region| all.extend(region.symbols.iter().map(|(a, s)| (*a, s))));
    for region in &image.regions {
        let from = range.start.max(region.addr.into());
        let to = range.end.min(region.end());
        if from < to {
            writeln!(out, "\nDisassembly of section {}:", region.name)?;
            Listing { out, region, all: &all, it: 0 }.lines(from..to)?;
        }
    }
    Ok(())
}

struct Listing<'a> {
    out: &'a mut dyn Write,
    region: &'a Region<'a>,
    all: &'a BTreeMap<u32, &'a Symbol>,
    /// ITSTATE (ARM ARM A2.5.2).
    it: u8,
}

impl Listing<'_> {
    fn lines(&mut self, range: Range<u64>) -> io::Result<()> {
        let mut at = range.start;
        let mut labelled = false;
        while at < range.end {
            let addr = at as u32;
            if let Some(symbol) = self.region.symbols.get(&addr) {
                self.label(addr, &symbol.name)?;
                labelled = true;
            } else if !labelled {
                // The range begins inside of something, or before the first symbol.
                let name = self.place(addr).unwrap_or_else(|| self.region.name.clone());
                self.label(addr, &name)?;
                labelled = true;
            }
            let state = self.region.states.range(..=addr).next_back().map_or(State::Arm, |(_, s)| *s);
            // Whatever is here ends where something else begins.
            let next = |map_next: Option<u32>| map_next.map_or(range.end, u64::from).min(range.end);
            let states = self.region.states.range(addr.saturating_add(1)..).next().map(|(a, _)| *a);
            let symbols = self.region.symbols.range(addr.saturating_add(1)..).next().map(|(a, _)| *a);
            let room = (next(states).min(next(symbols)) - at) as usize;
            let offset = (at - self.region.addr as u64) as usize;
            let bytes = &self.region.bytes[offset..][..room];
            at += match state {
                State::Data => self.data(addr, bytes)?,
                State::Arm => self.arm(addr, bytes)?,
                State::Thumb => self.thumb(addr, bytes)?,
            } as u64;
        }
        Ok(())
    }

    fn label(&mut self, addr: u32, name: &str) -> io::Result<()> {
        writeln!(self.out, "\n{addr:08x} <{name}>:")
    }

    /// `name+0x12` for an address.
    fn place(&self, addr: u32) -> Option<String> {
        let (at, symbol) = self.all.range(..=addr).next_back()?;
        Some(match addr - at {
            0 => symbol.name.clone(),
            distance => format!("{}+{distance:#x}", symbol.name),
        })
    }

    fn data(&mut self, addr: u32, bytes: &[u8]) -> io::Result<usize> {
        self.it = 0;
        match *bytes {
            [a, b, c, d, ..] if addr.is_multiple_of(4) => {
                let word = u32::from_le_bytes([a, b, c, d]);
                writeln!(self.out, "{addr:8x}:\t{word:08x} \t.word\t{word:#010x}")?;
                Ok(4)
            }
            [a, b, ..] if addr.is_multiple_of(2) => {
                let half = u16::from_le_bytes([a, b]);
                writeln!(self.out, "{addr:8x}:\t{half:04x}      \t.short\t{half:#06x}")?;
                Ok(2)
            }
            [a, ..] => {
                writeln!(self.out, "{addr:8x}:\t{a:02x}        \t.byte\t{a:#04x}")?;
                Ok(1)
            }
            [] => Ok(1),
        }
    }

    fn arm(&mut self, addr: u32, bytes: &[u8]) -> io::Result<usize> {
        let [a, b, c, d, ..] = *bytes else { return self.data(addr, bytes) };
        let word = u32::from_le_bytes([a, b, c, d]);
        if word == THUMB_STUB && addr.is_multiple_of(4) {
            let first = self.thumb(addr, &bytes[..4])?;
            return Ok(first + self.thumb(addr.wrapping_add(2), &bytes[first..4])?);
        }
        self.it = 0;
        self.instruction(addr, decode_a32(word), &format!("{word:08x} "), word)?;
        Ok(4)
    }

    fn thumb(&mut self, addr: u32, bytes: &[u8]) -> io::Result<usize> {
        let [a, b, ..] = *bytes else { return self.data(addr, bytes) };
        let first = u16::from_le_bytes([a, b]);
        let cx = Context { in_it: self.it != 0 };
        if !is_t32(first) {
            self.instruction(addr, decode_t16(first, cx), &format!("{first:04x}      "), first.into())?;
            return Ok(2);
        }
        let [_, _, c, d, ..] = *bytes else { return self.data(addr, bytes) };
        let second = u16::from_le_bytes([c, d]);
        let word = (first as u32) << 16 | second as u32;
        self.instruction(addr, decode_t32(word, cx), &format!("{first:04x} {second:04x} "), word)?;
        Ok(4)
    }

    fn instruction(&mut self, addr: u32, insn: Option<Insn>, hex: &str, word: u32) -> io::Result<()> {
        write!(self.out, "{addr:8x}:\t{hex}\t")?;
        let conditional = self.it != 0;
        let cond = Cond::from_bits(self.it as u32 >> 4);
        self.it = if self.it & 7 == 0 { 0 } else { self.it & 0xe0 | self.it << 1 & 0x1f };
        let Some(mut insn) = insn else {
            return writeln!(self.out, "\t\t@ <UNDEFINED> instruction: {word:#010x}");
        };
        if conditional && insn.cond == Cond::Al {
            insn.cond = cond;
        }
        if let Op::It(x) = insn.op {
            self.it = (x.block.firstcond as u8) << 4 | x.block.mask;
        }
        self.out.write_all(insn.text(addr).as_bytes())?;
        match refers_to(&insn, addr) {
            Some(Place::Target(to)) => match self.place(to) {
                Some(place) => writeln!(self.out, " <{place}>"),
                None => writeln!(self.out),
            },
            Some(Place::Literal(to)) => match self.place(to) {
                Some(place) => writeln!(self.out, "\t@ {to:x} <{place}>"),
                None => writeln!(self.out, "\t@ {to:x}"),
            },
            None => writeln!(self.out),
        }
    }
}

enum Place {
    Target(u32),
    Literal(u32),
}

/// The address that an instruction names by its distance.
fn refers_to(insn: &Insn, addr: u32) -> Option<Place> {
    let pc = addr.wrapping_add(if insn.thumb { 4 } else { 8 });
    let literal = |add: bool, imm: u32| {
        let base = pc & !3;
        Some(Place::Literal(if add { base.wrapping_add(imm) } else { base.wrapping_sub(imm) }))
    };
    match insn.op {
        Op::B(x) | Op::Bl(x) => Some(Place::Target(pc.wrapping_add_signed(x.target.0))),
        Op::Cbz(x) => Some(Place::Target(pc.wrapping_add_signed(x.target.0))),
        // To A32 the offset counts from Align(PC, 4) (ARM ARM A8.8.25).
        Op::BlxImm(x) => {
            let base = if insn.thumb { pc & !3 } else { pc };
            Some(Place::Target(base.wrapping_add_signed(x.target.0)))
        }
        Op::LdrLit(x) | Op::LdrbLit(x) | Op::LdrhLit(x) | Op::LdrsbLit(x) | Op::LdrshLit(x) => {
            literal(x.add, x.imm.0.into())
        }
        Op::LdrdLit(x) => literal(x.add, x.imm.0.into()),
        Op::Adr(x) => literal(x.add, x.imm.0),
        _ => None,
    }
}
