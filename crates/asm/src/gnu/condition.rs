//! Conditional assembly: `.if` and its like.

use super::Gnu;
use super::scan::Scan;
use crate::source::Span;
use crate::symbol::Def;

/// An open `.if`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Condition {
    /// Whether its statements count.
    pub(super) active: bool,
    /// Whether one of its branches did already.
    done: bool,
    /// Where it began.
    pub(super) span: Span,
}

impl Gnu<'_> {
    /// Statements that do not count: only what ends them is looked at.
    pub(super) fn skipped(&mut self, scan: &mut Scan<'_>) {
        let start = scan.at;
        let word = scan.word().to_ascii_lowercase();
        if word.starts_with(b".if") {
            scan.skip_statement();
            // Inside what does not count, no branch does.
            let span = self.span(start, scan.at);
            self.conditions.push(Condition { active: false, done: true, span });
        } else if matches!(word.as_slice(), b".else" | b".elseif" | b".endif") {
            self.condition(&word, start, scan);
        } else if word.is_empty() && !scan.at_end() {
            scan.at += 1;
            scan.skip_statement();
        } else {
            scan.skip_statement();
        }
    }

    /// Whether it was a directive of conditional assembly.
    pub(super) fn condition(&mut self, word: &[u8], start: usize, scan: &mut Scan<'_>) -> bool {
        match word {
            b".else" | b".elseif" => {
                // Within a condition that does not count, neither does its other branch.
                let outer = self.conditions.iter().rev().skip(1).all(|c| c.active);
                let Some(&Condition { done, .. }) = self.conditions.last() else {
                    self.error(start, scan.at, "there is no `.if` for this");
                    return true;
                };
                let wanted = if word == b".else" || done {
                    scan.skip_statement();
                    !done
                } else {
                    self.absolute(scan).is_some_and(|n| n != 0)
                };
                if let Some(last) = self.conditions.last_mut() {
                    last.active = outer && wanted && !done;
                    last.done |= wanted;
                }
            }
            b".endif" => {
                if self.conditions.pop().is_none() {
                    self.error(start, scan.at, "there is no `.if` for this");
                }
                scan.skip_statement();
            }
            _ if word.starts_with(b".if") => {
                let Some(active) = self.test(word, scan) else { return false };
                let span = self.span(start, scan.at);
                self.conditions.push(Condition { active, done: active, span });
            }
            _ => return false,
        }
        true
    }

    fn test(&mut self, word: &[u8], scan: &mut Scan<'_>) -> Option<bool> {
        let number = |gnu: &mut Self, scan: &mut Scan<'_>| gnu.absolute(scan).unwrap_or(0);
        Some(match &word[3..] {
            b"" | b"ne" => number(self, scan) != 0,
            b"eq" => number(self, scan) == 0,
            b"ge" => number(self, scan) >= 0,
            b"gt" => number(self, scan) > 0,
            b"le" => number(self, scan) <= 0,
            b"lt" => number(self, scan) < 0,
            b"def" | b"ndef" | b"notdef" => {
                let name = scan.symbol_name().unwrap_or_default();
                let sym = self.builder.program.symbols.find(&name);
                let defined = sym.is_some_and(|sym| self.builder.program.symbols[sym].def != Def::Undefined)
                    || self.aliases.contains_key(&name[..]);
                defined == (&word[3..] == b"def")
            }
            b"b" | b"nb" => {
                let blank = scan.at_end();
                scan.skip_statement();
                blank == (&word[3..] == b"b")
            }
            b"c" | b"nc" | b"eqs" | b"nes" => {
                let start = scan.at;
                scan.skip_statement();
                let text = scan.text[start..scan.at].trim_ascii();
                let mut halves = text.splitn(2, |&b| b == b',');
                let mut side = || {
                    let side = halves.next().unwrap_or_default().trim_ascii();
                    side.strip_prefix(b"'").and_then(|s| s.strip_suffix(b"'")).unwrap_or(side).to_vec()
                };
                let (a, b) = (side(), side());
                (a == b) == matches!(&word[3..], b"c" | b"eqs")
            }
            _ => return None,
        })
    }
}
