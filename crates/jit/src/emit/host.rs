//! Which host register holds what, and the host's condition codes.

use skink_isa::Cond;
use skink_isa::operand::Reg;
use skink_machine::{Core, Cpu, ExclusiveMonitor, Links};
use skink_semantics::FlagName;
use std::mem::offset_of;

/// A host register by its number.
pub(crate) type Host = u8;

/// The registers for values of one instruction. They are not kept across instructions.
pub(crate) const RAX: Host = 0;
/// The other one; shift counts go there.
pub(crate) const RCX: Host = 1;

/// The guest registers that live in host registers as long as translated code runs; the first ones, which
/// compilers use most, have the shorter encodings. The others live in [`Core`].
pub(crate) const PINNED: [(u8, Host); 11] =
    [(0, 3), (1, 2), (2, 6), (3, 7), (4, 8), (5, 9), (6, 10), (7, 11), (12, 12), (13, 13), (14, 14)];

/// The host register of a guest register.
pub(crate) fn pin(r: Reg) -> Option<Host> {
    const PIN: [Option<Host>; 16] = {
        let mut pin = [None; 16];
        let mut i = 0;
        while i < PINNED.len() {
            pin[PINNED[i].0 as usize] = Some(PINNED[i].1);
            i += 1;
        }
        pin
    };
    PIN[r.index() & 15]
}

/// Where RBP points to in [`Core`]: what translated code uses most lies on both sides, within a displacement of one byte.
pub(crate) const CENTRE: usize = offset_of!(Core, cpu);

/// Where a guest register lies, from RBP.
pub(crate) fn reg_at(r: Reg) -> i32 {
    (offset_of!(Cpu, r) + 4 * r.index()) as i32
}

/// Where N, Z, C and V lie in [`Core`].
pub(crate) const FLAG_AT: [i32; 4] = [
    (offset_of!(Cpu, n)) as i32,
    (offset_of!(Cpu, z)) as i32,
    (offset_of!(Cpu, c)) as i32,
    (offset_of!(Cpu, v)) as i32,
];

/// Where the user's thread ID registers lie.
pub(crate) fn thread_id_at(read_only: bool) -> i32 {
    let at = if read_only { offset_of!(Cpu, tpidruro) } else { offset_of!(Cpu, tpidrurw) };
    (at) as i32
}

/// Where GE lies.
pub(crate) const GE_AT: i32 = (offset_of!(Cpu, ge)) as i32;
/// Where CPSR.T lies.
pub(crate) const THUMB_AT: i32 = (offset_of!(Cpu, thumb)) as i32;
/// Where ITSTATE lies.
pub(crate) const IT_AT: i32 = (offset_of!(Cpu, it)) as i32;

// Core registers, flags, T, IT and GE are reached by displacements of one byte.
const _: () = assert!(offset_of!(Cpu, r) + 64 <= 128);
const _: () = assert!(FLAG_AT[0] < 128 && FLAG_AT[1] < 128 && FLAG_AT[2] < 128 && FLAG_AT[3] < 128);
const _: () = assert!(THUMB_AT < 128 && IT_AT < 128 && GE_AT < 128);

macro_rules! links {
    ($($(#[$meta:meta])* $name:ident $field:ident;)*) => { $(
        $(#[$meta])*
        pub(crate) const $name: i32 = offset_of!(Core, links) as i32 + offset_of!(Links, $field) as i32 - CENTRE as i32;
    )* };
}

links! {
    INTERRUPT_AT interrupt;
    RETIRED_AT retired;
    WANTED_AT wanted;
    SHADOW_AT shadow;
    SHADOW_TOP_AT shadow_top;
    HOST_SP_AT host_sp;
    BACK_AT back;
    MISSED_AT missed;
    ENTER_AT enter_at;
    LOOKUP_AT lookup;
    INTERPRET_AT interpret;
    CONTEXT_AT context;
    FAULT_FLAGS_AT fault_flags;
    FAULT_RIP_AT fault_rip;
    SPILL_AT spill;
    COMPARED_AT compared;
    MXCSR_AT mxcsr;
    VECTORS_AT vectors;
    LAZY_AT lazy;
}

// So are the fields that most traces use.
const _: () = assert!(INTERRUPT_AT >= -128 && LOOKUP_AT >= -128 && RETIRED_AT >= -128 && LAZY_AT >= -128);
const _: () = assert!(SPILL_AT >= -128 && SPILL_AT < 0 && LAZY_AT < 0);

/// Where the extension registers lie.
pub(crate) const EXT_AT: i32 = (offset_of!(Cpu, d)) as i32;
/// Where the exclusive monitor has its address, and behind it its size.
pub(crate) const MARKED_AT: i32 = (offset_of!(Cpu, exclusive) + offset_of!(ExclusiveMonitor, addr)) as i32;
/// Where it has what was read.
pub(crate) const MARKED_VALUE_AT: i32 =
    (offset_of!(Cpu, exclusive) + offset_of!(ExclusiveMonitor, value)) as i32;
const _: () = assert!(offset_of!(ExclusiveMonitor, size) == offset_of!(ExclusiveMonitor, addr) + 4);
const _: () = assert!(MARKED_VALUE_AT < 128);

/// Where FPSCR lies.
pub(crate) const FPSCR_AT: i32 = (offset_of!(Cpu, fpscr)) as i32;

/// In which order the operands of a VCMP are given to the host. The host has conditions for "above" but, as
/// NaNs are below, none for "below and ordered": which one is better depends on what is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Given,
    Swapped,
}

impl Order {
    /// The condition that is a flag after VCMP (ARM ARM A2.5.4: FPCompare).
    pub(crate) fn flag(self, flag: FlagName) -> Cc {
        match (flag, self) {
            (FlagName::N, Order::Given) => cc::B_ORDERED,
            (FlagName::N, Order::Swapped) => cc::A,
            (FlagName::Z, _) => cc::E_ORDERED,
            (FlagName::C, Order::Given) => cc::B_ORDERED ^ 1,
            (FlagName::C, Order::Swapped) => cc::BE,
            (FlagName::V, _) => cc::P,
        }
    }
}

/// A host condition by its number in the encodings of Jcc and SETcc; the lowest bit inverts it. From 16 on
/// there are two more that the host has no instruction for.
pub(crate) type Cc = u8;

pub(crate) mod cc {
    use super::Cc;
    pub(crate) const O: Cc = 0;
    pub(crate) const B: Cc = 2;
    pub(crate) const AE: Cc = 3;
    pub(crate) const E: Cc = 4;
    pub(crate) const NE: Cc = 5;
    pub(crate) const BE: Cc = 6;
    pub(crate) const A: Cc = 7;
    pub(crate) const P: Cc = 10;
    pub(crate) const S: Cc = 8;
    pub(crate) const NS: Cc = 9;
    pub(crate) const L: Cc = 12;
    pub(crate) const GE: Cc = 13;
    pub(crate) const LE: Cc = 14;
    pub(crate) const G: Cc = 15;
    /// E and not P.
    pub(crate) const E_ORDERED: Cc = 16;
    /// B and not P.
    pub(crate) const B_ORDERED: Cc = 18;

    /// Whether the host has a condition code for it.
    pub(crate) fn is_one(when: Cc) -> bool {
        when < E_ORDERED
    }

    /// Of the conditions from 16 on, the one that is not P.
    pub(crate) fn first_of(when: Cc) -> Cc {
        (if when & !1 == E_ORDERED { E } else { B }) | when & 1
    }

    /// Whether a condition holds with these values of S, Z, C, O and P.
    pub(crate) fn holds(when: Cc, [s, z, c, o, p]: [bool; 5]) -> bool {
        let value = match when & !1 {
            O => o,
            B => c,
            E => z,
            BE => c || z,
            S => s,
            P => p,
            L => s != o,
            LE => z || s != o,
            E_ORDERED => z && !p,
            _ => c && !p,
        };
        value != (when & 1 != 0)
    }
}

/// The host condition that equals a guest condition while the host's flags hold those of the guest that it
/// looks at, in these places.
pub(crate) fn direct(cond: Cond, flags: &[Option<Cc>; 4]) -> Option<Cc> {
    let [n, z, c, v] = *flags;
    let sign = n == Some(cc::S);
    let zero = z == Some(cc::E);
    let signed = sign && v == Some(cc::O);
    // After a subtraction; after an addition the host has no such condition.
    let unsigned = zero && c == Some(cc::AE);
    // After VCMP, its operands in either order.
    let less = n.filter(|n| matches!(*n, cc::B_ORDERED | cc::A));
    let equal = z == Some(cc::E_ORDERED);
    let given = less == Some(cc::B_ORDERED) && v == Some(cc::P);
    let swapped = equal && c == Some(cc::BE);
    match cond {
        Cond::Eq if equal => z,
        Cond::Ne if equal => z.map(|z| z ^ 1),
        Cond::Mi if less.is_some() => less,
        Cond::Pl if less.is_some() => less.map(|n| n ^ 1),
        Cond::Ge if given => Some(cc::AE),
        Cond::Lt if given => Some(cc::B),
        Cond::Gt if given && equal => Some(cc::A),
        Cond::Le if given && equal => Some(cc::BE),
        Cond::Hi if swapped => Some(cc::B),
        Cond::Ls if swapped => Some(cc::AE),
        Cond::Eq if zero => Some(cc::E),
        Cond::Ne if zero => Some(cc::NE),
        Cond::Cs => c,
        Cond::Cc => c.map(|c| c ^ 1),
        Cond::Mi if sign => Some(cc::S),
        Cond::Pl if sign => Some(cc::NS),
        Cond::Vs => v,
        Cond::Vc => v.map(|v| v ^ 1),
        Cond::Hi if unsigned => Some(cc::A),
        Cond::Ls if unsigned => Some(cc::BE),
        Cond::Ge if signed => Some(cc::GE),
        Cond::Lt if signed => Some(cc::L),
        Cond::Gt if signed && zero => Some(cc::G),
        Cond::Le if signed && zero => Some(cc::LE),
        _ => None,
    }
}
