//! The connection to gdb: bytes that come are queued by a thread of their own, so that an interrupt is seen while the
//! program runs.

use gdbstub::conn::Connection;
use skink_debug::Pauser;
use std::io::{self, BufWriter, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What comes from the peer.
pub(crate) enum Incoming {
    Bytes(Vec<u8>),
    /// It is gone.
    End,
}

/// The receiving side.
pub(crate) struct Receiving {
    queue: Receiver<Incoming>,
    /// Who is to be paused when something comes.
    running: Running,
    stream: TcpStream,
}

/// Who is paused when something comes.
#[derive(Clone, Default)]
pub(crate) struct Running(Arc<Mutex<Option<Pauser>>>);

/// The sending side. gdbstub writes byte by byte.
pub(crate) struct Sending(BufWriter<TcpStream>);

/// Both sides of a connection.
///
/// # Errors
///
/// If the system has no more descriptors or threads.
pub(crate) fn open(stream: TcpStream) -> io::Result<(Receiving, Sending)> {
    // Packets are small and each waits for its answer.
    stream.set_nodelay(true)?;
    let (sender, queue) = channel();
    let running = Running::default();
    let reader = (stream.try_clone()?, running.clone());
    let sending = Sending(BufWriter::new(stream.try_clone()?));
    std::thread::Builder::new()
        .name("gdb".to_owned())
        .spawn(move || receive(reader.0, &sender, &reader.1.0))?;
    Ok((Receiving { queue, running, stream }, sending))
}

fn lock(running: &Mutex<Option<Pauser>>) -> MutexGuard<'_, Option<Pauser>> {
    running.lock().unwrap_or_else(PoisonError::into_inner)
}

fn receive(mut stream: TcpStream, sender: &Sender<Incoming>, running: &Mutex<Option<Pauser>>) {
    let mut bytes = [0; 4096];
    loop {
        let incoming = match stream.read(&mut bytes) {
            Ok(0) => Incoming::End,
            Ok(count) => Incoming::Bytes(bytes[..count].to_vec()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => Incoming::End,
        };
        let last = matches!(incoming, Incoming::End);
        // Under the lock: either the program's wait sees it in the queue, or it is paused.
        let running = lock(running);
        if sender.send(incoming).is_err() {
            return;
        }
        running.iter().for_each(Pauser::pause);
        if last {
            return;
        }
    }
}

impl Receiving {
    /// Waits for more.
    pub(crate) fn next(&self) -> Incoming {
        self.queue.recv().unwrap_or(Incoming::End)
    }

    /// What has come, if anything.
    pub(crate) fn poll(&self) -> Option<Incoming> {
        self.queue.try_recv().ok()
    }

    /// Who is paused when something comes.
    pub(crate) fn running(&self) -> Running {
        self.running.clone()
    }
}

impl Running {
    /// From now on whatever comes pauses the program.
    pub(crate) fn watch(&self, pauser: Pauser) {
        *lock(&self.0) = Some(pauser);
    }

    /// No longer.
    pub(crate) fn unwatch(&self) {
        *lock(&self.0) = None;
    }
}

impl Drop for Receiving {
    /// The reader's thread comes back from its read.
    fn drop(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

impl Connection for Sending {
    type Error = io::Error;

    fn write(&mut self, byte: u8) -> io::Result<()> {
        self.0.write_all(&[byte])
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
