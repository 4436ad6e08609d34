//! From a host SIGSEGV inside a guest access to a [`Fault`](crate::Fault).
//!
//! Every instruction of skink that may touch unmapped guest memory sits in an `asm!` block that
//! records, in the section `skink_fixups`, its own address and an address to go on at. The signal
//! handler finds the faulting instruction there, puts a marker into RAX and resumes; the code after
//! the access sees the marker and returns an error. This is the scheme of the Linux kernel's
//! exception table, and it makes a successful access cost one extra `xor` and `test`.

use crate::Core;
use std::mem::offset_of;
use std::sync::atomic::{AtomicUsize, Ordering};

/// One row of the fixup table: both fields are distances from their own address.
#[repr(C)]
struct Fixup {
    insn: i32,
    resume: i32,
}

unsafe extern "C" {
    // Made by the linker, since the section's name is a C identifier.
    static __start_skink_fixups: Fixup;
    static __stop_skink_fixups: Fixup;
}

/// Bit 63 of the marker: a fault happened.
const FAULTED: u64 = 1 << 63;
/// Bit 62 of the marker: it was SIGBUS, not SIGSEGV.
const BUS: u64 = 1 << 62;

/// What the code after an access found in RAX.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Marker(pub(crate) u64);

impl Marker {
    /// The faulting host address and whether the signal was SIGBUS.
    pub(crate) fn decode(self) -> (u64, bool) {
        (self.0 & !(FAULTED | BUS), self.0 & BUS != 0)
    }
}

/// Tries to turn the SIGSEGV or SIGBUS described by `info` and `context` into a guest fault.
/// Returns whether it was one; if not, the signal is somebody else's.
///
/// Async-signal-safe: reads the fixup table and writes the saved context.
///
/// # Safety
///
/// `info` and `context` must be the second and third argument of a running SA_SIGINFO handler
/// for SIGSEGV or SIGBUS.
pub unsafe fn recover(info: *const libc::siginfo_t, context: *mut libc::c_void) -> bool {
    // SAFETY: the caller passes a handler's own arguments, valid for the handler's duration.
    let (signal, code, addr) = unsafe { ((*info).si_signo, (*info).si_code, (*info).si_addr() as u64) };
    // A signal sent by kill() or by a timer says nothing about the instruction under RIP.
    if code <= 0 {
        return false;
    }
    // SAFETY: as above; on x86-64 Linux the third argument is a ucontext_t.
    let gregs = unsafe { &mut (*context.cast::<libc::ucontext_t>()).uc_mcontext.gregs };
    let rip = gregs[libc::REG_RIP as usize] as usize;
    if translated(rip).is_some() && addr == (gregs[libc::REG_RSP as usize] as u64).wrapping_sub(8) {
        // A call of translated code whose stack of return addresses is full: once more, with an empty one.
        let core =
            (gregs[libc::REG_RBP as usize] as usize).wrapping_sub(offset_of!(Core, cpu)) as *const Core;
        // SAFETY: translated code has RBP point there as long as it runs.
        gregs[libc::REG_RSP as usize] = unsafe { (&raw const (*core).links.shadow_top).read() } as i64;
        return true;
    }
    let resume = match (translated(rip), lookup(rip)) {
        (Some(landing), _) => {
            gregs[libc::REG_RCX as usize] = rip as i64;
            landing
        }
        (None, Some(resume)) => resume,
        (None, None) => return false,
    };
    let bus = if signal == libc::SIGBUS { BUS } else { 0 };
    gregs[libc::REG_RAX as usize] = (FAULTED | bus | addr & !(FAULTED | BUS)) as i64;
    gregs[libc::REG_RIP as usize] = resume as i64;
    true
}

/// Where pieces of translated code lie, and where each is to go on after a fault: start, end, landing.
/// More than there are translators in any process but those of tests.
static CODE: [[AtomicUsize; 3]; 32] = [const { [const { AtomicUsize::new(0) }; 3] }; 32];

/// Makes known where translated code lies. A fault in it resumes at `landing`, with the marker in RAX and
/// the address of the access in RCX. `false` if no more can be known.
///
/// # Safety
///
/// `landing` must be code that can go on with that, wherever in the range the fault happened, until
/// [`remove_translated_code`] is called.
pub unsafe fn add_translated_code(start: usize, end: usize, landing: usize) -> bool {
    for [slot_start, slot_end, slot_landing] in &CODE {
        // Taken by its landing; until the start is there no fault is taken for one in this code.
        if slot_landing.compare_exchange(0, landing, Ordering::SeqCst, Ordering::SeqCst).is_ok() {
            slot_end.store(end, Ordering::SeqCst);
            slot_start.store(start, Ordering::SeqCst);
            return true;
        }
    }
    false
}

/// Forgets the translated code that begins at `start`: nothing runs it any more.
pub fn remove_translated_code(start: usize) {
    for [slot_start, slot_end, slot_landing] in &CODE {
        if slot_start.load(Ordering::SeqCst) == start {
            slot_start.store(0, Ordering::SeqCst);
            slot_end.store(0, Ordering::SeqCst);
            slot_landing.store(0, Ordering::SeqCst);
        }
    }
}

/// The address to resume at if `rip` is in translated code.
fn translated(rip: usize) -> Option<usize> {
    CODE.iter().find_map(|row| {
        let [start, end, landing] = [0, 1, 2].map(|i| row[i].load(Ordering::SeqCst));
        (start != 0 && (start..end).contains(&rip)).then_some(landing)
    })
}

/// The address to resume at if the instruction at `rip` is in the table.
fn lookup(rip: usize) -> Option<usize> {
    let mut row = &raw const __start_skink_fixups;
    let end = &raw const __stop_skink_fixups;
    while row < end {
        // SAFETY: `row` lies between the linker's start and stop symbols, in steps of whole rows of
        // read-only data that the assembler filled in.
        let fixup = unsafe { &*row };
        let insn = (&raw const fixup.insn as usize).wrapping_add_signed(fixup.insn as isize);
        if insn == rip {
            return Some((&raw const fixup.resume as usize).wrapping_add_signed(fixup.resume as isize));
        }
        row = row.wrapping_add(1);
    }
    None
}

/// Installs handlers for SIGSEGV and SIGBUS that do nothing but [`recover`], for programs that have
/// no signals of their own to handle. Any other fault ends the process as if there were no handler.
pub fn install() {
    extern "C" fn handler(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
        // SAFETY: these are a SA_SIGINFO handler's own arguments.
        if !unsafe { recover(info, context) } {
            // SAFETY: the default action takes over when the instruction faults again.
            unsafe { libc::signal(signal, libc::SIG_DFL) };
        }
    }
    for signal in [libc::SIGSEGV, libc::SIGBUS] {
        // SAFETY: an all-zero sigaction is valid, and `handler` is of the type that SA_SIGINFO asks for.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = handler as *const () as usize;
            action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
            libc::sigaction(signal, &action, std::ptr::null_mut());
        }
    }
}
