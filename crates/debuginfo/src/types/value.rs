//! Values: a type and bytes, which are fetched when they are looked at.

use super::{Encoding, Link, Member, Type};
use crate::location::Missing;
use crate::memory::ReadMemory;
use std::ops::Range;

/// Where a value's bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// In memory, from this address on.
    Memory(u32),
    /// Here; parts of it may be missing because the compiler has kept them nowhere.
    Bytes {
        /// All of them.
        bytes: Vec<u8>,
        /// Which of them mean nothing.
        missing: Vec<Range<usize>>,
        /// The register they are all in, by DWARF's number, for who wants to change them.
        register: Option<u16>,
    },
}

/// A value.
#[derive(Debug, Clone)]
pub struct Value {
    /// Its type.
    pub ty: Type,
    /// Its bytes.
    pub data: Data,
    /// Of a bit field: the first bit of the data, and how many.
    pub bits: Option<(u32, u32)>,
}

impl Value {
    /// Something in memory.
    pub fn at(addr: u32, ty: Type) -> Value {
        Value { ty, data: Data::Memory(addr), bits: None }
    }

    /// Bytes that are nowhere else.
    pub fn of(bytes: impl Into<Vec<u8>>, ty: Type) -> Value {
        let data = Data::Bytes { bytes: bytes.into(), missing: Vec::new(), register: None };
        Value { ty, data, bits: None }
    }

    /// A word as a number of a type of four bytes.
    pub fn word(value: u32, ty: Type) -> Value {
        Value::of(value.to_le_bytes(), ty)
    }

    /// Its address, if it is in memory.
    pub fn address(&self) -> Option<u32> {
        match self.data {
            Data::Memory(addr) if self.bits.is_none() => Some(addr),
            _ => None,
        }
    }

    /// Bytes of it.
    ///
    /// # Errors
    ///
    /// They are missing, or in memory that cannot be read.
    pub fn bytes(&self, range: Range<usize>, memory: &dyn ReadMemory) -> Result<Vec<u8>, Missing> {
        match &self.data {
            Data::Memory(addr) => {
                let mut bytes = vec![0; range.len()];
                let from = addr.wrapping_add(range.start as u32);
                memory.read(from, &mut bytes).map_err(Missing::Unreadable)?;
                Ok(bytes)
            }
            Data::Bytes { bytes, missing, .. } => {
                let overlaps = |gap: &Range<usize>| gap.start < range.end && range.start < gap.end;
                if missing.iter().any(overlaps) {
                    return Err(Missing::OptimizedOut);
                }
                bytes.get(range).map(<[u8]>::to_vec).ok_or(Missing::OptimizedOut)
            }
        }
    }

    /// The bits of a number, pointer, enumeration or truth value, extended to 64 by the type's sign.
    ///
    /// # Errors
    ///
    /// As [`Value::bytes`], or if it is none of those.
    pub fn scalar(&self, memory: &dyn ReadMemory) -> Result<u64, Missing> {
        let plain = self.ty.plain();
        let signed = match &plain {
            Type::Base { encoding, .. } => matches!(encoding, Encoding::Signed | Encoding::SignedChar),
            Type::Enum { values, .. } => values.iter().any(|(_, value)| *value < 0),
            Type::Pointer { .. } => false,
            _ => return Err(Missing::Unknown(format!("the number that a {} is", self.ty))),
        };
        if let Some((first, count)) = self.bits {
            if count > 64 {
                return Err(Missing::Unknown(format!("a bit field of {count} bits")));
            }
            let bytes = self.bytes(
                (first / 8) as usize..(u64::from(first) + u64::from(count)).div_ceil(8) as usize,
                memory,
            )?;
            let all = bytes.iter().take(16).rev().fold(0u128, |all, &byte| all << 8 | u128::from(byte));
            return Ok(extend((all >> (first % 8)) as u64, count, signed));
        }
        let size = (plain.size() as usize).min(8);
        let bytes = self.bytes(0..size, memory)?;
        let all = bytes.iter().rev().fold(0u64, |all, &byte| all << 8 | u64::from(byte));
        Ok(extend(all, 8 * size as u32, signed))
    }

    /// A floating-point number.
    ///
    /// # Errors
    ///
    /// As [`Value::scalar`].
    pub fn float(&self, memory: &dyn ReadMemory) -> Result<f64, Missing> {
        let bits = self.scalar(memory)?;
        match self.ty.size() {
            4 => Ok(f64::from(f32::from_bits(bits as u32))),
            8 => Ok(f64::from_bits(bits)),
            size => Err(Missing::Unknown(format!("a floating-point number of {size} bytes"))),
        }
    }

    /// Part of it as a value.
    fn part(&self, offset: u32, ty: Type) -> Value {
        let data = match &self.data {
            Data::Memory(addr) => Data::Memory(addr.wrapping_add(offset)),
            Data::Bytes { bytes, missing, register } => {
                let (from, to) = (offset as usize, offset.saturating_add(ty.size()) as usize);
                let cut = |gap: &Range<usize>| {
                    let (start, end) = (gap.start.max(from), gap.end.min(to));
                    (start < end).then(|| start - from..end - from)
                };
                let missing = missing.iter().filter_map(cut).collect();
                let bytes = bytes.get(from..to).unwrap_or_default().to_vec();
                // A whole member in a register is still there.
                Data::Bytes { bytes, missing, register: register.filter(|_| offset == 0) }
            }
        };
        Value { ty, data, bits: None }
    }

    /// A member of a record.
    pub fn member(&self, member: &Member) -> Value {
        match member.bits {
            // The bits count from the start of the record.
            Some(bits) => Value { ty: member.ty.get(), data: self.data.clone(), bits: Some(bits) },
            None => self.part(member.offset, member.ty.get()),
        }
    }

    /// The member of a name, also inside unnamed records and base classes.
    pub fn member_named(&self, name: &str) -> Option<Value> {
        self.find_member(name, 8)
    }

    fn find_member(&self, name: &str, depth: usize) -> Option<Value> {
        let Type::Record { members, .. } = self.ty.plain() else { return None };
        if let Some(member) = members.iter().find(|m| !m.base && m.name.as_deref() == Some(name)) {
            return Some(self.member(member));
        }
        let depth = depth.checked_sub(1)?;
        members
            .iter()
            .filter(|m| m.name.is_none() || m.base)
            .find_map(|m| self.member(m).find_member(name, depth))
    }

    /// An element of an array.
    pub fn element(&self, index: u32) -> Option<Value> {
        let Type::Array { of, .. } = self.ty.plain() else { return None };
        let ty = of.get();
        Some(self.part(index.wrapping_mul(ty.size()), ty))
    }

    /// What a pointer points to.
    ///
    /// # Errors
    ///
    /// It is no pointer, or cannot be read.
    pub fn target(&self, memory: &dyn ReadMemory) -> Result<Value, Missing> {
        match self.ty.plain() {
            Type::Pointer { to, .. } => Ok(Value::at(self.scalar(memory)? as u32, to.get())),
            _ => Err(Missing::Unknown(format!("what a {} points to", self.ty))),
        }
    }

    /// What a name of a C++ reference means: what it refers to.
    pub(crate) fn link_target(to: &Link, addr: u32) -> Value {
        Value::at(addr, to.get())
    }
}

fn extend(value: u64, bits: u32, signed: bool) -> u64 {
    let up = 64u32.saturating_sub(bits.max(1));
    if signed { ((value << up) as i64 >> up) as u64 } else { value << up >> up }
}
