//! Text as a plain terminal shows it: the program's output, and what the commands say.
//!
//! Carriage return, backspace and tab move as they do on paper; whatever begins with ESC is left out. A program that
//! wants more of a terminal is given one of its own.

use std::collections::VecDeque;

/// Lines that are kept.
const MOST: usize = 5000;
/// Characters of a line; the rest goes to the next.
const WIDEST: usize = 500;

/// What has been written, line by line.
#[derive(Debug, Clone, Default)]
pub(crate) struct Console {
    lines: VecDeque<String>,
    /// The line that is being written, and where in it the next character goes.
    last: Vec<char>,
    column: usize,
    escape: Escape,
    /// The beginning of a character of several bytes.
    partial: Vec<u8>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Escape {
    #[default]
    None,
    /// ESC.
    Begun,
    /// ESC [ ... up to a letter.
    Sequence,
    /// ESC ] ... up to BEL or ESC \.
    String,
    /// ESC in such a string.
    StringEnds,
    /// One more character.
    One,
}

impl Console {
    /// Bytes of a program, in UTF-8 as far as they are.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        self.partial.extend_from_slice(bytes);
        let bytes = std::mem::take(&mut self.partial);
        let mut rest = &bytes[..];
        loop {
            match std::str::from_utf8(rest) {
                Ok(text) => return self.text(text),
                Err(error) => {
                    let (good, bad) = rest.split_at(error.valid_up_to());
                    self.text(std::str::from_utf8(good).unwrap_or_default());
                    let Some(len) = error.error_len() else {
                        self.partial = bad.to_vec();
                        return;
                    };
                    self.text("\u{fffd}");
                    rest = &bad[len..];
                }
            }
        }
    }

    /// Text.
    pub(crate) fn text(&mut self, text: &str) {
        text.chars().for_each(|c| self.put(c));
    }

    /// All lines, the one that is being written included if something stands there.
    pub(crate) fn lines(&self) -> impl DoubleEndedIterator<Item = String> + '_ {
        let last = (!self.last.is_empty()).then(|| self.last.iter().collect());
        self.lines.iter().cloned().chain(last)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.lines.len() + !self.last.is_empty() as usize
    }

    /// Whether nothing stands in the line that is being written.
    pub(crate) fn is_at_start(&self) -> bool {
        self.last.is_empty()
    }

    /// Where the next character goes in it.
    pub(crate) fn column(&self) -> usize {
        self.column
    }

    fn put(&mut self, c: char) {
        self.escape = match (self.escape, c) {
            (Escape::None, '\u{1b}') => Escape::Begun,
            (Escape::None, c) => return self.shown(c),
            (Escape::Begun, '[') => Escape::Sequence,
            (Escape::Begun, ']' | 'P' | '_' | '^' | 'X') => Escape::String,
            (Escape::Begun, ' '..='/') => Escape::One,
            (Escape::Sequence, '\u{20}'..='\u{3f}') => Escape::Sequence,
            (Escape::String, '\u{1b}') => Escape::StringEnds,
            (Escape::String, c) if c != '\u{7}' => Escape::String,
            _ => Escape::None,
        };
    }

    fn shown(&mut self, c: char) {
        match c {
            '\n' => self.newline(),
            '\r' => self.column = 0,
            '\u{8}' => self.column = self.column.saturating_sub(1),
            '\t' => {
                for _ in self.column % 8..8 {
                    self.place(' ');
                }
            }
            c if c.is_control() => {}
            c => self.place(c),
        }
    }

    fn place(&mut self, c: char) {
        if self.column >= WIDEST {
            self.newline();
        }
        match self.last.get_mut(self.column) {
            Some(there) => *there = c,
            None => self.last.push(c),
        }
        self.column += 1;
    }

    fn newline(&mut self) {
        let mut line: String = std::mem::take(&mut self.last).into_iter().collect();
        line.truncate(line.trim_end().len());
        self.lines.push_back(line);
        self.column = 0;
        if self.lines.len() > MOST {
            self.lines.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(bytes: &[u8]) -> Vec<String> {
        let mut console = Console::default();
        // Whatever the pieces are that it comes in.
        bytes.iter().for_each(|byte| console.write(&[*byte]));
        let mut whole = Console::default();
        whole.write(bytes);
        let lines: Vec<String> = console.lines().collect();
        assert_eq!(lines, whole.lines().collect::<Vec<_>>());
        lines
    }

    #[test]
    fn it_moves_as_a_terminal_does() {
        assert_eq!(shown(b"ab\r\ncd"), ["ab", "cd"]);
        // What a terminal's driver writes when a character is taken back.
        assert_eq!(shown(b"ax\x08 \x08b"), ["ab"]);
        assert_eq!(shown(b"50%\r100%"), ["100%"]);
        assert_eq!(shown(b"a\tb"), ["a       b"]);
    }

    #[test]
    fn sequences_leave_no_trace() {
        assert_eq!(shown(b"\x1b[1;31mred\x1b[0m \x1b]0;title\x07x\x1b]0;t\x1b\\y\x1b(Bz"), ["red xyz"]);
    }

    #[test]
    fn bytes_that_are_no_text() {
        assert_eq!(shown("é€\n".as_bytes()), ["é€"]);
        assert_eq!(shown(b"a\xff\x00b"), ["a\u{fffd}b"]);
    }

    #[test]
    fn neither_lines_nor_their_number_grow_without_end() {
        let mut console = Console::default();
        console.write(&vec![b'x'; 3 * WIDEST]);
        assert_eq!(console.lines().map(|line| line.len()).max(), Some(WIDEST));
        (0..2 * MOST).for_each(|_| console.write(b"y\n"));
        assert!(console.len() <= MOST + 1);
    }
}
