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
    let last = app.list(pane).len().saturating_sub(1);
    (app.choice(pane).min(last) + 1).saturating_sub(height.max(1))
}

pub(super) fn draw(app: &App, theme: Theme, pane: Pane, area: Rect, buffer: &mut Buffer) {
    super::heading(app, theme, pane, pane.name(), area, buffer);
    let inside = super::inside(area);
    let rows = app.list(pane);
    if rows.is_empty() {
        return put(buffer, inside, 1, 0, "The program is not running.", Style::new());
    }
    let first = first_row(app, pane, inside.height as usize);
    let chosen = app.choice(pane).min(rows.len() - 1);
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
        put(buffer, inside, 1, y, &text::skip(row, app.shifted), style);
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

/// The rows that are shown.
fn last_rows(app: &App, pane: Pane, area: Rect) -> Vec<String> {
    let console: &Console = if pane == Pane::Console { &app.console } else { &app.log };
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
    let Some((instruction, lines)) = &app.view.explain else {
        return super::heading(app, theme, Pane::Explain, "next", area, buffer);
    };
    super::heading(app, theme, Pane::Explain, &format!("next: {instruction}"), area, buffer);
    let inside = super::inside(area);
    let each: Vec<String> =
        lines.iter().flat_map(|line| text::wrap(line, inside.width.saturating_sub(1))).collect();
    let rows = if each.len() <= inside.height as usize {
        each
    } else {
        text::wrap(&lines.join("; "), inside.width.saturating_sub(1))
    };
    let first = app.scroll(Pane::Explain).min(rows.len().saturating_sub(inside.height as usize));
    for (y, row) in (0..inside.height).zip(rows.iter().skip(first)) {
        put(buffer, inside, 1, y, row, Style::new());
    }
}
