//! The parser: one line at a time, which is all that the grammar asks for.

use super::expr::{self, end_of_line};
use super::lex::{Cursor, QUOTES};
use super::operand;
use super::tree::*;
use super::words::{self, DirectiveName};
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::Span;

/// Reads a line. What is wrong goes to `diags`; the labels of a wrong line are kept, so that others may refer to
/// them.
pub(super) fn line(cursor: &mut Cursor<'_>, diags: &mut Diagnostics) -> Line {
    let mut labels = Vec::new();
    let item = match labels_then_item(cursor, &mut labels) {
        Ok(item) => item,
        Err((start, d)) => {
            diags.push(d);
            let span = cursor.span(start, cursor.rest().end as usize);
            Some(Item { span, name_span: span, kind: ItemKind::Broken })
        }
    };
    Line { labels, item, comment: None }
}

type Failure = (usize, Diagnostic);

fn labels_then_item(cursor: &mut Cursor<'_>, labels: &mut Vec<Label>) -> Result<Option<Item>, Failure> {
    let line_start = cursor.pos();
    loop {
        let Some(first) = cursor.peek() else {
            return match not_labels(labels) {
                Some(failure) => Err(failure),
                None => Ok(None),
            };
        };
        let start = cursor.pos();
        let fail = |d: Diagnostic| (start, d);
        if first.is_ascii_digit() && labels.is_empty() {
            let Some((number, span)) = cursor.decimal() else {
                let (span, _) = expr::character(cursor, start);
                return Err(fail(Diagnostic::error(
                    span,
                    "the number of a local label must fit into 32 bits",
                )));
            };
            labels.push(Label { span, name: LabelName::Local(number) });
            continue;
        }
        let Some(word) = cursor.peek_word() else { return Err(fail(not_a_word(cursor, labels, first))) };
        if let Some(directive) = words::directive(word)
            && !is_label_after_all(cursor, word)
        {
            let name_span = take_word(cursor);
            let kind = arguments(cursor, directive, name_span).and_then(|d| {
                end_of_line(cursor)?;
                Ok(ItemKind::Directive(d))
            });
            return Ok(Some(Item { span: cursor.span_from(start), name_span, kind: kind.map_err(fail)? }));
        }
        let saved = cursor.pos();
        let (mnemonic, name_span) = cursor.mnemonic().unwrap_or((word, cursor.span(start, start)));
        let mnemonic = mnemonic.to_ascii_lowercase();
        if words::is_mnemonic(&mnemonic) {
            reserved(cursor, word, name_span).map_err(fail)?;
            let operands = operand::parse(cursor, &mnemonic).map_err(fail)?;
            let kind = ItemKind::Insn(mnemonic, operands);
            return Ok(Some(Item { span: cursor.span_from(start), name_span, kind }));
        }
        if mnemonic.contains('.') {
            return Err(fail(words::unknown(&mnemonic, name_span)));
        }
        cursor.set_pos(saved);
        let span = take_word(cursor);
        if words::register(word).is_some() {
            return Err(fail(register_as_label(cursor, word, span, labels)));
        }
        labels.push(Label { span, name: LabelName::Global(word.to_owned()) });
        if cursor.at(0) == Some(b':') {
            let colon = cursor.punct(1);
            return Err((
                line_start,
                Diagnostic::error(colon, "a label takes no colon in this dialect")
                    .help(format!("write `{word}` alone")),
            ));
        }
    }
}

/// `JMP loop` looks like two labels without an item; the first word gives it away.
fn not_labels(labels: &mut Vec<Label>) -> Option<Failure> {
    let [Label { span, name: LabelName::Global(name) }, _, ..] = labels.as_slice() else { return None };
    if !words::looks_like_mnemonic(name) {
        return None;
    }
    let (start, d) = (span.start as usize, words::unknown(name, *span));
    labels.clear();
    Some((start, d))
}

fn take_word(cursor: &mut Cursor<'_>) -> Span {
    let start = cursor.pos();
    cursor.word().map_or(cursor.span(start, start), |(_, span)| span)
}

/// Whether a word that could be a directive is a label, since a directive or mnemonic follows it, as in
/// `word DEFW 5`. Only names that a program may well use are given up so.
fn is_label_after_all(cursor: &mut Cursor<'_>, word: &str) -> bool {
    if !matches!(
        words::directive(word),
        Some(
            DirectiveName::Field(_)
                | DirectiveName::RecordAlias
                | DirectiveName::Record
                | DirectiveName::Pool
        )
    ) {
        return false;
    }
    let saved = cursor.pos();
    cursor.word();
    let next = cursor.peek_word();
    let found = next.is_some_and(|next| {
        words::directive(next).is_some() || words::is_mnemonic(&next.to_ascii_lowercase())
    });
    cursor.set_pos(saved);
    found
}

/// A mnemonic with what follows a label behind it was meant as a label.
fn reserved(cursor: &mut Cursor<'_>, word: &str, span: Span) -> Result<(), Diagnostic> {
    let Some(next) = cursor.peek_word() else {
        return match cursor.at(0) {
            Some(b':') => Err(cannot_be_label(word, span)),
            _ => Ok(()),
        };
    };
    let labelled = match words::directive(next) {
        Some(
            DirectiveName::Equ | DirectiveName::Define(_) | DirectiveName::Space | DirectiveName::Alias(_),
        ) => true,
        Some(_) => false,
        None => words::is_mnemonic(&next.to_ascii_lowercase()) && !words::is_shift(next),
    };
    if !labelled {
        return Ok(());
    }
    // `B sub`: what is wrong is the target.
    if word.starts_with(['b', 'B']) && words::directive(next).is_none() {
        let start = cursor.pos();
        return Err(cannot_be_label(next, cursor.span(start, start + next.len())));
    }
    Err(cannot_be_label(word, span))
}

fn cannot_be_label(word: &str, span: Span) -> Diagnostic {
    Diagnostic::error(span, format!("`{word}` is an instruction and cannot be a label"))
        .help(format!("give the label another name, for example do_{word} or {word}_1"))
}

/// A line that begins with something else than a word, or goes on with it behind its labels.
fn not_a_word(cursor: &Cursor<'_>, labels: &[Label], first: u8) -> Diagnostic {
    let at = cursor.pos();
    let (span, text) = expr::character(cursor, at);
    if let Some(Label { span: label, name: LabelName::Global(name) }) = labels.last() {
        return match first {
            b'=' => Diagnostic::error(span, "expected an instruction or a directive, found `=`")
                .help(format!("`{name} EQU ...` gives a name to a value")),
            _ => words::unknown(name, *label),
        };
    }
    let d =
        Diagnostic::error(span, format!("expected a label, an instruction or a directive, found `{text}`"));
    match first {
        b'.' => d.help("names with a point in front are GNU assembler's; --dialect gnu reads them"),
        b'/' | b'@' | b'#' | b'!' => d.help("a comment begins with `;`"),
        0x80.. => d.help("names are made of the letters A to Z and a to z, digits and `_`"),
        _ => d,
    }
}

fn register_as_label(cursor: &mut Cursor<'_>, word: &str, span: Span, labels: &mut Vec<Label>) -> Diagnostic {
    // `MOVV R0, R1` looks like two labels so far.
    if let Some(Label { span, name: LabelName::Global(name) }) = labels.pop() {
        return words::unknown(&name, span);
    }
    let d = Diagnostic::error(span, format!("`{word}` is a register and cannot be a label"));
    match cursor.peek_word().and_then(words::directive) {
        Some(_) => d.help(format!("choose another name, for example my_{word}")),
        None => d.help("an instruction begins with its mnemonic: MOV R0, R1"),
    }
}

fn arguments(cursor: &mut Cursor<'_>, directive: DirectiveName, name: Span) -> Result<Directive, Diagnostic> {
    let optional = |cursor: &mut Cursor<'_>| cursor.peek().is_some().then(|| expr::parse(cursor)).transpose();
    Ok(match directive {
        DirectiveName::Org => Directive::Org(value(cursor)?),
        DirectiveName::Equ => Directive::Equ(value(cursor)?),
        DirectiveName::Entry => Directive::Entry,
        DirectiveName::Export => Directive::Export(names(cursor, name)?),
        DirectiveName::Align => {
            let to = optional(cursor)?;
            Directive::Align(to, second(cursor)?)
        }
        DirectiveName::Define(size) => Directive::Define(size, data(cursor)?),
        DirectiveName::Space => {
            let count = value(cursor)?;
            Directive::Space(count, second(cursor)?)
        }
        DirectiveName::Include | DirectiveName::Import => {
            let span = cursor.rest_of_line();
            let text = file_name(cursor, span);
            if text.is_empty() {
                return Err(Diagnostic::error(name, "expected the name of a file"));
            }
            match directive {
                DirectiveName::Include => Directive::Include(text, span),
                _ => Directive::Import(text, span),
            }
        }
        DirectiveName::Pool => Directive::Pool,
        DirectiveName::Alias(kind) => Directive::Alias(kind, value(cursor)?),
        DirectiveName::Arm => Directive::Arm,
        DirectiveName::Thumb => Directive::Thumb,
        DirectiveName::Arch => {
            let span = cursor.rest_of_line();
            Directive::Arch(file_name(cursor, span), span)
        }
        DirectiveName::Record => Directive::Record(optional(cursor)?),
        DirectiveName::RecordAlias => Directive::RecordAlias,
        DirectiveName::Field(size) => Directive::Field(size, optional(cursor)?),
        DirectiveName::RecordAlign => Directive::RecordAlign(optional(cursor)?),
        DirectiveName::If => Directive::If(value(cursor)?),
        DirectiveName::Else => Directive::Else,
        DirectiveName::Fi => Directive::Fi,
    })
}

/// A value where `#` is often written by mistake.
fn value(cursor: &mut Cursor<'_>) -> Result<Expr, Diagnostic> {
    if cursor.peek() == Some(b'#') {
        let span = cursor.punct(1);
        return Err(Diagnostic::error(span, "a directive's number takes no `#`")
            .help("`#` belongs before a number in an instruction: MOV R0, #5"));
    }
    expr::parse(cursor)
}

fn second(cursor: &mut Cursor<'_>) -> Result<Option<Expr>, Diagnostic> {
    if cursor.eat(b',') { value(cursor).map(Some) } else { Ok(None) }
}

fn file_name(cursor: &Cursor<'_>, span: Span) -> String {
    let text = String::from_utf8_lossy(cursor.slice(span));
    let quoted = text.len() >= 2 && text.starts_with('"') && text.ends_with('"');
    if quoted { text[1..text.len() - 1].to_owned() } else { text.into_owned() }
}

fn names(cursor: &mut Cursor<'_>, directive: Span) -> Result<Vec<(String, Span)>, Diagnostic> {
    let mut names = Vec::new();
    loop {
        let Some((word, span)) = cursor.word() else {
            return Err(Diagnostic::error(directive, "expected the names of labels, or `all`"));
        };
        names.push((word.to_owned(), span));
        if !cursor.eat(b',') {
            return Ok(names);
        }
    }
}

/// The elements of DEFB and its like.
fn data(cursor: &mut Cursor<'_>) -> Result<Vec<Datum>, Diagnostic> {
    let mut data = Vec::new();
    loop {
        let quoted = cursor.peek().is_some_and(|b| QUOTES.contains(&b));
        let datum = if quoted {
            let start = cursor.pos();
            let (bytes, _) = cursor.string()?;
            // 'a'+1 is an expression that begins with a character.
            if bytes.len() == 1 && !matches!(cursor.peek(), None | Some(b',')) {
                cursor.set_pos(start);
                Datum::Value(expr::parse(cursor)?)
            } else {
                Datum::Text(bytes)
            }
        } else {
            Datum::Value(value(cursor)?)
        };
        data.push(datum);
        if !cursor.eat(b',') {
            return Ok(data);
        }
    }
}
