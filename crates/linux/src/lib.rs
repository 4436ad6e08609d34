//! The Linux personality: loads ARM ELF programs and answers their system calls on an x86-64 Linux
//! host, one host process per guest process and one host thread per guest thread.
//!
//! | room | what it is for |
//! |---|---|
//! | [`elf`] | reading and checking headers, before anything is mapped |
//! | `load` | the address space at the start: segments, stack, vectors page |
//! | [`debug`] | the same under a debugger |
//! | [`syscalls`] | the table of system calls, their handlers, tracer and sandbox |
//! | `signal` | dispositions, delivery, frames |
//! | `process`, `thread` | what threads share, and the loop that drives one |
//! | `insnlog` | the log of instructions |
//! | `perfmap`, `profile`, `symbols` | what perf and the flame graph are told |
//! | `handover` | how exec passes on to the next skink |
//! | `host` | the host's kernel, the one room with unsafe code |

#[allow(unsafe_code, reason = "the one room that talks to the host's kernel")]
mod host;

mod abi;
pub mod debug;
pub mod elf;
mod handover;
mod helper;
mod insnlog;
mod load;
mod options;
mod paths;
mod perfmap;
mod process;
mod profile;
mod signal;
mod symbols;
pub mod syscalls;
mod thread;

pub use handover::MARK as HANDOVER_MARK;
pub use load::StartError;
pub use options::{Engine, Hooks, LogKinds, Options, Policy};

use handover::Handed;
use process::{Limit, OWN_LIMITS, Process, Shared};
use skink_engine::Controller;
use skink_machine::Memory;
use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::ffi::OsString;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use thread::Thread;

/// The smallest and the largest stack of a first thread.
pub const MIN_STACK: u32 = 128 << 10;
/// See [`MIN_STACK`].
pub const MAX_STACK: u32 = 1 << 30;

/// What to run.
#[derive(Debug, Clone, Default)]
pub struct Program {
    /// The file, as the user named it. Without a slash it is looked for as a shell would.
    pub path: PathBuf,
    /// The argument vector, argv[0] included.
    pub argv: Vec<Vec<u8>>,
    /// The environment, `NAME=VALUE` each.
    pub env: Vec<Vec<u8>>,
}

/// The environment that skink was started with, byte for byte.
pub fn environment() -> Vec<Vec<u8>> {
    host::environment()
}

/// Runs a program. Returns only if it cannot be started; afterwards the process ends as the guest
/// does.
///
/// # Errors
///
/// What is wrong with the program.
pub fn run(options: Options, program: Program) -> Result<Infallible, StartError> {
    let execution = Execution::of(&options, program, host::current_mask());
    start(options, execution)
}

/// Goes on where the skink that executed this one left off: `words` is the whole argument vector,
/// with [`HANDOVER_MARK`] second; `hooks` are those that the options had there.
///
/// # Errors
///
/// What is wrong with the program, or with the words.
pub fn resume(words: &[OsString], hooks: Hooks) -> Result<Infallible, StartError> {
    let Some(handed) = handover::parse(words) else {
        return Err(StartError::new(Path::new(HANDOVER_MARK), "is for skink's own use", libc::EINVAL));
    };
    let env = handover::unpack_environment(host::environment());
    let Handed { mut options, state, path, program_fd, execfn, argv } = handed;
    options.hooks = hooks;
    start(options, Execution { path, program_fd, execfn, argv, env, mask: state.mask })
}

/// A name without a slash: in the current directory, as qemu-arm takes it, else along PATH.
fn find_program(options: &Options, path: &Path, env: &[Vec<u8>]) -> PathBuf {
    if path.as_os_str().as_bytes().contains(&b'/') || path.exists() {
        return path.to_path_buf();
    }
    let list = env.iter().find_map(|e| e.strip_prefix(b"PATH=")).unwrap_or(b"/usr/local/bin:/usr/bin:/bin");
    let candidates =
        list.split(|&b| b == b':').map(|dir| Path::new(std::ffi::OsStr::from_bytes(dir)).join(path));
    candidates
        .map(|candidate| paths::translate(options.sysroot.as_deref(), &candidate))
        .find(|candidate| candidate.is_file())
        .unwrap_or_else(|| path.to_path_buf())
}

/// What execve(2) is told, and what a process keeps over it.
struct Execution {
    path: PathBuf,
    /// The descriptor that `path` is about, to be closed when the program is open.
    program_fd: Option<i32>,
    /// The name for AT_EXECFN.
    execfn: Vec<u8>,
    argv: Vec<Vec<u8>>,
    env: Vec<Vec<u8>>,
    /// The signals that are blocked.
    mask: u64,
}

impl Execution {
    fn of(options: &Options, program: Program, mask: u64) -> Execution {
        let path = find_program(options, &program.path, &program.env);
        let execfn = path.as_os_str().as_bytes().to_vec();
        Execution { path, program_fd: None, execfn, argv: program.argv, env: program.env, mask }
    }
}

fn start(options: Options, execution: Execution) -> Result<Infallible, StartError> {
    let mut thread = prepare(options, execution, None)?;
    thread.start();
    let status = thread.run();
    syscalls::end_leader(&mut thread, status)
}

/// Loads a program; the thread that comes of it is the first of its process.
fn prepare(
    mut options: Options,
    execution: Execution,
    controller: Option<Arc<dyn Controller>>,
) -> Result<Thread, StartError> {
    let Execution { path, program_fd, execfn, argv, env, mask } = execution;
    host::start_signals();
    open_log(&mut options)?;
    options.stack_size = options.stack_size.clamp(MIN_STACK, MAX_STACK);
    let path = match program_fd {
        Some(_) => path,
        None => paths::translate(options.sysroot.as_deref(), &path),
    };
    options.log_elf(&format!("opening binary {:?}", path.display().to_string()));
    let program = load::check(&path)?;
    // The name of a file without one, such as a memfd's, is what the kernel's link says.
    let absolute = match program_fd {
        Some(_) => std::fs::read_link(&path).ok(),
        None => std::fs::canonicalize(&path).ok(),
    };
    let absolute = absolute.unwrap_or_else(|| path.clone());
    if let Some(fd) = program_fd {
        let _ = host::call(libc::SYS_close, &[fd.into()]);
    }
    options.log_elf("parsing ELF...");
    let interpreter = load::check_interpreter(&program, options.sysroot.as_deref())?;
    if options.log.elf {
        options.log_elf(&format!("\\\n{}", elf::listing(&program.elf)));
        if let Some(interpreter) = &interpreter {
            options.log_elf(&format!(
                "interpreter {:?} \\\n{}",
                interpreter.path,
                elf::listing(&interpreter.elf)
            ));
        }
    }
    let memory = Arc::new(Memory::new().map_err(|e| StartError::io(&path, &e))?);
    let read_implies_exec = program.elf.executable_stack();
    let request = load::Request {
        program: load::Checked { path: absolute, ..program },
        interpreter,
        argv: &argv,
        env: &env,
        execfn: &execfn,
        stack_size: options.stack_size,
    };
    let loaded = load::load(&memory, &request)?;
    drop(request);
    if options.log.memory {
        for region in memory.snapshot() {
            options.log_memory(|| format!("map {:08x}-{:08x} {}", region.start, region.end, region.name));
        }
    }
    options
        .log_elf(&format!("entry {:#x}, stack {:#x}, brk {:#x}", loaded.entry, loaded.sp, loaded.brk.start));
    name_process(Path::new(std::ffi::OsStr::from_bytes(&execfn)));

    let shared = Shared {
        limits: limits(&options),
        cookies: HashMap::new(),
        memory_files: HashSet::new(),
        personality: if read_implies_exec { syscalls::mem::READ_IMPLIES_EXEC } else { 0 },
    };
    host::mask_all();
    let process = Arc::new(Process::new(
        memory,
        Arc::new(options),
        loaded.image,
        loaded.brk,
        shared,
        inherited_actions(),
        controller,
    ));
    let mut thread = Thread::new(process);
    thread.mask = mask;
    thread.leader = true;
    thread.vcpu.cpu.bx_write_pc(loaded.entry);
    thread.vcpu.cpu.r[13] = loaded.sp;
    Ok(thread)
}

/// Opens the log file, on a descriptor that the guest is not likely to use.
fn open_log(options: &mut Options) -> Result<(), StartError> {
    let Some(path) = &options.log_file else { return Ok(()) };
    let file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .map_err(|e| StartError::io(path, &e))?;
    const HIGH: u32 = 900;
    let fd =
        host::call(libc::SYS_fcntl, &[file.as_raw_fd().into(), libc::F_DUPFD_CLOEXEC.into(), HIGH.into()])
            .map_err(|e| StartError::new(path, abi::errno_text(e.0), e.0))?;
    options.log_fd = fd as i32;
    Ok(())
}

/// Signals that were ignored when skink was executed are ignored by the guest.
fn inherited_actions() -> process::Actions {
    let mut actions = [signal::Action::default(); signal::SIGNALS + 1];
    let ignored = host::inherited_ignored();
    for signal in 1..=64 {
        if ignored & signal::bit(signal) != 0 {
            actions[signal as usize].handler = signal::SIG_IGN;
        } else if signal == libc::SIGPIPE {
            // Rust's runtime has ignored it meanwhile.
            host::install(signal, host::Catch::Default);
        }
    }
    actions
}

/// The guest's own limits: handed on, or the host's where they do not bind skink.
fn limits(options: &Options) -> [Limit; OWN_LIMITS.len()] {
    if let Some(handed) = options.limits {
        return handed.map(|(soft, hard)| Limit { soft, hard });
    }
    OWN_LIMITS.map(|resource| {
        let mut limit = [libc::RLIM64_INFINITY; 2];
        let args = [0.into(), resource.into(), host::Arg::NULL, host::Arg::output(&mut limit)];
        let _ = host::call(libc::SYS_prlimit64, &args);
        let soft = if resource == libc::RLIMIT_STACK { options.stack_size.into() } else { limit[0] };
        Limit { soft, hard: limit[1].max(soft) }
    })
}

/// The name that ps shows.
fn name_process(path: &Path) {
    let mut name = [0u8; 16];
    let file_name = path.file_name().map(|n| n.as_bytes()).unwrap_or_default();
    let len = file_name.len().min(15);
    name[..len].copy_from_slice(&file_name[..len]);
    let _ = host::call(libc::SYS_prctl, &[libc::PR_SET_NAME.into(), host::Arg::input(&name)]);
}
