//! Commands about values: print, x, set, find.

use super::{Flow, Interpreter, Out};
use crate::Error;
use crate::points::Place;
use skink_debuginfo::Value;

/// What `x` goes on with.
#[derive(Debug, Default)]
pub(super) struct Examined {
    next: u32,
    format: Format,
}

/// `/COUNT FORMAT SIZE` of `x` and `print`.
#[derive(Debug, Clone, Copy)]
struct Format {
    count: usize,
    letter: char,
    /// Bytes of a unit.
    size: usize,
}

impl Default for Format {
    fn default() -> Format {
        Format { count: 1, letter: 'x', size: 4 }
    }
}

/// The most units that one command shows.
const MOST: usize = 1 << 16;

/// Takes `/8xw` off a command's text.
fn format(text: &str, default: Format) -> Result<(Format, &str), Error> {
    let Some(rest) = text.strip_prefix('/') else { return Ok((Format { count: 1, ..default }, text)) };
    let (word, rest) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
    let digits = word.len() - word.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let mut format = Format { count: 1, ..default };
    if digits > 0 {
        format.count = word[..digits].parse().unwrap_or(MOST).min(MOST);
    }
    for letter in word[digits..].chars() {
        match letter {
            'b' => format.size = 1,
            'h' => format.size = 2,
            'w' => format.size = 4,
            'g' => format.size = 8,
            'x' | 'd' | 'u' | 'o' | 't' | 'a' | 'c' | 's' | 'i' | 'f' | 'z' => format.letter = letter,
            other => return Err(Error::new(format!("Undefined output format \"{other}\"."))),
        }
    }
    match format.letter {
        'a' => format.size = 4,
        'c' if !word.contains(['h', 'w', 'g']) => format.size = 1,
        'f' if format.size < 4 => format.size = 4,
        _ => {}
    }
    Ok((format, rest.trim()))
}

impl Interpreter {
    fn unit(&self, format: Format, bits: u64) -> String {
        let shift = 64 - 8 * format.size as u32;
        let bits = bits << shift >> shift;
        let signed = (bits << shift) as i64 >> shift;
        let digits = 2 * format.size;
        match format.letter {
            'd' => signed.to_string(),
            'u' => bits.to_string(),
            'o' => format!("{}{bits:o}", if bits == 0 { "" } else { "0" }),
            't' => format!("{bits:b}"),
            'c' => format!("{signed} '{}'", character(bits as u8)),
            'f' if format.size == 8 => format!("{:?}", f64::from_bits(bits)),
            'f' => format!("{:?}", f32::from_bits(bits as u32)),
            'z' => format!("0x{bits:0digits$x}"),
            'a' => match self.session.program().symbol_at(bits as u32) {
                Some(symbol) => format!("{bits:#x} <{symbol}>"),
                None => format!("{bits:#x}"),
            },
            _ => format!("{bits:#x}"),
        }
    }

    fn units(&self, format: Format, start: u32, out: Out<'_>) -> Result<u32, Error> {
        let per_line = match (format.letter, format.size) {
            ('a', _) | (_, 8) => 2,
            ('t', 1) => 8,
            ('t', _) => 2,
            (_, 4) => 4,
            _ => 8,
        };
        let mut addr = start;
        for first in (0..format.count).step_by(per_line) {
            let name = self.session.program().symbol_at(addr).map_or(String::new(), |s| format!(" <{s}>"));
            let mut line = format!("{addr:#x}{name}:");
            for _ in first..format.count.min(first + per_line) {
                let mut bytes = [0; 8];
                bytes[..format.size].copy_from_slice(&self.session.read(addr, format.size)?);
                let padded = if format.letter == 'x' { Format { letter: 'z', ..format } } else { format };
                line += &format!("\t{}", self.unit(padded, u64::from_le_bytes(bytes)));
                addr = addr.wrapping_add(format.size as u32);
            }
            out(&(line + "\n"));
        }
        Ok(addr)
    }

    fn strings(&self, format: Format, start: u32, out: Out<'_>) -> Result<u32, Error> {
        let mut addr = start;
        for _ in 0..format.count {
            let (string, end) = match self.session.memory()?.read_cstr(addr, 200)? {
                Some(string) => (string, ""),
                None => (self.session.read(addr, 200)?, "..."),
            };
            let text: String = string.iter().map(|byte| character(*byte).replace('"', "\\\"")).collect();
            out(&format!("{addr:#x}:\t\"{text}\"{end}\n"));
            addr = addr.wrapping_add(string.len() as u32 + end.is_empty() as u32);
        }
        Ok(addr)
    }
}

/// As C writes it.
fn character(byte: u8) -> String {
    match byte {
        0 => "\\000".to_owned(),
        b'\'' | b'"' => (byte as char).to_string(),
        b'\n' | b'\t' | b'\r' | b'\\' => (byte as char).escape_default().to_string(),
        0x20..=0x7e => (byte as char).to_string(),
        _ => format!("\\{byte:03o}"),
    }
}

pub(super) fn print(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let formatted = text.starts_with('/');
    let (format, expression) = format(text, Format { count: 1, letter: 'd', size: 4 })?;
    if expression.is_empty() {
        return Err(Error::new("Argument required (expression to compute)."));
    }
    if let Some((target, value)) = assignment(expression) {
        assign(i, target, value)?;
    }
    let value = i.value(assignment(expression).map_or(expression, |(target, _)| target))?;
    let shown = match formatted.then(|| i.scalar(&value)).and_then(Result::ok) {
        Some(bits) if !matches!(format.letter, 's' | 'i') => {
            let size = value.ty.size().next_power_of_two().clamp(1, 8) as usize;
            i.unit(Format { size, ..format }, bits)
        }
        _ => value.display(i.session.program(), &**i.session.memory()?, Default::default()),
    };
    i.printed.push(value);
    out(&format!("${} = {shown}\n", i.printed.len()));
    Ok(Flow::More)
}

/// Splits `TARGET = VALUE`, but not a comparison.
fn assignment(text: &str) -> Option<(&str, &str)> {
    let at = text.find('=')?;
    let before = text[..at].chars().next_back()?;
    let equals = text[at + 1..].starts_with('=') || "=!<>".contains(before);
    (!equals).then(|| (text[..at].trim(), text[at + 1..].trim()))
}

impl Interpreter {
    /// An expression; `$` and `$1` alone are values printed before.
    fn value(&self, text: &str) -> Result<Value, Error> {
        let history = match text.strip_prefix('$') {
            Some("") => self.printed.last(),
            Some(number) => number.parse::<usize>().ok().and_then(|n| self.printed.get(n.checked_sub(1)?)),
            None => None,
        };
        history.map_or_else(|| self.session.value(text), |value| Ok(value.clone()))
    }

    fn scalar(&self, value: &Value) -> Result<u64, Error> {
        let memory = &**self.session.memory()?;
        value.scalar(memory).map_err(|_| Error::new("Expected a number, found something else."))
    }
}

fn assign(i: &mut Interpreter, target: &str, value: &str) -> Result<(), Error> {
    let value = i.value(value)?;
    i.session.assign(target, &value)
}

pub(super) fn set(i: &mut Interpreter, text: &str, _: Out<'_>) -> Result<Flow, Error> {
    let text = text.strip_prefix("variable ").or(text.strip_prefix("var ")).unwrap_or(text);
    let first = text.split_whitespace().next().unwrap_or_default();
    // Settings of gdb that scripts begin with and that mean nothing here.
    if matches!(
        first,
        "confirm"
            | "pagination"
            | "height"
            | "width"
            | "style"
            | "verbose"
            | "print"
            | "disassemble-next-line"
    ) {
        return Ok(Flow::More);
    }
    let (target, value) =
        assignment(text).ok_or_else(|| Error::new(format!("Expected TARGET = VALUE, found `{text}'.")))?;
    assign(i, target, value)?;
    Ok(Flow::More)
}

pub(super) fn examine(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let (format, expression) = format(text, i.examined.format)?;
    let start = match expression {
        "" => i.examined.next,
        _ => i.session.evaluate(expression)? as u32,
    };
    i.examined.format = format;
    i.examined.next = match format.letter {
        'i' => {
            let thumb = start & 1 != 0 || i.session.is_thumb(start);
            i.instructions(Place { addr: start & !1, thumb }, u32::MAX, format.count, out)?
        }
        's' => i.strings(format, start, out)?,
        _ => i.units(format, start, out)?,
    };
    Ok(Flow::More)
}

pub(super) fn find(i: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    let (size, rest) = match text.strip_prefix('/') {
        Some(rest) => {
            let (size, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            let bytes = match size {
                "b" => 1,
                "h" => 2,
                "w" => 4,
                "g" => 8,
                other => return Err(Error::new(format!("Expected find/b, /h, /w or /g, found /{other}."))),
            };
            (bytes, rest)
        }
        None => (4, text),
    };
    let mut parts = rest.splitn(3, ',').map(str::trim);
    let (Some(start), Some(end), Some(values)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(Error::new("Expected find START, END, VALUE..."));
    };
    let start = i.session.evaluate(start)? as u32;
    let end = match end.strip_prefix('+') {
        Some(length) => u64::from(start) + i.session.evaluate(length)? as u64,
        None => i.session.evaluate(end)? as u32 as u64 + 1,
    };
    let mut pattern = Vec::new();
    for value in values.split(',').map(str::trim) {
        match value.strip_prefix('"').and_then(|v| v.strip_suffix('"')) {
            Some(string) => pattern.extend_from_slice(string.as_bytes()),
            None => pattern.extend_from_slice(&i.session.evaluate(value)?.to_le_bytes()[..size]),
        }
    }
    let found = i.session.search(start, end, &pattern, 1000)?;
    for addr in &found {
        let name = i.session.program().symbol_at(*addr).map_or(String::new(), |s| format!(" <{s}>"));
        out(&format!("{addr:#x}{name}\n"));
    }
    match found.len() {
        0 => out("Pattern not found.\n"),
        1 => out("1 pattern found.\n"),
        n => out(&format!("{n} patterns found.\n")),
    }
    Ok(Flow::More)
}

pub(super) fn echo(_: &mut Interpreter, text: &str, out: Out<'_>) -> Result<Flow, Error> {
    out(&text.replace("\\n", "\n").replace("\\t", "\t").replace("\\ ", " "));
    Ok(Flow::More)
}
