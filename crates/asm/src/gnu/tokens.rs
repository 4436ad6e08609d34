//! The tokens of a text, for `--emit tokens`. The parser itself makes none: it reads a statement straight into
//! atoms, and what a character means depends on the statement. This cuts a text by the same rules.

use super::scan::{Number, Scan, in_word};
use crate::ast::{Stmt, StmtKind, Token, TokenKind};
use crate::source::{FileId, Sources};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Operators of more than one character.
const LONG: [&[u8]; 9] = [b"<<", b">>", b"==", b"!=", b"<>", b"<=", b">=", b"&&", b"||"];

/// Cuts a text into tokens, comments included.
pub fn tokens(text: &[u8]) -> Vec<Token> {
    let mut scan = Scan::new(text);
    let mut found = Vec::new();
    let mut line_start = true;
    while scan.at < text.len() {
        let start = scan.at;
        let kind = match scan.peek() {
            b'\n' => {
                (scan.at, line_start) = (start + 1, true);
                continue;
            }
            b' ' | b'\t' | b'\r' | 0x0c => {
                scan.at += 1;
                continue;
            }
            b'/' if scan.peek_at(1) == b'*' => {
                scan.blanks();
                // Blanks behind it are skipped too.
                let inside = &text[start..scan.at];
                scan.at = start + inside.windows(2).rposition(|w| w == b"*/").map_or(inside.len(), |n| n + 2);
                TokenKind::Comment
            }
            b'@' => comment(&mut scan),
            b'#' if line_start => comment(&mut scan),
            b'"' => {
                if scan.string().is_some() {
                    TokenKind::String
                } else {
                    TokenKind::Unknown
                }
            }
            b'\'' => {
                // A character constant may be without its second quote.
                scan.at += if scan.peek_at(1) == b'\\' { 3 } else { 2 };
                scan.eat_now(b'\'');
                TokenKind::Char
            }
            b'0'..=b'9' => match scan.number() {
                Some(Number::Float(_)) => TokenKind::Float,
                Some(Number::Int(_)) => TokenKind::Number,
                // `1f` is a word: the name of a label.
                Some(Number::Local(..)) => TokenKind::Word,
                None => {
                    skip_word(&mut scan, text);
                    TokenKind::Unknown
                }
            },
            b if in_word(b) => {
                skip_word(&mut scan, text);
                TokenKind::Word
            }
            _ => {
                let long = LONG.iter().any(|op| text[start..].starts_with(op));
                scan.at += 1 + long as usize;
                TokenKind::Punct
            }
        };
        line_start &= kind == TokenKind::Comment;
        scan.at = scan.at.clamp(start + 1, text.len());
        found.push(Token { kind, start: start as u32, end: scan.at as u32 });
    }
    found
}

/// Puts the comments of all files that were read among their statements.
pub(super) fn with_comments(sources: &Sources, main: FileId, stmts: Vec<Stmt>) -> Vec<Stmt> {
    let comments = |file: FileId| {
        let is_comment = |token: &Token| token.kind == TokenKind::Comment;
        let list = tokens(&sources.file(file).text).into_iter().filter(is_comment);
        let stmt = move |t: Token| {
            let (name, rest) = ((t.start, t.end), (t.end, t.end));
            Stmt { kind: StmtKind::Comment, file, name, rest }
        };
        list.map(stmt).collect::<Vec<_>>().into_iter().peekable()
    };
    let mut left = HashMap::from([(main, comments(main))]);
    let mut out = Vec::with_capacity(stmts.len());
    for stmt in stmts {
        if let Entry::Vacant(entry) = left.entry(stmt.file)
            && !sources.file(stmt.file).expansion
        {
            entry.insert(comments(stmt.file));
        }
        if let Some(before) = left.get_mut(&stmt.file) {
            while let Some(comment) = before.next_if(|comment| comment.name.0 < stmt.name.0) {
                out.push(comment);
            }
        }
        out.push(stmt);
    }
    let mut files: Vec<FileId> = left.keys().copied().collect();
    files.sort();
    for file in files {
        out.extend(left.remove(&file).into_iter().flatten());
    }
    out
}

/// To the end of the line.
fn comment(scan: &mut Scan<'_>) -> TokenKind {
    let rest = &scan.text[scan.at..];
    scan.at += rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
    TokenKind::Comment
}

fn skip_word(scan: &mut Scan<'_>, text: &[u8]) {
    scan.at += text[scan.at..].iter().take_while(|&&b| in_word(b)).count();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_a_text_is_in_its_tokens() {
        let text = b"# 1 \"a.c\"\nmain: ldr r0, [r1, #4]! @ load\n 1: b 1b ; .ascii \"a\\\"b\" /* c */ .float 1.5, 0x1F, 'x', 2<<3\n 12ab \"open\n";
        let cut = tokens(text);
        let words: Vec<&str> = cut
            .iter()
            .map(|t| std::str::from_utf8(&text[t.start as usize..t.end as usize]).unwrap())
            .collect();
        assert_eq!(words[..6], ["# 1 \"a.c\"", "main", ":", "ldr", "r0", ","]);
        assert_eq!(words[6..14], ["[", "r1", ",", "#", "4", "]", "!", "@ load"]);
        assert_eq!(words[14..22], ["1", ":", "b", "1b", ";", ".ascii", "\"a\\\"b\"", "/* c */"]);
        assert_eq!(
            words[22..],
            [".float", "1.5", ",", "0x1F", ",", "'x'", ",", "2", "<<", "3", "12ab", "\"open\n"]
        );
        let kind = |word: &str| cut[words.iter().position(|w| *w == word).unwrap()].kind;
        assert_eq!(
            [kind("1.5"), kind("'x'"), kind("1b")],
            [TokenKind::Float, TokenKind::Char, TokenKind::Word]
        );
        assert_eq!([kind("12ab"), kind("@ load")], [TokenKind::Unknown, TokenKind::Comment]);
    }

    #[test]
    fn no_byte_is_too_strange() {
        for first in 0..=255 {
            for second in 0..=255 {
                for text in [&[first, second][..], &[b'"', first, second], &[b'\'', first, second]] {
                    let cut = tokens(text);
                    assert!(cut.iter().all(|t| t.start < t.end && t.end as usize <= text.len()));
                }
            }
        }
    }
}
