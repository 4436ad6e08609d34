//! Values as gdb's `print` writes them.

use super::{Encoding, Member, Type, Value, number};
use crate::location::Missing;
use crate::memory::ReadMemory;
use crate::program::Program;
use skink_machine::Fault;

/// How much of a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    /// Elements of an array, characters of a string.
    pub elements: usize,
    /// From how many equal elements on they are counted.
    pub repeats: usize,
    /// Records inside records; deeper ones are `{...}`.
    pub depth: usize,
}

impl Default for Format {
    /// gdb's.
    fn default() -> Format {
        Format { elements: 200, repeats: 10, depth: 20 }
    }
}

/// Elements that are looked at, at the most.
const LONGEST: usize = 1 << 16;

struct Writer<'a> {
    format: Format,
    memory: &'a dyn ReadMemory,
    program: &'a Program,
}

impl Value {
    /// As gdb's `print` writes it: `{x = 1, y = 0x8000 "text"}`.
    pub fn display(&self, program: &Program, memory: &dyn ReadMemory, format: Format) -> String {
        let writer = Writer { format, memory, program };
        let text = writer.value(self, 0);
        // The type of a pointer is said where it is not part of something.
        match self.ty.plain() {
            Type::Pointer { to, reference } if !to.get().is_char() || reference => {
                let missing = text.starts_with('<');
                if missing { text } else { format!("({}) {text}", self.ty) }
            }
            _ => text,
        }
    }
}

impl Writer<'_> {
    fn value(&self, value: &Value, depth: usize) -> String {
        self.try_value(value, depth).unwrap_or_else(|missing| missing_text(&missing))
    }

    fn try_value(&self, value: &Value, depth: usize) -> Result<String, Missing> {
        Ok(match value.ty.plain() {
            Type::Void => "void".into(),
            Type::Base { size, encoding, .. } => self.base(value, size, encoding)?,
            Type::Enum { values, .. } => enumerated(&values, value.scalar(self.memory)? as i64),
            Type::Pointer { to, reference } => self.pointer(value, &to.get(), reference, depth)?,
            Type::Array { of, count } => self.array(value, &of.get(), count.unwrap_or(0) as usize, depth)?,
            Type::Record { members, .. } => self.record(value, &members, depth)?,
            Type::Function { .. } => match value.address() {
                Some(addr) => format!("{{{}}} {:#x}{}", value.ty, addr, self.symbol(addr)),
                None => format!("{{{}}}", value.ty),
            },
            Type::Unknown(what) => format!("<{what}>"),
            Type::Typedef { .. } | Type::Qualified { .. } => "<a type that is named by itself>".into(),
        })
    }

    fn base(&self, value: &Value, size: u32, encoding: Encoding) -> Result<String, Missing> {
        let bits = value.scalar(self.memory)?;
        Ok(match encoding {
            Encoding::Bool if bits <= 1 => (bits == 1).to_string(),
            Encoding::Bool | Encoding::Unsigned => bits.to_string(),
            Encoding::Signed => (bits as i64).to_string(),
            Encoding::SignedChar if size == 1 => format!("{} {}", bits as i64, character(bits as u8)),
            Encoding::UnsignedChar if size == 1 => format!("{bits} {}", character(bits as u8)),
            Encoding::SignedChar | Encoding::UnsignedChar => bits.to_string(),
            Encoding::Float => {
                let float = value.float(self.memory)?;
                let fraction = if size == 4 { bits & 0x7f_ffff } else { bits & 0xf_ffff_ffff_ffff };
                match float.is_nan() {
                    true => format!("{}nan({fraction:#x})", if float.is_sign_negative() { "-" } else { "" }),
                    false => number::general(float, if size == 4 { 9 } else { 17 }),
                }
            }
        })
    }

    fn pointer(&self, value: &Value, to: &Type, reference: bool, depth: usize) -> Result<String, Missing> {
        let addr = value.scalar(self.memory)? as u32;
        if reference {
            let target = Value::link_target(&to.clone().into(), addr);
            return Ok(format!("@{addr:#x}: {}", self.value(&target, depth)));
        }
        let code = matches!(to, Type::Function { .. }) && self.program.is_thumb(addr & !1);
        let mut text = format!("{addr:#x}{}", self.symbol(if code { addr & !1 } else { addr }));
        if to.is_char() && addr != 0 {
            text += " ";
            text += &self.string_at(addr);
        }
        Ok(text)
    }

    /// ` <name+offset>` for the address of code or of a variable.
    fn symbol(&self, addr: u32) -> String {
        match self.program.pointed_at(addr) {
            Some(symbol) => format!(" <{symbol}>"),
            None => String::new(),
        }
    }

    fn string_at(&self, addr: u32) -> String {
        let (mut bytes, mut ended) = (Vec::new(), false);
        let mut byte = [0];
        for i in 0..self.format.elements as u32 {
            match self.memory.read(addr.wrapping_add(i), &mut byte) {
                Err(_) if i == 0 => {
                    return format!("<error: Cannot access memory at address {:#x}>", addr.wrapping_add(i));
                }
                Err(_) => break,
                Ok(()) if byte[0] == 0 => {
                    ended = true;
                    break;
                }
                Ok(()) => bytes.push(byte[0]),
            }
        }
        self.string(&bytes, !ended)
    }

    fn array(&self, value: &Value, of: &Type, count: usize, depth: usize) -> Result<String, Missing> {
        if of.is_char() && count > 0 {
            match value.bytes(0..count.min(LONGEST), self.memory) {
                Ok(mut bytes) => {
                    // The NUL at the end belongs to a string.
                    if bytes.last() == Some(&0) {
                        bytes.pop();
                    }
                    return Ok(self.string(&bytes, count > LONGEST));
                }
                // Of what is partly there each character is said.
                Err(Missing::OptimizedOut) => {}
                Err(why) => return Err(why),
            }
        }
        let element = |i: usize| match value.element(i as u32) {
            Some(element) => self.value(&element, depth + 1),
            None => String::new(),
        };
        // A run counts as few elements, and is followed to its end.
        let (mut parts, mut at, mut counted) = (Vec::new(), 0, 0);
        while at < count.min(LONGEST) && counted < self.format.elements {
            let text = element(at);
            let run = 1 + (at + 1..count.min(LONGEST)).take_while(|&i| element(i) == text).count();
            // What is missing is said each time.
            if run >= self.format.repeats && text != "<optimized out>" {
                parts.push(format!("{text} <repeats {run} times>"));
                at += run;
                counted += self.format.repeats;
            } else {
                parts.push(text);
                at += 1;
                counted += 1;
            }
        }
        let more = if at < count { "..." } else { "" };
        Ok(format!("{{{}{more}}}", parts.join(", ")))
    }

    fn record(&self, value: &Value, members: &[Member], depth: usize) -> Result<String, Missing> {
        if depth >= self.format.depth {
            return Ok("{...}".into());
        }
        // A record of which nothing is left is not taken apart.
        if let super::Data::Bytes { bytes, missing, .. } = &value.data
            && missing.iter().any(|gap| gap.start == 0 && gap.end >= bytes.len())
        {
            return Err(Missing::OptimizedOut);
        }
        if members.is_empty() {
            return Ok("{<No data fields>}".into());
        }
        let part = |member: &Member| {
            let text = self.value(&value.member(member), depth + 1);
            match (&member.name, member.base) {
                (Some(name), true) => format!("<{name}> = {text}"),
                (Some(name), false) => format!("{name} = {text}"),
                (None, _) => text,
            }
        };
        Ok(format!("{{{}}}", members.iter().map(part).collect::<Vec<_>>().join(", ")))
    }

    /// Characters in quotes; long runs of one are counted.
    fn string(&self, bytes: &[u8], more: bool) -> String {
        let mut parts: Vec<String> = Vec::new();
        let mut quoted = String::new();
        let (mut counted, mut more) = (0, more);
        for run in bytes.chunk_by(|a, b| a == b) {
            if counted >= self.format.elements {
                more = true;
                break;
            }
            let room = self.format.elements - counted;
            counted += run.len();
            if run.len() > self.format.repeats {
                if !quoted.is_empty() {
                    parts.push(format!("\"{}\"", std::mem::take(&mut quoted)));
                }
                parts.push(format!("{} <repeats {} times>", character(run[0]), run.len()));
                continue;
            }
            for &byte in run.iter().take(room) {
                quoted += &escaped(byte, '"');
            }
            more |= run.len() > room;
        }
        if !quoted.is_empty() || parts.is_empty() {
            parts.push(format!("\"{quoted}\""));
        }
        format!("{}{}", parts.join(", "), if more { "..." } else { "" })
    }
}

fn missing_text(missing: &Missing) -> String {
    match missing {
        Missing::Unreadable(Fault { addr, .. }) => {
            format!("<error: Cannot access memory at address {addr:#x}>")
        }
        other => other.to_string(),
    }
}

/// A character in its quotes.
fn character(byte: u8) -> String {
    format!("'{}'", escaped(byte, '\''))
}

fn escaped(byte: u8, quote: char) -> String {
    match byte {
        7 => "\\a".into(),
        8 => "\\b".into(),
        9 => "\\t".into(),
        10 => "\\n".into(),
        11 => "\\v".into(),
        12 => "\\f".into(),
        13 => "\\r".into(),
        27 => "\\033".into(),
        b'\\' => "\\\\".into(),
        _ if char::from(byte) == quote => format!("\\{quote}"),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("\\{byte:03o}"),
    }
}

/// A value of an enumeration: its name, or the names of its bits if each name is one of them.
fn enumerated(values: &[(String, i64)], value: i64) -> String {
    if let Some((name, _)) = values.iter().find(|(_, known)| *known == value) {
        return name.clone();
    }
    let flags = values.iter().all(|(_, known)| *known >= 0 && (*known as u64).count_ones() <= 1);
    if !flags || values.is_empty() {
        return value.to_string();
    }
    if value == 0 {
        return "0".into();
    }
    let (mut rest, mut names) = (value as u64, Vec::new());
    for (name, known) in values.iter().filter(|(_, known)| *known != 0) {
        if rest & *known as u64 != 0 {
            names.push(name.clone());
            rest &= !(*known as u64);
        }
    }
    if rest != 0 {
        names.push(format!("unknown: {rest:#x}"));
    }
    format!("({})", names.join(" | "))
}
