//! The terminal given back by whoever panics. It belongs to a process, so each is seen in a process of its own: this
//! test program again, with one of the tests that are left out otherwise, in a terminal of its own.

use super::*;
use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::LocalModes;
use std::io::Read;
use std::process::Command;

/// What a test writes in a terminal of its own, and whether that is left as it was.
fn in_a_terminal(test: &str) -> (String, bool) {
    let mut master =
        File::from(openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap());
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let slave = rustix::fs::open(&*name, flags, Mode::empty()).unwrap();
    let before = tcgetattr(&slave).unwrap();
    assert!(before.local_modes.contains(LocalModes::ICANON | LocalModes::ECHO));
    let end = || slave.try_clone().unwrap();
    // Keys come from the controlling terminal (setsid(1), of util-linux).
    let mut command = Command::new("setsid");
    command.args(["--ctty", "--wait"]).arg(std::env::current_exe().unwrap());
    command.args(["--ignored", "--exact", "--nocapture", &format!("term::tests::{test}")]);
    let mut child = command.stdin(end()).stdout(end()).stderr(end()).spawn().expect("Debian: util-linux");
    drop(command);
    let reader = std::thread::spawn(move || {
        let (mut all, mut bytes) = (Vec::new(), [0; 4096]);
        // Nobody at the other end is EIO.
        while let Ok(count @ 1..) = master.read(&mut bytes) {
            all.extend_from_slice(&bytes[..count]);
        }
        String::from_utf8_lossy(&all).into_owned()
    });
    child.wait().unwrap();
    let after = tcgetattr(&slave).unwrap();
    drop(slave);
    let same = (before.input_modes, before.output_modes, before.control_modes, before.local_modes)
        == (after.input_modes, after.output_modes, after.control_modes, after.local_modes);
    (reader.join().unwrap(), same)
}

/// Whether texts come in this order.
fn in_order(whole: &str, parts: &[&str]) -> bool {
    let mut rest = whole;
    parts.iter().all(|part| match rest.split_once(part) {
        Some((_, behind)) => {
            rest = behind;
            true
        }
        None => false,
    })
}

/// The alternate screen (xterm's private modes 1049), the cursor (DECTCEM, 25), the mouse (1000), pasting (2004).
const TAKEN: [&str; 4] = ["\x1b[?1049h", "\x1b[?1000h", "\x1b[?2004h", "\x1b[?25l"];
const BACK: [&str; 4] = ["\x1b[?2004l", "\x1b[?1000l", "\x1b[?25h", "\x1b[?1049l"];

#[test]
#[ignore = "in a terminal of its own, for the test below"]
fn somebody_panics() {
    let (_drawn, _back) = take().unwrap();
    give_program(File::open("/dev/null").unwrap()).unwrap();
    let other = std::thread::spawn(|| panic!("as it was told"));
    assert!(other.join().is_err() && is_given_back());
}

#[test]
fn a_panic_is_read_on_the_terminal_as_it_was() {
    let (written, same) = in_a_terminal("somebody_panics");
    assert!(same, "{written}");
    let parts: Vec<&str> = TAKEN.into_iter().chain(BACK).chain(["as it was told", "1 passed"]).collect();
    assert!(in_order(&written, &parts), "{written:?}");
}

#[test]
#[ignore = "in a terminal of its own, for the test below"]
fn it_is_lent() {
    let (drawn, _back) = take().unwrap();
    // Standard output is the console's, standard error is elsewhere.
    let console = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    give_program(&console).unwrap();
    know_console(&console).unwrap();
    put(2, File::open("/dev/null").unwrap()).unwrap();
    let is = |fd, other: &dyn Fn() -> (u64, u64)| identity(fd).unwrap() == other();
    let (terminal, console) = (|| identity(&drawn).unwrap(), || identity(&console).unwrap());
    lend();
    assert!(while_taken(|| ()).is_none() && !is_given_back());
    let raw = |file: &File| !tcgetattr(file).unwrap().local_modes.contains(LocalModes::ICANON);
    assert!(!raw(&drawn) && is(rustix::stdio::stdout(), &terminal));
    assert!(!is(rustix::stdio::stderr(), &terminal));
    assert!(reclaim() && !reclaim());
    assert!(raw(&drawn) && is(rustix::stdio::stdout(), &console) && while_taken(|| ()).is_some());
}

#[test]
fn what_is_lent_is_taken_again_and_given_back() {
    let (written, same) = in_a_terminal("it_is_lent");
    assert!(same && written.contains("1 passed"), "{written:?}");
    let twice: Vec<&str> = TAKEN.into_iter().chain(BACK).chain(TAKEN).chain(BACK).collect();
    assert!(in_order(&written, &twice), "{written:?}");
}
