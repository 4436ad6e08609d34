//! Names for the entries of the procedure linkage table: `puts@plt`.
//!
//! An entry adds constants to PC and loads PC from the slot of the global offset table that it arrives at
//! (AAELF32, 5.6); the dynamic relocation of the slot has the name. What does not look like that gets none.

use crate::elf::Elf;
use crate::symbols::{Symbol, SymbolKind};
use object::{Object, ObjectSection, ObjectSymbol, ObjectSymbolTable, RelocationTarget};
use skink_isa::operand::{Index, Offset, Operand2};
use skink_isa::{Op, Reg, decode_a32};
use std::collections::HashMap;

/// Register 12, which the linkage may change.
const IP: Reg = Reg(12);
/// `bx pc; nop`: an entry that Thumb code may branch to begins so.
const THUMB_STUB: u32 = 0x46c0_4778;

/// The entries of a file.
pub(crate) fn stubs(elf: &Elf) -> Vec<Symbol> {
    let mut stubs = Vec::new();
    let Some(file) = elf.parse() else { return stubs };
    let (Some(relocations), Some(table)) = (file.dynamic_relocations(), file.dynamic_symbol_table()) else {
        return stubs;
    };
    let mut slots: HashMap<u32, &str> = HashMap::new();
    for (at, relocation) in relocations {
        let RelocationTarget::Symbol(index) = relocation.target() else { continue };
        if let Some(name) = table.symbol_by_index(index).ok().and_then(|symbol| symbol.name().ok()) {
            slots.insert(at as u32, name);
        }
    }
    let Some(section) = file.section_by_name(".plt") else { return stubs };
    let base = section.address() as u32;
    let words: Vec<u32> = section
        .data()
        .unwrap_or_default()
        .chunks_exact(4)
        .map(|w| u32::from_le_bytes([w[0], w[1], w[2], w[3]]))
        .collect();
    for start in 0..words.len() {
        let addr = base.wrapping_add(start as u32 * 4);
        let Some((slot, len)) = slot(&words[start..], addr) else { continue };
        let Some(name) = slots.get(&slot) else { continue };
        let thumb = start > 0 && words[start - 1] == THUMB_STUB;
        let front = if thumb { 4 } else { 0 };
        stubs.push(Symbol {
            name: format!("{name}@plt"),
            addr: addr - front,
            size: len + front,
            thumb,
            kind: SymbolKind::Function,
            global: false,
        });
    }
    stubs
}

/// The slot that an entry at `addr` jumps through, and its length: `add ip, pc, #a`, any number of
/// `add ip, ip, #b`, `ldr pc, [ip, #c]!`.
fn slot(words: &[u32], addr: u32) -> Option<(u32, u32)> {
    let mut ip = None;
    for (i, &word) in words.iter().take(4).enumerate() {
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
                return Some((ip?.wrapping_add(value.into()), 4 * (i as u32 + 1)));
            }
            _ => return None,
        }
    }
    None
}
