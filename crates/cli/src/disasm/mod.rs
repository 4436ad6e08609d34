//! `skink disasm FILE`: the instructions of a program or library, in the format of `objdump -d`.
//!
//! [`image`] reads the file, [`listing`] writes the text; neither believes what the file says.

mod again;
pub(crate) mod image;
mod listing;

use image::Image;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What can be said about a listing.
#[derive(Debug, clap::Args)]
pub(crate) struct DisasmArgs {
    /// Begin at this address.
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    start: Option<u32>,
    /// End before this address.
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    end: Option<u32>,
    /// All sections that have contents in memory, not only the executable ones.
    #[arg(long)]
    all: bool,
    /// Print text that `skink asm` assembles to the same bytes.
    #[arg(long, conflicts_with_all = ["start", "end"])]
    reassemble: bool,
    /// The file to look at.
    file: PathBuf,
}

/// An address in hexadecimal, with or without 0x in front, as the listing prints it.
fn address(text: &str) -> Result<u32, String> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    u32::from_str_radix(digits, 16).map_err(|_| "expected an address of 32 bits in hexadecimal".into())
}

/// Writes the listing to standard output.
pub(crate) fn disasm(args: &DisasmArgs) -> ExitCode {
    match show(args, &mut io::BufWriter::new(io::stdout().lock())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("skink: {}: {message}", args.file.display());
            ExitCode::FAILURE
        }
    }
}

fn show(args: &DisasmArgs, out: &mut dyn Write) -> Result<(), String> {
    let bytes = read(&args.file)?;
    let image = Image::parse(&bytes, args.all)?;
    let range = args.start.unwrap_or(0).into()..args.end.map_or(1 << 32, u64::from);
    let name = args.file.to_string_lossy();
    if args.reassemble {
        return match again::write(out, &name, &image).and_then(|()| out.flush()) {
            Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(e.to_string()),
            _ => Ok(()),
        };
    }
    match listing::write(out, &name, &image, range).and_then(|()| out.flush()) {
        // A reader that went away (a pipe to head) is no error.
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(e.to_string()),
        _ => Ok(()),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    if path.is_dir() {
        return Err("is a directory".into());
    }
    std::fs::read(path).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests;
