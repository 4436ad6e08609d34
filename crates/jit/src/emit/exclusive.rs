//! The exclusives: a mark in [`Cpu`](skink_machine::Cpu), and a compare-and-swap (see
//! [`ExclusiveMonitor`](skink_machine::ExclusiveMonitor)).

use super::Emitter;
use super::host::{MARKED_AT, MARKED_VALUE_AT, RAX, RCX, pin};
use super::value::Loc;
use crate::ir::Val;
use dynasmrt::{DynasmApi, DynasmLabelApi, dynasm};

impl Emitter<'_> {
    /// LDREX has read a word.
    pub(super) fn mark(&mut self, addr: Val, value: Val) {
        let addr = self.read(addr);
        self.lock(addr);
        let value = self.read(value);
        // What a register holds is zero-extended.
        dynasm!(self.ops; .arch x64
            ; mov [BYTE rbp + MARKED_AT as i8], Rd(addr)
            ; mov DWORD [BYTE rbp + (MARKED_AT + 4) as i8], 4
            ; mov [BYTE rbp + MARKED_VALUE_AT as i8], Rq(value));
    }

    /// STREX. A fault leaves the mark where it is.
    pub(super) fn store_marked(&mut self, i: u32, addr: Val, value: Val) {
        self.clobber(i);
        // The address is in a guest register's own; CMPXCHG wants what was there in EAX.
        let addr = self.read(addr);
        let value = match self.loc(value) {
            Loc::Guest(r) if pin(r).is_some() => self.read(value),
            _ => {
                self.copy_to(RCX, value);
                RCX
            }
        };
        self.failed |= addr <= RCX || self.owners.iter().any(Option::is_some);
        let (fails, done) = (self.ops.new_dynamic_label(), self.ops.new_dynamic_label());
        dynasm!(self.ops; .arch x64
            ; cmp [BYTE rbp + MARKED_AT as i8], Rd(addr)
            ; jne =>fails
            ; cmp DWORD [BYTE rbp + (MARKED_AT + 4) as i8], 4
            ; jne =>fails
            ; mov eax, [BYTE rbp + MARKED_VALUE_AT as i8]);
        self.may_fault();
        // LOCK CMPXCHG (Intel SDM vol. 2).
        self.guest_memory(0xf0, &[0x0f, 0xb1], value, addr, 0);
        dynasm!(self.ops; .arch x64
            ; setne al
            ; movzx eax, al
            ; jmp =>done
            ; =>fails
            ; mov eax, 1
            ; =>done
            ; mov QWORD [BYTE rbp + MARKED_AT as i8], 0
            ; mov QWORD [BYTE rbp + MARKED_VALUE_AT as i8], 0);
        self.owners[RAX as usize] = Some(Val(i));
        self.locs[i as usize] = Loc::Host(RAX);
    }
}
