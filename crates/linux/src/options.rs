//! What the user asked for, and how it is handed on when the guest executes another program.

use skink_engine::{Made, TranslatorOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What system calls may do (`--syscalls`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Policy {
    /// Everything that skink implements.
    #[default]
    Forward,
    /// No file but descriptors 0 to 2, no network, no new process: the rest gets EPERM.
    Sandbox,
    /// Nothing but exit: all else gets ENOSYS.
    Deny,
}

/// What runs the guest's instructions (`--engine`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Engine {
    /// The interpreter, and translated code for what runs often.
    #[default]
    Auto,
    /// Translated code from the first time on.
    Jit,
    /// The interpreter only.
    Interp,
}

impl Engine {
    /// How often a block is interpreted before it is translated; `None` for always.
    pub(crate) fn translates_after(self) -> Option<u32> {
        match self {
            Engine::Auto => Some(skink_engine::HOT),
            Engine::Jit => Some(1),
            Engine::Interp => None,
        }
    }

    /// Its name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Engine::Auto => "auto",
            Engine::Jit => "jit",
            Engine::Interp => "interp",
        }
    }

    /// By its name.
    pub(crate) fn named(name: &str) -> Option<Engine> {
        [Engine::Auto, Engine::Jit, Engine::Interp].into_iter().find(|engine| engine.name() == name)
    }
}

/// What is logged (`--log`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LogKinds {
    /// The program's headers, with elapsed-time stamps.
    pub elf: bool,
    /// Each system call, decoded.
    pub syscalls: bool,
    /// Changes of what is mapped.
    pub memory: bool,
    /// Each instruction.
    pub instructions: bool,
    /// Each translation as it is made.
    pub jit: bool,
}

/// What a front end does for the personality: text and pictures are not its business.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hooks {
    /// How a translation is shown, for `--log jit`.
    pub show_translation: Option<fn(&Made<'_>) -> String>,
    /// Writes a flame graph of stacks to a file, for `--profile`: a stack on a line, `outer;inner 12`.
    pub flame_graph: Option<fn(&str, &Path) -> io::Result<()>>,
}

/// How to run a program.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where absolute paths are looked up first.
    pub sysroot: Option<PathBuf>,
    /// Bytes of stack of the first thread.
    pub stack_size: u32,
    /// What system calls may do.
    pub policy: Policy,
    /// What runs the guest's instructions.
    pub engine: Engine,
    /// Bytes of translated code at the most (`--code-cache`).
    pub code_cache: usize,
    /// What is logged.
    pub log: LogKinds,
    /// The descriptor that logs go to.
    pub log_fd: i32,
    /// The file behind `log_fd`, to be handed on.
    pub log_file: Option<PathBuf>,
    /// How often `-v` was given.
    pub verbose: u8,
    /// Whether to print statistics at the end.
    pub stats: bool,
    /// Whether perf is told the names of translated code (`--perf-map`).
    pub perf_map: bool,
    /// Where a flame graph of the first process is to be written (`--profile`).
    pub profile: Option<PathBuf>,
    /// The guest's own limits, handed on through exec: pairs of soft and hard for
    /// stack, address space, data and core.
    pub limits: Option<[(u64, u64); 4]>,
    /// When skink began.
    pub started: Instant,
    /// What the front end does.
    pub hooks: Hooks,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            sysroot: None,
            stack_size: 8 << 20,
            policy: Policy::default(),
            engine: Engine::default(),
            code_cache: TranslatorOptions::default().code_cache,
            log: LogKinds::default(),
            log_fd: 2,
            log_file: None,
            verbose: 0,
            stats: false,
            perf_map: false,
            profile: None,
            limits: None,
            started: Instant::now(),
            hooks: Hooks::default(),
        }
    }
}

impl Options {
    /// A log line with the time since the start, as `--log elf` prints.
    pub(crate) fn log_elf(&self, text: &str) {
        if self.log.elf {
            let ms = self.started.elapsed().as_secs_f64() * 1e3;
            crate::host::write_all(self.log_fd, format!("[{ms:>10.3}ms] {text}\n").as_bytes());
        }
    }

    /// A log line about memory.
    pub(crate) fn log_memory(&self, line: impl FnOnce() -> String) {
        if self.log.memory {
            crate::host::write_all(self.log_fd, format!("memory: {}\n", line()).as_bytes());
        }
    }
}

impl LogKinds {
    /// Parses `elf,syscalls,memory,instructions,jit`.
    ///
    /// # Errors
    ///
    /// The word that is none of them.
    pub fn parse(list: &str) -> Result<LogKinds, String> {
        let mut kinds = LogKinds::default();
        for word in list.split(',').filter(|w| !w.is_empty()) {
            match word {
                "elf" => kinds.elf = true,
                "syscalls" => kinds.syscalls = true,
                "memory" => kinds.memory = true,
                "instructions" => kinds.instructions = true,
                "jit" => kinds.jit = true,
                other => {
                    return Err(format!("`{other}` is none of elf, syscalls, memory, instructions, jit"));
                }
            }
        }
        Ok(kinds)
    }

    /// The list that [`LogKinds::parse`] reads back.
    pub(crate) fn list(&self) -> String {
        let words = [
            (self.elf, "elf"),
            (self.syscalls, "syscalls"),
            (self.memory, "memory"),
            (self.instructions, "instructions"),
            (self.jit, "jit"),
        ];
        words.iter().filter(|w| w.0).map(|w| w.1).collect::<Vec<_>>().join(",")
    }
}
