//! Moving about in the windows, and choosing what stands there.

use crate::app::{App, Effect};
use crate::keys::Action;
use crate::panes::Pane;
use crate::view::CODE;

impl App {
    /// Arrows and their like, where the focus is.
    pub(crate) fn motion(&mut self, action: Action, effects: &mut Vec<Effect>) {
        let pane = self.focus.0;
        let page = self.layout().of(pane).map_or(10, |area| area.height.saturating_sub(2).max(1)) as i32;
        let by = match action {
            Action::Up => -1,
            Action::Down => 1,
            Action::PageUp => -page,
            Action::PageDown => page,
            Action::First => i32::MIN / 2,
            Action::Last => i32::MAX / 2,
            Action::Left | Action::Right => return self.sideways(action == Action::Right, effects),
            _ => return,
        };
        self.move_by(pane, by, effects);
    }

    /// Moves the cursor of a window, or what it shows.
    pub(crate) fn move_by(&mut self, pane: Pane, by: i32, effects: &mut Vec<Effect>) {
        match pane {
            Pane::Code if self.in_source() => self.move_in_source(by),
            Pane::Code => self.move_in_code(by, effects),
            Pane::Memory => self.move_in_memory(i64::from(by) * 16, by, effects),
            Pane::Stack => {
                let far = by.unsigned_abs() > 1 << 20;
                self.wants.stack = if far { 0 } else { self.wants.stack.saturating_add(by) };
                self.look(effects);
            }
            // These are read from their end.
            Pane::Commands | Pane::Console => {
                let len = if pane == Pane::Console { self.console.len() } else { self.log.len() };
                let to = (self.scroll(pane) as i64 - i64::from(by)).clamp(0, len.saturating_sub(1) as i64);
                self.scrolled.insert(pane, to as usize);
            }
            Pane::Calls | Pane::Locals | Pane::Points | Pane::Threads => {
                let last = self.list(pane).len().saturating_sub(1) as i64;
                let to = (self.choice(pane) as i64 + i64::from(by)).clamp(0, last);
                self.chosen.insert(pane, to as usize);
            }
            Pane::Registers | Pane::Explain => {
                let to = (self.scroll(pane) as i64 + i64::from(by)).clamp(0, 64);
                self.scrolled.insert(pane, to as usize);
            }
        }
    }

    fn move_in_source(&mut self, by: i32) {
        let Some(source) = &self.view.source else { return };
        if by <= i32::MIN / 2 {
            self.source_cursor = None;
            return;
        }
        let last = source.lines.len().max(1) as i64;
        self.source_cursor = Some((i64::from(self.source_line()) + i64::from(by)).clamp(1, last) as u32);
    }

    /// The listing goes so far around its middle; beyond, another is asked for.
    fn move_in_code(&mut self, by: i32, effects: &mut Vec<Effect>) {
        if by.unsigned_abs() > 1 << 20 {
            self.code_cursor = 0;
            if self.wants.code.take().is_some() {
                self.look(effects);
            }
            return;
        }
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

    fn move_in_memory(&mut self, bytes: i64, by: i32, effects: &mut Vec<Effect>) {
        let chosen = self.choice(Pane::Memory);
        if let Some((_, offset)) = self.wants.memory.get_mut(chosen) {
            *offset = if by.unsigned_abs() > 1 << 20 { 0 } else { *offset + bytes };
            self.look(effects);
        }
    }

    fn sideways(&mut self, right: bool, effects: &mut Vec<Effect>) {
        match (self.focus.0, right) {
            (Pane::Memory, _) => self.move_in_memory(if right { 1 } else { -1 }, 0, effects),
            (_, true) => self.shifted = (self.shifted + 8).min(400),
            (_, false) => self.shifted = self.shifted.saturating_sub(8),
        }
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
                let row = self.list(pane).get(self.choice(pane)).cloned().unwrap_or_default();
                let Some(number) = number_of(&row).filter(|_| !self.busy) else { return };
                match pane {
                    Pane::Calls => self.line(&format!("frame {number}"), effects),
                    Pane::Threads => self.line(&format!("thread {number}"), effects),
                    Pane::Points => {
                        let enabled = row.split_whitespace().any(|word| word == "y");
                        let verb = if enabled { "disable" } else { "enable" };
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
        let chosen = self.choice(pane);
        match pane {
            Pane::Memory if chosen < self.wants.memory.len() => {
                self.wants.memory.remove(chosen);
                self.chosen.remove(&pane);
                self.look(effects);
            }
            Pane::Points if !self.busy => {
                let row = self.list(pane).get(chosen).cloned().unwrap_or_default();
                if let Some(number) = number_of(&row) {
                    self.line(&format!("delete {number}"), effects);
                }
            }
            _ => {}
        }
    }
}

/// The number that a row of `info` or `backtrace` begins with.
fn number_of(row: &str) -> Option<u32> {
    let row = row.trim_start_matches(['#', '*', ' ']);
    row.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::number_of;

    #[test]
    fn numbers_of_rows() {
        assert_eq!(number_of("#0  main () at t.c:5"), Some(0));
        assert_eq!(number_of("* 1    0x8000 in main ()"), Some(1));
        assert_eq!(number_of("  12   main ()"), Some(12));
        assert_eq!(number_of("3       breakpoint     keep y   0x00008000 "), Some(3));
        assert_eq!(number_of("\tbreakpoint already hit 1 time"), None);
        assert_eq!(number_of(""), None);
    }
}
