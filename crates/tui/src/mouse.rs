//! The mouse: the wheel over the code is time, a click chooses.

use crate::app::{App, Effect};
use crate::motion::To;
use crate::panes::Pane;
use crate::ui::code::MARGIN;
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Rect;

/// What happens at an event of the mouse.
pub(crate) fn event(app: &mut App, mouse: MouseEvent, effects: &mut Vec<Effect>) {
    if let Some(first) = app.help {
        match mouse.kind {
            MouseEventKind::ScrollUp => app.help = Some(first.saturating_sub(3)),
            MouseEventKind::ScrollDown => app.help = Some(first + 3),
            MouseEventKind::Down(_) => app.help = None,
            _ => {}
        }
        return;
    }
    let layout = app.layout();
    let Some((pane, area)) = layout.at(mouse.column, mouse.row) else {
        let pressed = matches!(mouse.kind, MouseEventKind::Down(_));
        if pressed && layout.prompt.contains((mouse.column, mouse.row).into()) {
            app.focus_on(Pane::Commands);
        }
        return;
    };
    match mouse.kind {
        MouseEventKind::ScrollUp if pane == Pane::Code => travel(app, &mouse, false, effects),
        MouseEventKind::ScrollDown if pane == Pane::Code => travel(app, &mouse, true, effects),
        MouseEventKind::ScrollUp => app.move_to(pane, To::By(-3), effects),
        MouseEventKind::ScrollDown => app.move_to(pane, To::By(3), effects),
        MouseEventKind::Down(MouseButton::Left) => click(app, pane, area, &mouse, effects),
        _ => {}
    }
}

/// A line or an instruction further, or back.
fn travel(app: &mut App, mouse: &MouseEvent, forwards: bool, effects: &mut Vec<Effect>) {
    // A wheel sends more than can be done: what comes meanwhile does not count.
    if app.busy || !app.view.alive {
        return;
    }
    let source = app.layout().source.is_some_and(|area| area.contains((mouse.column, mouse.row).into()));
    let line = match (source, forwards) {
        (true, true) => "step",
        (true, false) => "reverse-step",
        (false, true) => "stepi",
        (false, false) => "reverse-stepi",
    };
    app.line(line, effects);
}

fn click(app: &mut App, pane: Pane, area: Rect, mouse: &MouseEvent, effects: &mut Vec<Effect>) {
    app.focus_on(pane);
    let layout = app.layout();
    let position = (mouse.column, mouse.row).into();
    if pane != Pane::Code {
        // The first row is the title.
        if let Some(row) = (mouse.row - area.y).checked_sub(1) {
            let first = crate::ui::lists::first_row(app, pane, area.height.saturating_sub(1) as usize);
            if (first + row as usize) < app.list(pane).len() {
                app.chosen.insert(pane, first + row as usize);
                app.select(effects);
            }
        }
        return;
    }
    for (part, is_source) in [(layout.source, true), (layout.instructions, false)] {
        let Some(part) = part.filter(|part| part.contains(position)) else { continue };
        let Some(row) = (mouse.row - part.y).checked_sub(1) else { return };
        let in_margin = mouse.column < part.x + MARGIN;
        let height = part.height.saturating_sub(1) as usize;
        if is_source {
            let line = crate::ui::code::first_line(app, height) + row as usize;
            let count = app.view.source.as_ref().map_or(0, |source| source.lines.len());
            if line < count {
                app.source_cursor = Some(line as u32 + 1);
                if in_margin {
                    app.breakpoint(effects);
                }
            }
        } else if let Some(index) = crate::ui::code::index_at(app, height, row as usize) {
            app.code_cursor = index as i32 - app.view.code_at as i32;
            if in_margin {
                app.breakpoint_at(false, effects);
            }
        }
    }
}
