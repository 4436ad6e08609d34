//! Frames found by what the code does to the stack.

use super::{Caller, Found, Place, forget_scratch};
use crate::flow;
use crate::memory::ReadMemory;
use skink_isa::{Op, Reg};

/// How far back a function's start is looked for where no symbol says it.
const SEARCH: u32 = 64 << 10;

pub(super) fn caller(place: &Place<'_>) -> Option<Caller> {
    let at = match place.after_call {
        // The call itself: its effects on the stack are over when it returns.
        true => call_before(place)?,
        false => place.registers.pc(),
    };
    let thumb = place.registers.thumb;
    starts(place, at).into_iter().find_map(|start| {
        let state = flow::state_at(place.memory, start, thumb, at)?;
        apply(place, &state)
    })
}

/// A function that has not touched the stack yet, or never does, returns to LR.
pub(super) fn by_link_register(place: &Place<'_>) -> Option<Caller> {
    let (lr, sp) = (place.registers.core[14]?, place.registers.core[13]?);
    if !returns(place.memory, lr) || !may_have_called(place, lr) {
        return None;
    }
    let mut registers = place.registers.clone();
    forget_scratch(&mut registers);
    registers.core[15] = Some(lr);
    Caller::returned_to(registers, sp, Found::LinkRegister)
}

/// Whether the call in front of LR may have led to PC: LR may be left over from a call that has returned.
fn may_have_called(place: &Place<'_>, lr: u32) -> bool {
    let thumb = lr & 1 != 0;
    let Some(call) = call_at(place.memory, lr & !1, thumb) else { return true };
    let pc = call.wrapping_add(if thumb { 4 } else { 8 });
    let (target, thumb) = match flow::decode(place.memory, call, thumb, false).map(|insn| insn.op) {
        Some(Op::Bl(b)) => (pc.wrapping_add_signed(b.target.0), thumb),
        Some(Op::BlxImm(b)) => ((pc & !3).wrapping_add_signed(b.target.0), !thumb),
        _ => return true,
    };
    let at = place.registers.pc();
    let reached = thumb == place.registers.thumb && flow::state_at(place.memory, target, thumb, at).is_some();
    reached || is_stub(place.memory, target, thumb)
}

/// Whether what is called soon goes on to somewhere that is computed, as linkage and veneers do.
fn is_stub(memory: &dyn ReadMemory, target: u32, thumb: bool) -> bool {
    let mut at = target;
    for _ in 0..4 {
        let Some(insn) = flow::decode(memory, at, thumb, false) else { return false };
        let computed = match insn.op {
            Op::Bx(x) => x.rm != Reg::LR,
            Op::Ldr(x) => x.rt == Reg::PC && x.addr.rn != Reg::SP,
            Op::LdrLit(x) => x.rt == Reg::PC,
            _ => false,
        };
        if computed {
            return true;
        }
        at = at.wrapping_add(insn.size.into());
    }
    false
}

/// The caller's registers by what is known of the stack.
fn apply(place: &Place<'_>, state: &flow::State) -> Option<Caller> {
    // Any register that is the entry's SP plus a constant will do; SP first.
    let order = [13, 11, 7].into_iter().chain(0..15);
    let cfa = order.into_iter().find_map(|reg| {
        let plus = state.sp_plus(reg)?;
        Some(place.registers.core[reg]?.wrapping_sub(plus as u32))
    })?;
    let mut registers = place.registers.clone();
    let now = place.registers;
    let mut entry = [None; 16];
    for (reg, value) in entry.iter_mut().enumerate() {
        // Held in itself or in another register.
        let holder = (0..15).find(|&holder| {
            state.regs[holder] == Some(flow::Known { reg: reg as u8, plus: 0 }) && now.core[holder].is_some()
        });
        *value = holder.and_then(|holder| now.core[holder]);
    }
    for (&at, &reg) in &state.saved {
        let addr = cfa.wrapping_add(at as u32);
        if reg < 16 {
            // What is still, or again, in a register is there: what stands below SP may be overwritten.
            if entry[reg as usize].is_some() {
                continue;
            }
            entry[reg as usize] = Some(place.memory.word(addr).ok()?);
        } else if let (Ok(low), Ok(high)) = (place.memory.word(addr), place.memory.word(addr.wrapping_add(4)))
        {
            registers.d[reg as usize & 31] = Some(u64::from(low) | u64::from(high) << 32);
        }
    }
    let link = entry[14]?;
    // LR as an ordinary register holds anything.
    if !returns(place.memory, link) {
        return None;
    }
    registers.core[..13].copy_from_slice(&entry[..13]);
    forget_scratch(&mut registers);
    registers.core[15] = Some(link);
    Caller::returned_to(registers, cfa, Found::Code)
}

/// Whether a caller is at a place that a function may return to.
pub(super) fn returns_to(place: &Place<'_>, caller: &Caller) -> bool {
    let pc = caller.registers.pc();
    returns(place.memory, pc | u32::from(caller.registers.thumb))
}

/// Whether an address is one that a function may return to: behind a call, or where a signal handler ends.
fn returns(memory: &dyn ReadMemory, link: u32) -> bool {
    behind_call(memory, link) || super::signal::returning(memory, link & !1, link & 1 != 0).is_some()
}

/// Whether an address is one that a call returns to.
pub(crate) fn behind_call(memory: &dyn ReadMemory, link: u32) -> bool {
    call_at(memory, link & !1, link & 1 != 0).is_some()
}

/// The address of the call in front of an address.
fn call_at(memory: &dyn ReadMemory, pc: u32, thumb: bool) -> Option<u32> {
    let is_call = |addr: u32, size: u8| {
        let insn = flow::decode(memory, addr, thumb, false)?;
        let calls = match insn.op {
            Op::Bl(_) | Op::BlxImm(_) | Op::BlxReg(_) => true,
            // `mov lr, pc` and then a jump: calls from before BLX.
            Op::Bx(_) => true,
            Op::Ldr(x) => x.rt == Reg::PC,
            Op::Mov(x) => x.rd == Reg::PC,
            _ => false,
        };
        (calls && insn.size == size).then_some(addr)
    };
    match thumb {
        false => is_call(pc.wrapping_sub(4), 4),
        true => is_call(pc.wrapping_sub(4), 4).or_else(|| is_call(pc.wrapping_sub(2), 2)),
    }
}

fn call_before(place: &Place<'_>) -> Option<u32> {
    call_at(place.memory, place.registers.pc(), place.registers.thumb)
}

/// Where the function of an address may begin, the likeliest first: at a symbol of a function, where a table for
/// exceptions says that one begins, at the nearest target of a call, at the label before.
fn starts(place: &Place<'_>, at: u32) -> Vec<u32> {
    let mut found = Vec::new();
    if let Some(module) = place.module {
        let file = module.to_file(at);
        let debug = module.functions_at(file).into_iter().find(|function| function.inlined_at.is_none());
        found.extend(debug.map(|function| module.to_memory(function.entry)));
        let symbol = module.symbols().function_at(file);
        if let Some(symbol) = symbol.filter(|symbol| symbol.kind == crate::symbols::SymbolKind::Function) {
            found.push(module.to_memory(symbol.addr));
        }
        found.extend(super::exidx::start(module, file).map(|start| module.to_memory(start)));
        found.extend(called(place, at));
        found.extend(symbol.map(|symbol| module.to_memory(symbol.addr)));
    } else {
        found.extend(called(place, at));
    }
    found.dedup();
    found
}

/// The nearest address before `at` that some call within reach goes to.
fn called(place: &Place<'_>, at: u32) -> Option<u32> {
    let (thumb, memory) = (place.registers.thumb, place.memory);
    let unit = if thumb { 2 } else { 4 };
    let low = at.saturating_sub(SEARCH) & !(unit - 1);
    let mut best = None;
    let mut addr = low;
    while addr < at.saturating_add(SEARCH) {
        if let Some(target) = call_target(memory, addr, thumb)
            && target <= at
            && best.is_none_or(|best| target > best)
        {
            best = Some(target);
        }
        // The end of memory is within reach of the kernel's page.
        let Some(next) = addr.checked_add(unit) else { break };
        addr = next;
        // Nothing to read: on with the next page.
        if memory.half(addr).is_err() {
            addr = (addr | 0xfff).saturating_add(1);
        }
    }
    best
}

fn call_target(memory: &dyn ReadMemory, addr: u32, thumb: bool) -> Option<u32> {
    let insn = flow::decode(memory, addr, thumb, false)?;
    let pc = addr.wrapping_add(if thumb { 4 } else { 8 });
    match insn.op {
        Op::Bl(b) => Some(pc.wrapping_add_signed(b.target.0)),
        _ => None,
    }
}
