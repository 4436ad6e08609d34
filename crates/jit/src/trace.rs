//! Chooses the guest instructions that are translated together, and has the Builder explain them.

use crate::build::{IrBuilder, Never, Vectors};
use crate::ir::{Node, Step, Trace};
use skink_interp::{Decoded, Decoder, ends_block, fetch, next_it};
use skink_isa::operand::{Operand2, Reg};
use skink_isa::{Cond, Op};
use skink_machine::Memory;
use skink_semantics::{Site, execute};

/// The longest trace, in instructions; an IT block that has begun is finished.
const MAX_STEPS: usize = 64;

/// The longest loop that gets a second pass.
const MAX_LOOP: usize = 28;

/// So few instructions before a call are not worth one.
const FEW: usize = 6;

/// As many instructions are worth a trace of their own.
const ENOUGH: usize = 16;

/// The trace that begins at an address outside an IT block: on through unconditional branches to
/// constant addresses and past conditional ones, which leave it, until code that is `known`. `None` if nothing
/// can be fetched there. What an earlier trace had room for is used again.
pub(crate) fn form(
    memory: &Memory,
    (pc, thumb): (u32, bool),
    repair_alignment: bool,
    vectors: Vectors,
    known: impl Fn(u32) -> bool,
    earlier: Trace,
    decoder: &mut Decoder,
) -> Option<Trace> {
    let site = Site { addr: pc, size: 4, thumb };
    let Trace { mut steps, mut nodes, mut constants, mut source, .. } = earlier;
    steps.clear();
    nodes.clear();
    constants.clear();
    source.clear();
    let mut builder = IrBuilder {
        nodes,
        site,
        interpret: false,
        repair_alignment,
        vectors,
        start: 0,
        branched: false,
        doublewords: 0,
        constants,
        always: true,
        compared: false,
    };
    let (mut at, mut it, mut head) = (pc, 0, None);
    let mut code = memory.code();
    while steps.len() < MAX_STEPS || it != 0 {
        // A debugger's traps are the interpreter's, which is alone in looking at them.
        if memory.marks().is_trap(at, thumb) {
            break;
        }
        // One that cannot be fetched is met by the interpreter, and faults there. So is the rest of an
        // IT block, whose beginning would have to be left again.
        let Ok(word) = fetch(&mut code, at, thumb) else { break };
        let insn = decoder.decode(word, at, thumb, it);
        source.add(insn.site, word);
        it = next_it(&insn);
        let mut step = explain(&mut builder, insn, word);
        if let Some(earlier) = steps.last() {
            join_halves(&mut builder, earlier, &mut step);
        }
        steps.push(step);
        at = insn.site.next();
        if it == 0 && comes_back(&builder, &step, pc) {
            let last = steps.last_mut()?;
            if head.is_some() {
                last.loops = true;
                break;
            }
            if steps.len() <= MAX_LOOP && !steps.iter().any(|step| step.calls) {
                steps.last_mut()?.followed = true;
                head = Some(steps.len());
                at = pc;
                continue;
            }
        }
        match followed(&builder, &step) {
            Some(target)
                if follows(&steps[head.unwrap_or(0)..], target, head.is_some() || !known(target)) =>
            {
                steps.last_mut()?.followed = true;
                at = target;
            }
            // What is behind a call is mostly come to by other ways too.
            _ if step.calls && steps.len() < FEW && !known(at) => {}
            _ if ends_block(&insn) || sets_fpscr(&insn) => break,
            // What has been translated is not translated once more, but for what is soon said.
            _ if it == 0 && head.is_none() && steps.len() >= ENOUGH && known(at) => break,
            _ => {}
        }
    }
    let trace = Trace {
        steps,
        nodes: builder.nodes,
        constants: builder.constants,
        source,
        head,
        end: at,
        end_it: it,
    };
    (!trace.steps.is_empty()).then_some(trace)
}

fn explain(builder: &mut IrBuilder, insn: Decoded, word: u32) -> Step {
    let start = builder.nodes.len();
    builder.start = start;
    builder.site = insn.site;
    (builder.interpret, builder.branched, builder.doublewords) = (false, false, 0);
    builder.always = insn.cond == Cond::Al;
    match execute(builder, &insn.op) {
        Ok(()) => {}
        Err(never) => match never as Never {},
    }
    if builder.interpret {
        builder.nodes.truncate(start);
    }
    // What is called compares too.
    if builder.interpret || calls(&insn) {
        builder.compared = false;
    }
    if builder.doublewords > 1 {
        builder.pair_up();
    }
    if builder.branched {
        branch_last(&mut builder.nodes, start);
    }
    Step {
        insn,
        word,
        start: start as u32,
        end: builder.nodes.len() as u32,
        interpreted: builder.interpret,
        followed: false,
        calls: !builder.interpret && calls(&insn),
        loops: false,
    }
}

/// MOVW and MOVT one after the other write one constant: the first of them does, and nobody sees the register in between.
fn join_halves(builder: &mut IrBuilder, earlier: &Step, step: &mut Step) {
    let (Op::Movw(low), Op::Movt(high)) = (&earlier.insn.op, &step.insn.op) else { return };
    let always = earlier.insn.cond == Cond::Al && step.insn.cond == Cond::Al;
    if !always || low.rd != high.rd || earlier.insn.site.next() != step.insn.site.addr {
        return;
    }
    let nodes = &mut builder.nodes[earlier.start as usize..earlier.end as usize];
    if let [Node::Word(value), Node::SetReg(..)] = nodes {
        *value |= high.imm.0 << 16;
        builder.nodes.truncate(step.start as usize);
        step.end = step.start;
    }
}

/// Puts a branch behind what else its instruction does: with PC as an operand where it makes no sense, some
/// write registers after it. Of two the last one counts.
fn branch_last(nodes: &mut Vec<Node>, start: usize) {
    let Some(last) = nodes[start..].iter().rposition(Node::is_branch) else { return };
    let (branch, behind) = (nodes[start + last], nodes.len() - (start + last) > 1);
    for node in nodes[start..start + last].iter_mut().filter(|node| node.is_branch()) {
        *node = Node::Dead;
    }
    if behind {
        nodes[start + last] = Node::Dead;
        nodes.push(branch);
    }
}

/// Whether a trace goes on at the target of a branch.
fn follows(steps: &[Step], target: u32, worth_it: bool) -> bool {
    worth_it && !steps.iter().any(|s| s.insn.site.addr == target)
}

/// Whether an instruction is nothing but a branch to the start of the trace.
fn comes_back(builder: &IrBuilder, step: &Step, pc: u32) -> bool {
    !step.interpreted
        && matches!(
            builder.nodes[step.start as usize..step.end as usize],
            [Node::Goto(target, thumb)] if target == pc && thumb == step.insn.site.thumb
        )
}

/// Whether an instruction is a call whose return the host's processor is to foresee.
fn calls(insn: &Decoded) -> bool {
    match insn.op {
        Op::Bl(_) | Op::BlxImm(_) => true,
        // Once LR is written, nobody knows where to.
        Op::BlxReg(to) => to.rm != Reg::LR,
        _ => false,
    }
}

/// Whether it is a return, as compilers make them; if it is not one after all, it only takes longer.
pub(crate) fn returns(insn: &Decoded) -> bool {
    match insn.op {
        Op::Bx(to) => to.rm == Reg::LR,
        Op::Pop(x) => x.list.0 >> 15 != 0,
        Op::Ldm(x) => x.rn == Reg::SP && x.list.0 >> 15 != 0,
        Op::Ldr(x) => x.rt == Reg::PC && x.addr.rn == Reg::SP,
        Op::Mov(x) => matches!(x.op2, Operand2::Reg { rm: Reg::LR, amount: 0, .. }),
        _ => false,
    }
}

/// Whether control bits of FPSCR may change, which the code behind depends on.
fn sets_fpscr(insn: &Decoded) -> bool {
    matches!(insn.op, Op::Vmsr(_))
}

/// Where an unconditional branch goes that is no call and keeps the instruction set.
fn followed(builder: &IrBuilder, step: &Step) -> Option<u32> {
    if step.insn.cond != Cond::Al || step.interpreted {
        return None;
    }
    match builder.nodes[step.start as usize..step.end as usize] {
        [Node::Goto(target, thumb)] if thumb == step.insn.site.thumb => Some(target),
        _ => None,
    }
}
