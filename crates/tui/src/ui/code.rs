//! The code window: source, instructions. In the margin `B` is a breakpoint, `b` one that does not count, `>` where
//! the selected frame is, and `~` an instruction that is not what was loaded.

use super::text::{self, put};
use crate::app::App;
use crate::panes::{Layout, Pane};
use crate::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Columns where a click sets a breakpoint.
pub(crate) const MARGIN: u16 = 3;

/// Draws what is to be seen of it.
pub(super) fn draw(app: &App, theme: Theme, layout: &Layout, buffer: &mut Buffer) {
    if let Some(area) = layout.source {
        source(app, theme, area, buffer);
    }
    if let Some(area) = layout.instructions {
        instructions(app, theme, area, layout.source.is_some(), buffer);
    }
}

/// The index of the first line of the source that is shown.
pub(crate) fn first_line(app: &App, height: usize) -> usize {
    let count = app.view.source.as_ref().map_or(0, |source| source.lines.len());
    app.source_top.min(count.saturating_sub(height))
}

fn source(app: &App, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let Some(source) = &app.view.source else {
        super::heading(app, theme, Pane::Code, "source", area, buffer);
        let words = format!("There is no source for {}: F2 shows instructions.", app.view.place);
        for (y, row) in (1..).zip(text::wrap(&words, area.width)) {
            put(buffer, area, 0, y, &row, Style::new());
        }
        return;
    };
    let base = source.file.rsplit('/').next().unwrap_or_default();
    super::heading(app, theme, Pane::Code, base, area, buffer);
    let inside = super::inside(area);
    let first = first_line(app, inside.height as usize);
    let rows = source.lines.iter().enumerate().skip(first).take(inside.height as usize);
    for (y, (index, line)) in (0..).zip(rows) {
        let number = index as u32 + 1;
        let point = app.view.points_in_source.iter().find(|(line, ..)| *line == number);
        let here = app.view.line == Some(number);
        let cursor = app.focus.0 == Pane::Code && app.source_line() == number;
        margin(theme, inside, y, point.map(|(.., enabled)| *enabled), here, false, buffer);
        let style = style(theme, here, cursor);
        put(buffer, inside, 2, y, &format!("{number:>4} "), if cursor { style } else { theme.faint() });
        put(buffer, inside, 7, y, &text::skip(line, app.shift(Pane::Code)), style);
    }
}

fn style(theme: Theme, here: bool, cursor: bool) -> Style {
    match (here, cursor) {
        (true, true) => theme.here().patch(theme.cursor()),
        (true, false) => theme.here(),
        (false, true) => theme.cursor(),
        (false, false) => Style::new(),
    }
}

fn margin(
    theme: Theme,
    area: Rect,
    y: u16,
    point: Option<bool>,
    here: bool,
    changed: bool,
    buffer: &mut Buffer,
) {
    let sign = match point {
        Some(true) => "B",
        Some(false) => "b",
        None => " ",
    };
    put(buffer, area, 0, y, sign, theme.point());
    put(buffer, area, 1, y, if here { ">" } else { " " }, theme.here());
    if changed {
        put(buffer, area, 2, y, "~", theme.changed());
    }
}

/// A row of the listing: the name that begins at an instruction, or the instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Row {
    index: usize,
    is_label: bool,
}

/// The rows from an instruction on.
fn rows(app: &App, top: usize, height: usize) -> Vec<Row> {
    let labelled = |(index, listed): (usize, &skink_debug::Listed)| {
        let label = listed.label.is_some().then_some(Row { index, is_label: true });
        label.into_iter().chain([Row { index, is_label: false }])
    };
    app.view.code.iter().enumerate().skip(top).flat_map(labelled).take(height).collect()
}

/// Whether an instruction is seen if the listing begins at another.
pub(crate) fn is_seen(app: &App, index: usize, top: usize, height: usize) -> bool {
    rows(app, top, height).contains(&Row { index, is_label: false })
}

/// The index of the instruction in a row.
pub(crate) fn index_at(app: &App, height: usize, row: usize) -> Option<usize> {
    rows(app, app.code_top, height).get(row).map(|row| row.index)
}

fn instructions(app: &App, theme: Theme, area: Rect, has_source: bool, buffer: &mut Buffer) {
    let words = if app.view.place.is_empty() { "instructions" } else { &app.view.place };
    super::heading(app, theme, Pane::Code, words, area, buffer);
    let inside = super::inside(area);
    if app.view.code.is_empty() {
        let words = if app.view.alive { "There is no memory here." } else { "The program is not running." };
        return put(buffer, inside, 0, 0, words, Style::new());
    }
    let selected = app.code_index();
    for (y, row) in (0..).zip(rows(app, app.code_top, inside.height as usize)) {
        let listed = &app.view.code[row.index];
        if row.is_label {
            let label = listed.label.as_deref().unwrap_or_default();
            put(buffer, inside, 3, y, &format!("{label}:"), theme.faint());
            continue;
        }
        let line = &listed.line;
        let here = app.view.frame_pc == Some(line.place.addr);
        let cursor = !has_source && app.focus.0 == Pane::Code && selected == row.index;
        let point = listed.point.map(|(_, enabled)| enabled);
        margin(theme, inside, y, point, here, line.changed, buffer);
        put(buffer, inside, 3, y, &format!("{:08x} ", line.place.addr), theme.faint());
        let style = style(theme, here, cursor);
        let word = if inside.width >= 60 {
            format!("{:<9}", encoding(&line.bytes, line.place.thumb))
        } else {
            String::new()
        };
        let (name, operands) = line.text.split_once('\t').unwrap_or((&line.text, ""));
        let target = listed.target.as_ref().map(|name| format!(" <{name}>")).unwrap_or_default();
        let shown = format!("{word}{name:<7} {operands}{target}");
        put(buffer, inside, 12, y, text::skip(&shown, app.shift(Pane::Code)).trim_end(), style);
    }
}

/// An instruction as a number: a word, one or two halfwords (ARM ARM A6.1).
fn encoding(bytes: &[u8], thumb: bool) -> String {
    match *bytes {
        [a, b, c, d] if thumb => format!("{b:02x}{a:02x}{d:02x}{c:02x}"),
        [a, b, c, d] => format!("{d:02x}{c:02x}{b:02x}{a:02x}"),
        [a, b] => format!("{b:02x}{a:02x}"),
        _ => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}
