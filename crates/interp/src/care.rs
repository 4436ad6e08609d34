//! Accesses that are looked at before they happen: SCTLR.A on the teaching machine, a debugger's watched ranges.

use crate::builder::{Interp, Left, Stopped};
use skink_isa::Op;
use skink_machine::{Access, Fault, FaultKind};
use skink_semantics::Align;

/// What is wanted of each access besides what is usual.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Care(u8);

impl Care {
    /// Every access of a core register must be aligned to its size (SCTLR.A set, ARM ARM A3.2.1).
    pub const STRICT_ALIGNMENT: Care = Care(1);
    /// Every access is put down, with what was there before.
    pub const RECORD: Care = Care(2);

    /// This and that.
    pub const fn with(self, other: Care, wanted: bool) -> Care {
        if wanted { Care(self.0 | other.0) } else { Care(self.0 & !other.0) }
    }

    #[inline(always)]
    pub(crate) fn is_any(self) -> bool {
        self.0 != 0
    }

    fn has(self, other: Care) -> bool {
        self.0 & other.0 != 0
    }
}

/// An access that was made, or was about to be when its instruction faulted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touched {
    /// The first address.
    pub addr: u32,
    /// Bytes, 8 at most: an instruction that moves more makes several accesses.
    pub size: u32,
    /// A read or a write; SWP makes both.
    pub access: Access,
    /// What was there before, little-endian and zero-extended.
    pub old: u64,
}

impl Interp {
    /// Has accesses treated with this care from now on, and unaligned multiple ones repaired as Linux does, or not.
    pub fn set_care(&mut self, care: Care, repair_alignment: bool) {
        self.care = care;
        self.repair_alignment = repair_alignment;
        self.repairs_unseen = repair_alignment && !care.has(Care::RECORD);
    }

    /// The accesses since the last time it was asked.
    pub fn touched(&mut self) -> std::vec::Drain<'_, Touched> {
        self.touched.drain(..)
    }

    #[inline(never)]
    pub(crate) fn carefully(
        &mut self,
        addr: u32,
        size: u32,
        unit: u32,
        align: Align,
        access: Access,
    ) -> Result<(), Stopped> {
        let bytes = match align {
            Align::Any if self.care.has(Care::STRICT_ALIGNMENT) => unit,
            Align::Any => 1,
            Align::Repaired(_) if self.repair_alignment => 1,
            Align::Repaired(bytes) | Align::Required(bytes) => bytes,
        };
        if addr & (bytes - 1) != 0 {
            return Err(self.faulted(Fault { addr, access, kind: FaultKind::Alignment }));
        }
        let mut old = [0; 8];
        // What cannot be read cannot be accessed either: the fault is found by the access itself.
        if self.care.has(Care::RECORD) && self.memory.read(addr, &mut old[..size.min(8) as usize]).is_ok() {
            self.touched.push(Touched { addr, size, access, old: u64::from_le_bytes(old) });
        }
        Ok(())
    }

    /// What runs in the place of an instruction before which a debugger wants to be told.
    pub(crate) fn trap(&mut self, _: &Op) -> Result<(), Stopped> {
        self.left = Left::Trap;
        Err(Stopped)
    }
}
