//! Where values are, and registers for them.

use super::Emitter;
use super::host::{self, Cc, Host, RAX, RCX, SPILL_AT, pin, reg_at};
use super::vector::Xmm;
use crate::ir::{Node, Traits, Val};
use dynasmrt::{DynasmApi, dynasm};
use skink_isa::operand::Reg;
use skink_semantics::FlagName;

/// Where a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loc {
    /// Not computed yet.
    Nowhere,
    /// It is a constant.
    Word(u32),
    /// It is a constant.
    Bool(bool),
    /// It is what a guest register holds.
    Guest(Reg),
    /// It is what a guest flag holds.
    GuestFlag(FlagName),
    /// In RAX or RCX.
    Host(Host),
    /// In a slot of [`Core`](skink_machine::Core).
    Spill(u8),
    /// It is a condition of the host's flags.
    Cc(Cc),
    /// In a vector register.
    X(Xmm),
    /// It is a constant of the trace.
    VecConst(u16),
}

impl Emitter<'_> {
    pub(super) fn loc(&self, v: Val) -> Loc {
        self.locs[v.index()]
    }

    pub(super) fn node_of(&self, v: Val) -> Node {
        self.nodes[v.index()]
    }

    pub(super) fn constant(&self, v: Val) -> Option<u32> {
        match self.loc(v) {
            Loc::Word(value) => Some(value),
            _ => None,
        }
    }

    pub(super) fn is_needed_after(&self, v: Val, i: u32) -> bool {
        self.facts.of[v.index()].last > i
    }

    /// Gives back what only values hold that nobody uses after node `i`.
    pub(super) fn free(&mut self, i: u32) {
        if self.owners != [None; 2] {
            for t in 0..2 {
                if self.owners[t].is_some_and(|v| !self.is_needed_after(v, i)) {
                    self.owners[t] = None;
                }
            }
        }
        if self.spilled {
            for s in 0..self.spills.len() {
                if self.spills[s].is_some_and(|v| !self.is_needed_after(v, i)) {
                    self.spills[s] = None;
                }
            }
            self.spilled = self.spills.iter().any(Option::is_some);
        }
    }

    /// RAX or RCX for a value, not one that the present node reads from.
    pub(super) fn temp(&mut self, v: Val) -> Host {
        let open = |&h: &Host| !self.locked[h as usize];
        let free = [RAX, RCX].into_iter().filter(open).find(|&h| self.owners[h as usize].is_none());
        let Some(host) = free.or_else(|| [RAX, RCX].into_iter().find(open)) else {
            self.failed = true;
            return RAX;
        };
        self.take(host, v);
        host
    }

    /// Keeps RAX or RCX from being taken until the present node is done.
    pub(super) fn lock(&mut self, host: Host) {
        if let Some(locked) = self.locked.get_mut(host as usize) {
            *locked = true;
        }
    }

    /// Makes a register hold this value; another that it holds is moved out of the way.
    pub(super) fn take(&mut self, host: Host, v: Val) {
        if let Some(other) = self.owners[host as usize].filter(|&other| other != v) {
            self.evict(host, other);
        }
        self.owners[host as usize] = Some(v);
        self.locs[v.index()] = Loc::Host(host);
    }

    pub(super) fn evict(&mut self, host: Host, v: Val) {
        let elsewhere = RAX + RCX - host;
        if self.owners[elsewhere as usize].is_none() && !self.locked[elsewhere as usize] {
            dynasm!(self.ops; .arch x64; mov Rq(elsewhere), Rq(host));
            self.owners[elsewhere as usize] = Some(v);
            self.locs[v.index()] = Loc::Host(elsewhere);
            return;
        }
        // There are as many slots as an instruction can have values at a time.
        let slot = self.spills.iter().position(Option::is_none).unwrap_or(0);
        self.spills[slot] = Some(v);
        self.spilled = true;
        self.locs[v.index()] = Loc::Spill(slot as u8);
        dynasm!(self.ops; .arch x64; mov [BYTE rbp + spill_at(slot as u8) as i8], Rq(host));
    }

    /// A register that holds the value, to be read only.
    pub(super) fn read(&mut self, v: Val) -> Host {
        match self.loc(v) {
            Loc::Host(host) => host,
            Loc::Guest(r) => match pin(r) {
                Some(host) => host,
                None => {
                    let host = self.temp(v);
                    dynasm!(self.ops; .arch x64; mov Rd(host), [BYTE rbp + reg_at(r) as i8]);
                    host
                }
            },
            Loc::Spill(slot) => {
                let host = self.temp(v);
                dynasm!(self.ops; .arch x64; mov Rq(host), [BYTE rbp + spill_at(slot) as i8]);
                self.spills[slot as usize] = None;
                host
            }
            Loc::Word(value) => {
                // The value stays a constant for others.
                let host = self.temp(v);
                dynasm!(self.ops; .arch x64; mov Rd(host), value as i32);
                host
            }
            Loc::Bool(value) => {
                let host = self.temp(v);
                dynasm!(self.ops; .arch x64; mov Rd(host), value as i32);
                host
            }
            Loc::GuestFlag(flag) => {
                self.store_flags();
                let host = self.temp(v);
                let at = host::FLAG_AT[crate::pass::index(flag)];
                dynasm!(self.ops; .arch x64; movzx Rd(host), BYTE [BYTE rbp + at as i8]);
                host
            }
            Loc::Cc(when) => {
                let host = self.temp(v);
                self.set_if(when, host);
                host
            }
            // The verifier has seen that a value is computed before it is used, and is a word.
            Loc::Nowhere | Loc::X(_) | Loc::VecConst(_) => RAX,
        }
    }

    /// Copies a value to a register. Leaves the host's flags alone.
    pub(super) fn copy_to(&mut self, host: Host, v: Val) {
        match self.loc(v) {
            Loc::Word(value) => dynasm!(self.ops; .arch x64; mov Rd(host), value as i32),
            Loc::Bool(value) => dynasm!(self.ops; .arch x64; mov Rd(host), value as i32),
            Loc::Host(from) if from != host => dynasm!(self.ops; .arch x64; mov Rq(host), Rq(from)),
            Loc::Spill(slot) => dynasm!(self.ops; .arch x64; mov Rq(host), [BYTE rbp + spill_at(slot) as i8]),
            Loc::Guest(r) => match pin(r) {
                Some(from) => self.mov(host, from),
                None => dynasm!(self.ops; .arch x64; mov Rd(host), [BYTE rbp + reg_at(r) as i8]),
            },
            Loc::GuestFlag(flag) => {
                self.store_flags();
                let at = host::FLAG_AT[crate::pass::index(flag)];
                dynasm!(self.ops; .arch x64; movzx Rd(host), BYTE [BYTE rbp + at as i8]);
            }
            Loc::Cc(when) => self.set_if(when, host),
            Loc::Host(_) | Loc::Nowhere | Loc::X(_) | Loc::VecConst(_) => {}
        }
    }

    /// As [`Emitter::dest`], but where value `a` is, if it is in RAX or RCX and not needed any more.
    pub(super) fn dest_over(&mut self, i: u32, a: Val) -> Host {
        let home = self.home(i);
        if let (None, Loc::Host(host)) = (home, self.loc(a))
            && host <= RCX
            && !self.is_needed_after(a, i)
        {
            self.owners[host as usize] = Some(Val(i));
            self.locs[i as usize] = Loc::Host(host);
            return host;
        }
        self.dest_at(i, home)
    }

    /// Where to compute the value of node `i`: in the register that it is going to be written to, if nobody
    /// needs that register's old value and no fault can come in between, or in RAX or RCX.
    pub(super) fn dest(&mut self, i: u32) -> Host {
        let home = self.home(i);
        self.dest_at(i, home)
    }

    fn dest_at(&mut self, i: u32, home: Option<Host>) -> Host {
        match home {
            Some(host) => {
                self.put_aside_host(host);
                // The value is there from now on, and a guest register at once.
                self.locs[i as usize] = Loc::Host(host);
                host
            }
            None => self.temp(Val(i)),
        }
    }

    /// The guest register that lives in a host register is about to be written.
    fn put_aside_host(&mut self, host: Host) {
        if let Some(&(r, _)) = host::PINNED.iter().find(|&&(_, pinned)| pinned == host) {
            self.put_aside(Reg(r));
        }
    }

    fn home(&self, i: u32) -> Option<Host> {
        if self.keep_flags {
            return None;
        }
        let at = self.facts.of[i as usize].written_at;
        if at == 0 {
            return None;
        }
        let Node::SetReg(r, _) = self.nodes[at as usize] else { return None };
        let host = pin(r)?;
        let stops = |node: &Node| node.traits().has(Traits::FAULTS | Traits::BRANCHES) && !self.is_safe(node);
        if self.nodes[i as usize + 1..at as usize].iter().any(stops) {
            return None;
        }
        // Until it is written, other values may be what the register holds.
        let start = self.trace.steps[self.step].start;
        let (start, at) = (start as usize, at as usize);
        let before = self.nodes[start..at].iter().zip(&self.facts.of[start..at]).zip(&self.locs[start..at]);
        let taken = before.enumerate().any(|(j, ((node, uses), &loc))| {
            uses.last > i
                && start + j != i as usize
                && match *node {
                    Node::Reg(other) => other == r,
                    // Another value that is at home there already.
                    Node::SetReg(other, _) => other == r,
                    _ => loc == Loc::Host(host),
                }
        });
        let is_write = |node: &Node| matches!(*node, Node::SetReg(other, _) if other == r);
        let written = self.nodes[i as usize..at].iter().any(is_write);
        (!taken && !written).then_some(host)
    }

    /// Before a guest register is written: other values that are what it holds are copied.
    pub(super) fn rescue(&mut self, r: Reg, value: Val, i: u32) {
        let start = self.trace.steps[self.step].start;
        let (guest, home) = (Loc::Guest(r), pin(r).map(Loc::Host));
        for j in start..i {
            let loc = self.locs[j as usize];
            if (loc == guest || Some(loc) == home) && j != value.0 && self.is_needed_after(Val(j), i) {
                let host = self.temp(Val(j));
                match pin(r) {
                    Some(from) => self.mov(host, from),
                    None => dynasm!(self.ops; .arch x64; mov Rd(host), [BYTE rbp + reg_at(r) as i8]),
                }
            }
        }
    }
}

pub(super) fn spill_at(slot: u8) -> i32 {
    SPILL_AT + 8 * slot as i32
}
