//! The terminal interface in a real terminal, tmux's: sessions of `tests/tui`, whose README says how, and the scripts
//! of `tests/debug` through its command line.

mod scripts;
mod terminal;

use scripts::{Script, root};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use terminal::Terminal;

/// All sessions of a directory that end in `.keys`.
fn sessions() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("tests/tui")).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "keys"));
    paths.sort();
    assert!(!paths.is_empty());
    paths
}

/// The screens that a session is to show, by title.
fn golden(path: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let mut screens: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        match line.strip_prefix("=== ") {
            Some(title) => screens.push((title.to_owned(), String::new())),
            None => screens.last_mut().map_or((), |(_, screen)| *screen += &format!("{line}\n")),
        }
    }
    screens
}

/// A line of a session: what to do, and with what.
fn words(line: &str) -> (&str, &str) {
    let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
    (verb, rest.trim())
}

/// Does a session; what is wrong with it.
fn play(path: &Path, bless: bool) -> Result<(), String> {
    let script = std::fs::read_to_string(path).unwrap();
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    let header = |key: &str| {
        let found =
            script.lines().find_map(|line| line.strip_prefix("# ")?.strip_prefix(key)?.strip_prefix(": "));
        found.map(str::trim)
    };
    let size = header("size").unwrap_or("80x24");
    let terminal = Terminal::start(&name, size, header("command").expect("a command"), header("env"));
    let wanted = golden(&path.with_extension("screen"));
    let mut shown: Vec<(String, String)> = Vec::new();
    let mut wrong = String::new();
    for (number, line) in (1..).zip(script.lines()) {
        match words(line) {
            ("" | "#", _) => {}
            ("type", text) => terminal.literally(text),
            ("press", keys) => terminal.press(keys),
            ("mouse", event) => terminal.literally(&mouse(event)),
            ("resize", size) => terminal.resize(size),
            ("wait", text) => terminal
                .wait_for(text)
                .map_err(|screen| format!("{name}.keys:{number}: no `{text}' came:\n{screen}"))?,
            ("screen", title) => {
                let golden = wanted.iter().find(|(other, _)| other == title).map(|(_, screen)| screen);
                let screen = match golden.filter(|_| !bless) {
                    Some(golden) => terminal.until_shown(golden),
                    None => terminal.at_rest(),
                };
                if golden != Some(&screen) {
                    let golden = golden.map_or("nothing", String::as_str);
                    let _ = write!(wrong, "{name}.keys:{number}: {title}: expected\n{golden}found\n{screen}");
                }
                shown.push((title.to_owned(), screen));
            }
            (verb, _) => return Err(format!("{name}.keys:{number}: nobody knows what `{verb}' is")),
        }
    }
    if bless {
        let text: String = shown.iter().map(|(title, screen)| format!("=== {title}\n{screen}")).collect();
        std::fs::write(path.with_extension("screen"), text).unwrap();
        return Ok(());
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// `click 3 4`, `up 3 4`, `down 3 4`: what a terminal sends for it (xterm's SGR mode), column and row from 1.
fn mouse(event: &str) -> String {
    let mut words = event.split_whitespace();
    let button = match words.next() {
        Some("up") => 64,
        Some("down") => 65,
        _ => 0,
    };
    let place: Vec<&str> = words.collect();
    format!("\x1b[<{button};{}M", place.join(";"))
}

#[test]
fn screens_are_what_is_expected() {
    let bless = std::env::var_os("SKINK_BLESS").is_some();
    let only = std::env::var("SKINK_ONLY").unwrap_or_default();
    let paths = sessions().into_iter().filter(|path| path.to_string_lossy().contains(&only));
    let wrong: Vec<String> = paths.filter_map(|path| play(&path, bless).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every line is typed. What the program writes goes to a terminal of its own, what commands say to a file as well.
fn typed(script: &Script) -> Result<(), String> {
    let name = script.path.file_stem().unwrap().to_string_lossy().into_owned();
    let terminal = Terminal::prepare(&format!("script-{name}"), "80x24");
    let second = terminal.second();
    let transcript = terminal.dir.join("transcript");
    let program: Vec<String> = script.program.iter().map(|word| word.display().to_string()).collect();
    let options = script.options.join(" ");
    let command =
        format!("debug --tty {} --transcript TMP/transcript {options} {}", second.path, program.join(" "));
    for line in script.input.split_inclusive('\n') {
        terminal.literally_in(":1.0", line.trim_end_matches('\n'));
        terminal.press_in(":1.0", if line.ends_with('\n') { "Enter" } else { "C-d" });
    }
    // A file ends, and ends again whenever it is read: a program that is started anew reads once more.
    terminal.press_in(":1.0", "C-d C-d C-d C-d");
    terminal.run(&command, None);
    terminal.wait_for("(skink)").map_err(|screen| format!("{name}: {screen}"))?;
    for line in script.commands() {
        terminal.literally(line);
        terminal.press("Enter");
    }
    terminal.literally("echo ~~~\\n");
    terminal.press("Enter");
    let read = || std::fs::read_to_string(&transcript).unwrap_or_default();
    let text = terminal::wait(read, |text| text.ends_with("~~~\n"));
    let text = text.map_err(|text| format!("{name}: it does not end:\n{text}"))?;
    let text = text.strip_suffix("~~~\n").unwrap_or_default();
    // What the program has written may still be on its way through the other terminal.
    let compared = |output: &String| script.compare(text, output).is_ok();
    let output = terminal::wait(|| second.output(), compared).unwrap_or_else(|output| output);
    script.compare(text, &output)
}

#[test]
fn scripts_print_the_same_on_the_command_line() {
    let wrong: Vec<String> = scripts::all().iter().filter_map(|script| typed(script).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
