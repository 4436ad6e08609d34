//! `skink jit FILE --at ADDRESS`: how code is translated, and the same for `--log jit`.
//!
//! Each guest instruction stands on a line; under it what the Builder made of it, what the passes left, and
//! the host's instructions, side by side.

use crate::disasm::image::{Image, State};
use iced_x86::{Decoder, DecoderOptions, Formatter, Instruction, IntelFormatter};
use skink_engine::ir::{Node, Trace};
use skink_engine::{Made, Translator, TranslatorOptions};
use skink_isa::{Context, decode_a32, decode_t16, decode_t32, is_t32};
use skink_machine::memory::PAGE;
use skink_machine::{Backing, Mapping, Memory, Prot};
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// What to show.
#[derive(Debug, clap::Args)]
pub(crate) struct JitArgs {
    /// Where the code begins: in hexadecimal, bit 0 set for Thumb code, or a symbol.
    #[arg(long, value_name = "ADDRESS")]
    at: String,
    /// Only the guest's and the host's instructions.
    #[arg(long)]
    host: bool,
    /// Look up an absolute path under DIR first.
    #[arg(short = 'L', long, value_name = "DIR")]
    sysroot: Option<PathBuf>,
    /// A program or library.
    file: PathBuf,
}

/// Widths of the columns of nodes.
const COLUMN: usize = 46;

/// Shows one translation.
pub(crate) fn jit(args: &JitArgs) -> ExitCode {
    match shown(args) {
        Ok(text) => {
            // A reader that went away (a pipe to head) is no error.
            let _ = io::stdout().lock().write_all(text.as_bytes());
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("skink: {}: {message}", args.file.display());
            ExitCode::FAILURE
        }
    }
}

fn shown(args: &JitArgs) -> Result<String, String> {
    let path = match (&args.sysroot, args.file.strip_prefix("/")) {
        (Some(dir), Ok(rest)) if dir.join(rest).exists() => dir.join(rest),
        _ => args.file.clone(),
    };
    let bytes = read(&path)?;
    let image = Image::parse(&bytes, false)?;
    let (addr, thumb) = place(&image, &args.at)?;
    let memory = Arc::new(load(&image).map_err(|e| e.to_string())?);
    let translator =
        Translator::new(memory.clone(), TranslatorOptions::default()).map_err(|e| e.to_string())?;
    let shown = translator
        .show(addr, thumb, skink_engine::Mode::Plain)
        .ok_or_else(|| format!("nothing can be translated at {addr:#x}"))?;
    let host = host_code(&shown.bytes, &shown.steps, 0);
    let columns = match args.host {
        true => vec![host],
        false => vec![nodes(&shown.built), nodes(&shown.optimised), host],
    };
    Ok(table(&memory, &shown.optimised, &columns))
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    if path.is_dir() {
        return Err("is a directory".into());
    }
    std::fs::read(path).map_err(|e| e.to_string())
}

/// The address that a word stands for, and whether Thumb code is there.
fn place(image: &Image<'_>, word: &str) -> Result<(u32, bool), String> {
    let symbols = || image.regions.iter().flat_map(|region| &region.symbols);
    let digits = word.strip_prefix("0x").unwrap_or(word);
    let addr = match symbols().find(|(_, symbol)| symbol.name == word) {
        Some((&addr, _)) => addr,
        None => u32::from_str_radix(digits, 16)
            .map_err(|_| format!("--at: `{word}` is neither a symbol nor an address in hexadecimal"))?,
    };
    let at = addr & !1;
    let state = image
        .regions
        .iter()
        .filter(|region| (region.addr..region.addr + region.bytes.len() as u32).contains(&at))
        .find_map(|region| region.states.range(..=at).next_back());
    Ok((at, addr & 1 != 0 || state.is_some_and(|(_, &state)| state == State::Thumb)))
}

/// The file's code in a memory of its own.
fn load(image: &Image<'_>) -> io::Result<Memory> {
    let memory = Memory::new()?;
    let mut pages = std::collections::BTreeSet::new();
    for region in &image.regions {
        let end = region.addr as u64 + region.bytes.len() as u64;
        pages.extend((region.addr / PAGE..end.div_ceil(PAGE.into()) as u32).map(|page| page * PAGE));
    }
    for &addr in &pages {
        memory.map(&Mapping {
            addr,
            len: PAGE.into(),
            prot: Prot::RW | Prot::EXEC,
            shared: false,
            backing: Backing::Anonymous,
            host_flags: 0,
            name: "".into(),
        })?;
    }
    for region in &image.regions {
        memory.write(region.addr, region.bytes).map_err(|fault| io::Error::other(format!("{fault:?}")))?;
    }
    Ok(memory)
}

/// A translation as it is made, for `--log jit`.
pub(crate) fn translation(made: &Made<'_>) -> String {
    let host = host_code(made.bytes, made.steps, made.at as u64);
    let columns = [nodes(made.trace), host];
    let first = made.trace.steps.first().map_or(0, |step| step.insn.site.addr);
    let head = format!("jit: {first:08x} at {:#x}, {} bytes\n", made.at, made.bytes.len());
    head + &table(made.memory, made.trace, &columns)
}

/// The nodes of each instruction that are left.
fn nodes(trace: &Trace) -> Vec<Vec<String>> {
    let line = |i: u32| match &trace.nodes[i as usize] {
        Node::Dead => None,
        node => Some(short(&format!("v{i} = {node:?}"))),
    };
    let interpreted = |step: bool| step.then(|| "(interpreted)".to_owned());
    trace
        .steps
        .iter()
        .map(|step| {
            interpreted(step.interpreted).into_iter().chain((step.start..step.end).filter_map(line)).collect()
        })
        .collect()
}

/// `Val(3)` as `v3`.
fn short(text: &str) -> String {
    let mut parts = text.split("Val(");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part.split_once(')').unwrap_or((part, ""));
        out += &format!("v{number}{rest}");
    }
    out
}

/// The host's instructions for each of the guest's; the last have what stands behind the trace.
fn host_code(bytes: &[u8], steps: &[usize], at: u64) -> Vec<Vec<String>> {
    let mut lines = vec![Vec::new(); steps.len().max(1)];
    let mut decoder = Decoder::with_ip(64, bytes, at, DecoderOptions::NONE);
    let mut formatter = IntelFormatter::new();
    formatter.options_mut().set_first_operand_char_index(8);
    let mut insn = Instruction::default();
    while decoder.can_decode() {
        decoder.decode_out(&mut insn);
        let mut text = String::new();
        formatter.format(&insn, &mut text);
        let offset = (insn.ip() - at) as usize;
        let step = steps.iter().rposition(|&start| start <= offset).unwrap_or(0);
        lines[step].push(format!("{offset:04x}  {text}"));
    }
    lines
}

/// All columns, under their guest instructions.
fn table(memory: &Memory, trace: &Trace, columns: &[Vec<Vec<String>>]) -> String {
    let mut out = String::new();
    for (i, step) in trace.steps.iter().enumerate() {
        let site = step.insn.site;
        // A String takes everything.
        let _ = writeln!(out, "{:08x}: {}", site.addr, guest(memory, site.addr, site.thumb, step.insn.it));
        let cells: Vec<&[String]> =
            columns.iter().map(|column| column.get(i).map_or(&[][..], |c| c)).collect();
        let rows = cells.iter().map(|cell| cell.len()).max().unwrap_or(0);
        for row in 0..rows {
            let mut line = "   ".to_owned();
            for (c, cell) in cells.iter().enumerate() {
                let text = cell.get(row).map_or("", String::as_str);
                let width = if c + 1 == cells.len() { 0 } else { COLUMN };
                let _ = write!(line, " {text:<width$}");
            }
            let _ = writeln!(out, "{}", line.trim_end());
        }
    }
    let _ = writeln!(out, "{:08x}: end", trace.end);
    out
}

/// A guest instruction as the disassembler has it.
fn guest(memory: &Memory, addr: u32, thumb: bool, it: u8) -> String {
    let cx = Context { in_it: it != 0 };
    let (insn, hex) = if thumb {
        let half = |addr| memory.load16(addr).unwrap_or(0);
        let (first, second) = (half(addr), half(addr.wrapping_add(2)));
        if is_t32(first) {
            (decode_t32((first as u32) << 16 | second as u32, cx), format!("{first:04x} {second:04x}"))
        } else {
            (decode_t16(first, cx), format!("{first:04x}"))
        }
    } else {
        let word = memory.load32(addr).unwrap_or(0);
        (decode_a32(word), format!("{word:08x}"))
    };
    let text = insn.map_or_else(|| "undefined".to_owned(), |insn| insn.text(addr).replace('\t', " "));
    format!("{hex:<9} {text}")
}
