//! From an assembled source to a program for the machine.

use crate::image::{Image, Line, Segment, Source, Symbol};
use crate::report::Message;
use skink_asm::build::Options;
use skink_asm::flat::{Flat, RowKind};
use skink_asm::link::{Target, link};
use skink_asm::manchester::{self, Assembly};
use skink_asm::source::{FileId, Lines, NoFiles};
use skink_asm::{Diagnostics, Loader, Severity, Sources, flow, gnu, layout};

/// A source text and what the assembler made of it.
#[derive(Debug)]
pub struct Program {
    /// The texts, included ones too.
    pub sources: Sources,
    /// The main one.
    pub file: FileId,
    /// Bytes, names and lines. Of a program with errors it is what is right in it, if anything.
    pub flat: Flat,
    /// What there is to say.
    pub diags: Diagnostics,
}

impl Program {
    /// Assembles a text of the Manchester dialect.
    pub fn assemble(name: &str, text: &[u8], loader: &dyn Loader) -> Program {
        let mut sources = Sources::default();
        let file = sources.add(name, text, None);
        let Assembly { flat, diags, .. } = manchester::assemble(&mut sources, file, loader);
        Program { sources, file, flat, diags }
    }

    /// Assembles a text of the GNU dialect: its sections follow each other from address 0.
    pub fn assemble_gnu(name: &str, text: &[u8], loader: &dyn Loader) -> Program {
        let mut sources = Sources::default();
        let file = sources.add(name, text, None);
        let mut builder = gnu::assemble(&mut sources, file, loader, Options { lines: true });
        let mut object = layout::layout(&mut builder.program, &mut builder.diags);
        let (mut program, mut diags) = (builder.program, builder.diags);
        let whole = !diags.has_errors();
        if whole {
            diags.extend(flow::into_data(&program, &object, &sources));
        }
        let linked =
            whole.then(|| link(&mut program, &mut object, Target::Bare { base: 0 }, &mut diags)).flatten();
        let flat = linked.map(|linked| Flat::of_linked(&linked, &sources)).unwrap_or_default();
        Program { sources, file, flat, diags }
    }

    /// Assembles a text that includes no other.
    pub fn from_text(name: &str, text: &str) -> Program {
        Program::assemble(name, text.as_bytes(), &NoFiles)
    }

    /// Whether it can be run.
    pub fn is_whole(&self) -> bool {
        !self.diags.has_errors()
    }

    /// What the assembler had to say, as text.
    pub fn diagnostics(&self) -> String {
        self.diags.render(&self.sources)
    }

    /// What the assembler had to say, as data.
    pub fn messages(&self) -> Vec<Message> {
        messages(&self.diags, &self.sources)
    }

    /// The program for the machine.
    pub fn image(&self) -> Image {
        Image::of(&self.flat, &self.sources)
    }
}

impl Image {
    /// Of a memory image with its line table.
    pub fn of(flat: &Flat, sources: &Sources) -> Image {
        let files = || (0..sources.len() as u32).map(FileId);
        let mut numbers = Lines::new(sources);
        let lines = flat.rows.iter().filter(|row| row.len > 0).map(|row| {
            let span = sources.written(row.span);
            let (source, code) = (span.file.0 as usize, row.kind == RowKind::Code);
            Line { addr: row.addr, len: row.len, source, line: numbers.of(span), code }
        });
        let segment = |s: &skink_asm::flat::Segment| Segment { addr: s.addr, data: s.bytes.clone() };
        let symbol = |l: &skink_asm::flat::Label| Symbol { name: l.name.clone(), addr: l.addr };
        let source = |id| {
            let file = sources.file(id);
            Source { name: file.name.clone(), text: String::from_utf8_lossy(&file.text).into_owned() }
        };
        Image {
            segments: flat.segments.iter().map(segment).collect(),
            entry: flat.entry,
            symbols: flat.symbols.iter().map(symbol).collect(),
            sources: files().map(source).collect(),
            lines: lines.collect(),
        }
    }
}

/// The assembler's messages as data.
pub fn messages(diags: &Diagnostics, sources: &Sources) -> Vec<Message> {
    let mut lines = Lines::new(sources);
    let message = |d: &skink_asm::Diagnostic| {
        let (line, column) = d.span.map_or((0, 0), |span| lines.line_column(span.file, span.start));
        Message {
            severity: match d.severity {
                Severity::Error => "error".into(),
                Severity::Warning => "warning".into(),
                Severity::Note => "note".into(),
            },
            file: d.span.map_or_else(String::new, |span| sources.file(span.file).name.clone()),
            line,
            column,
            message: d.message.clone(),
            notes: d.notes.iter().chain(&d.help).cloned().collect(),
        }
    };
    let mut list: Vec<&skink_asm::Diagnostic> = diags.list().iter().collect();
    list.sort_by_key(|d| d.span.map(|span| (span.file, span.start)));
    list.into_iter().map(message).collect()
}
