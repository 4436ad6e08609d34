//! The command line: a text with a cursor, and the lines of before.

use crate::history::History;

/// A line that is being typed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Prompt {
    text: Vec<char>,
    cursor: usize,
    /// The line of the history that is shown, counted from the latest, and what was typed before it was called up.
    recalled: Option<(usize, Vec<char>)>,
    /// What was cut last.
    cut: Vec<char>,
}

impl Prompt {
    /// The line.
    pub(crate) fn text(&self) -> String {
        self.text.iter().collect()
    }

    /// The line up to the cursor.
    pub(crate) fn before(&self) -> String {
        self.text[..self.cursor].iter().collect()
    }

    /// Whether nothing is typed.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Another line, with the cursor at its end.
    pub(crate) fn set(&mut self, text: &str) {
        self.text = text.chars().collect();
        self.cursor = self.text.len();
    }

    /// Takes the line away.
    pub(crate) fn take(&mut self) -> String {
        let text = self.text();
        *self = Prompt { cut: std::mem::take(&mut self.cut), ..Prompt::default() };
        text
    }

    /// Puts text at the cursor; line ends become blanks.
    pub(crate) fn insert(&mut self, text: &str) {
        let typed = text.chars().map(|c| if c.is_control() { ' ' } else { c });
        let before = self.text.len();
        self.text.splice(self.cursor..self.cursor, typed);
        self.cursor += self.text.len() - before;
    }

    /// Replaces what stands between a place, in bytes, and the cursor.
    pub(crate) fn replace(&mut self, start: usize, with: &str) {
        let first = self.before().get(..start).map_or(0, |before| before.chars().count());
        self.text.drain(first..self.cursor);
        self.cursor = first;
        self.insert(with);
    }

    pub(crate) fn left(&mut self) {
        self.cursor = self.cursor.saturating_sub(1);
    }

    pub(crate) fn right(&mut self) {
        self.cursor = (self.cursor + 1).min(self.text.len());
    }

    pub(crate) fn word_left(&mut self) {
        self.cursor = self.word_start();
    }

    pub(crate) fn word_right(&mut self) {
        let rest = &self.text[self.cursor..];
        let blanks = rest.iter().take_while(|c| !c.is_alphanumeric()).count();
        self.cursor += blanks + rest[blanks..].iter().take_while(|c| c.is_alphanumeric()).count();
    }

    pub(crate) fn home(&mut self) {
        self.cursor = 0;
    }

    pub(crate) fn end(&mut self) {
        self.cursor = self.text.len();
    }

    pub(crate) fn backspace(&mut self) {
        if self.cursor > 0 {
            self.cursor -= 1;
            self.text.remove(self.cursor);
        }
    }

    pub(crate) fn delete(&mut self) {
        if self.cursor < self.text.len() {
            self.text.remove(self.cursor);
        }
    }

    pub(crate) fn cut_word(&mut self) {
        let start = self.text[..self.cursor].iter().rposition(|c| !c.is_whitespace());
        let word =
            |end: usize| self.text[..end].iter().rposition(|c| c.is_whitespace()).map_or(0, |at| at + 1);
        let start = start.map_or(0, word);
        self.cut = self.text.drain(start..self.cursor).collect();
        self.cursor = start;
    }

    pub(crate) fn cut_to_end(&mut self) {
        self.cut = self.text.split_off(self.cursor);
    }

    pub(crate) fn cut_to_start(&mut self) {
        self.cut = self.text.drain(..self.cursor).collect();
        self.cursor = 0;
    }

    pub(crate) fn paste(&mut self) {
        let cut: String = self.cut.iter().collect();
        self.insert(&cut);
    }

    /// The line before in the history.
    pub(crate) fn earlier(&mut self, history: &History) {
        let index = self.recalled.as_ref().map_or(0, |(index, _)| index + 1);
        if let Some(line) = history.latest(index) {
            let typed = self.recalled.take().map_or_else(|| self.text.clone(), |(_, typed)| typed);
            self.recalled = Some((index, typed));
            self.set(&line);
        }
    }

    /// The line after it, or what was typed.
    pub(crate) fn later(&mut self, history: &History) {
        match self.recalled.take() {
            None => {}
            Some((0, typed)) => {
                self.cursor = typed.len();
                self.text = typed;
            }
            Some((index, typed)) => {
                self.recalled = Some((index - 1, typed));
                self.set(&history.latest(index - 1).unwrap_or_default());
            }
        }
    }

    fn word_start(&self) -> usize {
        let before = &self.text[..self.cursor];
        let end = before.iter().rposition(|c| c.is_alphanumeric()).map_or(0, |at| at + 1);
        before[..end].iter().rposition(|c| !c.is_alphanumeric()).map_or(0, |at| at + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editing() {
        let mut prompt = Prompt::default();
        prompt.insert("break mäin");
        prompt.word_left();
        prompt.insert("x ");
        assert_eq!(prompt.text(), "break x mäin");
        prompt.end();
        prompt.cut_word();
        assert_eq!((prompt.text().as_str(), prompt.before().as_str()), ("break x ", "break x "));
        prompt.home();
        prompt.paste();
        assert_eq!(prompt.text(), "mäinbreak x ");
        prompt.cut_to_end();
        prompt.backspace();
        prompt.left();
        prompt.delete();
        prompt.right();
        assert_eq!(prompt.take(), "mä");
        assert!(prompt.is_empty());
    }

    #[test]
    fn a_completion_replaces_the_word() {
        let mut prompt = Prompt::default();
        prompt.set("é brea now");
        (0..4).for_each(|_| prompt.left());
        prompt.replace("é ".len(), "break");
        assert_eq!(prompt.text(), "é break now");
        assert_eq!(prompt.before(), "é break");
    }

    #[test]
    fn up_and_down_the_history() {
        let mut history = History::default();
        history.add("run");
        history.add("step");
        let mut prompt = Prompt::default();
        prompt.insert("typed");
        prompt.earlier(&history);
        prompt.earlier(&history);
        prompt.earlier(&history);
        assert_eq!(prompt.text(), "run");
        prompt.later(&history);
        assert_eq!(prompt.text(), "step");
        prompt.later(&history);
        prompt.later(&history);
        assert_eq!(prompt.text(), "typed");
    }
}
