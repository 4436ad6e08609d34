//! Names for the entries of the procedure linkage table: `puts@plt`.
//!
//! An entry adds constants to PC and jumps through the GOT slot it arrives at; the dynamic relocation
//! of that slot has the symbol. What does not look like that gets no name.

use super::image::{Image, Symbol};
use object::read::elf::ElfFile32;
use object::{Endianness, Object, ObjectSymbol, ObjectSymbolTable, RelocationTarget};
use skink_isa::operand::{Index, Offset, Operand2};
use skink_isa::{Op, Reg, decode_a32};
use std::collections::BTreeMap;

/// Register 12, which the PLT may change.
const IP: Reg = Reg(12);

/// Names the entries in `.plt`.
pub(crate) fn name_stubs(image: &mut Image, elf: &ElfFile32<Endianness>) {
    let (Some(relocations), Some(table)) = (elf.dynamic_relocations(), elf.dynamic_symbol_table()) else {
        return;
    };
    let mut slots: BTreeMap<u32, String> = BTreeMap::new();
    for (at, relocation) in relocations {
        let RelocationTarget::Symbol(index) = relocation.target() else { continue };
        let Ok(symbol) = table.symbol_by_index(index) else { continue };
        if let (Ok(at), Ok(name)) = (u32::try_from(at), symbol.name())
            && !name.is_empty()
        {
            slots.insert(at, name.to_owned());
        }
    }
    for region in image.regions.iter_mut().filter(|region| region.name == ".plt") {
        let words: Vec<u32> =
            region.bytes.chunks_exact(4).map(|w| u32::from_le_bytes([w[0], w[1], w[2], w[3]])).collect();
        for start in 0..words.len() {
            let addr = region.addr.wrapping_add(start as u32 * 4);
            let Some(name) = slot(&words[start..], addr).and_then(|slot| slots.get(&slot)) else { continue };
            // The Thumb stub in front belongs to the entry.
            let stub = start > 0 && words[start - 1] == super::listing::THUMB_STUB;
            let addr = if stub { addr.wrapping_sub(4) } else { addr };
            region.symbols.entry(addr).or_insert_with(|| Symbol::made_up(format!("{name}@plt")));
        }
    }
}

/// The GOT slot that an entry at `addr` jumps through: `add ip, pc, #a`, any number of
/// `add ip, ip, #b`, `ldr pc, [ip, #c]!`.
fn slot(words: &[u32], addr: u32) -> Option<u32> {
    let mut ip = None;
    for &word in words.iter().take(4) {
        match decode_a32(word)?.op {
            Op::Adr(x) if x.rd == IP && ip.is_none() && x.add => {
                ip = Some(addr.wrapping_add(8).wrapping_add(x.imm.0));
            }
            Op::Add(x) if x.rd == IP => {
                let Operand2::Imm(imm) = x.op2 else { return None };
                let base = match ip {
                    Some(ip) if x.rn == IP => ip,
                    None if x.rn == Reg::PC => addr.wrapping_add(8),
                    _ => return None,
                };
                ip = Some(base.wrapping_add(imm.value));
            }
            Op::Ldr(x) if x.rt == Reg::PC && x.addr.rn == IP && x.addr.index == Index::Pre => {
                let Offset::Imm { value, add: true } = x.addr.offset else { return None };
                return Some(ip?.wrapping_add(value.into()));
            }
            _ => return None,
        }
    }
    None
}
