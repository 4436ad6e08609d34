//! The windows, and where they lie on a screen.

use ratatui::layout::Rect;

/// A window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Pane {
    Code,
    Registers,
    Commands,
    Console,
    Memory,
    Stack,
    Calls,
    Locals,
    Points,
    Threads,
    Explain,
}

/// All, in the order of their numbers.
pub(crate) const ALL: [Pane; 11] = [
    Pane::Code,
    Pane::Registers,
    Pane::Commands,
    Pane::Console,
    Pane::Memory,
    Pane::Stack,
    Pane::Calls,
    Pane::Locals,
    Pane::Points,
    Pane::Threads,
    Pane::Explain,
];

/// Those of which one is shown below, where there is room for one.
pub(crate) const BELOW: &[Pane] = ALL.split_at(2).1;

/// Those of which one is shown where there is room for the others.
pub(crate) const LISTS: &[Pane] = ALL.split_at(6).1.split_at(4).0;

impl Pane {
    /// As `focus` and the titles have it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Pane::Code => "code",
            Pane::Registers => "registers",
            Pane::Commands => "commands",
            Pane::Console => "console",
            Pane::Memory => "memory",
            Pane::Stack => "stack",
            Pane::Calls => "calls",
            Pane::Locals => "variables",
            Pane::Points => "breakpoints",
            Pane::Threads => "threads",
            Pane::Explain => "explain",
        }
    }
}

/// How code is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum CodeView {
    /// Source where there is one, or else instructions; on a wide screen both.
    #[default]
    Best,
    Source,
    Instructions,
    Both,
}

/// The smallest screen that something can be shown on.
pub(crate) const LEAST: (u16, u16) = (48, 12);

/// From which size on more windows are shown side by side.
const WIDE: (u16, u16) = (120, 36);

/// Where everything lies. Each window's first row is its title.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Layout {
    /// The first row of the screen.
    pub(crate) title: Rect,
    pub(crate) panes: Vec<(Pane, Rect)>,
    /// The parts of the code window.
    pub(crate) source: Option<Rect>,
    pub(crate) instructions: Option<Rect>,
    /// The row of the command line.
    pub(crate) prompt: Rect,
    /// The columns of rules between windows: x, first row, rows.
    pub(crate) rules: Vec<Rect>,
    pub(crate) wide: bool,
}

impl Layout {
    /// The window at a place of the screen.
    pub(crate) fn at(&self, x: u16, y: u16) -> Option<(Pane, Rect)> {
        self.panes.iter().copied().find(|(_, area)| area.contains((x, y).into()))
    }

    /// The area of a window; none if it is hidden.
    pub(crate) fn of(&self, pane: Pane) -> Option<Rect> {
        self.panes.iter().find(|(other, _)| *other == pane).map(|(_, area)| *area)
    }
}

/// What decides about the layout besides the size.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Choice {
    /// The window below, where there is room for one.
    pub(crate) below: Pane,
    pub(crate) view: CodeView,
    pub(crate) has_source: bool,
}

/// Whether a screen is too small.
pub(crate) fn too_small(area: Rect) -> bool {
    area.width < LEAST.0 || area.height < LEAST.1
}

/// Lays the windows out.
pub(crate) fn layout(area: Rect, choice: Choice) -> Layout {
    let mut layout = Layout { title: Rect { height: 1, ..area }, ..Layout::default() };
    if too_small(area) {
        return layout;
    }
    layout.prompt = Rect { y: area.bottom() - 1, height: 1, ..area };
    let body = Rect { y: area.y + 1, height: area.height - 2, ..area };
    layout.wide = area.width >= WIDE.0 && area.height >= WIDE.1;
    if layout.wide {
        wide(&mut layout, body, choice)
    } else {
        narrow(&mut layout, body, choice)
    }
    layout
}

/// Code and registers, below one more window, between them what happens next.
fn narrow(layout: &mut Layout, body: Rect, choice: Choice) {
    let next = if body.height >= 20 { 2 } else { 1 };
    let below = (body.height - next) * 2 / 5;
    let [above, rest] = rows(body, body.height - next - below);
    let [explain, low] = rows(rest, next);
    let [code, registers] = columns(layout, above, above.width.saturating_sub(29).max(18));
    layout.panes.push((Pane::Code, code));
    layout.panes.push((Pane::Registers, registers));
    layout.panes.push((Pane::Explain, explain));
    if choice.below == Pane::Explain {
        // It has the room of both.
        layout.panes.pop();
        layout.panes.push((Pane::Explain, rest));
    } else {
        layout.panes.push((choice.below, low));
    }
    let both = choice.view == CodeView::Both && choice.has_source;
    let [first, second] = rows(code, code.height.div_ceil(2));
    match (both, source_only(choice)) {
        (true, _) => (layout.source, layout.instructions) = (Some(first), Some(second)),
        (false, true) => layout.source = Some(code),
        (false, false) => layout.instructions = Some(code),
    }
}

fn source_only(choice: Choice) -> bool {
    choice.view == CodeView::Source || choice.view == CodeView::Best && choice.has_source
}

/// Three rows of windows, all of them at once but the lists, of which one is shown.
fn wide(layout: &mut Layout, body: Rect, choice: Choice) {
    let third = body.height * 3 / 10;
    let [above, rest] = rows(body, body.height - third - third);
    let [middle, low] = rows(rest, third);
    let [code, registers] = columns(layout, above, above.width - 44);
    let [memory, right] = columns(layout, middle, middle.width / 2);
    let [stack, lists] = columns(layout, right, right.width / 2);
    let [commands, console] = columns(layout, low, low.width / 2);
    let [registers, explain] = rows(registers, registers.height * 3 / 5);
    let list = if LISTS.contains(&choice.below) { choice.below } else { Pane::Calls };
    layout.panes = vec![
        (Pane::Code, code),
        (Pane::Registers, registers),
        (Pane::Explain, explain),
        (Pane::Memory, memory),
        (Pane::Stack, stack),
        (list, lists),
        (Pane::Commands, commands),
        (Pane::Console, console),
    ];
    let both = matches!(choice.view, CodeView::Best | CodeView::Both) && choice.has_source;
    if both {
        let [source, instructions] = columns(layout, code, code.width / 2);
        (layout.source, layout.instructions) = (Some(source), Some(instructions));
    } else if source_only(choice) {
        layout.source = Some(code);
    } else {
        layout.instructions = Some(code);
    }
}

fn rows(area: Rect, first: u16) -> [Rect; 2] {
    let first = first.min(area.height);
    [Rect { height: first, ..area }, Rect { y: area.y + first, height: area.height - first, ..area }]
}

/// Left and right of a rule.
fn columns(layout: &mut Layout, area: Rect, first: u16) -> [Rect; 2] {
    let first = first.min(area.width.saturating_sub(1));
    layout.rules.push(Rect { x: area.x + first, width: 1, ..area });
    [Rect { width: first, ..area }, Rect { x: area.x + first + 1, width: area.width - first - 1, ..area }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_lie_on_the_screen_and_not_on_each_other() {
        for (width, height) in [(48, 12), (80, 24), (81, 25), (119, 60), (120, 36), (160, 50), (500, 200)] {
            for below in ALL {
                for view in [CodeView::Best, CodeView::Source, CodeView::Instructions, CodeView::Both] {
                    for has_source in [false, true] {
                        let area = Rect::new(0, 0, width, height);
                        let layout = layout(area, Choice { below, view, has_source });
                        let mut all: Vec<Rect> = layout.panes.iter().map(|(_, area)| *area).collect();
                        all.push(layout.title);
                        all.push(layout.prompt);
                        for (index, one) in all.iter().enumerate() {
                            assert_eq!(one.intersection(area), *one);
                            assert!(one.height > 0 && one.width > 9, "{width}x{height} {one:?}");
                            assert!(all[..index].iter().all(|other| !other.intersects(*one)));
                        }
                        assert!(layout.source.is_some() || layout.instructions.is_some());
                    }
                }
            }
        }
    }
}
