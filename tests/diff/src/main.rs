//! The differential fuzzer: every row of the instruction table, with random operands, registers,
//! flags, FPSCR and memory, on skink and on an outside oracle, whole states compared.
//!
//! The oracle is `oracle.c` (a static armhf program) under qemu-arm or anything that runs it.
#![forbid(unsafe_code)]

mod case;
mod exclude;
mod generate;
mod report;
mod skink;

use case::{BATCH, Case, OUTCOME_BYTES, Outcome};
use clap::Parser;
use generate::{Rng, Target};
use std::error::Error;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Compares skink with an outside ARM emulator, instruction by instruction.
#[derive(Parser)]
struct Args {
    /// How many cases.
    #[arg(long, default_value_t = 100_000)]
    cases: u64,
    /// The random seed.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only rows whose name contains this.
    #[arg(long, default_value = "")]
    rows: String,
    /// The command that runs the oracle.
    #[arg(long, default_value = "qemu-arm -cpu max")]
    emulator: String,
    /// Where to put the compiled oracle.
    #[arg(long, default_value = "target/difftest")]
    dir: PathBuf,
    /// How many differing rows to show.
    #[arg(long, default_value_t = 20)]
    show: usize,
}

struct Oracle {
    child: Child,
    stdin: ChildStdin,
    stdout: ChildStdout,
}

impl Oracle {
    fn start(args: &Args) -> Result<Oracle, Box<dyn Error>> {
        std::fs::create_dir_all(&args.dir)?;
        let binary = args.dir.join("oracle");
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/oracle.c");
        let built = Command::new("arm-linux-gnueabihf-gcc")
            .args(["-O2", "-static", "-marm", "-mfpu=neon-vfpv4", "-o"])
            .arg(&binary)
            .arg(source)
            .status()
            .map_err(|e| format!("arm-linux-gnueabihf-gcc: {e}; `cargo xtask setup` installs it"))?;
        if !built.success() {
            return Err("the oracle does not compile".into());
        }
        let mut words = args.emulator.split_whitespace();
        let program = words.next().ok_or("--emulator is empty")?;
        let mut child = Command::new(program)
            .args(words)
            .arg(&binary)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("{program}: {e}; `cargo xtask setup` installs it"))?;
        let (stdin, stdout) = (child.stdin.take().ok_or("no pipe")?, child.stdout.take().ok_or("no pipe")?);
        Ok(Oracle { child, stdin, stdout })
    }

    fn run(&mut self, cases: &[Case]) -> Result<Vec<Outcome>, Box<dyn Error>> {
        let mut bytes = (cases.len() as u32).to_le_bytes().to_vec();
        cases.iter().for_each(|case| case.encode(&mut bytes));
        self.stdin.write_all(&bytes)?;
        self.stdin.flush()?;
        let mut answer = vec![0; cases.len() * OUTCOME_BYTES];
        self.stdout.read_exact(&mut answer)?;
        Ok(answer.chunks_exact(OUTCOME_BYTES).map(Outcome::decode).collect())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    let targets = generate::targets(&args.rows);
    if targets.is_empty() {
        return Err(format!("no row has `{}` in its name", args.rows).into());
    }
    let mut oracle = Oracle::start(&args)?;
    let mut skink = skink::Skink::new()?;
    let mut rng = Rng::new(args.seed);
    let mut report = report::Report::default();
    let mut turn = 0usize;
    while report.cases < args.cases {
        let mut batch = Vec::with_capacity(BATCH);
        while batch.len() < BATCH {
            let target: Target = targets[turn % targets.len()];
            turn += 1;
            match generate::case(&mut rng, target, batch.len()) {
                Some(case) => batch.push(case),
                None => report.undrawn(target),
            }
        }
        skink.load(&batch)?;
        let mut ours = Vec::with_capacity(BATCH);
        for (i, case) in batch.iter_mut().enumerate() {
            let outcome = skink.run(case)?;
            if outcome.is_none() {
                // It would not end under the oracle either: it runs with its code made UNDEFINED.
                report.endless += 1;
                case.code = case.fill.to_le_bytes().repeat(16).try_into().map_err(|_| "slot size")?;
            }
            ours.push((i, outcome));
        }
        let theirs = oracle.run(&batch)?;
        for ((i, ours), theirs) in ours.into_iter().zip(theirs) {
            if let Some(ours) = ours {
                report.compare(&batch[i], &ours, &theirs);
            }
        }
    }
    oracle.stdin.write_all(&0u32.to_le_bytes())?;
    oracle.child.wait()?;
    report.print(args.show);
    if report.failed() { Err("skink and the oracle differ".into()) } else { Ok(()) }
}
