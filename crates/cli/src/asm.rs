//! `skink asm`: assembles a file.

use clap::ValueEnum;
use skink_asm::build::Options;
use skink_asm::{Loader, Sources};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What `skink asm` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct AsmArgs {
    /// What is written.
    #[arg(long, value_enum, default_value_t = Format::Obj)]
    format: Format,
    /// Where it is written; without, beside the source.
    #[arg(short = 'o', long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Directories that .include and .incbin are looked up in.
    #[arg(short = 'I', value_name = "DIR")]
    include: Vec<PathBuf>,
    /// The source.
    file: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A relocatable object for a linker.
    Obj,
}

/// Files beside the source, and in the directories of `-I`.
pub(crate) struct Files {
    directories: Vec<PathBuf>,
}

impl Files {
    pub(crate) fn beside(file: &Path, more: &[PathBuf]) -> Files {
        let beside = file.parent().unwrap_or(Path::new("")).to_path_buf();
        Files {
            directories: [PathBuf::new()].into_iter().chain([beside]).chain(more.iter().cloned()).collect(),
        }
    }
}

impl Loader for Files {
    fn load(&self, name: &str) -> Result<Vec<u8>, String> {
        let mut error = String::new();
        for directory in &self.directories {
            match std::fs::read(directory.join(name)) {
                Ok(bytes) => return Ok(bytes),
                Err(e) => error = e.to_string(),
            }
        }
        Err(error)
    }
}

pub(crate) fn asm(args: &AsmArgs) -> ExitCode {
    let text = match std::fs::read(&args.file) {
        Ok(text) => text,
        Err(e) => {
            eprintln!("skink: {}: {e}", args.file.display());
            return ExitCode::FAILURE;
        }
    };
    let mut sources = Sources::default();
    let file = sources.add(args.file.to_string_lossy(), text, None);
    let loader = Files::beside(&args.file, &args.include);
    let mut builder = skink_asm::gnu::assemble(&mut sources, file, &loader, Options::default());
    let object = skink_asm::layout::layout(&mut builder.program, &mut builder.diags);
    eprint!("{}", builder.diags.render(&sources));
    if builder.diags.has_errors() {
        return ExitCode::FAILURE;
    }
    let bytes = match args.format {
        Format::Obj => skink_asm::object::write(&builder.program, &object),
    };
    let output = args.output.clone().unwrap_or_else(|| args.file.with_extension("o"));
    if let Err(e) = std::fs::write(&output, bytes) {
        eprintln!("skink: {}: {e}", output.display());
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
