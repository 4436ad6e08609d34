//! What happens to the state at keys, the mouse and the session's answers.

use crate::app::{App, Effect};
use crate::keys::{self, Action};
use crate::panes::{BELOW, CodeView, LISTS, Pane};
use crate::worker::{Reply, Request};
use crate::{mouse, words};
use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::layout::Rect;
use skink_debug::command::Completion;

/// Candidates that are listed when a completion is not the only one.
const CANDIDATES: usize = 60;

/// Keys that wait for the session at the most.
const AHEAD: usize = 8;

impl App {
    /// A key, the mouse, another size, text that is pasted.
    pub(crate) fn input(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = Vec::new();
        match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => self.key(key, &mut effects),
            Event::Mouse(mouse) => mouse::event(self, mouse, &mut effects),
            Event::Resize(width, height) => {
                self.size = Rect::new(0, 0, width, height);
                // Where there is less room, the window that keys are for stays.
                if self.focus.0 != Pane::Commands && self.layout().of(self.focus.0).is_none() {
                    self.focus_on(self.focus.0);
                }
            }
            Event::Paste(text) => match self.focus.0 {
                Pane::Console => effects.push(Effect::Type(text.replace('\n', "\r").into_bytes())),
                _ => {
                    self.focus_on(Pane::Commands);
                    self.prompt.insert(text.trim_end_matches('\n'));
                }
            },
            _ => {}
        }
        self.follow();
        effects
    }

    /// What the session says.
    pub(crate) fn reply(&mut self, reply: Reply) -> Vec<Effect> {
        let mut effects = Vec::new();
        match reply {
            Reply::Text(text) => self.log.text(&text),
            Reply::View(view) => self.see(*view, &mut effects),
            Reply::Completion(line, completion) => {
                self.completed(&line, &completion);
                self.answered(&mut effects);
            }
            Reply::Quit => effects.push(Effect::Quit),
        }
        self.follow();
        effects
    }

    fn key(&mut self, key: KeyEvent, effects: &mut Vec<Effect>) {
        let action = keys::action(key, self.focus.0);
        if action == Some(Action::Pause) && (self.busy || self.asked || self.help.is_some()) {
            // Whatever is in front of the program.
            (self.asked, self.help) = (false, None);
            return self.pause(effects);
        }
        if std::mem::take(&mut self.asked) {
            if matches!(key.code, KeyCode::Char('y' | 'Y')) {
                effects.push(Effect::Quit);
            }
            return;
        }
        if let Some(first) = self.help {
            return self.help_key(key, first);
        }
        if key.code == KeyCode::Tab && self.focus.0 == Pane::Commands {
            return self.complete(effects);
        }
        let alt = key.modifiers == KeyModifiers::ALT && matches!(key.code, KeyCode::Char(_));
        match action {
            // Esc and a letter right behind it are the same to a terminal.
            None if alt && self.focus.0 != Pane::Console => {
                self.focus_on(Pane::Code);
                self.key(KeyEvent::new(key.code, KeyModifiers::NONE), effects);
            }
            Some(action) => self.act(action, effects),
            None if self.focus.0 == Pane::Commands => self.command_key(key, effects),
            None if self.focus.0 == Pane::Console => effects.extend(typed(key).map(Effect::Type)),
            None => {}
        }
    }

    fn help_key(&mut self, key: KeyEvent, first: usize) {
        self.help = match key.code {
            KeyCode::Down | KeyCode::Char('j') => Some(first + 1),
            KeyCode::Up | KeyCode::Char('k') => Some(first.saturating_sub(1)),
            KeyCode::PageDown | KeyCode::Char(' ') => Some(first + 10),
            KeyCode::PageUp => Some(first.saturating_sub(10)),
            KeyCode::Home => Some(0),
            _ => None,
        };
    }

    /// The keys of the command line (readline(3), the common ones).
    fn command_key(&mut self, key: KeyEvent, effects: &mut Vec<Effect>) {
        let prompt = &mut self.prompt;
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Enter => self.enter(effects),
            KeyCode::Char('d') if control && prompt.is_empty() => self.quit(effects),
            KeyCode::Char(letter) if control => match letter {
                'a' => prompt.home(),
                'e' => prompt.end(),
                'b' => prompt.left(),
                'f' => prompt.right(),
                'd' => prompt.delete(),
                'h' => prompt.backspace(),
                'k' => prompt.cut_to_end(),
                'u' => prompt.cut_to_start(),
                'w' => prompt.cut_word(),
                'y' => prompt.paste(),
                'p' => prompt.earlier(&self.history),
                'n' => prompt.later(&self.history),
                _ => {}
            },
            KeyCode::Char(c) => prompt.insert(c.encode_utf8(&mut [0; 4])),
            KeyCode::Left if control => prompt.word_left(),
            KeyCode::Right if control => prompt.word_right(),
            KeyCode::Left => prompt.left(),
            KeyCode::Right => prompt.right(),
            KeyCode::Home => prompt.home(),
            KeyCode::End => prompt.end(),
            KeyCode::Backspace => prompt.backspace(),
            KeyCode::Delete => prompt.delete(),
            KeyCode::Up => prompt.earlier(&self.history),
            KeyCode::Down => prompt.later(&self.history),
            _ => {}
        }
    }

    /// A line is whole: it is for the interface itself, or for the session.
    fn enter(&mut self, effects: &mut Vec<Effect>) {
        let line = self.prompt.take();
        self.history.add(&line);
        if self.view.collecting || !words::obey(self, &line, effects) {
            self.line(&line, effects);
        }
    }

    fn complete(&mut self, effects: &mut Vec<Effect>) {
        let line = self.prompt.before();
        match words::complete(&line) {
            completion if !completion.words.is_empty() && line.contains(' ') => {
                self.completed(&line, &completion);
            }
            _ if !self.running => self.ask(Request::Complete(line), effects),
            _ => {}
        }
    }

    /// What may become of the line; it counts if nothing else has been typed since.
    fn completed(&mut self, line: &str, completion: &Completion) {
        if self.prompt.before() != line {
            return;
        }
        let mut completion = completion.clone();
        if !line.trim_start().contains(' ') {
            completion.words.extend(words::complete(line).words);
            completion.words.sort();
        }
        let word = line.get(completion.start..).unwrap_or_default();
        match &completion.words[..] {
            [] => {}
            [only] => {
                // A file wants a line behind its colon.
                let end = if only.ends_with(':') { "" } else { " " };
                self.prompt.replace(completion.start, &format!("{only}{end}"));
            }
            many if completion.common().len() > word.len() => {
                self.prompt.replace(completion.start, completion.common());
                debug_assert!(!many.is_empty());
            }
            many => {
                let shown: Vec<&str> = many.iter().take(CANDIDATES).map(String::as_str).collect();
                let more = if many.len() > CANDIDATES { " ..." } else { "" };
                self.log.text(&format!("{}{more}\n", shown.join("  ")));
                self.scrolled.remove(&Pane::Commands);
            }
        }
    }

    fn pause(&mut self, effects: &mut Vec<Effect>) {
        if self.busy {
            self.queue.clear();
            effects.push(Effect::Pause);
        }
    }

    fn quit(&mut self, effects: &mut Vec<Effect>) {
        match self.view.alive {
            true => self.asked = true,
            false => effects.push(Effect::Quit),
        }
    }

    /// Does what a key stands for.
    pub(crate) fn act(&mut self, action: Action, effects: &mut Vec<Effect>) {
        match action {
            // Keys may be faster than steps, but must not pile up; while the program runs they are for nothing.
            Action::Do(_) if self.running || self.queue.len() >= AHEAD => {}
            Action::Do(command) => self.line(command, effects),
            Action::Begin(text) => {
                self.focus_on(Pane::Commands);
                self.prompt.set(text);
            }
            Action::Help => self.help = Some(0),
            // A line that was typed is not wanted after all.
            Action::Pause => drop(self.prompt.take()),
            Action::Quit => self.quit(effects),
            Action::Redraw => effects.push(Effect::Redraw),
            Action::Focus(pane) => self.focus_on(pane),
            Action::Next => self.turn(1),
            Action::Previous => self.turn(-1),
            Action::Leave => self.focus_on(Pane::Code),
            Action::CodeView => self.turn_code_view(1),
            Action::RegisterView => self.register_view = self.register_view.next(),
            Action::Below => self.turn_below(),
            Action::Breakpoint => self.breakpoint(effects),
            Action::ToCursor => {
                if let Some(place) = self.cursor_place(self.in_source()).filter(|_| !self.busy) {
                    self.line(&format!("until {place}"), effects);
                }
            }
            Action::Select => self.select(effects),
            Action::Remove => self.remove(effects),
            _ => self.motion(action, effects),
        }
    }

    /// The next window that is on the screen, or the one before.
    pub(crate) fn turn(&mut self, by: isize) {
        let mut panes: Vec<Pane> = self.layout().panes.iter().map(|(pane, _)| *pane).collect();
        panes.sort();
        if !panes.contains(&Pane::Commands) {
            panes.push(Pane::Commands);
        }
        let at = panes.iter().position(|pane| *pane == self.focus.0).unwrap_or(0);
        let next = (at as isize + by).rem_euclid(panes.len() as isize) as usize;
        match panes[next] {
            // Only who asks for it gives it more room.
            Pane::Explain => self.focus.0 = Pane::Explain,
            pane => self.focus_on(pane),
        }
    }

    fn turn_below(&mut self) {
        let order = if self.layout().wide { LISTS } else { BELOW };
        let now = self.turned();
        let at = order.iter().position(|pane| *pane == now);
        self.below.0 = order[at.map_or(0, |at| (at + 1) % order.len())];
        // Whoever was in the window that is gone is in the one that comes.
        if self.focus.0 == now {
            self.focus.0 = self.below.0;
        }
    }

    /// Another way to show code, or the one before.
    pub(crate) fn turn_code_view(&mut self, by: isize) {
        const ORDER: [CodeView; 3] = [CodeView::Source, CodeView::Instructions, CodeView::Both];
        let layout = self.layout();
        let now = match (layout.source, layout.instructions) {
            (Some(_), None) => 0,
            (None, Some(_)) => 1,
            _ => 2,
        };
        self.code_view = ORDER[(now + by).rem_euclid(3) as usize];
        self.shifted.remove(&Pane::Code);
    }

    /// The place of the cursor as `break` has it.
    fn cursor_place(&self, in_source: bool) -> Option<String> {
        if in_source {
            let file = &self.view.source.as_ref()?.file;
            let base = file.rsplit('/').next().unwrap_or(file);
            return Some(format!("{base}:{}", self.source_line()));
        }
        Some(format!("*{:#x}", self.view.code.get(self.code_index())?.line.place.addr))
    }

    /// Sets a breakpoint where the cursor is, or takes it away.
    pub(crate) fn breakpoint(&mut self, effects: &mut Vec<Effect>) {
        self.breakpoint_at(self.in_source(), effects);
    }

    /// The same, for the cursor in the source or the one in the instructions.
    pub(crate) fn breakpoint_at(&mut self, in_source: bool, effects: &mut Vec<Effect>) {
        if self.busy {
            return;
        }
        let there = match in_source {
            true => {
                let line = self.source_line();
                self.view.points_in_source.iter().find(|(l, ..)| *l == line).map(|(_, id, _)| *id)
            }
            false => self.view.code.get(self.code_index()).and_then(|listed| listed.point).map(|(id, _)| id),
        };
        match (there, self.cursor_place(in_source)) {
            (Some(id), _) => self.line(&format!("delete {id}"), effects),
            (None, Some(place)) => self.line(&format!("break {place}"), effects),
            (None, None) => {}
        }
    }
}

/// The bytes that a terminal sends for a key.
fn typed(key: KeyEvent) -> Option<Vec<u8>> {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    Some(match key.code {
        KeyCode::Char(c @ ('a'..='z' | '@'..='_')) if control => vec![c as u8 & 0x1f],
        KeyCode::Char(c) => c.to_string().into_bytes(),
        KeyCode::Enter => b"\r".to_vec(),
        KeyCode::Tab => b"\t".to_vec(),
        KeyCode::Backspace => b"\x7f".to_vec(),
        KeyCode::Up => b"\x1b[A".to_vec(),
        KeyCode::Down => b"\x1b[B".to_vec(),
        KeyCode::Right => b"\x1b[C".to_vec(),
        KeyCode::Left => b"\x1b[D".to_vec(),
        KeyCode::Delete => b"\x1b[3~".to_vec(),
        KeyCode::Home => b"\x1b[H".to_vec(),
        KeyCode::End => b"\x1b[F".to_vec(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
