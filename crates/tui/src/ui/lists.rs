//! Windows of lines: calls, threads, breakpoints, variables; what commands and program have written; what the next
//! instruction will do.

use super::text::{self, put};
use crate::app::App;
use crate::console::Console;
use crate::panes::Pane;
use crate::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

/// The first row of a list that is shown, so that the chosen one is.
pub(crate) fn first_row(app: &App, pane: Pane, height: usize) -> usize {
    (app.choice(pane) + 1).saturating_sub(height.max(1))
}

pub(super) fn draw(app: &App, theme: Theme, pane: Pane, area: Rect, buffer: &mut Buffer) {
    super::heading(app, theme, pane, pane.name(), area, buffer);
    let inside = super::inside(area);
    let rows = app.list(pane);
    if rows.is_empty() {
        return put(buffer, inside, 1, 0, "The program is not running.", Style::new());
    }
    let first = first_row(app, pane, inside.height as usize);
    let chosen = app.choice(pane);
    for (y, (index, row)) in (0..inside.height).zip(rows.iter().enumerate().skip(first)) {
        let here = pane == Pane::Calls && index == app.view.frame;
        let cursor = app.focus.0 == pane && index == chosen;
        let style = if cursor {
            theme.cursor()
        } else if here {
            theme.here()
        } else {
            Style::new()
        };
        put(buffer, inside, 0, y, if here { ">" } else { " " }, theme.here());
        put(buffer, inside, 1, y, &text::skip(row, app.shift(pane)), style);
    }
}

/// Commands and what they said, or the console: the end of it, unless it is scrolled.
pub(super) fn log(app: &App, theme: Theme, pane: Pane, area: Rect, buffer: &mut Buffer) {
    let inside = super::inside(area);
    let scrolled = app.scroll(pane);
    let more = if scrolled > 0 { format!(" -{scrolled}") } else { String::new() };
    let words = match (&app.terminal, pane) {
        (Some(path), Pane::Console) => format!("console: {path}"),
        _ => format!("{}{more}", pane.name()),
    };
    super::heading(app, theme, pane, &words, area, buffer);
    if let (Some(path), Pane::Console) = (&app.terminal, pane) {
        let words = format!("The program reads and writes {path}.");
        return put(buffer, inside, 0, 0, &words, Style::new());
    }
    for (y, row) in (0..).zip(last_rows(app, pane, inside)) {
        put(buffer, inside, 0, y, &row, Style::new());
    }
}

/// What a window of text shows.
fn text_of(app: &App, pane: Pane) -> &Console {
    if pane == Pane::Console { &app.console } else { &app.log }
}

/// How many lines it can be scrolled: up to its first page.
pub(crate) fn most(app: &App, pane: Pane, area: Rect) -> usize {
    let console = text_of(app, pane);
    let mut rows = 0;
    let fits = |line: &String| {
        rows += text::wrap(line, area.width).len();
        rows <= area.height as usize
    };
    console.len().saturating_sub(console.lines().take_while(fits).count().max(1))
}

/// The rows that are shown.
fn last_rows(app: &App, pane: Pane, area: Rect) -> Vec<String> {
    let console = text_of(app, pane);
    let wanted = area.height as usize;
    let mut rows: Vec<String> = Vec::new();
    // A line that has not been begun is where the next is typed.
    if pane == Pane::Console && app.scroll(pane) == 0 && console.is_at_start() {
        rows.push(String::new());
    }
    for line in console.lines().rev().skip(app.scroll(pane)) {
        rows.extend(text::wrap(&line, area.width).into_iter().rev());
        if rows.len() >= wanted {
            break;
        }
    }
    rows.truncate(wanted);
    rows.reverse();
    rows
}

/// Where the console's next character goes.
pub(super) fn console_end(app: &App, area: Rect) -> Position {
    let inside = super::inside(area);
    let rows = last_rows(app, Pane::Console, inside);
    let y = rows.len().saturating_sub(1) as u16;
    let column = match app.console.is_at_start() {
        true => 0,
        // Trailing blanks are not in the row.
        false => app.console.column().min(inside.width as usize - 1),
    };
    Position::new(inside.x + column as u16, (inside.y + y).min(inside.bottom().saturating_sub(1)))
}

/// What the next instruction will do.
pub(super) fn explain(app: &App, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let words = app.view.explain.as_ref().map(|(instruction, _)| format!("next: {instruction}"));
    super::heading(app, theme, Pane::Explain, words.as_deref().unwrap_or("next"), area, buffer);
    let inside = super::inside(area);
    let rows = explained(app, inside);
    let first = app.scroll(Pane::Explain).min(rows.len().saturating_sub(inside.height as usize));
    for (y, row) in (0..inside.height).zip(rows.iter().skip(first)) {
        put(buffer, inside, 1, y, row, Style::new());
    }
}

/// In rows: each effect for itself, or all in one go if that takes too many.
pub(crate) fn explained(app: &App, area: Rect) -> Vec<String> {
    let Some((_, lines)) = &app.view.explain else { return Vec::new() };
    let room = area.width.saturating_sub(1);
    let each: Vec<String> = lines.iter().flat_map(|line| text::wrap(line, room)).collect();
    if each.len() <= area.height as usize { each } else { text::wrap(&lines.join("; "), room) }
}
