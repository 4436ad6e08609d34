//! Names and what they stand for.

use crate::expr::Expr;
use crate::source::Span;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SymId(pub u32);

/// A section, as an index into [`crate::hir::Program::sections`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SectionId(pub u32);

/// A place in a section that is not laid out yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The section.
    pub section: SectionId,
    /// The fragment.
    pub frag: u32,
    /// Bytes from the fragment's start.
    pub offset: u32,
}

/// What a symbol stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Def {
    /// Nothing yet: another object's.
    Undefined,
    /// A place.
    Place(Place),
    /// The value of an expression.
    Equ(Expr),
    /// A common block that the linker allocates.
    Common {
        /// In bytes.
        size: u32,
        /// In bytes.
        align: u32,
    },
    /// A section itself.
    Section(SectionId),
    /// A section group, which nothing but the group names.
    Group(u32),
}

/// Who sees a symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Binding {
    Local,
    Global,
    Weak,
}

/// What kind of thing a symbol names; the numbers are ELF's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum SymType {
    None = 0,
    Object = 1,
    Func = 2,
    Section = 3,
    File = 4,
    Common = 5,
    Tls = 6,
    IFunc = 10,
}

/// A symbol's properties.
#[derive(Debug, Clone, Copy)]
pub struct Symbol {
    /// Its name, in [`Symbols::name`]; empty for places without one.
    name: (u32, u32),
    /// What it stands for.
    pub def: Def,
    /// Who sees it.
    pub binding: Binding,
    /// What it is.
    pub ty: SymType,
    /// ELF's visibility: default, internal, hidden, protected.
    pub visibility: u8,
    /// `.size`, if it was given.
    pub size: Option<Expr>,
    /// Whether it names Thumb code.
    pub thumb: bool,
    /// Whether it is a function of Thumb code by `.thumb_func` or `.type`.
    pub thumb_func: bool,
    /// Whether something refers to it.
    pub used: bool,
    /// Whether there is one of it in a process (STB_GNU_UNIQUE).
    pub unique: bool,
    /// Whether it is but another name for a symbol, and none of the object (`.weakref`).
    pub stands_for: bool,
    /// Whether it is the place of a literal in a pool.
    pub literal: bool,
    /// Where it was defined.
    pub span: Option<Span>,
    /// Its place among the local symbols of an object: GNU as lists them as they were first named, or as `.set` gave
    /// them a value.
    pub order: u32,
}

/// All symbols, by name and by number.
#[derive(Debug, Default)]
pub struct Symbols {
    names: Vec<u8>,
    list: Vec<Symbol>,
    by_name: HashMap<u64, SymId, BuildHasherDefault<Identity>>,
    /// Names that share a hash with another; there are hardly any.
    collisions: HashMap<Vec<u8>, SymId>,
}

/// The key is a hash already.
#[derive(Debug, Default)]
pub struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&b| self.0 = self.0 << 8 | u64::from(b));
    }
    fn write_u64(&mut self, n: u64) {
        self.0 = n;
    }
}

/// A quick hash of a name.
pub fn hash(bytes: &[u8]) -> u64 {
    const K: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut h = bytes.len() as u64;
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        h = (h.rotate_left(5) ^ u64::from_le_bytes(*word)).wrapping_mul(K);
    }
    let last = rest.iter().fold(0u64, |last, &b| last << 8 | u64::from(b));
    h = (h.rotate_left(5) ^ last).wrapping_mul(K);
    h ^ h >> 29
}

impl Symbols {
    /// The symbol of a name, made if there is none.
    pub fn get(&mut self, name: &[u8]) -> SymId {
        let key = hash(name);
        let found = match self.by_name.get(&key) {
            Some(&id) if self.name(id) == name => Some(id),
            Some(_) => self.collisions.get(name).copied(),
            None => {
                let id = self.make(name);
                self.by_name.insert(key, id);
                return id;
            }
        };
        found.unwrap_or_else(|| {
            let id = self.make(name);
            self.collisions.insert(name.to_vec(), id);
            id
        })
    }

    /// The symbol of a name, if there is one.
    pub fn find(&self, name: &[u8]) -> Option<SymId> {
        match self.by_name.get(&hash(name)) {
            Some(&id) if self.name(id) == name => Some(id),
            Some(_) => self.collisions.get(name).copied(),
            None => None,
        }
    }

    /// A new symbol that no name leads to: places without a name, and the second and further ones of a name.
    pub fn make(&mut self, name: &[u8]) -> SymId {
        let at = self.names.len() as u32;
        self.names.extend_from_slice(name);
        self.list.push(Symbol {
            name: (at, name.len() as u32),
            def: Def::Undefined,
            binding: Binding::Local,
            ty: SymType::None,
            visibility: 0,
            size: None,
            thumb: false,
            thumb_func: false,
            used: false,
            unique: false,
            stands_for: false,
            literal: false,
            span: None,
            order: self.list.len() as u32,
        });
        SymId(self.list.len() as u32 - 1)
    }

    /// Gives a symbol another name, by which it is not found.
    pub(crate) fn rename(&mut self, id: SymId, name: &[u8]) {
        let at = self.names.len() as u32;
        self.names.extend_from_slice(name);
        self.list[id.0 as usize].name = (at, name.len() as u32);
    }

    /// A symbol's name.
    pub fn name(&self, id: SymId) -> &[u8] {
        let (at, len) = self.list[id.0 as usize].name;
        &self.names[at as usize..(at + len) as usize]
    }

    /// All of them, in the order in which they were first named.
    pub fn iter(&self) -> impl Iterator<Item = (SymId, &Symbol)> {
        self.list.iter().enumerate().map(|(i, s)| (SymId(i as u32), s))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

impl std::ops::Index<SymId> for Symbols {
    type Output = Symbol;
    fn index(&self, id: SymId) -> &Symbol {
        &self.list[id.0 as usize]
    }
}

impl std::ops::IndexMut<SymId> for Symbols {
    fn index_mut(&mut self, id: SymId) -> &mut Symbol {
        &mut self.list[id.0 as usize]
    }
}
