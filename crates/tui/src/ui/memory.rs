//! Windows of memory; `*` in front of a byte that is not what it was at the stop before.

use super::text::put;
use crate::app::App;
use crate::panes::Pane;
use crate::theme::Theme;
use crate::view::Memory;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

pub(super) fn draw(app: &App, theme: Theme, area: Rect, buffer: &mut Buffer) {
    let windows = &app.view.memory;
    if windows.is_empty() {
        super::heading(app, theme, Pane::Memory, "memory", area, buffer);
        let words = "m or `memory EXPRESSION` opens a window, [r3+4] or sp for one.";
        return put(buffer, super::inside(area), 0, 0, words, Style::new());
    }
    let chosen = app.choice(Pane::Memory);
    for (index, area) in areas(app, area) {
        let Some(window) = windows.get(index) else { continue };
        let mark = if windows.len() > 1 && index == chosen { ">" } else { "" };
        let shown = match &window.base {
            Ok(base) => format!("{mark}memory {}: {} = {base:08x}", index + 1, window.expression),
            Err(_) => format!("{mark}memory {}: {}", index + 1, window.expression),
        };
        super::heading(app, theme, Pane::Memory, &shown, area, buffer);
        rows(theme, window, super::inside(area), buffer);
    }
}

/// The windows that there is room for, the chosen one among them, and where.
pub(crate) fn areas(app: &App, area: Rect) -> Vec<(usize, Rect)> {
    let count = app.wants.memory.len();
    let fit = usize::from(area.height / 2).clamp(1, count.max(1));
    let first = (app.choice(Pane::Memory) + 1).saturating_sub(fit);
    let each = area.height / fit as u16;
    let place = |n: usize| {
        let y = area.y + n as u16 * each;
        let height = if n + 1 == fit { area.bottom() - y } else { each };
        (first + n, Rect { y, height, ..area })
    };
    (0..fit).map(place).filter(|(index, _)| *index < count).collect()
}

/// Bytes of a row of so many columns: a power of two, so that addresses are round.
pub(crate) fn per_row(width: u16) -> usize {
    // Address, two blanks, three columns for a byte in hexadecimal, a blank, one as a character.
    [16, 8, 4].into_iter().find(|count| 8 + 1 + 4 * count + 2 <= width as usize).unwrap_or(2)
}

fn rows(theme: Theme, window: &Memory, area: Rect, buffer: &mut Buffer) {
    if let Err(error) = &window.base {
        return put(buffer, area, 1, 0, error, Style::new());
    }
    let count = per_row(area.width);
    for (y, (index, bytes)) in (0..area.height).zip(window.bytes.chunks(count).enumerate()) {
        let addr = window.start.wrapping_add((index * count) as u32);
        put(buffer, area, 0, y, &format!("{addr:08x} "), theme.faint());
        for (column, byte) in (0..).zip(bytes) {
            let (text, style) = match byte {
                Some((byte, true)) => (format!("*{byte:02x}"), theme.changed()),
                Some((byte, false)) => (format!(" {byte:02x}"), Style::new()),
                None => (" --".to_owned(), Style::new()),
            };
            put(buffer, area, 9 + 3 * column, y, &text, style);
            let c = match byte {
                Some((byte @ 0x20..=0x7e, _)) => *byte as char,
                Some(_) => '.',
                None => ' ',
            };
            let at = 9 + 3 * count as u16 + 2 + column;
            put(buffer, area, at, y, c.encode_utf8(&mut [0; 4]), style);
        }
    }
}
