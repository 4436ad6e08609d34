//! The primitives on values.

use crate::care::{Care, Touched};
use crate::{Decoded, arith};
use skink_isa::Cond;
use skink_isa::operand::{Reg, Shift};
use skink_machine::{Access, Core, ExclusiveMonitor, Fault, Memory};
use skink_semantics::{Align, BranchKind, Builder, Exception, FlagName, Site, Size, SysReg};
use std::sync::Arc;

/// How an instruction left the straight line, if it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// It did not: the next instruction follows.
    No,
    /// By a branch to this address; the instruction set is already set.
    Branch(u32),
    /// A memory access failed, and nothing of the instruction has happened.
    Fault(Fault),
    /// By an exception that it raises, with nothing else done.
    Exception(Exception),
    /// Not at all: a debugger wants to be told before it begins (`Memory::set_traps`).
    Trap,
}

/// An instruction ended early; why is in [`Interp::left`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped;

/// A processor in the middle of an instruction.
///
/// It owns what it works on: a function pointer whose type borrowed could not be kept beside the
/// instruction that it is for.
pub struct Interp {
    /// The registers; `r[15]` holds what the instruction reads from PC.
    pub core: Core,
    /// The guest's memory.
    pub memory: Arc<Memory>,
    /// Where the instruction stands.
    pub site: Site,
    /// How the instruction ended.
    pub left: Left,
    /// Whether Linux's repair of unaligned multiple accesses is wanted rather than a fault.
    pub(crate) repair_alignment: bool,
    /// That, and nobody wants to know of the access.
    pub(crate) repairs_unseen: bool,
    /// What is wanted of each access besides what is usual, see [`Care`]; looked at in one go, so that the usual
    /// pays for one test.
    pub(crate) care: Care,
    /// The accesses of the instructions so far, if they are wanted.
    pub(crate) touched: Vec<Touched>,
    /// What the counter said, if that is to be said again.
    pub counts: Option<Box<Counts>>,
}

/// Values of the counter as they were read, so that code which is run once more reads the same.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    /// In the order of the reads.
    pub seen: Vec<u64>,
    /// The next to be said; one behind the last if the counter is to be asked.
    pub next: usize,
}

fn counter_now() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    (now.as_nanos() * COUNTER_HZ / 1_000_000_000) as u64
}

impl Interp {
    /// A processor that stands at address 0 with all registers zero.
    pub fn new(memory: Arc<Memory>) -> Interp {
        Interp {
            core: Core::default(),
            memory,
            site: Site { addr: 0, size: 4, thumb: false },
            left: Left::No,
            repair_alignment: true,
            repairs_unseen: true,
            care: Care::default(),
            touched: Vec::new(),
            counts: None,
        }
    }

    /// ConditionPassed (ARM ARM A8.3.1).
    #[inline(always)]
    pub fn passed(&self, cond: Cond) -> bool {
        let cpu = &self.core.cpu;
        let nzcv = (cpu.n as u16) << 3 | (cpu.z as u16) << 2 | (cpu.c as u16) << 1 | cpu.v as u16;
        // By table: as a match this would be an indirect jump that the host predicts badly.
        PASSED[cond as usize] >> nzcv & 1 != 0
    }

    /// Does one instruction, if its condition passes; `left` says how it ended.
    #[inline(always)]
    pub fn perform(&mut self, insn: &Decoded) {
        if insn.cond == Cond::Al || self.passed(insn.cond) {
            self.core.cpu.r[15] = insn.site.pc();
            self.site = insn.site;
            // Whether it stopped is seen in `left` as well.
            let _ = (insn.run)(self, &insn.op);
        }
    }

    /// Before an access of `size` bytes: whether it is aligned. `unit` is what SCTLR.A would have it aligned to.
    #[inline(always)]
    pub(crate) fn aligned(
        &mut self,
        addr: u32,
        size: u32,
        unit: u32,
        align: Align,
        access: Access,
    ) -> Result<(), Stopped> {
        match align {
            Align::Any if !self.care.is_any() => Ok(()),
            Align::Repaired(_) if self.repairs_unseen => Ok(()),
            _ => self.carefully(addr, size, unit, align, access),
        }
    }

    /// Ends the instruction with a fault.
    #[cold]
    #[inline(never)]
    pub(crate) fn faulted(&mut self, fault: Fault) -> Stopped {
        self.left = Left::Fault(fault);
        Stopped
    }
}

impl Builder for Interp {
    type Word = u32;
    type Wide = u64;
    type Flag = bool;
    type Stop = Stopped;

    #[inline(always)]
    fn site(&self) -> Site {
        self.site
    }

    #[inline(always)]
    fn word(&mut self, value: u32) -> u32 {
        value
    }
    #[inline(always)]
    fn flag(&mut self, value: bool) -> bool {
        value
    }

    #[inline(always)]
    fn reg(&mut self, r: Reg) -> u32 {
        self.core.cpu.r[r.index()]
    }
    #[inline(always)]
    fn set_reg(&mut self, r: Reg, value: u32) {
        if r == Reg::PC {
            self.branch_write_pc(value, BranchKind::Jump);
        } else {
            self.core.cpu.r[r.index()] = value;
        }
    }
    #[inline(always)]
    fn get_flag(&mut self, name: FlagName) -> bool {
        match name {
            FlagName::N => self.core.cpu.n,
            FlagName::Z => self.core.cpu.z,
            FlagName::C => self.core.cpu.c,
            FlagName::V => self.core.cpu.v,
        }
    }
    #[inline(always)]
    fn set_flag(&mut self, name: FlagName, value: bool) {
        match name {
            FlagName::N => self.core.cpu.n = value,
            FlagName::Z => self.core.cpu.z = value,
            FlagName::C => self.core.cpu.c = value,
            FlagName::V => self.core.cpu.v = value,
        }
    }
    fn set_q_if(&mut self, value: bool) {
        self.core.cpu.q |= value;
    }
    fn ge(&mut self) -> u32 {
        self.core.cpu.ge
    }
    fn set_ge(&mut self, ge: u32) {
        self.core.cpu.ge = ge;
    }
    fn sys(&mut self, reg: SysReg) -> u32 {
        match reg {
            SysReg::Apsr => self.core.cpu.cpsr() & skink_machine::cpu::CPSR_USER_MASK,
            SysReg::Tpidrurw => self.core.cpu.tpidrurw,
            SysReg::Tpidruro => self.core.cpu.tpidruro,
            SysReg::Fpscr => self.core.cpu.fpscr,
            SysReg::Cntfrq => COUNTER_HZ as u32,
        }
    }
    fn set_sys(&mut self, reg: SysReg, value: u32, mask: u8) {
        match reg {
            SysReg::Apsr => {
                let mask = ((mask as u32 >> 1) * 0xf800_0000) | ((mask as u32 & 1) * 0x000f_0000);
                self.core.cpu.set_apsr(self.core.cpu.cpsr() & !mask | value & mask);
            }
            SysReg::Tpidrurw => self.core.cpu.tpidrurw = value,
            SysReg::Fpscr => self.core.cpu.fpscr = value & skink_machine::cpu::FPSCR_MASK,
            // Read-only in user mode; no row writes them.
            SysReg::Tpidruro | SysReg::Cntfrq => {}
        }
    }
    fn counter(&mut self) -> u64 {
        let Some(counts) = &mut self.counts else { return counter_now() };
        if counts.next >= counts.seen.len() {
            counts.seen.push(counter_now());
        }
        counts.next += 1;
        counts.seen[counts.next - 1]
    }

    #[inline(always)]
    fn add(&mut self, a: u32, b: u32) -> u32 {
        a.wrapping_add(b)
    }
    #[inline(always)]
    fn sub(&mut self, a: u32, b: u32) -> u32 {
        a.wrapping_sub(b)
    }
    #[inline(always)]
    fn mul(&mut self, a: u32, b: u32) -> u32 {
        a.wrapping_mul(b)
    }
    #[inline(always)]
    fn and(&mut self, a: u32, b: u32) -> u32 {
        a & b
    }
    #[inline(always)]
    fn or(&mut self, a: u32, b: u32) -> u32 {
        a | b
    }
    #[inline(always)]
    fn xor(&mut self, a: u32, b: u32) -> u32 {
        a ^ b
    }
    #[inline(always)]
    fn not(&mut self, a: u32) -> u32 {
        !a
    }
    #[inline(always)]
    fn add_with_carry(&mut self, a: u32, b: u32, carry: bool) -> (u32, bool, bool) {
        arith::add_with_carry(a, b, carry)
    }
    #[inline(always)]
    fn shl(&mut self, a: u32, n: u8) -> u32 {
        a << (n & 31)
    }
    #[inline(always)]
    fn shr(&mut self, a: u32, n: u8) -> u32 {
        a >> (n & 31)
    }
    #[inline(always)]
    fn sar(&mut self, a: u32, n: u8) -> u32 {
        ((a as i32) >> (n & 31)) as u32
    }
    #[inline(always)]
    fn ror(&mut self, a: u32, n: u8) -> u32 {
        a.rotate_right(n as u32)
    }
    #[inline(always)]
    fn shift_by(&mut self, a: u32, shift: Shift, amount: u32, carry: bool) -> (u32, bool) {
        arith::shift_by(a, shift, amount, carry)
    }
    fn clz(&mut self, a: u32) -> u32 {
        a.leading_zeros()
    }
    fn bswap(&mut self, a: u32) -> u32 {
        a.swap_bytes()
    }
    fn rbit(&mut self, a: u32) -> u32 {
        a.reverse_bits()
    }
    fn sdiv(&mut self, a: u32, b: u32) -> u32 {
        if b == 0 { 0 } else { (a as i32).wrapping_div(b as i32) as u32 }
    }
    fn udiv(&mut self, a: u32, b: u32) -> u32 {
        a.checked_div(b).unwrap_or(0)
    }
    fn ssat(&mut self, a: u64, bits: u8) -> (u32, bool) {
        arith::ssat(a as i64, bits)
    }
    fn usat(&mut self, a: u64, bits: u8) -> (u32, bool) {
        arith::usat(a as i64, bits)
    }

    #[inline(always)]
    fn wide(&mut self, low: u32, high: u32) -> u64 {
        (high as u64) << 32 | low as u64
    }
    #[inline(always)]
    fn low(&mut self, a: u64) -> u32 {
        a as u32
    }
    #[inline(always)]
    fn high(&mut self, a: u64) -> u32 {
        (a >> 32) as u32
    }
    #[inline(always)]
    fn sext_wide(&mut self, a: u32) -> u64 {
        a as i32 as i64 as u64
    }
    #[inline(always)]
    fn zext_wide(&mut self, a: u32) -> u64 {
        a as u64
    }
    #[inline(always)]
    fn add_wide(&mut self, a: u64, b: u64) -> u64 {
        a.wrapping_add(b)
    }
    #[inline(always)]
    fn sub_wide(&mut self, a: u64, b: u64) -> u64 {
        a.wrapping_sub(b)
    }
    #[inline(always)]
    fn mul_wide(&mut self, a: u64, b: u64) -> u64 {
        a.wrapping_mul(b)
    }
    #[inline(always)]
    fn sar_wide(&mut self, a: u64, n: u8) -> u64 {
        ((a as i64) >> (n & 63)) as u64
    }

    #[inline(always)]
    fn is_negative(&mut self, a: u32) -> bool {
        a >> 31 != 0
    }
    #[inline(always)]
    fn is_zero(&mut self, a: u32) -> bool {
        a == 0
    }
    #[inline(always)]
    fn bit(&mut self, a: u32, n: u8) -> bool {
        a >> (n & 31) & 1 != 0
    }
    #[inline(always)]
    fn flag_and(&mut self, a: bool, b: bool) -> bool {
        a & b
    }
    #[inline(always)]
    fn flag_or(&mut self, a: bool, b: bool) -> bool {
        a | b
    }
    #[inline(always)]
    fn flag_xor(&mut self, a: bool, b: bool) -> bool {
        a ^ b
    }
    #[inline(always)]
    fn flag_not(&mut self, a: bool) -> bool {
        !a
    }
    #[inline(always)]
    fn flag_word(&mut self, a: bool) -> u32 {
        a as u32
    }
    #[inline(always)]
    fn select(&mut self, flag: bool, a: u32, b: u32) -> u32 {
        if flag { a } else { b }
    }

    #[inline(always)]
    fn load(&mut self, addr: u32, size: Size, align: Align) -> Result<u32, Stopped> {
        self.aligned(addr, size.bytes(), size.bytes(), align, Access::Read)?;
        match size {
            Size::Byte => self.memory.load8(addr).map(|v| v as u32),
            Size::Half => self.memory.load16(addr).map(|v| v as u32),
            Size::Word => self.memory.load32(addr),
        }
        .map_err(|fault| self.faulted(fault))
    }
    #[inline(always)]
    fn store(&mut self, addr: u32, value: u32, size: Size, align: Align) -> Result<(), Stopped> {
        self.aligned(addr, size.bytes(), size.bytes(), align, Access::Write)?;
        match size {
            Size::Byte => self.memory.store8(addr, value as u8),
            Size::Half => self.memory.store16(addr, value as u16),
            Size::Word => self.memory.store32(addr, value),
        }
        .map_err(|fault| self.faulted(fault))
    }
    fn load_exclusive(&mut self, addr: u32, bytes: u32) -> Result<u64, Stopped> {
        self.aligned(addr, bytes, bytes, Align::Required(bytes), Access::Read)?;
        let value = match bytes {
            1 => self.memory.load8(addr).map(u64::from),
            2 => self.memory.load16(addr).map(u64::from),
            4 => self.memory.load32(addr).map(u64::from),
            _ => self.memory.load64(addr),
        }
        .map_err(|fault| self.faulted(fault))?;
        self.core.cpu.exclusive = ExclusiveMonitor { addr, size: bytes, value };
        Ok(value)
    }
    fn store_exclusive(&mut self, addr: u32, bytes: u32, value: u64) -> Result<u32, Stopped> {
        let monitor = std::mem::take(&mut self.core.cpu.exclusive);
        // Whether a fault or the monitor is seen first is IMPLEMENTATION DEFINED (ARM ARM A8.8.212).
        if (monitor.addr, monitor.size) != (addr, bytes) {
            return Ok(1);
        }
        self.aligned(addr, bytes, bytes, Align::Required(bytes), Access::Write)?;
        let old = monitor.value;
        let stored = match bytes {
            1 => self.memory.cas8(addr, old as u8, value as u8),
            2 => self.memory.cas16(addr, old as u16, value as u16),
            4 => self.memory.cas32(addr, old as u32, value as u32),
            _ => self.memory.cas64(addr, old, value),
        };
        let stored = stored.map_err(|fault| {
            // Nothing of the instruction has happened: it may be done once more.
            self.core.cpu.exclusive = monitor;
            self.faulted(fault)
        })?;
        if !stored {
            self.touched.pop();
        }
        Ok(!stored as u32)
    }
    fn clear_exclusive(&mut self) {
        self.core.cpu.exclusive = ExclusiveMonitor::default();
    }
    fn swap(&mut self, addr: u32, value: u32, size: Size) -> Result<u32, Stopped> {
        let bytes = size.bytes();
        self.aligned(addr, bytes, bytes, Align::Required(bytes), Access::Read)?;
        loop {
            let old = self.load(addr, size, Align::Any)?;
            let done = match size {
                Size::Byte => self.memory.cas8(addr, old as u8, value as u8),
                Size::Half => self.memory.cas16(addr, old as u16, value as u16),
                Size::Word => self.memory.cas32(addr, old, value),
            }
            .map_err(|fault| self.faulted(fault))?;
            if done {
                if let Some(&read) = self.touched.last() {
                    self.touched.push(Touched { access: Access::Write, ..read });
                }
                return Ok(old);
            }
        }
    }
    fn barrier(&mut self) {
        std::sync::atomic::fence(std::sync::atomic::Ordering::SeqCst);
    }

    #[inline(always)]
    fn goto(&mut self, addr: u32, thumb: bool, _: BranchKind) {
        self.core.cpu.thumb = thumb;
        self.left = Left::Branch(addr);
    }
    #[inline(always)]
    fn goto_if(&mut self, flag: bool, addr: u32) {
        if flag {
            self.left = Left::Branch(addr);
        }
    }
    #[inline(always)]
    fn branch_write_pc(&mut self, target: u32, _: BranchKind) {
        self.left = Left::Branch(if self.site.thumb { target & !1 } else { target & !3 });
    }
    #[inline(always)]
    fn bx_write_pc(&mut self, target: u32, _: BranchKind) {
        self.core.cpu.thumb = target & 1 != 0;
        // A target with bits 1:0 = 0b10 is UNPREDICTABLE; as under qemu-arm it is fetched from, and
        // faults.
        self.left = Left::Branch(target & !1);
    }
    fn raise(&mut self, exception: Exception) -> Result<(), Stopped> {
        self.left = Left::Exception(exception);
        Err(Stopped)
    }
    fn yield_hint(&mut self) {
        std::thread::yield_now();
    }
}

/// For each condition, which of the sixteen values of NZCV it passes with (ARM ARM table A8-1).
const PASSED: [u16; 15] = {
    let mut table = [0; 15];
    let mut nzcv = 0;
    while nzcv < 16 {
        let (n, z, c, v) = (nzcv & 8 != 0, nzcv & 4 != 0, nzcv & 2 != 0, nzcv & 1 != 0);
        let tests = [z, c, n, v, c && !z, n == v, !z && n == v, true];
        let mut cond = 0;
        while cond < 15 {
            // The lowest bit of a condition inverts it, but for always.
            if tests[cond / 2] != (cond & 1 != 0) {
                table[cond] |= 1 << nzcv;
            }
            cond += 1;
        }
        nzcv += 1;
    }
    table
};

/// The frequency of the generic timer's count, in Hz: that of Cortex-A15 boards under Linux.
const COUNTER_HZ: u128 = 24_000_000;
