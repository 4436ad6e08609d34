//! Commands of the interface itself: about windows, not about the program. gdb's names where gdb has them.

use crate::app::{App, Effect};
#[cfg(test)]
use crate::panes::ALL;
use crate::panes::{CodeView, Pane};
use skink_debug::command::Completion;

/// A command of the interface.
struct Word {
    name: &'static str,
    /// What may follow.
    arguments: &'static [&'static str],
    help: &'static str,
}

static WORDS: &[Word] = &[
    Word {
        name: "focus",
        arguments: &[
            "code",
            "registers",
            "commands",
            "console",
            "memory",
            "stack",
            "calls",
            "variables",
            "breakpoints",
            "threads",
            "next",
        ],
        help: "focus WINDOW: show it, and have keys be for it.",
    },
    Word {
        name: "layout",
        arguments: &["asm", "split", "src"],
        help: "layout src|asm|split: show source, instructions or both.",
    },
    Word {
        name: "memory",
        arguments: &["delete"],
        help: "memory EXPRESSION: a window that follows an address; memory delete [N]: without it.",
    },
    Word { name: "refresh", arguments: &[], help: "refresh: draw the screen anew." },
];

/// What the help shows.
pub(crate) fn help() -> impl Iterator<Item = &'static str> {
    WORDS.iter().map(|word| word.help)
}

/// Does a line that is for the interface; whether it was.
pub(crate) fn obey(app: &mut App, line: &str, effects: &mut Vec<Effect>) -> bool {
    let (name, rest) = line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), ""));
    let rest = rest.trim();
    let Some(word) = WORDS.iter().find(|word| word.name == name) else { return false };
    app.log.text(&format!("(skink) {}\n", line.trim()));
    let done = match name {
        "focus" => Pane::named(rest).map(|pane| app.focus_on(pane)),
        "layout" => layout(app, rest),
        "memory" => memory(app, rest, effects),
        _ => {
            effects.push(Effect::Redraw);
            Some(())
        }
    };
    if done.is_none() {
        app.log.text(&format!("Expected {}, found \"{rest}\".\n", word.help.trim_end_matches('.')));
    }
    true
}

fn layout(app: &mut App, word: &str) -> Option<()> {
    app.code_view = match word {
        "src" | "source" => CodeView::Source,
        "asm" => CodeView::Instructions,
        "split" => CodeView::Both,
        _ => return None,
    };
    Some(())
}

fn memory(app: &mut App, word: &str, effects: &mut Vec<Effect>) -> Option<()> {
    let windows = &mut app.wants.memory;
    match word.strip_prefix("delete") {
        Some(number) if number.is_empty() || number.starts_with(' ') => {
            let index = match number.trim() {
                "" => app.chosen.get(&Pane::Memory).copied().unwrap_or(0),
                number => number.parse::<usize>().ok()?.checked_sub(1)?,
            };
            windows.get(index)?;
            windows.remove(index);
            app.chosen.remove(&Pane::Memory);
        }
        _ if word.is_empty() => return None,
        _ => {
            windows.push((word.to_owned(), 0));
            app.chosen.insert(Pane::Memory, windows.len() - 1);
        }
    }
    if app.layout().of(Pane::Memory).is_none() {
        app.below.0 = Pane::Memory;
    }
    app.look(effects);
    Some(())
}

/// What the end of a line may become among these commands and what follows them.
pub(crate) fn complete(line: &str) -> Completion {
    let start = line.rfind(' ').map_or(0, |at| at + 1);
    let end = &line[start..];
    let name = line.split_whitespace().next().unwrap_or_default();
    let among = |words: &mut dyn Iterator<Item = &'static str>| {
        words.filter(|word| word.starts_with(end)).map(str::to_owned).collect()
    };
    let words = if !line.trim_start().contains(' ') {
        among(&mut WORDS.iter().map(|word| word.name))
    } else {
        let known = WORDS.iter().find(|word| word.name == name);
        // An expression may follow `memory` as well.
        let known = known.filter(|word| word.name != "memory" || end.starts_with('d') && end != "d");
        among(&mut known.map_or(&[][..], |word| word.arguments).iter().copied())
    };
    Completion { start, words }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_by_name() {
        let mut app = App::default();
        assert!(obey(&mut app, "focus stack", &mut Vec::new()));
        assert_eq!(app.focus.0, Pane::Stack);
        assert!(!obey(&mut app, "step", &mut Vec::new()));
        assert!(obey(&mut app, "focus nowhere", &mut Vec::new()));
        assert!(app.log.lines().last().is_some_and(|line| line.contains("nowhere")));
        let names: Vec<&str> = ALL.iter().map(|pane| pane.name()).collect();
        assert_eq!(WORDS[0].arguments, names);
    }

    #[test]
    fn memory_windows_come_and_go() {
        let mut app = App::default();
        obey(&mut app, "memory [r3+4]", &mut Vec::new());
        obey(&mut app, "memory sp", &mut Vec::new());
        obey(&mut app, "memory delete 1", &mut Vec::new());
        assert_eq!(app.wants.memory, [("sp".to_owned(), 0)]);
        obey(&mut app, "memory delete 2", &mut Vec::new());
        obey(&mut app, "memory delete", &mut Vec::new());
        assert_eq!(app.wants.memory, []);
    }

    #[test]
    fn names_and_arguments_are_completed() {
        assert_eq!(complete("fo").words, ["focus"]);
        assert_eq!(complete("focus co").words, ["code", "commands", "console"]);
        assert!(complete("memory sp").words.is_empty() && complete("x/4 ").words.is_empty());
    }
}
