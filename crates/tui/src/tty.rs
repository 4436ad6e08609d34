//! The program's terminal: a pseudoterminal whose output the console shows and where its input is typed, or one of
//! the user's.
//!
//! What the program writes comes by another way than what the debugger says. So that both stand in the order in which
//! they were said, the debugger writes a mark behind the program's output and waits until it has come through.

use crate::term;
use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// How a mark begins and ends: an application program command (ECMA-48 8.3.2), which terminals do not show.
const BEGINS: &[u8] = b"\x1b_skink";
const ENDS: &[u8] = b"\x1b\\";

/// How long a mark may be on its way. It takes microseconds; a program may have stopped its terminal (Ctrl-S).
const PATIENCE: Duration = Duration::from_secs(5);

/// The size of the console before it is first shown, in columns and rows.
const SIZE: (u16, u16) = (80, 24);

/// The marks that have come through: the number of the last.
type Seen = Arc<(Mutex<u64>, Condvar)>;

/// The debugger's end: where input is typed.
pub(crate) struct Tty {
    master: File,
    /// What is typed goes to a thread, for a program may let it wait.
    typed: Sender<Vec<u8>>,
}

/// The order of what the program and the debugger say.
pub(crate) struct Order {
    slave: File,
    written: u64,
    seen: Seen,
}

/// Makes a pseudoterminal and gives the program its end. Whatever is written there is told.
pub(crate) fn open(told: impl Fn(Vec<u8>) + Send + 'static) -> io::Result<(Tty, Order)> {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
    grantpt(&master)?;
    unlockpt(&master)?;
    let name = ptsname(&master, Vec::new())?;
    let open = |flags: OFlags| {
        rustix::fs::open(&*name, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC | flags, Mode::empty())
    };
    let slave = open(OFlags::empty())?;
    term::give_program(&slave)?;
    term::know_console(&slave)?;
    // Its own opening: the program's reads and writes go on blocking.
    let slave = File::from(term::high(open(OFlags::NONBLOCK)?)?);
    let master = File::from(term::high(master)?);
    let seen: Seen = Arc::default();
    let (reader, marks) = (master.try_clone()?, seen.clone());
    std::thread::Builder::new().name("console".into()).spawn(move || listen(reader, &marks, told))?;
    let tty = Tty::new(master)?;
    tty.resize(SIZE.0, SIZE.1);
    Ok((tty, Order { slave, written: 0, seen }))
}

/// Gives the program another terminal (tty(4)), or whatever a path names.
pub(crate) fn give(path: &Path) -> io::Result<()> {
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = rustix::fs::open(path, flags, Mode::empty())?;
    term::give_program(&file)
}

impl Tty {
    fn new(master: File) -> io::Result<Tty> {
        let (typed, waiting) = channel::<Vec<u8>>();
        let mut keyboard = master.try_clone()?;
        let write = move || {
            for bytes in waiting {
                // Nobody may be reading: then this waits, or the line's driver drops what is too much.
                let _ = keyboard.write_all(&bytes);
            }
        };
        std::thread::Builder::new().name("typing".into()).spawn(write)?;
        Ok(Tty { master, typed })
    }

    /// Types something; the program reads it when it likes.
    pub(crate) fn write(&self, bytes: Vec<u8>) {
        let _ = self.typed.send(bytes);
    }

    /// Tells the program how large it is (ioctl_tty(2), TIOCSWINSZ).
    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        let _ = tcsetwinsize(&self.master, size);
    }
}

impl Order {
    /// Waits until everything that the program has written is told.
    pub(crate) fn settle(&mut self) {
        let mark = [BEGINS, (self.written + 1).to_string().as_bytes(), ENDS].concat();
        if self.slave.write_all(&mark).is_err() {
            return;
        }
        self.written += 1;
        let (seen, told) = &*self.seen;
        let guard = seen.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = told.wait_timeout_while(guard, PATIENCE, |seen| *seen < self.written);
    }
}

fn listen(mut master: File, seen: &Seen, told: impl Fn(Vec<u8>)) {
    let (mut sieve, mut bytes) = (Sieve::default(), [0; 4096]);
    loop {
        let count = match master.read(&mut bytes) {
            Ok(0) => return,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return,
        };
        for piece in sieve.pass(&bytes[..count]) {
            match piece {
                Piece::Output(bytes) => told(bytes),
                Piece::Mark(number) => {
                    *seen.0.lock().unwrap_or_else(PoisonError::into_inner) = number;
                    seen.1.notify_all();
                }
            }
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Output(Vec<u8>),
    Mark(u64),
}

/// Takes the marks out of the output.
#[derive(Default)]
struct Sieve {
    /// What may be the beginning of a mark.
    held: Vec<u8>,
}

impl Sieve {
    fn pass(&mut self, bytes: &[u8]) -> Vec<Piece> {
        self.held.extend_from_slice(bytes);
        let mut pieces = Vec::new();
        let mut output = Vec::new();
        let mut rest = std::mem::take(&mut self.held);
        while let Some(at) = rest.iter().position(|byte| *byte == BEGINS[0]) {
            let tail = rest.split_off(at);
            output.append(&mut rest);
            match mark(&tail) {
                Some((number, len)) => {
                    if !output.is_empty() {
                        pieces.push(Piece::Output(std::mem::take(&mut output)));
                    }
                    pieces.push(Piece::Mark(number));
                    rest = tail[len..].to_vec();
                }
                None if may_become(&tail) => {
                    self.held = tail;
                    break;
                }
                None => {
                    output.push(tail[0]);
                    rest = tail[1..].to_vec();
                }
            }
        }
        output.append(&mut rest);
        if !output.is_empty() {
            pieces.push(Piece::Output(output));
        }
        pieces
    }
}

/// The number of a mark at the beginning, and its length.
fn mark(bytes: &[u8]) -> Option<(u64, usize)> {
    let rest = bytes.strip_prefix(BEGINS)?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    rest[digits..].strip_prefix(ENDS)?;
    let number = std::str::from_utf8(&rest[..digits]).ok()?.parse().ok()?;
    Some((number, BEGINS.len() + digits + ENDS.len()))
}

/// Whether the bytes are a mark that is cut off.
fn may_become(bytes: &[u8]) -> bool {
    let Some(rest) = bytes.strip_prefix(BEGINS) else { return BEGINS.starts_with(bytes) };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits < 20 && rest[digits..].len() < ENDS.len() && ENDS.starts_with(&rest[digits..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

    /// The same whatever the pieces are in which it comes.
    fn sieved(bytes: &[u8]) -> (Vec<u8>, Vec<u64>) {
        let collect = |pieces: Vec<Piece>, into: &mut (Vec<u8>, Vec<u64>)| {
            for piece in pieces {
                match piece {
                    Piece::Output(mut bytes) => into.0.append(&mut bytes),
                    Piece::Mark(number) => into.1.push(number),
                }
            }
        };
        let (mut whole, mut single) = (Default::default(), Default::default());
        collect(Sieve::default().pass(bytes), &mut whole);
        let mut sieve = Sieve::default();
        bytes.iter().for_each(|byte| collect(sieve.pass(&[*byte]), &mut single));
        assert_eq!(whole, single);
        whole
    }

    #[test]
    fn marks_are_taken_out() {
        assert_eq!(sieved(b"ab\x1b_skink12\x1b\\cd\x1b_skink13\x1b\\"), (b"abcd".to_vec(), vec![12, 13]));
    }

    #[test]
    fn what_only_looks_like_one_stays() {
        for text in [&b"\x1b[1mx\x1b\x1b_skunk1\x1b\\"[..], b"\x1b_skink\x1b\\y", b"\x1b_skink1\x1bx"] {
            assert_eq!(sieved(text), (text.to_vec(), vec![]));
        }
    }

    /// A terminal that is nobody's: its two ends.
    fn terminal() -> (File, File) {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap();
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let slave = rustix::fs::open(&*name, flags, Mode::empty()).unwrap();
        (File::from(master), File::from(slave))
    }

    #[test]
    fn what_is_pasted_waits_for_its_reader_and_nobody_for_that() {
        let (master, mut slave) = terminal();
        let mut raw = tcgetattr(&slave).unwrap();
        raw.make_raw();
        tcsetattr(&slave, OptionalActions::Now, &raw).unwrap();
        let tty = Tty::new(master).unwrap();
        // More than any terminal holds.
        let pasted: Vec<u8> = (0..1 << 20).map(|n| (n % 251) as u8).collect();
        let (done, is_done) = channel();
        let bytes = pasted.clone();
        std::thread::spawn(move || {
            tty.write(bytes);
            done.send(tty).unwrap();
        });
        let _tty = is_done.recv_timeout(Duration::from_secs(60)).expect("it waits for a reader");
        let mut read = vec![0; pasted.len()];
        slave.read_exact(&mut read).unwrap();
        assert!(read == pasted);
    }

    #[test]
    fn a_mark_comes_behind_what_was_written() {
        // Not the whole way: descriptors 0 to 2 are the test's.
        let (mut sieve, text) = (Sieve::default(), b"out\x1b_skink1\x1b\\");
        assert_eq!(sieve.pass(text), [Piece::Output(b"out".to_vec()), Piece::Mark(1)]);
    }
}
