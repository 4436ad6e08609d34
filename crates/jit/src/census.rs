//! What is interpreted from within translated code, counted by operation: for `--stats`, and nobody pays for it
//! otherwise.
//!
//! Translated code knows its processor but not its translator, so the count is the process's.

use skink_interp::Decoded;
use skink_machine::AddressMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

static ON: AtomicBool = AtomicBool::new(false);
static COUNTS: Mutex<Option<Counts>> = Mutex::new(None);

#[derive(Default)]
struct Counts {
    /// By the place of the decoded instruction: which of `names` it is.
    places: AddressMap<usize>,
    names: Vec<(String, u64)>,
}

fn counts() -> MutexGuard<'static, Option<Counts>> {
    COUNTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Begins to count.
pub(crate) fn begin() {
    ON.store(true, Ordering::Relaxed);
}

/// An instruction is about to be interpreted.
#[inline(always)]
pub(crate) fn count(insn: &Decoded) {
    if ON.load(Ordering::Relaxed) {
        count_slow(insn);
    }
}

#[cold]
fn count_slow(insn: &Decoded) {
    let mut guard = counts();
    let Counts { places, names } = guard.get_or_insert_default();
    let index = *places.entry(insn as *const Decoded as u64).or_insert_with(|| {
        let name = name(insn);
        names.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
            names.push((name, 0));
            names.len() - 1
        })
    });
    names[index].1 += 1;
}

/// Decoded instructions are about to go: others may come to stand in their places.
pub(crate) fn forget_places() {
    if let Some(counts) = &mut *counts() {
        counts.places.clear();
    }
}

/// Operations and how often each was interpreted, the most frequent first.
pub(crate) fn take() -> Vec<(String, u64)> {
    let mut names = counts().as_ref().map_or(Vec::new(), |counts| counts.names.clone());
    names.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    names
}

/// The operation, and of a family of operations which one, on what: `VectorBinary Add I32`.
fn name(insn: &Decoded) -> String {
    let text = format!("{:?}", insn.op);
    let field = |name: &str| {
        let rest = text.split_once(&format!("{name}: "))?.1;
        rest.split([',', ' ', '}', ')']).next().filter(|word| !word.is_empty())
    };
    let parts = [Some(insn.op.name()), field("what"), field("ty")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
