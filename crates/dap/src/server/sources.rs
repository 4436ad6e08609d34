//! Sources, the lines in them that have code, and modules.

use super::state::{Meaning, State};
use crate::message::{Answer, Failure, Request};
use serde::Deserialize;
use serde_json::{Value, json};
use skink_debug::Session;
use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

/// A source as the client names it.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct SourceArgument {
    name: Option<String>,
    path: Option<String>,
    source_reference: Option<i64>,
}

/// Which source of the program's is which of the client's.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    /// The client's paths by the program's, where they differ.
    clients: HashMap<String, String>,
    /// Sources that are no files, by their numbers from 1.
    texts: Vec<String>,
}

fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

impl SourceArgument {
    /// The source that a path names.
    pub(super) fn at(path: &str) -> SourceArgument {
        SourceArgument { path: Some(path.to_owned()), ..SourceArgument::default() }
    }

    /// What the client calls it, if that is a path or a name.
    pub(super) fn path(&self) -> Option<&String> {
        let numbered = self.source_reference.is_some_and(|reference| reference > 0);
        self.path.as_ref().or(self.name.as_ref()).filter(|_| !numbered)
    }
}

impl Sources {
    /// The program's path for a source of the client's: the same file. A program that was built elsewhere has other
    /// directories: then the last parts of the path decide, as many as there are, if they leave one source only. Two
    /// files that are both there are two files, whatever they are called.
    pub(super) fn of_client(
        &mut self,
        source: &SourceArgument,
        session: &Session,
    ) -> Result<String, Failure> {
        if let Some(reference) = source.source_reference.filter(|reference| *reference > 0) {
            let known = usize::try_from(reference - 1).ok().and_then(|at| self.texts.get(at));
            return known.cloned().ok_or_else(|| {
                Failure(format!("expected a sourceReference that was given before, found {reference}"))
            });
        }
        let path = source.path().ok_or_else(|| Failure::new("expected a source with a path, found none"))?;
        if let Some((ours, _)) = self.clients.iter().find(|(_, client)| *client == path) {
            return Ok(ours.clone());
        }
        let known = session.program().sources();
        let resolved = std::fs::canonicalize(path).ok();
        let same = |ours: &&String| {
            *ours == path || resolved.is_some() && std::fs::canonicalize(ours).ok() == resolved
        };
        if let Some(ours) = known.iter().find(same) {
            if ours != path {
                self.clients.insert(ours.clone(), path.clone());
            }
            return Ok(ours.clone());
        }
        let shared =
            |ours: &String| ours.rsplit('/').zip(path.rsplit('/')).take_while(|(a, b)| a == b).count();
        let most = known.iter().map(shared).max().unwrap_or(0);
        let mut best = known.iter().filter(|ours| shared(ours) == most);
        match (best.next(), best.next()) {
            (Some(ours), None) if most > 0 && !self.is_another(ours, resolved.is_some()) => {
                self.clients.insert(ours.clone(), path.clone());
                Ok(ours.clone())
            }
            _ => Ok(path.clone()),
        }
    }

    /// Whether a source of the program's cannot be one of the client's that has another path: it is one already, or
    /// both are there.
    fn is_another(&self, ours: &str, client_is_there: bool) -> bool {
        self.clients.contains_key(ours) || client_is_there && Path::new(ours).is_file()
    }

    /// A source as the client wants it.
    pub(super) fn body(&self, file: &str) -> Value {
        let client = self.clients.get(file).cloned();
        let absolute = || {
            let path = std::path::absolute(file).ok()?;
            path.is_file().then(|| path.display().to_string())
        };
        if let Some(path) = client.or_else(absolute) {
            return json!({"name": base(file), "path": path});
        }
        match self.texts.iter().position(|text| text == file) {
            Some(at) => json!({"name": base(file), "sourceReference": at + 1}),
            // An editor that is given no path shows the instructions.
            None => {
                let origin = format!("{file} is not there");
                json!({"name": base(file), "origin": origin, "presentationHint": "deemphasize"})
            }
        }
    }

    /// Numbers those sources that are in the program itself and are no files.
    pub(super) fn find_texts(&mut self, session: &Session, file: &str) {
        let is_file = std::path::absolute(file).is_ok_and(|path| path.is_file());
        if !is_file
            && !self.texts.iter().any(|text| text == file)
            && session.program().source_text(file).is_some()
        {
            self.texts.push(file.to_owned());
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SourceRequest {
    source: Option<SourceArgument>,
    source_reference: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Lines {
    source: SourceArgument,
    line: u32,
    end_line: Option<u32>,
}

pub(super) fn source(state: &mut State, session: &mut Session, request: &Request) -> Answer {
    let wanted: SourceRequest = request.arguments()?;
    let mut source = wanted.source.unwrap_or_default();
    if source.source_reference.is_none_or(|reference| reference == 0) {
        source.source_reference = wanted.source_reference;
    }
    let path = state.sources.of_client(&source, session)?;
    let text = session.source_text(&path);
    let text = text.ok_or_else(|| Failure(format!("{path}: the source is not there, or cannot be read")))?;
    Ok(json!({"content": text, "mimeType": "text/plain"}))
}

pub(super) fn loaded(state: &mut State, session: &mut Session, _: &Request) -> Answer {
    let sources = session.program().sources();
    sources.iter().for_each(|file| state.sources.find_texts(session, file));
    let bodies: Vec<Value> = sources.iter().map(|file| state.sources.body(file)).collect();
    Ok(json!({"sources": bodies}))
}

/// The most lines that are asked for at once.
const LINES: u32 = 10_000;

pub(super) fn breakpoint_locations(state: &mut State, session: &mut Session, request: &Request) -> Answer {
    let wanted: Lines = request.arguments()?;
    let path = state.sources.of_client(&wanted.source, session)?;
    let first = state.client.our_line(wanted.line);
    let last = wanted.end_line.map_or(first, |line| state.client.our_line(line));
    let last = last.min(first.saturating_add(LINES));
    let mut lines = Vec::new();
    let mut line = first;
    // Each answer is the next line with code: those between have none.
    while line <= last {
        let Some(found) = session.program().addresses_of(&path, line).first().map(|found| found.line) else {
            break;
        };
        if found > last {
            break;
        }
        lines.push(json!({"line": state.client.line(found)}));
        line = found.saturating_add(1);
    }
    Ok(json!({"breakpoints": lines}))
}

pub(super) fn goto_targets(state: &mut State, session: &mut Session, request: &Request) -> Answer {
    let wanted: Lines = request.arguments()?;
    let path = state.sources.of_client(&wanted.source, session)?;
    let line = state.client.our_line(wanted.line);
    let mut targets = Vec::new();
    for found in session.program().addresses_of(&path, line) {
        let place = skink_debug::Place { addr: found.addr, thumb: found.thumb };
        let label = match &found.function {
            Some(function) => format!("{function}, line {}", found.line),
            None => format!("line {}", found.line),
        };
        targets.push(json!({
            "id": state.references.add(Meaning::Target(place)),
            "label": label,
            "line": state.client.line(found.line),
            "instructionPointerReference": format!("{:#010x}", found.addr),
        }));
    }
    Ok(json!({"targets": targets}))
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Page {
    start_module: usize,
    module_count: usize,
}

pub(super) fn modules(_: &mut State, session: &mut Session, request: &Request) -> Answer {
    let page: Page = request.arguments()?;
    let modules = session.program().modules();
    let bodies: Vec<Value> = modules
        .map(|module| module_body(module.name(), module.bias(), module.ranges(), module.has_lines()))
        .collect();
    let total = bodies.len();
    let count = if page.module_count == 0 { total } else { page.module_count };
    let bodies: Vec<Value> = bodies.into_iter().skip(page.start_module).take(count).collect();
    Ok(json!({"modules": bodies, "totalModules": total}))
}

/// A module as the client sees it.
pub(super) fn module_body(name: &str, bias: u32, ranges: &[Range<u32>], has_lines: bool) -> Value {
    let mut body = json!({
        "id": format!("{bias:#x} {name}"),
        "name": base(name),
        "symbolStatus": if has_lines { "Symbols and lines" } else { "Symbols without lines" },
    });
    if Path::new(name).is_absolute() {
        body["path"] = name.into();
    }
    let start = ranges.iter().map(|range| range.start).min();
    let end = ranges.iter().map(|range| range.end).max();
    if let (Some(start), Some(end)) = (start, end) {
        body["addressRange"] = format!("{start:#010x}-{end:#010x}").into();
    }
    body
}
