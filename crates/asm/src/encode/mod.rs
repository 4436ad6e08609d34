//! From a mnemonic and operands to an encoding, by the instruction table and nothing else.
//!
//! The index is made once from the syntax templates: each mnemonic, without condition and data types, leads to
//! the templates that it may be read by. What is read is an operation ([`skink_isa::Op`]); [`choose`] then finds
//! the encoding among all that the operation has. What a template does not say, because it is one instruction
//! written as another, is in [`alias`].

pub mod alias;
pub mod choose;
pub mod inject;
#[cfg(test)]
mod tests;

use crate::symbol::{Identity, hash};
pub use choose::{Place, Word};
use skink_isa::op::OpKind;
use skink_isa::row::{Row, Set};
use skink_isa::syntax::{Atom, Reader, Role, Template, stems};
use skink_isa::{Cond, Op, ROWS};
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::OnceLock;

/// A template that a mnemonic may be read by.
#[derive(Debug, Clone, Copy)]
struct Form {
    row: u16,
    template: Template,
    choices: [u8; 3],
    conditional: bool,
}

/// Mnemonics without condition and data types.
type Stems = HashMap<u64, u16, BuildHasherDefault<Identity>>;

/// The index; see the module.
#[derive(Debug)]
pub struct Index {
    stems: Stems,
    names: Vec<String>,
    forms: Vec<Vec<Form>>,
    /// The rows of each operation in A32 and in Thumb, those tried first standing first.
    rows: [Vec<Vec<u16>>; 2],
    /// Each row's mnemonic up to its first operand.
    heads: Vec<&'static str>,
}

/// A mnemonic with its parts told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mnemonic {
    /// Without condition, data types and width; an index.
    stem: u16,
    /// The condition; always, if none was written.
    pub cond: Cond,
    /// `.f32.s32`
    pub types: String,
    /// 2 for `.n`, 4 for `.w`, else 0.
    pub width: u8,
    /// How it was written, where that is another instruction's mnemonic: operands may need a change.
    pub alias: Option<alias::Alias>,
}

/// An instruction as it was read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parsed {
    /// The operation; what an expression stands for is 0.
    pub op: Op,
    /// The row whose template it was read by.
    pub row: u16,
    /// The atom that is an expression, and what it stands for.
    pub expr: Option<(usize, Role)>,
}

/// How far the operands could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mismatch {
    /// The first atom that no template has a place for.
    pub atom: usize,
}

/// Why an instruction cannot be assembled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Error {
    /// No template takes these operands.
    Operands(Mismatch),
    /// The operation is understood, and no encoding holds its operands.
    Encoding(Op),
}

/// An instruction that was read, and encoded if all of it is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Assembled {
    /// What was read.
    pub parsed: Parsed,
    /// Its encoding.
    pub word: Option<Word>,
}

/// The index, made at its first use.
pub fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(Index::build)
}

impl Index {
    fn build() -> Index {
        let mut index = Index {
            stems: Stems::default(),
            names: Vec::new(),
            forms: Vec::new(),
            rows: [vec![Vec::new(); OpKind::COUNT], vec![Vec::new(); OpKind::COUNT]],
            heads: ROWS.iter().map(|row| row.syntax.split(['{', '\t', '.']).next().unwrap_or("")).collect(),
        };
        for (number, row) in ROWS.iter().enumerate() {
            index.add(number as u16, row.syntax);
            if matches!(row.set, Set::A32 | Set::A32T32) {
                index.rows[0][row.kind as usize].push(number as u16);
            }
            if row.set != Set::A32 {
                index.rows[1][row.kind as usize].push(number as u16);
            }
        }
        for &(name, syntax) in alias::SYNTAX {
            if let Some(number) = ROWS.iter().position(|row| row.name == name) {
                index.add(number as u16, syntax);
            }
        }
        for forms in &mut index.forms {
            // A label is a literal before it is an address with PC as its base.
            forms.sort_by_key(|form| !form.template.operands.contains("[pc, #"));
        }
        for rows in index.rows.iter_mut().flatten() {
            // The sort is stable: among encodings of a size the table's order counts.
            rows.sort_by_key(|&row| choose::order(&ROWS[row as usize]));
        }
        index
    }

    fn add(&mut self, number: u16, syntax: &'static str) {
        let row = &ROWS[number as usize];
        stems(row.read, syntax, &mut |stem, taken, conditional| {
            let mut choices = [0; 3];
            choices[..taken.len()].copy_from_slice(taken);
            let template = Template::new(syntax);
            let form = Form { row: number, template, choices, conditional };
            let next = self.forms.len() as u16;
            let at = *self.stems.entry(hash(stem.as_bytes())).or_insert(next);
            if at == next {
                self.names.push(stem.into());
                self.forms.push(Vec::new());
            }
            let forms = &mut self.forms[at as usize];
            // The same operands for the same operation are read once, by whichever row.
            match forms.iter_mut().find(|f| same_form(f, &form)) {
                Some(known) => known.conditional |= conditional,
                None => forms.push(form),
            }
        });
    }

    fn find(&self, stem: &str) -> Option<u16> {
        let at = *self.stems.get(&hash(stem.as_bytes()))?;
        (self.names[at as usize] == stem).then_some(at)
    }

    /// Whether this is a mnemonic, in whatever form.
    pub fn is_mnemonic(&self, text: &str) -> bool {
        self.mnemonic(text).is_some()
    }

    /// All mnemonics without condition and data types: for suggestions.
    pub fn mnemonics(&self) -> impl Iterator<Item = &str> + '_ {
        let table = self.names.iter().map(|name| -> &str { name });
        table.chain(alias::mnemonics().map(|name| -> &str { name }))
    }

    /// Takes a mnemonic apart: UAL, or with the condition before the suffixes as before it.
    pub fn mnemonic(&self, text: &str) -> Option<Mnemonic> {
        let text = text.to_ascii_lowercase();
        let (word, mut types) = text.split_at(text.find('.').unwrap_or(text.len()));
        let mut width = 0;
        for (suffix, size) in [(".w", 4), (".n", 2)] {
            if let Some(rest) = types.strip_suffix(suffix) {
                (types, width) = (rest, size);
            } else if let Some(rest) = types.strip_prefix(suffix).filter(|rest| rest.starts_with('.')) {
                (types, width) = (rest, size);
            }
        }
        let make = |stem: &str, cond: Cond| {
            if let Some(alias) = alias::find(stem) {
                let stem = self.find(alias.stem)?;
                let types = if alias.types.is_empty() { types } else { alias.types };
                return Some(Mnemonic { stem, cond, types: types.into(), width, alias: Some(alias) });
            }
            let stem = self.find(stem)?;
            let possible = cond == Cond::Al || self.forms[stem as usize].iter().any(|form| form.conditional);
            possible.then(|| Mnemonic { stem, cond, types: types.into(), width, alias: None })
        };
        if let Some(found) = make(word, Cond::Al) {
            return Some(found);
        }
        if !word.is_ascii() || word.len() < 3 {
            return None;
        }
        let (stem, cond) = word.split_at(word.len() - 2);
        if let Some(found) = Cond::from_name(cond).and_then(|cond| make(stem, cond)) {
            return Some(found);
        }
        (1..word.len() - 2).rev().find_map(|at| {
            let cond = Cond::from_name(&word[at..at + 2])?;
            make(&format!("{}{}", &word[..at], &word[at + 2..]), cond)
        })
    }

    /// Reads and encodes an instruction; where an operand is an expression, it is only read.
    ///
    /// # Errors
    ///
    /// Where no template fits, how far the best one went; or that no encoding holds these operands.
    pub fn assemble(
        &self,
        m: &Mnemonic,
        cond: Cond,
        place: Place,
        atoms: &[Atom<'_>],
    ) -> Result<Assembled, Error> {
        let changed = m.alias.and_then(|alias| alias::change(alias.change, atoms));
        let used = changed.as_deref().unwrap_or(atoms);
        let found = self.assemble_or_other(m, cond, place, used).or_else(|error| {
            // More may be said of the data than counts: `vadd.s16` is `vadd.i16`.
            let plainer = alias::plainer(&self.names[m.stem as usize], &m.types);
            let mut plainer = plainer.into_iter().map(|types| Mnemonic { types, ..m.clone() });
            plainer.find_map(|m| self.assemble_or_other(&m, cond, place, used).ok()).ok_or(error)
        });
        found.map(|found| found.of(used, atoms))
    }

    /// With operands as they are, and as they may stand for others.
    fn assemble_or_other(
        &self,
        m: &Mnemonic,
        cond: Cond,
        place: Place,
        atoms: &[Atom<'_>],
    ) -> Result<Assembled, Error> {
        self.assemble_as(m, cond, place, atoms).or_else(|error| {
            let others = alias::others(&self.names[m.stem as usize], &m.types, atoms);
            let mut others = others.into_iter().filter_map(|(mnemonic, used)| {
                let m = match mnemonic {
                    None => m.clone(),
                    Some((stem, types)) => Mnemonic { stem: self.find(stem)?, types, ..m.clone() },
                };
                Some(self.assemble_as(&m, cond, place, &used).ok()?.of(&used, atoms))
            });
            others.next().ok_or(error)
        })
    }

    fn assemble_as(
        &self,
        m: &Mnemonic,
        cond: Cond,
        place: Place,
        atoms: &[Atom<'_>],
    ) -> Result<Assembled, Error> {
        let mut error = Error::Operands(Mismatch { atom: 0 });
        for parsed in self.parses(m, atoms, place.thumb) {
            match parsed {
                Ok(parsed) if parsed.expr.is_some() => return Ok(Assembled { parsed, word: None }),
                Ok(parsed) => {
                    if let Some(word) = choose::choose(&parsed.op, cond, place, &ROWS[parsed.row as usize]) {
                        return Ok(Assembled { parsed, word: Some(word) });
                    }
                    error = Error::Encoding(parsed.op);
                }
                Err(Mismatch { atom }) => match &mut error {
                    Error::Operands(worst) => worst.atom = worst.atom.max(atom),
                    Error::Encoding(_) => {}
                },
            }
        }
        Err(error)
    }

    /// Every way in which the operands can be read, the likeliest first.
    pub fn parses<'a>(
        &'a self,
        m: &'a Mnemonic,
        atoms: &'a [Atom<'a>],
        thumb: bool,
    ) -> impl Iterator<Item = Result<Parsed, Mismatch>> + 'a {
        let stem = &self.names[m.stem as usize];
        self.forms[m.stem as usize].iter().map(move |form| {
            let row = &ROWS[form.row as usize];
            let mut reader = Reader::new(atoms, stem, &m.types, &form.choices, thumb);
            match (row.read)(&mut reader, &form.template) {
                Some(op) => Ok(Parsed { op, row: form.row, expr: reader.expr }),
                None => Err(Mismatch { atom: reader.furthest }),
            }
        })
    }

    /// The rows of an operation, those tried first standing first.
    pub(crate) fn rows(&self, kind: OpKind, thumb: bool) -> &[u16] {
        &self.rows[thumb as usize][kind as usize]
    }
}

impl Assembled {
    /// With the expression's number among the atoms that were written, which other ones stood for.
    fn of(mut self, used: &[Atom<'_>], written: &[Atom<'_>]) -> Assembled {
        if let Some((atom, _)) = &mut self.parsed.expr
            && let Some(same) = used.get(*atom).and_then(|used| written.iter().position(|w| w == used))
        {
            *atom = same;
        }
        self
    }
}

/// Whether two forms read the same.
fn same_form(a: &Form, b: &Form) -> bool {
    let (x, y): (&Row, &Row) = (&ROWS[a.row as usize], &ROWS[b.row as usize]);
    x.kind == y.kind
        && x.constants == y.constants
        && a.template.operands == b.template.operands
        && a.template.types == b.template.types
        && a.choices == b.choices
}
