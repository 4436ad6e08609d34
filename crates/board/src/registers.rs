//! The registers as plain data.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use skink_machine::Cpu;

/// The condition flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Flags {
    /// Negative.
    pub n: bool,
    /// Zero.
    pub z: bool,
    /// Carry.
    pub c: bool,
    /// Overflow.
    pub v: bool,
}

/// The registers. PC is the address of the next instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Registers {
    /// R0 to R15.
    pub r: [u32; 16],
    /// The condition flags.
    pub flags: Flags,
    /// Whether the instruction set is Thumb.
    pub thumb: bool,
}

impl Registers {
    pub(crate) fn of(cpu: &Cpu) -> Registers {
        let flags = Flags { n: cpu.n, z: cpu.z, c: cpu.c, v: cpu.v };
        Registers { r: cpu.r, flags, thumb: cpu.thumb }
    }
}

impl Serialize for Registers {
    /// By name, `r0` to `r12`, `sp`, `lr`, `pc`, then the flags.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(18))?;
        for (i, value) in self.r.iter().enumerate() {
            match i {
                13 => map.serialize_entry("sp", value)?,
                14 => map.serialize_entry("lr", value)?,
                15 => map.serialize_entry("pc", value)?,
                _ => map.serialize_entry(&format!("r{i}"), value)?,
            }
        }
        map.serialize_entry("flags", &self.flags)?;
        map.serialize_entry("thumb", &self.thumb)?;
        map.end()
    }
}
