//! Every operation against the instructions themselves, run by qemu-arm:
//! results and the whole FPSCR, in all rounding modes, with FZ, DN and AHP on
//! and off.
//!
//! Needs `arm-linux-gnueabihf-gcc` and `qemu-arm` (Debian: `apt install
//! gcc-arm-linux-gnueabihf libc6-dev-armhf-cross qemu-user`).

mod rows;
mod support;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rows::{Case, Row, rows};
use skink_fp::{F16, F32, F64, flag};
use support::{Rng, number, triple};

const CASES_PER_ROW: usize = 8192;
const NZCV: u32 = 0xf000_0000;

fn run(command: &mut Command) {
    let status = command.status().unwrap_or_else(|error| {
        panic!(
            "cannot run {:?} ({error}); on Debian: \
             apt install gcc-arm-linux-gnueabihf libc6-dev-armhf-cross qemu-user",
            command.get_program()
        )
    });
    assert!(status.success(), "{command:?}: {status}");
}

fn build_oracle(dir: &Path, rows: &[Row]) -> PathBuf {
    let ops: String = rows.iter().enumerate().map(|(i, row)| format!("OP({i}, \"{}\")\n", row.asm)).collect();
    fs::write(dir.join("ops.h"), ops).unwrap();
    let program = dir.join("oracle");
    run(Command::new("arm-linux-gnueabihf-gcc")
        .args(["-static", "-O1", "-marm", "-mfpu=neon-vfpv4", "-I"])
        .arg(dir)
        .arg("-o")
        .arg(&program)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle.c")));
    program
}

fn product32(a: u64, b: u64) -> u64 {
    u64::from((f32::from_bits(a as u32) * f32::from_bits(b as u32)).to_bits())
}

fn product64(a: u64, b: u64) -> u64 {
    (f64::from_bits(a) * f64::from_bits(b)).to_bits()
}

fn twice(x: u64) -> u64 {
    x & 0xffff_ffff | x << 32
}

fn integer(rng: &mut Rng) -> u64 {
    let bits = rng.next() >> rng.below(64);
    match rng.below(4) {
        0 => bits.wrapping_neg(),
        1 => (1u64 << rng.below(33)).wrapping_add(rng.between(-2, 2) as u64),
        _ => bits,
    }
}

fn operands(rng: &mut Rng, kind: rows::Operands, index: u32) -> [u64; 3] {
    use rows::Operands::*;
    match kind {
        Single => triple::<F32>(rng, product32),
        Vector => triple::<F32>(rng, product32).map(twice),
        Double => triple::<F64>(rng, product64),
        Half => [rng.next() << 32 >> 32, 0, 0].map(|junk| {
            let half = number::<F16>(rng);
            junk & 0xffff_0000 | half & 0xffff
        }),
        HalfVector => {
            let half = number::<F16>(rng) & 0xffff;
            [half * 0x0001_0001_0001_0001, 0, 0]
        }
        Integer => [integer(rng) & 0xffff_ffff, 0, 0],
        IntegerVector => [twice(integer(rng)), 0, 0],
        FloatTable => {
            let exp = u64::from(index / 512 * 16 % 256) << 23;
            [twice(exp ^ u64::from(index % 512) << 15 ^ rng.next() & 0x7fff), 0, 0]
        }
        FractionTable => [twice(u64::from(index % 512) << 23 | rng.next() & 0x7f_ffff), 0, 0],
    }
}

fn cases(rows: &[Row]) -> Vec<Case> {
    let mut rng = Rng::new(4);
    let mut cases = Vec::with_capacity(rows.len() * CASES_PER_ROW);
    for (op, row) in rows.iter().enumerate() {
        for i in 0..CASES_PER_ROW as u32 {
            // AHP, DN, FZ and RMode: all 32 combinations in turn.
            let control = (i & 31) << 22;
            let flags = match rng.below(4) {
                0 => flag::IXC,
                1 => rng.next() as u32 & flag::ALL,
                _ => 0,
            };
            let [a, b, c] = operands(&mut rng, row.operands, i);
            cases.push(Case { op, fpscr: control | flags, a, b, c });
        }
    }
    cases
}

fn ask_oracle(dir: &Path, program: &Path, cases: &[Case]) -> Vec<(u64, u32)> {
    let mut input = Vec::with_capacity(cases.len() * 32);
    for case in cases {
        input.extend((case.op as u32).to_le_bytes());
        input.extend(case.fpscr.to_le_bytes());
        for operand in [case.a, case.b, case.c] {
            input.extend(operand.to_le_bytes());
        }
    }
    let (question, answer) = (dir.join("cases"), dir.join("outcomes"));
    fs::write(&question, input).unwrap();
    run(Command::new("qemu-arm")
        .args(["-cpu", "cortex-a15"])
        .arg(program)
        .stdin(File::open(&question).unwrap())
        .stdout(Stdio::from(File::create(&answer).unwrap())));
    let output = fs::read(&answer).unwrap();
    assert_eq!(output.len(), cases.len() * 16, "the oracle answered some of the cases only");
    output
        .chunks_exact(16)
        .zip(cases)
        .map(|(bytes, case)| {
            let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
            assert_eq!(word(12) as usize, case.op);
            (u64::from(word(0)) | u64::from(word(4)) << 32, word(8))
        })
        .collect()
}

#[test]
fn agrees_with_the_instructions() {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fp-oracle");
    fs::create_dir_all(&dir).unwrap();
    let rows = rows();
    let cases = cases(&rows);
    let program = build_oracle(&dir, &rows);
    let outcomes = ask_oracle(&dir, &program, &cases);

    let mut failures = vec![0u32; rows.len()];
    let mut report = String::new();
    for (case, &(result, fpscr)) in cases.iter().zip(&outcomes) {
        let row = &rows[case.op];
        let mut our_fpscr = case.fpscr;
        let our_result = (row.model)(case, &mut our_fpscr);
        if (our_result, our_fpscr) == (result, fpscr) {
            continue;
        }
        failures[case.op] += 1;
        if failures[case.op] <= 4 {
            report += &format!(
                "{}\n  fpscr {:08x} a {:016x} b {:016x} c {:016x}\n  \
                 ours   {our_result:016x} fpscr {our_fpscr:08x}\n  oracle {result:016x} fpscr {fpscr:08x}\n",
                row.asm, case.fpscr, case.a, case.b, case.c
            );
        }
    }
    let failed: u32 = failures.iter().sum();
    assert!(failed == 0, "{failed} of {} cases differ:\n{report}", cases.len());

    // A comparison is only worth something if the flags do occur.
    for bit in [flag::IOC, flag::DZC, flag::OFC, flag::UFC, flag::IXC, flag::IDC] {
        let raised = cases.iter().zip(&outcomes).filter(|(case, out)| out.1 & !case.fpscr & bit != 0);
        assert!(raised.count() > 1000, "flag {bit:#x} is hardly tested");
    }
    assert!(outcomes.iter().any(|out| out.1 & NZCV != 0));
}
