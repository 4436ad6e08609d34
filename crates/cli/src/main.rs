//! The binary `skink`: the command line, and nothing else.
#![forbid(unsafe_code)]

mod args;
mod asm;
mod board;
mod debug;
mod disasm;
mod elf;
mod jit;
mod record;
mod run;

use clap::Parser;
use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    // A guest executed a program: the words are skink's own, and speed counts.
    if words.get(1).is_some_and(|word| word == skink_linux::HANDOVER_MARK) {
        return run::failed(skink_linux::resume(&words, run::HOOKS));
    }
    let words = debug::long_option(words);
    match args::Args::parse_from(words).command {
        args::Command::Run(args) => run::run(*args),
        args::Command::Debug(args) => debug::debug(*args),
        args::Command::Dap(args) => debug::dap::serve(&args),
        args::Command::Elf { file } => elf::list(&file),
        args::Command::Asm(args) => asm::asm(&args),
        args::Command::Disasm(args) => disasm::disasm(&args),
        args::Command::Jit(args) => jit::jit(&args),
    }
}
