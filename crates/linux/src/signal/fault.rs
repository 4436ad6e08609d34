//! Faults of the processor as signals (Linux arch/arm/mm/fault.c, arch/arm/kernel/traps.c).

use super::info::GuestInfo;
use crate::thread::Thread;
use skink_machine::{Access, Fault, FaultKind};

const SEGV_MAPERR: i32 = 1;
const SEGV_ACCERR: i32 = 2;
const BUS_ADRALN: i32 = 1;
const BUS_ADRERR: i32 = 2;
const ILL_ILLOPC: i32 = 1;
const TRAP_BRKPT: i32 = 1;

/// FSR_WRITE of the fault status register.
const FSR_WRITE: u32 = 1 << 11;
/// Linux's mark for a prefetch abort.
const FSR_LNX_PF: u32 = 1 << 31;

/// trap_no, error_code and fault_address of struct sigcontext.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Trap {
    pub(crate) number: u32,
    pub(crate) error_code: u32,
    pub(crate) address: u32,
}

impl Thread {
    pub(crate) fn memory_fault(&mut self, fault: Fault) {
        // Short-descriptor fault status with domain 1, user's (ARM ARM B3.13.3, table B3-23).
        let (signal, code, status) = match fault.kind {
            FaultKind::Unmapped => (libc::SIGSEGV, SEGV_MAPERR, 0x17),
            FaultKind::Permission => (libc::SIGSEGV, SEGV_ACCERR, 0x1f),
            FaultKind::Alignment => (libc::SIGBUS, BUS_ADRALN, 0x11),
            FaultKind::Bus => (libc::SIGBUS, BUS_ADRERR, 0x17),
        };
        let access = match fault.access {
            Access::Read => 0,
            Access::Write => FSR_WRITE,
            Access::Fetch => FSR_LNX_PF,
        };
        self.trap = Trap { number: 14, error_code: status | access, address: fault.addr };
        self.force(&GuestInfo::fault(signal, code, fault.addr));
    }

    pub(crate) fn undefined_instruction(&mut self) {
        let pc = self.vcpu.cpu.r[15];
        if self.is_debugger_trap(pc) {
            return self.breakpoint();
        }
        self.trap = Trap { number: 6, error_code: 0, ..self.trap };
        self.force(&GuestInfo::fault(libc::SIGILL, ILL_ILLOPC, pc));
    }

    pub(crate) fn breakpoint(&mut self) {
        let pc = self.vcpu.cpu.r[15];
        self.force(&GuestInfo::fault(libc::SIGTRAP, TRAP_BRKPT, pc));
    }

    /// The undefined instructions that Linux takes for breakpoints (arch/arm/kernel/ptrace.c:
    /// arm_break_hook, thumb_break_hook, thumb2_break_hook).
    fn is_debugger_trap(&self, pc: u32) -> bool {
        let memory = self.memory();
        if !self.vcpu.cpu.thumb {
            return memory.code().fetch32(pc).is_ok_and(|insn| insn & 0x0fff_ffff == 0x07f0_01f0);
        }
        let mut code = memory.code();
        match code.fetch16(pc) {
            Ok(0xde01) => true,
            Ok(0xf7f0) => code.fetch16(pc.wrapping_add(2)) == Ok(0xa000),
            _ => false,
        }
    }
}
