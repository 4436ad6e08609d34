//! The terminal that the interface is drawn on: taken, and given back whatever happens.
//!
//! The program inherits descriptors 0 to 2 and uses them as its own, so the interface keeps the terminal on others, far
//! above those that the program will open, and puts the program's terminal ([`crate::tty`]) in their place.

use crossterm::{cursor, event, execute, terminal};
use rustix::fd::{AsFd, OwnedFd};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr};
use std::fs::File;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The first descriptor for the interface's own use. A program expects the first file that it opens to be 3.
const OWN: i32 = 64;

/// What it takes to give the terminal back.
struct Taken {
    screen: File,
    saved: Termios,
    /// Descriptors 0 to 2 as they were.
    standard: [OwnedFd; 3],
}

/// The process has one. It is given back from wherever that is needed: the end, a panic, a signal.
static TAKEN: Mutex<Option<Taken>> = Mutex::new(None);

/// Descriptors that are in the way, so that others come after them.
pub(crate) struct Reserved(#[expect(dead_code, reason = "held, not used")] Vec<File>);

/// Takes all low descriptors that are free, until the value is dropped.
pub(crate) fn reserve() -> io::Result<Reserved> {
    use std::os::fd::AsRawFd;
    let mut taken = Vec::new();
    loop {
        let file = File::open("/dev/null")?;
        if file.as_raw_fd() >= OWN {
            return Ok(Reserved(taken));
        }
        taken.push(file);
    }
}

/// A duplicate far above, closed when another program is executed.
pub(crate) fn high(fd: impl AsFd) -> io::Result<OwnedFd> {
    Ok(rustix::io::fcntl_dupfd_cloexec(fd, OWN)?)
}

/// Makes `fd` the program's standard input, output and error.
pub(crate) fn give_program(fd: impl AsFd) -> io::Result<()> {
    rustix::stdio::dup2_stdin(&fd)?;
    rustix::stdio::dup2_stdout(&fd)?;
    rustix::stdio::dup2_stderr(&fd)?;
    Ok(())
}

/// Prepares the terminal behind standard output; returns what is drawn to.
///
/// # Errors
///
/// If it is no terminal, or cannot be used as one.
pub(crate) fn take() -> io::Result<File> {
    let screen = File::from(high(rustix::stdio::stdout())?);
    let standard =
        [high(rustix::stdio::stdin())?, high(rustix::stdio::stdout())?, high(rustix::stdio::stderr())?];
    let saved = tcgetattr(&screen)?;
    // Keys are read from standard input if that is a terminal when they are first asked for; later it will be the
    // program's. So it is none for that moment, and /dev/tty is opened.
    rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
    let opened = {
        let _low = reserve()?;
        event::poll(Duration::ZERO)
    };
    rustix::stdio::dup2_stdin(&standard[0])?;
    opened?;
    let mut raw = saved.clone();
    raw.make_raw();
    tcsetattr(&screen, OptionalActions::Drain, &raw)?;
    let drawn = screen.try_clone()?;
    *TAKEN.lock().unwrap_or_else(PoisonError::into_inner) = Some(Taken { screen, saved, standard });
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        give_back();
        hook(panic);
    }));
    execute!(
        &drawn,
        terminal::EnterAlternateScreen,
        event::EnableMouseCapture,
        event::EnableBracketedPaste,
        cursor::Hide
    )?;
    Ok(drawn)
}

/// Leaves the terminal as it was, with standard input, output and error on it. Does nothing the second time.
pub(crate) fn give_back() {
    let taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(Taken { screen, saved, standard: [input, output, error] }) = taken else { return };
    let _ = execute!(
        &screen,
        event::DisableBracketedPaste,
        event::DisableMouseCapture,
        cursor::Show,
        terminal::LeaveAlternateScreen
    );
    let _ = tcsetattr(&screen, OptionalActions::Drain, &saved);
    let _ = rustix::stdio::dup2_stdin(input);
    let _ = rustix::stdio::dup2_stdout(output);
    let _ = rustix::stdio::dup2_stderr(error);
}

/// Whether the terminal is the interface's.
pub(crate) fn is_taken() -> bool {
    TAKEN.lock().unwrap_or_else(PoisonError::into_inner).is_some()
}

/// Columns and rows.
pub(crate) fn size(screen: &File) -> (u16, u16) {
    tcgetwinsize(screen).map_or((80, 24), |size| (size.ws_col, size.ws_row))
}
