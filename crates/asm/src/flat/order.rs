//! The lines of a program in the order in which they were read, with what each made.

use super::{Flat, Row};
use crate::source::{FileId, Lines, Sources, line_starts};
use std::collections::HashMap;

/// A source line.
pub(super) struct SourceLine<'f> {
    /// The file.
    pub(super) file: FileId,
    /// The line, from 1.
    pub(super) number: u32,
    /// Its text, with anything that is not UTF-8 replaced.
    pub(super) text: String,
    /// What it made, in order.
    pub(super) rows: Vec<&'f Row>,
}

/// Calls with each line: an included file's lines come behind the line that includes it.
pub(super) fn lines<'f>(
    flat: &'f Flat,
    sources: &Sources,
    file: FileId,
    each: &mut dyn FnMut(SourceLine<'f>),
) {
    let mut made: HashMap<(FileId, u32), Vec<&Row>> = HashMap::new();
    let mut numbers = Lines::new(sources);
    for row in &flat.rows {
        made.entry((row.span.file, numbers.of(row.span))).or_default().push(row);
    }
    let mut included: HashMap<(FileId, u32), Vec<FileId>> = HashMap::new();
    for id in (0..sources.len() as u32).map(FileId) {
        if let Some(origin) = sources.file(id).origin {
            included.entry((origin.file, numbers.of(origin))).or_default().push(id);
        }
    }
    walk(sources, file, &mut made, &included, each);
}

fn walk<'f>(
    sources: &Sources,
    file: FileId,
    made: &mut HashMap<(FileId, u32), Vec<&'f Row>>,
    included: &HashMap<(FileId, u32), Vec<FileId>>,
    each: &mut dyn FnMut(SourceLine<'f>),
) {
    let text = &sources.file(file).text;
    let starts = line_starts(text);
    for (index, &start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).map_or(text.len(), |&next| next as usize);
        let line = text[start as usize..end].trim_ascii_end();
        if start as usize == text.len() && !made.contains_key(&(file, index as u32 + 1)) {
            break;
        }
        let number = index as u32 + 1;
        let rows = made.remove(&(file, number)).unwrap_or_default();
        each(SourceLine { file, number, text: String::from_utf8_lossy(line).into_owned(), rows });
        // A file is included once for each time that it is named, so this ends.
        for &inner in included.get(&(file, number)).into_iter().flatten() {
            walk(sources, inner, made, included, each);
        }
    }
}
