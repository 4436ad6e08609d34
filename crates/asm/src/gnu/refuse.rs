//! What to say of statements that the GNU dialect does not have, or that this assembler does not take.

use super::Gnu;
use super::scan::{Scan, in_word};
use crate::diag::Diagnostic;
use crate::explain::{self, Written, mnemonic};
use crate::insn::{Line, Refusal};
use crate::near;
use crate::source::Span;
use crate::symbol::Def;
use skink_isa::operand::Reg;
use skink_isa::syntax::Atom;

/// After so many errors the text is probably none of this dialect: what was meant is not looked for any more.
const MAX_EXPLAINED: usize = 200;

impl Gnu<'_> {
    /// Says why an instruction is not taken; `text` is the text of its file.
    pub(super) fn refuse(&mut self, refusal: Refusal, line: &Line<'_>, text: &[u8]) {
        let name_end = line.span.start + line.mnemonic.len() as u32;
        let name_span = Span { end: name_end, ..line.span };
        let enough = self.builder.diags.errors() > MAX_EXPLAINED;
        let d = match refusal {
            Refusal::Said(d) => *d,
            _ if enough => Diagnostic::error(line.span, "this is no instruction, or has other operands"),
            Refusal::Unknown => unknown_mnemonic(line, name_span, text),
            Refusal::Operands(error) => unclosed(line).unwrap_or_else(|| {
                self.written(line, text, |written| explain::refusal(written, &error, None))
            }),
        };
        self.builder.diags.push(d);
    }

    /// Asks about an instruction as it was written.
    fn written<R>(&self, line: &Line<'_>, text: &[u8], ask: impl FnOnce(Written<'_>) -> R) -> R {
        let name_end = line.span.start + line.mnemonic.len() as u32;
        let spans: Vec<Span> = (0..line.atoms.len()).map(|i| line.atom_span(i)).collect();
        let symbols = &self.builder.program.symbols;
        let defined = |sym| symbols[sym].def != Def::Undefined;
        ask(Written {
            text,
            span: line.span,
            name_span: Span { end: name_end, ..line.span },
            mnemonic: line.mnemonic,
            atoms: line.atoms,
            spans: &spans,
            thumb: self.builder.is_thumb(),
            in_it: self.builder.in_it_block(),
            bare: true,
            is_label: &|name| symbols.find(name.as_bytes()).is_some_and(defined),
        })
    }

    /// Warns of what is taken and surprises. Most instructions have neither PC nor a list.
    pub(super) fn surprises(&mut self, line: &Line<'_>, text: &[u8]) {
        let suspect = |atom: &Atom<'_>| matches!(atom, Atom::Reg(Reg::PC) | Atom::Punct(b'{'));
        if line.atoms.iter().any(suspect) {
            let found = self.written(line, text, |written| explain::strange_registers(&written));
            self.builder.diags.extend(found);
        }
    }

    /// Says that only loads take a value with `=`; `places` are those of the register, two signs and the value.
    pub(super) fn no_constant(&mut self, mnemonic: &str, places: &[(u32, u32)], text: &[u8], span: Span) {
        let slice = |from: u32, to: u32| {
            String::from_utf8_lossy(text.get(from as usize..to as usize).unwrap_or_default()).into_owned()
        };
        let [rd, _, equals, value] = *places else { return };
        let span = Span { start: equals.0, end: value.1, ..span };
        let (rd, value) = (slice(rd.0, rd.1), slice(value.0, value.1));
        self.builder.diags.push(explain::literal_needs_ldr(mnemonic, &rd, &format!("={value}"), span));
    }

    /// Says of something among operands that it is none.
    pub(super) fn no_operand(&mut self, text: &[u8], start: usize, end: usize) {
        let span = self.span(start, end);
        let shown = text.get(start..end).unwrap_or_default();
        let digits = shown.iter().take_while(|b| b.is_ascii_digit()).count();
        let d = match (&shown[..digits], shown.get(digits)) {
            (number @ [_, ..], Some(b'b' | b'B')) => {
                let number = String::from_utf8_lossy(number).into_owned();
                Diagnostic::error(span, format!("there is no label `{number}:` before this"))
                    .help("1b is the nearest label 1 before, 1f the nearest behind")
            }
            _ => Diagnostic::error(span, "this is no operand"),
        };
        self.builder.diags.push(d);
    }

    /// Says that a word is no directive.
    pub(super) fn unknown_directive(&mut self, word: &[u8], span: Span) {
        let name = String::from_utf8_lossy(word).into_owned();
        let d = Diagnostic::error(span, format!("`{name}` is no directive"));
        let d = match near::nearest(&name, DIRECTIVES.iter().copied()) {
            Some(meant) => d.help(format!("did you mean `{meant}`?")),
            None if mnemonic::near_common(&name[1..]).is_some() => {
                d.help("instructions have no point in front")
            }
            None => d,
        };
        self.builder.diags.push(d);
    }

    /// Thumb code whose syntax was not chosen: as with GNU as it is the divided one, in which ADD and its like set the
    /// flags.
    pub(super) fn without_syntax(&mut self, word: &[u8], span: Span) {
        self.syntax_said = true;
        let name = String::from_utf8_lossy(word).to_ascii_uppercase();
        let message = format!("this is Thumb code without `.syntax unified`, and {name} sets the flags here");
        self.builder.diags.push(
            Diagnostic::warning(span, message)
                .note("it is read in the syntax of before Thumb-2, as GNU as does")
                .help(format!("put `.syntax unified` at the top, and write {name}S to set the flags")),
        );
    }
}

/// Whether `=value` may follow: all loads of one register take it, as in GNU as.
pub(super) fn loads_constants(mnemonic: &str) -> bool {
    let starts =
        |stem: &str| mnemonic.get(..stem.len()).is_some_and(|start| start.eq_ignore_ascii_case(stem));
    starts("ldr") && !starts("ldrd") && !starts("ldrex")
}

/// `[` or `{` without its partner.
fn unclosed(line: &Line<'_>) -> Option<Diagnostic> {
    for (open, close) in [(b'[', b']'), (b'{', b'}')] {
        let mut waiting = Vec::new();
        for (at, atom) in line.atoms.iter().enumerate() {
            match atom {
                Atom::Punct(b) if *b == open => waiting.push(at),
                Atom::Punct(b) if *b == close && waiting.pop().is_none() => {
                    let message = format!("this `{}` closes nothing", close as char);
                    return Some(Diagnostic::error(line.atom_span(at), message));
                }
                _ => {}
            }
        }
        if let Some(&at) = waiting.first() {
            let message = format!("this `{}` is not closed", open as char);
            return Some(Diagnostic::error(line.atom_span(at), message));
        }
    }
    None
}

fn unknown_mnemonic(line: &Line<'_>, span: Span, text: &[u8]) -> Diagnostic {
    let name = line.mnemonic;
    let d = Diagnostic::error(span, format!("`{name}` is no instruction"));
    let lower = name.to_ascii_lowercase();
    if let Some((_, ours)) = FOREIGN.iter().find(|(foreign, _)| *foreign == lower) {
        return d.help(format!("in this dialect that is {ours}"));
    }
    // `; says hello`: what was meant as a comment.
    let before = &text[..span.start as usize];
    let of_line = &before[before.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1)..];
    if of_line.trim_ascii_end().ends_with(b";") {
        return d.help("`;` parts statements here; a comment begins with `@`");
    }
    let mut scan = Scan { text, at: span.end as usize };
    scan.blanks();
    let next = &text[scan.at..];
    let next = &next[..next.iter().take_while(|&&b| in_word(b)).count()];
    let next = std::str::from_utf8(next).unwrap_or_default();
    if next.starts_with('.') || crate::encode::index().is_mnemonic(next) {
        return d.help(format!("a label ends with a colon: `{name}:`"));
    }
    if FOREIGN.iter().any(|(foreign, _)| foreign.eq_ignore_ascii_case(next)) {
        return d.help("this looks like the Manchester dialect: `--dialect manchester` reads it");
    }
    if let Some(meant) = mnemonic::near_mnemonic(name) {
        return d.help(format!("did you mean `{}`?", meant.to_ascii_lowercase()));
    }
    match next.is_empty() {
        true => d.help(format!("if it is a label it ends with a colon: `{name}:`")),
        false => d,
    }
}

/// Words of other assemblers, and what they are here.
const FOREIGN: &[(&str, &str)] = &[
    ("area", "`.section`, `.text` or `.data`"),
    ("end", "`.end`, or nothing: the program ends with its file"),
    ("entry", "the label `_start:` with `.global _start`"),
    ("export", "`.global`"),
    ("import", "not needed: what is not defined is another object's"),
    ("equ", "`.equ name, value`"),
    ("defb", "`.byte`, or `.ascii` for a string"),
    ("defh", "`.hword`"),
    ("defw", "`.word`"),
    ("defs", "`.space`"),
    ("dcb", "`.byte`, or `.ascii` for a string"),
    ("dcw", "`.hword`"),
    ("dcd", "`.word`"),
    ("space", "`.space`"),
    ("align", "`.balign`"),
    ("org", "`.org`"),
    ("ltorg", "`.ltorg`"),
    ("macro", "`.macro`"),
    ("global", "`.global`"),
    ("jmp", "`b`"),
    ("call", "`bl`"),
    ("ret", "`bx lr`"),
    ("inc", "`add rd, rd, #1`"),
    ("dec", "`sub rd, rd, #1`"),
    ("not", "`mvn`"),
    ("xor", "`eor`"),
    ("or", "`orr`"),
    ("move", "`mov`"),
    ("load", "`ldr`"),
    ("store", "`str`"),
];

/// The directives that suggestions are made of.
pub const DIRECTIVES: &[&str] = &[
    ".text",
    ".data",
    ".bss",
    ".section",
    ".global",
    ".globl",
    ".local",
    ".weak",
    ".hidden",
    ".type",
    ".size",
    ".word",
    ".long",
    ".int",
    ".short",
    ".hword",
    ".2byte",
    ".4byte",
    ".8byte",
    ".byte",
    ".quad",
    ".ascii",
    ".asciz",
    ".string",
    ".space",
    ".skip",
    ".zero",
    ".fill",
    ".align",
    ".balign",
    ".p2align",
    ".even",
    ".org",
    ".equ",
    ".equiv",
    ".set",
    ".macro",
    ".endm",
    ".rept",
    ".irp",
    ".irpc",
    ".endr",
    ".if",
    ".else",
    ".elseif",
    ".endif",
    ".ifdef",
    ".ifndef",
    ".include",
    ".incbin",
    ".ltorg",
    ".pool",
    ".thumb",
    ".arm",
    ".code",
    ".thumb_func",
    ".syntax",
    ".arch",
    ".cpu",
    ".fpu",
    ".eabi_attribute",
    ".comm",
    ".lcomm",
    ".float",
    ".double",
    ".single",
    ".fnstart",
    ".fnend",
    ".cantunwind",
    ".save",
    ".pad",
    ".setfp",
    ".inst",
    ".file",
    ".loc",
    ".end",
    ".pushsection",
    ".popsection",
    ".previous",
    ".uleb128",
    ".sleb128",
    ".ident",
    ".unreq",
    ".error",
    ".warning",
    ".exitm",
    ".purgem",
    ".thumb_set",
    ".cfi_startproc",
    ".cfi_endproc",
    ".cfi_def_cfa_offset",
    ".cfi_offset",
];
