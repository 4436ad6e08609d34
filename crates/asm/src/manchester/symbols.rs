//! What names stand for, from one pass to the next.

use super::tree::{AliasKind, Direction};
use crate::source::Span;
use std::collections::HashMap;

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The address of something.
    Label,
    /// A value: EQU, or an offset in a record.
    Value,
    /// A register, coprocessor register or coprocessor.
    Alias(AliasKind),
}

/// A name.
#[derive(Debug, Clone)]
pub(super) struct Symbol {
    pub(super) kind: Kind,
    /// As far as it is known.
    pub(super) value: Option<i64>,
    /// How it changes when the program is put elsewhere; see `expr::moves`.
    pub(super) moves: Option<i32>,
    /// Where it is defined.
    pub(super) span: Span,
    /// The statement that defines it.
    pub(super) stmt: usize,
    pub(super) thumb: bool,
    pub(super) used: bool,
    pub(super) exported: bool,
}

/// All names.
#[derive(Debug, Default)]
pub(super) struct Symbols {
    by_name: HashMap<String, Symbol>,
    /// Each local label's places, ascending: statement and address.
    locals: HashMap<u32, Vec<(usize, Option<u32>)>>,
    /// Whether this pass found another value for anything than the last.
    pub(super) changed: bool,
}

impl Symbols {
    pub(super) fn get(&self, name: &str) -> Option<&Symbol> {
        self.by_name.get(name)
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut Symbol> {
        self.by_name.get_mut(name)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Symbol)> {
        self.by_name.iter().map(|(name, symbol)| (name.as_str(), symbol))
    }

    /// Gives a name its value in this pass; where it was defined by another statement, that one's place.
    pub(super) fn define(&mut self, name: &str, new: Symbol) -> Result<(), Symbol> {
        match self.by_name.get_mut(name) {
            None => {
                self.by_name.insert(name.to_owned(), new);
                self.changed = true;
            }
            Some(old) if old.stmt != new.stmt => return Err(old.clone()),
            Some(old) => {
                self.changed |= old.value != new.value;
                (old.value, old.thumb, old.moves) = (new.value, new.thumb, new.moves);
            }
        }
        Ok(())
    }

    pub(super) fn define_local(&mut self, number: u32, stmt: usize, address: u32) {
        let places = self.locals.entry(number).or_default();
        match places.binary_search_by_key(&stmt, |place| place.0) {
            Ok(i) => {
                self.changed |= places[i].1 != Some(address);
                places[i].1 = Some(address);
            }
            Err(i) => {
                places.insert(i, (stmt, Some(address)));
                self.changed = true;
            }
        }
    }

    /// The address of a local label as seen from a statement; the outer `None` if there is none.
    pub(super) fn local(&self, direction: Direction, number: u32, stmt: usize) -> Option<Option<u32>> {
        let places = self.locals.get(&number)?;
        // A line's own label counts as before it.
        let behind = places.partition_point(|place| place.0 <= stmt);
        let back = behind.checked_sub(1).map(|i| places[i].1);
        let forward = places.get(behind).map(|place| place.1);
        match direction {
            Direction::Back => back,
            Direction::Forward => forward,
            Direction::Either => back.or(forward),
        }
    }

    /// Whether there is such a local label anywhere.
    pub(super) fn has_local(&self, number: u32) -> bool {
        self.locals.contains_key(&number)
    }
}
