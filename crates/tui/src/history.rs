//! The lines of before, kept from session to session.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};

/// Lines that are kept.
const MOST: usize = 1000;

/// Command lines, the latest last; the same line is kept once if it comes again at once.
#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    lines: VecDeque<String>,
    /// How many of them are of this session.
    added: usize,
    file: Option<PathBuf>,
}

impl History {
    /// What a file has; one that cannot be read has nothing.
    pub(crate) fn of(file: Option<PathBuf>) -> History {
        let lines = file.as_deref().map(read).unwrap_or_default();
        History { lines, added: 0, file }
    }

    pub(crate) fn add(&mut self, line: &str) {
        let line = line.trim_end();
        if line.is_empty() || self.lines.back().is_some_and(|last| last == line) {
            return;
        }
        push(&mut self.lines, line);
        self.added = (self.added + 1).min(self.lines.len());
    }

    /// A line counted from the latest, which is 0.
    pub(crate) fn latest(&self, index: usize) -> Option<String> {
        self.lines.iter().rev().nth(index).cloned()
    }

    /// Puts the lines of this session behind what the file has by now: another session may have ended meanwhile. The
    /// file is replaced as a whole (rename(2)), so that it is never half written.
    pub(crate) fn save(&self) -> io::Result<()> {
        let Some(file) = self.file.as_deref().filter(|_| self.added > 0) else { return Ok(()) };
        let mut lines = read(file);
        self.lines.iter().skip(self.lines.len() - self.added).for_each(|line| push(&mut lines, line));
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        if let Some(parent) = file.parent() {
            std::fs::create_dir_all(parent)?;
        }
        let fresh = file.with_extension(format!("{}.new", std::process::id()));
        let written = std::fs::write(&fresh, text).and_then(|()| std::fs::rename(&fresh, file));
        if written.is_err() {
            let _ = std::fs::remove_file(&fresh);
        }
        written
    }
}

fn push(lines: &mut VecDeque<String>, line: &str) {
    lines.push_back(line.to_owned());
    if lines.len() > MOST {
        lines.pop_front();
    }
}

fn read(file: &Path) -> VecDeque<String> {
    let text =
        std::fs::read(file).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let mut lines = VecDeque::new();
    text.lines().filter(|line| !line.is_empty()).for_each(|line| push(&mut lines, line));
    lines
}

/// Where it is kept: below XDG_STATE_HOME (XDG Base Directory Specification 0.8), if that is absolute, or
/// `~/.local/state`.
pub(crate) fn file() -> Option<PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")))?;
    Some(state.join("skink/history"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_sessions_at_a_time_lose_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("deep/history");
        let mut first = History::of(Some(file.clone()));
        let mut second = History::of(Some(file.clone()));
        first.add("break main");
        first.add("run");
        first.add("run");
        second.add("step");
        first.save().unwrap();
        second.save().unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "break main\nrun\nstep\n");
        let third = History::of(Some(file.clone()));
        assert_eq!(third.latest(0).as_deref(), Some("step"));
        assert_eq!(third.latest(3), None);
        // Nothing but the file is left.
        assert_eq!(std::fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_does_not_grow_without_end() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("deep/history");
        let mut history = History::of(Some(file.clone()));
        (0..MOST + 10).for_each(|n| history.add(&format!("print {n}")));
        history.save().unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        assert_eq!(text.lines().count(), MOST);
        assert_eq!(text.lines().next(), Some("print 10"));
    }
}
