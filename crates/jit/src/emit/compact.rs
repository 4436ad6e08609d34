//! Host instructions in their shortest forms: displacements and immediate values of one byte where they fit. Code that is
//! run once takes longest to fetch.

use super::Emitter;
use super::host::Host;
use dynasmrt::DynasmApi;

/// The number of an operation with an immediate value (Intel SDM vol. 2, opcodes 81 and 83, the digit of ModRM).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alu {
    Add = 0,
    Or = 1,
    Adc = 2,
    Sbb = 3,
    And = 4,
    Sub = 5,
    Xor = 6,
    Cmp = 7,
}

impl Emitter<'_> {
    /// An instruction with the 32-bit register or digit `reg` and guest memory at `index` + `offset`; `prefix` 0 is none.
    pub(super) fn guest_memory(&mut self, prefix: u8, opcode: &[u8], reg: u8, index: Host, offset: i32) {
        // The base is R15 (REX.B), which needs no displacement.
        const BASE: u8 = 15;
        if prefix != 0 {
            self.ops.push(prefix);
        }
        self.ops.push(0x41 | (reg >> 3) << 2 | (index >> 3) << 1);
        self.ops.extend(opcode);
        let (reg, sib) = ((reg & 7) << 3, (index & 7) << 3 | BASE & 7);
        match (offset, i8::try_from(offset)) {
            (0, _) => self.ops.extend(&[4 | reg, sib]),
            (_, Ok(byte)) => self.ops.extend(&[0x44 | reg, sib, byte as u8]),
            _ => {
                self.ops.extend(&[0x84 | reg, sib]);
                self.ops.push_i32(offset);
            }
        }
    }

    /// `d` = `base` + `by`, without a word to the flags.
    pub(super) fn lea(&mut self, d: Host, base: Host, by: i32) {
        let rex = (d >> 3) << 2 | base >> 3;
        if rex != 0 {
            self.ops.push(0x40 | rex);
        }
        let byte = i8::try_from(by);
        let size = if byte.is_ok() { 0x40 } else { 0x80 };
        self.ops.extend(&[0x8d, size | (d & 7) << 3 | base & 7]);
        if base & 7 == 4 {
            self.ops.push(0x24);
        }
        match byte {
            Ok(byte) => self.ops.push_i8(byte),
            Err(_) => self.ops.push_i32(by),
        }
    }

    /// An operation with an immediate value.
    pub(super) fn alu(&mut self, op: Alu, d: Host, imm: i32) {
        if d >= 8 {
            // A comparison with 0 says the same as TEST, which needs no byte for it.
            self.ops.push(if (op, imm) == (Alu::Cmp, 0) { 0x45 } else { 0x41 });
        }
        let register = 0xc0 | d & 7;
        match i8::try_from(imm) {
            Ok(0) if op == Alu::Cmp => self.ops.extend(&[0x85, register | (d & 7) << 3]),
            Ok(byte) => self.ops.extend(&[0x83, register | (op as u8) << 3, byte as u8]),
            Err(_) => {
                self.ops.extend(&[0x81, register | (op as u8) << 3]);
                self.ops.push_i32(imm);
            }
        }
    }
}
