//! Blocks on the interpreter, on the translator and on the oracle; one that differs is made as small as it can be.

use crate::block::Guide;
use crate::case::{BATCH, CODE, Case, Outcome, SLOT};
use crate::generate::{Rng, Target};
use crate::report::{self, Report};
use crate::skink::{How, Skink};
use crate::{Args, Oracle, exclude, find_culprit, neutralise, run_batch};
use skink_isa::{Context, Insn, Op, ROWS, decode_a32, decode_t16, decode_t32, is_t32};
use std::error::Error;

/// The machines that are compared with the oracle.
struct Machines {
    interpreter: Skink,
    translator: Skink,
    /// Whether they must agree in how many instructions a case takes.
    count: bool,
}

/// How a case ends on both machines and on the oracle.
type Ends = ([Outcome; 2], Outcome);

/// How the cases of a batch end on both machines; `None` for those that do not.
type BatchEnds = [Vec<Option<Outcome>>; 2];

/// In place of a signal, for cases that end under the oracle and do not end here.
const ENDLESS: u32 = 0;
/// And for those whose instructions the translator counts otherwise than the interpreter.
const MISCOUNTED: u32 = 1000;

const NAMES: [&str; 2] = ["interpreter", "translator"];

impl Machines {
    /// What becomes of each case; `None` for those that do not end, which are taken out.
    fn run(&mut self, batch: &mut [Case], report: &mut Report) -> Result<BatchEnds, Box<dyn Error>> {
        let interpreted = run_batch(&mut self.interpreter, batch, report)?;
        self.translator.load(batch)?;
        let mut translated = Vec::with_capacity(batch.len());
        for (case, outcome) in batch.iter().zip(&interpreted) {
            // What does not end does not end here either.
            translated.push(match outcome {
                None => None,
                Some(_) => Some(self.translated(case)?),
            });
        }
        Ok([interpreted, translated])
    }

    /// How a case of the loaded batch that ends ends on the translator.
    fn translated(&mut self, case: &Case) -> Result<Outcome, Box<dyn Error>> {
        let Some(outcome) = self.translator.run(case)? else { return Ok(Outcome::wrong(case, ENDLESS)) };
        if !self.count {
            return Ok(outcome);
        }
        self.interpreter.run(case)?;
        match self.interpreter.retired == self.translator.retired {
            true => Ok(outcome),
            false => Ok(Outcome::wrong(case, MISCOUNTED)),
        }
    }

    /// How a case ends with nobody else there: on both machines and on the oracle.
    fn alone(
        &mut self,
        args: &Args,
        oracle: &mut Oracle,
        batch: &[Case],
        i: usize,
        case: &Case,
    ) -> Result<Option<Ends>, Box<dyn Error>> {
        let mut alone = batch.to_vec();
        alone.iter_mut().for_each(neutralise);
        alone[i] = case.clone();
        let [interpreted, translated] = self.run(&mut alone, &mut Report::default())?;
        let (Some(a), Some(b)) = (interpreted[i].clone(), translated[i].clone()) else { return Ok(None) };
        match oracle.run(&alone) {
            Ok(mut theirs) => Ok(Some(([a, b], theirs.swap_remove(i)))),
            Err(_) => {
                *oracle = Oracle::start(args)?;
                Ok(None)
            }
        }
    }
}

/// The row of the instruction that a case stopped at.
fn row_at(case: &Case, pc: u32) -> Option<usize> {
    let slot = case.state.r[15] & !(SLOT - 1);
    let at = u16::try_from(pc.checked_sub(slot)?).ok()?;
    let i = case.starts.iter().position(|&start| start == at)?;
    let in_it = case.state.cpsr >> 5 & 1 != 0 && in_it(case, i);
    insn(case, i, in_it).map(|insn| insn.row.into())
}

/// Whether an instruction stands in an IT block.
fn in_it(case: &Case, i: usize) -> bool {
    (i.saturating_sub(4)..i).any(|before| match insn(case, before, false).map(|insn| insn.op) {
        Some(Op::It(it)) => i - before <= 4 - it.block.mask.trailing_zeros() as usize,
        _ => false,
    })
}

/// An instruction of a case.
fn insn(case: &Case, i: usize, in_it: bool) -> Option<Insn> {
    let (start, end) = (*case.starts.get(i)? as usize, *case.starts.get(i + 1)? as usize);
    let half = |at: usize| u16::from_le_bytes([case.code[at], case.code[at + 1]]);
    let cx = Context { in_it };
    match (case.state.cpsr >> 5 & 1, end - start) {
        (0, _) => decode_a32((half(start + 2) as u32) << 16 | half(start) as u32),
        (_, 4) if is_t32(half(start)) => decode_t32((half(start) as u32) << 16 | half(start + 2) as u32, cx),
        _ => decode_t16(half(start), cx),
    }
}

/// Whether a case ended otherwise than under the oracle, what is excluded left out.
fn differs(case: &Case, ours: &Outcome, interpreted: &Outcome, theirs: &Outcome) -> bool {
    // Astray in the other instruction set, it runs words that nobody has drawn, excluded ones among them; the oracle
    // may have come back.
    let astray = |end: &Outcome| (end.state.cpsr ^ case.state.cpsr) >> 5 & 1 != 0;
    if astray(theirs) || astray(interpreted) {
        return false;
    }
    let mut ours = ours.clone();
    let row = row_at(case, theirs.state.r[15]);
    if let Some(row) = row {
        exclude::outcome(&ROWS[row], &mut ours, theirs);
    }
    report::different(row, &ours, theirs)
}

/// Puts instructions that do nothing in place of some.
fn without(case: &Case, from: usize, to: usize) -> Case {
    let mut less = case.clone();
    let thumb = case.state.cpsr >> 5 & 1 != 0;
    let nop: &[u8] = if thumb { &[0x00, 0xbf] } else { &[0x00, 0xf0, 0x20, 0xe3] };
    let range = case.starts[from] as usize..case.starts[to] as usize;
    for (i, byte) in less.code[range].iter_mut().enumerate() {
        *byte = nop[i % nop.len()];
    }
    less
}

/// The smallest block that still differs: instructions are taken out, many at a time first.
fn shrink(
    args: &Args,
    machines: &mut Machines,
    oracle: &mut Oracle,
    batch: &[Case],
    i: usize,
) -> Result<Option<(Case, Ends)>, Box<dyn Error>> {
    let mut found = None;
    let mut case = batch[i].clone();
    let mut still = |machines: &mut Machines, case: &Case| -> Result<bool, Box<dyn Error>> {
        let Some((ours, theirs)) = machines.alone(args, oracle, batch, i, case)? else { return Ok(false) };
        let differ = ours.iter().any(|end| differs(case, end, &ours[0], &theirs));
        if differ {
            found = Some((case.clone(), (ours, theirs)));
        }
        Ok(differ)
    };
    if !still(machines, &case)? {
        return Ok(None);
    }
    let count = case.starts.len() - 1;
    let mut size = count.div_ceil(2);
    loop {
        for from in (0..count).step_by(size) {
            let less = without(&case, from, (from + size).min(count));
            if less.code != case.code && still(machines, &less)? {
                case = less;
            }
        }
        if size == 1 {
            return Ok(found);
        }
        size = size.div_ceil(2);
    }
}

/// What is left of a block, and what differs.
fn describe(case: &Case, ours: &[Outcome; 2], theirs: &Outcome) -> String {
    let mut text = String::new();
    for i in 0..case.starts.len() - 1 {
        let at = case.starts[i];
        let bytes = &case.code[at as usize..case.starts[i + 1] as usize];
        let hex: Vec<String> =
            bytes.chunks(2).rev().map(|half| format!("{:02x}{:02x}", half[1], half[0])).collect();
        let insn = insn(case, i, in_it(case, i));
        let addr = (case.state.r[15] & !(SLOT - 1)) + at as u32;
        let shown = insn.map_or("?".into(), |insn| insn.text(addr).replace('\t', " "));
        if !shown.starts_with("nop") {
            text += &format!("    {addr:08x}: {:<9} {shown}\n", hex.join(" "));
        }
    }
    for (name, end) in NAMES.iter().zip(ours) {
        if differs(case, end, &ours[0], theirs) {
            text += &format!("  the {name} ends otherwise than the oracle:\n");
            text += &report::describe(case, end, theirs);
        }
    }
    text
}

/// Runs as many blocks as asked for; whether none differed.
pub(crate) fn run(args: &Args, targets: &[Target]) -> Result<bool, Box<dyn Error>> {
    let thumb: Vec<Target> = targets.iter().copied().filter(|target| target.thumb).collect();
    let arm: Vec<Target> = targets.iter().copied().filter(|target| !target.thumb).collect();
    if arm.is_empty() || thumb.is_empty() {
        return Err("blocks want rows of both instruction sets".into());
    }
    let mut oracle = Oracle::start(args)?;
    let mut machines = Machines {
        interpreter: Skink::new(How::Interpreted, false)?,
        translator: Skink::new(How::Linked, args.count)?,
        count: args.count,
    };
    let (mut guide, mut rng, mut report) = (Guide::new()?, Rng::new(args.seed), Report::default());
    let (mut instructions, mut differing) = (0u64, 0u64);
    // The oracle works on one batch while the next is drawn.
    let mut sent: Option<(Vec<Case>, BatchEnds)> = None;
    while sent.is_some() || report.cases < args.cases {
        let mut batch = Vec::with_capacity(BATCH);
        while batch.len() < BATCH && report.cases < args.cases {
            if let Some(case) = guide.case(&mut rng, [&arm, &thumb], args.block, batch.len()) {
                instructions += case.starts.len() as u64 - 1;
                batch.push(case);
            }
        }
        let ours = machines.run(&mut batch, &mut report)?;
        if let Some((batch, ours)) = sent.take() {
            let theirs = match oracle.receive(batch.len()) {
                Ok(theirs) => theirs,
                Err(_) => {
                    oracle = Oracle::start(args)?;
                    let culprit = find_culprit(args, &mut oracle, &batch)?;
                    println!("the oracle dies of\n{:x?}", batch[culprit]);
                    differing += 1;
                    Vec::new()
                }
            };
            for (i, theirs) in theirs.iter().enumerate() {
                let (Some(a), Some(b)) = (&ours[0][i], &ours[1][i]) else { continue };
                report.count(row_at(&batch[i], theirs.state.r[15]), theirs);
                if ![a, b].iter().any(|end| differs(&batch[i], end, a, theirs)) {
                    continue;
                }
                if let Some((case, (ours, theirs))) = shrink(args, &mut machines, &mut oracle, &batch, i)? {
                    differing += 1;
                    if differing <= args.show as u64 {
                        let text = describe(&case, &ours, &theirs);
                        println!("block {} of seed {}:\n{text}", report.cases, args.seed);
                    }
                }
            }
        }
        if !batch.is_empty() {
            oracle.send(&batch)?;
            sent = Some((batch, ours));
        }
    }
    oracle.end()?;
    report.print(args.show);
    println!(
        "{:.1} instructions a block, code from {CODE:#x}; {differing} blocks differ",
        instructions as f64 / report.cases as f64
    );
    Ok(differing == 0)
}
