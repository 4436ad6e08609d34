//! `skink elf FILE`.

use skink_linux::elf::{Elf, FileSource, listing};
use std::fs::File;
use std::path::Path;
use std::process::ExitCode;

/// Prints the headers, or what is wrong with them.
pub(crate) fn list(path: &Path) -> ExitCode {
    match read(path) {
        Ok(text) => {
            use std::io::Write;
            // A reader that went away (a pipe to head) is no error.
            let _ = std::io::stdout().write_all(text.as_bytes());
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("skink: {}: {message}", path.display());
            ExitCode::FAILURE
        }
    }
}

fn read(path: &Path) -> Result<String, String> {
    let file = File::open(path).map_err(|e| e.to_string())?;
    if file.metadata().map_err(|e| e.to_string())?.is_dir() {
        return Err("is a directory".into());
    }
    let source = FileSource::new(&file).map_err(|e| e.to_string())?;
    Ok(listing(&Elf::parse(&source).map_err(|e| e.to_string())?))
}
