//! Running a program under a debugger.
//!
//! The guest's first thread must be the host's first: a program may compare gettid(2) with getpid(2). So the
//! debugger goes to a thread of its own, [`stage`], and what it starts runs on the host's first thread. The program
//! ends without ending the host process, so that it can be looked at, or started again.

use crate::process::Process;
use crate::signal::{self, Action};
use crate::thread::Thread;
use crate::{Execution, Options, Program, StartError, host, prepare, syscalls};
use skink_engine::Controller;
use skink_machine::Memory;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

/// Where programs are run for a debugger.
#[derive(Debug, Clone)]
pub struct Stage {
    sender: Sender<Box<Thread>>,
    mask: u64,
}

/// What a debugger wants to know of a program that has been loaded.
#[derive(Debug, Clone)]
pub struct Debuggee {
    /// The guest's memory.
    pub memory: Arc<Memory>,
    /// The host path of the executable, absolute.
    pub executable: PathBuf,
    /// The auxiliary vector as on the stack: pairs of words.
    pub auxv: Vec<u8>,
}

impl Debuggee {
    /// A value of the auxiliary vector (getauxval(3)).
    pub fn auxiliary(&self, kind: u32) -> Option<u32> {
        let word = |bytes: &[u8]| bytes.try_into().map(u32::from_le_bytes).ok();
        let pair = self.auxv.chunks_exact(8).find(|pair| word(&pair[..4]) == Some(kind))?;
        word(&pair[4..])
    }
}

/// Runs a debugger on a thread of its own, which takes no signals, and on the calling one what it starts; comes back
/// when the debugger does.
pub fn stage<T: Send>(debugger: impl FnOnce(Stage) -> T + Send) -> std::thread::Result<T> {
    let mask = host::current_mask();
    host::mask_all();
    let (sender, programs) = channel();
    std::thread::scope(|scope| {
        let debugger = scope.spawn(move || debugger(Stage { sender, mask }));
        serve(&programs);
        let result = debugger.join();
        host::set_mask(mask);
        result
    })
}

fn serve(programs: &Receiver<Box<Thread>>) {
    // Ends when the debugger has dropped its stage.
    while let Ok(mut thread) = programs.recv() {
        thread.submit();
        if let Some(controlled) = &mut thread.controlled {
            controlled.remember();
        }
        thread.start();
        let status = thread.run();
        if thread.process.controller().is_none() {
            // It has forked, and this is the child.
            syscalls::end_leader(&mut thread, status);
        }
        syscalls::end_debugged(&mut thread, status);
        host::mask_all();
    }
}

impl Stage {
    /// Loads a program and has it run under a controller, which is told of its first thread soon.
    ///
    /// # Errors
    ///
    /// What is wrong with the program.
    pub fn start(
        &self,
        options: Options,
        program: Program,
        controller: Arc<dyn Controller>,
    ) -> Result<Debuggee, StartError> {
        let execution = Execution::of(&options, program, self.mask);
        let thread = prepare(options, execution, Some(controller))?;
        install_all(&thread.process);
        let image = &thread.process.image;
        let debuggee = Debuggee {
            memory: thread.process.memory.clone(),
            executable: PathBuf::from(std::ffi::OsStr::from_bytes(&image.exe)),
            auxv: image.auxv.clone(),
        };
        // The other end is there for as long as a debugger runs.
        let _ = self.sender.send(Box::new(thread));
        Ok(debuggee)
    }
}

/// The host's dispositions are what an earlier program has left.
fn install_all(process: &Process) {
    let actions: Vec<Action> = process.actions().to_vec();
    for (signal, action) in (1..).zip(&actions[1..]) {
        let fixed = matches!(signal, libc::SIGKILL | libc::SIGSTOP);
        if !fixed && (action.handler == signal::SIG_IGN || signal::ends_process(signal)) {
            process.install(signal, action);
        }
    }
}

/// Whether there is somebody who can end the program, or be told of a signal. If not, one that asks for the end
/// (SIGINT, SIGTERM, SIGHUP, SIGQUIT) ends skink, as it would end a server that debugs nobody.
pub fn set_attended(attended: bool) {
    host::set_attended(attended);
}

/// A file on a descriptor that the guest is not likely to use, and that the programs it executes do not get.
///
/// # Errors
///
/// If there is no descriptor left.
pub fn out_of_the_way(file: std::fs::File) -> std::io::Result<std::fs::File> {
    host::out_of_the_way(file.into()).map(Into::into)
}

/// Ends skink as a guest ended that died of a signal.
pub fn die_by(signal: i32) -> ! {
    host::die_by(signal)
}

/// The name of a system call.
pub fn call_name(number: u32) -> Option<&'static str> {
    syscalls::table::lookup(number).map(|row| row.name)
}

/// The number of one.
pub fn call_named(name: &str) -> Option<u32> {
    syscalls::table::ROWS.iter().find(|row| row.name == name).map(|row| row.nr)
}

/// A signal: its number, its name, what it means, and whether it is everyday business that nobody need be told of.
pub type SignalRow = (u32, &'static str, &'static str, bool);

/// The signals but for the real-time ones (signal(7)), with gdb's words for what they mean.
pub const SIGNALS: &[SignalRow] = &[
    (1, "SIGHUP", "Hangup", false),
    (2, "SIGINT", "Interrupt", false),
    (3, "SIGQUIT", "Quit", false),
    (4, "SIGILL", "Illegal instruction", false),
    (5, "SIGTRAP", "Trace/breakpoint trap", false),
    (6, "SIGABRT", "Aborted", false),
    (7, "SIGBUS", "Bus error", false),
    (8, "SIGFPE", "Arithmetic exception", false),
    (10, "SIGUSR1", "User defined signal 1", false),
    (11, "SIGSEGV", "Segmentation fault", false),
    (12, "SIGUSR2", "User defined signal 2", false),
    (13, "SIGPIPE", "Broken pipe", false),
    (14, "SIGALRM", "Alarm clock", true),
    (15, "SIGTERM", "Terminated", false),
    (17, "SIGCHLD", "Child status changed", true),
    (18, "SIGCONT", "Continued", false),
    (20, "SIGTSTP", "Stopped (user)", false),
    (21, "SIGTTIN", "Stopped (tty input)", false),
    (22, "SIGTTOU", "Stopped (tty output)", false),
    (23, "SIGURG", "Urgent I/O condition", true),
    (24, "SIGXCPU", "CPU time limit exceeded", false),
    (25, "SIGXFSZ", "File size limit exceeded", false),
    (26, "SIGVTALRM", "Virtual timer expired", true),
    (27, "SIGPROF", "Profiling timer expired", true),
    (28, "SIGWINCH", "Window size changed", true),
    (29, "SIGIO", "I/O possible", true),
    (30, "SIGPWR", "Power fail/restart", false),
    (31, "SIGSYS", "Bad system call", false),
    (32, "SIG32", "Real-time event 32", true),
    (33, "SIG33", "Real-time event 33", true),
];
