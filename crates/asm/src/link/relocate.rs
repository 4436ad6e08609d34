//! One relocation: what it does to the bytes that it is in (ELF for the Arm architecture, 5.6.1).

use crate::encode::inject::with_value;
use crate::lir::Reloc;
use skink_isa::op::MovWide;
use skink_isa::operand::Imm;
use skink_isa::{Context, Insn, Op, decode_a32, decode_t32, encode};

/// Applies one relocation to the bytes at `at`, which will be at the address `here`.
pub(super) fn apply(
    out: &mut [u8],
    at: usize,
    reloc: &Reloc,
    target: u32,
    here: u32,
) -> Result<(), &'static str> {
    let bytes: [u8; 4] = match out.get(at..at + 4).and_then(|b| b.try_into().ok()) {
        Some(bytes) => bytes,
        // The last byte or two of a section.
        None if matches!(reloc.ty, 5 | 8) => [0; 4],
        None => return Err("is outside of its section"),
    };
    let word = u32::from_le_bytes(bytes);
    let even = target & !1;
    let thumb = target & 1 != 0;
    let new = match reloc.ty {
        // NONE, and V4BX: every processor that there is now has BX.
        0 | 40 => return Ok(()),
        // What the caller has taken from the table of addresses or from a thread's data: relative, or as it is.
        25 | 96 | 41 | 104 | 105 | 107 => word.wrapping_add(target).wrapping_sub(here),
        24 | 26 | 95 | 106 | 108 => word.wrapping_add(target),
        // ABS32, TARGET1.
        2 | 38 => word.wrapping_add(even) | target & 1,
        // REL32.
        3 => (word.wrapping_add(even) | target & 1).wrapping_sub(here),
        // PREL31.
        42 => {
            let addend = (word << 1) as i32 >> 1;
            let value = even.wrapping_add_signed(addend).wrapping_sub(here) | target & 1;
            word & 0x8000_0000 | value & 0x7fff_ffff
        }
        // ABS8, ABS16.
        8 | 5 => {
            let size = if reloc.ty == 8 { 1 } else { 2 };
            let field = out.get_mut(at..at + size).ok_or("is outside of its section")?;
            let addend = field.iter().rev().fold(0u32, |n, &b| n << 8 | u32::from(b));
            let value = addend.wrapping_add(target);
            field.copy_from_slice(&value.to_le_bytes()[..size]);
            return Ok(());
        }
        // CALL, JUMP24 and their like of Thumb; MOVW and MOVT, absolute and relative.
        27 | 28 | 29 | 1 | 43..=46 => {
            let insn = decode_a32(word).ok_or("is in no instruction")?;
            patch(&insn, reloc.ty, even, thumb, here)?
        }
        10 | 30 | 51 | 47..=50 => {
            let insn = decode_t32(word.rotate_left(16), Context::default()).ok_or("is in no instruction")?;
            patch(&insn, reloc.ty, even, thumb, here)?.rotate_left(16)
        }
        _ => return Err("is of a kind that only a real linker knows; link with `--format obj` and GNU ld"),
    };
    out[at..at + 4].copy_from_slice(&new.to_le_bytes());
    Ok(())
}

/// The instruction with its operand for the target.
fn patch(insn: &Insn, ty: u8, target: u32, thumb: bool, here: u32) -> Result<u32, &'static str> {
    const FAR: &str = "is too far away for the instruction";
    let op = match insn.op {
        Op::B(x) | Op::Bl(x) | Op::BlxImm(x) => {
            let mut op = insn.op;
            // A call changes the instruction set by being BLX; a jump cannot.
            if matches!(op, Op::Bl(_) | Op::BlxImm(_)) {
                op = if thumb == insn.thumb { Op::Bl(x) } else { Op::BlxImm(x) };
            } else if thumb != insn.thumb {
                return Err("jumps from ARM to Thumb code or back, which only BX does");
            }
            let aligned = insn.thumb && matches!(op, Op::BlxImm(_));
            let here = if aligned { here & !3 } else { here };
            let distance = target.wrapping_add_signed(x.target.0).wrapping_sub(here) as i32;
            with_value(&op, distance.into()).ok_or(FAR)?
        }
        Op::Movw(x) | Op::Movt(x) => {
            let addend = i32::from(x.imm.0 as u16 as i16);
            let mut value = target.wrapping_add_signed(addend) | thumb as u32;
            // MOVW_PREL_NC, MOVT_PREL and those of Thumb.
            if matches!(ty, 45 | 46 | 49 | 50) {
                value = value.wrapping_sub(here);
            }
            let upper = matches!(insn.op, Op::Movt(_));
            let x = MovWide { imm: Imm(if upper { value >> 16 } else { value & 0xffff }), ..x };
            if upper { Op::Movt(x) } else { Op::Movw(x) }
        }
        _ => return Err("is in an instruction that has no such operand"),
    };
    let rows = crate::encode::index().rows(op.kind(), insn.thumb);
    let size = |row: &skink_isa::Row| if row.set == skink_isa::row::Set::T16 { 2 } else { 4 };
    rows.iter()
        .map(|&n| &skink_isa::ROWS[n as usize])
        .filter(|row| size(row) == insn.size)
        .find_map(|row| encode(row, &op, insn.cond, insn.thumb, Context::default()))
        .ok_or(FAR)
}
