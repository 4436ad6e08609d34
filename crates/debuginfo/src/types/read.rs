//! Types from their entries (DWARF 5, chapter 5).

use super::{Encoding, Link, Member, Type};
use crate::dwarf::{Attr, Debug, Entry, EntryRef};
use crate::module::Module;
use std::sync::Arc;

/// Reads a type; what cannot be read is unknown.
pub(super) fn read(module: &Arc<Module>, at: EntryRef) -> Type {
    let found = module.debug().and_then(|debug| Reader { module, debug, at }.read());
    found.unwrap_or_else(|| Type::Unknown("a type that the debugging information does not have".into()))
}

struct Reader<'a> {
    module: &'a Arc<Module>,
    debug: &'a Debug,
    at: EntryRef,
}

impl Reader<'_> {
    fn read(&self) -> Option<Type> {
        let entry = self.debug.entry(self.at)?;
        let name = || self.text(&entry, gimli::DW_AT_name);
        let to = || self.link(&entry);
        Some(match entry.tag() {
            gimli::DW_TAG_base_type => self.base(&entry)?,
            gimli::DW_TAG_pointer_type => Type::Pointer { to: to(), reference: false },
            gimli::DW_TAG_reference_type | gimli::DW_TAG_rvalue_reference_type => {
                Type::Pointer { to: to(), reference: true }
            }
            gimli::DW_TAG_const_type => Type::Qualified { word: "const", to: to() },
            gimli::DW_TAG_volatile_type => Type::Qualified { word: "volatile", to: to() },
            gimli::DW_TAG_restrict_type => Type::Qualified { word: "restrict", to: to() },
            gimli::DW_TAG_atomic_type => Type::Qualified { word: "_Atomic", to: to() },
            gimli::DW_TAG_typedef => Type::Typedef { name: name()?, to: to() },
            gimli::DW_TAG_array_type => self.array(&entry),
            gimli::DW_TAG_structure_type => self.record("struct", &entry),
            gimli::DW_TAG_class_type => self.record("class", &entry),
            gimli::DW_TAG_union_type => self.record("union", &entry),
            gimli::DW_TAG_enumeration_type => self.enumeration(&entry),
            gimli::DW_TAG_subroutine_type | gimli::DW_TAG_subprogram => {
                Type::Function { returns: to(), parameters: self.parameters() }
            }
            gimli::DW_TAG_unspecified_type => Type::Void,
            other => Type::Unknown(other.to_string()),
        })
    }

    fn text(&self, entry: &Entry, name: gimli::DwAt) -> Option<String> {
        self.debug.text(self.at.unit, entry.attr_value(name))
    }

    /// The type that an entry is of; void if it says none.
    fn link(&self, entry: &Entry) -> Link {
        match self.debug.refers(self.at.unit, entry.attr_value(gimli::DW_AT_type)) {
            Some(at) => Link::entry(self.module, at),
            None => Type::Void.into(),
        }
    }

    fn base(&self, entry: &Entry) -> Option<Type> {
        let Some(Attr::Encoding(encoding)) = entry.attr_value(gimli::DW_AT_encoding) else { return None };
        let encoding = match encoding {
            gimli::DW_ATE_boolean => Encoding::Bool,
            gimli::DW_ATE_float => Encoding::Float,
            gimli::DW_ATE_signed => Encoding::Signed,
            gimli::DW_ATE_signed_char => Encoding::SignedChar,
            gimli::DW_ATE_unsigned_char | gimli::DW_ATE_UTF => Encoding::UnsignedChar,
            gimli::DW_ATE_unsigned | gimli::DW_ATE_address => Encoding::Unsigned,
            other => return Some(Type::Unknown(other.to_string())),
        };
        let name = self.text(entry, gimli::DW_AT_name).unwrap_or_default();
        Some(Type::Base { name, size: number(entry, gimli::DW_AT_byte_size)? as u32, encoding })
    }

    /// Calls back with each child of the entry.
    fn children(&self, mut each: impl FnMut(&Entry)) {
        let Ok(mut tree) = self.debug.units[self.at.unit].unit.entries_tree(Some(self.at.offset)) else {
            return;
        };
        let Ok(root) = tree.root() else { return };
        let mut children = root.children();
        while let Ok(Some(child)) = children.next() {
            each(child.entry());
        }
    }

    /// Dimensions are children of one entry; they become arrays of arrays, the last one innermost.
    fn array(&self, entry: &Entry) -> Type {
        let mut counts = Vec::new();
        self.children(|child| {
            if matches!(child.tag(), gimli::DW_TAG_subrange_type | gimli::DW_TAG_enumeration_type) {
                let count = number(child, gimli::DW_AT_count);
                let bound = || number(child, gimli::DW_AT_upper_bound).map(|bound| bound.wrapping_add(1));
                counts.push(count.or_else(bound).map(|count| count as u32));
            }
        });
        if counts.is_empty() {
            counts.push(None);
        }
        let first = Type::Array { of: self.link(entry), count: counts.pop().flatten() };
        counts.into_iter().rev().fold(first, |of, count| Type::Array { of: of.into(), count })
    }

    fn record(&self, keyword: &'static str, entry: &Entry) -> Type {
        // A declaration stands for the definition, which another unit may have.
        if entry.attr(gimli::DW_AT_declaration).is_some()
            && let Some(name) = self.text(entry, gimli::DW_AT_name)
            && let Some(at) = self.debug.definition(&name)
            && at != self.at
        {
            return read(self.module, at);
        }
        let mut members = Vec::new();
        self.children(|child| {
            let base = child.tag() == gimli::DW_TAG_inheritance;
            if child.tag() != gimli::DW_TAG_member && !base {
                return;
            }
            // A static member is no part of the record.
            if child.attr(gimli::DW_AT_external).is_some() || child.attr(gimli::DW_AT_declaration).is_some() {
                return;
            }
            let ty = self.link(child);
            let name = match base {
                true => match ty.get() {
                    Type::Record { name, .. } => name,
                    _ => None,
                },
                false => self.text(child, gimli::DW_AT_name),
            };
            let offset = number(child, gimli::DW_AT_data_member_location).unwrap_or(0) as u32;
            members.push(Member { name, bits: bits(child, &ty, offset), ty, offset, base });
        });
        let size = number(entry, gimli::DW_AT_byte_size).unwrap_or(0) as u32;
        Type::Record { keyword, name: self.text(entry, gimli::DW_AT_name), size, members }
    }

    fn enumeration(&self, entry: &Entry) -> Type {
        let mut values = Vec::new();
        self.children(|child| {
            let value = child.attr_value(gimli::DW_AT_const_value).and_then(|value| signed(&value));
            if let (Some(name), Some(value)) = (self.text(child, gimli::DW_AT_name), value) {
                values.push((name, value));
            }
        });
        let size = number(entry, gimli::DW_AT_byte_size).unwrap_or(4) as u32;
        Type::Enum { name: self.text(entry, gimli::DW_AT_name), size, values }
    }

    fn parameters(&self) -> Vec<Link> {
        let mut parameters = Vec::new();
        self.children(|child| {
            if child.tag() == gimli::DW_TAG_formal_parameter {
                parameters.push(self.link(child));
            }
        });
        parameters
    }
}

fn number(entry: &Entry, name: gimli::DwAt) -> Option<u64> {
    let value = entry.attr_value(name)?;
    value.udata_value().or_else(|| value.sdata_value().map(|value| value as u64))
}

/// A constant with its sign: DWARF leaves it to the form.
fn signed(value: &Attr) -> Option<i64> {
    match *value {
        Attr::Sdata(value) => Some(value),
        ref other => other.udata_value().map(|value| value as i64).or_else(|| other.sdata_value()),
    }
}

/// The bits of a field: counted from the start of the record (DWARF 4 on), or from the most significant bit of the
/// storage unit (DWARF 3).
fn bits(entry: &Entry, ty: &Link, offset: u32) -> Option<(u32, u32)> {
    let size = number(entry, gimli::DW_AT_bit_size)? as u32;
    if let Some(first) = number(entry, gimli::DW_AT_data_bit_offset) {
        return Some((first as u32, size));
    }
    let unit = number(entry, gimli::DW_AT_byte_size).map_or_else(|| ty.get().size(), |size| size as u32);
    let from_top = number(entry, gimli::DW_AT_bit_offset).unwrap_or(0) as u32;
    let first = unit.wrapping_mul(8).wrapping_sub(from_top).wrapping_sub(size);
    Some((offset.wrapping_mul(8).wrapping_add(first), size))
}
