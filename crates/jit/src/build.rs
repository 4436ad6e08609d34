//! The Builder whose values are nodes.
//!
//! What has no node marks the instruction as one for the interpreter; the values that it goes on with
//! are of no consequence then.

use crate::emit::host::pin;
use crate::ir::{Bin, By, Node, Val, WideBin};
use skink_isa::operand::{Reg, Shift};
use skink_semantics::{Align, BranchKind, Builder, Exception, FlagName, Site, Size, SysReg};

/// Nothing stops an instruction while it is explained.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Never {}

/// Collects the nodes of one instruction after the other.
#[derive(Debug)]
pub(crate) struct IrBuilder {
    pub(crate) nodes: Vec<Node>,
    pub(crate) site: Site,
    /// Whether the present instruction is one for the interpreter.
    pub(crate) interpret: bool,
    pub(crate) repair_alignment: bool,
    /// What is possible with vectors.
    pub(crate) vectors: Vectors,
    /// The first node of the present instruction.
    pub(crate) start: usize,
    /// Whether it has branches.
    pub(crate) branched: bool,
    /// How many accesses to doublewords of vectors it has.
    pub(crate) doublewords: u32,
    /// Constants of 128 bits.
    pub(crate) constants: Vec<u128>,
    /// Whether the present instruction is executed always.
    pub(crate) always: bool,
    /// Whether a VCMP of this trace has set FPSCR's flags last.
    pub(crate) compared: bool,
}

/// What of VFP and Advanced SIMD has nodes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Vectors {
    /// Advanced SIMD, and transfers: the host has AVX2.
    pub(crate) simd: bool,
    /// VFP arithmetic: besides, FPSCR's control bits are all 0.
    pub(crate) vfp: bool,
    /// Fused multiply-add: besides, the host has FMA.
    pub(crate) fma: bool,
}

impl IrBuilder {
    #[inline]
    pub(crate) fn push(&mut self, node: Node) -> Val {
        self.branched |= node.is_branch();
        self.doublewords += matches!(node, Node::VecLoad(8, _) | Node::VecStore(8, ..)) as u32;
        self.nodes.push(node);
        Val(self.nodes.len() as u32 - 1)
    }

    /// Whether an access works at any address; if not it is for the interpreter to check.
    pub(crate) fn any_address(&self, align: Align) -> bool {
        match align {
            Align::Any => true,
            Align::Repaired(_) => self.repair_alignment,
            Align::Required(_) => false,
        }
    }

    pub(crate) fn constant(&self, a: Val) -> Option<u32> {
        match self.nodes[a.index()] {
            Node::Word(value) => Some(value),
            _ => None,
        }
    }

    fn truth(&self, a: Val) -> Option<bool> {
        match self.nodes[a.index()] {
            Node::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// There is no node for it.
    pub(crate) fn none_word(&mut self) -> Val {
        self.interpret = true;
        self.push(Node::Word(0))
    }
    fn none_flag(&mut self) -> Val {
        self.interpret = true;
        self.push(Node::Bool(false))
    }
    fn none_wide(&mut self) -> Val {
        let zero = self.none_word();
        self.push(Node::Zext(zero))
    }

    fn bin(&mut self, op: Bin, a: Val, b: Val) -> Val {
        let value = match (self.constant(a), self.constant(b)) {
            (Some(a), Some(b)) => match op {
                Bin::Add => a.wrapping_add(b),
                Bin::Sub => a.wrapping_sub(b),
                Bin::Mul => a.wrapping_mul(b),
                Bin::And => a & b,
                Bin::Or => a | b,
                Bin::Xor => a ^ b,
            },
            (_, Some(0)) if matches!(op, Bin::Add | Bin::Sub | Bin::Or | Bin::Xor) => return a,
            // Bits that nobody has: MOVT. An addition leaves the flags alone.
            (_, Some(high)) if op == Bin::Or && self.mask_of(a).is_some_and(|mask| mask & high == 0) => {
                return self.push(Node::Bin(Bin::Add, a, b));
            }
            // So that an address is always base plus constant.
            (_, Some(b)) if op == Bin::Sub => {
                let minus = self.push(Node::Word(b.wrapping_neg()));
                return self.push(Node::Bin(Bin::Add, a, minus));
            }
            (Some(_), None) if matches!(op, Bin::Add | Bin::And | Bin::Or | Bin::Xor | Bin::Mul) => {
                return self.push(Node::Bin(op, b, a));
            }
            _ => return self.push(Node::Bin(op, a, b)),
        };
        self.push(Node::Word(value))
    }

    /// The bits that a value may have, if they are known.
    fn mask_of(&self, a: Val) -> Option<u32> {
        match self.nodes[a.index()] {
            Node::Bin(Bin::And, _, mask) => self.constant(mask),
            _ => None,
        }
    }

    fn shift(&mut self, by: By, a: Val, n: u8) -> Val {
        match (n & 31, self.constant(a)) {
            (0, _) => a,
            (n, Some(a)) => self.push(Node::Word(match by {
                By::Shl => a << n,
                By::Shr => a >> n,
                By::Sar => (a as i32 >> n) as u32,
                By::Ror => a.rotate_right(n as u32),
            })),
            (n, None) => self.push(Node::Shift(by, a, n)),
        }
    }
}

impl Builder for IrBuilder {
    type Word = Val;
    type Wide = Val;
    type Flag = Val;
    type Stop = Never;

    fn site(&self) -> Site {
        self.site
    }
    fn word(&mut self, value: u32) -> Val {
        self.push(Node::Word(value))
    }
    fn flag(&mut self, value: bool) -> Val {
        self.push(Node::Bool(value))
    }
    fn reg(&mut self, r: Reg) -> Val {
        match r {
            Reg::PC => {
                let pc = self.site.pc();
                self.word(pc)
            }
            r => self.push(Node::Reg(r)),
        }
    }
    fn set_reg(&mut self, r: Reg, value: Val) {
        match r {
            Reg::PC => self.branch_write_pc(value, BranchKind::Jump),
            r => drop(self.push(Node::SetReg(r, value))),
        }
    }
    fn get_flag(&mut self, name: FlagName) -> Val {
        self.push(Node::Flag(name))
    }
    fn set_flag(&mut self, name: FlagName, value: Val) {
        self.push(Node::SetFlag(name, value));
    }
    fn set_q_if(&mut self, _: Val) {
        self.interpret = true;
    }
    fn ge(&mut self) -> Val {
        self.push(Node::Ge)
    }
    fn set_ge(&mut self, ge: Val) {
        self.push(Node::SetGe(ge));
    }
    fn sys(&mut self, r: SysReg) -> Val {
        match r {
            SysReg::Tpidruro => self.push(Node::ThreadId(true)),
            SysReg::Tpidrurw => self.push(Node::ThreadId(false)),
            _ => self.none_word(),
        }
    }
    fn set_sys(&mut self, _: SysReg, _: Val, _: u8) {
        self.interpret = true;
    }
    fn counter(&mut self) -> Val {
        self.none_wide()
    }

    fn add(&mut self, a: Val, b: Val) -> Val {
        self.bin(Bin::Add, a, b)
    }
    fn sub(&mut self, a: Val, b: Val) -> Val {
        self.bin(Bin::Sub, a, b)
    }
    fn mul(&mut self, a: Val, b: Val) -> Val {
        self.bin(Bin::Mul, a, b)
    }
    fn and(&mut self, a: Val, b: Val) -> Val {
        self.bin(Bin::And, a, b)
    }
    fn or(&mut self, a: Val, b: Val) -> Val {
        self.bin(Bin::Or, a, b)
    }
    fn xor(&mut self, a: Val, b: Val) -> Val {
        self.bin(Bin::Xor, a, b)
    }
    fn not(&mut self, a: Val) -> Val {
        match self.constant(a) {
            Some(value) => self.push(Node::Word(!value)),
            None => self.push(Node::Not(a)),
        }
    }
    fn add_with_carry(&mut self, a: Val, b: Val, carry: Val) -> (Val, Val, Val) {
        let sum = self.push(Node::AddCarry(a, b, carry));
        let (carry, overflow) = (self.push(Node::Carry(sum)), self.push(Node::Overflow(sum)));
        (sum, carry, overflow)
    }
    fn shl(&mut self, a: Val, n: u8) -> Val {
        self.shift(By::Shl, a, n)
    }
    fn shr(&mut self, a: Val, n: u8) -> Val {
        if let (Node::Shift(By::Shl, x, up), 16 | 24) = (self.nodes[a.index()], n)
            && up == n
        {
            let mask = self.word(u32::MAX >> n);
            return self.push(Node::Bin(Bin::And, x, mask));
        }
        self.shift(By::Shr, a, n)
    }
    fn sar(&mut self, a: Val, n: u8) -> Val {
        // The sign extension of what has just been loaded is part of the load.
        if let Node::Shift(By::Shl, loaded, up) = self.nodes[a.index()]
            && let Node::Load(size, false, addr) = self.nodes[loaded.index()]
            && up == n
            && n as u32 == 32 - 8 * size.bytes()
        {
            self.nodes[a.index()] = Node::Dead;
            self.nodes[loaded.index()] = Node::Load(size, true, addr);
            return loaded;
        }
        if let (Node::Shift(By::Shl, x, up), 16 | 24) = (self.nodes[a.index()], n)
            && up == n
        {
            return self.push(Node::Extend(32 - n, x));
        }
        self.shift(By::Sar, a, n)
    }
    fn ror(&mut self, a: Val, n: u8) -> Val {
        self.shift(By::Ror, a, n)
    }
    fn shift_by(&mut self, a: Val, shift: Shift, amount: Val, carry: Val) -> (Val, Val) {
        let result = self.push(Node::ShiftBy(shift, a, amount));
        let carry = self.push(Node::ShiftCarry(result, carry));
        (result, carry)
    }
    fn clz(&mut self, a: Val) -> Val {
        self.push(Node::Clz(a))
    }
    fn bswap(&mut self, a: Val) -> Val {
        self.push(Node::Bswap(a))
    }
    fn rbit(&mut self, a: Val) -> Val {
        // The bytes, then halves of bytes, pairs and single bits change places.
        let mut x = self.bswap(a);
        for (n, mask) in [(4, 0x0f0f_0f0f), (2, 0x3333_3333), (1, 0x5555_5555)] {
            let mask = self.word(mask);
            let up = self.and(x, mask);
            let up = self.shl(up, n);
            let down = self.shr(x, n);
            let down = self.and(down, mask);
            x = self.or(up, down);
        }
        x
    }
    fn sdiv(&mut self, _: Val, _: Val) -> Val {
        self.none_word()
    }
    fn udiv(&mut self, _: Val, _: Val) -> Val {
        self.none_word()
    }
    fn ssat(&mut self, _: Val, _: u8) -> (Val, Val) {
        (self.none_word(), self.none_flag())
    }
    fn usat(&mut self, _: Val, _: u8) -> (Val, Val) {
        (self.none_word(), self.none_flag())
    }

    fn wide(&mut self, low: Val, high: Val) -> Val {
        self.push(Node::Join(low, high))
    }
    fn low(&mut self, a: Val) -> Val {
        if let Node::Zext(word) = self.nodes[a.index()] {
            return word;
        }
        self.push(Node::Low(a))
    }
    fn high(&mut self, a: Val) -> Val {
        self.push(Node::High(a))
    }
    fn sext_wide(&mut self, a: Val) -> Val {
        self.push(Node::Sext(a))
    }
    fn zext_wide(&mut self, a: Val) -> Val {
        self.push(Node::Zext(a))
    }
    fn add_wide(&mut self, a: Val, b: Val) -> Val {
        self.push(Node::WideBin(WideBin::Add, a, b))
    }
    fn sub_wide(&mut self, a: Val, b: Val) -> Val {
        self.push(Node::WideBin(WideBin::Sub, a, b))
    }
    fn mul_wide(&mut self, a: Val, b: Val) -> Val {
        self.push(Node::WideBin(WideBin::Mul, a, b))
    }
    fn sar_wide(&mut self, _: Val, _: u8) -> Val {
        self.none_wide()
    }

    fn is_negative(&mut self, a: Val) -> Val {
        self.push(Node::Negative(a))
    }
    fn is_zero(&mut self, a: Val) -> Val {
        self.push(Node::Zero(a))
    }
    fn bit(&mut self, a: Val, n: u8) -> Val {
        self.push(Node::Bit(a, n & 31))
    }
    fn flag_and(&mut self, a: Val, b: Val) -> Val {
        match (self.truth(a), self.truth(b)) {
            (Some(true), _) => b,
            (_, Some(true)) => a,
            _ => self.none_flag(),
        }
    }
    fn flag_or(&mut self, a: Val, b: Val) -> Val {
        match (self.truth(a), self.truth(b)) {
            (Some(false), _) => b,
            (_, Some(false)) => a,
            _ => self.none_flag(),
        }
    }
    fn flag_xor(&mut self, _: Val, _: Val) -> Val {
        self.none_flag()
    }
    fn flag_not(&mut self, a: Val) -> Val {
        self.push(Node::FlagNot(a))
    }
    fn flag_word(&mut self, a: Val) -> Val {
        self.push(Node::FlagWord(a))
    }
    fn select(&mut self, _: Val, _: Val, _: Val) -> Val {
        self.none_word()
    }

    fn load(&mut self, addr: Val, size: Size, align: Align) -> Result<Val, Never> {
        self.interpret |= !self.any_address(align);
        Ok(self.push(Node::Load(size, false, addr)))
    }
    fn store(&mut self, addr: Val, value: Val, size: Size, align: Align) -> Result<(), Never> {
        self.interpret |= !self.any_address(align);
        self.push(Node::Store(size, addr, value));
        Ok(())
    }
    fn load_exclusive(&mut self, addr: Val, bytes: u32) -> Result<Val, Never> {
        if bytes != 4 {
            return Ok(self.none_wide());
        }
        self.push(Node::Aligned(4, addr));
        let value = self.push(Node::Load(Size::Word, false, addr));
        self.push(Node::Mark(addr, value));
        Ok(self.zext_wide(value))
    }
    fn store_exclusive(&mut self, addr: Val, bytes: u32, value: Val) -> Result<Val, Never> {
        // The host's instruction needs three registers: the address must be in one of its own.
        let pinned = matches!(self.nodes[addr.index()], Node::Reg(r) if pin(r).is_some());
        match self.nodes[value.index()] {
            Node::Zext(value) if bytes == 4 && pinned => Ok(self.push(Node::StoreMarked(addr, value))),
            _ => Ok(self.none_word()),
        }
    }
    fn clear_exclusive(&mut self) {
        self.interpret = true;
    }
    fn swap(&mut self, _: Val, _: Val, _: Size) -> Result<Val, Never> {
        Ok(self.none_word())
    }
    fn barrier(&mut self) {
        self.push(Node::Barrier);
    }

    fn goto(&mut self, addr: u32, thumb: bool, _: BranchKind) {
        self.push(Node::Goto(addr, thumb));
    }
    fn goto_if(&mut self, flag: Val, addr: u32) {
        self.push(Node::GotoIf(flag, addr));
    }
    fn branch_write_pc(&mut self, target: Val, _: BranchKind) {
        self.push(Node::Jump(target));
    }
    fn bx_write_pc(&mut self, target: Val, _: BranchKind) {
        self.push(Node::Exchange(target));
    }
    fn raise(&mut self, _: Exception) -> Result<(), Never> {
        self.interpret = true;
        Ok(())
    }
    fn yield_hint(&mut self) {
        self.interpret = true;
    }
}
