//! Registers as values.

use super::Context;
use crate::location::register_value;
use crate::types::{Data, Encoding, Member, Type, Value};
use crate::unwind::Registers;

fn unsigned() -> Type {
    Type::Base { name: "unsigned int".into(), size: 4, encoding: Encoding::Unsigned }
}

/// The register of a name in any case; `None` if it is none. `Some(None)` is one that has no value here.
pub(super) fn register(name: &str, cx: &Context<'_>) -> Option<Option<Value>> {
    let name = name.to_ascii_lowercase();
    let own;
    let registers = match cx.frame {
        Some(frame) => &frame.registers,
        None => {
            own = Registers::of(cx.cpu);
            &own
        }
    };
    if let Some(number) = core(&name) {
        return Some(register_value(registers, number).map(|value| located(value, 4, number, unsigned())));
    }
    let word = |value: u32| Some(Some(Value::word(value, unsigned())));
    let flag = |value: bool| Some(Some(Value::word(value.into(), Type::int())));
    let cpu = cx.cpu;
    match name.as_str() {
        "cpsr" => return word(cpu.cpsr()),
        "apsr" => return word(cpu.cpsr() & skink_machine::cpu::CPSR_USER_MASK),
        "nzcv" => return word(cpu.cpsr() >> 28),
        "fpscr" => return word(cpu.fpscr),
        "n" => return flag(cpu.n),
        "z" => return flag(cpu.z),
        "c" => return flag(cpu.c),
        "v" => return flag(cpu.v),
        "q" => return flag(cpu.q),
        "ge" => return word(cpu.ge_bits()),
        _ => {}
    }
    extension(&name, registers)
}

/// The number of a core register.
fn core(name: &str) -> Option<u16> {
    match name {
        "sl" => return Some(10),
        "fp" => return Some(11),
        "ip" => return Some(12),
        "sp" => return Some(13),
        "lr" => return Some(14),
        "pc" => return Some(15),
        _ => {}
    }
    number(name, "r", 16)
}

fn number(name: &str, prefix: &str, limit: u16) -> Option<u16> {
    let digits = name.strip_prefix(prefix)?;
    let plain = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
    let padded = digits.len() > 1 && digits.starts_with('0');
    digits.parse().ok().filter(|n| plain && !padded && *n < limit)
}

fn located(value: u64, len: usize, number: u16, ty: Type) -> Value {
    let bytes = value.to_le_bytes()[..len].to_vec();
    Value { ty, data: Data::Bytes { bytes, missing: Vec::new(), register: Some(number) }, bits: None }
}

fn extension(name: &str, registers: &Registers) -> Option<Option<Value>> {
    if let Some(n) = number(name, "s", 32) {
        let float = Type::base("float")?;
        return Some(register_value(registers, 64 + n).map(|value| located(value, 4, 64 + n, float)));
    }
    if let Some(n) = number(name, "d", 32) {
        return Some(registers.d[n as usize].map(|value| located(value, 8, 256 + n, views(8))));
    }
    let n = number(name, "q", 16)?;
    let pair = registers.d[2 * n as usize].zip(registers.d[2 * n as usize + 1]);
    Some(pair.map(|(low, high)| {
        let bytes = [low.to_le_bytes(), high.to_le_bytes()].concat();
        Value::of(bytes, views(16))
    }))
}

/// The union of all ways to look at a register of 8 or 16 bytes, as gdb has it.
fn views(bytes: u32) -> Type {
    let view = |name: &str, element: &str| {
        let element = Type::base(element)?;
        let count = bytes / element.size();
        // What fills the register is no array.
        let ty = match count {
            1 => element,
            _ => Type::Array { of: element.into(), count: Some(count) },
        };
        Some(Member { name: Some(name.to_owned()), ty: ty.into(), offset: 0, bits: None, base: false })
    };
    let members = [
        ("u8", "uint8_t"),
        ("u16", "uint16_t"),
        ("u32", "uint32_t"),
        ("u64", "uint64_t"),
        ("s8", "int8_t"),
        ("s16", "int16_t"),
        ("s32", "int32_t"),
        ("s64", "int64_t"),
        ("f32", "float"),
        ("f64", "double"),
    ];
    let members = members.into_iter().filter_map(|(name, element)| view(name, element)).collect();
    let name = Some(if bytes == 8 { VIEWS } else { "neon_q" }.to_owned());
    Type::Record { keyword: "union", name, size: bytes, members }
}

/// The tag of a D register's union; as a number it is the double in it.
pub(super) const VIEWS: &str = "neon_d";

/// Names of registers, for suggestions.
pub(super) fn names() -> impl Iterator<Item = String> {
    let named = ["sp", "lr", "pc", "fp", "ip", "sl", "cpsr", "apsr", "nzcv", "fpscr"];
    (0..16).map(|n| format!("r{n}")).chain(named.map(str::to_owned))
}
