//! What can be typed.

use clap::{Parser, Subcommand, ValueEnum};
use skink_asm::Dialect;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

/// Runs 32-bit ARM Linux programs on x86-64 Linux.
#[derive(Debug, Parser)]
#[command(name = "skink", version, about)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a program; its exit status becomes skink's.
    Run(Box<RunArgs>),
    /// Debug a program, by gdb's commands.
    Debug(Box<crate::debug::DebugArgs>),
    /// Debug for editors, by the Debug Adapter Protocol.
    Dap(crate::debug::dap::DapArgs),
    /// Print the ELF header and the program headers of a program.
    Elf {
        /// The file to look at.
        file: PathBuf,
    },
    /// Assemble a file.
    Asm(crate::asm::AsmArgs),
    /// Disassemble a program or library, as objdump -d does.
    Disasm(crate::disasm::DisasmArgs),
    /// Show how code is translated: guest instructions, their meaning as nodes, host code.
    Jit(crate::jit::JitArgs),
}

/// The environment variable that chooses the engine where the command line does not. The program does not see it.
pub(crate) const ENGINE_VARIABLE: &str = "SKINK_ENGINE";

#[derive(Debug, clap::Args)]
pub(crate) struct RunArgs {
    /// Look up absolute paths under DIR first (the ARM libraries, for one).
    #[arg(short = 'L', long, value_name = "DIR")]
    pub(crate) sysroot: Option<PathBuf>,
    /// Bytes of stack of the program's first thread; K, M and G may follow.
    #[arg(short = 's', long, value_name = "SIZE", default_value = "8M", value_parser = size)]
    pub(crate) stack_size: u32,
    /// What system calls may do.
    #[arg(short = 'C', long, value_enum, default_value_t = Policy::Forward)]
    pub(crate) syscalls: Policy,
    /// What runs the program's instructions.
    #[arg(long, value_enum, default_value_t = Engine::Auto, env = ENGINE_VARIABLE)]
    pub(crate) engine: Engine,
    /// Bytes of translated code at the most; K, M and G may follow.
    #[arg(long, value_name = "SIZE", default_value = "64M", value_parser = code_cache)]
    pub(crate) code_cache: u32,
    /// Start with an empty environment.
    #[arg(short = 'n', long)]
    pub(crate) no_env: bool,
    /// Set an environment variable of the program.
    #[arg(short = 'E', value_name = "NAME=VALUE")]
    pub(crate) set_env: Vec<OsString>,
    /// Unset an environment variable of the program.
    #[arg(short = 'U', value_name = "NAME")]
    pub(crate) unset_env: Vec<OsString>,
    /// Log elf, syscalls, memory, instructions, jit (comma-separated), to stderr or to a file.
    #[arg(short = 'l', long, value_name = "KINDS[=FILE]")]
    pub(crate) log: Option<OsString>,
    /// Say more: what the program died of, thread IDs in logs.
    #[arg(short = 'v', long, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Print instructions, blocks, system calls and time at the end.
    #[arg(long)]
    pub(crate) stats: bool,
    /// Tell perf the names of translated code, in /tmp/perf-PID.map.
    #[arg(long)]
    pub(crate) perf_map: bool,
    /// Write a flame graph of where the program's time went.
    #[arg(long, value_name = "OUT.svg")]
    pub(crate) profile: Option<PathBuf>,
    /// The program's argv[0], if it is not to be its path.
    #[arg(short = '0', long, value_name = "NAME")]
    pub(crate) argv0: Option<OsString>,
    /// The dialect of an assembly source.
    #[arg(long, value_enum, default_value_t = DialectArg::Auto)]
    pub(crate) dialect: DialectArg,
    /// Run an assembly source on the teaching board, whatever its dialect.
    #[arg(long, conflicts_with = "linux")]
    pub(crate) board: bool,
    /// Run an assembly source as a Linux program, whatever its dialect.
    #[arg(long)]
    pub(crate) linux: bool,
    /// Board: stop after N instructions, exactly.
    #[arg(long, value_name = "N")]
    pub(crate) max_instructions: Option<u64>,
    /// Board: stop after so many seconds.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) timeout: Option<Duration>,
    /// Board: the console reads FILE, not the terminal.
    #[arg(long, value_name = "FILE")]
    pub(crate) input: Option<PathBuf>,
    /// Board: print result, output, registers, instruction count and diagnostics as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// Wait for gdb to connect and debug the program; without HOST only from this machine.
    #[arg(long, value_name = "[HOST]:PORT", value_parser = crate::debug::gdb::address)]
    pub(crate) gdb: Option<crate::debug::gdb::Address>,
    /// Record the run into FILE, for `skink debug --replay`.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["gdb", "replay"])]
    pub(crate) record: Option<PathBuf>,
    /// Debug: what was recorded in FILE, in the place of a program.
    #[arg(long, value_name = "FILE")]
    pub(crate) replay: Option<PathBuf>,
    /// The program and its arguments.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "PROGRAM [ARGS]")]
    pub(crate) program: Vec<OsString>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// The interpreter, and translated code for what runs often.
    Auto,
    /// Translated code from the first time on.
    Jit,
    /// The interpreter only.
    Interp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Policy {
    /// Everything that skink implements.
    Forward,
    /// No file but descriptors 0 to 2, no network, no new process.
    Sandbox,
    /// Nothing but exit.
    Deny,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DialectArg {
    /// Told by the text.
    Auto,
    /// GNU as.
    Gnu,
    /// The University of Manchester's.
    Manchester,
}

impl DialectArg {
    /// The dialect of a text.
    pub(crate) fn of(self, text: &[u8]) -> Dialect {
        match self {
            DialectArg::Auto => skink_asm::detect(text),
            DialectArg::Gnu => Dialect::Gnu,
            DialectArg::Manchester => Dialect::Manchester,
        }
    }
}

/// `10`, `0.5`.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "expected a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|e| e.to_string())
}

/// `8388608`, `8192K`, `8M`.
fn bytes(text: &str, least: u32, most: u32) -> Result<u32, String> {
    let (digits, shift) = match text.as_bytes().last() {
        Some(b'k' | b'K') => (&text[..text.len() - 1], 10),
        Some(b'm' | b'M') => (&text[..text.len() - 1], 20),
        Some(b'g' | b'G') => (&text[..text.len() - 1], 30),
        _ => (text, 0),
    };
    let bytes = digits.parse::<u32>().ok().and_then(|n| n.checked_mul(1 << shift));
    match bytes {
        Some(bytes) if (least..=most).contains(&bytes) => Ok(bytes),
        _ => Err(format!("expected {}K to {}M", least >> 10, most >> 20)),
    }
}

/// For `--stack-size`.
fn size(text: &str) -> Result<u32, String> {
    bytes(text, skink_linux::MIN_STACK, skink_linux::MAX_STACK)
}

/// For `--code-cache`.
fn code_cache(text: &str) -> Result<u32, String> {
    bytes(text, 64 << 10, 1 << 30)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        assert_eq!(size("8M"), Ok(8 << 20));
        assert_eq!(size("262144"), Ok(262_144));
        assert_eq!(size("1G"), Ok(1 << 30));
        assert!(size("1").is_err() && size("5G").is_err() && size("").is_err() && size("M").is_err());
    }

    #[test]
    fn what_follows_the_program_is_the_programs() {
        let args = Args::parse_from(["skink", "run", "-L", "/x", "prog", "-v", "--help"]);
        let Command::Run(run) = args.command else { panic!("not run") };
        assert_eq!(run.program, ["prog", "-v", "--help"]);
        assert_eq!((run.verbose, run.stack_size), (0, 8 << 20));
    }
}
