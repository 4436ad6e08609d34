//! The texts that are assembled, and places in them.

use std::sync::Arc;

/// A text: a file, or what a macro was expanded to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A piece of a text, in bytes from its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// Which text.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// Makes one.
    pub fn new(file: FileId, start: usize, end: usize) -> Span {
        Span { file, start: start as u32, end: end as u32 }
    }

    /// From the start of this to the end of another of the same text.
    pub fn to(self, end: Span) -> Span {
        Span { end: end.end.max(self.end), ..self }
    }
}

/// One text.
#[derive(Debug, Clone)]
pub struct File {
    /// Its name as it was asked for.
    pub name: String,
    /// What it says; not necessarily UTF-8.
    pub text: Arc<[u8]>,
    /// Where it was included or expanded.
    pub origin: Option<Span>,
    /// Whether it is the expansion of a macro rather than a file.
    pub expansion: bool,
}

/// Reads the files that a source names. Only the command line reads the file system.
pub trait Loader {
    /// The contents of a file named in an `.include` or `.incbin`.
    ///
    /// # Errors
    ///
    /// Why it cannot be had, as a phrase for a diagnostic.
    fn load(&self, name: &str) -> Result<Vec<u8>, String>;
}

/// A loader that has no files.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoFiles;

impl Loader for NoFiles {
    fn load(&self, _: &str) -> Result<Vec<u8>, String> {
        Err("no other files can be read here".into())
    }
}

/// All texts of a run.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<File>,
}

impl Sources {
    /// Adds a file.
    pub fn add(
        &mut self,
        name: impl Into<String>,
        text: impl Into<Arc<[u8]>>,
        origin: Option<Span>,
    ) -> FileId {
        self.push(File { name: name.into(), text: text.into(), origin, expansion: false })
    }

    /// Adds the expansion of the macro of that name, called at `origin`.
    pub fn add_expansion(
        &mut self,
        name: impl Into<String>,
        text: impl Into<Arc<[u8]>>,
        origin: Span,
    ) -> FileId {
        self.push(File { name: name.into(), text: text.into(), origin: Some(origin), expansion: true })
    }

    fn push(&mut self, file: File) -> FileId {
        self.files.push(file);
        FileId(self.files.len() as u32 - 1)
    }

    /// A text.
    pub fn file(&self, id: FileId) -> &File {
        &self.files[id.0 as usize]
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The bytes of a span.
    pub fn slice(&self, span: Span) -> &[u8] {
        self.file(span.file).text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// Line and column of a byte, from 1. The text is searched: this is for messages, not for every line.
    pub fn line_column(&self, file: FileId, at: u32) -> (u32, u32) {
        let before = &self.file(file).text[..(at as usize).min(self.file(file).text.len())];
        let line = before.iter().filter(|&&b| b == b'\n').count() as u32 + 1;
        let start = before.iter().rposition(|&b| b == b'\n').map_or(0, |i| i + 1);
        let column = String::from_utf8_lossy(&before[start..]).chars().count() as u32 + 1;
        (line, column)
    }

    /// The text of a line, from 1, without its end.
    pub fn line(&self, file: FileId, line: u32) -> &[u8] {
        let mut lines = self.file(file).text.split(|&b| b == b'\n');
        let text = lines.nth(line.saturating_sub(1) as usize).unwrap_or_default();
        text.strip_suffix(b"\r").unwrap_or(text)
    }
}
