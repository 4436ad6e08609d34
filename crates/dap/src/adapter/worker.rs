//! The process that has the session and the program.

use super::text::Text;
use super::{Launched, Launcher};
use crate::wire::{Decoder, Sent};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use serde_json::{Map, Value, json};
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::net::Shutdown;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// The most of the program's output that is told at once, in bytes, so that other things are not forgotten.
const AT_ONCE: usize = 1 << 20;
/// The most that is kept of what a process says before it fails.
const COMPLAINT: usize = 4 << 10;
/// From here on descriptors are not likely to be the program's.
const HIGH: i32 = 900;

/// Connects to who has started this process.
///
/// # Errors
///
/// If nobody is there.
pub fn connect(socket: &Path) -> io::Result<(UnixStream, UnixStream)> {
    let stream = UnixStream::connect(socket)?;
    let high = |stream: UnixStream| -> io::Result<UnixStream> {
        Ok(UnixStream::from(rustix::io::fcntl_dupfd_cloexec(&stream, HIGH)?))
    };
    Ok((high(stream.try_clone()?)?, high(stream)?))
}

/// A directory of our own with a socket in it, which goes away with it.
struct Socket {
    directory: PathBuf,
    listener: UnixListener,
}

impl Socket {
    fn new() -> io::Result<Socket> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("skink-dap-{}-{number}", std::process::id());
        let temporary = std::env::temp_dir();
        // The path of a socket is 107 bytes at the most (unix(7)).
        let parent = if temporary.as_os_str().len() > 60 { PathBuf::from("/tmp") } else { temporary };
        let directory = parent.join(name);
        // Nobody else may connect; what is there already is nobody's of ours.
        std::fs::DirBuilder::new().mode(0o700).create(&directory)?;
        match UnixListener::bind(directory.join("s")) {
            Ok(listener) => Ok(Socket { directory, listener }),
            Err(error) => {
                let _ = std::fs::remove_dir(&directory);
                Err(error)
            }
        }
    }

    fn path(&self) -> PathBuf {
        self.directory.join("s")
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(self.path());
        let _ = std::fs::remove_dir(&self.directory);
    }
}

/// A stream of the program's.
struct Pipe {
    reader: Option<io::PipeReader>,
    category: &'static str,
    text: Text,
}

impl Pipe {
    fn new(reader: io::PipeReader, category: &'static str) -> Pipe {
        Pipe { reader: Some(reader), category, text: Text::default() }
    }

    /// Tells what can be read.
    fn pump(&mut self, tell: &mut dyn FnMut(&str, &str)) {
        let mut bytes = vec![0; 1 << 16];
        let mut all = 0;
        while all < AT_ONCE
            && let Some(reader) = &mut self.reader
            && is_ready(reader.as_fd())
        {
            let text = match reader.read(&mut bytes) {
                Ok(count) if count > 0 => {
                    all += count;
                    self.text.push(&bytes[..count])
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                _ => {
                    self.reader = None;
                    self.text.end()
                }
            };
            if !text.is_empty() {
                tell(self.category, &text);
            }
        }
    }
}

fn is_ready(fd: BorrowedFd<'_>) -> bool {
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    let mut fds = [PollFd::from_borrowed_fd(fd, PollFlags::IN)];
    poll(&mut fds, Some(&now)).is_ok_and(|count| count > 0)
}

/// How a process has ended.
pub(super) struct Ended {
    /// As a shell has it, if that is known.
    pub(super) code: Option<i64>,
    complaint: String,
}

impl Ended {
    /// Why nothing could be debugged.
    pub(super) fn why(&self) -> String {
        match self.complaint.trim() {
            "" if self.code.is_none() => "the program could not be started: its terminal says why".to_owned(),
            "" => "the program could not be started, and nothing was said".to_owned(),
            complaint => complaint.to_owned(),
        }
    }
}

/// The process and all that leads to it.
pub(super) struct Worker {
    /// None if it is in a terminal of the client's.
    child: Option<Child>,
    status: Option<ExitStatus>,
    /// Can be read when it has ended (pidfd_open(2)).
    end: Option<OwnedFd>,
    socket: Option<Socket>,
    stream: Option<UnixStream>,
    decoder: Decoder,
    was_connected: bool,
    /// The program is loaded: what is written from now on is its own.
    has_program: bool,
    pipes: [Option<Pipe>; 2],
    complaint: String,
}

/// Where the program has its standard streams.
enum Console {
    Internal,
    Terminal(&'static str),
}

fn console(arguments: &Map<String, Value>) -> Result<Console, String> {
    match arguments.get("console").map(|console| console.as_str().unwrap_or_default()) {
        None | Some("internalConsole") => Ok(Console::Internal),
        Some("integratedTerminal") => Ok(Console::Terminal("integrated")),
        Some("externalTerminal") => Ok(Console::Terminal("external")),
        Some(other) => Err(format!(
            "launch: expected console to be internalConsole, integratedTerminal or externalTerminal, found `{other}'"
        )),
    }
}

fn text<'a>(arguments: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, String> {
    match arguments.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(format!("launch: expected {name} to be a string, found {other}")),
    }
}

/// Starts one as `launch` says. With it come the attributes that mean nothing, and the arguments of `runInTerminal` if
/// the client is to start the process.
pub(super) fn start(
    arguments: &Map<String, Value>,
    terminals: bool,
    launcher: Launcher<'_>,
) -> Result<(Worker, Vec<String>, Option<Value>), String> {
    let console = console(arguments)?;
    let (cwd, stdin) = (text(arguments, "cwd")?, text(arguments, "stdin")?);
    if let Some(cwd) = cwd.filter(|cwd| !Path::new(cwd).is_dir()) {
        return Err(format!("launch: expected cwd to be a directory, found `{cwd}'"));
    }
    let socket = Socket::new().map_err(|error| format!("launch: no socket can be made: {error}"))?;
    let launched = launcher(arguments, &socket.path())?;
    let unknown = launched.unknown.clone();
    let mut worker = Worker {
        child: None,
        status: None,
        end: None,
        socket: Some(socket),
        stream: None,
        decoder: Decoder::default(),
        was_connected: false,
        has_program: false,
        pipes: [None, None],
        complaint: String::new(),
    };
    match console {
        Console::Internal => worker.spawn(&launched, cwd, stdin)?,
        Console::Terminal(_) if !terminals => {
            return Err("launch: the editor has no terminals: leave console out".to_owned());
        }
        Console::Terminal(_) if stdin.is_some() => {
            return Err("launch: stdin is the terminal: leave it out, or console".to_owned());
        }
        Console::Terminal(kind) => {
            let words = std::iter::once(launched.program.into_os_string()).chain(launched.arguments);
            let word = |word: OsString| {
                word.into_string().map_err(|word| format!("launch: expected text, found {}", word.display()))
            };
            let words: Vec<String> = words.map(word).collect::<Result<_, String>>()?;
            let here = std::env::current_dir().unwrap_or_default().display().to_string();
            let cwd = cwd.map_or(here, str::to_owned);
            let ask = json!({"kind": kind, "title": "skink", "cwd": cwd, "args": words});
            return Ok((worker, unknown, Some(ask)));
        }
    }
    Ok((worker, unknown, None))
}

impl Worker {
    fn spawn(&mut self, launched: &Launched, cwd: Option<&str>, stdin: Option<&str>) -> Result<(), String> {
        let failed = |what: &str, error: io::Error| format!("launch: {what}: {error}");
        let pipes = || Ok::<_, io::Error>((io::pipe()?, io::pipe()?));
        let ((out, out_end), (err, err_end)) = pipes().map_err(|error| failed("a pipe", error))?;
        let input = match stdin {
            None => Stdio::null(),
            Some(path) => {
                let path = Path::new(cwd.unwrap_or_default()).join(path);
                File::open(&path).map_err(|error| failed(&path.display().to_string(), error))?.into()
            }
        };
        let mut command = Command::new(&launched.program);
        command.args(&launched.arguments).stdin(input).stdout(out_end).stderr(err_end);
        // What is typed where the adapter runs, if that is a terminal, is not for the program.
        command.process_group(0);
        if let Some(cwd) = cwd {
            command.current_dir(cwd);
        }
        let child = command.spawn().map_err(|e| failed(&launched.program.display().to_string(), e))?;
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        self.end = pid.and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok());
        self.child = Some(child);
        self.pipes = [Some(Pipe::new(out, "stdout")), Some(Pipe::new(err, "stderr"))];
        Ok(())
    }

    /// What there is to wait for.
    pub(super) fn descriptors(&self) -> Vec<BorrowedFd<'_>> {
        let readers = self.pipes.iter().flatten().filter_map(|pipe| pipe.reader.as_ref()).map(AsFd::as_fd);
        let socket = self.socket.as_ref().map(|socket| socket.listener.as_fd());
        let end = self.end.as_ref().map(AsFd::as_fd);
        readers.chain(socket).chain(self.stream.as_ref().map(AsFd::as_fd)).chain(end).collect()
    }

    pub(super) fn is_connected(&self) -> bool {
        self.stream.is_some()
    }

    /// It has answered `launch`.
    pub(super) fn has_launched(&mut self) {
        self.has_program = true;
    }

    /// Whether it was connected and is no more.
    pub(super) fn is_parted(&self) -> bool {
        self.was_connected && self.stream.is_none()
    }

    /// Takes its connection; whether it has just come.
    pub(super) fn accept(&mut self) -> bool {
        let Some(socket) = &self.socket else { return false };
        if !is_ready(socket.listener.as_fd()) {
            return false;
        }
        let Ok((stream, _)) = socket.listener.accept() else { return false };
        // Only one is waited for.
        self.socket = None;
        self.stream = Some(stream);
        self.was_connected = true;
        true
    }

    pub(super) fn send(&mut self, message: &Value) {
        if let Some(stream) = &mut self.stream {
            super::write(stream, message);
        }
    }

    /// The messages that have come.
    pub(super) fn read(&mut self) -> Vec<Value> {
        let mut messages = Vec::new();
        let mut bytes = vec![0; 1 << 16];
        while let Some(stream) = &mut self.stream
            && messages.len() < 1000
            && is_ready(stream.as_fd())
        {
            match stream.read(&mut bytes) {
                Ok(count) if count > 0 => self.decoder.push(&bytes[..count]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                _ => self.stream = None,
            }
            while let Ok(Some(sent)) = self.decoder.next() {
                if let Sent::Message(message) = sent {
                    messages.push(message);
                }
            }
        }
        messages
    }

    /// Tells what the program has written.
    pub(super) fn pump(&mut self, tell: &mut dyn FnMut(&str, &str)) {
        let (complaint, has_program) = (&mut self.complaint, self.has_program);
        for pipe in self.pipes.iter_mut().flatten() {
            pipe.pump(&mut |category, text| {
                if !has_program && category == "stderr" && complaint.len() < COMPLAINT {
                    complaint.push_str(text);
                }
                tell(category, text);
            });
        }
    }

    /// Whether it has ended. What it has said before may still have to be read.
    pub(super) fn has_ended(&mut self) -> bool {
        // One in a terminal has only its connection.
        let Some(child) = &mut self.child else { return self.is_parted() };
        if self.status.is_none() {
            self.status = child.try_wait().ok().flatten();
        }
        // It may have connected and gone; its connection says how it began.
        let unheard = self.socket.as_ref().is_some_and(|socket| is_ready(socket.listener.as_fd()));
        self.status.is_some() && !unheard
    }

    /// How it has ended.
    pub(super) fn end(self) -> Ended {
        let code = self.status.and_then(|status| {
            let code = status.code().map(i64::from);
            code.or_else(|| status.signal().map(|signal| 128 + i64::from(signal)))
        });
        Ended { code, complaint: self.complaint.clone() }
    }

    /// Has it end: its session kills the program when nobody is there any more.
    pub(super) fn part(&mut self) {
        match &self.stream {
            Some(stream) => drop(stream.shutdown(Shutdown::Both)),
            None => self.kill(),
        }
        // One that was not there yet is not waited for.
        (self.socket, self.was_connected) = (None, true);
    }

    /// Ends it in any case.
    pub(super) fn kill(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Takes its descriptors down with it.
impl Drop for Worker {
    fn drop(&mut self) {
        if let (Some(child), None) = (&mut self.child, self.status) {
            // Reaped if it has ended meanwhile; one that was let go stays.
            let _ = child.try_wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_launch_gets_wrong_is_said() {
        let arguments = |value: Value| value.as_object().cloned().unwrap();
        let launcher = |_: &Map<String, Value>, _: &Path| -> Result<Launched, String> {
            Ok(Launched { program: "/bin/true".into(), arguments: Vec::new(), unknown: Vec::new() })
        };
        let why = |value| start(&arguments(value), false, &launcher).err().unwrap();
        assert!(why(json!({"console": "none"})).contains("internalConsole"));
        assert!(why(json!({"cwd": 5})).contains("expected cwd to be a string"));
        assert!(why(json!({"cwd": "/none/of/it"})).contains("directory"));
        assert!(why(json!({"stdin": "/none/of/it"})).contains("/none/of/it"));
        assert!(why(json!({"console": "integratedTerminal"})).contains("no terminals"));
        let (_, _, ask) =
            start(&arguments(json!({"console": "externalTerminal", "cwd": "/"})), true, &launcher).unwrap();
        assert_eq!(ask.unwrap()["args"], json!(["/bin/true"]));
    }

    #[test]
    fn the_socket_is_nobody_elses_and_goes_away() {
        use std::os::unix::fs::PermissionsExt;
        let socket = Socket::new().unwrap();
        let directory = socket.directory.clone();
        assert_eq!(directory.metadata().unwrap().permissions().mode() & 0o777, 0o700);
        let (one, _two) = connect(&socket.path()).unwrap();
        assert!(std::os::fd::AsRawFd::as_raw_fd(&one) >= HIGH);
        drop(socket);
        assert!(!directory.exists());
    }
}
