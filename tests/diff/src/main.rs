//! The differential fuzzer: every row of the instruction table, with random operands, registers,
//! flags, FPSCR and memory, on skink and on an outside oracle, whole states compared. With `--block`, blocks of
//! them, on the interpreter and the translator both.
//!
//! The oracle is `oracle.c` (a static armhf program) under qemu-arm or anything that runs it.
#![forbid(unsafe_code)]

mod block;
mod blocks;
mod case;
mod exclude;
mod generate;
mod report;
mod skink;

use case::{BATCH, Case, OUTCOME_BYTES, Outcome};
use clap::Parser;
use generate::{Rng, Target};
use skink::How;
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
    /// Run translated code rather than the interpreter.
    #[arg(long)]
    translate: bool,
    /// Cases are blocks of up to so many instructions, on the interpreter and on the translator.
    #[arg(long, default_value_t = 0, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=40))]
    block: u32,
    /// With blocks: the translator's code counts its instructions, and must count as many as the interpreter does.
    #[arg(long, requires = "block")]
    count: bool,
    /// The command that runs the oracle.
    #[arg(long, default_value = "qemu-arm -cpu cortex-a15")]
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
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| format!("{program}: {e}; `cargo xtask setup` installs it"))?;
        let (stdin, stdout) = (child.stdin.take().ok_or("no pipe")?, child.stdout.take().ok_or("no pipe")?);
        Ok(Oracle { child, stdin, stdout })
    }

    fn end(mut self) -> Result<(), Box<dyn Error>> {
        self.stdin.write_all(&0u32.to_le_bytes())?;
        self.child.wait()?;
        Ok(())
    }

    fn run(&mut self, cases: &[Case]) -> Result<Vec<Outcome>, Box<dyn Error>> {
        self.send(cases)?;
        self.receive(cases.len())
    }

    /// Has the oracle begin with a batch.
    fn send(&mut self, cases: &[Case]) -> Result<(), Box<dyn Error>> {
        let mut bytes = (cases.len() as u32).to_le_bytes().to_vec();
        cases.iter().for_each(|case| case.encode(&mut bytes));
        self.stdin.write_all(&bytes)?;
        Ok(self.stdin.flush()?)
    }

    /// The outcomes of the batch that was sent.
    fn receive(&mut self, count: usize) -> Result<Vec<Outcome>, Box<dyn Error>> {
        let mut answer = vec![0; count * OUTCOME_BYTES];
        self.stdout.read_exact(&mut answer)?;
        Ok(answer.chunks_exact(OUTCOME_BYTES).map(Outcome::decode).collect())
    }
}

/// Makes a case's code UNDEFINED.
fn neutralise(case: &mut Case) {
    let fill = case.fill.to_le_bytes();
    case.code = std::array::from_fn(|i| fill[i % 4]);
}

/// Runs a batch on skink. Cases that do not end are neutralised, so that they end under the oracle;
/// since others may read their code, the whole batch runs again then.
fn run_batch(
    skink: &mut skink::Skink,
    batch: &mut [Case],
    report: &mut report::Report,
) -> Result<Vec<Option<Outcome>>, Box<dyn Error>> {
    let mut out = vec![false; batch.len()];
    loop {
        skink.load(batch)?;
        let mut outcomes = Vec::with_capacity(batch.len());
        let before = out.iter().filter(|&&o| o).count();
        for (i, case) in batch.iter_mut().enumerate() {
            let outcome = skink.run(case)?;
            if outcome.is_none() && !out[i] {
                out[i] = true;
                neutralise(case);
            }
            outcomes.push(outcome.filter(|_| !out[i]));
        }
        let after = out.iter().filter(|&&o| o).count();
        if after == before {
            report.endless += after as u64;
            return Ok(outcomes);
        }
    }
}

/// The first case of a batch that ends the oracle, by bisection.
fn find_culprit(args: &Args, oracle: &mut Oracle, batch: &[Case]) -> Result<usize, Box<dyn Error>> {
    let (mut low, mut high) = (0, batch.len());
    while high - low > 1 {
        let middle = (low + high) / 2;
        let mut half = batch.to_vec();
        half.iter_mut()
            .enumerate()
            .filter(|(i, _)| *i < low || *i >= middle)
            .for_each(|(_, c)| neutralise(c));
        if oracle.run(&half).is_ok() {
            low = middle;
        } else {
            high = middle;
            *oracle = Oracle::start(args)?;
        }
    }
    Ok(low)
}

fn main() -> Result<(), Box<dyn Error>> {
    let args = Args::parse();
    let targets = generate::targets(&args.rows);
    if targets.is_empty() {
        return Err(format!("no row has `{}` in its name", args.rows).into());
    }
    if args.block > 0 {
        let same = blocks::run(&args, &targets)?;
        return if same { Ok(()) } else { Err("skink and the oracle differ".into()) };
    }
    let mut oracle = Oracle::start(&args)?;
    let how = if args.translate { How::Unlinked } else { How::Interpreted };
    let mut skink = skink::Skink::new(how, false)?;
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
        let ours = run_batch(&mut skink, &mut batch, &mut report)?;
        let theirs = match oracle.run(&batch) {
            Ok(theirs) => theirs,
            Err(_) => {
                // A case has run off into the oracle's own code: find it, and report it as differing.
                oracle = Oracle::start(&args)?;
                let culprit = find_culprit(&args, &mut oracle, &batch)?;
                report.crashed(&batch[culprit]);
                let mut rest = batch.clone();
                neutralise(&mut rest[culprit]);
                oracle.run(&rest)?;
                continue;
            }
        };
        for (i, (ours, theirs)) in ours.into_iter().zip(theirs).enumerate() {
            let Some(mut ours) = ours else { continue };
            let row = &skink_isa::ROWS[batch[i].row];
            exclude::outcome(row, &mut ours, &theirs);
            if !report.compare(&batch[i], &ours, &theirs) {
                continue;
            }
            // It may have run on into another case's bytes, in the wrong instruction set, where what is
            // excluded is not seen to be: once more, with nobody else there.
            let (mut alone, keep) = (batch.clone(), batch[i].clone());
            alone.iter_mut().for_each(neutralise);
            alone[i] = keep;
            let mut report_alone = report::Report::default();
            let ours = run_batch(&mut skink, &mut alone, &mut report_alone)?.swap_remove(i);
            let theirs = oracle.run(&alone)?.swap_remove(i);
            if let Some(mut ours) = ours {
                exclude::outcome(row, &mut ours, &theirs);
                report.differs(&batch[i], &ours, &theirs);
            }
        }
    }
    oracle.end()?;
    report.print(args.show);
    if report.failed() { Err("skink and the oracle differ".into()) } else { Ok(()) }
}
