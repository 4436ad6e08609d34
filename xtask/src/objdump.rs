//! `cargo xtask objdump`: every instruction of Debian's big armhf libraries, as skink prints it and as GNU
//! objdump does.
//!
//! Twice: the decoder and printer alone, on the words that objdump takes for instructions, in the set it takes
//! them for; and `skink disasm` as a whole, line by line. The libraries are stripped, so much of what objdump
//! takes for instructions is data: words that no compiler writes. A static program linked here has mapping
//! symbols, and no rule but the first few applies to it.

use crate::objdumprules::{Pair, RULES};
use crate::util::{self, Outcome, Tally, at};
use skink_isa::{Cond, Context, Insn, Op, decode_a32, decode_t16, decode_t32};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

const OBJDUMP: &str = "arm-linux-gnueabihf-objdump";
const GCC: &str = "arm-linux-gnueabihf-gcc";

/// libc6, libstdc++6 and libssl3's libcrypto.
const LIBRARIES: &[&str] = &["libc.so.6", "libstdc++.so.6", "libcrypto.so.3"];

/// Pulls a good part of libc.a and libm.a in, which have mapping symbols.
const STATIC_PROGRAM: &str = "#include <stdio.h>\n#include <math.h>\n#include <stdlib.h>\n\
    int main(int n, char **v) { printf(\"%f %Lf\\n\", sin(atof(v[1])) + pow(n, fma(n, n, n)), (long double)n); }\n";

/// `cargo xtask objdump`
pub(crate) fn command(args: Vec<String>) -> Outcome {
    let mut args = args;
    let show = util::take_value(&mut args, "--show")?.map_or(Ok(20), |n| n.parse());
    let show = show.map_err(|_| "--show takes a number")?;
    if let Some(arg) = args.first() {
        return Err(format!("`objdump` takes no {arg}"));
    }
    util::build_skink()?;
    suite(show)?.into_outcome()
}

/// All comparisons, each one check.
pub(crate) fn suite(show: usize) -> Outcome<Tally> {
    let mut tally = Tally::default();
    let mut used = vec![0u64; RULES.len()];
    let mut files: Vec<PathBuf> =
        LIBRARIES.iter().map(|name| util::sysroot().join("usr/lib/arm-linux-gnueabihf").join(name)).collect();
    files.push(static_program()?);
    for file in &files {
        let theirs = output(Command::new(OBJDUMP).args(["-d", "-z"]).arg(file))?;
        let theirs: Vec<Line> = theirs.lines().filter_map(Line::parse).collect();
        let printed = theirs.iter().scan(0, |it, line| Some(print(line, it)));
        let whole = output(Command::new(util::skink()).arg("disasm").arg(file))?;
        let whole: BTreeMap<u32, Line> =
            whole.lines().filter_map(Line::parse).map(|line| (line.addr, line)).collect();
        for (what, ours) in [
            ("words", printed.collect::<Vec<_>>()),
            (
                "listing",
                theirs
                    .iter()
                    .map(|line| whole.get(&line.addr).map_or("nothing".into(), |ours| ours.seen(line)))
                    .collect(),
            ),
        ] {
            tally.count(compare(file, what, &theirs, &ours, &mut used, show));
        }
    }
    println!("differences on purpose:");
    for (rule, count) in RULES.iter().zip(&used) {
        println!("{count:>8}  {}", rule.reason);
        if *count == 0 {
            println!("          this rule is never used: take it out");
        }
    }
    tally.count(used.iter().all(|&count| count > 0));
    Ok(tally)
}

/// Compares the texts of a file's instructions and says what differs.
fn compare(file: &Path, what: &str, theirs: &[Line], ours: &[String], used: &mut [u64], show: usize) -> bool {
    let mut wrong: BTreeMap<&str, (u64, String)> = BTreeMap::new();
    let (mut purpose, mut differ) = (0, 0);
    for (line, ours) in theirs.iter().zip(ours) {
        if *ours == line.text {
            continue;
        }
        let pair = Pair { word: line.word, state: line.state, theirs: &line.text, ours };
        if let Some(rule) = RULES.iter().position(|rule| (rule.applies)(&pair)) {
            used[rule] += 1;
            purpose += 1;
            continue;
        }
        differ += 1;
        let mnemonic = line.text.split(' ').next().unwrap_or_default();
        let example = || {
            format!(
                "{:x}: {:08x} {:?} objdump `{}` skink `{ours}`",
                line.addr, line.word, line.state, line.text
            )
        };
        wrong.entry(mnemonic).or_insert_with(|| (0, example())).0 += 1;
    }
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    println!("{name} {what}: {} instructions, {purpose} differ on purpose, {differ} differ", theirs.len());
    let mut wrong: Vec<_> = wrong.into_values().collect();
    wrong.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    wrong.iter().take(show).for_each(|(count, example)| println!("{count:>8} {example}"));
    differ == 0 && theirs.len() > 10_000
}

/// What a line's words are taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Arm,
    Thumb16,
    Thumb32,
}

/// A line of a listing.
struct Line {
    addr: u32,
    /// First halfword first.
    word: u32,
    state: State,
    /// Blanks made one, comments taken off; empty for UNDEFINED.
    text: String,
}

impl Line {
    /// Lines of data and labels are `None`.
    fn parse(line: &str) -> Option<Line> {
        let mut parts = line.splitn(3, '\t');
        let (addr, words, text) = (parts.next()?, parts.next()?, parts.next()?);
        let addr = u32::from_str_radix(addr.trim().strip_suffix(':')?, 16).ok()?;
        let words: Vec<&str> = words.split_whitespace().collect();
        let (word, state) = match words[..] {
            [word] if word.len() == 8 => (word.to_owned(), State::Arm),
            [half] if half.len() == 4 => (half.to_owned(), State::Thumb16),
            [first, second] => (format!("{first}{second}"), State::Thumb32),
            _ => return None,
        };
        let text = normal(text);
        if text.starts_with('.') {
            return None;
        }
        Some(Line { addr, word: u32::from_str_radix(&word, 16).ok()?, state, text })
    }

    /// The text, if the same words were taken for the same.
    fn seen(&self, theirs: &Line) -> String {
        if (self.word, self.state) == (theirs.word, theirs.state) {
            self.text.clone()
        } else {
            format!("{:08x} {:?} {}", self.word, self.state, self.text)
        }
    }
}

/// The text without comments, the name of a branch's target, and more than one blank.
fn normal(text: &str) -> String {
    let text = text.split(['@', ';']).next().unwrap_or_default();
    // `<illegal ...>`, `<und>`, `<UNPREDICTABLE>` stay.
    let text = match text.find(" <") {
        Some(at) if !text[at..].starts_with(" <illegal") && !text[at..].starts_with(" <und") => &text[..at],
        _ => text,
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A line's words as the decoder and the printer of skink have them, `it` being ITSTATE.
fn print(line: &Line, it: &mut u8) -> String {
    let cx = Context { in_it: *it != 0 };
    let insn: Option<Insn> = match line.state {
        State::Arm => decode_a32(line.word),
        State::Thumb16 => decode_t16(line.word as u16, cx),
        State::Thumb32 => decode_t32(line.word, cx),
    };
    if line.state == State::Arm {
        *it = 0;
    }
    let cond = (*it != 0).then(|| Cond::from_bits(*it as u32 >> 4));
    *it = if *it & 7 == 0 { 0 } else { *it & 0xe0 | *it << 1 & 0x1f };
    let Some(mut insn) = insn else { return String::new() };
    if let (Some(cond), Cond::Al) = (cond, insn.cond) {
        insn.cond = cond;
    }
    if let Op::It(x) = insn.op {
        *it = (x.block.firstcond as u8) << 4 | x.block.mask;
    }
    normal(&insn.text(line.addr))
}

fn output(command: &mut Command) -> Outcome<String> {
    let shown = util::show(command);
    let output =
        command.output().map_err(|err| format!("`{shown}`: {err}; `cargo xtask setup` installs it"))?;
    if !output.status.success() {
        return Err(format!(
            "`{shown}` ended with {}: {}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    String::from_utf8(output.stdout).map_err(|err| format!("`{shown}`: {err}"))
}

fn static_program() -> Outcome<PathBuf> {
    let dir = util::target_dir().join("objdump");
    at(&dir, std::fs::create_dir_all(&dir))?;
    let (source, program) = (dir.join("static.c"), dir.join("static"));
    at(&source, std::fs::write(&source, STATIC_PROGRAM))?;
    util::run_quiet(Command::new(GCC).args(["-O2", "-static", "-o"]).arg(&program).arg(&source).arg("-lm"))?;
    Ok(program)
}
