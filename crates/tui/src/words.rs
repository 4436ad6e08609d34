//! Commands of the interface itself: about windows, not about the program. gdb's names where gdb has them.

use crate::app::{App, Effect};
use crate::panes::{CodeView, Pane};
use skink_debug::command::Completion;

/// A command of the interface.
struct Word {
    name: &'static str,
    /// So many letters of it are enough.
    least: usize,
    help: &'static str,
    /// The words that may follow, and what they do.
    arguments: &'static [(&'static str, Argument)],
    run: fn(&mut App, &str, &mut Vec<Effect>) -> Result<(), String>,
}

/// What a word behind a command asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Argument {
    View(CodeView),
    Window(Pane),
    /// The one after, or the one before.
    Turn(isize),
    /// What is so anyway.
    Nothing,
    Delete,
}

use Argument::{Delete, Nothing, Turn, View, Window};

/// A window by its own name.
const fn window(pane: Pane) -> (&'static str, Argument) {
    (pane.name(), Window(pane))
}

#[rustfmt::skip]
static WORDS: &[Word] = &[
    Word {
        name: "focus",
        least: 2,
        help: "focus WINDOW: show it, and have keys be for it. WINDOW is one of code, registers, commands, console, \
               memory, stack, calls, variables, breakpoints, threads, explain, gdb's src, asm, regs, cmd, or next, prev.",
        arguments: &[
            window(Pane::Code), window(Pane::Registers), window(Pane::Commands), window(Pane::Console),
            window(Pane::Memory), window(Pane::Stack), window(Pane::Calls), window(Pane::Locals),
            window(Pane::Points), window(Pane::Threads), window(Pane::Explain),
            ("src", View(CodeView::Source)), ("asm", View(CodeView::Instructions)),
            ("regs", Window(Pane::Registers)), ("cmd", Window(Pane::Commands)),
            ("next", Turn(1)), ("prev", Turn(-1)),
        ],
        run: focus,
    },
    Word {
        name: "layout",
        least: 3,
        help: "layout src|asm|split: show source, instructions or both; next, prev: another of these; regs: registers \
               are always shown.",
        arguments: &[
            ("src", View(CodeView::Source)), ("asm", View(CodeView::Instructions)), ("split", View(CodeView::Both)),
            ("regs", Nothing), ("next", Turn(1)), ("prev", Turn(-1)),
        ],
        run: layout,
    },
    Word {
        name: "memory",
        least: 3,
        help: "memory EXPRESSION: a window that follows an address; memory delete [N]: without it.",
        arguments: &[("delete", Delete)],
        run: memory,
    },
    Word { name: "refresh", least: 3, help: "refresh: draw the screen anew.", arguments: &[], run: refresh },
];

/// What the help shows.
pub(crate) fn help() -> impl Iterator<Item = &'static str> {
    WORDS.iter().map(|word| word.help)
}

/// A command by its name, or as much of it as is enough.
fn find(name: &str) -> Option<&'static Word> {
    // gdb's other name of `focus`.
    let name = if name == "fs" { "focus" } else { name };
    WORDS.iter().find(|word| name.len() >= word.least && word.name.starts_with(name))
}

/// Does a line that is for the interface; whether it was.
pub(crate) fn obey(app: &mut App, line: &str, effects: &mut Vec<Effect>) -> bool {
    let (name, rest) = line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), ""));
    let rest = rest.trim();
    let (word, asks) = match find(name) {
        Some(word) => (word, false),
        None => match find(rest).filter(|_| matches!(name, "help" | "h")) {
            Some(word) => (word, true),
            None => return false,
        },
    };
    app.log.text(&format!("(skink) {}\n", line.trim()));
    if asks {
        app.log.text(&format!("{}\n", word.help));
    } else if let Err(wrong) = (word.run)(app, rest, effects) {
        app.log.text(&format!("{wrong}\n"));
    }
    true
}

/// What one of the words that a command knows asks for: in full, or a beginning that means only one thing.
fn argument(name: &str, text: &str) -> Result<Argument, String> {
    let all = find(name).map_or(&[][..], |word| word.arguments);
    if let Some((_, argument)) = all.iter().find(|(known, _)| *known == text) {
        return Ok(*argument);
    }
    let fits = || all.iter().filter(|(known, _)| !text.is_empty() && known.starts_with(text));
    let names = |fits: &mut dyn Iterator<Item = &(&'static str, Argument)>| {
        fits.map(|(known, _)| *known).collect::<Vec<_>>().join(", ")
    };
    match fits().next() {
        Some((_, first)) if fits().all(|(_, other)| other == first) => Ok(*first),
        Some(_) => Err(format!("Ambiguous: \"{text}\" may be {}.", names(&mut fits()))),
        None => Err(format!("Expected {name} with one of {}, found \"{text}\".", names(&mut all.iter()))),
    }
}

fn focus(app: &mut App, text: &str, _: &mut Vec<Effect>) -> Result<(), String> {
    match argument("focus", text)? {
        Window(pane) => app.focus_on(pane),
        Turn(by) => app.turn(by),
        View(view) => {
            // Whichever is not seen comes.
            let layout = app.layout();
            let seen = if view == CodeView::Source { layout.source } else { layout.instructions };
            if seen.is_none() {
                app.code_view = view;
            }
            app.focus_on(Pane::Code);
        }
        Nothing | Delete => {}
    }
    Ok(())
}

fn layout(app: &mut App, text: &str, _: &mut Vec<Effect>) -> Result<(), String> {
    match argument("layout", text)? {
        View(view) => app.code_view = view,
        Turn(by) => app.turn_code_view(by),
        Window(_) | Nothing | Delete => {}
    }
    Ok(())
}

fn memory(app: &mut App, text: &str, effects: &mut Vec<Effect>) -> Result<(), String> {
    let count = app.wants.memory.len();
    let (word, number) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    if word == "delete" {
        let chosen = app.choice(Pane::Memory);
        let index = match number.trim() {
            "" => Some(chosen),
            number => number.parse::<usize>().ok().and_then(|number| number.checked_sub(1)),
        };
        let Some(index) = index.filter(|index| *index < count) else {
            return Err(match count {
                0 => "There is no memory window.".to_owned(),
                _ => format!("Expected the number of a memory window, 1 to {count}, found \"{number}\"."),
            });
        };
        app.wants.memory.remove(index);
        app.chosen.remove(&Pane::Memory);
    } else if text.is_empty() {
        return Err("Expected an expression behind memory, [r3+4] for one, found nothing.".to_owned());
    } else {
        app.wants.memory.push((text.to_owned(), 0));
        app.chosen.insert(Pane::Memory, count);
    }
    if app.layout().of(Pane::Memory).is_none() {
        app.below.0 = Pane::Memory;
    }
    app.look(effects);
    Ok(())
}

fn refresh(_: &mut App, _: &str, effects: &mut Vec<Effect>) -> Result<(), String> {
    effects.push(Effect::Redraw);
    Ok(())
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
        let known = find(name);
        // An expression may follow `memory` as well.
        let known = known.filter(|word| word.name != "memory" || end.starts_with('d') && end != "d");
        among(&mut known.map_or(&[][..], |word| word.arguments).iter().map(|(word, _)| *word))
    };
    Completion { start, words }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panes::ALL;

    /// What is said to a line that is for the interface.
    fn said(app: &mut App, line: &str) -> String {
        app.log = Default::default();
        assert!(obey(app, line, &mut Vec::new()), "{line}");
        app.log.lines().skip(1).collect()
    }

    #[test]
    fn windows_by_name() {
        let mut app = App::default();
        for pane in ALL {
            assert_eq!(said(&mut app, &format!("focus {}", pane.name())), "");
            assert_eq!(app.focus.0, pane);
        }
        assert!(!obey(&mut app, "step", &mut Vec::new()));
        assert!(said(&mut app, "focus nowhere").starts_with("Expected focus with one of code, registers,"));
        assert_eq!(said(&mut app, "focus s"), "Ambiguous: \"s\" may be stack, src.");
        // Two names of one window are no two windows.
        assert_eq!((said(&mut app, "focus reg"), app.focus.0), (String::new(), Pane::Registers));
    }

    #[test]
    fn gdbs_words() {
        let mut app = App::default();
        app.size = ratatui::layout::Rect::new(0, 0, 80, 24);
        for (line, pane) in [
            ("focus cmd", Pane::Commands),
            ("fs regs", Pane::Registers),
            ("focus src", Pane::Code),
            ("focus next", Pane::Registers),
            ("foc prev", Pane::Code),
        ] {
            assert_eq!((said(&mut app, line), app.focus.0), (String::new(), pane), "{line}");
        }
        for (line, view) in [
            ("layout asm", CodeView::Instructions),
            ("lay sp", CodeView::Both),
            ("layout regs", CodeView::Both),
            ("focus src", CodeView::Source),
        ] {
            assert_eq!((said(&mut app, line), app.code_view), (String::new(), view), "{line}");
        }
        assert!(said(&mut app, "layout s").contains("src, split"));
        assert!(said(&mut app, "layout").starts_with("Expected layout with one of src,"));
        assert!(said(&mut app, "layout hsplit").contains("found \"hsplit\""));
        // `l' lists, `la' is the beginning of another command.
        assert!(!obey(&mut app, "la", &mut Vec::new()) && !obey(&mut app, "l", &mut Vec::new()));
    }

    #[test]
    fn what_the_help_says_is_taken() {
        for word in WORDS {
            let mut app = App::default();
            assert_eq!(said(&mut app, &format!("help {}", word.name)), word.help);
            for (argument, _) in word.arguments.iter().filter(|(_, argument)| *argument != Delete) {
                assert!(word.help.contains(argument), "{argument}");
                assert_eq!(said(&mut app, &format!("{} {argument}", word.name)), "", "{argument}");
            }
        }
    }

    #[test]
    fn memory_windows_come_and_go() {
        let mut app = App::default();
        said(&mut app, "memory [r3+4]");
        said(&mut app, "memory sp");
        said(&mut app, "memory delete 1");
        assert_eq!(app.wants.memory, [("sp".to_owned(), 0)]);
        assert!(said(&mut app, "memory delete 2").contains("1 to 1, found \"2\""));
        said(&mut app, "memory delete");
        assert_eq!(app.wants.memory, []);
        assert_eq!(said(&mut app, "memory delete"), "There is no memory window.");
        assert!(said(&mut app, "memory").contains("found nothing"));
    }

    #[test]
    fn names_and_arguments_are_completed() {
        assert_eq!(complete("fo").words, ["focus"]);
        assert_eq!(complete("focus co").words, ["code", "commands", "console"]);
        assert_eq!(complete("lay s").words, ["src", "split"]);
        assert!(complete("memory sp").words.is_empty() && complete("x/4 ").words.is_empty());
    }
}
