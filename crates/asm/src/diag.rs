//! What the assembler says about a source: collected, never only the first, and shown as rustc shows it.

use crate::source::{Lines, Sources, Span};
use std::fmt::Write;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The source wants it said (`.print`).
    Note,
    /// It assembles, and surprises.
    Warning,
    /// It does not assemble.
    Error,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad.
    pub severity: Severity,
    /// One sentence without a full stop.
    pub message: String,
    /// The text it is about.
    pub span: Option<Span>,
    /// What stands under the underlined text.
    pub label: String,
    /// Other places that belong to it.
    pub others: Vec<(Span, String)>,
    /// Facts that explain it.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Vec<String>,
}

impl Diagnostic {
    fn new(severity: Severity, span: Option<Span>, message: impl Into<String>) -> Diagnostic {
        let (label, others, notes, help) = Default::default();
        Diagnostic { severity, message: message.into(), span, label, others, notes, help }
    }

    /// An error at a place.
    pub fn error(span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Error, Some(span), message)
    }

    /// A warning at a place.
    pub fn warning(span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Warning, Some(span), message)
    }

    /// What the source itself says.
    pub fn note_at(span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Note, Some(span), message)
    }

    /// An error about the whole.
    pub fn global(message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Error, None, message)
    }

    /// Writes under the underlined text.
    pub fn label(mut self, label: impl Into<String>) -> Diagnostic {
        self.label = label.into();
        self
    }

    /// Shows another place too.
    pub fn other(mut self, span: Span, label: impl Into<String>) -> Diagnostic {
        self.others.push((span, label.into()));
        self
    }

    /// Adds a fact.
    pub fn note(mut self, note: impl Into<String>) -> Diagnostic {
        self.notes.push(note.into());
        self
    }

    /// Adds advice.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help.push(help.into());
        self
    }
}

/// All that was said.
#[derive(Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    errors: usize,
}

impl Diagnostics {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.errors += (diagnostic.severity == Severity::Error) as usize;
        self.list.push(diagnostic);
    }

    /// Adds several.
    pub fn extend(&mut self, list: impl IntoIterator<Item = Diagnostic>) {
        list.into_iter().for_each(|d| self.push(d));
    }

    /// Adds an error with a message alone.
    pub fn error(&mut self, span: Span, message: impl Into<String>) {
        self.push(Diagnostic::error(span, message));
    }

    /// Adds a fact to what was said last.
    pub(crate) fn note_last(&mut self, note: &str) {
        self.list.last_mut().into_iter().for_each(|d| d.notes.push(note.into()));
    }

    /// Whether any of it is an error.
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// How many errors there are.
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// What was said, in the order in which it was found.
    pub fn list(&self) -> &[Diagnostic] {
        &self.list
    }

    /// All of it in the order of the text, as text.
    pub fn render(&self, sources: &Sources) -> String {
        let mut list: Vec<&Diagnostic> = self.list.iter().collect();
        list.sort_by_key(|d| d.span.map(|span| (span.file, span.start)));
        let mut out = String::new();
        let mut lines = Lines::new(sources);
        list.iter().for_each(|d| render(&mut out, d, sources, &mut lines));
        out
    }
}

/// Writes one message. Writing to a String does not fail, so results are dropped.
fn render(out: &mut String, d: &Diagnostic, sources: &Sources, lines: &mut Lines<'_>) {
    let severity = match d.severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let _ = writeln!(out, "{severity}: {}", d.message);
    let mut width = 1;
    if let Some(span) = d.span {
        let spans = d.others.iter().map(|(span, _)| *span).chain([span]);
        width = spans.map(|span| lines.of(span)).max().unwrap_or(1).to_string().len();
        snippet(out, span, &d.label, ('^', "-->"), width, sources, lines);
        for (span, label) in &d.others {
            snippet(out, *span, label, ('-', ":::"), width, sources, lines);
        }
        let mut origin = sources.file(span.file).origin;
        while let Some(at) = origin {
            let (line, column) = lines.line_column(at.file, at.start);
            let what = if sources.file(span.file).expansion { "expanded" } else { "included" };
            let name = &sources.file(at.file).name;
            let _ = writeln!(out, "{:width$} = note: {what} at {name}:{line}:{column}", "");
            origin = sources.file(at.file).origin;
        }
    }
    for (what, texts) in [("note", &d.notes), ("help", &d.help)] {
        for text in texts {
            let _ = writeln!(out, "{:width$} = {what}: {text}", "");
        }
    }
    out.push('\n');
}

fn snippet(
    out: &mut String,
    span: Span,
    label: &str,
    (mark, arrow): (char, &str),
    width: usize,
    sources: &Sources,
    lines: &mut Lines<'_>,
) {
    let (line, column) = lines.line_column(span.file, span.start);
    let text = String::from_utf8_lossy(lines.text(span.file, line)).replace('\t', " ");
    let name = &sources.file(span.file).name;
    // A span over several lines is underlined to the end of its first.
    let room = text.chars().count().saturating_sub(column as usize - 1);
    let slice = String::from_utf8_lossy(sources.slice(span)).chars().count();
    let marks = mark.to_string().repeat(slice.min(room).max(1));
    let _ = writeln!(out, "{:width$}{arrow} {name}:{line}:{column}", "");
    let _ = writeln!(out, "{:width$} |", "");
    let _ = writeln!(out, "{line:width$} | {}", text.trim_end());
    let pad = " ".repeat(column as usize - 1);
    let _ = writeln!(out, "{:width$} | {}", "", format!("{pad}{marks} {label}").trim_end());
}
