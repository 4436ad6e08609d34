//! The signal frame in the ARM kernel's layout, and the way back from it
//! (Linux arch/arm/kernel/signal.c, arch/arm/include/uapi/asm/{sigcontext,ucontext}.h).
//!
//! ```text
//! struct ucontext          struct sigframe        struct rt_sigframe
//!   0 uc_flags               0 ucontext             0 siginfo_t
//!   4 uc_link              744 retcode[4]         128 sigframe
//!   8 uc_stack             760                    888
//!  20 sigcontext: trap_no, error_code, oldmask, r0-r15, cpsr, fault_address
//! 104 uc_sigmask
//! 232 uc_regspace: VFP record, end marker
//! ```

use super::info::GuestInfo;
use super::{Action, AltStack, SA_ONSTACK, SA_RESTORER, SA_SIGINFO, SS_AUTODISARM, UNBLOCKABLE};
use crate::host::Errno;
use crate::load::vectors;
use crate::thread::Thread;
use skink_machine::{Cpu, Fault};

const INFO_SIZE: usize = 128;
const UCONTEXT_SIZE: usize = 744;
const FRAME_SIZE: usize = UCONTEXT_SIZE + 16;
const SIGCONTEXT: usize = 20;
const SIGMASK: usize = 104;
const REGSPACE: usize = 232;

const VFP_MAGIC: u32 = 0x5646_5001;
/// sizeof(struct vfp_sigframe): magic, size, D0-D31, FPSCR, FPEXC, FPINST, FPINST2, padding.
const VFP_SIZE: u32 = 288;
/// uc_flags of a frame without siginfo.
const OLD_FRAME_MARK: u32 = 0x5ac3_c35a;
/// FPEXC.EN: the VFP is enabled.
const FPEXC_EN: u32 = 1 << 30;

/// Little-endian stores into a frame that is being built.
struct Bytes(Vec<u8>);

impl Bytes {
    fn set(&mut self, at: usize, value: u32) {
        self.0[at..at + 4].copy_from_slice(&value.to_le_bytes());
    }

    fn set64(&mut self, at: usize, value: u64) {
        self.set(at, value as u32);
        self.set(at + 4, (value >> 32) as u32);
    }

    fn get(&self, at: usize) -> u32 {
        u32::from_le_bytes([self.0[at], self.0[at + 1], self.0[at + 2], self.0[at + 3]])
    }

    fn get64(&self, at: usize) -> u64 {
        self.get(at) as u64 | (self.get(at + 4) as u64) << 32
    }
}

/// Pushes a frame and points the registers at the handler.
pub(super) fn push(thread: &mut Thread, action: &Action, info: &GuestInfo, mask: u64) -> Result<(), Fault> {
    let rt = action.flags & SA_SIGINFO != 0;
    let head = if rt { INFO_SIZE } else { 0 };
    let mut frame = Bytes(vec![0; head + FRAME_SIZE]);
    if rt {
        frame.0[..INFO_SIZE].copy_from_slice(&info.0);
    }
    let sp = thread.vcpu.cpu.r[13];
    let alt = thread.alt;
    if rt {
        frame.set(head + 8, alt.sp);
        frame.set(head + 12, alt.status(sp));
        frame.set(head + 16, alt.size);
    } else {
        frame.set(head, OLD_FRAME_MARK);
    }
    fill_context(&mut frame, head, thread, mask);
    let retcode = vectors::sigreturn_code(thread_mode(action), rt);
    for (i, word) in retcode.words.iter().enumerate() {
        frame.set(head + UCONTEXT_SIZE + 4 * i, *word);
    }

    let use_alt = action.flags & SA_ONSTACK != 0 && alt.size != 0 && !alt.contains(sp);
    let top = if use_alt { alt.sp.wrapping_add(alt.size) } else { sp };
    let at = top.wrapping_sub(frame.0.len() as u32) & !7;
    // Already on the alternate stack and about to run off its end: Linux refuses rather than
    // overwrite what is below (get_sigframe, sigsp).
    thread.memory().write(at, &frame.0)?;
    if let Some(controlled) = &mut thread.controlled {
        controlled.wrote(&thread.vcpu, at, frame.0.len() as u32);
    }
    if use_alt && alt.flags & SS_AUTODISARM != 0 {
        thread.alt = AltStack::default();
    }

    let cpu = &mut thread.vcpu.cpu;
    cpu.r[0] = info.signal() as u32;
    if rt {
        cpu.r[1] = at;
        cpu.r[2] = at.wrapping_add(head as u32);
    }
    cpu.r[13] = at;
    cpu.r[14] = if action.flags & SA_RESTORER != 0 { action.restorer } else { retcode.address };
    // setup_return clears the flags with PSR_f, and the IT bits.
    cpu.set_cpsr(cpu.cpsr() & 0x00ff_0000);
    cpu.bx_write_pc(action.handler);
    cpu.exclusive = Default::default();
    Ok(())
}

/// Whether the handler is Thumb code.
fn thread_mode(action: &Action) -> bool {
    action.handler & 1 != 0
}

fn fill_context(frame: &mut Bytes, head: usize, thread: &Thread, mask: u64) {
    let cpu = &thread.vcpu.cpu;
    let context = head + SIGCONTEXT;
    frame.set(context, thread.trap.number);
    frame.set(context + 4, thread.trap.error_code);
    frame.set(context + 8, mask as u32);
    for (i, &r) in cpu.r.iter().enumerate() {
        frame.set(context + 12 + 4 * i, r);
    }
    frame.set(context + 76, cpu.cpsr());
    frame.set(context + 80, thread.trap.address);
    frame.set64(head + SIGMASK, mask);
    let vfp = head + REGSPACE;
    frame.set(vfp, VFP_MAGIC);
    frame.set(vfp + 4, VFP_SIZE);
    for (i, &d) in cpu.d.0.iter().enumerate() {
        frame.set64(vfp + 8 + 8 * i, d);
    }
    frame.set(vfp + 264, cpu.fpscr);
    frame.set(vfp + 272, FPEXC_EN);
}

/// sigreturn and rt_sigreturn: puts back what the frame at SP holds.
pub(crate) fn pop(thread: &mut Thread, rt: bool) -> Result<(), Errno> {
    let sp = thread.vcpu.cpu.r[13];
    let bad = Errno(libc::EFAULT);
    if sp & 7 != 0 {
        return Err(bad);
    }
    let head = if rt { INFO_SIZE } else { 0 };
    let mut frame = Bytes(vec![0; head + FRAME_SIZE]);
    thread.memory().read(sp, &mut frame.0)?;
    let context = head + SIGCONTEXT;
    let cpsr = frame.get(context + 76);
    // User mode with interrupts on, little-endian, or it is no frame of ours (valid_user_regs).
    if cpsr & 0x1f != 0x10 || cpsr & 0x280 != 0 {
        return Err(bad);
    }
    let vfp = head + REGSPACE;
    if frame.get(vfp) != VFP_MAGIC || frame.get(vfp + 4) != VFP_SIZE {
        return Err(bad);
    }
    thread.mask = frame.get64(head + SIGMASK) & !UNBLOCKABLE;
    let cpu: &mut Cpu = &mut thread.vcpu.cpu;
    for (i, r) in cpu.r.iter_mut().enumerate() {
        *r = frame.get(context + 12 + 4 * i);
    }
    cpu.set_cpsr(cpsr);
    cpu.r[15] &= if cpu.thumb { !1 } else { !3 };
    for (i, d) in cpu.d.0.iter_mut().enumerate() {
        *d = frame.get64(vfp + 8 + 8 * i);
    }
    cpu.fpscr = frame.get(vfp + 264) & skink_machine::cpu::FPSCR_MASK;
    cpu.exclusive = Default::default();
    if rt {
        // restore_altstack: errors of do_sigaltstack are not reported here.
        let stack =
            AltStack { sp: frame.get(head + 8), flags: frame.get(head + 12), size: frame.get(head + 16) };
        let _ = crate::syscalls::signal::set_altstack(thread, stack);
    }
    Ok(())
}
