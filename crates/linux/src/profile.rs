//! `--profile`: where the guest's time goes, by samples of its stacks.
//!
//! A host thread asks every processor that is at work to stop, a thousand times a second, as a signal would; the
//! guest sees nothing of it. Stops are at the next backward branch or computed jump. Callers are found as a reader of
//! a core dump would without unwind tables: LR, and words on the stack that stand behind a call. So a frame may
//! be one that has returned already. What calls another function than the one it seems to have called is taken out;
//! the function at the top is certain.

use crate::symbols::{Function, Symbols};
use skink_engine::Interrupter;
use skink_isa::{Context, Op, decode_a32, decode_t16, decode_t32, is_t32};
use skink_machine::{Cpu, Memory, Prot};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

/// Between two samples.
const TICK: Duration = Duration::from_micros(997);
/// Words of the stack that are looked at.
const WORDS: u32 = 2048;
/// Frames of a sample at the most.
const DEPTH: usize = 64;

/// The samples of a process.
#[derive(Default)]
pub(crate) struct Profile {
    /// Stacks, the innermost frame first, and how often they were seen.
    stacks: Mutex<HashMap<Vec<Frame>, u64>>,
    watched: Mutex<Vec<Weak<Watched>>>,
}

/// A return address, or where the processor stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Frame {
    addr: u32,
    /// What the call before it calls, if that says so itself.
    calls: Option<u32>,
}

/// A processor that is sampled.
pub(crate) struct Watched {
    interrupter: Interrupter,
    running: AtomicBool,
    due: AtomicBool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Profile {
    /// Begins to sample. The calling thread's signals must be blocked: the sampling thread is to take none.
    pub(crate) fn start() -> Arc<Profile> {
        let profile = Arc::new(Profile::default());
        let weak = Arc::downgrade(&profile);
        // Without it there are no samples, and the program runs all the same.
        let _ = std::thread::Builder::new().name("profile".into()).stack_size(64 << 10).spawn(move || {
            while let Some(profile) = weak.upgrade() {
                for watched in lock(&profile.watched).iter().filter_map(Weak::upgrade) {
                    if watched.running.load(Ordering::Relaxed) {
                        watched.due.store(true, Ordering::Relaxed);
                        watched.interrupter.request();
                    }
                }
                drop(profile);
                std::thread::sleep(TICK);
            }
        });
        profile
    }

    /// Another processor.
    pub(crate) fn watch(&self, interrupter: Interrupter) -> Arc<Watched> {
        let (running, due) = (AtomicBool::new(false), AtomicBool::new(false));
        let watched = Arc::new(Watched { interrupter, running, due });
        let mut list = lock(&self.watched);
        list.retain(|watched| watched.strong_count() > 0);
        list.push(Arc::downgrade(&watched));
        watched
    }

    /// Takes a sample if one is due.
    pub(crate) fn sample(&self, watched: &Watched, memory: &Memory, cpu: &Cpu) {
        if watched.due.swap(false, Ordering::Relaxed) {
            *lock(&self.stacks).entry(walk(memory, cpu)).or_default() += 1;
        }
    }

    /// The samples as flame graphs are made of: `outer;inner 12`, a stack on a line.
    pub(crate) fn folded(&self, memory: &Memory) -> String {
        let symbols = Symbols::default();
        let mut lines: HashMap<String, u64> = HashMap::new();
        for (stack, count) in lock(&self.stacks).iter() {
            let mut names: Vec<Arc<str>> = Vec::new();
            for function in likely(&symbols, memory, stack) {
                // Twice the same function is more often a stale LR than recursion.
                if names.last() != Some(&function.name) {
                    names.push(function.name);
                }
            }
            names.reverse();
            let line: Vec<String> = names.iter().map(|name| name.replace([';', ' '], "_")).collect();
            *lines.entry(line.join(";")).or_default() += count;
        }
        let mut lines: Vec<String> =
            lines.into_iter().map(|(stack, count)| format!("{stack} {count}\n")).collect();
        lines.sort();
        lines.concat()
    }
}

impl Watched {
    /// The processor begins or ceases to run guest code.
    pub(crate) fn set_running(&self, running: bool) {
        self.running.store(running, Ordering::Relaxed);
    }
}

/// The functions of a stack, without frames that cannot have called what is above them, unless something further
/// out has called them: a function that ends in a jump to another leaves no trace.
fn likely(symbols: &Symbols, memory: &Memory, stack: &[Frame]) -> Vec<Function> {
    // A return address is behind the call, which may be a function's last instruction.
    let place = |(i, frame): (usize, &Frame)| symbols.function(memory, frame.addr - (i > 0) as u32);
    let all: Vec<Function> = stack.iter().enumerate().map(place).collect();
    let called: Vec<Option<u32>> =
        stack.iter().map(|frame| frame.calls.map(|addr| symbols.function(memory, addr).start)).collect();
    let file = |addr: u32| memory.region_at(addr).map(|region| region.file);
    let mut kept: Vec<Function> = Vec::new();
    for (i, function) in all.iter().enumerate() {
        let fits = match (kept.last(), called[i]) {
            (Some(inner), Some(start)) => {
                // Into another file calls go by way of a stub.
                start == inner.start || file(inner.start) != file(function.start)
            }
            _ => true,
        };
        if fits || called[i + 1..].contains(&Some(function.start)) {
            kept.push(function.clone());
        }
    }
    kept
}

/// The frames of a processor.
fn walk(memory: &Memory, cpu: &Cpu) -> Vec<Frame> {
    let mut frames = vec![Frame { addr: cpu.r[15], calls: None }];
    frames.extend(behind_call(memory, cpu.r[14]));
    let mut bytes = vec![0; 4 * WORDS as usize];
    let sp = cpu.r[13] & !3;
    // As much of it as is mapped.
    let len = memory.region_at(sp).map_or(0, |region| (region.end - sp as u64).min(bytes.len() as u64));
    bytes.truncate(len as usize);
    if memory.read(sp, &mut bytes).is_err() {
        return frames;
    }
    let words = bytes.chunks_exact(4).map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]));
    let found = words.filter_map(|word| behind_call(memory, word));
    for frame in found {
        if frames.len() == DEPTH {
            break;
        }
        if frames.last() != Some(&frame) {
            frames.push(frame);
        }
    }
    frames
}

/// The frame of a word that is a return address: executable, and a call stands before it.
fn behind_call(memory: &Memory, word: u32) -> Option<Frame> {
    let (addr, thumb) = (word & !1, word & 1 != 0);
    if addr < 0x1000 || (!thumb && addr & 3 != 0) {
        return None;
    }
    memory.region_at(addr - 1).filter(|region| region.prot.contains(Prot::EXEC))?;
    let cx = Context { in_it: false };
    let (long, short) = if thumb {
        let (first, second) = (memory.load16(addr.wrapping_sub(4)).ok()?, memory.load16(addr - 2).ok()?);
        let long = is_t32(first).then(|| decode_t32((first as u32) << 16 | second as u32, cx)).flatten();
        (long, decode_t16(second, cx))
    } else {
        (decode_a32(memory.load32(addr - 4).ok()?), None)
    };
    // From PC, which is two instructions on; of BLX into A32 code a multiple of 4 (ARM ARM A8.8.25).
    let pc = if thumb { addr } else { addr + 4 };
    match (long.map(|insn| insn.op), short.map(|insn| insn.op)) {
        (Some(Op::Bl(to)), _) => Some(Frame { addr, calls: Some(pc.wrapping_add(to.target.0 as u32) & !1) }),
        (Some(Op::BlxImm(to)), _) => {
            let base = if thumb { pc & !3 } else { pc };
            Some(Frame { addr, calls: Some(base.wrapping_add(to.target.0 as u32) & !1) })
        }
        (Some(Op::BlxReg(_)), _) | (_, Some(Op::BlxReg(_))) => Some(Frame { addr, calls: None }),
        _ => None,
    }
}
