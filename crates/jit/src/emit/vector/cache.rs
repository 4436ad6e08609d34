//! Which host vector register holds which guest register, within a trace.
//!
//! A guest register is held in one view (S, D or Q); what is above it in the host register is anything. A
//! view that has been written is dirty until it is stored. Values of the present instruction live in the
//! same registers: writing a guest register renames the one that its value is in.

use super::super::Emitter;
use super::super::host::EXT_AT;
use super::super::value::Loc;
use super::{SLOTS, T0, Xmm};
use crate::ir::Val;
use dynasmrt::{DynasmApi, DynasmLabelApi, dynasm};
use skink_isa::simd::operand::ExtReg;

/// What a host register holds.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Slot {
    guest: Option<ExtReg>,
    dirty: bool,
    /// A constant of the trace.
    constant: Option<u16>,
    /// Behind the last node that needs a value in it.
    pub(super) until: u32,
    /// When it was used last.
    used: u32,
    /// Bits 64-127 are clear.
    pub(super) high_clear: bool,
    /// No word is a denormal number in single precision.
    pub(super) no_denormals: bool,
}

/// All of them.
pub(crate) type Slots = [Slot; SLOTS];

/// A guest register in a host register.
pub(crate) type View = (Xmm, ExtReg);

/// The bytes of the register file that a view covers.
fn span(r: ExtReg) -> (i32, i32) {
    match r {
        ExtReg::S(n) => (4 * n as i32, 4),
        ExtReg::D(n) => (8 * n as i32, 8),
        ExtReg::Q(n) => (16 * n as i32, 16),
    }
}

fn overlap(a: ExtReg, b: ExtReg) -> bool {
    let ((a, m), (b, n)) = (span(a), span(b));
    a < b + n && b < a + m
}

fn covers(outer: ExtReg, inner: ExtReg) -> bool {
    let ((a, m), (b, n)) = (span(outer), span(inner));
    a <= b && b + n <= a + m
}

impl Emitter<'_> {
    fn held(&self, r: ExtReg) -> Option<Xmm> {
        self.slots.iter().position(|slot| slot.guest == Some(r)).map(|s| s as Xmm)
    }

    fn keep(&mut self, s: Xmm, v: Val) {
        let slot = &mut self.slots[s as usize];
        slot.until = slot.until.max(self.facts.of[v.index()].last + 1);
        slot.used = self.now;
    }

    /// A register for something new, at least until the present node is done.
    pub(super) fn grab(&mut self) -> Xmm {
        let now = self.now;
        let open = |slot: &Slot| slot.until <= now;
        let empty = |slot: &Slot| slot.guest.is_none() && slot.constant.is_none();
        let free = self.slots.iter().position(|slot| open(slot) && empty(slot));
        let oldest = || {
            let open = (0..SLOTS).filter(|&s| open(&self.slots[s]));
            open.min_by_key(|&s| self.slots[s].used)
        };
        let Some(s) = free.or_else(oldest) else {
            self.failed = true;
            return 0;
        };
        if let Slot { guest: Some(r), dirty: true, .. } = self.slots[s] {
            self.store_ext(s as Xmm, r);
        }
        self.slots[s] = Slot { until: now + 1, used: now, ..Slot::default() };
        s as Xmm
    }

    /// The register for the value of node `i`.
    pub(super) fn result(&mut self, i: u32) -> Xmm {
        let s = self.grab();
        self.locs[i as usize] = Loc::X(s);
        self.keep(s, Val(i));
        s
    }

    /// The register that a value is in, to be read only.
    pub(super) fn x(&mut self, v: Val) -> Xmm {
        match self.loc(v) {
            Loc::X(s) => s,
            Loc::VecConst(n) => {
                let s = self.constant_in(n);
                self.locs[v.index()] = Loc::X(s);
                self.keep(s, v);
                s
            }
            _ => {
                self.failed = true;
                0
            }
        }
    }

    fn constant_in(&mut self, n: u16) -> Xmm {
        if let Some(s) = self.slots.iter().position(|slot| slot.constant == Some(n)) {
            self.slots[s].used = self.now;
            self.slots[s].hold(self.now);
            return s as Xmm;
        }
        let s = self.grab();
        let bits = self.trace.constants[n as usize];
        if bits == 0 {
            dynasm!(self.ops; .arch x64; vpxor Rx(s), Rx(s), Rx(s));
        } else {
            let label = self.pool(bits);
            dynasm!(self.ops; .arch x64; vmovdqa Rx(s), OWORD [=>label]);
        }
        let words = (0..4).map(|i| (bits >> (32 * i)) as u32 & 0x7fff_ffff);
        let slot = &mut self.slots[s as usize];
        slot.constant = Some(n);
        slot.high_clear = bits >> 64 == 0;
        slot.no_denormals = words.into_iter().all(|word| word == 0 || word >= 0x0080_0000);
        s
    }

    /// Ext.
    pub(super) fn ext(&mut self, i: u32, r: ExtReg) {
        let s = self.find(r).unwrap_or_else(|| self.fetch(r));
        self.locs[i as usize] = Loc::X(s);
        self.keep(s, Val(i));
    }

    /// A register whose lowest part is the guest register, if that is held in a view at least as wide.
    fn find(&mut self, r: ExtReg) -> Option<Xmm> {
        if let Some(s) = self.held(r) {
            return Some(s);
        }
        let s = self.slots.iter().position(|slot| slot.guest.is_some_and(|g| covers(g, r)))? as Xmm;
        let outer = self.slots[s as usize].guest?;
        let (part, _) = span(r);
        let by = part - span(outer).0;
        if by == 0 {
            return Some(s);
        }
        self.slots[s as usize].hold(self.now);
        let d = self.grab();
        dynasm!(self.ops; .arch x64; vpsrldq Rx(d), Rx(s), by as i8);
        let slot = &mut self.slots[d as usize];
        slot.guest = Some(r);
        slot.high_clear = by >= 8;
        Some(d)
    }

    /// A guest register that is not held, or in parts.
    fn fetch(&mut self, r: ExtReg) -> Xmm {
        let halves = match r {
            ExtReg::Q(n) => Some((ExtReg::D(2 * n), ExtReg::D(2 * n + 1))),
            ExtReg::D(n) if n < 16 => Some((ExtReg::S(2 * n), ExtReg::S(2 * n + 1))),
            _ => None,
        };
        let held = halves.and_then(|(low, high)| Some((self.held(low)?, self.held(high)?)));
        // Parts of parts that are newer than those.
        for s in 0..SLOTS {
            if let Slot { guest: Some(g), dirty: true, .. } = self.slots[s]
                && covers(r, g)
                && held.is_none_or(|(low, high)| s as Xmm != low && s as Xmm != high)
            {
                self.store_ext(s as Xmm, g);
                self.slots[s].dirty = false;
            }
        }
        if let Some((low, high)) = held {
            let dirty = self.slots[low as usize].dirty | self.slots[high as usize].dirty;
            for s in [low, high] {
                self.slots[s as usize].hold(self.now);
            }
            let d = self.grab();
            match r {
                ExtReg::Q(_) => dynasm!(self.ops; .arch x64; vpunpcklqdq Rx(d), Rx(low), Rx(high)),
                _ => dynasm!(self.ops; .arch x64; vpunpckldq Rx(d), Rx(low), Rx(high)),
            }
            for s in [low, high] {
                self.slots[s as usize].dirty = false;
            }
            self.slots[d as usize].guest = Some(r);
            self.slots[d as usize].dirty = dirty;
            return d;
        }
        let d = self.grab();
        self.load_ext(d, r);
        self.slots[d as usize].guest = Some(r);
        self.slots[d as usize].high_clear = !matches!(r, ExtReg::Q(_));
        d
    }

    /// SetExt.
    pub(super) fn set_ext(&mut self, r: ExtReg, v: Val) {
        let mut s = self.x(v);
        if self.slots[s as usize].guest == Some(r) {
            return;
        }
        self.slots[s as usize].hold(self.now);
        for t in 0..SLOTS {
            let Some(g) = self.slots[t].guest else { continue };
            if overlap(g, r) {
                if self.slots[t].dirty && !covers(r, g) {
                    self.store_ext(t as Xmm, g);
                }
                self.slots[t].guest = None;
                self.slots[t].dirty = false;
            }
        }
        let Slot { guest, constant, high_clear, no_denormals, .. } = self.slots[s as usize];
        if guest.is_some() || constant.is_some() {
            let d = self.grab();
            dynasm!(self.ops; .arch x64; vmovdqa Rx(d), Rx(s));
            s = d;
            self.slots[s as usize].high_clear = high_clear;
            self.slots[s as usize].no_denormals = no_denormals;
        }
        let slot = &mut self.slots[s as usize];
        slot.guest = Some(r);
        slot.dirty = true;
        slot.used = self.now;
    }

    /// What is to be stored.
    pub(in super::super) fn dirty_views(&self) -> Vec<View> {
        if !self.slots.iter().any(|slot| slot.dirty) {
            return Vec::new();
        }
        let dirty = self.slots.iter().enumerate().filter(|(_, slot)| slot.dirty);
        dirty.filter_map(|(s, slot)| Some((s as Xmm, slot.guest?))).collect()
    }

    /// All guest registers that are held.
    pub(super) fn views(&self) -> Vec<View> {
        let all = self.slots.iter().enumerate();
        all.filter_map(|(s, slot)| Some((s as Xmm, slot.guest?))).collect()
    }

    /// The constants that are held.
    pub(super) fn constants(&self) -> Vec<(Xmm, u16)> {
        let all = self.slots.iter().enumerate();
        all.filter_map(|(s, slot)| Some((s as Xmm, slot.constant?))).collect()
    }

    /// Stores what is dirty, without taking note: on a way that leaves.
    pub(in super::super) fn store_vectors(&mut self) {
        for (s, r) in self.dirty_views() {
            self.store_ext(s, r);
        }
    }

    /// Stores what is dirty and holds nothing any more.
    pub(in super::super) fn drop_vectors(&mut self) {
        self.store_vectors();
        self.slots = [Slot::default(); SLOTS];
    }

    /// Takes over the value's place as that of a D register whose upper half may be cleared.
    pub(super) fn is_own_doubleword(&self, s: Xmm) -> bool {
        matches!(self.slots[s as usize].guest, Some(ExtReg::D(_)))
    }

    pub(in super::super) fn store_ext(&mut self, s: Xmm, r: ExtReg) {
        let at = EXT_AT + span(r).0;
        match r {
            ExtReg::S(_) => dynasm!(self.ops; .arch x64; vmovd DWORD [rbp + at], Rx(s)),
            ExtReg::D(_) => dynasm!(self.ops; .arch x64; vmovq QWORD [rbp + at], Rx(s)),
            ExtReg::Q(_) => dynasm!(self.ops; .arch x64; vmovdqa OWORD [rbp + at], Rx(s)),
        }
    }

    pub(super) fn load_ext(&mut self, d: Xmm, r: ExtReg) {
        let at = EXT_AT + span(r).0;
        match r {
            ExtReg::S(_) => dynasm!(self.ops; .arch x64; vmovd Rx(d), DWORD [rbp + at]),
            ExtReg::D(_) => dynasm!(self.ops; .arch x64; vmovq Rx(d), QWORD [rbp + at]),
            ExtReg::Q(_) => dynasm!(self.ops; .arch x64; vmovdqa Rx(d), OWORD [rbp + at]),
        }
    }
}

impl Emitter<'_> {
    /// At the beginning of a loop: there are no values, and what holds for operands need not do so at its end.
    pub(in super::super) fn settle_slots(&mut self) {
        for slot in &mut self.slots {
            slot.until = 0;
            if slot.constant.is_none() {
                slot.high_clear = false;
                slot.no_denormals = false;
            }
        }
    }

    /// Has the host's registers hold what they held at the beginning of a loop.
    pub(in super::super) fn conform_vectors(&mut self, head: &Slots) {
        let same = |a: &Slot, b: &Slot| a.guest == b.guest && a.constant == b.constant;
        let wanted = |slot: &Slot| slot.guest.is_some() || slot.constant.is_some();
        let mut moves: Vec<(Xmm, Xmm)> = Vec::new();
        let mut missing = Vec::new();
        for (t, want) in head.iter().enumerate().filter(|(_, want)| wanted(want)) {
            match self.slots.iter().position(|slot| same(slot, want)) {
                Some(s) if s == t => {}
                Some(s) => moves.push((s as Xmm, t as Xmm)),
                None => missing.push((t as Xmm, *want)),
            }
        }
        let loads = missing.iter().any(|(_, want)| want.guest.is_some());
        for (s, r) in self.dirty_views() {
            if loads || !head.iter().any(|want| want.guest == Some(r) && want.dirty) {
                self.store_ext(s, r);
            }
        }
        while !moves.is_empty() {
            let free = moves.iter().position(|&(_, t)| !moves.iter().any(|&(s, _)| s == t));
            let (s, t) = match free {
                Some(i) => moves.swap_remove(i),
                // A circle: its first register waits outside.
                None => {
                    let (s, _) = moves[0];
                    moves[0].0 = T0;
                    (s, T0)
                }
            };
            dynasm!(self.ops; .arch x64; vmovdqa Rx(t), Rx(s));
        }
        for (t, want) in missing {
            if let Some(r) = want.guest {
                self.load_ext(t, r);
            } else if let Some(n) = want.constant {
                let label = self.pool(self.trace.constants[n as usize]);
                dynasm!(self.ops; .arch x64; vmovdqa Rx(t), OWORD [=>label]);
            }
        }
    }
}
