//! Memory as bytes and as instructions.

use super::state::State;
use crate::base64;
use crate::message::{Answer, Failure, Request};
use serde::Deserialize;
use serde_json::{Value, json};
use skink_debug::{CodeRow, Session};

/// The most that is read or disassembled at a time.
const BYTES: u64 = 16 << 20;
const INSTRUCTIONS: usize = 1 << 16;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Read {
    memory_reference: String,
    #[serde(default)]
    offset: i64,
    count: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Write {
    memory_reference: String,
    #[serde(default)]
    offset: i64,
    #[serde(default)]
    allow_partial: bool,
    data: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Disassemble {
    memory_reference: String,
    #[serde(default)]
    offset: i64,
    #[serde(default)]
    instruction_offset: i64,
    instruction_count: usize,
    #[serde(default)]
    resolve_symbols: bool,
}

/// The address that a reference means: one that was given, or an expression that the user types.
pub(super) fn address(session: &Session, reference: &str, offset: i64) -> Result<u32, Failure> {
    let addr = reference.strip_prefix("0x").and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let addr = match addr {
        Some(addr) => addr,
        None => session.evaluate(reference)? as u32,
    };
    u32::try_from(i64::from(addr).saturating_add(offset)).map_err(|_| {
        Failure(format!("expected an address of 32 bits, found {reference} and {offset} bytes from there"))
    })
}

pub(super) fn read(_: &mut State, session: &mut Session, request: &Request) -> Answer {
    let wanted: Read = request.arguments()?;
    let addr = address(session, &wanted.memory_reference, wanted.offset)?;
    let count = wanted.count.min(BYTES).min((1 << 32) - u64::from(addr)) as usize;
    let bytes = session.read_some(addr, count)?;
    let mut body = json!({"address": format!("{addr:#010x}")});
    if bytes.len() < count {
        body["unreadableBytes"] =
            session.unreadable(addr.wrapping_add(bytes.len() as u32), count - bytes.len()).into();
    }
    if !bytes.is_empty() {
        body["data"] = base64::encode(&bytes).into();
    }
    Ok(body)
}

pub(super) fn write(state: &mut State, session: &mut Session, request: &Request) -> Answer {
    let wanted: Write = request.arguments()?;
    let addr = address(session, &wanted.memory_reference, wanted.offset)?;
    let mut data = base64::decode(&wanted.data)
        .ok_or_else(|| Failure::new("expected data in base64, found something else"))?;
    if wanted.allow_partial {
        data.truncate(session.read_some(addr, data.len())?.len());
    }
    session.write(addr, &data)?;
    if state.client.supports_memory_event {
        let reference = &wanted.memory_reference;
        let body = json!({"memoryReference": reference, "offset": wanted.offset, "count": data.len()});
        state.event("memory", body);
    }
    if state.client.supports_invalidated_event {
        state.event("invalidated", json!({"areas": ["all"]}));
    }
    Ok(json!({"offset": 0, "bytesWritten": data.len()}))
}

pub(super) fn disassemble(state: &mut State, session: &mut Session, request: &Request) -> Answer {
    let wanted: Disassemble = request.arguments()?;
    let addr = address(session, &wanted.memory_reference, wanted.offset)?;
    let count = wanted.instruction_count.min(INSTRUCTIONS);
    let rows = session.code_window(addr, wanted.instruction_offset.saturating_neg(), count);
    let mut last = None;
    let bodies: Vec<Value> = rows
        .iter()
        .map(|row| {
            let mut body = instruction(session, row, wanted.resolve_symbols);
            // A line is named where it begins.
            let line = session.program().line_at(row.addr());
            if let (Some(line), CodeRow::Code(_)) = (line, row) {
                let at = Some((line.file.clone(), line.line));
                if last != at {
                    state.sources.find_texts(session, &line.file);
                    body["location"] = state.sources.body(&line.file);
                    body["line"] = state.client.line(line.line).into();
                    last = at;
                }
            }
            body
        })
        .collect();
    Ok(json!({"instructions": bodies}))
}

fn instruction(session: &Session, row: &CodeRow, symbols: bool) -> Value {
    let address = format!("{:#010x}", row.addr());
    let CodeRow::Code(line) = row else {
        return json!({"address": address, "instruction": "(nothing is here)", "presentationHint": "invalid"});
    };
    // As the manual writes an encoding: the first halfword first.
    let unit = if line.place.thumb { 2 } else { 4 };
    let word = |bytes: &[u8]| bytes.iter().rev().map(|byte| format!("{byte:02x}")).collect::<String>();
    let bytes = line.bytes.chunks(unit).map(word).collect::<Vec<String>>().join(" ");
    let mark = if line.changed { " ; not what was loaded" } else { "" };
    let target = session.branch_target(&line.text).map_or(String::new(), |name| format!(" <{name}>"));
    let mut body = json!({
        "address": address,
        "instructionBytes": bytes,
        "instruction": format!("{}{target}{mark}", line.text.replace('\t', " ")),
    });
    if symbols && let Some(symbol) = session.program().symbol_at(row.addr()) {
        body["symbol"] = symbol.to_string().into();
    }
    body
}
