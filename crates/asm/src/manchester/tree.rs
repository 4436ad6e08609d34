//! What the parser makes of a line. It is one-to-one with what was written: nothing is looked up.

use crate::expr::{BinOp, UnOp};
use crate::source::Span;
use skink_isa::simd::operand::ExtReg;

/// A line.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    pub(super) labels: Vec<Label>,
    pub(super) item: Option<Item>,
    pub(super) comment: Option<Span>,
}

/// A label in front of an item.
#[derive(Debug, Clone)]
pub(super) struct Label {
    pub(super) span: Span,
    pub(super) name: LabelName,
}

/// What a label is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LabelName {
    Global(String),
    /// A local label: a number, which may be used again.
    Local(u32),
}

/// An instruction or a directive.
#[derive(Debug, Clone)]
pub(super) struct Item {
    /// All of it.
    pub(super) span: Span,
    /// Mnemonic or directive.
    pub(super) name_span: Span,
    pub(super) kind: ItemKind,
}

#[derive(Debug, Clone)]
pub(super) enum ItemKind {
    /// Mnemonic in lower case, and operands.
    Insn(String, Vec<Operand>),
    Directive(Directive),
    /// What could not be parsed, and has been complained about.
    Broken,
}

/// A piece of an instruction's operands.
#[derive(Debug, Clone)]
pub(super) struct Operand {
    pub(super) span: Span,
    pub(super) kind: OperandKind,
}

#[derive(Debug, Clone)]
pub(super) enum OperandKind {
    Reg(u8),
    Ext(ExtReg),
    /// A word that may be a label, a register's other name, or a name that the instruction knows.
    Word(String),
    /// An expression, with or without `#`.
    Value {
        expr: Expr,
        hash: bool,
        minus: bool,
    },
    Float {
        value: f64,
        hash: bool,
    },
    /// `=expr`: the value itself, in a register.
    Literal(Expr),
    Punct(u8),
}

/// An expression.
#[derive(Debug, Clone)]
pub(super) struct Expr {
    pub(super) span: Span,
    pub(super) kind: ExprKind,
    /// Of the tree, so that neither evaluating nor dropping it can exhaust the stack.
    pub(super) depth: u32,
}

#[derive(Debug, Clone)]
pub(super) enum ExprKind {
    Num(i64),
    Name(String),
    Local(Direction, u32),
    /// `.`
    Here,
    Unary(UnOp, Box<Expr>),
    Binary(BinOp, Box<Expr>, Box<Expr>),
}

/// Where a local label is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Back,
    Forward,
    /// Back, then forward.
    Either,
}

/// An element of DEFB and its like.
#[derive(Debug, Clone)]
pub(super) enum Datum {
    Text(Vec<u8>),
    Value(Expr),
}

/// A directive and its arguments.
#[derive(Debug, Clone)]
pub(super) enum Directive {
    Org(Expr),
    Equ(Expr),
    Entry,
    Export(Vec<(String, Span)>),
    Align(Option<Expr>, Option<Expr>),
    /// The size of an element in bytes.
    Define(u8, Vec<Datum>),
    Space(Expr, Option<Expr>),
    Include(String, Span),
    Import(String, Span),
    Pool,
    /// Which name, and what it stands for.
    Alias(AliasKind, Expr),
    Arm,
    Thumb,
    Arch(String, Span),
    Record(Option<Expr>),
    RecordAlias,
    /// The size of a field's element, and how many.
    Field(u8, Option<Expr>),
    RecordAlign(Option<Expr>),
    If(Expr),
    Else,
    Fi,
}

/// RN, CN, CP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AliasKind {
    Register,
    CoprocessorRegister,
    Coprocessor,
}
