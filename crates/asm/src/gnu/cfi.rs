//! `.cfi_*`: call frame information for `.debug_frame` and `.eh_frame` (DWARF 6.4).

use super::Gnu;
use super::scan::{Register, Scan, register};
use crate::expr::{BinOp, Expr};
use crate::hir::{FragKind, elf};
use crate::layout::dwarf::{CODE_ALIGN, leb};
use crate::source::Span;
use crate::symbol::{Def, SymId};
use skink_isa::simd::operand::ExtReg;

/// Saved registers stand in multiples of this (the data alignment factor).
const DATA_ALIGN: i64 = -4;
/// LR holds the return address.
const RETURN_COLUMN: u8 = 14;

/// An instruction of a frame description.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Op {
    /// To where the code is now.
    Advance(SymId, SymId),
    /// An instruction with its operands.
    Bytes(Vec<u8>),
}

/// A function.
#[derive(Debug)]
struct Frame {
    start: SymId,
    end: Option<SymId>,
    /// Where the last instruction was said.
    last: SymId,
    ops: Vec<Op>,
    /// The offset of the canonical frame address, for `.cfi_adjust_cfa_offset`.
    cfa_offset: i64,
    saved_offsets: Vec<i64>,
    return_column: u8,
    signal: bool,
    personality: Option<(u8, Expr)>,
    lsda: Option<(u8, Expr)>,
    span: Span,
}

/// Call frame information in the making.
#[derive(Debug)]
pub(super) struct Cfi {
    frames: Vec<Frame>,
    open: bool,
    eh_frame: bool,
    debug_frame: bool,
}

impl Default for Cfi {
    fn default() -> Cfi {
        Cfi { frames: Vec::new(), open: false, eh_frame: true, debug_frame: false }
    }
}

impl Gnu<'_> {
    /// Whether it was a `.cfi_` directive.
    pub(super) fn cfi_directive(&mut self, word: &[u8], start: usize, scan: &mut Scan<'_>) -> bool {
        let Some(name) = word.strip_prefix(b".cfi_") else { return false };
        match name {
            b"sections" => {
                (self.cfi.eh_frame, self.cfi.debug_frame) = (false, false);
                loop {
                    scan.blanks();
                    match scan.word() {
                        b".eh_frame" => self.cfi.eh_frame = true,
                        b".debug_frame" => self.cfi.debug_frame = true,
                        _ => {}
                    }
                    if !scan.eat(b',') {
                        return true;
                    }
                }
            }
            b"startproc" => {
                scan.blanks();
                let simple = scan.word() == b"simple";
                self.start_frame(simple, start, scan.at);
                return true;
            }
            _ if !self.cfi.open => {
                scan.skip_statement();
                self.error(start, scan.at, "this stands outside of `.cfi_startproc` and `.cfi_endproc`");
                return true;
            }
            b"endproc" => {
                let end = self.code_place();
                if let Some(frame) = self.cfi.frames.last_mut() {
                    frame.end = Some(end);
                }
                self.cfi.open = false;
                return true;
            }
            _ => {}
        }
        if self.frame_directive(name, scan).is_none() {
            scan.skip_statement();
            self.error(start, scan.at, "this directive's operands are not understood");
        }
        true
    }

    fn code_place(&mut self) -> SymId {
        let place = self.builder.place();
        let sym = self.builder.program.symbols.make(b"");
        self.builder.program.symbols[sym].def = Def::Place(place);
        sym
    }

    fn start_frame(&mut self, simple: bool, start: usize, end: usize) {
        let at = self.code_place();
        let span = self.span(start, end);
        let mut ops = Vec::new();
        if !simple {
            // DW_CFA_def_cfa SP, 0.
            ops.push(Op::Bytes(vec![0x0c, 13, 0]));
        }
        self.cfi.frames.push(Frame {
            start: at,
            end: None,
            last: at,
            ops,
            cfa_offset: 0,
            saved_offsets: Vec::new(),
            return_column: RETURN_COLUMN,
            signal: false,
            personality: None,
            lsda: None,
            span,
        });
        self.cfi.open = true;
    }

    /// A register by number or by name (DWARF for the Arm architecture: core registers 0-15, D registers from 256,
    /// S registers from 64).
    fn dwarf_register(&mut self, scan: &mut Scan<'_>) -> Option<i64> {
        scan.blanks();
        let mut ahead = *scan;
        let found = match register(ahead.word())? {
            Register::Core(reg) => i64::from(reg.0),
            Register::Ext(ExtReg::S(n)) => 64 + i64::from(n),
            Register::Ext(ExtReg::D(n)) => 256 + i64::from(n),
            Register::Ext(ExtReg::Q(_)) => return None,
        };
        scan.at = ahead.at;
        Some(found)
    }

    fn register_or_number(&mut self, scan: &mut Scan<'_>) -> Option<i64> {
        self.dwarf_register(scan).or_else(|| self.absolute(scan))
    }

    fn frame_directive(&mut self, name: &[u8], scan: &mut Scan<'_>) -> Option<()> {
        let comma = |scan: &mut Scan<'_>| scan.eat(b',').then_some(());
        let mut out = Vec::new();
        let offset = self.cfi.frames.last()?.cfa_offset;
        match name {
            b"def_cfa" => {
                let reg = self.register_or_number(scan)?;
                comma(scan)?;
                let n = self.absolute(scan)?;
                self.cfi.frames.last_mut()?.cfa_offset = n;
                out.push(0x0c);
                out.extend(leb(reg, false));
                out.extend(leb(n, false));
            }
            b"def_cfa_register" => {
                out.push(0x0d);
                out.extend(leb(self.register_or_number(scan)?, false));
            }
            b"def_cfa_offset" | b"adjust_cfa_offset" => {
                let n = self.absolute(scan)?;
                let n = if name == b"def_cfa_offset" { n } else { offset + n };
                self.cfi.frames.last_mut()?.cfa_offset = n;
                out.push(0x0e);
                out.extend(leb(n, false));
            }
            b"offset" | b"rel_offset" => {
                let reg = self.register_or_number(scan)?;
                comma(scan)?;
                let n = self.absolute(scan)?;
                let n = if name == b"offset" { n } else { n - offset };
                let factored = n / DATA_ALIGN;
                if factored < 0 {
                    // DW_CFA_offset_extended_sf.
                    out.push(0x11);
                    out.extend(leb(reg, false));
                    out.extend(leb(factored, true));
                } else if reg < 0x40 {
                    out.push(0x80 | reg as u8);
                    out.extend(leb(factored, false));
                } else {
                    out.push(0x05);
                    out.extend(leb(reg, false));
                    out.extend(leb(factored, false));
                }
            }
            b"val_offset" => {
                let reg = self.register_or_number(scan)?;
                comma(scan)?;
                let factored = self.absolute(scan)? / DATA_ALIGN;
                out.push(if factored < 0 { 0x15 } else { 0x14 });
                out.extend(leb(reg, false));
                out.extend(leb(factored, factored < 0));
            }
            b"register" => {
                let reg = self.register_or_number(scan)?;
                comma(scan)?;
                out.push(0x09);
                out.extend(leb(reg, false));
                out.extend(leb(self.register_or_number(scan)?, false));
            }
            b"restore" | b"undefined" | b"same_value" => loop {
                let reg = self.register_or_number(scan)?;
                match name {
                    b"restore" if reg < 0x40 => out.push(0xc0 | reg as u8),
                    b"restore" => out.push(0x06),
                    b"undefined" => out.push(0x07),
                    _ => out.push(0x08),
                }
                if name != b"restore" || reg >= 0x40 {
                    out.extend(leb(reg, false));
                }
                if !scan.eat(b',') {
                    break;
                }
            },
            b"remember_state" => {
                self.cfi.frames.last_mut()?.saved_offsets.push(offset);
                out.push(0x0a);
            }
            b"restore_state" => {
                let frame = self.cfi.frames.last_mut()?;
                frame.cfa_offset = frame.saved_offsets.pop().unwrap_or(frame.cfa_offset);
                out.push(0x0b);
            }
            b"escape" => loop {
                out.push(self.absolute(scan)? as u8);
                if !scan.eat(b',') {
                    break;
                }
            },
            b"window_save" => out.push(0x2d),
            b"return_column" => {
                let reg = self.register_or_number(scan)?;
                self.cfi.frames.last_mut()?.return_column = reg as u8;
                return Some(());
            }
            b"signal_frame" => {
                self.cfi.frames.last_mut()?.signal = true;
                return Some(());
            }
            b"personality" | b"lsda" => {
                let encoding = self.absolute(scan)? as u8;
                let value = if encoding == 0xff {
                    None
                } else {
                    comma(scan)?;
                    Some((encoding, self.expr(scan)?))
                };
                let frame = self.cfi.frames.last_mut()?;
                match name {
                    b"personality" => frame.personality = value,
                    _ => frame.lsda = value,
                }
                return Some(());
            }
            _ => return None,
        }
        self.frame_op(out)
    }

    /// Adds an instruction, and before it the way to where the code is now.
    fn frame_op(&mut self, bytes: Vec<u8>) -> Option<()> {
        let last = self.cfi.frames.last()?.last;
        let place = self.builder.place();
        let here = self.builder.program.symbols[last].def == Def::Place(place);
        let at = if here { last } else { self.code_place() };
        let frame = self.cfi.frames.last_mut()?;
        if at != last {
            frame.ops.push(Op::Advance(last, at));
            frame.last = at;
        }
        frame.ops.push(Op::Bytes(bytes));
        Some(())
    }

    /// Writes the sections.
    pub(super) fn finish_cfi(&mut self) {
        let frames = std::mem::take(&mut self.cfi.frames);
        if let Some(frame) = frames.iter().find(|frame| frame.end.is_none()) {
            self.builder.diags.error(frame.span, "this is not ended by `.cfi_endproc`");
            return;
        }
        if frames.is_empty() {
            return;
        }
        if self.cfi.eh_frame {
            self.frames(&frames, ".eh_frame", elf::SHF_ALLOC);
        }
        if self.cfi.debug_frame {
            self.frames(&frames, ".debug_frame", 0);
        }
    }

    fn frames(&mut self, frames: &[Frame], name: &str, flags: u32) {
        let eh = flags != 0;
        let known = self.sections.get(name.as_bytes()).copied();
        let section = known.unwrap_or_else(|| self.builder.add_section(name, elf::SHT_PROGBITS, flags));
        self.builder.switch(section);
        let span = frames[0].span;
        self.builder.align(4, Some((0, 1)), None, span);
        // The common information entries: what they have in common, and where they stand.
        let mut common: Vec<(&Frame, Vec<Op>, SymId)> = Vec::new();
        for frame in frames {
            let initial: Vec<Op> = frame
                .ops
                .iter()
                .take_while(|op| matches!(op, Op::Bytes(b) if is_initial(b)))
                .cloned()
                .collect();
            let same = |(other, ops, _): &&(&Frame, Vec<Op>, SymId)| {
                other.return_column == frame.return_column
                    && other.signal == frame.signal
                    && other.personality == frame.personality
                    && other.lsda.map(|l| l.0) == frame.lsda.map(|l| l.0)
                    && frame.ops.starts_with(ops)
            };
            let (skip, at) = match common.iter().find(same) {
                Some((_, ops, at)) => (ops.len(), *at),
                None => {
                    let at = self.common_entry(frame, &initial, eh);
                    let skip = initial.len();
                    common.push((frame, initial, at));
                    (skip, at)
                }
            };
            self.description(frame, skip, at, eh);
        }
    }

    /// A common information entry; answers where it stands.
    fn common_entry(&mut self, frame: &Frame, ops: &[Op], eh: bool) -> SymId {
        let span = frame.span;
        let at = self.code_place();
        let end = self.entry(span);
        let mut out = if eh { vec![0, 0, 0, 0, 1] } else { vec![0xff, 0xff, 0xff, 0xff, 1] };
        if eh {
            out.push(b'z');
            if frame.personality.is_some() {
                out.push(b'P');
            }
            if frame.lsda.is_some() {
                out.push(b'L');
            }
            out.push(b'R');
            if frame.signal {
                out.push(b'S');
            }
        }
        out.push(0);
        out.extend(leb(CODE_ALIGN.into(), false));
        out.extend(leb(DATA_ALIGN, true));
        out.push(frame.return_column);
        self.builder.bytes_unmarked(&out, span);
        if eh {
            let more =
                1 + frame.personality.map_or(0, |(e, _)| 1 + pointer_size(e)) + frame.lsda.is_some() as i64;
            self.builder.bytes_unmarked(&leb(more, false), span);
            if let Some((encoding, value)) = frame.personality {
                self.builder.bytes_unmarked(&[encoding], span);
                self.pointer(encoding, value, span);
            }
            if let Some((encoding, _)) = frame.lsda {
                self.builder.bytes_unmarked(&[encoding], span);
            }
            // DW_EH_PE_pcrel | DW_EH_PE_sdata4.
            self.builder.bytes_unmarked(&[0x1b], span);
        }
        self.ops(ops, span);
        self.builder.align(4, Some((0, 1)), None, span);
        self.close(end);
        at
    }

    /// A frame description entry.
    fn description(&mut self, frame: &Frame, skip: usize, common: SymId, eh: bool) {
        let span = frame.span;
        let end = self.entry(span);
        let start = Expr::Sym(frame.start, 0);
        if eh {
            // How far behind the entry's second word the common entry stands.
            let here = self.builder.here();
            let distance = self.builder.program.exprs.binary(BinOp::Sub, here, Expr::Sym(common, 0));
            self.builder.data(4, distance, span);
            self.pointer(0x1b, start, span);
        } else {
            self.builder.data(4, Expr::Sym(common, 0), span);
            self.builder.data(4, start, span);
        }
        if let Some(to) = frame.end {
            let length = self.builder.program.exprs.binary(BinOp::Sub, Expr::Sym(to, 0), start);
            self.builder.data(4, length, span);
        }
        if eh {
            let more = frame.lsda.map_or(0, |(e, _)| pointer_size(e));
            self.builder.bytes_unmarked(&leb(more, false), span);
            if let Some((encoding, value)) = frame.lsda {
                self.pointer(encoding, value, span);
            }
        }
        self.ops(&frame.ops[skip..], span);
        self.builder.align(4, Some((0, 1)), None, span);
        self.close(end);
    }

    /// The length word of an entry; answers the symbol for its end.
    fn entry(&mut self, span: Span) -> SymId {
        let (begin, end) = (self.builder.program.symbols.make(b""), self.builder.program.symbols.make(b""));
        let exprs = &mut self.builder.program.exprs;
        let length = exprs.binary(BinOp::Sub, Expr::Sym(end, 0), Expr::Sym(begin, 0));
        self.builder.data(4, length, span);
        let place = self.builder.place();
        self.builder.program.symbols[begin].def = Def::Place(place);
        end
    }

    fn close(&mut self, end: SymId) {
        let place = self.builder.place();
        self.builder.program.symbols[end].def = Def::Place(place);
    }

    /// A pointer in one of the encodings of `.eh_frame`.
    fn pointer(&mut self, encoding: u8, value: Expr, span: Span) {
        let size = pointer_size(encoding) as u8;
        let value = if encoding & 0x70 == 0x10 {
            let here = self.builder.here();
            self.builder.program.exprs.binary(BinOp::Sub, value, here)
        } else {
            value
        };
        self.builder.data(size, value, span);
    }

    fn ops(&mut self, ops: &[Op], span: Span) {
        for op in ops {
            match op {
                Op::Bytes(bytes) => self.builder.bytes_unmarked(bytes, span),
                Op::Advance(from, to) => {
                    let exprs = &mut self.builder.program.exprs;
                    let distance = exprs.binary(BinOp::Sub, Expr::Sym(*to, 0), Expr::Sym(*from, 0));
                    match self.builder.value(distance) {
                        Some(n) => {
                            let bytes = crate::layout::dwarf::cfa_advance(n as u32);
                            self.builder.bytes_unmarked(&bytes, span);
                        }
                        None => self.builder.frag(FragKind::CfaAdvance { from: *from, to: *to }),
                    }
                }
            }
        }
    }
}

/// Whether an instruction may stand in the common entry: not those that depend on what was before.
fn is_initial(bytes: &[u8]) -> bool {
    !matches!(bytes.first(), Some(0x0a | 0x0b | 0xc0..=0xff | 0x06 | 0x2d))
}

/// The size of a pointer in an encoding of `.eh_frame`.
fn pointer_size(encoding: u8) -> i64 {
    match encoding & 7 {
        2 => 2,
        4 => 8,
        _ => 4,
    }
}
