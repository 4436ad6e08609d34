//! The terminal that the interface is drawn on: taken, and given back whatever happens.
//!
//! The program inherits descriptors 0 to 2 and uses them as its own, so the interface keeps the terminal on others, far
//! above those that the program will open, and puts the program's terminal ([`crate::tty`]) in their place.

use crossterm::{cursor, event, execute, terminal};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::{AsFd, OwnedFd};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr};
use std::fs::File;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The first descriptor for the interface's own use. A program expects the first file that it opens to be 3.
const OWN: i32 = 64;

/// What it takes to give the terminal back.
struct Taken {
    screen: File,
    saved: Termios,
    /// Descriptors 0 to 2 as they were.
    standard: [OwnedFd; 3],
    /// The program's terminal if it is the console, which ends with skink: device and inode.
    console: Option<(u64, u64)>,
    /// While another program may come to have the terminal: descriptors 0 to 2 that led to the console.
    lent: Option<[Option<OwnedFd>; 3]>,
}

/// The process has one. It is given back from wherever that is needed: the end, a panic, a signal.
static TAKEN: Mutex<Option<Taken>> = Mutex::new(None);

/// Held while something is drawn. A lock of its own: who panics while drawing gives the terminal back.
static DRAWING: Mutex<()> = Mutex::new(());

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
    (0..3).try_for_each(|number| put(number, &fd))
}

/// The program's terminal is skink's own, and nobody's when skink is gone.
pub(crate) fn know_console(fd: impl AsFd) -> io::Result<()> {
    let console = Some(identity(fd)?);
    taken().iter_mut().for_each(|taken| taken.console = console);
    Ok(())
}

fn identity(fd: impl AsFd) -> io::Result<(u64, u64)> {
    let stat = rustix::fs::fstat(fd)?;
    Ok((stat.st_dev, stat.st_ino))
}

/// Has descriptor 0, 1 or 2 lead elsewhere.
fn put(number: usize, fd: impl AsFd) -> io::Result<()> {
    match number {
        0 => rustix::stdio::dup2_stdin(fd)?,
        1 => rustix::stdio::dup2_stdout(fd)?,
        _ => rustix::stdio::dup2_stderr(fd)?,
    }
    Ok(())
}

/// Gives the terminal back when it is dropped.
pub(crate) struct GiveBack(());

impl Drop for GiveBack {
    fn drop(&mut self) {
        give_back();
    }
}

/// Prepares the terminal behind standard output; returns what is drawn to.
///
/// # Errors
///
/// If it is no terminal, or cannot be used as one.
pub(crate) fn take() -> io::Result<(File, GiveBack)> {
    let screen = File::from(high(rustix::stdio::stdout())?);
    let standard =
        [high(rustix::stdio::stdin())?, high(rustix::stdio::stdout())?, high(rustix::stdio::stderr())?];
    let saved = tcgetattr(&screen)?;
    let drawn = screen.try_clone()?;
    // Whatever goes wrong from here on, all is as it was afterwards.
    let back = GiveBack(());
    *taken() = Some(Taken { screen, saved, standard, console: None, lent: None });
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        give_back();
        hook(panic);
    }));
    open_keyboard()?;
    taken().as_ref().map_or(Ok(()), Taken::enter)?;
    Ok((drawn, back))
}

/// Keys are read from standard input if that is a terminal when they are first asked for; later it will be the
/// program's. So it is none for that moment, and /dev/tty is opened.
fn open_keyboard() -> io::Result<()> {
    let input = rustix::io::dup(rustix::stdio::stdin())?;
    rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
    let opened = reserve().and_then(|_low| event::poll(Duration::ZERO));
    rustix::stdio::dup2_stdin(input)?;
    opened.map(drop)
}

impl Taken {
    fn enter(&self) -> io::Result<()> {
        let mut raw = self.saved.clone();
        raw.make_raw();
        tcsetattr(&self.screen, OptionalActions::Drain, &raw)?;
        execute!(
            &self.screen,
            terminal::EnterAlternateScreen,
            event::EnableMouseCapture,
            event::EnableBracketedPaste,
            cursor::Hide
        )
    }

    fn leave(&self) {
        let _ = execute!(
            &self.screen,
            event::DisableBracketedPaste,
            event::DisableMouseCapture,
            cursor::Show,
            terminal::LeaveAlternateScreen
        );
        let _ = tcsetattr(&self.screen, OptionalActions::Drain, &self.saved);
    }

    /// Descriptors that lead to the console lead to the terminal; what the program has put in the place of others
    /// is for the one that it executes. Returns those to the console.
    fn redirect(&self) -> [Option<OwnedFd>; 3] {
        let now = [
            rustix::stdio::stdin().try_clone_to_owned(),
            rustix::stdio::stdout().try_clone_to_owned(),
            rustix::stdio::stderr().try_clone_to_owned(),
        ];
        let mut number = 0..;
        now.map(|fd| {
            let number = number.next()?;
            let fd = fd.ok().filter(|fd| identity(fd).ok() == self.console && self.console.is_some())?;
            let fd = high(fd).ok()?;
            put(number, &self.standard[number]).ok()?;
            Some(fd)
        })
    }
}

fn taken() -> MutexGuard<'static, Option<Taken>> {
    TAKEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Leaves the terminal as it was, with standard input, output and error on it. Does nothing the second time.
pub(crate) fn give_back() {
    let Some(taken) = taken().take() else { return };
    if taken.lent.is_none() {
        taken.leave();
    }
    for (number, fd) in taken.standard.iter().enumerate() {
        let _ = put(number, fd);
    }
}

/// Another program may come to have the terminal: it is as it was, until [`reclaim`].
pub(crate) fn lend() {
    let _drawn = DRAWING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(taken) = taken().as_mut().filter(|taken| taken.lent.is_none()) {
        taken.leave();
        taken.lent = Some(taken.redirect());
    }
}

/// No other program has it. Whether it had been lent, so that everything has to be drawn.
pub(crate) fn reclaim() -> bool {
    let mut taken = taken();
    let Some(taken) = taken.as_mut() else { return false };
    let Some(lent) = taken.lent.take() else { return false };
    for (number, fd) in lent.iter().enumerate() {
        let _ = fd.as_ref().map_or(Ok(()), |fd| put(number, fd));
    }
    // A terminal that is gone is noticed by who draws.
    let _ = taken.enter();
    true
}

/// Does something while the terminal is the interface's, if it is.
pub(crate) fn while_taken<T>(draw: impl FnOnce() -> T) -> Option<T> {
    let _drawing = DRAWING.lock().unwrap_or_else(PoisonError::into_inner);
    let is_taken = taken().as_ref().is_some_and(|taken| taken.lent.is_none());
    is_taken.then(draw)
}

/// Whether it has been given back for good.
pub(crate) fn is_given_back() -> bool {
    taken().is_none()
}

/// Whether nobody is at the other end any more. The reader of keys would not notice.
pub(crate) fn is_gone(screen: &File) -> bool {
    let mut fds = [PollFd::new(screen, PollFlags::empty())];
    let polled = poll(&mut fds, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }));
    polled.is_ok() && fds[0].revents().intersects(PollFlags::HUP | PollFlags::ERR)
}

/// Columns and rows.
pub(crate) fn size(screen: &File) -> (u16, u16) {
    tcgetwinsize(screen).map_or((80, 24), |size| (size.ws_col, size.ws_row))
}

#[cfg(test)]
mod tests;
