//! Everything a maintainer runs: `cargo xtask help` lists it.

mod aptsources;
mod asm;
mod asmdiffer;
mod asmrun;
mod bench;
mod benchasm;
mod compat;
mod compatfile;
mod compatmd;
mod corpus;
mod decodeall;
mod emulator;
mod guest;
mod objdump;
mod objdumprules;
mod probe;
mod setup;
mod soak;
mod sysroot;
mod test;
mod tidy;
mod util;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  setup     install what the tests need, unpack the armhf programs into .sysroot
  compat    run the programs of tests/compat under qemu-arm and under skink and compare
            [--emulator PATH] [--list] [--show] [FILTER...]
  guest     build the programs of tests/guest, run them under skink, compare with NAME.expected
            [--emulator PATH] [--options OPTIONS-OF-SKINK-RUN] [--bless] [FILTER...]
  objdump   every instruction of armhf libraries as objdump prints it and as skink does
            [--show N]
  asm       what gcc writes, assembled by GNU as and by skink: the same bytes
            [--sample | --debian] [FILTER...]
  reassemble  the code of armhf libraries, disassembled and assembled again
  compat-md see that COMPAT.md is up to date, or write it
            [--write]
  decode-all  decode, encode and print every word of A32, T16 and T32: minutes
  bench     programs under skink, under qemu-arm and native, and the lines to be reached; `assemble`: skink asm
            beside GNU as
            [--runs N] [--json FILE] [--emulator PATH] [--engine ENGINE] [FILTER...]
  bench-travel  what the debugger's way back costs, on a run of 10^9 instructions
            [--runs N] [--emulator PATH]
  bench-plot  a picture of what bench wrote to a file, as SVG
            FILE [-o OUT.svg]
  bench-doc   docs/performance.md from what bench wrote to a file
            FILE [-o OUT.md]
  soak      programs that strain the translator, with little room for code
            [--minutes N] [--emulator PATH]
  tidy      check the crates' edges, unsafe code, long files, loose ends
  test      everything: setup, format, tidy, clippy, all tests, guest, compat (--engine NAME: under another engine)
";

fn main() -> ExitCode {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let command = if args.is_empty() { "help".to_owned() } else { args.remove(0) };
    let outcome = match command.as_str() {
        "asm" => asm::command(args),
        "reassemble" => asm::reassemble(&args),
        "setup" => setup::setup(),
        "bench" => bench::command(args),
        "bench-travel" => bench::travel(args),
        "bench-plot" => bench::plot(args),
        "bench-doc" => bench::doc(args),
        "compat" => compat::command(args),
        "compat-md" => compatmd::command(args),
        "decode-all" => decodeall::command(&args),
        "guest" => guest::command(args),
        "objdump" => objdump::command(args),
        "soak" => soak::command(args),
        "test" => test::command(&args),
        "tidy" => tidy::command(&args),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(format!("unknown command {other}; `cargo xtask help` lists them")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}
