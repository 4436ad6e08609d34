//! All keys, in one table: it says what they do, and the help on the screen is drawn from it.
//!
//! The letters are those of gdb's single-key mode (gdb manual, TUI Single Key Mode), capitals going back as there;
//! the function keys, the arrows in the code and the blank are cgdb's, F9 and F11 those of most other debuggers. Shift
//! turns a function key round: back in time.

use crate::panes::Pane;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// A command of the interpreter.
    Do(&'static str),
    /// Puts the beginning of a command on the command line.
    Begin(&'static str),
    Help,
    Pause,
    Quit,
    Redraw,
    Focus(Pane),
    Next,
    Previous,
    /// Back from the command line or the console to the code.
    Leave,
    CodeView,
    RegisterView,
    Below,
    Breakpoint,
    ToCursor,
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    First,
    Last,
    Select,
    Remove,
}

/// Where a key counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Where {
    /// Everywhere.
    All,
    /// In every window but the command line and the console, where letters are typed.
    Windows,
    /// In the windows and on the command line, but not in the console.
    NotConsole,
}

/// A row of the table.
pub(crate) struct Binding {
    keys: &'static [(KeyCode, KeyModifiers)],
    /// As the help has them.
    pub(crate) shown: &'static str,
    pub(crate) place: Where,
    pub(crate) action: Action,
    /// What it does, in a few words.
    pub(crate) help: &'static str,
}

const NONE: KeyModifiers = KeyModifiers::NONE;
const SHIFT: KeyModifiers = KeyModifiers::SHIFT;
const CTRL: KeyModifiers = KeyModifiers::CONTROL;
const ALT: KeyModifiers = KeyModifiers::ALT;

const fn row(
    keys: &'static [(KeyCode, KeyModifiers)],
    shown: &'static str,
    place: Where,
    action: Action,
    help: &'static str,
) -> Binding {
    Binding { keys, shown, place, action, help }
}

use Action::*;
use KeyCode::{BackTab, Char, Delete, Enter, Esc, F, Tab};
use Where::{All, NotConsole, Windows};

/// The table.
#[rustfmt::skip]
pub(crate) static KEYS: &[Binding] = &[
    row(&[(F(1), NONE)], "F1", All, Help, "this help"),
    row(&[(Char('?'), NONE)], "?", Windows, Help, "this help"),
    row(&[(Char('c'), CTRL)], "Ctrl-C", All, Pause, "pause the program"),
    row(&[(Esc, NONE)], "Esc", All, Leave, "to the code, where letters are keys"),
    row(&[(Char(':'), NONE)], ":", Windows, Focus(Pane::Commands), "to the command line"),
    row(&[(F(5), NONE), (Char('r'), NONE)], "F5 r", All, Do("run"), "run from the beginning"),
    row(&[(F(6), NONE), (Char('c'), NONE)], "F6 c", All, Do("continue"), "continue"),
    row(&[(F(10), NONE), (Char('s'), NONE)], "F10 s", All, Do("step"), "to another line, into calls"),
    row(&[(F(8), NONE), (Char('n'), NONE)], "F8 n", All, Do("next"), "to another line, over calls"),
    row(&[(F(7), NONE), (Char('f'), NONE)], "F7 f", All, Do("finish"), "out of this function"),
    row(&[(F(11), NONE), (Char('i'), NONE)], "F11 i", All, Do("stepi"), "one instruction"),
    row(&[(F(12), NONE), (Char('o'), NONE)], "F12 o", All, Do("nexti"), "one instruction, over calls"),
    row(&[(F(6), SHIFT), (F(18), NONE), (Char('C'), NONE)], "S-F6 C", All, Do("reverse-continue"), "back to a breakpoint"),
    row(&[(F(10), SHIFT), (F(22), NONE), (Char('S'), NONE)], "S-F10 S", All, Do("reverse-step"), "a line back, into calls"),
    row(&[(F(8), SHIFT), (F(20), NONE), (Char('N'), NONE)], "S-F8 N", All, Do("reverse-next"), "a line back, over calls"),
    row(&[(F(7), SHIFT), (F(19), NONE), (Char('F'), NONE)], "S-F7 F", All, Do("reverse-finish"), "back to the call"),
    row(&[(F(11), SHIFT), (F(23), NONE), (Char('I'), NONE)], "S-F11 I", All, Do("reverse-stepi"), "an instruction back"),
    row(&[(F(12), SHIFT), (F(24), NONE), (Char('O'), NONE)], "S-F12 O", All, Do("reverse-nexti"), "the same, over calls"),
    row(&[(Char('u'), NONE)], "u", Windows, Do("up"), "the frame that called"),
    row(&[(Char('d'), NONE)], "d", Windows, Do("down"), "the frame that was called"),
    row(&[(Char('v'), NONE)], "v", Windows, Do("info locals"), "local variables"),
    row(&[(Char('w'), NONE)], "w", Windows, Do("backtrace"), "the call stack"),
    row(&[(F(9), NONE), (Char(' '), NONE), (Char('b'), NONE)], "F9 b blank", All, Breakpoint, "breakpoint at the cursor"),
    row(&[(Char('h'), NONE)], "h", Windows, ToCursor, "run to the cursor"),
    row(&[(F(2), NONE)], "F2", All, CodeView, "source, instructions, both"),
    row(&[(F(3), NONE)], "F3", All, RegisterView, "core, VFP, NEON registers"),
    row(&[(F(4), NONE)], "F4", All, Below, "another window below"),
    row(&[(Tab, NONE)], "Tab", Windows, Next, "next window; completes a command"),
    row(&[(BackTab, SHIFT), (BackTab, NONE)], "S-Tab", NotConsole, Previous, "window before"),
    row(&[(Char('1'), ALT), (Char('1'), NONE)], "Alt-1 1", All, Focus(Pane::Code), "code"),
    row(&[(Char('2'), ALT), (Char('2'), NONE)], "Alt-2 2", All, Focus(Pane::Registers), "registers"),
    row(&[(Char('3'), ALT), (Char('3'), NONE)], "Alt-3 3", All, Focus(Pane::Commands), "command line"),
    row(&[(Char('4'), ALT), (Char('4'), NONE)], "Alt-4 4", All, Focus(Pane::Console), "console: type to the program"),
    row(&[(Char('5'), ALT), (Char('5'), NONE)], "Alt-5 5", All, Focus(Pane::Memory), "memory"),
    row(&[(Char('6'), ALT), (Char('6'), NONE)], "Alt-6 6", All, Focus(Pane::Stack), "stack"),
    row(&[(Char('7'), ALT), (Char('7'), NONE)], "Alt-7 7", All, Focus(Pane::Calls), "calls"),
    row(&[(Char('8'), ALT), (Char('8'), NONE)], "Alt-8 8", All, Focus(Pane::Locals), "variables"),
    row(&[(Char('9'), ALT), (Char('9'), NONE)], "Alt-9 9", All, Focus(Pane::Points), "breakpoints"),
    row(&[(Char('0'), ALT), (Char('0'), NONE)], "Alt-0 0", All, Focus(Pane::Threads), "threads"),
    row(&[(Char('e'), ALT), (Char('e'), NONE)], "Alt-e e", All, Focus(Pane::Explain), "what happens next"),
    row(&[(KeyCode::Up, NONE), (Char('k'), NONE)], "Up k", Windows, Up, "up"),
    row(&[(KeyCode::Down, NONE), (Char('j'), NONE)], "Down j", Windows, Down, "down"),
    row(&[(KeyCode::Left, NONE)], "Left", Windows, Left, "to the left; a byte back in memory"),
    row(&[(KeyCode::Right, NONE), (Char('l'), NONE)], "Right l", Windows, Right, "to the right; a byte on"),
    row(&[(KeyCode::PageUp, NONE)], "PgUp", NotConsole, PageUp, "a page up"),
    row(&[(Char('b'), CTRL)], "Ctrl-B", Windows, PageUp, "a page up"),
    row(&[(KeyCode::PageDown, NONE)], "PgDn", NotConsole, PageDown, "a page down"),
    row(&[(Char('f'), CTRL)], "Ctrl-F", Windows, PageDown, "a page down"),
    row(&[(KeyCode::Home, NONE), (Char('g'), NONE)], "Home g", Windows, First, "back to the beginning, to PC"),
    row(&[(KeyCode::End, NONE), (Char('G'), NONE)], "End G", Windows, Last, "to the end"),
    row(&[(Enter, NONE)], "Enter", Windows, Select, "select: frame, thread, breakpoint on or off"),
    row(&[(Delete, NONE), (Char('x'), NONE)], "Del x", Windows, Remove, "delete: breakpoint, memory window"),
    row(&[(Char('m'), NONE)], "m", Windows, Begin("memory "), "another memory window"),
    row(&[(Char('p'), NONE)], "p", Windows, Begin("print "), "print a value"),
    row(&[(Char('t'), NONE)], "t", Windows, Begin("goto "), "to a count of instructions"),
    row(&[(Char('l'), CTRL)], "Ctrl-L", All, Redraw, "draw the screen anew"),
    row(&[(Char('q'), NONE)], "q", Windows, Quit, "quit"),
];

/// What else is said by the help: the command line's keys, and the mouse.
pub(crate) static MORE: &[(&str, &str)] = &[
    ("Up Down", "command line: the lines of before"),
    ("Enter", "an empty line does the last again"),
    ("Ctrl-A E", "to the ends of the line"),
    ("Ctrl-B F", "a character back, a character on"),
    ("Ctrl-K U W", "cut to the end, to the start, a word"),
    ("Ctrl-Y", "paste what was cut"),
    ("Ctrl-D", "quit; in the console: end of input"),
    ("wheel", "over the code: back and forwards in time"),
    ("click", "a window; in the margin: breakpoint"),
];

/// Whether letters are typed in a window.
pub(crate) fn is_typed_in(focus: Pane) -> bool {
    matches!(focus, Pane::Commands | Pane::Console)
}

/// What a key does where the focus is.
pub(crate) fn action(key: KeyEvent, focus: Pane) -> Option<Action> {
    let mut modifiers = key.modifiers & (SHIFT | CTRL | ALT);
    if let Char(_) = key.code {
        // A capital letter says all.
        modifiers -= SHIFT;
    }
    let letter = matches!(key.code, Char(_)) && modifiers == NONE;
    let counts = |binding: &&Binding| match binding.place {
        // Of keys that count everywhere, letters count where none are typed.
        Where::All => !letter || !is_typed_in(focus),
        Where::Windows => !is_typed_in(focus),
        Where::NotConsole => focus != Pane::Console,
    };
    let found = KEYS.iter().filter(counts).find(|binding| binding.keys.contains(&(key.code, modifiers)));
    found.map(|binding| binding.action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_does_two_things() {
        let all: Vec<_> = KEYS.iter().flat_map(|binding| binding.keys).collect();
        for (index, key) in all.iter().enumerate() {
            assert!(!all[..index].contains(key), "{key:?}");
        }
    }

    #[test]
    fn letters_are_typed_where_that_is_meant() {
        let key = |code| KeyEvent::new(code, NONE);
        assert_eq!(action(key(Char('s')), Pane::Code), Some(Do("step")));
        assert_eq!(action(key(Char('s')), Pane::Commands), None);
        assert_eq!(action(key(F(10)), Pane::Console), Some(Do("step")));
        assert_eq!(action(key(KeyCode::PageUp), Pane::Commands), Some(PageUp));
        assert_eq!(action(key(KeyCode::PageUp), Pane::Console), None);
        let back = KeyEvent::new(Char('b'), CTRL);
        assert_eq!((action(back, Pane::Commands), action(back, Pane::Code)), (None, Some(PageUp)));
        assert_eq!(action(KeyEvent::new(Char('S'), SHIFT), Pane::Code), Some(Do("reverse-step")));
        assert_eq!(action(KeyEvent::new(Char('4'), ALT), Pane::Commands), Some(Focus(Pane::Console)));
    }

    #[test]
    fn every_key_is_explained() {
        assert!(KEYS.iter().all(|binding| !binding.help.is_empty() && !binding.shown.is_empty()));
    }
}
