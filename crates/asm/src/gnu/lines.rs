//! `.loc`: the DWARF line table (DWARF 6.2). Its files are in [`super::files`].

use super::Gnu;
use super::files::Files;
use super::scan::Scan;
use crate::expr::{BinOp, Expr};
use crate::fragments::Point;
use crate::hir::{FragKind, elf};
use crate::layout::dwarf::{leb, line_advance};
use crate::source::Span;
use crate::symbol::{Def, Place, SectionId, SymId};

/// What a row says besides where it is.
#[derive(Debug, Clone, Copy)]
struct Location {
    file: u32,
    line: u32,
    column: u32,
    discriminator: u32,
    is_stmt: bool,
    /// DW_LNS_set_basic_block, _prologue_end, _epilogue_begin.
    marks: [bool; 3],
    isa: u32,
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
struct Row {
    location: Location,
    at: SymId,
    /// The same, as GNU as sees it.
    point: Point,
    /// How many rows of the same address stand before it.
    view: Expr,
    /// Whether the views begin anew.
    reset: bool,
}

/// The line table in the making.
#[derive(Debug)]
pub(super) struct Lines {
    pub(super) files: Files,
    location: Location,
    /// `.loc` came, and no instruction yet.
    pending: bool,
    rows: Vec<(SectionId, Vec<Row>)>,
    /// The same by section in the end, each row with its subsection.
    sequences: Vec<Vec<(SectionId, Row)>>,
    /// The row whose instruction is being assembled: which rows, which of them.
    waits: Option<(usize, usize)>,
    /// Where the rows of each section end.
    ends: Vec<SymId>,
}

impl Default for Lines {
    fn default() -> Lines {
        let location = Location {
            file: 0,
            line: 0,
            column: 0,
            discriminator: 0,
            is_stmt: true,
            marks: [false; 3],
            isa: 0,
        };
        Lines {
            files: Files::default(),
            location,
            pending: false,
            rows: Vec::new(),
            sequences: Vec::new(),
            waits: None,
            ends: Vec::new(),
        }
    }
}

impl Gnu<'_> {
    /// Whether it was a directive of debugging information.
    pub(super) fn debug_directive(&mut self, word: &[u8], start: usize, scan: &mut Scan<'_>) -> bool {
        match word {
            b".loc" => self.loc(start, scan),
            b".file" => self.file_directive(start, scan),
            b".loc_mark_labels" => scan.skip_statement(),
            _ => return self.cfi_directive(word, start, scan),
        }
        true
    }

    fn loc(&mut self, start: usize, scan: &mut Scan<'_>) {
        // One `.loc` after another without an instruction is a row of its own.
        self.row();
        let number = |gnu: &mut Self, scan: &mut Scan<'_>| {
            let n = gnu.absolute(scan).and_then(|n| u32::try_from(n).ok());
            if n.is_none() {
                gnu.error(start, scan.at, "expected a number");
            }
            n.unwrap_or(0)
        };
        let file = number(self, scan);
        let line = number(self, scan);
        let mut location = Location { file, line, ..self.lines.location };
        scan.blanks();
        if scan.peek().is_ascii_digit() {
            location.column = number(self, scan);
        }
        let mut view = None;
        while !scan.at_end() {
            let at = scan.at;
            match scan.word() {
                b"is_stmt" => location.is_stmt = number(self, scan) != 0,
                b"discriminator" => location.discriminator = number(self, scan),
                b"isa" => location.isa = number(self, scan),
                b"basic_block" => location.marks[0] = true,
                b"prologue_end" => location.marks[1] = true,
                b"epilogue_begin" => location.marks[2] = true,
                b"view" => {
                    scan.blanks();
                    if scan.peek() == b'-' {
                        scan.at += 1;
                        let _ = scan.number();
                        view = Some(None);
                    } else if scan.peek().is_ascii_digit() {
                        let _ = scan.number();
                        view = Some(Some(None));
                    } else {
                        let name = scan.word().to_vec();
                        view = Some(Some(Some(self.builder.symbol(&name))));
                    }
                }
                _ => {
                    scan.skip_statement();
                    return self.error(at, scan.at.max(at + 1), "`.loc` has no such option");
                }
            }
        }
        if !self.lines.files.has(file) {
            return self.error(start, scan.at, format!("there is no `.file {file}`"));
        }
        self.lines.location = location;
        self.lines.pending = true;
        if let Some(view) = view {
            let number = self.make_row(view.is_none());
            if let Some(Some(sym)) = view {
                self.builder.program.symbols[sym].def = Def::Equ(number);
            }
        }
    }

    /// Makes the row that is pending, if there is one.
    pub(super) fn row(&mut self) {
        if self.lines.pending {
            self.make_row(false);
        }
    }

    /// The same before an instruction: only that tells where the row is for GNU as.
    pub(super) fn row_of_insn(&mut self) {
        self.builder.point = None;
        if self.lines.pending {
            self.make_row(false);
            let index = self.rows_here();
            self.lines.waits = Some((index, self.lines.rows[index].1.len() - 1));
        }
    }

    /// The instruction was assembled.
    pub(super) fn row_done(&mut self) {
        if let (Some((index, row)), Some(point)) = (self.lines.waits.take(), self.builder.point) {
            self.lines.rows[index].1[row].point = point;
        }
    }

    /// The index of the current section's rows.
    fn rows_here(&mut self) -> usize {
        let section = self.builder.current();
        self.lines.rows.iter().position(|(s, _)| *s == section).unwrap_or_else(|| {
            self.lines.rows.push((section, Vec::new()));
            self.lines.rows.len() - 1
        })
    }

    /// A row for what comes next; answers its view.
    fn make_row(&mut self, reset: bool) -> Expr {
        self.lines.pending = false;
        let place = self.builder.place();
        let at = self.builder.program.symbols.make(b"");
        self.builder.program.symbols[at].def = Def::Place(place);
        let index = self.rows_here();
        let view = match self.lines.rows[index].1.last().copied() {
            Some(last) if !reset => self.view(last, at, place),
            _ => Expr::Num(0),
        };
        let (location, point) = (self.lines.location, self.builder.fragments().point());
        self.lines.rows[index].1.push(Row { location, at, point, view, reset });
        let next = &mut self.lines.location;
        (next.discriminator, next.marks) = (0, [false; 3]);
        view
    }

    /// Whether the address of a row must be said although it follows another: views begin anew here, and nothing tells
    /// GNU as that the address is not the last row's. Each is with its section or subsection.
    fn must_say(&self, last: (SectionId, &Row), row: (SectionId, &Row)) -> bool {
        let fragments = &self.builder.fragments[last.0.0 as usize];
        let (from, to) = (last.1.point, row.1.point);
        row.1.reset
            && if (last.0, from.frag) == (row.0, to.frag) {
                from.offset == to.offset
            } else {
                to.offset == 0 && from.offset >= fragments.fixed(from.frag)
            }
    }

    /// One more than the last row's view if both are at one address, else 0.
    fn view(&mut self, last: Row, at: SymId, place: Place) -> Expr {
        let program = &mut self.builder.program;
        let Def::Place(before) = program.symbols[last.at].def else { return Expr::Num(0) };
        let frags = &program.sections[place.section.0 as usize].frags;
        let between = &frags[before.frag as usize..=place.frag as usize];
        // Bytes or an instruction between them, and they are apart.
        let mut apart = before.frag == place.frag && before.offset != place.offset;
        let mut open = false;
        if before.frag != place.frag {
            for (i, frag) in between.iter().enumerate() {
                match frag.kind {
                    FragKind::Bytes { start, end } if i == 0 => apart |= end - start > before.offset,
                    FragKind::Bytes { .. } if i + 1 == between.len() => apart |= place.offset > 0,
                    FragKind::Bytes { start, end } => apart |= end > start,
                    FragKind::Insn(_) | FragKind::Wide { .. } => apart = true,
                    _ => open = true,
                }
            }
        }
        if apart {
            return Expr::Num(0);
        }
        let exprs = &mut program.exprs;
        let next = exprs.binary(BinOp::Add, last.view, Expr::Num(1));
        if !open {
            return next;
        }
        let distance = exprs.binary(BinOp::Sub, Expr::Sym(at, 0), Expr::Sym(last.at, 0));
        let same = exprs.binary(BinOp::Eq, distance, Expr::Num(0));
        exprs.binary(BinOp::And, same, next)
    }

    /// Notes where each section's code ends, before it is filled up. Rows of subsections go to those of their section.
    pub(super) fn end_lines(&mut self) {
        let current = self.builder.current();
        let rows = std::mem::take(&mut self.lines.rows);
        let mut wholes: Vec<SectionId> =
            rows.iter().map(|(section, _)| self.builder.whole(*section)).collect();
        let mut seen = Vec::new();
        wholes.retain(|whole| {
            !seen.contains(whole) && {
                seen.push(*whole);
                true
            }
        });
        for whole in wholes {
            let parts = self.builder.parts(whole);
            let of = |part: &SectionId| rows.iter().find(|(section, _)| section == part);
            let all = parts.iter().filter_map(of);
            self.lines
                .sequences
                .push(all.flat_map(|(part, rows)| rows.iter().map(|row| (*part, *row))).collect());
            self.builder.switch(parts.last().copied().unwrap_or(whole));
            let place = self.builder.place();
            let end = self.builder.program.symbols.make(b"");
            self.builder.program.symbols[end].def = Def::Place(place);
            self.lines.ends.push(end);
        }
        self.builder.switch(current);
    }

    /// Writes `.debug_line`.
    pub(super) fn finish_lines(&mut self, span: Span) {
        self.lines.pending = false;
        if self.lines.files.is_empty() {
            return;
        }
        let section = match self.sections.get(&b".debug_line"[..]) {
            Some(&section) => section,
            None if self.lines.sequences.is_empty() => return,
            None => {
                let id = self.builder.add_section(".debug_line", elf::SHT_PROGBITS, 0);
                self.sections.insert(b".debug_line".to_vec(), id);
                id
            }
        };
        let sequences = std::mem::take(&mut self.lines.sequences);
        let ends = std::mem::take(&mut self.lines.ends);
        self.builder.switch(section);
        let begin = self.builder.here();
        let end = self.builder.program.symbols.make(b"");
        let length = self.builder.program.exprs.binary(BinOp::Sub, Expr::Sym(end, 0), begin);
        let length = self.builder.program.exprs.binary(BinOp::Sub, length, Expr::Num(4));
        self.builder.data(4, length, span);
        self.line_header(section, span);
        for (rows, end) in sequences.iter().zip(ends) {
            self.sequence(rows, end, span);
        }
        let place = self.builder.place();
        self.builder.program.symbols[end].def = Def::Place(place);
    }

    /// The rows of one section.
    fn sequence(&mut self, rows: &[(SectionId, Row)], end: SymId, span: Span) {
        let (mut file, mut line, mut column, mut isa, mut is_stmt) = (1, 1u32, 0, 0, true);
        let mut last: Option<(SectionId, &Row)> = None;
        for (section, row) in rows {
            let l = &row.location;
            let mut out = Vec::new();
            let mut op = |opcode: u8, operand: u32| {
                out.push(opcode);
                out.extend(leb(operand.into(), false));
            };
            if file != l.file {
                file = l.file;
                op(4, file);
            }
            if column != l.column {
                column = l.column;
                op(5, column);
            }
            if l.discriminator != 0 {
                let n = leb(l.discriminator.into(), false);
                out.extend([0, 1 + n.len() as u8, 4]);
                out.extend(n);
            }
            if isa != l.isa {
                isa = l.isa;
                out.push(12);
                out.extend(leb(isa.into(), false));
            }
            if is_stmt != l.is_stmt {
                is_stmt = l.is_stmt;
                out.push(6);
            }
            for (mark, opcode) in l.marks.iter().zip([7, 10, 11]) {
                if *mark {
                    out.push(opcode);
                }
            }
            let delta = l.line.wrapping_sub(line) as i32;
            line = l.line;
            match last.filter(|last| !self.must_say(*last, (*section, row))) {
                None => {
                    out.extend([0, 5, 2]);
                    self.builder.bytes_unmarked(&out, span);
                    self.builder.data(4, Expr::Sym(row.at, 0), span);
                    self.builder.bytes_unmarked(&line_advance(delta, 0), span);
                }
                Some((_, last)) => {
                    self.builder.bytes_unmarked(&out, span);
                    self.advance(delta, last.at, row.at, span);
                }
            }
            last = Some((*section, row));
        }
        if let Some((_, last)) = last {
            self.advance(i32::MAX, last.at, end, span);
        }
    }

    fn advance(&mut self, line: i32, from: SymId, to: SymId, span: Span) {
        let distance = self.builder.program.exprs.binary(BinOp::Sub, Expr::Sym(to, 0), Expr::Sym(from, 0));
        match self.builder.value(distance) {
            Some(n) => self.builder.bytes_unmarked(&line_advance(line, n as u32), span),
            None => self.builder.frag(FragKind::LineAdvance { from, to, line }),
        }
    }
}
