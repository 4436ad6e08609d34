//! Expressions: how they are read, and what they are worth.

use super::lex::{Cursor, LexError, Number, QUOTES};
use super::tree::{Direction, Expr, ExprKind};
use crate::diag::Diagnostic;
use crate::expr::{BinOp, UnOp};
use crate::source::Span;

/// The deepest tree.
const MAX_DEPTH: u32 = 300;

impl From<LexError> for Diagnostic {
    fn from(error: LexError) -> Diagnostic {
        let d = Diagnostic::error(error.span, error.message);
        match error.help {
            Some(help) => d.help(help),
            None => d,
        }
    }
}

/// Binds the tightest of all operators: shifts.
const TIGHTEST: u8 = 6;

/// The operator at the cursor: how many characters it has, how tightly it binds, what it is.
fn operator(cursor: &mut Cursor<'_>) -> Option<(usize, u8, BinOp)> {
    let first = cursor.peek()?;
    if let Some(word) = cursor.peek_word() {
        let (level, op) = match word.to_ascii_uppercase().as_str() {
            "LSL" | "SHL" => (6, BinOp::Shl),
            "LSR" | "SHR" => (6, BinOp::Shr),
            "AND" => (5, BinOp::And),
            "OR" => (4, BinOp::Or),
            "EOR" | "XOR" => (4, BinOp::Xor),
            "DIV" => (3, BinOp::Div),
            "MOD" => (3, BinOp::Mod),
            "EQ" => (1, BinOp::Eq),
            "NE" => (1, BinOp::Ne),
            "LO" => (1, BinOp::Lo),
            "LS" => (1, BinOp::Ls),
            "HI" => (1, BinOp::Hi),
            "HS" => (1, BinOp::Hs),
            "LT" => (1, BinOp::Lt),
            "LE" => (1, BinOp::Le),
            "GT" => (1, BinOp::Gt),
            "GE" => (1, BinOp::Ge),
            _ => return None,
        };
        return Some((word.len(), level, op));
    }
    // Comparisons without letters are unsigned.
    Some(match (first, cursor.at(1).unwrap_or(0)) {
        (b'<', b'<') => (2, 6, BinOp::Shl),
        (b'>', b'>') => (2, 6, BinOp::Shr),
        (b'<', b'>') | (b'!', b'=') => (2, 1, BinOp::Ne),
        (b'<', b'=') => (2, 1, BinOp::Ls),
        (b'>', b'=') => (2, 1, BinOp::Hs),
        (b'=', b'=') => (2, 1, BinOp::Eq),
        (b'=', _) => (1, 1, BinOp::Eq),
        (b'<', _) => (1, 1, BinOp::Lo),
        (b'>', _) => (1, 1, BinOp::Hi),
        (b'|', _) => (1, 4, BinOp::Or),
        (b'^', _) => (1, 4, BinOp::Xor),
        (b'*', _) => (1, 3, BinOp::Mul),
        (b'/', _) => (1, 3, BinOp::Div),
        (b'\\', _) => (1, 3, BinOp::Mod),
        (b'+', _) => (1, 2, BinOp::Add),
        (b'-', _) => (1, 2, BinOp::Sub),
        _ => return None,
    })
}

/// Reads an expression.
pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Expr, Diagnostic> {
    binary(cursor, 1, 0)
}

/// Operators that bind at least as tightly as `level`; all group from the left.
fn binary(cursor: &mut Cursor<'_>, level: u8, nesting: u32) -> Result<Expr, Diagnostic> {
    if level > TIGHTEST {
        return primary(cursor, nesting);
    }
    let mut left = binary(cursor, level + 1, nesting)?;
    while let Some((len, this, op)) = operator(cursor)
        && this == level
    {
        cursor.punct(len);
        let right = binary(cursor, level + 1, nesting)?;
        let (span, depth) = (left.span.to(right.span), left.depth.max(right.depth) + 1);
        check_depth(depth, span)?;
        left = Expr { span, kind: ExprKind::Binary(op, Box::new(left), Box::new(right)), depth };
    }
    Ok(left)
}

fn check_depth(depth: u32, span: Span) -> Result<(), Diagnostic> {
    if depth <= MAX_DEPTH {
        return Ok(());
    }
    Err(Diagnostic::error(span, "this expression is too long").help("give parts of it names with EQU"))
}

fn primary(cursor: &mut Cursor<'_>, nesting: u32) -> Result<Expr, Diagnostic> {
    let Some(first) = cursor.peek() else {
        let at = cursor.rest();
        let at = cursor.span(at.start as usize, at.start as usize);
        return Err(
            Diagnostic::error(at, "expected a number, a label or an expression").label("the line ends here")
        );
    };
    let start = cursor.pos();
    check_depth(nesting, cursor.span(start, start + 1))?;
    let leaf = |span, kind| Ok(Expr { span, kind, depth: 1 });
    if let Some(number) = cursor.number() {
        let (number, span) = number?;
        return match number {
            Number::Int(n) => leaf(span, ExprKind::Num(n)),
            Number::Float(_) => {
                Err(Diagnostic::error(span, "a floating-point number cannot stand in an expression"))
            }
        };
    }
    if let Some((word, span)) = cursor.word() {
        return leaf(span, ExprKind::Name(word.to_owned()));
    }
    if QUOTES.contains(&first) && (first != b'/' || cursor.closes(b'/')) {
        let (bytes, span) = cursor.string()?;
        return match bytes.as_slice() {
            [byte] => leaf(span, ExprKind::Num(*byte as i64)),
            [] => Err(Diagnostic::error(span, "expected one character between the quotes")),
            _ => Err(Diagnostic::error(
                span,
                "a string cannot stand here: a number has room for one character",
            )
            .help("put strings into memory with DEFB, and take their address with ADR")),
        };
    }
    let unary_op = match first {
        b'-' => Some(Some(UnOp::Neg)),
        b'+' => Some(None),
        b'~' => Some(Some(UnOp::Not)),
        b'|' => Some(Some(UnOp::Log2)),
        _ => None,
    };
    if let Some(op) = unary_op {
        cursor.punct(1);
        let operand = primary(cursor, nesting + 1)?;
        let Some(op) = op else { return Ok(operand) };
        let (span, depth) = (cursor.span_from(start), operand.depth + 1);
        check_depth(depth, span)?;
        return Ok(Expr { span, kind: ExprKind::Unary(op, Box::new(operand)), depth });
    }
    match first {
        b'.' => {
            let span = cursor.punct(1);
            leaf(span, ExprKind::Here)
        }
        b'%' => local(cursor),
        b'(' => {
            let open = cursor.punct(1);
            let mut inner = binary(cursor, 1, nesting + 1)?;
            if !cursor.eat(b')') {
                let at = cursor.pos();
                return Err(
                    Diagnostic::error(cursor.span(at, at + 1), "expected `)`").other(open, "opened here")
                );
            }
            inner.span = cursor.span_from(start);
            Ok(inner)
        }
        b'{' => truth(cursor),
        b'#' => {
            let span = cursor.punct(1);
            Err(Diagnostic::error(span, "`#` cannot stand here")
                .help("`#` belongs before the operand of an instruction, once"))
        }
        _ => {
            let (span, text) = character(cursor, start);
            let message = format!("expected a number, a label or an expression, found `{text}`");
            let d = Diagnostic::error(span, message);
            Err(match text.as_str() {
                "£" | "€" => d.help("did you mean `#`?"),
                "/" => d.help("a comment begins with `;`"),
                _ => d,
            })
        }
    }
}

/// The character at a place, for a message: it may be of several bytes.
pub(super) fn character(cursor: &Cursor<'_>, start: usize) -> (Span, String) {
    let bytes = cursor.slice(cursor.span(start, cursor.rest().end as usize));
    for len in 1..=bytes.len().min(4) {
        if let Ok(text) = std::str::from_utf8(&bytes[..len]) {
            return (cursor.span(start, start + len), text.to_owned());
        }
    }
    let text = bytes.first().map_or("the end of the line".to_owned(), |b| format!("\\x{b:02x}"));
    (cursor.span(start, start + bytes.len().min(1)), text)
}

/// Nothing but a comment may follow.
pub(super) fn end_of_line(cursor: &mut Cursor<'_>) -> Result<(), Diagnostic> {
    if cursor.peek().is_none() {
        return Ok(());
    }
    let at = cursor.pos();
    let (span, text) = character(cursor, at);
    let d = Diagnostic::error(span, format!("expected the end of the line, found `{text}`"));
    Err(match text.as_str() {
        "#" | "/" | "@" => d.help("a comment begins with `;`"),
        _ => d,
    })
}

/// `%12`, `%b12`, `%f12`.
fn local(cursor: &mut Cursor<'_>) -> Result<Expr, Diagnostic> {
    let start = cursor.pos();
    let (len, direction) = match cursor.at(1) {
        Some(b'b' | b'B') => (2, Direction::Back),
        Some(b'f' | b'F') => (2, Direction::Forward),
        _ => (1, Direction::Either),
    };
    cursor.punct(len);
    match cursor.decimal() {
        Some((number, _)) => {
            Ok(Expr { span: cursor.span_from(start), kind: ExprKind::Local(direction, number), depth: 1 })
        }
        None => {
            Err(Diagnostic::error(cursor.span_from(start), "expected the number of a local label after `%`")
                .help("%b1 is the nearest label 1 before, %f1 the nearest after, %1 before or else after"))
        }
    }
}

/// `{TRUE}`, `{FALSE}`.
fn truth(cursor: &mut Cursor<'_>) -> Result<Expr, Diagnostic> {
    let start = cursor.pos();
    cursor.punct(1);
    let value = cursor.word().map(|(word, _)| word.to_ascii_uppercase());
    let value = match value.as_deref() {
        Some("TRUE") if cursor.eat(b'}') => -1,
        Some("FALSE") if cursor.eat(b'}') => 0,
        _ => return Err(Diagnostic::error(cursor.span_from(start), "expected {TRUE} or {FALSE}")),
    };
    Ok(Expr { span: cursor.span_from(start), kind: ExprKind::Num(value), depth: 1 })
}

/// Where an expression's names have their values from.
pub(super) trait Scope {
    /// The value of a name; `None` if it is not known yet. May complain.
    fn name(&mut self, name: &str, span: Span) -> Option<i64>;
    /// The value of a local label.
    fn local(&mut self, direction: Direction, number: u32, span: Span) -> Option<i64>;
    /// The current address.
    fn here(&self) -> u32;
    /// Takes a complaint.
    fn complain(&mut self, d: Diagnostic);
}

/// What an expression is worth: in 32 bits, kept as it was where it fits, so that -4 stays an offset.
pub(super) fn value(expr: &Expr, scope: &mut dyn Scope) -> Option<i64> {
    match &expr.kind {
        ExprKind::Num(n) => Some(*n),
        ExprKind::Name(name) => scope.name(name, expr.span),
        ExprKind::Local(direction, number) => scope.local(*direction, *number, expr.span),
        ExprKind::Here => Some(scope.here() as i64),
        ExprKind::Unary(op, operand) => {
            let n = value(operand, scope)?;
            match op {
                UnOp::Neg => Some(wrap(n.wrapping_neg())),
                UnOp::Log2 if n as u32 == 0 => {
                    scope.complain(Diagnostic::error(expr.span, "0 has no logarithm"));
                    None
                }
                UnOp::Log2 => Some(31 - (n as u32).leading_zeros() as i64),
                UnOp::Not | UnOp::LogNot => Some(wrap(!n)),
            }
        }
        ExprKind::Binary(op, a, b) => {
            let (a, right) = (value(a, scope), value(b, scope)?);
            let a = a?;
            if right == 0 && matches!(op, BinOp::Div | BinOp::Mod) {
                scope.complain(Diagnostic::error(b.span, "this is 0, and nothing can be divided by it"));
                return None;
            }
            Some(wrap(binary_value(*op, a, right)))
        }
    }
}

fn binary_value(op: BinOp, a: i64, b: i64) -> i64 {
    let truth = |b: bool| -(b as i64);
    let (ua, ub) = (a as u32, b as u32);
    match op {
        // The operators of one word in both; here they are 32 bits wide.
        BinOp::Shl => ua.checked_shl(ub).unwrap_or(0) as i64,
        BinOp::Shr => ua.checked_shr(ub).unwrap_or(0) as i64,
        BinOp::Eq => truth(ua == ub),
        BinOp::Ne => truth(ua != ub),
        BinOp::Lt => truth((ua as i32) < ub as i32),
        BinOp::Le => truth(ua as i32 <= ub as i32),
        BinOp::Gt => truth(ua as i32 > ub as i32),
        BinOp::Ge => truth(ua as i32 >= ub as i32),
        _ => crate::expr::binary(op, a, b).unwrap_or(0),
    }
}

/// Into what 32 bits hold, signed or unsigned.
fn wrap(n: i64) -> i64 {
    if (i32::MIN as i64..=u32::MAX as i64).contains(&n) { n } else { n as u32 as i64 }
}

/// How an expression's value changes when the program is put so many bytes further: by as many times as many;
/// `None` if not in proportion. A label's does once, the distance of two labels does not at all.
pub(super) fn moves(expr: &Expr, name: &dyn Fn(&str) -> Option<i32>) -> Option<i32> {
    match &expr.kind {
        ExprKind::Num(_) => Some(0),
        ExprKind::Name(word) => name(word),
        ExprKind::Local(..) | ExprKind::Here => Some(1),
        ExprKind::Unary(op, x) => match (op, moves(x, name)?) {
            (UnOp::Neg | UnOp::Not, n) => n.checked_neg(),
            (_, 0) => Some(0),
            _ => None,
        },
        ExprKind::Binary(op, a, b) => match (op, moves(a, name)?, moves(b, name)?) {
            (BinOp::Add, a, b) => a.checked_add(b),
            (BinOp::Sub, a, b) => a.checked_sub(b),
            (_, 0, 0) => Some(0),
            // Which of two places comes first does not change.
            (BinOp::Eq | BinOp::Ne | BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge, a, b)
            | (BinOp::Lo | BinOp::Ls | BinOp::Hi | BinOp::Hs, a, b)
                if a == b =>
            {
                Some(0)
            }
            _ => None,
        },
    }
}
