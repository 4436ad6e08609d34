//! What `skink asm` writes, and where.

use crate::args::DialectArg;
use skink_asm::build::Options;
use skink_asm::flat::{Flat, kmd};
use skink_asm::link::{Target, link};
use skink_asm::{Diagnostic, Diagnostics, Dialect, FileId, Sources, debug, flow, gnu, layout, manchester};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::ExitCode;

/// The largest image that is written as it is.
const MAX_BINARY: u64 = 256 << 20;

/// What comes of a source.
pub(super) enum Out {
    /// A stage, for standard output.
    Print(String),
    /// A file; the extension that it has if nothing is said.
    File(&'static str, Vec<u8>),
    /// A file that may be executed.
    Program(Vec<u8>),
}

impl Out {
    /// Writes it, beside the source if nothing else is said.
    pub(super) fn put(self, output: Option<&Path>, source: &Path) -> ExitCode {
        let (extension, bytes, executable) = match self {
            Out::Print(text) => {
                use std::io::Write;
                // A reader that went away (a pipe to head) is no error.
                let _ = std::io::stdout().write_all(text.as_bytes());
                return ExitCode::SUCCESS;
            }
            Out::File(extension, bytes) => (extension, bytes, false),
            Out::Program(bytes) => ("elf", bytes, true),
        };
        let path = output.map_or_else(|| source.with_extension(extension), Path::to_path_buf);
        if let Err(e) = std::fs::write(&path, bytes) {
            eprintln!("skink: {}: {e}", path.display());
            return ExitCode::from(2);
        }
        if let Some(meta) = std::fs::metadata(&path).ok().filter(|_| executable) {
            let mut permissions = meta.permissions();
            permissions.set_mode(permissions.mode() | 0o111);
            // What cannot be made executable can be run by skink all the same.
            let _ = std::fs::set_permissions(&path, permissions);
        }
        ExitCode::SUCCESS
    }
}

/// A memory image, as it is or as a listing.
pub(super) fn image(
    listed: bool,
    flat: &Flat,
    sources: &Sources,
    file: FileId,
    diags: &mut Diagnostics,
) -> Option<Out> {
    if listed {
        return Some(Out::File("kmd", kmd::write(flat, sources, file).into_bytes()));
    }
    let bytes = flat.binary(MAX_BINARY);
    if bytes.is_none() {
        diags.push(Diagnostic::global("the program's addresses are too far apart for one file"));
    }
    bytes.map(|bytes| Out::File("bin", bytes))
}

/// The executable of a program that says where it is put.
pub(super) fn placed(
    flat: &Flat,
    sources: &Sources,
    file: FileId,
    directory: &str,
    diags: &mut Diagnostics,
) -> Option<Vec<u8>> {
    let (mut program, mut object) = flat.placed();
    debug::add(&mut program, &mut object, sources, file, directory);
    link(&mut program, &mut object, Target::Bare { base: 0 }, diags).map(|linked| linked.file())
}

/// Assembles and links a source of whichever dialect as a program for Linux, for `skink run`.
pub(crate) fn linux_program(path: &Path, dialect: DialectArg) -> Result<Vec<u8>, ExitCode> {
    let text = std::fs::read(path).map_err(|e| {
        eprintln!("skink: {}: {e}", path.display());
        ExitCode::from(127)
    })?;
    let mut sources = Sources::default();
    let dialect = dialect.of(&text);
    let file = sources.add(path.to_string_lossy(), text, None);
    let loader = super::Files::beside(path, &[]);
    let directory = super::directory();
    let (bytes, diags) = match dialect {
        Dialect::Gnu => {
            let mut builder = gnu::assemble(&mut sources, file, &loader, Options { lines: true });
            let mut object = layout::layout(&mut builder.program, &mut builder.diags);
            let (program, mut diags) = (&mut builder.program, builder.diags);
            let whole = !diags.has_errors();
            if whole {
                diags.extend(flow::into_data(program, &object, &sources));
            }
            debug::add(program, &mut object, &sources, file, &directory);
            let linked = whole.then(|| link(program, &mut object, Target::Linux, &mut diags)).flatten();
            (linked.map(|linked| linked.file()), diags)
        }
        Dialect::Manchester => {
            let assembly = manchester::assemble(&mut sources, file, &loader);
            let (flat, mut diags) = (assembly.flat, assembly.diags);
            let whole = !diags.has_errors();
            let low = flat.range().map_or(0, |(low, _)| low);
            if whole && low < LOWEST {
                let message = format!(
                    "the program begins at {low:#x}, and Linux keeps addresses below {LOWEST:#x} free"
                );
                diags.push(Diagnostic::global(message).help("begin it with ORG 0x10000"));
            }
            let whole = !diags.has_errors();
            let bytes = whole.then(|| placed(&flat, &sources, file, &directory, &mut diags)).flatten();
            (bytes, diags)
        }
    };
    eprint!("{}", diags.render(&sources));
    bytes.ok_or(ExitCode::from(126))
}

/// `/proc/sys/vm/mmap_min_addr` as Linux distributions set it; ARM programs begin there.
const LOWEST: u32 = 0x1_0000;
