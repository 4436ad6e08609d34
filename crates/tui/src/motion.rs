//! Moving about in the windows, and choosing what stands there.

use crate::app::{App, Effect};
use crate::keys::Action;
use crate::panes::{LISTS, Pane};
use crate::ui::{lists, memory, registers};
use crate::view::{CODE, Memory};
use ratatui::layout::Rect;

/// Columns of a step to the side, and how far that goes.
const ASIDE: usize = 8;
const FURTHEST: usize = 400;

/// Where to in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum To {
    /// So many rows on.
    By(i32),
    /// The beginning; in code where PC is, in memory where the expression leads.
    First,
    Last,
}

impl To {
    /// A place among rows from 0 on.
    fn among(self, now: usize, last: usize) -> usize {
        match self {
            To::By(by) => now.min(last).saturating_add_signed(by as isize).min(last),
            To::First => 0,
            To::Last => last,
        }
    }
}

impl App {
    /// Arrows and their like, where the focus is.
    pub(crate) fn motion(&mut self, action: Action, effects: &mut Vec<Effect>) {
        let pane = self.focus.0;
        let page = self.rows_of(pane).saturating_sub(1).max(1) as i32;
        let to = match action {
            Action::Up => To::By(-1),
            Action::Down => To::By(1),
            Action::PageUp => To::By(-page),
            Action::PageDown => To::By(page),
            Action::First => To::First,
            Action::Last => To::Last,
            Action::Left | Action::Right => return self.sideways(action == Action::Right, effects),
            _ => return,
        };
        self.move_to(pane, to, effects);
    }

    /// The part of the screen in which rows of a window stand.
    fn inside(&self, pane: Pane) -> Rect {
        let layout = self.layout();
        let area = match pane {
            Pane::Code => layout.source.or(layout.instructions),
            Pane::Memory => self.memory_area(),
            _ => layout.of(pane),
        };
        area.map(crate::ui::inside).unwrap_or_default()
    }

    /// How many rows are seen of a window.
    fn rows_of(&self, pane: Pane) -> usize {
        match self.inside(pane).height {
            // A hidden one is as large as any.
            0 => 10,
            rows => rows as usize,
        }
    }

    /// Where the chosen window of memory is.
    fn memory_area(&self) -> Option<Rect> {
        let all = memory::areas(self, self.layout().of(Pane::Memory)?);
        let chosen = self.choice(Pane::Memory);
        all.into_iter().find(|(index, _)| *index == chosen).map(|(_, area)| area)
    }

    /// Moves the cursor of a window, or what it shows.
    pub(crate) fn move_to(&mut self, pane: Pane, to: To, effects: &mut Vec<Effect>) {
        match pane {
            Pane::Code if self.in_source() => self.move_in_source(to),
            Pane::Code => self.move_in_code(to, effects),
            Pane::Memory => self.move_in_memory(to, effects),
            Pane::Stack => self.move_in_stack(to, effects),
            // These are read from their end.
            Pane::Commands | Pane::Console => {
                let most = lists::most(self, pane, self.inside(pane));
                let place = to.among(most - self.scroll(pane).min(most), most);
                self.scrolled.insert(pane, most - place);
            }
            Pane::Registers | Pane::Explain => {
                let inside = self.inside(pane);
                let count = match pane {
                    Pane::Registers => registers::count(self, inside.width),
                    _ => lists::explained(self, inside).len(),
                };
                let place = to.among(self.scroll(pane), count.saturating_sub(inside.height as usize));
                self.scrolled.insert(pane, place);
            }
            Pane::Calls | Pane::Locals | Pane::Points | Pane::Threads => {
                let last = self.list(pane).len().saturating_sub(1);
                self.chosen.insert(pane, to.among(self.choice(pane), last));
            }
        }
    }

    fn move_in_source(&mut self, to: To) {
        let Some(source) = &self.view.source else { return };
        let last = source.lines.len().saturating_sub(1);
        self.source_cursor = match to {
            To::First => None,
            _ => Some(to.among(self.source_line() as usize - 1, last) as u32 + 1),
        };
    }

    /// The listing goes so far around its middle; beyond, another is asked for.
    fn move_in_code(&mut self, to: To, effects: &mut Vec<Effect>) {
        match to {
            To::First => {
                self.code_cursor = 0;
                if self.wants.code.take().is_some() {
                    self.look(effects);
                }
            }
            To::Last => {
                if let Some(last) = self.view.code_last {
                    // To the last row of what will be listed.
                    (self.wants.code, self.code_cursor) = (Some(last), CODE as i32);
                    self.look(effects);
                }
            }
            To::By(by) => {
                self.code_cursor = self.code_cursor.saturating_add(by);
                let index = self.code_index();
                // The cursor stays on the listing.
                self.code_cursor = index as i32 - self.view.code_at as i32;
                let near_end = index < CODE / 4 || index + CODE / 4 >= self.view.code.len();
                if let Some(listed) = self.view.code.get(index).filter(|_| near_end && !self.busy) {
                    self.wants.code = Some(listed.line.place.addr);
                    self.code_cursor = 0;
                    self.look(effects);
                }
            }
        }
    }

    fn move_in_memory(&mut self, to: To, effects: &mut Vec<Effect>) {
        let chosen = self.choice(Pane::Memory);
        let inside = self.inside(Pane::Memory);
        let row = memory::per_row(inside.width) as i64;
        let page = row * self.rows_of(Pane::Memory) as i64;
        let behind = self.view.memory.get(chosen).and_then(behind);
        let Some((_, offset)) = self.wants.memory.get_mut(chosen) else { return };
        *offset = match to {
            To::By(by) => *offset + i64::from(by) * row,
            To::First => 0,
            // Rows stay as round as they were.
            To::Last => behind.map_or(*offset, |behind| {
                let last = (behind - page).max(0);
                last + (*offset - last).rem_euclid(row)
            }),
        };
        self.look(effects);
    }

    fn move_in_stack(&mut self, to: To, effects: &mut Vec<Effect>) {
        let page = self.rows_of(Pane::Stack) as i32;
        let words = self.view.stack_left.map_or(0, |bytes| (bytes / 4) as i32);
        self.wants.stack = match to {
            To::By(by) => self.wants.stack.saturating_add(by),
            To::First => 0,
            To::Last => words.saturating_sub(page).max(0),
        };
        self.look(effects);
    }

    fn sideways(&mut self, right: bool, effects: &mut Vec<Effect>) {
        let pane = self.focus.0;
        if pane == Pane::Memory {
            let chosen = self.choice(pane);
            if let Some((_, offset)) = self.wants.memory.get_mut(chosen) {
                *offset += if right { 1 } else { -1 };
                self.look(effects);
            }
            return;
        }
        let now = self.shift(pane);
        let to = if right { (now + ASIDE).min(FURTHEST) } else { now.saturating_sub(ASIDE) };
        self.shifted.insert(pane, to);
    }

    /// Enter: goes to what is chosen, or changes it.
    pub(crate) fn select(&mut self, effects: &mut Vec<Effect>) {
        let pane = self.focus.0;
        match pane {
            Pane::Code => self.breakpoint(effects),
            Pane::Memory if !self.wants.memory.is_empty() => {
                // The next window is the one that arrows move.
                let next = (self.choice(pane) + 1) % self.wants.memory.len();
                self.chosen.insert(pane, next);
            }
            _ => {
                let Some(number) = self.chosen_number(pane).filter(|_| !self.busy) else { return };
                match pane {
                    Pane::Calls => self.line(&format!("frame {number}"), effects),
                    Pane::Threads => self.line(&format!("thread {number}"), effects),
                    Pane::Points => {
                        let verb = if self.view.points_on.contains(&number) { "disable" } else { "enable" };
                        self.line(&format!("{verb} {number}"), effects);
                    }
                    _ => {}
                }
            }
        }
    }

    /// Del: takes away what is chosen.
    pub(crate) fn remove(&mut self, effects: &mut Vec<Effect>) {
        let pane = self.focus.0;
        match pane {
            Pane::Memory if !self.wants.memory.is_empty() => {
                self.wants.memory.remove(self.choice(pane));
                self.look(effects);
            }
            Pane::Points if !self.busy => {
                if let Some(number) = self.chosen_number(pane) {
                    self.line(&format!("delete {number}"), effects);
                }
            }
            _ => {}
        }
    }

    /// The number of what is chosen in a list.
    fn chosen_number(&self, pane: Pane) -> Option<u32> {
        let rows = self.list(pane).get(..=self.choice(pane)).filter(|_| LISTS.contains(&pane))?;
        match pane {
            // What is said of a breakpoint stands below it, further in.
            Pane::Points => rows.iter().rfind(|row| !row.starts_with(' ')).and_then(|row| number_of(row)),
            _ => number_of(rows.last()?),
        }
    }
}

/// What the offset of a window would be that begins behind the mapping.
fn behind(window: &Memory) -> Option<i64> {
    let base = window.base.as_ref().ok()?;
    Some(i64::from(window.start.wrapping_sub(*base) as i32) + window.left? as i64)
}

/// The number that a row of `info` or `backtrace` begins with.
fn number_of(row: &str) -> Option<u32> {
    let row = row.trim_start_matches(['#', '*', ' ']);
    row.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests;
