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
    if pane == Pane::Memory {
        // Of several windows the one that the mouse is over.
        let all = crate::ui::memory::areas(app, area);
        if let Some((index, _)) = all.iter().find(|(_, area)| area.contains((mouse.column, mouse.row).into()))
        {
            app.chosen.insert(pane, *index);
        }
    }
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
        let listed = crate::panes::LISTS.contains(&pane);
        if let Some(row) = (mouse.row - area.y).checked_sub(1).filter(|_| listed) {
            let first = crate::ui::lists::first_row(app, pane, area.height.saturating_sub(1) as usize);
            let row = first + row as usize;
            app.chosen.insert(pane, row);
            // Nobody chooses a heading, or what is behind the last row.
            if row < app.list(pane).len() && app.choice(pane) == row {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::History;
    use crossterm::event::KeyModifiers;

    fn at(app: &mut App, kind: MouseEventKind, area: Rect, row: u16) -> Vec<Effect> {
        let mut effects = Vec::new();
        let mouse = MouseEvent { kind, column: area.x + 1, row: area.y + row, modifiers: KeyModifiers::NONE };
        event(app, mouse, &mut effects);
        app.busy = false;
        effects
    }

    #[test]
    fn a_click_chooses_what_can_be_chosen() {
        let mut app = App::new(History::default());
        app.size = Rect::new(0, 0, 80, 24);
        app.view.points = vec!["Num  Type".into(), "1  breakpoint".into(), "2  breakpoint".into()];
        app.focus_on(Pane::Points);
        let area = app.layout().of(Pane::Points).unwrap();
        let click = MouseEventKind::Down(MouseButton::Left);
        assert!(at(&mut app, click, area, 0).is_empty() && at(&mut app, click, area, 1).is_empty());
        assert!(at(&mut app, click, area, 4).is_empty());
        assert_eq!(at(&mut app, click, area, 3).len(), 1);
        assert_eq!(app.choice(Pane::Points), 2);
    }

    #[test]
    fn the_wheel_moves_the_window_that_it_is_over() {
        let mut app = App::new(History::default());
        app.size = Rect::new(0, 0, 80, 24);
        app.wants.memory = vec![("sp".into(), 0), ("pc".into(), 0)];
        app.focus_on(Pane::Memory);
        let area = app.layout().of(Pane::Memory).unwrap();
        at(&mut app, MouseEventKind::ScrollDown, area, area.height - 1);
        assert_eq!((app.wants.memory[0].1, app.wants.memory[1].1), (0, 3 * 16));
        at(&mut app, MouseEventKind::ScrollDown, area, 0);
        assert_eq!((app.wants.memory[0].1, app.wants.memory[1].1), (3 * 16, 3 * 16));
        let click = MouseEventKind::Down(MouseButton::Left);
        at(&mut app, click, area, area.height - 1);
        assert_eq!((app.focus.0, app.choice(Pane::Memory)), (Pane::Memory, 1));
    }
}
