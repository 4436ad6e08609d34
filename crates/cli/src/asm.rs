//! `skink asm`: assembles a file.

use crate::args::DialectArg;
use clap::ValueEnum;
use skink_asm::build::{Builder, Options};
use skink_asm::lir::Object;
use skink_asm::{Diagnostics, Dialect, FileId, Loader, Sources, emit, flat};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What `skink asm` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct AsmArgs {
    /// What is written.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// The dialect.
    #[arg(long, value_enum, default_value_t = DialectArg::Auto)]
    pub(crate) dialect: DialectArg,
    /// Print a stage instead of writing anything.
    #[arg(long, value_enum)]
    emit: Option<Stage>,
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
    /// A program for Linux.
    Elf,
    /// A relocatable object for a linker; what the GNU dialect is assembled to if nothing is said.
    Obj,
    /// The bytes from the lowest address to the highest.
    Bin,
    /// The University of Manchester's listing, which its tools load; the Manchester dialect's usual one.
    Kmd,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Stage {
    /// What the lexer sees.
    Tokens,
    /// What the parser sees: what was written.
    Ast,
    /// Symbols, sections, fragments.
    Hir,
    /// Addresses and bytes.
    Lir,
    /// Addresses and bytes beside the source.
    Listing,
}

/// The largest image that is written as it is.
const MAX_BINARY: u64 = 256 << 20;

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
    let dialect = args.dialect.of(&text);
    let file = sources.add(args.file.to_string_lossy(), text, None);
    let loader = Files::beside(&args.file, &args.include);
    match dialect {
        Dialect::Gnu => gnu(args, sources, file, &loader),
        Dialect::Manchester => manchester(args, sources, file, &loader),
    }
}

fn gnu(args: &AsmArgs, mut sources: Sources, file: FileId, loader: &Files) -> ExitCode {
    if args.emit == Some(Stage::Ast) {
        let stmts = skink_asm::gnu::statements(&mut sources, file, loader);
        return print(&emit::ast(&sources, &stmts));
    }
    let options = Options { lines: args.emit.is_some() };
    let mut builder = skink_asm::gnu::assemble(&mut sources, file, loader, options);
    if args.emit == Some(Stage::Hir) {
        eprint!("{}", builder.diags.render(&sources));
        return print(&emit::hir(&builder.program, &sources));
    }
    let object = skink_asm::layout::layout(&mut builder.program, &mut builder.diags);
    eprint!("{}", builder.diags.render(&sources));
    if builder.diags.has_errors() {
        return ExitCode::FAILURE;
    }
    match (args.emit, args.format) {
        (Some(Stage::Lir), _) => print(&emit::lir(&builder.program, &object, &sources)),
        (Some(_), _) => refuse("the GNU dialect has the stages ast, hir and lir"),
        (None, None | Some(Format::Obj)) => {
            write(args, "o", &skink_asm::object::write(&builder.program, &object))
        }
        (None, Some(Format::Elf)) => match link(&mut builder, &object, &sources) {
            Some(bytes) => write_program(args, &bytes),
            None => ExitCode::FAILURE,
        },
        (None, Some(_)) => refuse(
            "this format is for programs that say where they are put; the GNU dialect leaves it to a linker",
        ),
    }
}

/// Links, and shows what is said about it.
fn link(builder: &mut Builder, object: &Object, sources: &Sources) -> Option<Vec<u8>> {
    let mut diags = Diagnostics::default();
    let bytes = skink_asm::link::link(&builder.program, object, &mut diags);
    eprint!("{}", diags.render(sources));
    bytes
}

/// Assembles and links a source of the GNU dialect, for `skink run`.
pub(crate) fn program(path: &Path) -> Result<Vec<u8>, ExitCode> {
    let text = std::fs::read(path).map_err(|e| {
        eprintln!("skink: {}: {e}", path.display());
        ExitCode::from(127)
    })?;
    let mut sources = Sources::default();
    let file = sources.add(path.to_string_lossy(), text, None);
    let loader = Files::beside(path, &[]);
    let mut builder = skink_asm::gnu::assemble(&mut sources, file, &loader, Options::default());
    let object = skink_asm::layout::layout(&mut builder.program, &mut builder.diags);
    eprint!("{}", builder.diags.render(&sources));
    if builder.diags.has_errors() {
        return Err(ExitCode::from(126));
    }
    link(&mut builder, &object, &sources).ok_or(ExitCode::from(126))
}

/// Writes a file that may be executed.
fn write_program(args: &AsmArgs, bytes: &[u8]) -> ExitCode {
    let status = write(args, "elf", bytes);
    let output = args.output.clone().unwrap_or_else(|| args.file.with_extension("elf"));
    if let Ok(meta) = std::fs::metadata(&output) {
        let mut permissions = meta.permissions();
        permissions.set_mode(permissions.mode() | 0o111);
        // What cannot be made executable can be run by skink all the same.
        let _ = std::fs::set_permissions(&output, permissions);
    }
    status
}

fn manchester(args: &AsmArgs, mut sources: Sources, file: FileId, loader: &Files) -> ExitCode {
    let assembly = skink_asm::manchester::assemble(&mut sources, file, loader);
    eprint!("{}", assembly.diags.render(&sources));
    match args.emit {
        Some(Stage::Tokens) => return print(&emit::tokens(&sources, &assembly.tokens)),
        Some(Stage::Ast) => return print(&emit::ast(&sources, &assembly.stmts)),
        Some(Stage::Hir) => return print(&emit::hir(&assembly.program, &sources)),
        Some(Stage::Lir) => return print(&emit::lir(&assembly.program, &assembly.object, &sources)),
        Some(Stage::Listing) => return print(&flat::listing::write(&assembly.flat, &sources, file)),
        None => {}
    }
    if assembly.diags.has_errors() {
        return ExitCode::FAILURE;
    }
    match args.format {
        None | Some(Format::Kmd) => {
            write(args, "kmd", flat::kmd::write(&assembly.flat, &sources, file).as_bytes())
        }
        Some(Format::Bin) => match assembly.flat.binary(MAX_BINARY) {
            Some(bytes) => write(args, "bin", &bytes),
            None => refuse("the program's addresses are too far apart for one file"),
        },
        Some(Format::Obj | Format::Elf) => {
            refuse("the Manchester dialect says where its programs are put; there is nothing to link")
        }
    }
}

/// Prints a stage. A reader that went away (a pipe to head) is no error.
fn print(text: &str) -> ExitCode {
    use std::io::Write;
    let _ = std::io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

fn refuse(message: &str) -> ExitCode {
    eprintln!("skink: {message}");
    ExitCode::from(2)
}

fn write(args: &AsmArgs, extension: &str, bytes: &[u8]) -> ExitCode {
    let output = args.output.clone().unwrap_or_else(|| args.file.with_extension(extension));
    if let Err(e) = std::fs::write(&output, bytes) {
        eprintln!("skink: {}: {e}", output.display());
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
