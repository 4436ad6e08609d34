//! The terminal interface in a real terminal, tmux's: sessions of `tests/tui`, whose README says how, and the scripts
//! of `tests/debug` through its command line.

mod scripts;
mod terminal;

use scripts::{Script, of_each, root};
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
    line.split_once(' ').unwrap_or((line, ""))
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
            ("left", _) => {
                terminal.is_left().map_err(|what| format!("{name}.keys:{number}: it is not left: {what}"))?;
            }
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
    for (title, _) in wanted.iter().filter(|(title, _)| shown.iter().all(|(other, _)| other != title)) {
        let _ = writeln!(wrong, "{name}.screen has a screen that nobody looks at: {title}");
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
    let named = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().contains(&only));
    let paths: Vec<PathBuf> = sessions().into_iter().filter(named).collect();
    assert!(!paths.is_empty(), "no session in tests/tui has `{only}' in its name");
    let wrong = of_each(paths, |path| play(path, bless));
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
    let wrong = of_each(scripts::all(), typed);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const HANOI: &str = "debug examples/manchester/hanoi.s";

/// Whether text is set in a colour: SGR 30 to 37, 90 to 97, 38 (ECMA-48 8.3.117).
fn is_coloured(screen: &str) -> bool {
    let mut codes =
        screen.split("\x1b[").skip(1).filter_map(|rest| rest.split_once('m')).map(|(code, _)| code);
    codes.any(|code| code.split(';').any(|part| matches!(part.parse(), Ok(30..=38 | 90..=97))))
}

#[test]
fn colours_are_left_out_for_whoever_wants_none() {
    for (env, coloured) in [(None, true), (Some("NO_COLOR=1"), false)] {
        let terminal = Terminal::start(&format!("colours-{coloured}"), "80x24", HANOI, env);
        terminal.press("F9 F11");
        terminal.wait_for("instruction 1").unwrap();
        assert_eq!(is_coloured(&terminal.coloured()), coloured, "{}", terminal.coloured());
    }
}

#[test]
fn what_was_typed_is_there_in_the_next_session() {
    let terminal = Terminal::start("history", "80x24", HANOI, None);
    terminal.wait_for("(skink)").unwrap();
    terminal.literally("print 40+2");
    terminal.press("Enter");
    terminal.wait_for("$1 = 42").unwrap();
    terminal.press("C-d y");
    terminal.is_left().unwrap();
    terminal.run(HANOI, None);
    terminal.wait_for("at its beginning").unwrap();
    terminal.press("Up");
    terminal.wait_for("(skink) print 40+2").unwrap();
}

#[test]
fn a_signal_leaves_the_terminal_as_it_was() {
    // On the board: a Linux program has signals for itself.
    for (name, arguments, key) in [
        ("stands", "debug examples/manchester/hanoi.s", "Down"),
        ("reads", "debug examples/manchester/sum.s", "F5"),
    ] {
        let terminal = Terminal::start(&format!("signal-{name}"), "80x24", arguments, None);
        terminal.wait_for("(skink)").unwrap();
        terminal.press(key);
        if key == "F5" {
            terminal.wait_for("running,").unwrap();
        }
        let killed = std::process::Command::new("kill").arg(terminal.process()).status().unwrap();
        assert!(killed.success());
        terminal.wait_for("status 143").unwrap();
        terminal.is_left().unwrap();
    }
}

#[test]
fn a_terminal_that_goes_away_takes_skink_with_it() {
    for (name, arguments) in [("board", HANOI), ("linux", "debug examples/hello.s")] {
        let terminal = Terminal::start(&format!("gone-{name}"), "80x24", arguments, None);
        terminal.wait_for("(skink)").unwrap();
        let process = PathBuf::from(format!("/proc/{}", terminal.process()));
        drop(terminal);
        let there = || if process.exists() { "there".to_owned() } else { String::new() };
        assert_eq!(terminal::wait(there, String::is_empty).as_deref(), Ok(""), "{name}");
    }
}

#[test]
fn what_cannot_be_is_said_before_windows_are_shown() {
    let terminal = Terminal::start("tty", "80x24", "debug --tty /nowhere/tty examples/hello.s", None);
    terminal.wait_for("/nowhere/tty").unwrap();
    terminal.wait_for("status 2").unwrap();
    terminal.is_left().unwrap();
}

#[test]
fn a_terminal_that_cannot_be_drawn_on_is_as_it_was() {
    // It is raw before the first byte cannot be written.
    let terminal = Terminal::start("read-only", "80x24", &format!("{HANOI} 1</dev/tty"), None);
    terminal.wait_for("skink: the terminal cannot be used: Bad file descriptor").unwrap();
    terminal.wait_for("status 2").unwrap();
    terminal.is_left().unwrap();
}

/// A file that looks like a program and is none, so that execve(2) gets far before it fails.
fn no_program(terminal: &Terminal) {
    use std::os::unix::fs::PermissionsExt;
    let path = terminal.dir.join("damaged");
    std::fs::write(&path, "\x7fELF and nothing more").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_failed_execve_goes_on_in_the_windows() {
    let terminal = Terminal::prepare("fails", "80x24");
    no_program(&terminal);
    terminal.run("debug -n tests/tui/exec.s TMP/damaged", None);
    terminal.wait_for("(skink)").unwrap();
    terminal.press("F6");
    terminal.wait_for("about to execute another program at").unwrap();
    // What moves about in the past executes nothing.
    terminal.press("S-F11");
    terminal.wait_for("PAST").unwrap();
    terminal.press("F6");
    terminal.wait_for("the present at").unwrap();
    terminal.press("F6 M-4");
    terminal.wait_for("It goes on.").unwrap();
    terminal.wait_for("not running").unwrap();
    // Its input is its console's all the time.
    terminal.press("F5");
    terminal.wait_for("about to execute another program at").unwrap();
    terminal.press("M-3");
    terminal.literally("break failed");
    terminal.press("Enter F6");
    terminal.wait_for("breakpoint 1 at failed").unwrap();
    terminal.press("F5 C-d");
    terminal.wait_for("Quit all the same?").unwrap();
    terminal.press("y");
    terminal.is_left().unwrap();
}

#[test]
fn another_program_finds_the_terminal_as_it_was() {
    let terminal =
        Terminal::start("executes", "80x24", "debug -n tests/tui/exec.s /bin/echo all yours", None);
    terminal.wait_for("(skink)").unwrap();
    terminal.press("F6");
    terminal.wait_for("about to execute another program at").unwrap();
    terminal.press("F6");
    terminal.wait_for("all yours\nstatus 0").unwrap();
    terminal.is_left().unwrap();
}

#[test]
fn a_program_that_writes_without_end_keeps_nobody_waiting() {
    let terminal = Terminal::start("flood", "80x24", "debug -n tests/tui/flood.s", None);
    terminal.wait_for("(skink)").unwrap();
    for _ in 0..2 {
        terminal.press("F6 M-4");
        terminal.wait_for("running,").unwrap();
        terminal.wait_for("...............................\n").unwrap();
        terminal.press("F1");
        terminal.wait_for("Keys;").unwrap();
        // Whatever is shown in front of it.
        terminal.press("C-c");
        terminal.wait_for("paused at").unwrap();
    }
}

#[test]
fn a_pause_ends_a_script() {
    let terminal = Terminal::prepare("script-paused", "80x24");
    std::fs::write(terminal.dir.join("script"), "continue\n\necho not this\\n\n").unwrap();
    terminal.run("debug -n -x TMP/script tests/tui/spin.s", None);
    terminal.wait_for("running,").unwrap();
    terminal.press("C-c");
    terminal.wait_for("are left out.").unwrap();
    terminal.literally("echo but this\\n");
    terminal.press("Enter");
    terminal.wait_for("\nbut this").unwrap();
    assert!(!terminal.screen().contains("not this"), "{}", terminal.screen());
}

#[test]
fn a_pause_ends_many_short_steps() {
    // Each is over before anybody could hold it.
    for (name, line, count, end) in
        [("lines", "stepi\n", 300_000, "are left out."), ("steps", "next 10000000\n", 1, "paused at")]
    {
        let terminal = Terminal::prepare(&format!("short-{name}"), "80x24");
        std::fs::write(terminal.dir.join("script"), format!("handle all nostop\n{}", line.repeat(count)))
            .unwrap();
        terminal.run("debug -n -x TMP/script tests/tui/spin.s", None);
        terminal.wait_for("running,").unwrap();
        terminal.press("C-c");
        terminal.wait_for(end).unwrap();
        terminal.literally("print 6*7");
        terminal.press("Enter");
        terminal.wait_for("$1 = 42").unwrap();
    }
}

#[test]
fn a_console_that_is_not_shown_has_a_size() {
    let terminal = Terminal::start("size", "80x24", "debug -n tests/tui/size.s", None);
    terminal.wait_for("(skink)").unwrap();
    terminal.press("F6");
    // Octal, as gdb has it: 24 rows.
    terminal.wait_for("exited with code 30").unwrap();
}

#[test]
fn a_recording_prints_what_the_program_printed() {
    let terminal = Terminal::prepare("replayed", "80x24");
    let recording = terminal.dir.join("recording");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_skink"));
    command.current_dir(root()).args(["run", "--record"]).arg(&recording).arg("examples/hello.s");
    let output = String::from_utf8(command.output().unwrap().stdout).unwrap();
    terminal.run("debug --replay TMP/recording", None);
    terminal.wait_for("(skink)").unwrap();
    terminal.press("F6 M-4");
    terminal.wait_for("the recording ends").unwrap();
    terminal.wait_for(&output).unwrap();
    // Not again.
    terminal.press("S-F6");
    terminal.wait_for("PAST 0 of").unwrap();
    terminal.press("F6");
    terminal.wait_for("the recording ends").unwrap();
    assert_eq!(terminal.at_rest().matches(output.trim()).count(), 1, "{}", terminal.screen());
}
