//! The layout of a record: names for offsets.

use super::assemble::Assembler;
use super::symbols::Kind;
use super::tree::{Label, LabelName};

/// A record that is being laid out.
#[derive(Debug, Clone)]
pub(super) struct Record {
    /// The offset of the next field.
    pub(super) offset: i64,
    /// Its names: their value is its size.
    pub(super) labels: Vec<Label>,
    /// The statement that began it.
    pub(super) stmt: usize,
}

/// Ends the record that is being laid out, if there is one, and gives its name its size.
pub(super) fn end(asm: &mut Assembler<'_>) {
    let Some(record) = asm.record.take() else { return };
    let current = std::mem::replace(&mut asm.current, record.stmt);
    define(asm, &record.labels, Some(record.offset));
    asm.current = current;
}

/// Gives all names of a line an offset.
pub(super) fn define(asm: &mut Assembler<'_>, labels: &[Label], offset: Option<i64>) {
    for label in labels {
        if let LabelName::Global(name) = &label.name {
            asm.define(name, Kind::Value, offset, label.span, labels);
        }
    }
}
