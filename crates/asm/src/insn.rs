//! Instructions: the builder's side of [`crate::encode`]. What is known is encoded at once; what refers to a
//! symbol is kept for the layout. IT blocks are checked, and made where Thumb needs one and there is none.

use crate::build::Builder;
use crate::diag::Diagnostic;
use crate::encode::{Assembled, Error, Mnemonic, Parsed, Place, Word, choose, index};
use crate::expr::Expr;
use crate::hir::{Contents, Fixup, FixupKind, FragKind, Insn};
use crate::source::Span;
use crate::symbol::{SectionId, hash};
use skink_isa::op::{DataProc, OpKind};
use skink_isa::syntax::{Atom, Role};
use skink_isa::{Cond, Op, ROWS};
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

/// An instruction as a dialect read it.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// The mnemonic as it was written.
    pub mnemonic: &'a str,
    /// Its operands.
    pub atoms: &'a [Atom<'a>],
    /// Where each of them stands in the text: first byte and the one after the last.
    pub places: &'a [(u32, u32)],
    /// What [`Atom::Expr`] refers to.
    pub exprs: &'a [Expr],
    /// The statement.
    pub span: Span,
}

impl Line<'_> {
    /// The span of an operand, or of the end of the statement.
    pub fn atom_span(&self, atom: usize) -> Span {
        match self.places.get(atom) {
            Some(&(start, end)) => Span { file: self.span.file, start, end },
            None => Span { start: self.span.end.saturating_sub(1).max(self.span.start), ..self.span },
        }
    }
}

/// Why an instruction is not taken.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// There is no such mnemonic.
    Unknown,
    /// Its operands are none that it has.
    Operands(Error),
    /// This.
    Said(Box<Diagnostic>),
}

/// The mnemonics that were met.
#[derive(Debug, Default)]
pub struct Mnemonics {
    by_hash: HashMap<u64, u32, BuildHasherDefault<crate::symbol::Identity>>,
    list: Vec<(Box<str>, Mnemonic)>,
}

impl Mnemonics {
    fn find(&mut self, text: &str) -> Option<u32> {
        let key = hash(text.as_bytes());
        if let Some(&at) = self.by_hash.get(&key)
            && &*self.list[at as usize].0 == text
        {
            return Some(at);
        }
        let mnemonic = index().mnemonic(text)?;
        self.list.push((text.into(), mnemonic));
        let at = self.list.len() as u32 - 1;
        self.by_hash.insert(key, at);
        Some(at)
    }
}

/// The IT block that is open.
#[derive(Debug, Clone, Copy, Default)]
pub struct ItState {
    /// The conditions of the instructions to come: ITSTATE (ARM ARM A2.5.2); 0 outside.
    explicit: u8,
    /// The instruction that opened it.
    span: Option<Span>,
    /// A block that the assembler made: where its instruction stands, its conditions, how many are in it.
    implicit: Option<Implicit>,
}

#[derive(Debug, Clone, Copy)]
struct Implicit {
    section: SectionId,
    at: u32,
    /// Where the next instruction of the block must stand: so many bytes and fragments are before it.
    end: (u32, usize),
    first: Cond,
    mask: u8,
    count: u8,
}

impl Builder {
    /// Whether a word is a mnemonic; what is found is kept.
    pub fn is_mnemonic(&mut self, word: &str) -> bool {
        self.mnemonics.find(word).is_some()
    }

    /// An instruction. What is wrong with it is said, in few words.
    pub fn insn(&mut self, line: &Line<'_>) {
        let Err(refusal) = self.try_insn(line) else { return };
        let d = match refusal {
            Refusal::Said(d) => *d,
            Refusal::Unknown => {
                Diagnostic::error(line.span, format!("`{}` is no instruction", line.mnemonic))
            }
            Refusal::Operands(_) => {
                let set = if self.thumb { "Thumb" } else { "ARM" };
                let message = format!("{set} has no encoding of `{}` with these operands", line.mnemonic);
                Diagnostic::error(line.span, message)
            }
        };
        self.diags.push(d);
    }

    /// Whether the next instruction stands in an IT block that the source opened.
    pub(crate) fn in_it_block(&self) -> bool {
        self.it.explicit != 0
    }

    /// An instruction, if it is one.
    pub(crate) fn try_insn(&mut self, line: &Line<'_>) -> Result<(), Refusal> {
        let at = self.mnemonics.find(line.mnemonic).ok_or(Refusal::Unknown)?;
        let m = &self.mnemonics.list[at as usize].1;
        let (thumb, cond, width) = (self.thumb, m.cond, m.width);
        let mut in_it = thumb && self.it.explicit != 0;
        // Whether a condition needs an IT block is known when it is known whether it is a branch.
        let conditional = thumb && cond != Cond::Al;
        let place = Place { thumb, in_it: in_it || conditional, width };
        let mut found = index().assemble(m, cond, place, line.atoms);
        let is_branch = matches!(&found, Ok(a) if a.parsed.op.kind() == OpKind::B);
        if conditional && is_branch && !in_it {
            found = index().assemble(m, cond, Place { in_it: false, ..place }, line.atoms);
        }
        if let Ok(Assembled { parsed: Parsed { op: Op::Add(x), .. }, .. }) = &found
            && thumb
            && width == 0
            && self.lacks.thumb2
            && !in_it
            && !conditional
            && plain_low(x)
        {
            found = index().assemble(m, cond, Place { width: 4, ..place }, line.atoms);
        }
        let found = match found {
            Ok(found) => found,
            // In ARM code an IT says only what follows it.
            Err(Error::Encoding(Op::It(_))) if !thumb => return Ok(()),
            Err(error) => {
                // The block goes on behind it all the same.
                self.step_it();
                return Err(Refusal::Operands(error));
            }
        };
        let found = match (found.parsed.op, thumb, width) {
            (Op::Nop(_), true, 0) if self.lacks.thumb2 => self.old_nop(found, 0x46c0, 2),
            (Op::Nop(_), false, _) if self.lacks.nop => {
                self.old_nop(found, (cond as u32) << 28 | 0x01a0_0000, 4)
            }
            _ => found,
        };
        if let Op::It(it) = found.parsed.op {
            self.it.implicit = None;
            self.it.explicit = 0;
            self.use_row(found.word.map_or(found.parsed.row, |word| word.row));
            self.emit(found.word, Contents::Thumb, line.span);
            self.it.explicit = (it.block.firstcond as u8) << 4 | it.block.mask;
            self.it.span = Some(line.span);
            return Ok(());
        }
        if thumb && self.it.explicit != 0 {
            let wanted = Cond::from_bits(self.it.explicit as u32 >> 4);
            self.step_it();
            if cond != wanted && found.parsed.op.kind() != OpKind::Bkpt {
                return Err(Refusal::Said(Box::new(self.wrong_condition(line, cond, wanted))));
            }
        } else if conditional && !is_branch {
            self.open_block(cond, line.span);
            in_it = true;
        }
        let contents = if thumb { Contents::Thumb } else { Contents::Arm };
        match found.word {
            Some(word) => {
                self.use_row(word.row);
                if thumb && width == 0 && sized_late(&found.parsed.op, in_it) {
                    self.emit_late(word, line.span);
                } else {
                    self.emit(Some(word), contents, line.span);
                    if !in_it {
                        self.whole = Some(word);
                    }
                }
            }
            None => {
                let (atom, role) = found.parsed.expr.unwrap_or((0, Role::Value));
                let value = match line.atoms.get(atom) {
                    Some(Atom::Expr { index, .. }) => line.exprs.get(*index as usize).copied(),
                    Some(Atom::Name(name)) => Some(Expr::Sym(self.symbol(name.as_bytes()), 0)),
                    Some(Atom::Num { value, .. }) => Some(Expr::Num(*value)),
                    _ => None,
                };
                let value = value.ok_or_else(|| {
                    let d = Diagnostic::error(line.atom_span(atom), "expected an expression");
                    Refusal::Said(Box::new(d))
                })?;
                let insn = Insn {
                    op: found.parsed.op,
                    cond,
                    row: found.parsed.row,
                    thumb,
                    in_it,
                    width,
                    value,
                    role,
                    span: line.span,
                };
                self.symbolic(insn, contents);
            }
        }
        if let Some(block) = &mut self.it.implicit {
            let section = &self.program.sections[self.current.0 as usize];
            if in_it && block.section == self.current {
                block.end = section.end();
            }
        }
        Ok(())
    }

    /// NOP as a move of a register to itself.
    fn old_nop(&self, found: Assembled, bits: u32, size: u8) -> Assembled {
        let name = if size == 2 { "MOV_reg_T1" } else { "MOV_nop_A1" };
        let row = ROWS.iter().position(|row| row.name == name).unwrap_or_default();
        Assembled { word: Some(Word { bits, size, row: row as u16 }), ..found }
    }

    pub(crate) fn use_row(&mut self, row: u16) {
        if let Some(used) = self.used.get_mut(row as usize) {
            *used = true;
        }
    }

    fn emit(&mut self, word: Option<Word>, contents: Contents, span: Span) {
        let Some(word) = word else { return };
        self.mark(contents);
        self.item(span);
        self.note_point(word.size);
        self.place();
        let bytes = word.bytes(contents == Contents::Thumb);
        self.section().append(&bytes[..word.size as usize]);
    }

    /// The same of an instruction whose size GNU as decides late: it ends a fragment.
    fn emit_late(&mut self, word: Word, span: Span) {
        self.mark(Contents::Thumb);
        self.item(span);
        let point = self.fragments().point();
        self.point.get_or_insert(point);
        let bytes = word.bytes(true);
        if word.size == 4 {
            let section = self.section();
            let start = section.bytes.len() as u32;
            section.bytes.extend_from_slice(&bytes);
            self.frag(FragKind::Wide { start, end: start + 4 });
        } else {
            self.fragments().open(4);
            self.place();
            self.section().append(&bytes[..2]);
        }
    }

    /// Room for the bytes of an instruction in GNU as's fragments.
    fn note_point(&mut self, size: u8) {
        let thumb = self.thumb;
        let fragments = self.fragments();
        let point = fragments.more(size.into());
        fragments.thumb = Some(thumb);
        self.point.get_or_insert(point);
    }

    /// An instruction that is given by its bits.
    pub fn word(&mut self, word: Word, span: Span) {
        let contents = if self.thumb { Contents::Thumb } else { Contents::Arm };
        self.step_it();
        // An IT instruction opens a block however it is written.
        let insn = (self.thumb && word.size == 2)
            .then(|| skink_isa::decode_t16(word.bits as u16, Default::default()))
            .flatten();
        if let Some(Op::It(it)) = insn.map(|insn| insn.op) {
            self.it.explicit = (it.block.firstcond as u8) << 4 | it.block.mask;
        }
        self.emit(Some(word), contents, span);
    }

    /// An instruction again that was assembled before and whose words said all; false in an IT block, where it is
    /// another one.
    pub(crate) fn again(&mut self, word: Word, span: Span) -> bool {
        let outside = self.it.explicit == 0;
        if outside {
            let contents = if self.thumb { Contents::Thumb } else { Contents::Arm };
            self.emit(Some(word), contents, span);
        }
        outside
    }

    /// An instruction whose operand the layout decides.
    fn symbolic(&mut self, insn: Insn, contents: Contents) {
        self.mark(contents);
        self.item(insn.span);
        let number = self.program.insns.len() as u32;
        let word = least(&insn);
        let size = word.map_or(4, |word| word.size);
        self.use_row(word.map_or(insn.row, |word| word.row));
        self.program.insns.push(insn);
        if insn.thumb && insn.width == 0 && size == 2 && may_grow(&insn) {
            let point = self.fragments().point();
            self.point.get_or_insert(point);
            self.frag(FragKind::Insn(number));
            return;
        }
        self.note_point(size);
        let place = self.place();
        let (kind, value, span) = (FixupKind::Insn(number), insn.value, insn.span);
        self.program.insns[number as usize].width = size;
        let section = self.section();
        section.append(&[0; 4][..size as usize]);
        section.fixups.push(Fixup { frag: place.frag, offset: place.offset, kind, value, span });
    }

    /// An instruction of Thumb is conditional, and there is no IT block: makes one, or lengthens the last.
    fn open_block(&mut self, cond: Cond, span: Span) {
        let (section, end) = (self.current, self.section().end());
        if let Some(block) = &mut self.it.implicit
            && (block.section, block.end) == (section, end)
            && block.count < 4
            && (cond as u8 | 1) == (block.first as u8 | 1)
        {
            // The last set bit ends the block: it moves one down, and the condition's bit takes its place.
            let stop = 8 >> (block.count - 1);
            let bit = if cond as u8 & 1 != 0 { stop } else { 0 };
            block.mask = block.mask & !stop | bit | stop >> 1;
            block.count += 1;
            let (at, half) = (block.at as usize, 0xbf00 | (block.first as u16) << 4 | u16::from(block.mask));
            self.section().bytes[at..at + 2].copy_from_slice(&half.to_le_bytes());
            return;
        }
        self.mark(Contents::Thumb);
        self.item(span);
        self.note_point(2);
        self.place();
        let at = self.section().bytes.len() as u32;
        let half = 0xbf08 | (cond as u16) << 4;
        self.section().append(&half.to_le_bytes());
        let end = self.section().end();
        let block = Implicit { section, at, end, first: cond, mask: 8, count: 1 };
        self.it.implicit = Some(block);
    }

    /// A label ends an IT block that the assembler made: what jumps there must not land in it.
    pub(crate) fn close_block(&mut self) {
        self.it.implicit = None;
    }

    /// The block has one instruction less to come.
    fn step_it(&mut self) {
        let it = &mut self.it.explicit;
        *it = if *it & 7 == 0 { 0 } else { *it & 0xe0 | *it << 1 & 0x1f };
    }

    fn wrong_condition(&self, line: &Line<'_>, cond: Cond, wanted: Cond) -> Diagnostic {
        let wants = wanted.suffix();
        let end = line.span.start + line.mnemonic.len() as u32;
        let message = match cond {
            Cond::Al => format!("this has no condition, and the IT block wants {wants} here"),
            _ => format!("the condition is {} here, and the IT block wants {wants}", cond.suffix()),
        };
        let mut d = Diagnostic::error(Span { end, ..line.span }, message);
        if let Some(span) = self.it.span {
            d = d.other(span, "this opens the block");
        }
        match cond {
            Cond::Al => d.help("a block has one to four instructions, as many as letters behind the I of IT"),
            _ if cond as u8 ^ wanted as u8 == 1 => {
                d.help("T in the name of IT stands for its condition, E for the opposite: ITE, ITTE")
            }
            _ => d.help("all of a block is on one condition and its opposite"),
        }
    }
}

/// Whether GNU as would decide the size of a Thumb instruction late although all of it is known.
fn sized_late(op: &Op, in_it: bool) -> bool {
    use skink_isa::operand::{Index, Offset, Operand2, Reg};
    let low = |reg: Reg| reg.0 < 8;
    match *op {
        Op::Mov(x) => matches!(x.op2, Operand2::Imm(_)) && x.s != in_it && low(x.rd),
        Op::Cmp(x) => matches!(x.op2, Operand2::Imm(_)) && low(x.rn),
        Op::Add(x) | Op::Sub(x) => {
            let stack = x.rn == Reg::SP && !x.s && (x.rd == Reg::SP || low(x.rd) && matches!(op, Op::Add(_)));
            matches!(x.op2, Operand2::Imm(_)) && (stack || low(x.rd) && low(x.rn) && x.s != in_it)
        }
        Op::Ldr(x) | Op::Str(x) | Op::Ldrb(x) | Op::Strb(x) | Op::Ldrh(x) | Op::Strh(x) => {
            let base = low(x.addr.rn) || x.addr.rn == Reg::SP && matches!(op, Op::Ldr(_) | Op::Str(_));
            let plain = matches!(x.addr.offset, Offset::Imm { .. }) && x.addr.index == Index::Offset;
            low(x.rt) && base && plain
        }
        _ => false,
    }
}

/// The encoding of an instruction if what it refers to is near.
fn least(insn: &Insn) -> Option<Word> {
    let place = Place { thumb: insn.thumb, in_it: insn.in_it, width: insn.width };
    let near = crate::encode::inject::with_value(&insn.op, 0)?;
    choose::choose(&near, insn.cond, place, &ROWS[insn.row as usize])
}

/// ADD that leaves the flags alone of a register to itself, with a low destination and second operand: GNU as looks
/// for a high register in no other place.
fn plain_low(x: &DataProc) -> bool {
    use skink_isa::operand::{Operand2, Shift};
    match x.op2 {
        Operand2::Reg { rm, shift: Shift::Lsl, amount: 0 } => {
            !x.s && x.rd.0.max(rm.0) < 8 && (x.rd == x.rn || x.rd == rm)
        }
        _ => false,
    }
}

/// Whether a 16-bit instruction has a wider form that GNU as would take for a distant symbol.
fn may_grow(insn: &Insn) -> bool {
    matches!(insn.op.kind(), OpKind::B | OpKind::LdrLit | OpKind::Adr) || sized_late(&insn.op, insn.in_it)
}
