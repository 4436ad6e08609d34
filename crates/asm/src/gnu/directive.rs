//! Directives, each to the room that knows it, and those that say how the rest is read.

use super::Gnu;
use super::scan::Scan;
use crate::diag::Diagnostic;

/// Directives that say nothing to this assembler: listings, and notes for other tools.
const IGNORED: &[&[u8]] = &[
    b".title",
    b".sbttl",
    b".list",
    b".nolist",
    b".eject",
    b".psize",
    b".ln",
    b".line",
    b".version",
    b".abort",
    b".gnu_attribute",
];

impl<'l> Gnu<'l> {
    /// A directive.
    pub(super) fn directive(&mut self, word: &[u8], start: usize, scan: &mut Scan<'_>) {
        let lower;
        let word = if word.iter().any(u8::is_ascii_uppercase) {
            lower = word.to_ascii_lowercase();
            &lower[..]
        } else {
            word
        };
        // The most frequent first.
        if self.data_directive(word, start, scan)
            || self.debug_directive(word, start, scan)
            || self.symbol_directive(word, start, scan)
            || self.section_directive(word, start, scan)
            || self.unwind_directive(word, start, scan)
            || self.macro_directive(word, start, scan)
            || self.condition(word, start, scan)
            || self.attribute_directive(word, start, scan)
        {
            return;
        }
        match word {
            b".syntax" => {
                scan.blanks();
                self.syntax_said = true;
                let at = scan.at;
                match scan.word() {
                    word @ (b"unified" | b"divided") => {
                        // gcc says it before each function.
                        if self.unified != (word == b"unified") {
                            self.unified = !self.unified;
                            self.known.clear();
                        }
                    }
                    _ => self.error(at, scan.at.max(at + 1), "the syntax is `unified` or `divided`"),
                }
            }
            b".arm" => self.arm(start, scan.at),
            b".thumb" | b".force_thumb" => self.builder.set_thumb(true),
            b".code" => match self.absolute(scan) {
                Some(16) => self.builder.set_thumb(true),
                Some(32) => self.arm(start, scan.at),
                _ => self.error(start, scan.at, "code has 16 or 32 bits"),
            },
            b".thumb_func" => {
                self.builder.set_thumb(true);
                self.thumb_func = true;
            }
            b".include" => self.include(start, scan),
            b".unreq" => {
                scan.blanks();
                let name = scan.word();
                self.aliases.retain(|known, _| !known.eq_ignore_ascii_case(name));
            }
            b".end" => {
                scan.skip_statement();
                self.leave = true;
            }
            b".err" => self.error(start, scan.at, "`.err` was met"),
            b".error" | b".warning" => {
                let text = scan.string().unwrap_or_default();
                let text = String::from_utf8_lossy(&text).into_owned();
                let span = self.span(start, scan.at);
                self.builder.diags.push(match word {
                    b".error" => Diagnostic::error(span, text),
                    _ => Diagnostic::warning(span, text),
                });
            }
            b".print" => match scan.string() {
                Some(text) => {
                    let span = self.span(start, scan.at);
                    let text = String::from_utf8_lossy(&text).into_owned();
                    self.builder.diags.push(Diagnostic::note_at(span, text));
                }
                None => self.error(start, scan.at.max(start + 1), "expected a string to print"),
            },
            // For debuggers that read stabs.
            b".func" | b".endfunc" => scan.skip_statement(),
            _ if IGNORED.contains(&word) => scan.skip_statement(),
            // A macro may be called like a directive that there is not.
            _ if self.macro_name(word).is_some() => {
                if let Some(name) = self.macro_name(word) {
                    self.call(&name, start, scan);
                }
            }
            _ => {
                let end = start + word.len();
                scan.skip_statement();
                let span = self.span(start, end);
                self.unknown_directive(word, span);
            }
        }
    }

    /// ARM code begins, at a multiple of four bytes if Thumb code was before it.
    fn arm(&mut self, start: usize, end: usize) {
        let span = self.span(start, end);
        if self.builder.is_thumb() {
            self.builder.align(4, Some((0, 1)), None, span);
        }
        self.builder.set_thumb(false);
    }

    fn include(&mut self, start: usize, scan: &mut Scan<'_>) {
        let at = scan.at;
        let Some(name) = scan.string() else {
            scan.skip_statement();
            return self.error(at, scan.at.max(at + 1), "expected a file's name as a string");
        };
        let name = String::from_utf8_lossy(&name).into_owned();
        match self.loader.load(&name) {
            Ok(text) => {
                let origin = self.span(start, scan.at);
                let file = self.sources.add(name, text, Some(origin));
                self.run(file);
            }
            Err(why) => self.error(start, scan.at, format!("`{name}` cannot be read: {why}")),
        }
    }
}
