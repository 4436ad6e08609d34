//! Drawing: pure functions from the state to the cells of a screen.

pub(crate) mod code;
mod help;
pub(crate) mod lists;
pub(crate) mod memory;
pub(crate) mod registers;
mod stack;
#[cfg(test)]
mod tests;
mod text;

use crate::app::App;
use crate::panes::{LEAST, Layout, Pane, too_small};
use crate::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use text::put;

/// Draws everything; returns where the cursor of the terminal is to be, if anywhere.
pub(crate) fn draw(app: &App, theme: Theme, buffer: &mut Buffer) -> Option<Position> {
    let area = buffer.area;
    if too_small(area) {
        let (columns, rows) = LEAST;
        let words = format!("{columns}x{rows} is the least: {}x{}", area.width, area.height);
        put(buffer, area, 0, 0, &words, Style::new());
        return None;
    }
    let layout = app.layout();
    title(app, theme, layout.title, buffer);
    for rule in &layout.rules {
        for y in rule.y..rule.bottom() {
            put(buffer, area, rule.x - area.x, y - area.y, theme.vertical(), Style::new());
        }
    }
    for (pane, area) in &layout.panes {
        window(app, theme, &layout, *pane, *area, buffer);
    }
    let cursor = prompt(app, theme, layout.prompt, buffer);
    if let Some(first) = app.help {
        help::draw(theme, first, area, buffer);
        return None;
    }
    match app.focus.0 {
        Pane::Commands => Some(cursor),
        Pane::Console => layout.of(Pane::Console).map(|area| lists::console_end(app, area)),
        _ => None,
    }
}

fn window(app: &App, theme: Theme, layout: &Layout, pane: Pane, area: Rect, buffer: &mut Buffer) {
    match pane {
        Pane::Code => code::draw(app, theme, layout, buffer),
        Pane::Registers => registers::draw(app, theme, area, buffer),
        Pane::Memory => memory::draw(app, theme, area, buffer),
        Pane::Stack => stack::draw(app, theme, area, buffer),
        Pane::Explain => lists::explain(app, theme, area, buffer),
        Pane::Commands | Pane::Console => lists::log(app, theme, pane, area, buffer),
        Pane::Calls | Pane::Locals | Pane::Points | Pane::Threads => {
            lists::draw(app, theme, pane, area, buffer);
        }
    }
}

/// What stands below a title.
pub(crate) fn inside(area: Rect) -> Rect {
    Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area }
}

/// A window's title: a line with its name. The one that keys are for is marked.
fn heading(app: &App, theme: Theme, pane: Pane, words: &str, area: Rect, buffer: &mut Buffer) {
    let focused = app.focus.0 == pane;
    let style = theme.title(focused);
    let (opens, closes) = if focused { ("[", "]") } else { (" ", " ") };
    let line = theme.horizontal();
    put(buffer, area, 0, 0, &line.repeat(area.width as usize), style);
    put(
        buffer,
        area,
        1,
        0,
        &format!("{opens}{}{closes}", text::clip(words, area.width.saturating_sub(4))),
        style,
    );
}

/// The first row: the program, where it stands, and in time.
fn title(app: &App, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let view = &app.view;
    let base = view.name.rsplit('/').next().unwrap_or_default();
    let state = if app.running {
        "running, Ctrl-C pauses".to_owned()
    } else if !view.alive {
        "not running".to_owned()
    } else {
        // The program has stopped in its innermost frame, whichever is looked at.
        let frame = if view.frame > 0 { format!(", frame {}", view.frame) } else { String::new() };
        format!("{}{frame} at {}", view.reason, view.place)
    };
    let left = format!(" {base}: {state}");
    let time = match (&view.position, view.retired) {
        _ if app.running || !view.alive => String::new(),
        (Some(Ok(at)), _) if view.is_past => format!("PAST {} of {}", at.now, at.present),
        (_, Some(retired)) => format!("instruction {retired}"),
        _ => String::new(),
    };
    let thread = if view.thread > 1 { format!("thread {}  ", view.thread) } else { String::new() };
    let right = format!("{thread}{time}  F1 help ");
    put(buffer, area, 0, 0, &" ".repeat(area.width as usize), theme.bar());
    let at = area.width.saturating_sub(text::width(&right) as u16);
    put(buffer, area, 0, 0, text::clip(&left, at.saturating_sub(1)), theme.bar());
    put(buffer, area, at, 0, &right, theme.bar());
}

/// The last row: the command line. Returns where its cursor is.
fn prompt(app: &App, theme: Theme, area: Rect, buffer: &mut Buffer) -> Position {
    let sign = match (app.asked, app.view.collecting) {
        (true, _) => "The program is alive. Quit all the same? (y or n) ",
        (false, true) => ">",
        (false, false) => "(skink) ",
    };
    let style = if app.focus.0 == Pane::Commands { theme.title(true) } else { Style::new() };
    put(buffer, area, 0, 0, sign, style);
    let begins = text::width(sign) as u16;
    let room = area.width.saturating_sub(begins + 1) as usize;
    let before = text::width(&app.prompt.before());
    // A long line shows the part where the cursor is.
    let hidden = before.saturating_sub(room);
    let shown = text::skip(&app.prompt.text(), hidden);
    put(buffer, area, begins, 0, text::clip(&shown, room as u16), Style::new());
    let x = area.x + begins + (before - hidden) as u16;
    Position::new(x.min(area.right().saturating_sub(1)), area.y)
}
