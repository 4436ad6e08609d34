//! What was measured, as it is printed and as it is kept in a file.

use super::measure::{Sample, median};
use super::programs::Group;
use serde::{Deserialize, Serialize};

/// All that one call of `cargo xtask bench` has measured.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Results {
    pub(crate) date: String,
    pub(crate) command: String,
    pub(crate) machine: Machine,
    pub(crate) rows: Vec<Row>,
    pub(crate) lines: Vec<Line>,
}

/// Where it was measured, and with what.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Machine {
    pub(crate) processor: String,
    pub(crate) cores: usize,
    pub(crate) kernel: String,
    pub(crate) qemu: String,
    pub(crate) gcc: String,
    pub(crate) revision: String,
}

/// A program and its times.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) group: Group,
    pub(crate) sides: Vec<Measured>,
}

/// The times of one side. The medians are those of `runs`, for who reads the file.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Measured {
    pub(crate) who: String,
    pub(crate) median_wall: f64,
    pub(crate) min_wall: f64,
    pub(crate) median_cpu: f64,
    pub(crate) peak: u64,
    pub(crate) runs: Vec<Sample>,
}

/// A line that must be reached, and what was found.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) what: String,
    pub(crate) found: String,
    pub(crate) wanted: String,
    pub(crate) ok: bool,
}

impl Measured {
    pub(crate) fn new(who: &str, runs: Vec<Sample>) -> Measured {
        Measured {
            who: who.to_owned(),
            median_wall: median(&runs, |run| run.wall),
            min_wall: runs.iter().map(|run| run.wall).fold(f64::INFINITY, f64::min),
            median_cpu: median(&runs, |run| run.user + run.system),
            peak: runs.iter().map(|run| run.peak).max().unwrap_or(0),
            runs,
        }
    }
}

impl Row {
    pub(crate) fn side(&self, who: &str) -> Option<&Measured> {
        self.sides.iter().find(|side| side.who == who)
    }

    /// How much faster skink is than another side: by the clock, and by the processor's time.
    pub(crate) fn faster_than(&self, who: &str) -> Option<(f64, f64)> {
        let (ours, theirs) = (self.side("skink")?, self.side(who)?);
        Some((theirs.median_wall / ours.median_wall, theirs.median_cpu / ours.median_cpu))
    }

    /// The row of the table.
    pub(crate) fn text(&self) -> String {
        let seconds =
            |who| self.side(who).map_or_else(|| format!("{:>9}", ""), |s| format!("{:>9.4}", s.median_wall));
        let ratio = |value: Option<f64>| value.map_or_else(|| format!("{:>9}", ""), |r| format!("{r:>8.2}x"));
        let peak = |who| self.side(who).map_or(0.0, |s| s.peak as f64 / (1 << 20) as f64);
        let qemu = self.faster_than("qemu-arm");
        format!(
            "{:<20} {} {} {} {} {} {} {:>7.1} {:>7.1}",
            self.name,
            seconds("skink"),
            seconds("qemu-arm"),
            seconds("native"),
            ratio(qemu.map(|q| q.0)),
            ratio(qemu.map(|q| q.1)),
            ratio(self.faster_than("native").map(|n| 1.0 / n.0)),
            peak("skink"),
            peak("qemu-arm"),
        )
    }
}

/// What stands over the rows.
pub(crate) fn heading() -> String {
    format!(
        "{:<20} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>7} {:>7}\n{:<20} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>7} {:>7}",
        "median seconds",
        "skink",
        "qemu-arm",
        "native",
        "faster",
        "faster",
        "slower",
        "MiB",
        "MiB",
        "",
        "",
        "",
        "",
        "than qemu",
        "in CPU",
        "than nat.",
        "skink",
        "qemu",
    )
}
