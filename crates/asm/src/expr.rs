//! Expressions over numbers and symbols. How tightly operators bind is the affair of a dialect's parser; what
//! they mean is said here.

use crate::symbol::SymId;

/// An expression. The common ones need no node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Expr {
    /// A number.
    Num(i64),
    /// A symbol and an addend.
    Sym(SymId, i32),
    /// Anything else.
    Tree(ExprId),
}

/// A node in [`Exprs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ExprId(pub u32);

/// What stands in a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Node {
    /// An operator before its operand.
    Unary(UnOp, Expr),
    /// An operator between its operands.
    Binary(BinOp, Expr, Expr),
    /// A relocation operator: `:lower16:x`, `x(GOT)`.
    Reloc(RelocOp, Expr),
}

/// Operators with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum UnOp {
    Neg,
    Not,
    /// 1 for 0, else 0.
    LogNot,
    /// The number of the highest bit set; of 0 it is -1.
    Log2,
}

/// Operators with two operands. Comparisons give -1 or 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum BinOp {
    Add,
    Sub,
    Mul,
    /// Towards zero.
    Div,
    Mod,
    Shl,
    /// Logical.
    Shr,
    And,
    Or,
    Xor,
    /// Or with the complement.
    OrNot,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    /// Unsigned comparisons, in 32 bits.
    Lo,
    Ls,
    Hi,
    Hs,
    /// 1 or 0.
    LogAnd,
    LogOr,
}

/// What a reference asks the linker for, beyond the symbol's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the names of GNU as
pub enum RelocOp {
    Lower16,
    Upper16,
    Lower0_7,
    Lower8_15,
    Upper0_7,
    Upper8_15,
    Got,
    GotOff,
    GotPrel,
    Plt,
    Prel31,
    Target1,
    Target2,
    SbRel,
    TlsGd,
    TlsLdm,
    TlsLdo,
    GotTpOff,
    TpOff,
    TlsDesc,
    TlsCall,
    TlsDescSeq,
    None,
}

/// The nodes of a program's expressions.
#[derive(Debug, Default)]
pub struct Exprs {
    nodes: Vec<Node>,
}

impl Exprs {
    /// A node.
    pub fn node(&self, id: ExprId) -> Node {
        self.nodes[id.0 as usize]
    }

    /// All nodes.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter()
    }

    /// Adds a node as it is.
    pub fn add(&mut self, node: Node) -> Expr {
        self.nodes.push(node);
        Expr::Tree(ExprId(self.nodes.len() as u32 - 1))
    }

    /// An operator applied; numbers are folded. `None` divides by zero.
    pub fn unary(&mut self, op: UnOp, x: Expr) -> Expr {
        match x {
            Expr::Num(n) => Expr::Num(unary(op, n)),
            x => self.add(Node::Unary(op, x)),
        }
    }

    /// An operator applied; numbers are folded, and added to a symbol. A division by zero stays a node, and is
    /// found when it is evaluated.
    pub fn binary(&mut self, op: BinOp, a: Expr, b: Expr) -> Expr {
        match (op, a, b) {
            (_, Expr::Num(a), Expr::Num(b)) if binary(op, a, b).is_some() => {
                Expr::Num(binary(op, a, b).unwrap_or_default())
            }
            (BinOp::Add, Expr::Sym(s, add), Expr::Num(n)) | (BinOp::Add, Expr::Num(n), Expr::Sym(s, add))
                if i32::try_from(n + i64::from(add)).is_ok() =>
            {
                Expr::Sym(s, (n + i64::from(add)) as i32)
            }
            (BinOp::Sub, Expr::Sym(s, add), Expr::Num(n)) if i32::try_from(i64::from(add) - n).is_ok() => {
                Expr::Sym(s, (i64::from(add) - n) as i32)
            }
            _ => self.add(Node::Binary(op, a, b)),
        }
    }
}

/// Applies an operator to a number.
pub fn unary(op: UnOp, n: i64) -> i64 {
    match op {
        UnOp::Neg => n.wrapping_neg(),
        UnOp::Not => !n,
        UnOp::LogNot => (n == 0) as i64,
        UnOp::Log2 => 63 - i64::from(n.leading_zeros()),
    }
}

/// Applies an operator to numbers; `None` divides by zero.
pub fn binary(op: BinOp, a: i64, b: i64) -> Option<i64> {
    let truth = |b: bool| -(b as i64);
    Some(match op {
        BinOp::Add => a.wrapping_add(b),
        BinOp::Sub => a.wrapping_sub(b),
        BinOp::Mul => a.wrapping_mul(b),
        BinOp::Div => a.checked_div(b)?,
        BinOp::Mod => a.checked_rem(b)?,
        BinOp::Shl => a.checked_shl(u32::try_from(b).unwrap_or(64)).unwrap_or(0),
        BinOp::Shr => (a as u64).checked_shr(u32::try_from(b).unwrap_or(64)).unwrap_or(0) as i64,
        BinOp::And => a & b,
        BinOp::Or => a | b,
        BinOp::Xor => a ^ b,
        BinOp::OrNot => a | !b,
        BinOp::Eq => truth(a == b),
        BinOp::Ne => truth(a != b),
        BinOp::Lt => truth(a < b),
        BinOp::Le => truth(a <= b),
        BinOp::Gt => truth(a > b),
        BinOp::Ge => truth(a >= b),
        BinOp::Lo => truth((a as u32) < b as u32),
        BinOp::Ls => truth(a as u32 <= b as u32),
        BinOp::Hi => truth(a as u32 > b as u32),
        BinOp::Hs => truth(a as u32 >= b as u32),
        BinOp::LogAnd => (a != 0 && b != 0) as i64,
        BinOp::LogOr => (a != 0 || b != 0) as i64,
    })
}
