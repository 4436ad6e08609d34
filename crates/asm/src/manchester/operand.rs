//! The operands of an instruction, as far as they can be told apart without knowing any names.

use super::expr::{self, end_of_line};
use super::lex::{Cursor, Number};
use super::tree::{Expr, ExprKind, Operand, OperandKind};
use super::words;
use crate::diag::Diagnostic;
use skink_isa::simd::operand::ExtReg;

/// Reads the operands of a mnemonic up to the end of the line.
pub(super) fn parse(cursor: &mut Cursor<'_>, mnemonic: &str) -> Result<Vec<Operand>, Diagnostic> {
    let mut operands: Vec<Operand> = Vec::new();
    let mut braces = Vec::new();
    let mut brackets = Vec::new();
    while let Some(b) = cursor.peek() {
        let start = cursor.pos();
        if let Some(before) = operands.last() {
            parted(cursor, &operands[..operands.len() - 1], before, b)?;
        }
        match b {
            b'{' => braces.push(cursor.span(start, start + 1)),
            b'[' => brackets.push(cursor.span(start, start + 1)),
            b'}' => drop(braces.pop()),
            b']' => drop(brackets.pop()),
            _ => {}
        }
        let kind = piece(cursor, mnemonic, b, !braces.is_empty())?;
        if let Some(kind) = kind {
            operands.push(Operand { span: cursor.span_from(start), kind });
        }
    }
    end_of_line(cursor)?;
    if let Some(open) = braces.first() {
        return Err(
            Diagnostic::error(*open, "this `{` is not closed").help("a list of registers is {R0-R3, LR}")
        );
    }
    if let Some(open) = brackets.first() {
        return Err(Diagnostic::error(*open, "this `[` is not closed").help("an address is [R1] or [R1, #4]"));
    }
    Ok(operands)
}

/// Complains of a value that follows another without a comma.
fn parted(cursor: &mut Cursor<'_>, earlier: &[Operand], before: &Operand, b: u8) -> Result<(), Diagnostic> {
    let value = match &before.kind {
        OperandKind::Word(word) => !words::is_shift(word),
        OperandKind::Punct(punct) => matches!(punct, b']' | b'}'),
        _ => true,
    };
    let start = cursor.pos();
    // A lane stands right behind its register: d0[1].
    let lane = b == b'[' && before.span.end as usize == start;
    let opens =
        b.is_ascii_alphanumeric() || matches!(b, b'#' | b'_' | b'{' | b'[' | b'\'' | b'"' | b'=' | b'@');
    let alignment = b == b'@' && cursor.at(1).is_some_and(|b| b.is_ascii_digit());
    if !value || !opens || lane || alignment {
        return Ok(());
    }
    let after_comma = matches!(earlier.last(), Some(Operand { kind: OperandKind::Punct(b','), .. }));
    if let (OperandKind::Word(word), true, true) = (&before.kind, after_comma, earlier.len() > 1) {
        return Err(Diagnostic::error(before.span, format!("`{word}` is no shift"))
            .help("the shifts are LSL, LSR, ASR, ROR and RRX"));
    }
    let (span, text) = match cursor.peek_word() {
        Some(word) => (cursor.span(start, start + word.len()), word.to_owned()),
        None => expr::character(cursor, start),
    };
    let d = Diagnostic::error(span, format!("expected `,` before `{text}`"));
    let comment =
        matches!(b, b'#' | b'@') && cursor.at(1).is_none_or(|b| b == b' ' || b.is_ascii_alphabetic());
    Err(if comment {
        d.help("a comment begins with `;`")
    } else {
        d.help("operands are parted by commas: ADD R0, R1, #5")
    })
}

/// One piece; `None` for a plus sign, which changes nothing.
fn piece(
    cursor: &mut Cursor<'_>,
    mnemonic: &str,
    b: u8,
    in_braces: bool,
) -> Result<Option<OperandKind>, Diagnostic> {
    let after_register = matches!(b, b':' | b'@');
    match b {
        b',' | b'[' | b']' | b'{' | b'}' | b'!' | b'^' => {
            cursor.punct(1);
            return Ok(Some(OperandKind::Punct(b)));
        }
        // An alignment: [R0:64], [R0@64].
        _ if after_register && cursor.at(1).is_some_and(|b| b.is_ascii_digit()) && is_alignment(cursor) => {
            cursor.punct(1);
            return Ok(Some(OperandKind::Punct(b':')));
        }
        b'#' => return immediate(cursor).map(Some),
        b'=' => {
            cursor.punct(1);
            if cursor.peek() == Some(b'#') {
                let span = cursor.punct(1);
                return Err(Diagnostic::error(span, "`=` takes no `#`").help("write LDR R0, =1234"));
            }
            return Ok(Some(OperandKind::Literal(expr::parse(cursor)?)));
        }
        b'-' | b'+' => {
            let saved = cursor.pos();
            cursor.punct(1);
            let register = cursor.peek_word().is_some_and(|word| words::register(word).is_some());
            if in_braces || register {
                return Ok((b == b'-').then_some(OperandKind::Punct(b'-')));
            }
            cursor.set_pos(saved);
        }
        _ => {}
    }
    if let Some(word) = cursor.peek_word() {
        if let Some(register) = words::register(word) {
            cursor.word();
            return Ok(Some(OperandKind::Reg(register)));
        }
        if let Some(register) = ext_register(mnemonic, word) {
            cursor.word();
            return Ok(Some(OperandKind::Ext(register)));
        }
        if in_braces || words::is_shift(word) {
            cursor.word();
            return Ok(Some(OperandKind::Word(word.to_owned())));
        }
    }
    let expr = expr::parse(cursor)?;
    Ok(Some(match expr.kind {
        ExprKind::Name(name) => OperandKind::Word(name),
        _ => OperandKind::Value { minus: is_minus(&expr), expr, hash: false },
    }))
}

/// Whether `:` here stands between a register and an alignment rather than before binary digits.
fn is_alignment(cursor: &Cursor<'_>) -> bool {
    matches!(cursor.tokens.last(), Some(token) if cursor.slice(cursor.span(token.start as usize, token.end as usize)).first().is_some_and(u8::is_ascii_alphabetic))
}

fn immediate(cursor: &mut Cursor<'_>) -> Result<OperandKind, Diagnostic> {
    cursor.punct(1);
    let start = cursor.peek().map(|_| cursor.pos());
    let negative = cursor.eat(b'-');
    if let Some(Ok((Number::Float(value), _))) = cursor.number() {
        let value = if negative { -value } else { value };
        return Ok(OperandKind::Float { value, hash: true });
    }
    if let Some(start) = start {
        cursor.set_pos(start);
    }
    if let Some(word) = cursor.peek_word()
        && words::register(word).is_some()
    {
        let hash = cursor.pos();
        return Err(Diagnostic::error(cursor.span(hash, hash + word.len()), "a register takes no `#`")
            .help(format!("`#` stands before numbers; write {word} alone")));
    }
    let expr = expr::parse(cursor)?;
    Ok(OperandKind::Value { minus: is_minus(&expr), expr, hash: true })
}

fn is_minus(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Unary(crate::expr::UnOp::Neg, _))
}

/// S, D and Q registers, for the instructions that have them: elsewhere `s1` may well be a label.
fn ext_register(mnemonic: &str, word: &str) -> Option<ExtReg> {
    if !mnemonic.starts_with(['v', 'f']) {
        return None;
    }
    let (kind, number) = word.split_at_checked(1)?;
    if number.is_empty() || number.len() > 2 || number.len() == 2 && number.starts_with('0') {
        return None;
    }
    let number: u8 = number.parse().ok()?;
    match kind {
        "s" | "S" if number < 32 => Some(ExtReg::S(number)),
        "d" | "D" if number < 32 => Some(ExtReg::D(number)),
        "q" | "Q" if number < 16 => Some(ExtReg::Q(number)),
        _ => None,
    }
}
