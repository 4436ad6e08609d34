//! Counts, and what differs.

use crate::case::{Case, Outcome};
use crate::exclude;
use crate::generate::Target;
use skink_isa::ROWS;
use std::collections::BTreeMap;

/// The tally of a run.
#[derive(Default)]
pub(crate) struct Report {
    pub(crate) cases: u64,
    pub(crate) endless: u64,
    undrawn: BTreeMap<usize, u64>,
    ran: BTreeMap<usize, u64>,
    signals: BTreeMap<u32, u64>,
    differing: BTreeMap<usize, (u64, String)>,
}

impl Report {
    pub(crate) fn undrawn(&mut self, target: Target) {
        *self.undrawn.entry(target.row).or_default() += 1;
    }

    /// Counts a case; whether it differs.
    pub(crate) fn compare(&mut self, case: &Case, ours: &Outcome, theirs: &Outcome) -> bool {
        self.cases += 1;
        *self.ran.entry(case.row).or_default() += 1;
        *self.signals.entry(theirs.signal).or_default() += 1;
        different(Some(case.row), ours, theirs)
    }

    /// Counts a block, which stopped at an instruction of this row.
    pub(crate) fn count(&mut self, row: Option<usize>, theirs: &Outcome) {
        self.cases += 1;
        *self.ran.entry(row.unwrap_or(ROWS.len())).or_default() += 1;
        *self.signals.entry(theirs.signal).or_default() += 1;
    }

    /// Notes a case that has been counted, if it differs.
    pub(crate) fn differs(&mut self, case: &Case, ours: &Outcome, theirs: &Outcome) {
        if different(Some(case.row), ours, theirs) {
            let entry = self.differing.entry(case.row).or_insert_with(|| (0, describe(case, ours, theirs)));
            entry.0 += 1;
        }
    }

    /// A case that ended the oracle itself.
    pub(crate) fn crashed(&mut self, case: &Case) {
        self.cases += 1;
        *self.ran.entry(case.row).or_default() += 1;
        let text =
            || (0, format!("  the oracle died of code {:02x?} with {:x?}\n", &case.code[..8], case.state.r));
        self.differing.entry(case.row).or_insert_with(text).0 += 1;
    }

    pub(crate) fn failed(&self) -> bool {
        !self.differing.is_empty()
    }

    pub(crate) fn print(&self, show: usize) {
        let mut rows: Vec<_> = self.differing.iter().collect();
        rows.sort_by_key(|(_, (n, _))| std::cmp::Reverse(*n));
        for (row, (n, text)) in rows.iter().take(show) {
            println!("{}: {n} of {} differ\n{text}", name(**row), self.ran[row]);
        }
        let never: Vec<_> = self
            .undrawn
            .keys()
            .filter(|row| !self.ran.contains_key(row))
            .map(|&row| ROWS[row].name)
            .collect();
        if !never.is_empty() {
            println!("rows never drawn: {}", never.join(" "));
        }
        println!(
            "{} cases over {} rows, {} left out as endless; ended by signal: {:?}; {} rows differ",
            self.cases,
            self.ran.len(),
            self.endless,
            self.signals,
            self.differing.len()
        );
    }
}

/// Whether two ends differ, that of a case that stopped at an instruction of this row.
pub(crate) fn different(row: Option<usize>, ours: &Outcome, theirs: &Outcome) -> bool {
    let faulted = theirs.signal == 11 || theirs.signal == 7;
    let same_fault = ours.signal == theirs.signal
        && ours.address == theirs.address
        && ours.state.r[15] == theirs.state.r[15]
        && ours.data == theirs.data;
    let row = row.and_then(|row| ROWS.get(row));
    let unknown = faulted && same_fault && row.is_some_and(exclude::unknown_after_fault);
    ours != theirs && !unknown
}

fn name(row: usize) -> &'static str {
    ROWS.get(row).map_or("a random word", |row| row.name)
}

pub(crate) fn describe(case: &Case, ours: &Outcome, theirs: &Outcome) -> String {
    let s = &case.state;
    let mut text = String::new();
    let thumb = s.cpsr >> 5 & 1 != 0;
    let code: Vec<String> = case.code[..8]
        .chunks(if thumb { 2 } else { 4 })
        .map(|c| c.iter().rev().map(|b| format!("{b:02x}")).collect())
        .collect();
    text += &format!(
        "  code {} ({}) pc {:08x} cpsr {:08x} fpscr {:08x}\n",
        code.join(" "),
        if thumb { "T" } else { "A" },
        s.r[15],
        s.cpsr,
        s.fpscr
    );
    let mut line = |name: String, before: u64, ours: u64, theirs: u64| {
        if ours != theirs {
            text += &format!("  {name:8} before {before:x} skink {ours:x} oracle {theirs:x}\n");
        }
    };
    line("signal".into(), 0, ours.signal as u64, theirs.signal as u64);
    line("address".into(), 0, ours.address as u64, theirs.address as u64);
    for i in 0..16 {
        line(format!("r{i}"), s.r[i] as u64, ours.state.r[i] as u64, theirs.state.r[i] as u64);
    }
    line("cpsr".into(), s.cpsr as u64, ours.state.cpsr as u64, theirs.state.cpsr as u64);
    line("fpscr".into(), s.fpscr as u64, ours.state.fpscr as u64, theirs.state.fpscr as u64);
    for i in 0..32 {
        line(format!("d{i}"), s.d[i], ours.state.d[i], theirs.state.d[i]);
    }
    line("data".into(), case.data_seed as u64, ours.data, theirs.data);
    let regs: Vec<String> = s.r.iter().map(|r| format!("{r:x}")).collect();
    text += &format!("  regs {}\n", regs.join(" "));
    text
}
