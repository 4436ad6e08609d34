//! Operands as plain values, and reading them by a row's syntax template: the way back of [`crate::print`].
//!
//! An assembler turns the text of an instruction's operands into [`Atom`]s. What they mean is decided by the
//! template of a row and by the operand types, so that an instruction's syntax is written once, in its row.

use crate::operand::Reg;
use crate::simd::operand::ExtReg;
use crate::template::{Part, parts, position};
pub use crate::template::{Template, split, stems};

/// A piece of an instruction's operands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Atom<'s> {
    /// A core register.
    Reg(Reg),
    /// A register of VFP or Advanced SIMD.
    Ext(ExtReg),
    /// A number.
    Num {
        /// Its value.
        value: i64,
        /// Whether a `#` stood before it.
        hash: bool,
        /// Whether it was written with a minus: `#-0` is not `#0` in an address.
        minus: bool,
    },
    /// A floating-point number.
    Float {
        /// Its value.
        value: f64,
        /// Whether a `#` stood before it.
        hash: bool,
    },
    /// An expression whose value is not known yet, or not needed; the number is the caller's.
    Expr {
        /// Which one.
        index: u32,
        /// Whether a `#` stood before it.
        hash: bool,
    },
    /// A word that is no register: a shift, a condition, a system register, a label.
    Name(&'s str),
    /// One of `, [ ] { } ! ^ - : =`.
    Punct(u8),
}

/// Reads an operand: what an operand type knows besides printing itself.
///
/// A slot may hold a value already, because the row has it as a constant or because the template names the
/// operand twice; what is read must agree with it then.
pub trait Read: Sized + PartialEq {
    /// Reads it from the atoms, or from the data types behind the mnemonic.
    fn read(slot: &mut Option<Self>, r: &mut Reader<'_>, spec: &str) -> Option<()>;

    /// The texts by which it may stand in a mnemonic.
    fn names(_spec: &str) -> &'static [&'static str] {
        &[]
    }

    /// Takes one of those texts, by its index.
    fn take_name(_slot: &mut Option<Self>, _spec: &str, _index: usize) -> Option<()> {
        None
    }

    /// Takes the choice of `{name?set:clear}`.
    fn take_flag(_slot: &mut Option<Self>, _set: bool) -> Option<()> {
        None
    }

    /// Whether the slot decides the choice of `{name?set:clear}`.
    fn flag(_slot: &Option<Self>) -> Option<bool> {
        None
    }

    /// The value of an operand that the template does not have.
    fn absent() -> Option<Self> {
        None
    }

    /// The value that a slot is left with; a slot may hold a part of one while it is read.
    fn finished(self) -> Option<Self> {
        Some(self)
    }
}

/// The value of a slot when a template has been read.
pub fn finish<T: Read>(slot: Option<T>) -> Option<T> {
    slot.or_else(T::absent).and_then(T::finished)
}

/// Puts a value into a slot; `None` if there is another already.
pub fn put<T: PartialEq>(slot: &mut Option<T>, value: T) -> Option<()> {
    match slot {
        Some(old) => (*old == value).then_some(()),
        None => {
            *slot = Some(value);
            Some(())
        }
    }
}

/// What an expression that is not known yet stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The number itself.
    Value,
    /// The target of a branch.
    Branch,
    /// What is loaded, or whose address is taken, relative to PC.
    Literal,
}

/// An instruction's operands while they are read by a template.
#[derive(Debug)]
pub struct Reader<'a> {
    /// The operands.
    pub atoms: &'a [Atom<'a>],
    /// How many of them were read.
    pub at: usize,
    /// The mnemonic without condition, data types and width.
    pub stem: &'a str,
    /// The data types behind the mnemonic that were not read yet: `.f32.s32`.
    pub types: &'a str,
    /// Which of their texts the operands in the mnemonic took, in order.
    pub choices: &'a [u8],
    /// Whether the encoding will be a Thumb one.
    pub thumb: bool,
    /// The atom that is an expression or label, and what for.
    pub expr: Option<(usize, Role)>,
    /// The furthest atom that was looked at.
    pub furthest: usize,
    /// The operand whose names in a mnemonic are asked for, instead of reading anything.
    pub(crate) asked: Option<(&'static str, &'static str)>,
    /// Those names.
    pub(crate) answer: &'static [&'static str],
}

/// A place in a template that an operand fills.
#[derive(Debug)]
pub struct Hole<'h, 'a> {
    reader: &'h mut Reader<'a>,
    what: What<'h>,
}

#[derive(Debug)]
enum What<'h> {
    Names(&'static str, &'h mut &'static [&'static str]),
    TakeName(&'static str, usize),
    TakeFlag(bool),
    Flag(&'h mut Option<bool>),
    Read(&'static str),
}

impl Hole<'_, '_> {
    /// Does with the operand what the template asks for.
    pub fn fill<T: Read>(self, slot: &mut Option<T>) -> Option<()> {
        match self.what {
            What::Names(spec, names) => *names = T::names(spec),
            What::TakeName(spec, index) => T::take_name(slot, spec, index)?,
            What::TakeFlag(set) => T::take_flag(slot, set)?,
            What::Flag(flag) => *flag = T::flag(slot),
            What::Read(spec) => T::read(slot, self.reader, spec)?,
        }
        Some(())
    }
}

/// Fills the operand of that name.
pub type Filler<'f> = dyn FnMut(&'static str, Hole<'_, '_>) -> Option<()> + 'f;

impl<'a> Reader<'a> {
    /// For operands behind a mnemonic.
    pub fn new(
        atoms: &'a [Atom<'a>],
        stem: &'a str,
        types: &'a str,
        choices: &'a [u8],
        thumb: bool,
    ) -> Reader<'a> {
        Reader {
            atoms,
            at: 0,
            stem,
            types,
            choices,
            thumb,
            expr: None,
            furthest: 0,
            asked: None,
            answer: &[],
        }
    }

    /// Reads all by a template; the operands are filled in as they are met.
    pub fn read(&mut self, template: &Template, fill: &mut Filler<'_>) -> Option<()> {
        if let Some((name, spec)) = self.asked {
            let mut names: &'static [&'static str] = &[];
            fill(name, Hole { reader: self, what: What::Names(spec, &mut names) })?;
            self.answer = names;
            return None;
        }
        let Template { stem, types, operands, holes } = *template;
        let mut choices = self.choices.iter();
        for part in parts(if holes { stem } else { "" }) {
            let what = match part {
                Part::Hole(_, spec) => What::TakeName(spec, *choices.next()? as usize),
                Part::Choice(..) => What::TakeFlag(*choices.next()? == 0),
                Part::Text(_) | Part::Cond => continue,
            };
            let (Part::Hole(name, _) | Part::Choice(name, ..)) = part else { continue };
            fill(name, Hole { reader: self, what })?;
        }
        self.data_types(types, fill)?;
        self.operands(operands, fill)?;
        (self.at == self.atoms.len()).then_some(())
    }

    fn data_types(&mut self, template: &'static str, fill: &mut Filler<'_>) -> Option<()> {
        for part in parts(template) {
            match part {
                Part::Text(text) => {
                    // `.8` is met by `.u8` too: a kind that says nothing may be said.
                    if let Some(size) =
                        text.strip_prefix('.').filter(|t| t.starts_with(|c: char| c.is_ascii_digit()))
                    {
                        let types = self.types.strip_prefix('.')?;
                        self.types = types.trim_start_matches(['i', 's', 'u', 'p']).strip_prefix(size)?;
                    } else {
                        self.types = self.types.strip_prefix(text)?;
                    }
                }
                Part::Hole(name, spec) => fill(name, Hole { reader: self, what: What::Read(spec) })?,
                Part::Choice(name, set, clear) => {
                    let is_set = match (self.types.strip_prefix(set), self.types.strip_prefix(clear)) {
                        (Some(rest), _) if !set.is_empty() => {
                            self.types = rest;
                            true
                        }
                        (_, Some(rest)) => {
                            self.types = rest;
                            false
                        }
                        _ => return None,
                    };
                    fill(name, Hole { reader: self, what: What::TakeFlag(is_set) })?;
                }
                Part::Cond => {}
            }
        }
        // A template without data types is of an instruction for which they say nothing, or that has none.
        (self.types.is_empty() || template.is_empty() && self.stem.starts_with('v')).then_some(())
    }

    fn operands(&mut self, template: &'static str, fill: &mut Filler<'_>) -> Option<()> {
        let mut rest = template;
        while !rest.is_empty() {
            // A load relative to PC may be written with its label.
            if let Some(tail) = rest.strip_prefix("[pc, #") {
                return self.literal(tail, fill);
            }
            let part = parts(rest).next()?;
            let consumed;
            match part {
                Part::Text(text) => {
                    // Only up to where the shorthand might begin.
                    let bracket = position(text, b'[').filter(|&at| text[at..].starts_with("[pc, #"));
                    let text = match bracket {
                        Some(0) | None => text,
                        Some(at) => &text[..at],
                    };
                    consumed = if rest.starts_with("{{") { 2 } else { text.len() };
                    let after = &rest[consumed..];
                    if (text == "cr" || text.ends_with(" cr")) && after.starts_with('{') {
                        self.text(text.strip_suffix("cr")?)?;
                    } else if text == "_" && after.starts_with('{') {
                        // Between a status register and its fields: both are one word.
                    } else if text == "{" && after.starts_with('{') && self.peek() != Some(Atom::Punct(b'{'))
                    {
                        // Braces around a number are objdump's.
                        let close = position(after, b'}')?;
                        let (hole, tail) = (&after[..=close], &after[close + 1..]);
                        self.operands(hole, fill)?;
                        rest = tail.strip_prefix('}')?;
                        continue;
                    } else if self.at == self.atoms.len() && self.may_end(rest) {
                        return Some(());
                    } else {
                        self.text(text)?;
                    }
                }
                Part::Hole(name, spec) => {
                    consumed = position(rest, b'}')? + 1;
                    let left = self.at == self.atoms.len();
                    if left && consumed == rest.len() && spec != "mask" {
                        // Nothing is left for the last operand: its type may have a value for that.
                        if fill(name, Hole { reader: self, what: What::Read(spec) }).is_none() {
                            return Some(());
                        }
                    } else {
                        fill(name, Hole { reader: self, what: What::Read(spec) })?;
                    }
                }
                Part::Choice(name, set, clear) => {
                    consumed = position(rest, b'}')? + 1;
                    let mut known = None;
                    fill(name, Hole { reader: self, what: What::Flag(&mut known) })?;
                    let at = self.at;
                    let is_set = match known {
                        Some(known) => {
                            self.word_or_text(if known { set } else { clear }, &rest[consumed..])?;
                            known
                        }
                        None if !set.is_empty() && self.word_or_text(set, &rest[consumed..]).is_some() => {
                            true
                        }
                        None => {
                            self.at = at;
                            self.word_or_text(clear, &rest[consumed..])?;
                            false
                        }
                    };
                    fill(name, Hole { reader: self, what: What::TakeFlag(is_set) })?;
                }
                Part::Cond => return None,
            }
            rest = &rest[consumed..];
        }
        Some(())
    }

    /// What may be left out at the end: the second opcode of a coprocessor instruction, ISB's option.
    fn may_end(&self, rest: &str) -> bool {
        rest == "sy" || rest == ", {{{opc2}}"
    }

    /// `#{add?:-}{imm}]` or `#{imm}]` behind `[pc, `, or a label for all of it.
    fn literal(&mut self, tail: &'static str, fill: &mut Filler<'_>) -> Option<()> {
        let signed = tail.starts_with("{add?");
        let bracket = self.eat(b'[');
        if bracket {
            (self.next()? == Atom::Reg(Reg::PC)).then_some(())?;
            if !self.eat(b',') && self.peek() != Some(Atom::Punct(b']')) {
                return None;
            }
        }
        let minus = matches!(self.peek(), Some(Atom::Num { minus: true, .. }));
        if signed {
            fill("add", Hole { reader: self, what: What::TakeFlag(!minus) })?;
        } else if minus {
            return None;
        }
        fill("imm", Hole { reader: self, what: What::Read(if bracket { "" } else { "label" }) })?;
        if bracket {
            self.eat(b']').then_some(())?;
        }
        Some(())
    }

    /// A text of the template, or a word that a status register's name begins with.
    fn word_or_text(&mut self, text: &'static str, after: &str) -> Option<()> {
        if after.starts_with('_') {
            // `CPSR_fc`: the fields are read from the same word.
            let Some(Atom::Name(name)) = self.peek() else { return None };
            let (head, _) = name.split_once('_').unwrap_or((name, ""));
            return same_status(head, text).then_some(());
        }
        self.text(text)
    }

    /// Reads what stands literally in a template.
    pub fn text(&mut self, text: &str) -> Option<()> {
        let mut rest = text;
        while let Some(first) = rest.bytes().next() {
            let len = match first {
                b' ' | b'#' if !rest[1..].starts_with(|c: char| c.is_ascii_digit()) => 1,
                b'#' | b'0'..=b'9' => {
                    let start = (first == b'#') as usize;
                    let end = rest[start..]
                        .find(|c: char| !c.is_ascii_digit() && c != '.')
                        .map_or(rest.len(), |n| n + start);
                    let wanted: f64 = rest[start..end].parse().ok()?;
                    let found = match self.next()? {
                        Atom::Num { value, .. } => value as f64,
                        Atom::Float { value, .. } => value,
                        _ => return None,
                    };
                    (found == wanted).then_some(())?;
                    end
                }
                b'a'..=b'z' | b'A'..=b'Z' => {
                    let end =
                        rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
                    let word = &rest[..end];
                    match self.next()? {
                        Atom::Name(name) => {
                            (name.eq_ignore_ascii_case(word) || same_status(name, word)).then_some(())?
                        }
                        Atom::Reg(Reg(13)) => (word == "sp").then_some(())?,
                        Atom::Reg(Reg(15)) => (word == "pc" || word == "APSR_nzcv").then_some(())?,
                        _ => return None,
                    }
                    end
                }
                punct => {
                    self.eat(punct).then_some(())?;
                    1
                }
            };
            rest = &rest[len..];
        }
        Some(())
    }

    /// The next atom, without reading it.
    pub fn peek(&mut self) -> Option<Atom<'a>> {
        self.furthest = self.furthest.max(self.at);
        self.atoms.get(self.at).copied()
    }

    /// Reads the next atom.
    #[allow(clippy::should_implement_trait)] // atoms are not all that it reads
    pub fn next(&mut self) -> Option<Atom<'a>> {
        let atom = self.peek()?;
        self.at += 1;
        Some(atom)
    }

    /// Reads this punctuation if it is next.
    pub fn eat(&mut self, punct: u8) -> bool {
        let found = self.peek() == Some(Atom::Punct(punct));
        self.at += found as usize;
        found
    }

    /// Reads a core register.
    pub fn reg(&mut self) -> Option<Reg> {
        match self.peek()? {
            Atom::Reg(reg) => {
                self.at += 1;
                Some(reg)
            }
            _ => None,
        }
    }

    /// Reads a number; an expression is noted, and is 0.
    pub fn number(&mut self) -> Option<i64> {
        match self.peek()? {
            Atom::Num { value, .. } => {
                self.at += 1;
                Some(value)
            }
            Atom::Expr { .. } => {
                self.expr = Some((self.at, Role::Value));
                self.at += 1;
                Some(0)
            }
            _ => None,
        }
    }

    /// Reads a label, an expression or an address.
    pub fn label(&mut self, role: Role) -> Option<()> {
        match self.peek()? {
            Atom::Num { hash: false, .. } | Atom::Expr { .. } | Atom::Name(_) => {
                self.expr = Some((self.at, role));
                self.at += 1;
                Some(())
            }
            _ => None,
        }
    }

    /// Reads a name.
    pub fn name(&mut self) -> Option<&'a str> {
        match self.peek()? {
            Atom::Name(name) => {
                self.at += 1;
                Some(name)
            }
            _ => None,
        }
    }
}

/// Whether a name is that of a status register: APSR is what user mode sees of CPSR.
fn same_status(name: &str, register: &str) -> bool {
    name.eq_ignore_ascii_case(register) || register == "CPSR" && name.eq_ignore_ascii_case("apsr")
}
