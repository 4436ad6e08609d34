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
    let rows = rows(room.saturating_sub(1));
    let inside = Rect { y: area.y + 1, height: area.height - 1, ..area };
    let height = rows.len().div_ceil(columns as usize);
    let first = first.min(height.saturating_sub(inside.height as usize));
    let more = if height > inside.height as usize {
        "  arrows show more, other keys go back"
    } else {
        "  any key goes back"
    };
    put(buffer, area, 0, 0, &" ".repeat(area.width as usize), theme.bar());
    put(buffer, area, 0, 0, &format!(" Keys; letters where none are typed.{more}"), theme.bar());
    for column in 0..columns {
        let part = rows.iter().skip(column as usize * height).take(height);
        for (y, row) in (0..inside.height).zip(part.skip(first)) {
            put(buffer, inside, column * room, y, row, Style::new());
        }
    }
}

/// What there is to say, in rows of so many columns.
fn rows(room: u16) -> Vec<String> {
    let keys = KEYS.iter().map(|binding| (binding.shown, binding.help));
    let mut rows = Vec::new();
    for (shown, help) in keys.chain(MORE.iter().copied()) {
        let names = text::wrap(shown, NAMES as u16 - 1);
        let helps = text::wrap(help, room.saturating_sub(NAMES as u16));
        for index in 0..names.len().max(helps.len()) {
            let part = |list: &[String]| list.get(index).cloned().unwrap_or_default();
            rows.push(format!("{:<NAMES$}{}", part(&names), part(&helps)));
        }
    }
    for help in words::help() {
        rows.extend(text::wrap(help, room));
    }
    rows
}
