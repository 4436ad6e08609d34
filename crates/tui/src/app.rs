//! The state of the interface: what is shown and how, and nothing of the program but what the session has said.

use crate::console::Console;
use crate::history::History;
use crate::panes::{Choice, CodeView, LISTS, Layout, Pane, layout};
use crate::prompt::Prompt;
use crate::view::{View, Wants};
use crate::worker::Request;
use ratatui::layout::Rect;
use std::collections::{BTreeMap, VecDeque};

/// What is to be done outside, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Ask the session.
    Ask(Request),
    /// Pause the program.
    Pause,
    /// Type to the program.
    Type(Vec<u8>),
    /// Draw everything anew.
    Redraw,
    /// Leave.
    Quit,
}

/// How registers are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum RegisterView {
    #[default]
    Core,
    Single,
    Double,
    Bytes,
    Halves,
    Words,
    Floats,
}

impl RegisterView {
    /// As titles and `registers` have it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            RegisterView::Core => "core",
            RegisterView::Single => "s f32",
            RegisterView::Double => "d f64",
            RegisterView::Bytes => "q u8",
            RegisterView::Halves => "q u16",
            RegisterView::Words => "q u32",
            RegisterView::Floats => "q f32",
        }
    }

    pub(crate) fn next(self) -> RegisterView {
        match self {
            RegisterView::Core => RegisterView::Single,
            RegisterView::Single => RegisterView::Double,
            RegisterView::Double => RegisterView::Bytes,
            RegisterView::Bytes => RegisterView::Halves,
            RegisterView::Halves => RegisterView::Words,
            RegisterView::Words => RegisterView::Floats,
            RegisterView::Floats => RegisterView::Core,
        }
    }
}

/// All of it.
#[derive(Debug, Default)]
pub(crate) struct App {
    pub(crate) view: View,
    pub(crate) size: Rect,
    pub(crate) focus: Focus,
    /// The window below, where there is room for one only.
    pub(crate) below: Below,
    pub(crate) code_view: CodeView,
    pub(crate) register_view: RegisterView,
    /// What is looked at besides PC.
    pub(crate) wants: Wants,
    /// The line of the source and the instruction, counted from PC's, that the cursor is at.
    pub(crate) source_cursor: Option<u32>,
    pub(crate) code_cursor: i32,
    /// The first line of the source and the first instruction that are shown, by index.
    pub(crate) source_top: usize,
    pub(crate) code_top: usize,
    /// The address of the latter, by which it is found in another listing.
    top_address: Option<u32>,
    /// How far windows are scrolled: lists from their top, logs from their end.
    pub(crate) scrolled: BTreeMap<Pane, usize>,
    /// How far windows are shifted to the left.
    pub(crate) shifted: BTreeMap<Pane, usize>,
    /// The chosen row of lists, and of the memory windows.
    pub(crate) chosen: BTreeMap<Pane, usize>,
    /// What commands have said.
    pub(crate) log: Console,
    /// What the program has written.
    pub(crate) console: Console,
    /// Where the program's terminal is, if it is not the console.
    pub(crate) terminal: Option<String>,
    pub(crate) prompt: Prompt,
    pub(crate) history: History,
    /// The session has been asked and has not answered.
    pub(crate) busy: bool,
    /// It takes so long that the program may be taken to run.
    pub(crate) running: bool,
    /// What waits until the session has answered.
    pub(crate) queue: VecDeque<Request>,
    /// The first row of the help, if it is shown.
    pub(crate) help: Option<usize>,
    /// Whether to quit has been asked.
    pub(crate) asked: bool,
}

/// The window that keys are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Focus(pub(crate) Pane);

impl Default for Focus {
    fn default() -> Focus {
        Focus(Pane::Commands)
    }
}

/// The window below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Below(pub(crate) Pane);

impl Default for Below {
    fn default() -> Below {
        Below(Pane::Commands)
    }
}

impl App {
    /// With a history, and one memory window: where the stack is.
    pub(crate) fn new(history: History) -> App {
        let wants = Wants { memory: vec![("sp".to_owned(), 0)], ..Wants::default() };
        App { history, wants, ..App::default() }
    }

    /// Where the windows lie.
    pub(crate) fn layout(&self) -> Layout {
        let has_source = self.view.source.is_some() && self.view.line.is_some()
            || self.view.source.is_some() && !self.view.alive;
        layout(self.size, Choice { below: self.below.0, view: self.code_view, has_source })
    }

    /// Whether the cursor of the code window is in the source.
    pub(crate) fn in_source(&self) -> bool {
        self.layout().source.is_some()
    }

    /// Brings the cursors into sight, moving what is shown no more than need be.
    pub(crate) fn follow(&mut self) {
        let layout = self.layout();
        let inside = |area: Rect| area.height.saturating_sub(1) as usize;
        if let Some(height) = layout.source.map(inside) {
            let line = self.source_line() as usize - 1;
            let count = self.view.source.as_ref().map_or(0, |source| source.lines.len());
            let nowhere = self.source_cursor.is_none() && self.view.line.is_none();
            if nowhere {
                // A program that is gone leaves what was shown.
            } else if line < self.source_top || line >= self.source_top + height {
                self.source_top = line.saturating_sub(height / 3);
            }
            self.source_top = self.source_top.min(count.saturating_sub(height));
        }
        if let Some(height) = layout.instructions.map(inside) {
            let top = self.view.code.iter().position(|l| Some(l.line.place.addr) == self.top_address);
            let index = self.code_index();
            let seen = |top: &usize| crate::ui::code::is_seen(self, index, *top, height);
            let near = index.saturating_sub(height / 3);
            // The end of the listing fills the window, if that does not push the cursor out of it.
            let full = near.min(self.view.code.len().saturating_sub(height));
            self.code_top = top.filter(seen).or(Some(full).filter(seen)).unwrap_or(near);
            self.top_address = self.view.code.get(self.code_top).map(|listed| listed.line.place.addr);
        }
    }

    /// The line of the source that the cursor is at.
    pub(crate) fn source_line(&self) -> u32 {
        self.source_cursor.or(self.view.line).unwrap_or(1).max(1)
    }

    /// The index in the listing that the cursor is at.
    pub(crate) fn code_index(&self) -> usize {
        let last = self.view.code.len().saturating_sub(1);
        self.view.code_at.saturating_add_signed(self.code_cursor as isize).min(last)
    }

    /// Makes a window the one that keys are for, and visible.
    pub(crate) fn focus_on(&mut self, pane: Pane) {
        self.focus = Focus(pane);
        let layout = self.layout();
        // It is always seen, and wants more room where there is little.
        let grows = pane == Pane::Explain && !layout.wide;
        if layout.of(pane).is_none() || grows {
            self.below = Below(pane);
        }
    }

    /// The window that turning puts another in the place of.
    pub(crate) fn turned(&self) -> Pane {
        let layout = self.layout();
        let list = layout.panes.iter().map(|(pane, _)| *pane).find(|pane| LISTS.contains(pane));
        list.filter(|_| layout.wide).unwrap_or(self.below.0)
    }

    /// The rows of a window that is a list.
    pub(crate) fn list(&self, pane: Pane) -> &[String] {
        match pane {
            Pane::Calls => &self.view.calls,
            Pane::Locals => &self.view.locals,
            Pane::Points => &self.view.points,
            Pane::Threads => &self.view.threads,
            _ => &[],
        }
    }

    /// How far a window is scrolled.
    pub(crate) fn scroll(&self, pane: Pane) -> usize {
        self.scrolled.get(&pane).copied().unwrap_or(0)
    }

    /// How far a window is shifted.
    pub(crate) fn shift(&self, pane: Pane) -> usize {
        self.shifted.get(&pane).copied().unwrap_or(0)
    }

    /// The chosen row of a list, or window of memory: one that is there, if there are any, and no heading.
    pub(crate) fn choice(&self, pane: Pane) -> usize {
        let count = match pane {
            Pane::Memory => self.wants.memory.len(),
            _ => self.list(pane).len(),
        };
        let first = usize::from(count > 1 && matches!(pane, Pane::Points | Pane::Threads));
        let chosen = self.chosen.get(&pane).copied().unwrap_or(0);
        chosen.max(first).min(count.saturating_sub(1))
    }

    /// Asks the session, now or when it has answered.
    pub(crate) fn ask(&mut self, request: Request, effects: &mut Vec<Effect>) {
        match self.busy {
            true => self.queue.push_back(request),
            false => {
                self.busy = true;
                if let Request::Line(line, _) = &request {
                    let prompt = if self.view.collecting { ">" } else { "(skink) " };
                    self.log.text(&format!("{prompt}{line}\n"));
                }
                effects.push(Effect::Ask(request));
            }
        }
    }

    /// Looks anew, now or when the session has answered; once is enough.
    pub(crate) fn look(&mut self, effects: &mut Vec<Effect>) {
        let waits = self.queue.iter().any(|request| matches!(request, Request::Look(_)));
        if !waits {
            self.ask(Request::Look(self.wants.clone()), effects);
        }
    }

    /// Has the session do a line.
    pub(crate) fn line(&mut self, line: &str, effects: &mut Vec<Effect>) {
        self.scrolled.remove(&Pane::Commands);
        self.ask(Request::Line(line.to_owned(), self.wants.clone()), effects);
    }

    /// What the session says of the program after a command.
    pub(crate) fn see(&mut self, view: View, effects: &mut Vec<Effect>) {
        let moved = view.retired != self.view.retired
            || view.frame_pc != self.view.frame_pc
            || view.alive != self.view.alive;
        self.view = view;
        if moved {
            self.source_cursor = None;
            self.code_cursor = 0;
            if self.wants.code.take().is_some() {
                self.look(effects);
            }
        }
        self.answered(effects);
    }

    /// The session is free for what waits.
    pub(crate) fn answered(&mut self, effects: &mut Vec<Effect>) {
        self.busy = false;
        self.running = false;
        if let Some(mut request) = self.queue.pop_front() {
            if let Request::Line(_, wants) | Request::Look(wants) | Request::Script(_, wants) = &mut request {
                *wants = self.wants.clone();
            }
            self.ask(request, effects);
        }
    }
}
