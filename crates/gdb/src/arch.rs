//! The registers as gdb numbers them.

use gdbstub::arch::{Arch, RegId, Registers};
use gdbstub_arch::arm::ArmBreakpointKind;
use skink_machine::Cpu;
use skink_machine::cpu::FPSCR_MASK;
use std::num::NonZeroUsize;

/// ARMv7-A with VFP and Advanced SIMD.
pub(crate) enum Armv7 {}

impl Arch for Armv7 {
    type Usize = u32;
    type Registers = ArmRegisters;
    type BreakpointKind = ArmBreakpointKind;
    type RegId = ArmRegister;
}

/// A register by gdb's number. 16 to 24 were the FPA's, which nobody has any more; 25 for CPSR is a custom that other
/// clients rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ArmRegister {
    Core(usize),
    Cpsr,
    Double(usize),
    Fpscr,
    Tpidruro,
    /// In no packet of all registers: the doubles have it already.
    Quad(usize),
}

const CPSR: usize = 25;
const D0: usize = 26;
const FPSCR: usize = D0 + 32;
const TPIDRURO: usize = FPSCR + 1;
const Q0: usize = TPIDRURO + 1;
const LAST: usize = Q0 + 15;

impl ArmRegister {
    /// All of them, in the order of their numbers, which is that of the `g` packet.
    fn all() -> impl Iterator<Item = ArmRegister> {
        (0..=TPIDRURO).filter_map(|number| ArmRegister::from_raw_id(number).map(|(register, _)| register))
    }

    /// In bytes.
    pub(crate) fn size(self) -> usize {
        match self {
            ArmRegister::Double(_) => 8,
            ArmRegister::Quad(_) => 16,
            _ => 4,
        }
    }

    pub(crate) fn read(self, cpu: &Cpu) -> u128 {
        match self {
            ArmRegister::Core(i) => cpu.r[i].into(),
            ArmRegister::Cpsr => cpu.cpsr().into(),
            ArmRegister::Double(i) => cpu.d.0[i].into(),
            ArmRegister::Fpscr => cpu.fpscr.into(),
            ArmRegister::Tpidruro => cpu.tpidruro.into(),
            ArmRegister::Quad(i) => u128::from(cpu.d.0[2 * i + 1]) << 64 | u128::from(cpu.d.0[2 * i]),
        }
    }

    pub(crate) fn write(self, cpu: &mut Cpu, value: u128) {
        let word = value as u32;
        match self {
            ArmRegister::Core(15) => {
                // Another place is in no IT block.
                cpu.it = if cpu.r[15] == word & !1 { cpu.it } else { 0 };
                cpu.r[15] = word & !1;
            }
            ArmRegister::Core(i) => cpu.r[i] = word,
            ArmRegister::Cpsr => cpu.set_cpsr(word),
            ArmRegister::Double(i) => cpu.d.0[i] = value as u64,
            ArmRegister::Fpscr => cpu.fpscr = word & FPSCR_MASK,
            ArmRegister::Tpidruro => cpu.tpidruro = word,
            ArmRegister::Quad(i) => {
                (cpu.d.0[2 * i], cpu.d.0[2 * i + 1]) = (value as u64, (value >> 64) as u64);
            }
        }
    }
}

impl RegId for ArmRegister {
    fn from_raw_id(number: usize) -> Option<(ArmRegister, Option<NonZeroUsize>)> {
        let register = match number {
            0..=15 => ArmRegister::Core(number),
            CPSR => ArmRegister::Cpsr,
            D0..FPSCR => ArmRegister::Double(number - D0),
            FPSCR => ArmRegister::Fpscr,
            TPIDRURO => ArmRegister::Tpidruro,
            Q0..=LAST => ArmRegister::Quad(number - Q0),
            _ => return None,
        };
        Some((register, NonZeroUsize::new(register.size())))
    }
}

/// All registers of a thread, as `g` and `G` carry them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ArmRegisters(pub(crate) Vec<(u128, ArmRegister)>);

impl ArmRegisters {
    pub(crate) fn of(cpu: &Cpu) -> ArmRegisters {
        ArmRegisters(ArmRegister::all().map(|register| (register.read(cpu), register)).collect())
    }

    pub(crate) fn store(&self, cpu: &mut Cpu) {
        self.0.iter().for_each(|(value, register)| register.write(cpu, *value));
    }
}

impl Registers for ArmRegisters {
    type ProgramCounter = u32;

    fn pc(&self) -> u32 {
        self.0.get(15).map_or(0, |(value, _)| *value as u32)
    }

    fn gdb_serialize(&self, mut write_byte: impl FnMut(Option<u8>)) {
        for (value, register) in &self.0 {
            value.to_le_bytes()[..register.size()].iter().for_each(|byte| write_byte(Some(*byte)));
        }
    }

    fn gdb_deserialize(&mut self, bytes: &[u8]) -> Result<(), ()> {
        let mut rest = bytes;
        self.0.clear();
        for register in ArmRegister::all() {
            let (first, others) = rest.split_at_checked(register.size()).ok_or(())?;
            let value = first.iter().rev().fold(0, |value, byte| value << 8 | u128::from(*byte));
            self.0.push((value, register));
            rest = others;
        }
        rest.is_empty().then_some(()).ok_or(())
    }
}

/// The target description (gdb's manual, "ARM Features"). gdb makes S0-S31 out of the doubles itself. It would make
/// Q0-Q15 too and give the doubles their lanes, but its version 13, which Debian has, does neither
/// (arm_gdbarch_init forgets have_neon); so they are described here, with the lanes that other versions show.
pub(crate) fn description(linux: bool) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\"?>\n<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n<target version=\"1.0\">\n\
         <architecture>arm</architecture>\n",
    );
    if linux {
        xml += "<osabi>GNU/Linux</osabi>\n";
    }
    let register = |text: &mut String, name: &str, bits: u32, kind: &str, number: usize| {
        *text += &format!("<reg name=\"{name}\" bitsize=\"{bits}\" type=\"{kind}\" regnum=\"{number}\"/>\n");
    };
    xml += "<feature name=\"org.gnu.gdb.arm.core\">\n";
    for i in 0..13 {
        register(&mut xml, &format!("r{i}"), 32, "uint32", i);
    }
    register(&mut xml, "sp", 32, "data_ptr", 13);
    register(&mut xml, "lr", 32, "int", 14);
    register(&mut xml, "pc", 32, "code_ptr", 15);
    register(&mut xml, "cpsr", 32, "int", CPSR);
    xml += "</feature>\n<feature name=\"org.gnu.gdb.arm.vfp\">\n";
    xml += &lanes("neon_d", 8);
    for i in 0..32 {
        register(&mut xml, &format!("d{i}"), 64, "neon_d", D0 + i);
    }
    register(&mut xml, "fpscr", 32, "int", FPSCR);
    xml += "</feature>\n<feature name=\"org.gnu.gdb.arm.neon\">\n";
    xml += &lanes("neon_q", 16);
    for i in 0..16 {
        register(&mut xml, &format!("q{i}"), 128, "neon_q", Q0 + i);
    }
    xml += "</feature>\n<feature name=\"org.gnu.gdb.arm.tls\">\n";
    register(&mut xml, "tpidruro", 32, "data_ptr", TPIDRURO);
    xml += "</feature>\n</target>\n";
    xml
}

/// The type of a register of so many bytes that is seen by lanes; a lane that fills it is no vector.
fn lanes(name: &str, bytes: u32) -> String {
    const LANES: &[(&str, &str, u32)] = &[
        ("u8", "uint8", 1),
        ("u16", "uint16", 2),
        ("u32", "uint32", 4),
        ("u64", "uint64", 8),
        ("f32", "ieee_single", 4),
        ("f64", "ieee_double", 8),
    ];
    let (mut vectors, mut fields) = (String::new(), String::new());
    for (field, lane, size) in LANES {
        let count = bytes / size;
        let kind = if count == 1 { (*lane).to_owned() } else { format!("{name}_{field}") };
        if count > 1 {
            vectors += &format!("<vector id=\"{kind}\" type=\"{lane}\" count=\"{count}\"/>\n");
        }
        fields += &format!("<field name=\"{field}\" type=\"{kind}\"/>\n");
    }
    format!("{vectors}<union id=\"{name}\">\n{fields}</union>\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_of_all_registers_comes_back() {
        let mut cpu = Cpu::default();
        cpu.r[3] = 0x1234_5678;
        cpu.d.0[31] = 0x0102_0304_0506_0708;
        cpu.set_cpsr(0xa000_0030);
        let mut bytes = Vec::new();
        ArmRegisters::of(&cpu).gdb_serialize(|byte| bytes.extend(byte));
        // 16 core registers, CPSR, 32 doubles, FPSCR, TPIDRURO.
        assert_eq!(bytes.len(), 17 * 4 + 32 * 8 + 8);
        assert_eq!(bytes[12..16], [0x78, 0x56, 0x34, 0x12]);
        assert_eq!(bytes[17 * 4 + 31 * 8..][..8], [8, 7, 6, 5, 4, 3, 2, 1]);
        let (mut read, mut other) = (ArmRegisters::default(), Cpu::default());
        read.gdb_deserialize(&bytes).unwrap();
        read.store(&mut other);
        assert_eq!(
            (other.r[3], other.d.0[31], other.cpsr()),
            (0x1234_5678, 0x0102_0304_0506_0708, 0xa000_0030)
        );
        assert!(read.gdb_deserialize(&bytes[1..]).is_err());
    }
}
