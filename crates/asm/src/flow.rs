//! Where execution goes on from an instruction, as far as the instruction says: into data or a literal pool it
//! should not.

use crate::diag::Diagnostic;
use crate::hir::{Contents, Program, elf};
use crate::lir::{Item, Object};
use crate::source::Sources;
use skink_isa::{Cond, Context, Insn, Op, decode_a32, decode_t16, decode_t32, is_t32};

/// The instruction that some bytes begin with.
pub(crate) fn decode(bytes: [u8; 4], thumb: bool) -> Option<Insn> {
    let word = u32::from_le_bytes(bytes);
    match thumb {
        false => decode_a32(word),
        true if is_t32(word as u16) => decode_t32(word.rotate_left(16), Context::default()),
        true => decode_t16(word as u16, Context::default()),
    }
}

/// Whether execution may go on behind an instruction. Calls come back, and so do supervisor calls.
pub(crate) fn goes_on(insn: &Insn, addr: u32) -> bool {
    if insn.cond != Cond::Al {
        return true;
    }
    match insn.op {
        Op::B(_) | Op::Bx(_) | Op::Bxj(_) | Op::TableBranch(_) | Op::Udf(_) => false,
        _ => !writes_pc(insn, addr),
    }
}

/// Whether the first operand, or the list of a load, is PC.
fn writes_pc(insn: &Insn, addr: u32) -> bool {
    let text = insn.text(addr);
    let (mnemonic, operands) = text.split_once('\t').unwrap_or((&text, ""));
    let stores = ["st", "push", "cm", "ts", "te"].iter().any(|stem| mnemonic.starts_with(stem));
    let list = operands.split_once('{').map(|(_, list)| list);
    !stores && (operands.starts_with("pc,") || list.is_some_and(|list| list.contains("pc")))
}

/// Warns where code of a laid out program runs into data. That needs the program's line information. Behind a call
/// nothing is said: compilers put data behind calls that do not come back, and SVC may end the program.
pub fn into_data(program: &Program, object: &Object, sources: &Sources) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (section, laid) in program.sections.iter().zip(&object.sections) {
        if section.flags & elf::SHF_EXECINSTR == 0 {
            continue;
        }
        let starts = |item: &Item, with: &str| sources.slice(item.span).starts_with(with.as_bytes());
        let is_padding = |item: &&Item| {
            [".align", ".balign", ".p2align", ".even", ".ltorg", ".pool"]
                .iter()
                .any(|with| starts(item, with))
        };
        for pair in laid.marks.windows(2) {
            let [(start, code), (at, Contents::Data)] = *pair else { continue };
            if code == Contents::Data {
                continue;
            }
            let behind = laid.items.partition_point(|item| item.offset < at);
            let before = laid.items[..behind].iter().rev().take_while(|item| item.offset >= start);
            let Some(last) = before.filter(|item| item.size > 0).find(|item| !is_padding(item)) else {
                continue;
            };
            let Some(data) = laid.items[behind..].iter().find(|item| item.size > 0) else { continue };
            let mut bytes = [0; 4];
            let from = last.offset as usize;
            let there = laid.bytes.get(from..from + 4).or_else(|| laid.bytes.get(from..from + 2));
            let Some(there) = there else { continue };
            bytes[..there.len()].copy_from_slice(there);
            let Some(insn) = decode(bytes, code == Contents::Thumb) else { continue };
            let call = matches!(insn.op, Op::Bl(_) | Op::BlxImm(_) | Op::BlxReg(_) | Op::Svc(_));
            // More than one instruction: a macro of the assembler itself.
            if call || !goes_on(&insn, last.offset) || last.size != insn.size.into() {
                continue;
            }
            let pool = !starts(data, ".") && sources.slice(data.span).contains(&b'=');
            let (message, label, help) = match pool {
                true => (
                    "execution goes on from here into the literal pool",
                    "its value is in the pool",
                    "put `.ltorg` behind a branch, where nothing falls into it",
                ),
                false => (
                    "execution goes on from here into data",
                    "this would be executed",
                    "end the program or return before the data, branch around it, or put it into `.data`",
                ),
            };
            found.push(Diagnostic::warning(last.span, message).other(data.span, label).help(help));
        }
    }
    found
}
