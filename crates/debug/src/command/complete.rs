//! Completion of a command line: what the word at its end may become.

use super::{Interpreter, info, table};
use std::collections::BTreeSet;

/// No more than these are offered: a C library has thousands of names.
const MOST: usize = 200;

/// What `catch` is followed by.
const CATCH: &[&str] = &["fork", "signal", "syscall"];

/// What the last word of a line may become.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completion {
    /// Where the word begins, in bytes.
    pub start: usize,
    /// The whole words that it may become, sorted.
    pub words: Vec<String>,
}

impl Completion {
    /// What all of the words begin with.
    pub fn common(&self) -> &str {
        let Some(first) = self.words.first() else { return "" };
        let shared = |word: &String| {
            first
                .char_indices()
                .zip(word.chars())
                .find(|((_, a), b)| a != b)
                .map_or(word.len(), |((i, _), _)| i)
        };
        let len = self.words.iter().map(shared).min().unwrap_or(0).min(first.len());
        first.get(..len).unwrap_or_default()
    }
}

impl Interpreter {
    /// What the word at the end of a line may become: the name of a command, and behind it of a symbol, a register,
    /// a variable, a source or one of the words that the command knows.
    pub fn complete(&self, line: &str) -> Completion {
        let indent = line.len() - line.trim_start().len();
        let (name, rest) = table::split(line.trim_start());
        if rest.is_empty() {
            return Completion { start: indent, words: among(table::names(), name) };
        }
        let command = table::find(name).map(|command| command.name()).unwrap_or_default();
        let arguments = rest.trim_start();
        let is_place = matches!(
            command,
            "advance" | "break" | "jump" | "list" | "tbreak" | "until" | "disassemble" | "explain"
        );
        let boundary = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | ':'));
        // A C++ name, the name of a file and a command have signs in them that end a word of an expression.
        let simple = matches!(command, "info" | "catch" | "help" | "handle") || is_place;
        let cut = |c: char| if simple { c.is_whitespace() || c == '*' } else { boundary(c) };
        let start = line.rfind(cut).map_or(0, |at| at + line[at..].chars().next().map_or(1, char::len_utf8));
        let word = &line[start..];
        let first = !arguments.contains(char::is_whitespace);
        let words = match command {
            "info" if first => among(info::names(), word),
            "catch" if first => among(CATCH.iter().copied(), word),
            "help" => among(table::names(), word),
            "handle" | "catch" => among(self.session.signals().iter().map(|h| h.signal.name), word),
            _ if is_place => self.places_named(word),
            _ => self.values_named(word),
        };
        Completion { start, words }
    }

    fn places_named(&self, word: &str) -> Vec<String> {
        let mut words = among(self.session.program().names(), word);
        let sources = self.session.program().sources();
        let files = sources.iter().map(|path| format!("{}:", super::report::base(path)));
        words.extend(files.filter(|file| !word.is_empty() && file.starts_with(word)));
        sorted(words)
    }

    fn values_named(&self, word: &str) -> Vec<String> {
        let (sign, name) = word.strip_prefix('$').map_or(("", word), |name| ("$", name));
        let registers = self.session.vector_registers().unwrap_or_default();
        let core = self.session.core_registers().unwrap_or_default();
        let all: Vec<&str> = core.iter().chain(&registers).map(|register| register.name()).collect();
        let mut words: Vec<String> = if name.is_empty() && sign.is_empty() {
            Vec::new()
        } else {
            among(all, name).into_iter().map(|name| format!("{sign}{name}")).collect()
        };
        if sign.is_empty() {
            words.extend(among(self.session.program().names(), word));
            let frame = self.session.frame_at(self.session.frame).ok();
            let local = frame.map(|frame| self.session.program().variables(&frame)).unwrap_or_default();
            words.extend(local.into_iter().map(|variable| variable.name).filter(|n| n.starts_with(word)));
            words.extend(self.session.program().variable_names().into_iter().filter(|n| n.starts_with(word)));
        }
        sorted(words)
    }
}

fn among<'a>(names: impl IntoIterator<Item = &'a str>, word: &str) -> Vec<String> {
    // Marks of the ABI (`$a`, `$d`) are symbols by form only.
    let wanted = |name: &&str| name.starts_with(word) && (word.starts_with('$') || !name.starts_with('$'));
    sorted(names.into_iter().filter(wanted).map(str::to_owned).collect())
}

fn sorted(words: Vec<String>) -> Vec<String> {
    let unique: BTreeSet<String> = words.into_iter().collect();
    unique.into_iter().take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::Completion;

    fn completion(words: &[&str]) -> Completion {
        Completion { start: 0, words: words.iter().map(|&word| word.to_owned()).collect() }
    }

    #[test]
    fn the_common_part_is_what_all_begin_with() {
        assert_eq!(completion(&["step", "stepi", "start"]).common(), "st");
        assert_eq!(completion(&["continue"]).common(), "continue");
        assert_eq!(completion(&["a", "b"]).common(), "");
        assert_eq!(completion(&[]).common(), "");
        // In whole characters: these two share their first byte.
        assert_eq!(completion(&["é", "è"]).common(), "");
    }
}
