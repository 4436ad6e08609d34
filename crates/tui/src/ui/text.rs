//! Text in cells: characters may be two wide or none.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Cells that a text takes.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// As much of a text as fits.
pub(super) fn clip(text: &str, room: u16) -> &str {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += c.width().unwrap_or(0);
        if used > room as usize {
            return &text[..at];
        }
    }
    text
}

/// A text without its first cells. Half of a wide character is a blank.
pub(super) fn skip(text: &str, cells: usize) -> String {
    let mut passed = 0;
    for (at, c) in text.char_indices() {
        if passed >= cells {
            return " ".repeat(passed - cells) + &text[at..];
        }
        passed += c.width().unwrap_or(0);
    }
    " ".repeat(passed.saturating_sub(cells))
}

/// Writes a text at a place of an area, as far as it is inside.
pub(super) fn put(buffer: &mut Buffer, area: Rect, x: u16, y: u16, text: &str, style: Style) {
    let area = area.intersection(buffer.area);
    if x >= area.width || y >= area.height {
        return;
    }
    buffer.set_stringn(area.x + x, area.y + y, text, (area.width - x) as usize, style);
}

/// Breaks a text into rows, between words where that is possible.
pub(super) fn wrap(text: &str, room: u16) -> Vec<String> {
    let room = room.max(1) as usize;
    let mut rows = vec![String::new()];
    for word in text.split_inclusive(' ') {
        let last = rows.len() - 1;
        if !rows[last].is_empty() && width(&rows[last]) + width(word.trim_end()) > room {
            rows.push(String::new());
        }
        let mut rest = word;
        loop {
            let last = rows.len() - 1;
            let left = room.saturating_sub(width(&rows[last]));
            let part = clip(rest, left as u16);
            rows[last].push_str(part);
            rest = &rest[part.len()..];
            if rest.trim_end().is_empty() || part.is_empty() && left == room {
                break;
            }
            rows.push(String::new());
        }
    }
    rows.iter_mut().for_each(|row| row.truncate(row.trim_end().len()));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_are_not_cut_in_half() {
        assert_eq!(clip("a漢字", 4), "a漢");
        assert_eq!(skip("漢字b", 1), " 字b");
        assert_eq!(skip("ab", 9), "");
    }

    #[test]
    fn rows_break_between_words() {
        assert_eq!(wrap("r0 = r1 + 4", 7), ["r0 = r1", "+ 4"]);
        assert_eq!(wrap("abcdefgh ij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("", 4), [""]);
        assert_eq!(wrap("漢字", 1).concat(), "");
    }
}
