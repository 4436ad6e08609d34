//! The third Builder: it has the values that the interpreter would have, notes what each was computed from, and keeps
//! what would be written to itself.
//!
//! Arithmetic on values is the interpreter's own, on a copy of the registers; memory is only read.

use super::formula::{Formulas, Id, Kind, MIXED, PRODUCT, Register, SUM};
use crate::memory::ReadMemory;
use skink_interp::Interp;
use skink_isa::operand::{Reg, Shift};
use skink_machine::{Access, Cpu, ExclusiveMonitor, Fault, FaultKind, Memory};
use skink_semantics::{Align, BranchKind, Builder, Exception, FlagName, Site, Size, SysReg};
use std::sync::{Arc, OnceLock};

/// A value and its formula.
#[derive(Debug, Clone, Copy)]
pub(super) struct Of<T> {
    pub(super) value: T,
    pub(super) id: Id,
}

/// A write to a register.
#[derive(Debug, Clone, Copy)]
pub(super) struct Write {
    pub(super) register: Register,
    pub(super) value: u128,
    pub(super) id: Id,
}

/// An access of memory.
#[derive(Debug, Clone)]
pub(super) struct Touch {
    pub(super) addr: Of<u32>,
    pub(super) bytes: u32,
    pub(super) write: bool,
    pub(super) value: u64,
    /// The formula of what is stored, or the node that stands for what was loaded.
    pub(super) id: Id,
}

/// Why recording ended early; it is in [`Recorder::end`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Stopped;

/// How an instruction ended, if not by going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Fault(Fault),
    Exception(Exception),
}

pub(super) struct Recorder<'a> {
    pub(super) inner: Interp,
    pub(super) memory: &'a dyn ReadMemory,
    pub(super) formulas: Formulas,
    pub(super) writes: Vec<Write>,
    pub(super) touches: Vec<Touch>,
    /// Target, instruction set, kind, formula of the target.
    pub(super) branch: Option<(u32, bool, BranchKind, Option<Id>)>,
    pub(super) end: Option<End>,
    /// Linux repairs what is not aligned; the teaching board and qemu-arm do not.
    pub(super) repair: bool,
    pub(super) strict: bool,
}

/// Memory that nobody reads: the interpreter's arithmetic wants some.
fn nothing() -> Option<Arc<Memory>> {
    static NOTHING: OnceLock<Option<Arc<Memory>>> = OnceLock::new();
    NOTHING.get_or_init(|| Memory::new().ok().map(Arc::new)).clone()
}

impl<'a> Recorder<'a> {
    /// `None` if the host has no address space left.
    pub(super) fn new(cpu: &Cpu, memory: &'a dyn ReadMemory, site: Site) -> Option<Recorder<'a>> {
        let mut inner = Interp::new(nothing()?);
        inner.core.cpu = cpu.clone();
        inner.core.cpu.r[15] = site.pc();
        inner.site = site;
        Some(Recorder {
            inner,
            memory,
            formulas: Formulas::default(),
            writes: Vec::new(),
            touches: Vec::new(),
            branch: None,
            end: None,
            repair: true,
            strict: false,
        })
    }

    pub(super) fn make<T: Copy + Bits>(&mut self, kind: Kind, value: T) -> Of<T> {
        Of { value, id: self.formulas.add(kind, value.bits()) }
    }

    pub(super) fn constant<T: Copy + Bits>(&mut self, value: T) -> Of<T> {
        self.make(Kind::Const, value)
    }

    fn infix<T: Copy + Bits>(&mut self, sign: &'static str, strength: u8, value: T, a: Id, b: Id) -> Of<T> {
        self.make(Kind::Infix(sign, strength, a, b), value)
    }

    pub(super) fn call<T: Copy + Bits>(&mut self, name: &'static str, value: T, args: &[Id]) -> Of<T> {
        self.make(Kind::Call(name, args.to_vec()), value)
    }

    fn shifted(&mut self, sign: &'static str, value: u32, a: Of<u32>, n: u8) -> Of<u32> {
        let by = self.constant(u32::from(n));
        self.infix(sign, MIXED, value, a.id, by.id)
    }

    pub(super) fn write(&mut self, register: Register, value: u128, id: Id) {
        // Of two writes to one register the second counts.
        self.writes.retain(|write| write.register != register);
        self.writes.push(Write { register, value, id });
    }

    pub(super) fn fault(&mut self, addr: u32, access: Access, kind: FaultKind) -> Stopped {
        self.end = Some(End::Fault(Fault { addr, access, kind }));
        Stopped
    }

    pub(super) fn aligned(
        &mut self,
        addr: u32,
        size: u32,
        align: Align,
        access: Access,
    ) -> Result<(), Stopped> {
        let bytes = match align {
            Align::Any if self.strict => size,
            Align::Any => return Ok(()),
            Align::Repaired(_) if self.repair => return Ok(()),
            Align::Repaired(bytes) | Align::Required(bytes) => bytes,
        };
        match addr & (bytes - 1) {
            0 => Ok(()),
            _ => Err(self.fault(addr, access, FaultKind::Alignment)),
        }
    }

    /// Reads memory as it will be: with what this instruction has stored so far.
    fn fetch(&mut self, addr: u32, bytes: u32, access: Access) -> Result<u64, Stopped> {
        let mut buf = [0; 8];
        // An access goes past the end of memory and does not come back at its start.
        if addr.checked_add(bytes - 1).is_none() {
            let kind =
                self.memory.read(addr, &mut buf[..1]).err().map_or(FaultKind::Unmapped, |fault| fault.kind);
            return Err(self.fault(addr, access, kind));
        }
        if let Err(fault) = self.memory.read(addr, &mut buf[..bytes as usize & 15]) {
            return Err(self.fault(fault.addr, access, fault.kind));
        }
        for touch in self.touches.iter().filter(|touch| touch.write) {
            for i in 0..touch.bytes {
                let into = touch.addr.value.wrapping_add(i).wrapping_sub(addr);
                if into < bytes {
                    buf[into as usize] = touch.value.to_le_bytes()[i as usize];
                }
            }
        }
        Ok(u64::from_le_bytes(buf))
    }

    pub(super) fn take(&mut self, addr: Of<u32>, bytes: u32) -> Result<Of<u64>, Stopped> {
        let value = self.fetch(addr.value, bytes, Access::Read)?;
        let loaded = self.make(Kind::Load(bytes, addr.id), value);
        self.touches.push(Touch { addr, bytes, write: false, value, id: loaded.id });
        Ok(loaded)
    }

    pub(super) fn put(&mut self, addr: Of<u32>, bytes: u32, value: u64, id: Id) -> Result<(), Stopped> {
        // What cannot be read cannot be written; what can, may still be read-only.
        self.fetch(addr.value, bytes, Access::Write)?;
        let value = if bytes < 8 { value & ((1 << (8 * bytes)) - 1) } else { value };
        self.touches.push(Touch { addr, bytes, write: true, value, id });
        Ok(())
    }
}

/// A value as bits.
pub(super) trait Bits {
    fn bits(self) -> u128;
}

macro_rules! bits {
    ($($ty:ty),*) => { $( impl Bits for $ty { fn bits(self) -> u128 { self as u128 } } )* };
}

bits!(u32, u64, u128, bool);

/// Operations on two values between which a sign is written.
macro_rules! infix {
    ($( $name:ident $ty:ty, $sign:literal $strength:ident; )*) => { $(
        fn $name(&mut self, a: Of<$ty>, b: Of<$ty>) -> Of<$ty> {
            let value = self.inner.$name(a.value, b.value);
            self.infix($sign, $strength, value, a.id, b.id)
        }
    )* };
}

/// Operations on values that are written as a function.
macro_rules! calls {
    ($( $name:ident($($arg:ident: $ty:ty),*) -> $out:ty = $text:literal; )*) => { $(
        fn $name(&mut self, $($arg: Of<$ty>),*) -> Of<$out> {
            let value = self.inner.$name($($arg.value),*);
            self.call($text, value, &[$($arg.id),*])
        }
    )* };
}

impl Builder for Recorder<'_> {
    type Word = Of<u32>;
    type Wide = Of<u64>;
    type Flag = Of<bool>;
    type Stop = Stopped;

    fn site(&self) -> Site {
        self.inner.site
    }
    fn word(&mut self, value: u32) -> Of<u32> {
        self.constant(value)
    }
    fn flag(&mut self, value: bool) -> Of<bool> {
        self.constant(value)
    }

    fn reg(&mut self, r: Reg) -> Of<u32> {
        let value = self.inner.reg(r);
        self.make(Kind::Leaf(Register::Core(r.0 & 15)), value)
    }
    fn set_reg(&mut self, r: Reg, value: Of<u32>) {
        if r == Reg::PC {
            self.branch_write_pc(value, BranchKind::Jump);
            return;
        }
        self.inner.set_reg(r, value.value);
        self.write(Register::Core(r.0 & 15), value.value.into(), value.id);
    }
    fn get_flag(&mut self, name: FlagName) -> Of<bool> {
        let value = self.inner.get_flag(name);
        self.make(Kind::Leaf(Register::flag(name)), value)
    }
    fn set_flag(&mut self, name: FlagName, value: Of<bool>) {
        self.inner.set_flag(name, value.value);
        // A flag that is given its own value is left alone.
        if *self.formulas.kind(value.id) != Kind::Leaf(Register::flag(name)) {
            self.write(Register::flag(name), value.value.bits(), value.id);
        }
    }
    fn set_q_if(&mut self, value: Of<bool>) {
        self.inner.set_q_if(value.value);
        if value.value {
            self.write(Register::Q, 1, value.id);
        }
    }
    fn ge(&mut self) -> Of<u32> {
        let (mask, bits) = (self.inner.ge(), self.inner.core.cpu.ge_bits());
        let leaf = self.formulas.add(Kind::Leaf(Register::Ge), bits.into());
        self.call("mask", mask, &[leaf])
    }
    fn set_ge(&mut self, ge: Of<u32>) {
        self.inner.set_ge(ge.value);
        let bits = self.inner.core.cpu.ge_bits();
        let id = self.formulas.add(Kind::Call("bits", vec![ge.id]), bits.into());
        self.write(Register::Ge, bits.into(), id);
    }
    fn sys(&mut self, reg: SysReg) -> Of<u32> {
        let value = self.inner.sys(reg);
        match Register::sys(reg) {
            Some(register) => self.make(Kind::Leaf(register), value),
            // APSR is made of flags.
            None => {
                let cpu = self.inner.core.cpu.clone();
                let flags = [('N', cpu.n), ('Z', cpu.z), ('C', cpu.c), ('V', cpu.v)];
                let mut parts: Vec<Id> = flags
                    .iter()
                    .map(|(name, set)| self.formulas.add(Kind::Leaf(Register::Flag(*name)), set.bits()))
                    .collect();
                parts.push(self.formulas.add(Kind::Leaf(Register::Q), cpu.q.bits()));
                parts.push(self.formulas.add(Kind::Leaf(Register::Ge), cpu.ge_bits().into()));
                self.call("apsr", value, &parts)
            }
        }
    }
    fn set_sys(&mut self, reg: SysReg, value: Of<u32>, mask: u8) {
        self.inner.set_sys(reg, value.value, mask);
        let cpu = self.inner.core.cpu.clone();
        match reg {
            SysReg::Apsr => {
                if mask & 2 != 0 {
                    for (name, set) in [('N', cpu.n), ('Z', cpu.z), ('C', cpu.c), ('V', cpu.v)] {
                        self.write(Register::Flag(name), set.bits(), value.id);
                    }
                    self.write(Register::Q, cpu.q.bits(), value.id);
                }
                if mask & 1 != 0 {
                    self.write(Register::Ge, cpu.ge_bits().into(), value.id);
                }
            }
            SysReg::Fpscr => self.write(Register::Fpscr, cpu.fpscr.into(), value.id),
            SysReg::Tpidrurw => self.write(Register::Tpidrurw, cpu.tpidrurw.into(), value.id),
            SysReg::Tpidruro | SysReg::Cntfrq => {}
        }
    }
    fn counter(&mut self) -> Of<u64> {
        let value = self.inner.counter();
        self.call("counter", value, &[])
    }

    infix! {
        sub u32, "-" SUM;
        mul u32, "*" PRODUCT;
        and u32, "&" MIXED;
        or u32, "|" MIXED;
        xor u32, "^" MIXED;
        sdiv u32, "/" PRODUCT;
        udiv u32, "/" PRODUCT;
        add_wide u64, "+" SUM;
        sub_wide u64, "-" SUM;
        mul_wide u64, "*" PRODUCT;
        flag_and bool, "and" MIXED;
        flag_or bool, "or" MIXED;
        flag_xor bool, "xor" MIXED;
    }

    /// A constant that is negative is shown as what is taken away.
    fn add(&mut self, a: Of<u32>, b: Of<u32>) -> Of<u32> {
        let value = self.inner.add(a.value, b.value);
        match (self.formulas.kind(b.id), b.value as i32) {
            (Kind::Const, 0) => a,
            (Kind::Const, ..0) => {
                let less = self.constant(b.value.wrapping_neg());
                self.infix("-", SUM, value, a.id, less.id)
            }
            _ => self.infix("+", SUM, value, a.id, b.id),
        }
    }
    fn not(&mut self, a: Of<u32>) -> Of<u32> {
        self.make(Kind::Prefix("~", a.id), !a.value)
    }
    /// Sums and differences are shown as what they are for: `a + b`, `a - b`, with the carry where it counts.
    fn add_with_carry(&mut self, a: Of<u32>, b: Of<u32>, carry: Of<bool>) -> (Of<u32>, Of<bool>, Of<bool>) {
        let (value, c, v) = self.inner.add_with_carry(a.value, b.value, carry.value);
        let fixed = matches!(self.formulas.kind(carry.id), Kind::Const).then_some(carry.value);
        let negated = |f: &Formulas, id| match *f.kind(id) {
            Kind::Prefix("~", inner) => Some(inner),
            _ => None,
        };
        let (left, right) = (negated(&self.formulas, a.id), negated(&self.formulas, b.id));
        let result = match (fixed, left, right) {
            (Some(false), ..) => self.infix("+", SUM, value, a.id, b.id),
            (Some(true), None, Some(b)) => self.infix("-", SUM, value, a.id, b),
            (Some(true), Some(a), _) => self.infix("-", SUM, value, b.id, a),
            (None, None, Some(b)) => {
                let difference = self.infix("-", SUM, value, a.id, b);
                let borrow = self.make(Kind::Prefix("!", carry.id), !carry.value);
                self.infix("-", SUM, value, difference.id, borrow.id)
            }
            _ => {
                let sum = self.infix("+", SUM, value, a.id, b.id);
                self.infix("+", SUM, value, sum.id, carry.id)
            }
        };
        let c = self.call("carry", c, &[result.id]);
        let v = self.call("overflow", v, &[result.id]);
        (result, c, v)
    }
    fn shl(&mut self, a: Of<u32>, n: u8) -> Of<u32> {
        let value = self.inner.shl(a.value, n);
        self.shifted("<<", value, a, n)
    }
    fn shr(&mut self, a: Of<u32>, n: u8) -> Of<u32> {
        let value = self.inner.shr(a.value, n);
        self.shifted(">>", value, a, n)
    }
    fn sar(&mut self, a: Of<u32>, n: u8) -> Of<u32> {
        let value = self.inner.sar(a.value, n);
        // Up and down again by as much is an extension by the sign.
        if let Kind::Infix("<<", _, inner, by) = *self.formulas.kind(a.id)
            && self.formulas.value(by) == n.into()
        {
            return self.call("signed", value, &[inner]);
        }
        self.shifted("asr", value, a, n)
    }
    fn ror(&mut self, a: Of<u32>, n: u8) -> Of<u32> {
        let value = self.inner.ror(a.value, n);
        self.shifted("ror", value, a, n)
    }
    fn shift_by(
        &mut self,
        a: Of<u32>,
        shift: Shift,
        amount: Of<u32>,
        carry: Of<bool>,
    ) -> (Of<u32>, Of<bool>) {
        let (value, out) = self.inner.shift_by(a.value, shift, amount.value, carry.value);
        let sign = match shift {
            Shift::Lsl => "<<",
            Shift::Lsr => ">>",
            Shift::Asr => "asr",
            Shift::Ror | Shift::Rrx => "ror",
        };
        let result = self.infix(sign, MIXED, value, a.id, amount.id);
        // By nothing the carry stays what it was.
        let carry = match amount.value & 0xff {
            0 => carry,
            _ => self.call("carry", out, &[result.id]),
        };
        (result, carry)
    }
    fn ssat(&mut self, a: Of<u64>, bits: u8) -> (Of<u32>, Of<bool>) {
        let (value, saturated) = self.inner.ssat(a.value, bits);
        let bits = self.constant(u32::from(bits));
        (self.call("ssat", value, &[a.id, bits.id]), self.call("saturates", saturated, &[a.id]))
    }
    fn usat(&mut self, a: Of<u64>, bits: u8) -> (Of<u32>, Of<bool>) {
        let (value, saturated) = self.inner.usat(a.value, bits);
        let bits = self.constant(u32::from(bits));
        (self.call("usat", value, &[a.id, bits.id]), self.call("saturates", saturated, &[a.id]))
    }
    fn sext_wide(&mut self, a: Of<u32>) -> Of<u64> {
        Of { value: self.inner.sext_wide(a.value), id: a.id }
    }
    fn zext_wide(&mut self, a: Of<u32>) -> Of<u64> {
        Of { value: self.inner.zext_wide(a.value), id: a.id }
    }
    fn sar_wide(&mut self, a: Of<u64>, n: u8) -> Of<u64> {
        let value = self.inner.sar_wide(a.value, n);
        let by = self.constant(u32::from(n));
        self.infix("asr", MIXED, value, a.id, by.id)
    }
    fn bit(&mut self, a: Of<u32>, n: u8) -> Of<bool> {
        let value = self.inner.bit(a.value, n);
        let n = self.constant(u32::from(n));
        self.call("bit", value, &[a.id, n.id])
    }

    calls! {
        clz(a: u32) -> u32 = "leading_zeros";
        bswap(a: u32) -> u32 = "bytes_reversed";
        rbit(a: u32) -> u32 = "bits_reversed";
        wide(low: u32, high: u32) -> u64 = "pair";
        low(a: u64) -> u32 = "low";
        high(a: u64) -> u32 = "high";
        is_negative(a: u32) -> bool = "negative";
        is_zero(a: u32) -> bool = "zero";
        flag_not(a: bool) -> bool = "not";
        flag_word(a: bool) -> u32 = "word";
        select(flag: bool, a: u32, b: u32) -> u32 = "select";
    }

    fn load(&mut self, addr: Of<u32>, size: Size, align: Align) -> Result<Of<u32>, Stopped> {
        self.aligned(addr.value, size.bytes(), align, Access::Read)?;
        let loaded = self.take(addr, size.bytes())?;
        Ok(Of { value: loaded.value as u32, id: loaded.id })
    }
    fn store(&mut self, addr: Of<u32>, value: Of<u32>, size: Size, align: Align) -> Result<(), Stopped> {
        self.aligned(addr.value, size.bytes(), align, Access::Write)?;
        self.put(addr, size.bytes(), value.value.into(), value.id)
    }
    fn load_exclusive(&mut self, addr: Of<u32>, bytes: u32) -> Result<Of<u64>, Stopped> {
        self.aligned(addr.value, bytes, Align::Required(bytes), Access::Read)?;
        let loaded = self.take(addr, bytes)?;
        self.inner.core.cpu.exclusive =
            ExclusiveMonitor { addr: addr.value, size: bytes, value: loaded.value };
        Ok(loaded)
    }
    fn store_exclusive(&mut self, addr: Of<u32>, bytes: u32, value: Of<u64>) -> Result<Of<u32>, Stopped> {
        let monitor = std::mem::take(&mut self.inner.core.cpu.exclusive);
        if (monitor.addr, monitor.size) != (addr.value, bytes) {
            return Ok(self.call("mark_lost", 1, &[addr.id]));
        }
        self.aligned(addr.value, bytes, Align::Required(bytes), Access::Write)?;
        let now = self.fetch(addr.value, bytes, Access::Write)?;
        if now != monitor.value {
            return Ok(self.call("mark_lost", 1, &[addr.id]));
        }
        self.put(addr, bytes, value.value, value.id)?;
        Ok(self.call("mark_lost", 0, &[addr.id]))
    }
    fn clear_exclusive(&mut self) {
        self.inner.clear_exclusive();
    }
    fn swap(&mut self, addr: Of<u32>, value: Of<u32>, size: Size) -> Result<Of<u32>, Stopped> {
        self.aligned(addr.value, size.bytes(), Align::Required(size.bytes()), Access::Read)?;
        let old = self.take(addr, size.bytes())?;
        self.put(addr, size.bytes(), value.value.into(), value.id)?;
        Ok(Of { value: old.value as u32, id: old.id })
    }
    fn barrier(&mut self) {}

    fn goto(&mut self, addr: u32, thumb: bool, kind: BranchKind) {
        self.branch = Some((addr, thumb, kind, None));
    }
    fn goto_if(&mut self, flag: Of<bool>, addr: u32) {
        let thumb = self.inner.site.thumb;
        if flag.value {
            self.branch = Some((addr, thumb, BranchKind::Jump, Some(flag.id)));
        }
    }
    fn branch_write_pc(&mut self, target: Of<u32>, kind: BranchKind) {
        let thumb = self.inner.site.thumb;
        let addr = if thumb { target.value & !1 } else { target.value & !3 };
        self.branch = Some((addr, self.inner.core.cpu.thumb, kind, Some(target.id)));
    }
    fn bx_write_pc(&mut self, target: Of<u32>, kind: BranchKind) {
        // A later write to PC in the same instruction leaves the instruction set as this one makes it.
        self.inner.core.cpu.thumb = target.value & 1 != 0;
        self.branch = Some((target.value & !1, target.value & 1 != 0, kind, Some(target.id)));
    }
    fn raise(&mut self, exception: Exception) -> Result<(), Stopped> {
        self.end = Some(End::Exception(exception));
        Err(Stopped)
    }
    fn yield_hint(&mut self) {}
}
