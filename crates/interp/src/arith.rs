//! Arithmetic that Rust does not name as the manual does.

use skink_isa::operand::Shift;

/// AddWithCarry (ARM ARM A2.2.1).
#[inline(always)]
pub(crate) fn add_with_carry(a: u32, b: u32, carry: bool) -> (u32, bool, bool) {
    let (sum, c1) = a.overflowing_add(b);
    let (sum, c2) = sum.overflowing_add(carry as u32);
    let overflow = (a ^ sum) & (b ^ sum);
    (sum, c1 | c2, overflow >> 31 != 0)
}

/// Shift_C by a register's low byte (ARM ARM A8.4.3): amounts of 32 and more have their own rules.
#[inline(always)]
pub(crate) fn shift_by(value: u32, shift: Shift, amount: u32, carry: bool) -> (u32, bool) {
    let amount = amount & 0xff;
    if amount == 0 {
        return (value, carry);
    }
    let bit = |n: u32| value >> n & 1 != 0;
    match shift {
        Shift::Lsl => match amount {
            1..=31 => (value << amount, bit(32 - amount)),
            32 => (0, bit(0)),
            _ => (0, false),
        },
        Shift::Lsr => match amount {
            1..=31 => (value >> amount, bit(amount - 1)),
            32 => (0, bit(31)),
            _ => (0, false),
        },
        Shift::Asr => match amount {
            1..=31 => (((value as i32) >> amount) as u32, bit(amount - 1)),
            _ => (((value as i32) >> 31) as u32, bit(31)),
        },
        // RRX has no amount in a register.
        Shift::Ror | Shift::Rrx => {
            let result = value.rotate_right(amount);
            (result, result >> 31 != 0)
        }
    }
}

/// SignedSatQ (ARM ARM A2.2.1).
pub(crate) fn ssat(value: i64, bits: u8) -> (u32, bool) {
    let max = (1i64 << (bits - 1)) - 1;
    let result = value.clamp(-max - 1, max);
    (result as u32, result != value)
}

/// UnsignedSatQ (ARM ARM A2.2.1).
pub(crate) fn usat(value: i64, bits: u8) -> (u32, bool) {
    let result = value.clamp(0, (1i64 << bits) - 1);
    (result as u32, result != value)
}
