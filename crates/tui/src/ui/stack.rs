//! The stack, a word a row: the registers that point there, address, contents, and what those are known to be.

use super::text::{self, put};
use crate::app::App;
use crate::panes::Pane;
use crate::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

pub(super) fn draw(app: &App, theme: Theme, area: Rect, buffer: &mut Buffer) {
    super::heading(app, theme, Pane::Stack, "stack", area, buffer);
    let inside = super::inside(area);
    if app.view.stack.is_empty() {
        let words = if app.view.alive { "SP points to no memory." } else { "The program is not running." };
        return put(buffer, inside, 1, 0, words, Style::new());
    }
    for (y, word) in (0..inside.height).zip(&app.view.stack) {
        let names = word.registers.join(",");
        let names = if names.is_empty() { String::new() } else { format!("{names}>") };
        put(buffer, inside, 0, y, &format!("{names:>8.8}"), theme.here());
        put(buffer, inside, 9, y, &format!("{:08x}", word.addr), theme.faint());
        put(buffer, inside, 19, y, &format!("{:08x}", word.value), Style::new());
        let note = word.note.as_deref().unwrap_or_default();
        put(buffer, inside, 29, y, &text::skip(note, app.shift(Pane::Stack)), Style::new());
    }
}
