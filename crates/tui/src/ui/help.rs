//! All keys, from the table.

use super::text::{self, put};
use crate::keys::{KEYS, MORE};
use crate::theme::Theme;
use crate::words;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Columns for the names of keys.
const NAMES: usize = 12;

/// Draws it over everything, from a row on.
pub(super) fn draw(theme: Theme, first: usize, area: Rect, buffer: &mut Buffer) {
    for y in 0..area.height {
        put(buffer, area, 0, y, &" ".repeat(area.width as usize), Style::reset());
    }
    let columns = (area.width / 40).clamp(1, 3);
    let room = area.width / columns;
    let all = side_by_side(entries(room.saturating_sub(1)), columns as usize);
    let inside = Rect { y: area.y + 1, height: area.height - 1, ..area };
    let height = all.iter().map(Vec::len).max().unwrap_or(0);
    let first = first.min(height.saturating_sub(inside.height as usize));
    let more = if height > inside.height as usize {
        "  arrows show more, other keys go back"
    } else {
        "  any key goes back"
    };
    put(buffer, area, 0, 0, &" ".repeat(area.width as usize), theme.bar());
    put(buffer, area, 0, 0, &format!(" Keys; letters where none are typed.{more}"), theme.bar());
    for (column, rows) in (0..columns).zip(all) {
        for (y, row) in (0..inside.height).zip(rows.iter().skip(first)) {
            put(buffer, inside, column * room, y, row, Style::new());
        }
    }
}

/// Columns of about the same height; no entry is divided.
fn side_by_side(entries: Vec<Vec<String>>, columns: usize) -> Vec<Vec<String>> {
    let count: usize = entries.iter().map(Vec::len).sum();
    let mut all = vec![Vec::new()];
    for mut entry in entries {
        let last = all.len() - 1;
        if all[last].len() + entry.len() > count.div_ceil(columns) && all.len() < columns {
            all.push(entry);
        } else {
            all[last].append(&mut entry);
        }
    }
    all
}

/// What there is to say, each in rows of so many columns.
fn entries(room: u16) -> Vec<Vec<String>> {
    let keys = KEYS.iter().map(|binding| (binding.shown, binding.help));
    let key = |(shown, help): (&str, &str)| {
        let names = text::wrap(shown, NAMES as u16 - 1);
        let helps = text::wrap(help, room.saturating_sub(NAMES as u16));
        let part = |list: &[String], index: usize| list.get(index).cloned().unwrap_or_default();
        let row = |index| format!("{:<NAMES$}{}", part(&names, index), part(&helps, index));
        (0..names.len().max(helps.len())).map(row).collect()
    };
    let words = words::help().map(|help| text::wrap(help, room));
    keys.chain(MORE.iter().copied()).map(key).chain(words).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_together_stays_so() {
        for columns in 1..=3 {
            let all = side_by_side(entries(39), columns);
            assert!(all.len() == columns && all.concat() == entries(39).concat());
            let begins: Vec<String> = entries(39).iter().map(|entry| entry[0].clone()).collect();
            assert!(all.iter().all(|rows| begins.contains(&rows[0])));
        }
    }
}
