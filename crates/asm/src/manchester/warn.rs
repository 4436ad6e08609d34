//! What assembles, and surprises.

use super::emit::{Placed, What};
use super::state::{Assembler, Region};
use super::symbols::{Kind, Symbol};
use super::words;
use crate::diag::Diagnostic;
use crate::flow;
use crate::source::{FileId, Span};
use skink_isa::{Cond, Op};

/// Looks over an assembled program.
pub(super) fn warn(asm: &mut Assembler<'_>, main: FileId) {
    overlaps(asm);
    unused_labels(asm, main);
    if !asm.diags.has_errors() {
        falling_through(asm);
    }
}

/// Memory that two ORGs fill.
fn overlaps(asm: &mut Assembler<'_>) {
    let mut regions: Vec<Region> = asm.regions.iter().copied().filter(|r| r.end > r.start).collect();
    regions.sort_by_key(|r| r.start);
    for pair in regions.windows(2) {
        let [first, second] = [pair[0], pair[1]];
        if second.start >= first.end {
            continue;
        }
        // The later one is to blame; the program's start has no ORG.
        let Some(span) = later(second.span, first.span) else { continue };
        let (low, high) = (second.start, second.end.min(first.end));
        let d = Diagnostic::error(
            span,
            format!("what follows fills memory from {low:#x} to {:#x} a second time", high - 1),
        )
        .help("choose an address behind the end of what is there already");
        asm.complain_now(d);
    }
}

/// The one that the source has later.
fn later(a: Option<Span>, b: Option<Span>) -> Option<Span> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if (a.file, a.start) >= (b.file, b.start) { a } else { b }),
        (a, b) => a.or(b),
    }
}

/// Labels that nothing refers to, in the file itself: a file that is included may offer more than is used.
fn unused_labels(asm: &mut Assembler<'_>, main: FileId) {
    let start = asm.entry.map_or_else(|| asm.emitter.lowest(), |(addr, ..)| Some(addr));
    let mut unused: Vec<(String, Symbol)> = asm
        .symbols
        .iter()
        .filter(|(name, s)| {
            let at_start = s.value.is_some_and(|v| Some(v as u32) == start);
            let meant = s.used || s.exported || asm.export_all || at_start || name.starts_with('_');
            s.kind == Kind::Label && s.span.file == main && !meant
        })
        .map(|(name, s)| (name.to_owned(), s.clone()))
        .collect();
    unused.sort_by_key(|(_, s)| s.span.start);
    for (name, symbol) in unused {
        let mut d = Diagnostic::warning(symbol.span, format!("nothing refers to the label `{name}`"));
        let alone = asm.stmts.get(symbol.stmt).is_some_and(|stmt| stmt.line.item.is_none());
        if let Some(meant) = words::near_common(&name).filter(|_| alone) {
            d = d.help(format!("did you mean the instruction `{meant}`?"));
        }
        asm.complain_now(d);
    }
}

/// Instructions behind which execution goes on into something else.
fn falling_through(asm: &mut Assembler<'_>) {
    let mut placed = asm.emitter.placed.clone();
    placed.retain(|p| p.len > 0);
    placed.sort_by_key(|p| p.addr);
    let mut warnings = Vec::new();
    let mut before: Option<Placed> = None;
    for this in &placed {
        if let Some(code) = before
            && code.addr.wrapping_add(code.len) == this.addr
            && !matches!(this.what, What::Code { .. } | What::Padding)
        {
            let (message, label) = match this.what {
                What::Literal => {
                    ("execution goes on from here into the literal pool", "this word is in the pool")
                }
                _ => ("execution goes on from here into data", "this would be executed"),
            };
            let d = Diagnostic::warning(code.span, message).other(this.span, label);
            warnings.push(match this.what {
                What::Literal => d.help("end the program here with SVC 2, or put LITERAL behind a branch, where nothing falls into it"),
                _ => d.help(
                    "end a program with SVC 2 and a subroutine with MOV PC, LR, or branch around the data",
                ),
            });
        }
        before = match this.what {
            What::Code { bits, thumb } => goes_on(bits, thumb, this.addr).then_some(*this),
            // What runs into padding runs through it.
            What::Padding => before.map(|mut b| {
                b.len += this.len;
                b
            }),
            _ => None,
        };
    }
    if let Some(last) = before {
        let d = Diagnostic::warning(last.span, "execution goes on from here past the end of the program")
            .help("end a program with SVC 2 and a subroutine with MOV PC, LR");
        warnings.push(d);
    }
    warnings.into_iter().for_each(|d| asm.complain_now(d));
}

/// Whether execution may go on behind an instruction: not behind the call that halts the board.
fn goes_on(bits: [u8; 4], thumb: bool, addr: u32) -> bool {
    let Some(insn) = flow::decode(bits, thumb) else { return true };
    let halts = insn.cond == Cond::Al && matches!(insn.op, Op::Svc(svc) if svc.imm.0 == 2);
    !halts && flow::goes_on(&insn, addr)
}
