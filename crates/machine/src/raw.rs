//! The accesses to guest memory that may fault, one `asm!` block each.
//!
//! Each block clears RAX, does the access, and registers itself in the fixup table
//! ([`crate::fixup`]): if the host faults, the handler resumes behind the access with a marker in
//! RAX. All functions take a host address inside the guest's reservation (guard zones included);
//! nothing else is required of it, which is what makes them safe to use on wild guest pointers.

use crate::fixup::Marker;
use std::arch::asm;

/// Wraps one faulting instruction at label 2 with its fixup row and label 3 to go on at.
macro_rules! guarded {
    ($($insn:literal),+ ; $($operands:tt)*) => {
        asm!(
            $($insn,)+
            "3:",
            ".pushsection skink_fixups,\"aR\",@progbits",
            ".balign 4",
            ".long 2b - .",
            ".long 3b - .",
            ".popsection",
            $($operands)*
        )
    };
}

macro_rules! load {
    ($name:ident, $ty:ty, $insn:literal, $wide:ty) => {
        /// Loads from host address `base + offset`, a guest address or its guard zone.
        #[inline(always)]
        pub(crate) unsafe fn $name(base: *mut u8, offset: u64) -> Result<$ty, Marker> {
            let value: $wide;
            let marker: u64;
            // SAFETY: the address lies in the reservation (caller), so the access touches guest
            // memory or faults; a fault resumes at 3 with RAX set.
            unsafe {
                guarded!("xor eax, eax", $insn;
                    base = in(reg) base, off = in(reg) offset, v = lateout(reg) value,
                    out("rax") marker, options(nostack));
            }
            if marker != 0 { Err(Marker(marker)) } else { Ok(value as $ty) }
        }
    };
}

load!(load8, u8, "2: movzx {v:e}, byte ptr [{base} + {off}]", u32);
load!(load16, u16, "2: movzx {v:e}, word ptr [{base} + {off}]", u32);
load!(load32, u32, "2: mov {v:e}, dword ptr [{base} + {off}]", u32);
load!(load64, u64, "2: mov {v}, qword ptr [{base} + {off}]", u64);

macro_rules! store {
    ($name:ident, $ty:ty, $insn:literal, $class:ident) => {
        /// Stores to host address `base + offset`, a guest address or its guard zone.
        #[inline(always)]
        pub(crate) unsafe fn $name(base: *mut u8, offset: u64, value: $ty) -> Result<(), Marker> {
            let marker: u64;
            // SAFETY: as for the loads; guest memory is never aliased by a Rust reference.
            unsafe {
                guarded!("xor eax, eax", $insn;
                    base = in(reg) base, off = in(reg) offset, v = in($class) value,
                    out("rax") marker, options(nostack));
            }
            if marker != 0 { Err(Marker(marker)) } else { Ok(()) }
        }
    };
}

store!(store8, u8, "2: mov byte ptr [{base} + {off}], {v}", reg_byte);
store!(store16, u16, "2: mov word ptr [{base} + {off}], {v:x}", reg);
store!(store32, u32, "2: mov dword ptr [{base} + {off}], {v:e}", reg);
store!(store64, u64, "2: mov qword ptr [{base} + {off}], {v}", reg);

macro_rules! cas {
    ($name:ident, $ty:ty, $mov:literal, $insn:literal) => {
        /// Compare-and-swap at host address `base + offset`; says whether it stored.
        #[inline(always)]
        pub(crate) unsafe fn $name(base: *mut u8, offset: u64, old: $ty, new: $ty) -> Result<bool, Marker> {
            let marker: u64;
            let stored: u64;
            // SAFETY: as for the stores. CMPXCHG needs RAX for the expected value, so it is cleared
            // afterwards; a fault skips that and leaves the marker.
            unsafe {
                guarded!($mov, $insn, "sete cl", "movzx ecx, cl", "xor eax, eax";
                    base = in(reg) base, off = in(reg) offset, old = in(reg) old as u64, new = in(reg) new as u64,
                    out("rax") marker, out("rcx") stored, options(nostack));
            }
            if marker != 0 { Err(Marker(marker)) } else { Ok(stored != 0) }
        }
    };
}

cas!(cas8, u8, "mov eax, {old:e}", "2: lock cmpxchg byte ptr [{base} + {off}], {new:l}");
cas!(cas16, u16, "mov eax, {old:e}", "2: lock cmpxchg word ptr [{base} + {off}], {new:x}");
cas!(cas32, u32, "mov eax, {old:e}", "2: lock cmpxchg dword ptr [{base} + {off}], {new:e}");
cas!(cas64, u64, "mov rax, {old}", "2: lock cmpxchg qword ptr [{base} + {off}], {new}");

/// Copies `len` bytes; either side may be guest memory. On a fault says where, having copied what
/// came before it.
pub(crate) unsafe fn copy(dst: *mut u8, src: *const u8, len: usize) -> Result<(), Marker> {
    let marker: u64;
    // SAFETY: the caller vouches for the side that is host memory; the other may fault, which
    // resumes at 3 with RAX set.
    unsafe {
        guarded!("xor eax, eax", "2: rep movsb";
            inout("rcx") len => _, inout("rsi") src => _, inout("rdi") dst => _,
            out("rax") marker, options(nostack));
    }
    if marker != 0 { Err(Marker(marker)) } else { Ok(()) }
}
