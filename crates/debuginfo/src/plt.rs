//! Names for the entries of the procedure linkage table: `puts@plt`.
//!
//! An entry adds constants to PC and loads PC from the slot of the global offset table that it arrives at
//! (AAELF32, 5.6); the dynamic relocation of the slot has the name. What does not look like that gets none.

use object::read::elf::ElfFile32;
use object::{Endianness, Object, ObjectSection, ObjectSymbol, ObjectSymbolTable, RelocationTarget};
use skink_isa::operand::{Index, Offset, Operand2};
use skink_isa::{Op, Reg, decode_a32};
use std::collections::HashMap;

/// Register 12, which the linkage may change.
const IP: Reg = Reg(12);

/// Whether a word is `bx pc` and what stands behind it for Thumb code: an entry that Thumb code may branch to begins
/// so. Older linkers of GNU put `nop` there, newer ones a branch that nobody takes (bfd/elf32-arm.c,
/// elf32_arm_plt_thumb_stub).
pub fn is_thumb_stub(word: u32) -> bool {
    matches!(word, 0x46c0_4778 | 0xe7fd_4778)
}

/// An entry of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PltEntry {
    /// What the program branches to it for, `@plt` behind it.
    pub name: String,
    /// Its first address, that of the stub for Thumb code if there is one.
    pub addr: u32,
    /// Bytes.
    pub size: u32,
    /// Whether it begins with Thumb code.
    pub thumb: bool,
}

/// The entries of a file; none if it is not linked dynamically.
pub fn plt_entries(file: &ElfFile32<'_, Endianness>) -> Vec<PltEntry> {
    let mut entries = Vec::new();
    let (Some(relocations), Some(table)) = (file.dynamic_relocations(), file.dynamic_symbol_table()) else {
        return entries;
    };
    let mut slots: HashMap<u32, &str> = HashMap::new();
    for (at, relocation) in relocations {
        let RelocationTarget::Symbol(index) = relocation.target() else { continue };
        let name = table.symbol_by_index(index).ok().and_then(|symbol| symbol.name().ok());
        if let Some(name) = name.filter(|name| !name.is_empty()) {
            slots.insert(at as u32, name);
        }
    }
    let Some(section) = file.section_by_name(".plt") else { return entries };
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
        let thumb = start > 0 && is_thumb_stub(words[start - 1]);
        let front = if thumb { 4 } else { 0 };
        entries.push(PltEntry {
            name: format!("{name}@plt"),
            addr: addr.wrapping_sub(front),
            size: len + front,
            thumb,
        });
    }
    entries
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
