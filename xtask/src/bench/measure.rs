//! Runs command lines in turn and notes what each took.

use crate::util::{self, Outcome};
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::io::Read;
use std::process::{Command, Stdio};
use std::time::Instant;
use wait4::Wait4;

/// One run of a command: seconds, and bytes of memory at its peak. What its children took is included, which is
/// what counts where a program is made of several.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sample {
    pub(crate) wall: f64,
    pub(crate) user: f64,
    pub(crate) system: f64,
    pub(crate) peak: u64,
}

/// A command line, and who runs it.
#[derive(Debug, Clone)]
pub(crate) struct Side {
    pub(crate) who: &'static str,
    pub(crate) words: Vec<OsString>,
    /// It has to print what the others print. This machine's own build of a program may be another version.
    pub(crate) same: bool,
}

/// What was printed: compared whole, by a hash, since compressors print much.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Printed {
    bytes: u64,
    hash: u64,
    head: String,
}

/// What every measured program finds in its environment, the same on all sides.
const ENVIRONMENT: &[(&str, &str)] = &[
    ("PATH", "/usr/bin:/bin"),
    ("LC_ALL", "C"),
    ("HOME", "/nonexistent"),
    ("PYTHONHASHSEED", "0"),
    ("PYTHONDONTWRITEBYTECODE", "1"),
];

/// Runs every side in turn, so that whatever else the machine does falls on all of them. The first round fills
/// caches and is not counted.
pub(crate) fn interleaved(name: &str, sides: &[Side], runs: usize) -> Outcome<Vec<Vec<Sample>>> {
    let mut samples = vec![Vec::with_capacity(runs); sides.len()];
    let mut printed: Option<Printed> = None;
    for round in 0..=runs {
        for (side, samples) in sides.iter().zip(&mut samples) {
            let (sample, output) = once(&side.words)?;
            match &printed {
                _ if !side.same => {}
                None => printed = Some(output),
                Some(first) if *first == output => {}
                Some(first) => {
                    return Err(format!("{name}: {} printed {output:?}, expected {first:?}", side.who));
                }
            }
            if round > 0 {
                samples.push(sample);
            }
        }
    }
    Ok(samples)
}

/// Runs one command line, whatever it prints.
pub(crate) fn alone(words: &[OsString]) -> Outcome<Sample> {
    once(words).map(|(sample, _)| sample)
}

fn once(words: &[OsString]) -> Outcome<(Sample, Printed)> {
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env_clear().envs(ENVIRONMENT.iter().copied());
    let start = Instant::now();
    let mut child =
        command.spawn().map_err(|err| format!("cannot start `{}`: {err}", util::show(&command)))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    // Read on a thread: a program that fills one pipe while we read the other would wait for ever.
    let said = std::thread::spawn(move || {
        let mut said = Vec::new();
        if let Some(stderr) = stderr {
            let _ = stderr.take(4096).read_to_end(&mut said);
        }
        said
    });
    let mut printed = Printed { bytes: 0, hash: 0, head: String::new() };
    let mut head = Vec::new();
    // FNV-1a.
    printed.hash = 0xcbf2_9ce4_8422_2325;
    if let Some(mut stdout) = stdout {
        let mut chunk = [0; 16384];
        loop {
            let len = stdout.read(&mut chunk).map_err(|err| format!("`{}`: {err}", util::show(&command)))?;
            if len == 0 {
                break;
            }
            for &byte in &chunk[..len] {
                printed.hash = (printed.hash ^ byte as u64).wrapping_mul(0x0000_0100_0000_01b3);
            }
            head.extend_from_slice(&chunk[..len.min(80_usize.saturating_sub(head.len()))]);
            printed.bytes += len as u64;
        }
    }
    printed.head = String::from_utf8_lossy(&head).into_owned();
    let used = child.wait4().map_err(|err| format!("`{}`: {err}", util::show(&command)))?;
    let wall = start.elapsed().as_secs_f64();
    let said = said.join().unwrap_or_default();
    if !used.status.success() {
        let said = String::from_utf8_lossy(&said);
        return Err(format!("`{}` ended with {}\n{said}", util::show(&command), used.status));
    }
    let (user, system) = (used.rusage.utime.as_secs_f64(), used.rusage.stime.as_secs_f64());
    Ok((Sample { wall, user, system, peak: used.rusage.maxrss }, printed))
}

/// The median of what `of` says of each sample.
pub(crate) fn median(samples: &[Sample], of: impl Fn(&Sample) -> f64) -> f64 {
    let mut values: Vec<f64> = samples.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        len if len % 2 == 1 => values[middle],
        _ => (values[middle - 1] + values[middle]) / 2.0,
    }
}

/// The geometric mean.
pub(crate) fn geometric_mean(values: &[f64]) -> f64 {
    (values.iter().map(|value| value.ln()).sum::<f64>() / values.len() as f64).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics() {
        let of = |walls: &[f64]| -> f64 {
            let sample = |&wall: &f64| Sample { wall, user: 0.0, system: 0.0, peak: 0 };
            median(&walls.iter().map(sample).collect::<Vec<_>>(), |sample| sample.wall)
        };
        assert_eq!(of(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(of(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        assert!((geometric_mean(&[2.0, 8.0]) - 4.0).abs() < 1e-12);
    }

    #[test]
    fn what_differs_is_no_measurement() {
        let side =
            |who, word: &str| Side { who, words: ["echo", word].map(OsString::from).to_vec(), same: true };
        assert!(interleaved("same", &[side("a", "x"), side("b", "x")], 2).is_ok());
        let err = interleaved("other", &[side("a", "x"), side("b", "y")], 2).unwrap_err();
        assert!(err.starts_with("other: b printed"), "{err}");
        let samples = interleaved("one", &[side("a", "x")], 3).unwrap();
        assert_eq!(samples[0].len(), 3);
        assert!(samples[0].iter().all(|sample| sample.wall > 0.0 && sample.peak > 4096));
        assert!(
            interleaved("fails", &[Side { who: "a", words: vec!["false".into()], same: true }], 1).is_err()
        );
    }
}
