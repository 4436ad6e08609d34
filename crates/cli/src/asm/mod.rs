//! `skink asm`: assembles a file, and shows its stages.

mod output;

use crate::args::DialectArg;
use clap::ValueEnum;
use output::Out;
pub(crate) use output::linux_program;
use skink_asm::build::Options;
use skink_asm::link::{Target, link};
use skink_asm::{
    Diagnostics, Dialect, FileId, Loader, Sources, debug, emit, flat, flow, gnu, layout, manchester, object,
};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What `skink asm` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct AsmArgs {
    /// What is written; obj for the GNU dialect and kmd for the Manchester dialect if nothing is said.
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
    /// Directories that files are looked up in which the source includes.
    #[arg(short = 'I', value_name = "DIR")]
    include: Vec<PathBuf>,
    /// Put a line table of the source into an object of the GNU dialect; elf always has one.
    #[arg(short = 'g')]
    lines: bool,
    /// The address at which bin and kmd of the GNU dialect begin.
    #[arg(long, value_name = "ADDRESS", default_value = "0", value_parser = address)]
    base: u32,
    /// The source.
    file: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A program: of the GNU dialect for Linux, of the Manchester dialect at the addresses that it says.
    Elf,
    /// A relocatable object for a linker.
    Obj,
    /// The bytes from the lowest address to the highest.
    Bin,
    /// The University of Manchester's listing, which its tools load.
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

/// `0x8000`, `32768`.
fn address(text: &str) -> Result<u32, String> {
    let parsed = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => text.parse(),
    };
    parsed.map_err(|_| "expected an address of 32 bits".into())
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

    fn directory(&self) -> String {
        std::env::current_dir().map_or_else(|_| String::new(), |dir| dir.to_string_lossy().into_owned())
    }
}

pub(crate) fn asm(args: &AsmArgs) -> ExitCode {
    let text = match std::fs::read(&args.file) {
        Ok(text) => text,
        Err(e) => {
            eprintln!("skink: {}: {e}", args.file.display());
            return ExitCode::from(2);
        }
    };
    let mut sources = Sources::default();
    let dialect = args.dialect.of(&text);
    let file = sources.add(args.file.to_string_lossy(), text, None);
    let loader = Files::beside(&args.file, &args.include);
    let (out, diags) = match dialect {
        Dialect::Gnu => gnu(args, &mut sources, file, &loader),
        Dialect::Manchester => manchester(args, &mut sources, file, &loader),
    };
    eprint!("{}", diags.render(&sources));
    match out {
        Some(out) => out.put(args.output.as_deref(), &args.file),
        None => ExitCode::FAILURE,
    }
}

/// Where the source was read, for its line table.
fn directory() -> String {
    std::env::current_dir().map_or_else(|_| String::new(), |dir| dir.to_string_lossy().into_owned())
}

/// What comes of a text, if it is right, and what there is to say about it.
type Result2 = (Option<Out>, Diagnostics);

fn gnu(args: &AsmArgs, sources: &mut Sources, file: FileId, loader: &Files) -> Result2 {
    let stage = args.emit;
    if stage == Some(Stage::Tokens) {
        let text = sources.file(file).text.clone();
        let list: Vec<_> = gnu::tokens(&text).into_iter().map(|token| (file, token)).collect();
        return (Some(Out::Print(emit::tokens(sources, &list))), Diagnostics::default());
    }
    if stage == Some(Stage::Ast) {
        let stmts = gnu::statements(sources, file, loader);
        return (Some(Out::Print(emit::ast(sources, &stmts))), Diagnostics::default());
    }
    let format = args.format.unwrap_or(Format::Obj);
    let options = Options { lines: stage.is_some() || args.lines || format != Format::Obj };
    let mut builder = gnu::assemble(sources, file, loader, options);
    if stage == Some(Stage::Hir) {
        return (Some(Out::Print(emit::hir(&builder.program, sources))), builder.diags);
    }
    let mut object = layout::layout(&mut builder.program, &mut builder.diags);
    let (program, mut diags) = (&mut builder.program, builder.diags);
    match stage {
        Some(Stage::Lir) => return (Some(Out::Print(emit::lir(program, &object, sources))), diags),
        Some(_) => {
            let rows = flat::Flat::of_object(program, &object, sources);
            return (Some(Out::Print(flat::listing::write(&rows, sources, file))), diags);
        }
        None if diags.has_errors() => return (None, diags),
        None => {}
    }
    // Without its lines nothing can be said about a program's flow.
    diags.extend(flow::into_data(program, &object, sources));
    if args.lines || format == Format::Elf {
        debug::add(program, &mut object, sources, file, &directory());
    }
    let target = match format {
        Format::Obj => return (Some(Out::File("o", object::write(program, &object))), diags),
        Format::Elf => Target::Linux,
        Format::Bin | Format::Kmd => Target::Bare { base: args.base },
    };
    let Some(linked) = link(program, &mut object, target, &mut diags) else { return (None, diags) };
    let out = match format {
        Format::Elf => Some(Out::Program(linked.file())),
        _ => output::image(
            format == Format::Kmd,
            &flat::Flat::of_linked(&linked, sources),
            sources,
            file,
            &mut diags,
        ),
    };
    (out, diags)
}

fn manchester(args: &AsmArgs, sources: &mut Sources, file: FileId, loader: &Files) -> Result2 {
    let format = args.format.unwrap_or(Format::Kmd);
    let assembly = match format {
        Format::Obj if args.emit.is_none() => manchester::assemble_relocatable(sources, file, loader),
        _ => manchester::assemble(sources, file, loader),
    };
    let mut diags = assembly.diags;
    let flat = &assembly.flat;
    let printed = args.emit.map(|stage| match stage {
        Stage::Tokens => emit::tokens(sources, &assembly.tokens),
        Stage::Ast => emit::ast(sources, &assembly.stmts),
        Stage::Hir => emit::hir(&assembly.program, sources),
        Stage::Lir => emit::lir(&assembly.program, &assembly.object, sources),
        Stage::Listing => flat::listing::write(flat, sources, file),
    });
    if let Some(text) = printed {
        return (Some(Out::Print(text)), diags);
    }
    if diags.has_errors() {
        return (None, diags);
    }
    let out = match format {
        Format::Kmd | Format::Bin => output::image(format == Format::Kmd, flat, sources, file, &mut diags),
        Format::Elf => output::placed(flat, sources, file, &directory(), &mut diags).map(Out::Program),
        Format::Obj => flat.relocatable(&mut diags).map(|(mut program, mut object)| {
            debug::add(&mut program, &mut object, sources, file, &directory());
            Out::File("o", object::write(&program, &object))
        }),
    };
    (out, diags)
}
