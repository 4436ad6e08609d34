//! Threads and their stacks.

use super::state::{FrameOf, Meaning, State};
use crate::message::{Answer, Request};
use serde::Deserialize;
use serde_json::{Value, json};
use skink_debug::Session;

/// The most frames that are shown at a time.
const MOST: usize = 1000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Trace {
    thread_id: u32,
    #[serde(default)]
    start_frame: usize,
    #[serde(default)]
    levels: usize,
}

pub(super) fn threads(_: &mut State, session: &mut Session, _: &Request) -> Answer {
    let name = |thread: &skink_debug::Thread| {
        let name = session.personality().thread_name(thread.id);
        name.map_or_else(|| format!("thread {}", thread.number), |name| format!("{name} ({})", thread.number))
    };
    let threads = session.threads();
    let bodies: Vec<Value> =
        threads.iter().map(|thread| json!({"id": thread.number, "name": name(thread)})).collect();
    Ok(json!({"threads": bodies}))
}

pub(super) fn trace(state: &mut State, session: &mut Session, request: &Request) -> Answer {
    let wanted: Trace = request.arguments()?;
    session.thread()?;
    session.select_thread(wanted.thread_id)?;
    let levels = if wanted.levels == 0 { MOST } else { wanted.levels.min(MOST) };
    // One more, to know whether there are more.
    let frames = session.frames(wanted.start_frame.saturating_add(levels).saturating_add(1))?;
    let total = frames.len();
    let mut bodies = Vec::new();
    for (level, frame) in frames.iter().enumerate().skip(wanted.start_frame).take(levels) {
        let id = state.references.add(Meaning::Frame(FrameOf { thread: wanted.thread_id, level }));
        let symbol = session.program().symbol_at(frame.lookup());
        let name = frame.function.clone().or_else(|| symbol.map(|symbol| symbol.name));
        let name = name.unwrap_or_else(|| format!("{:#010x}", frame.pc));
        let is_label = name.starts_with("<signal");
        let mut body = json!({
            "id": id,
            "name": name,
            "line": 0,
            "column": 0,
            "instructionPointerReference": format!("{:#010x}", frame.pc),
        });
        if let Some(module) = session.program().module_at(frame.pc) {
            body["moduleId"] = format!("{:#x} {}", module.bias(), module.name()).into();
        }
        match &frame.line {
            Some(line) => {
                state.sources.find_texts(session, &line.file);
                body["line"] = state.client.line(line.line).into();
                body["column"] = state.client.column(line.column).into();
                body["source"] = state.sources.body(&line.file);
            }
            // Whose text nobody has is of less interest.
            None => body["presentationHint"] = if is_label { "label" } else { "subtle" }.into(),
        }
        bodies.push(body);
    }
    Ok(json!({"stackFrames": bodies, "totalFrames": total}))
}
