//! A translator's buffer of code, and the code in it that all traces share.
//!
//! The buffer is private and anonymous, readable, writable and executable: after a fork each process goes on
//! with a copy of its own. It is filled from the start, and emptied as a whole when nobody is in it (see
//! [`crate::translator`]).

use crate::emit::ALIGN;
use crate::emit::Arrival;
use crate::emit::LOOKUP_ENTRIES;
use crate::emit::SLOTS;
use crate::emit::Stubs;
use crate::emit::host::*;
use dynasmrt::x64::X64Relocation;
use dynasmrt::{DynasmApi, DynasmLabelApi, VecAssembler, dynasm};
use skink_interp::Interp;
use skink_isa::operand::Reg;
use skink_machine::Core;
use std::io;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// The smallest buffer: the code that all traces share, and some dozens of traces.
pub(crate) const MIN_SIZE: usize = 64 << 10;
/// The largest: a relative jump must reach from one end to the other.
pub(crate) const MAX_SIZE: usize = 1 << 30;

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
    size: usize,
    /// Where the first trace begins, behind the shared code.
    first: usize,
    used: AtomicUsize,
    enter: Enter,
    with_flags: [usize; 2],
    pub(crate) stubs: Stubs,
}

impl Buffer {
    /// A buffer of so many bytes; the host gives memory for what is used.
    pub(crate) fn new(size: usize) -> io::Result<Buffer> {
        let size = size.clamp(MIN_SIZE, MAX_SIZE).next_multiple_of(4096);
        let prot = libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        // SAFETY: a new mapping at an address of the kernel's choice touches nothing that exists.
        let start = unsafe { libc::mmap(std::ptr::null_mut(), size, prot, flags, -1, 0) };
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let start = start as usize;
        // From here on the mapping is undone if something fails.
        let mut buffer = Buffer {
            start,
            size,
            first: 0,
            used: AtomicUsize::new(0),
            enter: never,
            with_flags: [0; 2],
            stubs: Stubs::default(),
        };
        let shared = shared_code(start)?;
        // SAFETY: the buffer is writable and larger than the shared code.
        unsafe { std::ptr::copy_nonoverlapping(shared.bytes.as_ptr(), start as *mut u8, shared.bytes.len()) };
        // SAFETY: `landing` saves what a fault needs and leaves, wherever in a trace the fault was: it does not use
        // the stack that RSP points into. The buffer goes away after it has been taken out again, in `drop`.
        if !unsafe { skink_machine::fixup::add_translated_code(start, start + size, start + shared.landing) }
        {
            return Err(io::Error::other("too many translators in one process"));
        }
        // SAFETY: the code at `enter` follows this calling convention.
        buffer.enter = unsafe { std::mem::transmute::<usize, Enter>(start + shared.enter) };
        buffer.with_flags = shared.with_flags.map(|stub| start + stub);
        buffer.stubs = Stubs {
            leave: start + shared.leave,
            missed: shared.missed.map(|stub| start + stub),
            interpret: start + shared.interpret,
            unmatched: start + shared.unmatched,
        };
        buffer.first = shared.bytes.len().next_multiple_of(64);
        buffer.used = AtomicUsize::new(buffer.first);
        Ok(buffer)
    }

    /// Forgets all traces. Nobody may be in one of them, or enter one that was put before.
    pub(crate) fn empty(&self) {
        self.used.store(self.first, Ordering::Release);
    }

    /// How far into the buffer an address lies.
    pub(crate) fn offset(&self, at: usize) -> u32 {
        (at - self.start) as u32
    }

    /// The address that lies so far into the buffer.
    pub(crate) fn at(&self, offset: u32) -> usize {
        self.start + offset as usize
    }

    /// Bytes of code in it.
    pub(crate) fn used(&self) -> usize {
        self.used.load(Ordering::Acquire) - self.first
    }

    /// Where the next code will be put. Only the holder of the translator's lock may ask and put.
    pub(crate) fn next(&self) -> usize {
        self.start + self.used.load(Ordering::Acquire)
    }

    /// Whether there is room for so many bytes more.
    pub(crate) fn has_room(&self, len: usize) -> bool {
        (self.used.load(Ordering::Acquire) + len).next_multiple_of(ALIGN) <= self.size
    }

    /// Puts code at the place that `next` named, where there is room.
    pub(crate) fn put(&self, code: &[u8]) {
        let used = self.used.load(Ordering::Acquire);
        let end = (used + code.len()).next_multiple_of(ALIGN);
        assert!(end <= self.size, "nobody has asked for room");
        // SAFETY: [used, end) lies in the buffer, nobody has been told of it yet or is in what was there before
        // it was emptied, and writers hold the lock.
        unsafe { std::ptr::copy_nonoverlapping(code.as_ptr(), (self.start + used) as *mut u8, code.len()) };
        self.used.store(end, Ordering::Release);
    }

    /// Has the jump whose 32-bit distance is at `distance_at` go to `target`, at once for all threads. Only the holder
    /// of the translator's lock may.
    pub(crate) fn link(&self, distance_at: usize, target: usize) {
        let (word, shift) = (distance_at & !7, 8 * (distance_at & 7));
        debug_assert!(shift <= 32 && (self.start..self.start + self.size).contains(&distance_at));
        let distance = target.wrapping_sub(distance_at + 4) as u32;
        // SAFETY: eight aligned bytes of the buffer, which lives as long as the process; nobody else writes there, and
        // other threads read them as instructions, which on x86 see the old or the new ones (SDM vol. 3, 9.1.1, 9.1.3).
        unsafe {
            let word = &*(word as *const AtomicU64);
            let rest = word.load(Ordering::Relaxed) & !(0xffff_ffff << shift);
            word.store(rest | u64::from(distance) << shift, Ordering::Release);
        }
    }

    /// Runs translated code, which expects some flags in the host's, until it leaves.
    pub(crate) fn enter(&self, interp: &mut Interp, code: usize, arrival: Arrival) -> u32 {
        interp.core.links.enter_at = code;
        interp.core.links.wanted = 0;
        let code = match arrival {
            Arrival::Memory => code,
            Arrival::Sub => self.with_flags[0],
            Arrival::Add | Arrival::Result => self.with_flags[1],
        };
        let base = interp.memory.base();
        let interp: *mut Interp = interp;
        // SAFETY: `interp` is exclusively borrowed by the caller for the whole call; the code reaches its
        // `core` by the pointer in RBP and, while an instruction is interpreted, all of it by `context`, never
        // both at a time. `code` is the entry of a trace in the buffer; the caller
        // has seen to it that it is not emptied meanwhile.
        unsafe {
            (*interp).core.links.context = interp as usize;
            (*interp).core.links.missed = self.stubs.missed[0];
            (*interp).core.links.interpret = interpret as *const () as usize;
            (*interp).core.begin();
            let left = (self.enter)(&raw mut (*interp).core, base, code);
            (*interp).core.settle();
            left
        }
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        skink_machine::fixup::remove_translated_code(self.start);
        // SAFETY: mapped in `new`; whoever runs code in it borrows the buffer.
        unsafe { libc::munmap(self.start as *mut libc::c_void, self.size) };
    }
}

/// In place of the code that enters, until it has been made.
unsafe extern "sysv64" fn never(_: *mut Core, _: *mut u8, _: usize) -> u32 {
    left::DISPATCH
}

/// Called by translated code for an instruction that has none; whether the code is to be left.
unsafe extern "sysv64" fn interpret(interp: *mut Interp, insn: *const skink_interp::Decoded) -> u32 {
    // SAFETY: `enter` put the address of the processor into `context`; translated code, which waits for this
    // call, holds no reference. `insn` belongs to the translator's piece for that code, kept while somebody is in it.
    let (interp, insn) = unsafe { (&mut *interp, &*insn) };
    crate::census::count(insn);
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
    /// Loads the host's flags, C inverted or not, and goes on at `enter_at`.
    with_flags: [usize; 2],
    leave: usize,
    missed: [usize; 4],
    interpret: usize,
    unmatched: usize,
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
            ; mov [rbp + SHADOW_AT], rsp
            ; mov rsp, [rbp + HOST_SP_AT]
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
        ; lea rbp, [rdi + CENTRE as i32]
        ; mov r15, rsi
        ; mov rax, rdx
        ; ldmxcsr DWORD [rbp + MXCSR_AT]
        ; mov [rbp + HOST_SP_AT], rsp
        ; mov rsp, [rbp + SHADOW_AT]);
    restore(&mut ops);
    dynasm!(ops; .arch x64; jmp rax);

    let with_flags = [true, false].map(|inverted| {
        let start = ops.offset().0;
        let [n, z, c, v] = FLAG_AT;
        dynasm!(ops; .arch x64; movzx eax, BYTE [rbp + c]);
        if inverted {
            dynasm!(ops; .arch x64; xor eax, 1);
        }
        dynasm!(ops; .arch x64
            ; movzx ecx, BYTE [rbp + z]
            ; shl ecx, 6
            ; or eax, ecx
            ; movzx ecx, BYTE [rbp + n]
            ; shl ecx, 7
            ; or eax, ecx
            ; shl eax, 8
            ; mov al, [rbp + v]
            // Overflows if V is 1.
            ; add al, 0x7f
            ; sahf
            ; jmp QWORD [rbp + ENTER_AT]);
        start
    });

    let to_memory = ops.new_dynamic_label();
    let with_arrival = [Arrival::Sub, Arrival::Add, Arrival::Result].map(|arrival| {
        let start = ops.offset().0;
        for (when, at) in arrival.mirror().into_iter().zip(FLAG_AT) {
            if let Some(when) = when {
                // SETcc (Intel SDM vol. 2B) to [RBP + at].
                ops.extend(&[0x0f, 0x90 + when, 0x45, at as u8]);
            }
        }
        dynasm!(ops; .arch x64; mov BYTE [rbp + WANTED_AT], arrival as i8; jmp =>to_memory);
        start
    });
    let in_memory = ops.offset().0;
    let missed = [in_memory, with_arrival[0], with_arrival[1], with_arrival[2]];
    dynasm!(ops; .arch x64
        ; =>to_memory
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

    // EAX is where a return goes for which there is no call, or another one.
    let unmatched = ops.offset().0;
    let mask = (LOOKUP_ENTRIES as i32 - 1) << 1;
    dynasm!(ops; .arch x64
        ; mov rsp, [rbp + SHADOW_TOP_AT]
        ; mov rcx, [rbp + INTERRUPT_AT]
        ; cmp DWORD [rcx], 0
        ; jne =>to_memory
        ; mov ecx, eax
        ; and ecx, mask
        ; shl ecx, 3
        ; add rcx, [rbp + LOOKUP_AT]
        ; cmp [rcx], eax
        ; jne =>to_memory
        ; jmp QWORD [rcx + 8]);

    let out = ops.new_dynamic_label();
    let interpret = ops.offset().0;
    save(&mut ops);
    dynasm!(ops; .arch x64
        ; stmxcsr DWORD [rbp + MXCSR_AT]
        ; mov rsi, rax
        ; mov rdi, [rbp + CONTEXT_AT]
        ; mov [rbp + SHADOW_AT], rsp
        ; mov rsp, [rbp + HOST_SP_AT]
        ; call QWORD [rbp + INTERPRET_AT]
        ; mov rsp, [rbp + SHADOW_AT]
        ; test eax, eax
        ; jne =>out);
    restore(&mut ops);
    dynasm!(ops; .arch x64
        ; ldmxcsr DWORD [rbp + MXCSR_AT]
        ; jmp QWORD [rbp + BACK_AT]
        ; =>out
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
    Ok(Shared { bytes, enter, with_flags, leave, missed, interpret, unmatched, landing })
}
