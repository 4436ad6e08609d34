//! What a recorded program printed: its replay prints it as well, where it comes to the call for the first time.
//!
//! The bytes are in the program's memory then. Which descriptors led to standard output and error is followed from the
//! calls that duplicate and close them; what came of other files, sendfile(2) and the like is not in the recording.

use skink_engine::Recalled;
use skink_linux::debug::call_name;
use skink_machine::Memory;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// What one call can print from so many pieces (UIO_MAXIOV).
const MOST_PIECES: u32 = 1024;
/// Bytes that are read at a time.
const CHUNK: u32 = 1 << 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stream {
    Output,
    Error,
}

/// Where the program's descriptors lead, as far as that is where it prints.
pub(super) struct Printed(BTreeMap<u32, Stream>);

impl Default for Printed {
    fn default() -> Printed {
        Printed(BTreeMap::from([(1, Stream::Output), (2, Stream::Error)]))
    }
}

impl Printed {
    /// Takes notice of a call, and prints what it printed.
    pub(super) fn call(&mut self, call: &Recalled<'_>) {
        for (stream, bytes) in self.pieces(call) {
            // A reader that went away has heard enough.
            let _ = match stream {
                Stream::Output => print(io::stdout().lock(), &bytes),
                Stream::Error => print(io::stderr().lock(), &bytes),
            };
        }
    }

    fn pieces(&mut self, call: &Recalled<'_>) -> Vec<(Stream, Vec<u8>)> {
        let r = &call.cpu.r;
        // A call that a signal came behind is taken to have done all that it was told.
        let result = call.result.unwrap_or(match call_name(call.number) {
            Some("dup2" | "dup3") => r[1],
            Some("write") => r[2],
            _ => i32::MAX as u32,
        });
        // What failed has done nothing: -4095 to -1 (errno(3), as system calls return it).
        if (-4095..0).contains(&(result as i32)) {
            return Vec::new();
        }
        match call_name(call.number) {
            Some("write") => self.written(call.memory, r[0], &[(r[1], result.min(r[2]))]),
            Some("writev") => self.written(call.memory, r[0], &vector(call.memory, r[1], r[2], result)),
            Some("dup" | "dup2" | "dup3") => self.duplicated(r[0], result),
            // F_DUPFD, F_DUPFD_CLOEXEC (fcntl(2)).
            Some("fcntl" | "fcntl64") if matches!(r[1], 0 | 1030) => self.duplicated(r[0], result),
            Some("close") => self.closed(r[0], r[0]),
            // CLOSE_RANGE_CLOEXEC closes nothing yet (close_range(2)).
            Some("close_range") if r[2] & 4 == 0 => self.closed(r[0], r[1]),
            _ => Vec::new(),
        }
    }

    fn written(&self, memory: &Memory, fd: u32, parts: &[(u32, u32)]) -> Vec<(Stream, Vec<u8>)> {
        let Some(stream) = self.0.get(&fd) else { return Vec::new() };
        parts
            .iter()
            .flat_map(|(addr, len)| chunks(memory, *addr, *len))
            .map(|bytes| (*stream, bytes))
            .collect()
    }

    fn duplicated(&mut self, from: u32, to: u32) -> Vec<(Stream, Vec<u8>)> {
        match self.0.get(&from).copied() {
            Some(stream) => self.0.insert(to, stream),
            None => self.0.remove(&to),
        };
        Vec::new()
    }

    fn closed(&mut self, first: u32, last: u32) -> Vec<(Stream, Vec<u8>)> {
        self.0.retain(|fd, _| !(first..=last).contains(fd));
        Vec::new()
    }
}

fn print(mut to: impl Write, bytes: &[u8]) -> io::Result<()> {
    to.write_all(bytes)?;
    to.flush()
}

/// The parts of an array of addresses and lengths (readv(2)), `left` bytes of them in all.
fn vector(memory: &Memory, array: u32, count: u32, mut left: u32) -> Vec<(u32, u32)> {
    let mut parts = Vec::new();
    for n in 0..count.min(MOST_PIECES) {
        let mut pair = [0; 8];
        if left == 0 || memory.read(array.wrapping_add(8 * n), &mut pair).is_err() {
            break;
        }
        let word = |at: usize| u32::from_le_bytes([pair[at], pair[at + 1], pair[at + 2], pair[at + 3]]);
        let len = word(4).min(left);
        parts.push((word(0), len));
        left -= len;
    }
    parts
}

/// Bytes of memory up to the first that cannot be read.
fn chunks(memory: &Memory, addr: u32, len: u32) -> impl Iterator<Item = Vec<u8>> {
    (0..len).step_by(CHUNK as usize).map_while(move |from| {
        let mut bytes = vec![0; CHUNK.min(len - from) as usize];
        memory.read(addr.checked_add(from)?, &mut bytes).ok().map(|()| bytes)
    })
}
