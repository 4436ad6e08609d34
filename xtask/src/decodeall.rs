//! `cargo xtask decode-all`: every A32 word, every T16 halfword and every T32 word is decoded; what decodes is
//! encoded back to the same word, and some of it printed. No word may panic. It takes minutes and is not part of
//! `cargo xtask test`; a sample is, in crates/isa/tests/roundtrip.rs.

use crate::util::{self, Outcome};
use skink_isa::{Context, Insn, decode_a32, decode_t16, decode_t32, encode, is_t32};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

const THREADS: usize = 2;

/// How many words decode, how many are UNDEFINED, and what went wrong.
#[derive(Default)]
struct Count {
    decoded: u64,
    undefined: u64,
    wrong: Vec<String>,
}

impl Count {
    /// That a decoded word is encoded back (see `Row::normal`), and that its text can be written.
    fn check(&mut self, insn: Option<Insn>, word: u32, cx: Context) {
        let Some(insn) = insn else {
            self.undefined += 1;
            return;
        };
        self.decoded += 1;
        let row = insn.row();
        let normal = row.normal(word);
        let back = encode(row, &insn.op, insn.cond, insn.thumb, cx);
        // Writing takes the most time.
        let silent = word.is_multiple_of(61) && insn.text(word).is_empty();
        if (back != Some(normal) || silent) && self.wrong.len() < 20 {
            self.wrong.push(format!("{}: {word:08x} {insn:?}, back {back:08x?}", row.name));
        }
    }
}

/// `cargo xtask decode-all`
pub(crate) fn command(args: &[String]) -> Outcome {
    if let Some(arg) = args.first() {
        return Err(format!("`decode-all` takes no {arg}"));
    }
    // Unoptimised it would take an hour.
    if cfg!(debug_assertions) {
        let release = ["run", "--release", "--quiet", "--package", "xtask", "--", "decode-all"];
        return util::run(Command::new(util::cargo()).current_dir(util::root()).args(release));
    }
    let plain = Context { in_it: false };
    all("A32", |half, count| {
        for word in half << 16..=half << 16 | 0xffff {
            count.check(decode_a32(word), word, plain);
        }
    })?;
    for (in_it, place) in [(false, "outside IT blocks"), (true, "in IT blocks")] {
        let cx = Context { in_it };
        all(&format!("T16 {place}"), |half, count| {
            if !is_t32(half as u16) {
                count.check(decode_t16(half as u16, cx), half, cx);
            }
        })?;
        all(&format!("T32 {place}"), |half, count| {
            if is_t32(half as u16) {
                for word in half << 16..=half << 16 | 0xffff {
                    count.check(decode_t32(word, cx), word, cx);
                }
            }
        })?;
    }
    Ok(())
}

/// Calls for all halfwords, from several threads, and prints the count.
fn all(what: &str, each: impl Fn(u32, &mut Count) + Sync) -> Outcome {
    let start = Instant::now();
    let next = AtomicU32::new(0);
    let work = || {
        let mut count = Count::default();
        loop {
            let half = next.fetch_add(1, Ordering::Relaxed);
            if half > 0xffff {
                return count;
            }
            each(half, &mut count);
        }
    };
    let counts: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join()).collect()
    });
    let mut total = Count::default();
    for count in counts {
        let count = count.map_err(|_| format!("{what}: a word panicked, see above"))?;
        total.decoded += count.decoded;
        total.undefined += count.undefined;
        total.wrong.extend(count.wrong);
    }
    println!(
        "{what}: {} words decode, {} are UNDEFINED; {:.0} s",
        total.decoded,
        total.undefined,
        start.elapsed().as_secs_f64()
    );
    match total.wrong.is_empty() {
        true => Ok(()),
        false => Err(format!("{what}: not encoded back, or no text:\n{}", total.wrong.join("\n"))),
    }
}
