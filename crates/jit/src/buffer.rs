//! The process's one buffer of translated code, and the code in it that all traces share.
//!
//! The buffer is private and anonymous, readable, writable and executable: after a fork each process goes on
//! with a copy of its own. It is filled from the start and never emptied; what is not valid any more is not
//! reached any more (see [`crate::translator`]).

use crate::emit::SLOTS;
use crate::emit::Stubs;
use crate::emit::host::*;
use dynasmrt::x64::X64Relocation;
use dynasmrt::{DynasmApi, DynasmLabelApi, VecAssembler, dynasm};
use skink_interp::Interp;
use skink_isa::operand::Reg;
use skink_machine::Core;
use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};

/// Bytes of the buffer; the host gives memory for what is used.
const SIZE: usize = 256 << 20;

/// What `enter` returns.
pub(crate) mod left {
    /// For another address, which is in R15.
    pub(crate) const DISPATCH: u32 = 0;
    /// An interpreted instruction has left the straight line.
    pub(crate) const INTERPRETED: u32 = 1;
    /// An access faulted; the rest is in [`Links`](skink_machine::Links).
    pub(crate) const FAULT: u32 = 2;
}

type Enter = unsafe extern "sysv64" fn(core: *mut Core, base: *mut u8, code: usize) -> u32;

/// The buffer.
pub(crate) struct Buffer {
    start: usize,
    used: AtomicUsize,
    enter: Enter,
    pub(crate) stubs: Stubs,
}

static BUFFER: OnceLock<Option<Buffer>> = OnceLock::new();

/// The buffer, made when it is first asked for.
pub(crate) fn buffer() -> io::Result<&'static Buffer> {
    let made = BUFFER.get_or_init(|| Buffer::new().ok());
    made.as_ref().ok_or_else(|| io::Error::other("the host gives no executable memory for translated code"))
}

impl Buffer {
    fn new() -> io::Result<Buffer> {
        let prot = libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        // SAFETY: a new mapping at an address of the kernel's choice touches nothing that exists.
        let start = unsafe { libc::mmap(std::ptr::null_mut(), SIZE, prot, flags, -1, 0) };
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let start = start as usize;
        let shared = shared_code(start)?;
        // SAFETY: the buffer is writable and larger than the shared code.
        unsafe { std::ptr::copy_nonoverlapping(shared.bytes.as_ptr(), start as *mut u8, shared.bytes.len()) };
        // SAFETY: `landing` saves what a fault needs and leaves, wherever in a trace the fault was: a trace
        // keeps nothing on the stack.
        unsafe { skink_machine::fixup::set_translated_code(start, start + SIZE, start + shared.landing) };
        // SAFETY: the code at `enter` follows this calling convention.
        let enter = unsafe { std::mem::transmute::<usize, Enter>(start + shared.enter) };
        let stubs = Stubs {
            leave: start + shared.leave,
            missed: start + shared.missed,
            interpret: start + shared.interpret,
        };
        Ok(Buffer { start, used: AtomicUsize::new(shared.bytes.len().next_multiple_of(64)), enter, stubs })
    }

    /// Where the next code will be put. Only the holder of the translator's lock may ask and put.
    pub(crate) fn next(&self) -> usize {
        self.start + self.used.load(Ordering::Acquire)
    }

    /// Puts code at the place that `next` named; `false` if there is no room.
    pub(crate) fn put(&self, code: &[u8]) -> bool {
        let used = self.used.load(Ordering::Acquire);
        let end = (used + code.len()).next_multiple_of(32);
        if end > SIZE {
            return false;
        }
        // SAFETY: [used, end) lies in the buffer, nobody has been told of it yet, and writers hold the lock.
        unsafe { std::ptr::copy_nonoverlapping(code.as_ptr(), (self.start + used) as *mut u8, code.len()) };
        self.used.store(end, Ordering::Release);
        true
    }

    /// Has the jump whose 32-bit distance is at `distance_at` go to `target`, at once for all threads.
    pub(crate) fn link(&self, distance_at: usize, target: usize) {
        debug_assert!(
            distance_at.is_multiple_of(4) && (self.start..self.start + SIZE).contains(&distance_at)
        );
        let distance = target.wrapping_sub(distance_at + 4) as i32;
        // SAFETY: an aligned word of the buffer, which lives as long as the process; other threads read it
        // as instructions, which on x86 see one of the two values (SDM vol. 3, 9.1.1, 9.1.3).
        unsafe { (*(distance_at as *const AtomicI32)).store(distance, Ordering::Release) };
    }

    /// Runs translated code until it leaves.
    pub(crate) fn enter(&self, interp: &mut Interp, code: usize) -> u32 {
        let base = interp.memory.base();
        let interp: *mut Interp = interp;
        // SAFETY: `interp` is exclusively borrowed by the caller for the whole call; the code reaches its
        // `core` by the pointer in RBP and, while an instruction is interpreted, all of it by `context`, never
        // both at a time. `code` is the entry of a trace in the buffer, which is never overwritten.
        unsafe {
            (*interp).core.links.context = interp as usize;
            (*interp).core.links.interpret = interpret as *const () as usize;
            (*interp).core.begin();
            let left = (self.enter)(&raw mut (*interp).core, base, code);
            (*interp).core.settle();
            left
        }
    }
}

/// Called by translated code for an instruction that has none; whether the code is to be left.
unsafe extern "sysv64" fn interpret(interp: *mut Interp, insn: *const skink_interp::Decoded) -> u32 {
    // SAFETY: `enter` put the address of the processor into `context`; translated code, which waits for this
    // call, holds no reference. `insn` is in the translator's arena, which is never emptied.
    let (interp, insn) = unsafe { (&mut *interp, &*insn) };
    // Translated code knows where it stands and does not keep these.
    interp.core.cpu.thumb = insn.site.thumb;
    interp.core.cpu.it = insn.it;
    interp.core.settle();
    let flags = interp.core.cpu.fpscr >> 28;
    interp.perform(insn);
    // What is said of the last comparison is not true any more.
    if interp.core.cpu.fpscr >> 28 != flags {
        interp.core.links.compared = [0; 2];
    }
    match interp.left {
        skink_interp::Left::No => 0,
        _ => 1,
    }
}

struct Shared {
    bytes: Vec<u8>,
    enter: usize,
    leave: usize,
    missed: usize,
    interpret: usize,
    landing: usize,
}

fn shared_code(at: usize) -> io::Result<Shared> {
    let mut ops: VecAssembler<X64Relocation> = VecAssembler::new(at);
    let save = |ops: &mut VecAssembler<X64Relocation>| {
        for (guest, host) in PINNED {
            dynasm!(ops; .arch x64; mov [rbp + reg_at(Reg(guest))], Rd(host));
        }
    };
    let restore = |ops: &mut VecAssembler<X64Relocation>| {
        for (guest, host) in PINNED {
            dynasm!(ops; .arch x64; mov Rd(host), [rbp + reg_at(Reg(guest))]);
        }
    };
    let ret = |ops: &mut VecAssembler<X64Relocation>| {
        dynasm!(ops; .arch x64
            ; add rsp, 8
            ; pop r15
            ; pop r14
            ; pop r13
            ; pop r12
            ; pop rbp
            ; pop rbx
            ; ret);
    };
    let enter = ops.offset().0;
    dynasm!(ops; .arch x64
        ; push rbx
        ; push rbp
        ; push r12
        ; push r13
        ; push r14
        ; push r15
        ; sub rsp, 8
        ; mov rbp, rdi
        ; mov r15, rsi
        ; mov rax, rdx
        ; ldmxcsr DWORD [rbp + MXCSR_AT]);
    restore(&mut ops);
    dynasm!(ops; .arch x64; jmp rax);

    let missed = ops.offset().0;
    dynasm!(ops; .arch x64
        ; mov ecx, eax
        ; and ecx, 1
        ; mov [rbp + THUMB_AT], cl
        ; and eax, !1
        ; mov [rbp + reg_at(Reg::PC)], eax
        ; mov BYTE [rbp + IT_AT], 0);
    let leave = ops.offset().0;
    save(&mut ops);
    dynasm!(ops; .arch x64; stmxcsr DWORD [rbp + MXCSR_AT]; mov eax, left::DISPATCH as i32);
    ret(&mut ops);

    let out = ops.new_dynamic_label();
    let interpret = ops.offset().0;
    save(&mut ops);
    dynasm!(ops; .arch x64
        ; stmxcsr DWORD [rbp + MXCSR_AT]
        ; mov rsi, rax
        ; mov rdi, [rbp + CONTEXT_AT]
        ; sub rsp, 8
        ; call QWORD [rbp + INTERPRET_AT]
        ; add rsp, 8
        ; test eax, eax
        ; jne =>out);
    restore(&mut ops);
    dynasm!(ops; .arch x64
        ; ldmxcsr DWORD [rbp + MXCSR_AT]
        ; ret
        ; =>out
        ; add rsp, 8
        ; mov eax, left::INTERPRETED as i32);
    ret(&mut ops);

    let landing = ops.offset().0;
    dynasm!(ops; .arch x64
        ; sets BYTE [rbp + FAULT_FLAGS_AT]
        ; setz BYTE [rbp + FAULT_FLAGS_AT + 1]
        ; setb BYTE [rbp + FAULT_FLAGS_AT + 2]
        ; seto BYTE [rbp + FAULT_FLAGS_AT + 3]
        ; setp BYTE [rbp + FAULT_FLAGS_AT + 4]
        ; stmxcsr DWORD [rbp + MXCSR_AT]
        ; mov [rbp + FAULT_RIP_AT], rcx);
    for x in 0..SLOTS as u8 {
        dynasm!(ops; .arch x64; movdqa OWORD [rbp + VECTORS_AT + 16 * x as i32], Rx(x));
    }
    save(&mut ops);
    dynasm!(ops; .arch x64; mov eax, left::FAULT as i32);
    ret(&mut ops);

    let bytes = ops.finalize().map_err(|e| io::Error::other(e.to_string()))?;
    Ok(Shared { bytes, enter, leave, missed, interpret, landing })
}
