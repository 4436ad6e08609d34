//! Host instructions for each kind of node.

use super::Emitter;
use super::host::{GE_AT, Host, RAX, SPILL_AT, cc, pin, reg_at, thread_id_at};
use super::value::Loc;
use crate::ir::{Bin, Node, Val, WideBin};
use dynasmrt::{DynasmApi, dynasm};
use skink_isa::operand::Reg;
use skink_semantics::{FlagName, Size};

impl Emitter<'_> {
    /// Whether a load cannot fault, since one before it in the instruction has touched the page.
    pub(super) fn is_safe(&self, node: &Node) -> bool {
        self.safe_loads && matches!(node, Node::Load(..))
    }

    /// Touches the last of several words that an instruction loads, so that the first is the only other
    /// one that may fault, and each can be loaded to where it belongs. (If another thread unmaps the second
    /// page meanwhile, registers are changed by an instruction that faults: ARM ARM B1.9.8 allows it.)
    pub(super) fn probe(&mut self, start: u32, end: u32) {
        let mut loads = (start..end).filter(|&i| matches!(self.nodes[i as usize], Node::Load(..)));
        let Some(Node::Load(_, _, addr)) = loads.next_back().map(|i| self.nodes[i as usize]) else {
            return;
        };
        let Node::Bin(Bin::Add, base, by) = self.node_of(addr) else { return };
        let (Node::Reg(base), Node::Word(by)) = (self.node_of(base), self.node_of(by)) else { return };
        if by as i32 > 128 || (by as i32) < -128 {
            return;
        }
        let index = match pin(base) {
            Some(host) => host,
            None => {
                dynasm!(self.ops; .arch x64; mov eax, [BYTE rbp + reg_at(base) as i8]);
                RAX
            }
        };
        self.may_fault();
        self.guest_memory(0, &[0x8b], RAX, index, by as i32);
        self.safe_loads = true;
    }

    /// Emits node `i`, which is this.
    pub(super) fn node(&mut self, i: u32, node: Node) {
        let v = Val(i);
        match node {
            Node::Dead | Node::Word(_) | Node::Bool(_) | Node::Reg(_) | Node::Flag(_) => {}
            Node::SetReg(r, value) => self.set_reg(i, r, value),
            Node::SetFlag(flag, value) => self.set_flag(i, flag, value),
            Node::Bin(op, a, b) => self.bin(i, op, a, b),
            Node::Not(a) => {
                let d = self.dest_over(i, a);
                self.copy_to(d, a);
                dynasm!(self.ops; .arch x64; not Rd(d));
            }
            Node::AddCarry(a, b, carry) => self.add_carry(i, a, b, carry),
            Node::Carry(sum) => match self.said.sum {
                Some((of, inverted)) if of == sum => {
                    self.locs[i as usize] = Loc::Cc(if inverted { cc::AE } else { cc::B });
                }
                _ => self.failed = true,
            },
            Node::Overflow(sum) => match self.said.sum {
                Some((of, _)) if of == sum => self.locs[i as usize] = Loc::Cc(cc::O),
                _ => self.failed = true,
            },
            Node::Shift(by, a, n) => self.shift(i, by, a, n),
            Node::ShiftBy(kind, a, amount) => self.shift_by(i, kind, a, amount),
            // The shift has stored it.
            Node::ShiftCarry(..) => self.locs[i as usize] = Loc::GuestFlag(FlagName::C),
            Node::Clz(a) => {
                if !std::arch::is_x86_feature_detected!("lzcnt") {
                    self.failed = true;
                }
                self.clobber(i);
                let from = self.read(a);
                let d = self.dest(i);
                dynasm!(self.ops; .arch x64; lzcnt Rd(d), Rd(from));
            }
            Node::Extend(bits, a) => {
                let from = self.read(a);
                let d = self.dest_over(i, a);
                match bits {
                    8 => dynasm!(self.ops; .arch x64; movsx Rd(d), Rb(from)),
                    _ => dynasm!(self.ops; .arch x64; movsx Rd(d), Rw(from)),
                }
            }
            Node::Bswap(a) => {
                let d = self.dest_over(i, a);
                self.copy_to(d, a);
                dynasm!(self.ops; .arch x64; bswap Rd(d));
            }
            Node::Join(low, high) => {
                self.clobber(i);
                let from = self.read(low);
                self.lock(from);
                let d = self.temp(v);
                self.copy_to(d, high);
                dynasm!(self.ops; .arch x64; shl Rq(d), 32; or Rq(d), Rq(from));
            }
            Node::Low(a) | Node::Zext(a) => {
                let from = self.read(a);
                let d = if matches!(node, Node::Low(_)) { self.dest(i) } else { self.temp(v) };
                dynasm!(self.ops; .arch x64; mov Rd(d), Rd(from));
            }
            Node::High(a) => {
                self.clobber(i);
                let from = self.read(a);
                let d = self.dest(i);
                dynasm!(self.ops; .arch x64; mov Rq(d), Rq(from); shr Rq(d), 32);
            }
            Node::Sext(a) => {
                let from = self.read(a);
                let d = self.temp(v);
                dynasm!(self.ops; .arch x64; movsxd Rq(d), Rd(from));
            }
            Node::WideBin(op, a, b) => {
                self.clobber(i);
                let from = self.read(b);
                self.lock(from);
                let d = self.dest_over(i, a);
                self.copy_to(d, a);
                match op {
                    WideBin::Add => dynasm!(self.ops; .arch x64; add Rq(d), Rq(from)),
                    WideBin::Sub => dynasm!(self.ops; .arch x64; sub Rq(d), Rq(from)),
                    WideBin::Mul => dynasm!(self.ops; .arch x64; imul Rq(d), Rq(from)),
                }
            }
            Node::Negative(a) => self.of_result(i, a, cc::S),
            Node::Zero(a) => self.of_result(i, a, cc::E),
            Node::Bit(a, n) => {
                self.clobber(i);
                let from = self.read(a);
                dynasm!(self.ops; .arch x64; bt Rd(from), n as i8);
                self.locs[i as usize] = Loc::Cc(cc::B);
            }
            Node::FlagNot(a) => match self.loc(a) {
                Loc::Cc(when) => self.locs[i as usize] = Loc::Cc(when ^ 1),
                _ => {
                    self.clobber(i);
                    let d = self.dest_over(i, a);
                    self.copy_to(d, a);
                    dynasm!(self.ops; .arch x64; xor Rd(d), 1);
                }
            },
            Node::FlagWord(a) => {
                let d = self.dest_over(i, a);
                self.copy_to(d, a);
            }
            Node::Load(size, signed, addr) => self.load(i, size, signed, addr),
            Node::Store(size, addr, value) => self.store(size, addr, value),
            Node::Mark(addr, value) => self.mark(addr, value),
            Node::StoreMarked(addr, value) => self.store_marked(i, addr, value),
            Node::Goto(..) if self.trace.steps[self.step].followed => {}
            Node::Goto(target, thumb) if self.trace.steps[self.step].calls => self.call(target, thumb),
            Node::Goto(target, thumb) => self.exit(target, thumb, 0),
            Node::GotoIf(flag, target) => {
                let thumb = self.trace.steps[self.step].insn.site.thumb;
                match self.loc(flag) {
                    Loc::Cc(when) => self.exit_if(when, target, thumb),
                    _ => self.failed = true,
                }
            }
            Node::Jump(target) => self.exit_to(target, false),
            Node::Exchange(target) => self.exit_to(target, true),
            Node::ThreadId(read_only) => {
                let d = self.dest(i);
                dynasm!(self.ops; .arch x64; mov Rd(d), [rbp + thread_id_at(read_only)]);
            }
            Node::Ge => {
                let d = self.dest(i);
                dynasm!(self.ops; .arch x64; mov Rd(d), [BYTE rbp + GE_AT as i8]);
            }
            Node::SetGe(mask) => {
                let from = self.read(mask);
                dynasm!(self.ops; .arch x64; mov [BYTE rbp + GE_AT as i8], Rd(from));
            }
            // XCHG with memory is locked, so a full barrier (Intel SDM vol. 3, 9.2.2), leaves the flags alone, and takes a
            // fraction of what MFENCE does. No value waits in the place, or in EAX: the instruction has no other nodes.
            Node::Barrier => dynasm!(self.ops; .arch x64; xchg [BYTE rbp + SPILL_AT as i8], eax),
            node => self.vector_node(i, node),
        }
    }

    fn set_reg(&mut self, i: u32, r: Reg, value: Val) {
        let at_home = pin(r).is_some_and(|host| self.loc(value) == Loc::Host(host));
        if self.loc(value) == Loc::Guest(r) {
            return;
        }
        self.rescue(r, value, i);
        if !at_home {
            self.put_aside(r);
        }
        match (pin(r), self.constant(value)) {
            (Some(_), _) if at_home => {}
            (Some(host), _) => self.copy_to(host, value),
            (None, Some(value)) => {
                dynasm!(self.ops; .arch x64; mov DWORD [BYTE rbp + reg_at(r) as i8], value as i32)
            }
            (None, None) => {
                let host = self.read(value);
                dynasm!(self.ops; .arch x64; mov [BYTE rbp + reg_at(r) as i8], Rd(host));
            }
        }
    }

    /// The index register and offset of an address.
    pub(super) fn address(&mut self, addr: Val) -> (Host, i32) {
        let (base, offset) = match (self.facts.of[addr.index()].fused, self.node_of(addr)) {
            (true, Node::Bin(_, base, by)) => match self.node_of(by) {
                Node::Word(value) => (base, value as i32),
                _ => (addr, 0),
            },
            _ => (addr, 0),
        };
        let host = self.read(base);
        self.lock(host);
        (host, offset)
    }

    fn load(&mut self, i: u32, size: Size, signed: bool, addr: Val) {
        let (index, offset) = self.address(addr);
        self.locked = [false; 2];
        let d = match self.loc_of_index(addr) {
            Some(v) => self.dest_over(i, v),
            None => self.dest(i),
        };
        self.may_fault();
        match (size, signed) {
            // MOV, MOVZX, MOVSX (Intel SDM vol. 2).
            (Size::Word, _) => self.guest_memory(0, &[0x8b], d, index, offset),
            (Size::Half, false) => self.guest_memory(0, &[0x0f, 0xb7], d, index, offset),
            (Size::Half, true) => self.guest_memory(0, &[0x0f, 0xbf], d, index, offset),
            (Size::Byte, false) => self.guest_memory(0, &[0x0f, 0xb6], d, index, offset),
            (Size::Byte, true) => self.guest_memory(0, &[0x0f, 0xbe], d, index, offset),
        }
    }

    fn loc_of_index(&self, addr: Val) -> Option<Val> {
        let v = match (self.facts.of[addr.index()].fused, self.node_of(addr)) {
            (true, Node::Bin(_, base, _)) => base,
            _ => addr,
        };
        matches!(self.loc(v), Loc::Host(_)).then_some(v)
    }

    fn store(&mut self, size: Size, addr: Val, value: Val) {
        let (index, offset) = self.address(addr);
        if let Some(value) = self.constant(value) {
            self.may_fault();
            match size {
                Size::Word => {
                    self.guest_memory(0, &[0xc7], 0, index, offset);
                    self.ops.push_u32(value);
                }
                Size::Half => {
                    self.guest_memory(0x66, &[0xc7], 0, index, offset);
                    self.ops.push_u16(value as u16);
                }
                Size::Byte => {
                    self.guest_memory(0, &[0xc6], 0, index, offset);
                    self.ops.push(value as u8);
                }
            }
            return;
        }
        let from = self.read(value);
        self.may_fault();
        match size {
            Size::Word => self.guest_memory(0, &[0x89], from, index, offset),
            Size::Half => self.guest_memory(0x66, &[0x89], from, index, offset),
            Size::Byte => self.guest_memory(0, &[0x88], from, index, offset),
        }
    }
}
