//! Registers by their names.

use crate::Error;
use skink_machine::Cpu;

/// How a register's bits are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// A word.
    Core,
    /// An address: SP, PC.
    Address,
    /// CPSR, FPSCR: flags.
    Flags,
    /// One IEEE number of 32 bits.
    Single,
    /// One of 64, or lanes.
    Double,
    /// Lanes of 128 bits.
    Quad,
}

/// A register and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Register {
    name: [u8; 8],
    /// How it is meant.
    pub view: View,
    /// Its bits.
    pub value: u128,
}

impl Register {
    fn new(name: &str, view: View, value: u128) -> Register {
        let mut bytes = [0; 8];
        bytes[..name.len()].copy_from_slice(name.as_bytes());
        Register { name: bytes, view, value }
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        let len = self.name.iter().position(|&b| b == 0).unwrap_or(self.name.len());
        std::str::from_utf8(&self.name[..len]).unwrap_or_default()
    }
}

/// The core registers in gdb's order: R0-R12, SP, LR, PC, CPSR.
pub(crate) fn core(cpu: &Cpu) -> Vec<Register> {
    let name = |i: usize| match i {
        13 => "sp".to_owned(),
        14 => "lr".to_owned(),
        15 => "pc".to_owned(),
        _ => format!("r{i}"),
    };
    let view = |i| if i == 13 || i == 15 { View::Address } else { View::Core };
    let words = (0..16).map(|i| Register::new(&name(i), view(i), cpu.r[i].into()));
    words.chain([Register::new("cpsr", View::Flags, cpu.cpsr().into())]).collect()
}

/// D0-D31, FPSCR.
pub(crate) fn float(cpu: &Cpu) -> Vec<Register> {
    let doubles = (0..32).map(|i| Register::new(&format!("d{i}"), View::Double, cpu.d.0[i].into()));
    doubles.chain([Register::new("fpscr", View::Flags, cpu.fpscr.into())]).collect()
}

/// S0-S31, D0-D31, Q0-Q15, FPSCR.
pub(crate) fn vector(cpu: &Cpu) -> Vec<Register> {
    let singles = (0..32).map(|i| Register::new(&format!("s{i}"), View::Single, cpu.s(i).into()));
    let quads = (0..16).map(|i| Register::new(&format!("q{i}"), View::Quad, quad(cpu, i)));
    let mut all = float(cpu);
    let fpscr = all.pop();
    singles.chain(all).chain(quads).chain(fpscr).collect()
}

fn quad(cpu: &Cpu, i: usize) -> u128 {
    (cpu.d.0[2 * i + 1] as u128) << 64 | cpu.d.0[2 * i] as u128
}

/// What a name stands for.
enum Which {
    Core(usize),
    Cpsr,
    Fpscr,
    Flag(u32),
    S(usize),
    D(usize),
    Q(usize),
    Tpidruro,
    Tpidrurw,
}

/// The names of the manual and of gdb; upper or lower case.
fn which(name: &str) -> Option<Which> {
    let name = name.to_ascii_lowercase();
    let numbered = |prefix: &str, count: usize| {
        name.strip_prefix(prefix).and_then(|n| n.parse::<usize>().ok()).filter(|n| *n < count)
    };
    Some(match name.as_str() {
        "sp" => Which::Core(13),
        "lr" => Which::Core(14),
        "pc" => Which::Core(15),
        "sb" => Which::Core(9),
        "sl" => Which::Core(10),
        "fp" => Which::Core(11),
        "ip" => Which::Core(12),
        "cpsr" | "apsr" | "ps" => Which::Cpsr,
        "fpscr" => Which::Fpscr,
        "n" => Which::Flag(31),
        "z" => Which::Flag(30),
        "c" => Which::Flag(29),
        "v" => Which::Flag(28),
        "tpidruro" => Which::Tpidruro,
        "tpidrurw" => Which::Tpidrurw,
        _ => numbered("r", 16)
            .map(Which::Core)
            .or_else(|| numbered("s", 32).map(Which::S))
            .or_else(|| numbered("d", 32).map(Which::D))
            .or_else(|| numbered("q", 16).map(Which::Q))?,
    })
}

/// A register by its name.
pub(crate) fn read(cpu: &Cpu, name: &str) -> Option<Register> {
    let (view, value) = match which(name)? {
        Which::Core(i @ (13 | 15)) => (View::Address, cpu.r[i].into()),
        Which::Core(i) => (View::Core, cpu.r[i].into()),
        Which::Cpsr => (View::Flags, cpu.cpsr().into()),
        Which::Fpscr => (View::Flags, cpu.fpscr.into()),
        Which::Flag(bit) => (View::Core, (cpu.cpsr() >> bit & 1).into()),
        Which::S(i) => (View::Single, cpu.s(i).into()),
        Which::D(i) => (View::Double, cpu.d.0[i].into()),
        Which::Q(i) => (View::Quad, quad(cpu, i)),
        Which::Tpidruro => (View::Core, cpu.tpidruro.into()),
        Which::Tpidrurw => (View::Core, cpu.tpidrurw.into()),
    };
    Some(Register::new(&name.to_ascii_lowercase().chars().take(8).collect::<String>(), view, value))
}

/// Writes one.
pub(crate) fn write(cpu: &mut Cpu, name: &str, value: u128) -> Result<(), Error> {
    let word = value as u32;
    match which(name).ok_or_else(|| Error::new(format!("Invalid register `{name}'")))? {
        Which::Core(15) => {
            // The instruction set is CPSR's to say.
            cpu.r[15] = if cpu.thumb { word & !1 } else { word & !3 };
            cpu.it = 0;
        }
        Which::Core(i) => cpu.r[i] = word,
        Which::Cpsr => cpu.set_cpsr(word),
        Which::Fpscr => cpu.fpscr = word & skink_machine::cpu::FPSCR_MASK,
        Which::Flag(bit) => cpu.set_cpsr(cpu.cpsr() & !(1 << bit) | ((word != 0) as u32) << bit),
        Which::S(i) => cpu.set_s(i, word),
        Which::D(i) => cpu.d.0[i] = value as u64,
        Which::Q(i) => (cpu.d.0[2 * i], cpu.d.0[2 * i + 1]) = (value as u64, (value >> 64) as u64),
        Which::Tpidruro => cpu.tpidruro = word,
        Which::Tpidrurw => cpu.tpidrurw = word,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_overlap_as_the_manual_has_it() {
        // ARM ARM A2.6.2: S2 and S3 are D1, D2 and D3 are Q1.
        let mut cpu = Cpu::default();
        write(&mut cpu, "s3", 0x3f80_0000).unwrap();
        assert_eq!(read(&cpu, "d1").unwrap().value, 0x3f80_0000_0000_0000);
        write(&mut cpu, "q1", 5 << 64 | 7).unwrap();
        assert_eq!((cpu.d.0[2], cpu.d.0[3]), (7, 5));
        assert_eq!(read(&cpu, "s6").unwrap().value, 5);
    }

    #[test]
    fn flags_by_their_letters() {
        let mut cpu = Cpu::default();
        write(&mut cpu, "Z", 1).unwrap();
        write(&mut cpu, "n", 7).unwrap();
        assert!(cpu.z && cpu.n && !cpu.c);
        assert_eq!(read(&cpu, "cpsr").unwrap().value, 0xc000_0010);
        assert!(read(&cpu, "r16").is_none() && write(&mut cpu, "s32", 0).is_err());
    }
}
