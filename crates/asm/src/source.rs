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

    /// Where the assembler runs: line tables of DWARF 5 say it if the source does not.
    fn directory(&self) -> String {
        String::new()
    }
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

    /// The place in a file that a span stands for: where a macro was called, if it is in an expansion.
    pub fn written(&self, mut span: Span) -> Span {
        while let File { expansion: true, origin: Some(origin), .. } = self.file(span.file) {
            span = *origin;
        }
        span
    }

    /// Line and column of a byte, from 1. The text is searched: this is for messages, not for every line.
    pub fn line_column(&self, file: FileId, at: u32) -> (u32, u32) {
        let text = &self.file(file).text;
        let at = (at as usize).min(text.len());
        let line = (0..at).filter(|&i| ends_line(text, i)).count() as u32 + 1;
        let start = (0..at).rev().find(|&i| ends_line(text, i)).map_or(0, |i| i + 1);
        let column = String::from_utf8_lossy(&text[start..at]).chars().count() as u32 + 1;
        (line, column)
    }
}

/// Whether a line ends with a byte: LF, CR or CRLF.
fn ends_line(text: &[u8], at: usize) -> bool {
    text[at] == b'\n' || text[at] == b'\r' && text.get(at + 1) != Some(&b'\n')
}

/// Where each line of a text starts.
pub fn line_starts(text: &[u8]) -> Vec<u32> {
    let ends = (0..text.len()).filter(|&at| ends_line(text, at));
    std::iter::once(0).chain(ends.map(|at| at as u32 + 1)).collect()
}

/// The lines of many places: each text is searched once.
pub struct Lines<'s> {
    sources: &'s Sources,
    starts: Vec<Option<Vec<u32>>>,
}

impl Lines<'_> {
    /// Of these texts.
    pub fn new(sources: &Sources) -> Lines<'_> {
        Lines { sources, starts: vec![None; sources.len()] }
    }

    fn starts(&mut self, file: FileId) -> &[u32] {
        let text = &self.sources.file(file).text;
        self.starts[file.0 as usize].get_or_insert_with(|| line_starts(text))
    }

    /// The line of a span's first byte, from 1.
    pub fn of(&mut self, span: Span) -> u32 {
        self.starts(span.file).partition_point(|&start| start <= span.start) as u32
    }

    /// Line and column of a byte, from 1; see [`Sources::line_column`].
    pub fn line_column(&mut self, file: FileId, at: u32) -> (u32, u32) {
        let line = self.of(Span { file, start: at, end: at });
        let start = self.starts(file)[line as usize - 1] as usize;
        let text = &self.sources.file(file).text;
        let before = text.get(start..(at as usize).min(text.len())).unwrap_or_default();
        (line, String::from_utf8_lossy(before).chars().count() as u32 + 1)
    }

    /// The text of a line, from 1, without its end.
    pub fn text(&mut self, file: FileId, line: u32) -> &[u8] {
        let starts = self.starts(file);
        let start = starts.get((line as usize).saturating_sub(1)).copied();
        let end = starts.get(line as usize).copied();
        let text = &self.sources.file(file).text;
        let start = start.map_or(text.len(), |at| at as usize);
        let line = &text[start..end.map_or(text.len(), |at| at as usize)];
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        line.strip_suffix(b"\r").unwrap_or(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_in_three_ways() {
        let mut sources = Sources::default();
        let file = sources.add("a", &b"one\rtwo\r\nthree\nfour"[..], None);
        for (at, line, column, text) in
            [(0, 1, 1, "one"), (4, 2, 1, "two"), (6, 2, 3, "two"), (9, 3, 1, "three"), (17, 4, 3, "four")]
        {
            assert_eq!(sources.line_column(file, at), (line, column));
            let mut lines = Lines::new(&sources);
            assert_eq!(lines.line_column(file, at), (line, column));
            assert_eq!(lines.text(file, line), text.as_bytes());
        }
        assert_eq!(Lines::new(&sources).text(file, 9), b"");
    }
}
