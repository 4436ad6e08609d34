//! What a program did that the machine cannot go on from, in words that help to mend it.

use crate::image::{Image, Line, RAM_BYTES};
use serde::Serialize;
use skink_engine::Vcpu;
use skink_isa::{Context, Insn, Reg, decode_a32, decode_t16, decode_t32, is_t32};
use skink_machine::{Cpu, Memory};
use std::fmt;

/// The kinds of trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A read where there is no memory.
    UnmappedRead,
    /// A write where there is no memory.
    UnmappedWrite,
    /// Execution left the program.
    UnmappedFetch,
    /// A read from an address that is not a multiple of what is read.
    UnalignedRead,
    /// A write to one.
    UnalignedWrite,
    /// A branch to an address that is not a multiple of 4.
    UnalignedFetch,
    /// A word that is no instruction.
    Undefined,
    /// BKPT.
    Breakpoint,
    /// A supervisor call with a number that the machine does not have.
    UnknownSvc,
    /// SVC 3 with a string that does not end.
    UnterminatedString,
    /// SVC 1 after the last character.
    OutOfInput,
    /// The console failed.
    Console,
}

/// A place in the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The address.
    pub address: u32,
    /// The file, if a line of a file made what is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line in it, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The line's text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The nearest label before it, and how many bytes before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<(String, u32)>,
}

impl Place {
    /// The place of an address.
    pub fn of(image: &Image, address: u32) -> Place {
        let line = image.line_at(address);
        Place {
            address,
            file: line.and_then(|line| image.sources.get(line.source)).map(|source| source.name.clone()),
            line: line.map(|line| line.line),
            text: line.and_then(|line| image.text_of(line)).map(str::to_owned),
            label: image.symbol_at(address).map(|(name, offset)| (name.to_owned(), offset)),
        }
    }
}

/// A register and its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegisterValue {
    /// Its name, as the disassembly writes it.
    pub name: String,
    /// Its value.
    pub value: u32,
}

/// What a program did that the machine cannot go on from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trouble {
    /// What kind.
    pub kind: Kind,
    /// What happened, in a sentence without a full stop.
    pub message: String,
    /// Where PC is.
    pub place: Place,
    /// The instruction there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instruction: Option<String>,
    /// The registers that it names, as they were before it.
    pub registers: Vec<RegisterValue>,
    /// How such a thing is mended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl Trouble {
    /// Trouble at PC.
    pub(crate) fn new(kind: Kind, message: String, image: &Image, vcpu: &Vcpu) -> Trouble {
        let at = At::of(image, vcpu);
        let message = match kind {
            Kind::Undefined => match &at.word {
                Some(word) => format!("{word} is not an instruction"),
                None => "there is no instruction here".to_owned(),
            },
            _ => message,
        };
        Trouble::with(kind, message, &at)
    }

    /// A failed access to memory.
    pub(crate) fn access(kind: Kind, addr: u32, image: &Image, vcpu: &Vcpu) -> Trouble {
        let at = At::of(image, vcpu);
        let message = match kind {
            Kind::UnalignedRead => format!("unaligned read from {addr:#010x}"),
            Kind::UnalignedWrite => format!("unaligned write to {addr:#010x}"),
            Kind::UnalignedFetch => {
                format!("{addr:#010x} is no address of an instruction: it is not a multiple of 4")
            }
            Kind::UnmappedRead => format!("read from {addr:#010x}, where there is no memory"),
            Kind::UnmappedWrite => format!("write to {addr:#010x}, where there is no memory"),
            _ => format!("execution left the program: there are no instructions at {addr:#010x}"),
        };
        Trouble::with(kind, message, &at)
    }

    fn with(kind: Kind, message: String, at: &At<'_>) -> Trouble {
        let fetched = !matches!(kind, Kind::UnmappedFetch | Kind::UnalignedFetch);
        let mut registers = at.registers();
        if !fetched {
            // Where it came from can only be guessed; a wrong return address is the usual reason.
            registers = vec![register("lr", at.cpu.r[14]), register("sp", at.cpu.r[13])];
        }
        Trouble {
            kind,
            message,
            place: Place::of(at.image, at.cpu.r[15]),
            instruction: at.insn.filter(|_| fetched).map(|insn| insn.text(at.cpu.r[15]).replace('\t', " ")),
            registers,
            help: at.help(kind),
        }
    }
}

fn register(name: &str, value: u32) -> RegisterValue {
    RegisterValue { name: name.to_owned(), value }
}

/// The instruction at PC, and all that can be said about it.
struct At<'a> {
    image: &'a Image,
    cpu: &'a Cpu,
    insn: Option<Insn>,
    /// The word in hexadecimal, whether or not it is an instruction.
    word: Option<String>,
    line: Option<&'a Line>,
}

impl<'a> At<'a> {
    fn of(image: &'a Image, vcpu: &'a Vcpu) -> At<'a> {
        let cpu = &vcpu.cpu;
        let (insn, word) = decode(vcpu.memory(), cpu);
        At { image, cpu, insn, word, line: image.line_at(cpu.r[15]) }
    }

    /// The core registers that the instruction's text names, each once.
    fn registers(&self) -> Vec<RegisterValue> {
        let Some(insn) = self.insn else { return Vec::new() };
        let text = insn.text(self.cpu.r[15]);
        let (mnemonic, operands) = text.split_once('\t').unwrap_or((&text, ""));
        // What an instruction uses without saying so.
        let unsaid = match mnemonic.trim_start_matches('v').get(..3) {
            Some("svc") => &["r0"][..],
            Some("pus" | "pop") => &["sp"],
            _ => &[],
        };
        let mut found: Vec<RegisterValue> = Vec::new();
        for word in unsaid.iter().copied().chain(operands.split(|c: char| !c.is_ascii_alphanumeric())) {
            if let Some(index) = register_index(word)
                && found.iter().all(|known| known.name != word)
            {
                found.push(register(word, self.cpu.r[index]));
            }
        }
        found
    }

    fn names(&self, reg: Reg) -> bool {
        self.registers().iter().any(|r| register_index(&r.name) == Some(reg.index()))
    }

    fn help(&self, kind: Kind) -> Option<String> {
        let sp = self.cpu.r[13];
        Some(match kind {
            Kind::UnmappedRead | Kind::UnmappedWrite if self.names(Reg::SP) && sp == 0 => format!(
                "SP is 0: the machine starts with no stack; give it one first, for example MOV SP, #{RAM_BYTES:#x}"
            ),
            Kind::UnmappedRead | Kind::UnmappedWrite => {
                format!("memory reaches from 0 to {:#x}; was the base register set to an address?", RAM_BYTES - 1)
            }
            Kind::UnalignedRead | Kind::UnalignedWrite => {
                "a word's address must be a multiple of 4, a halfword's a multiple of 2; ALIGN before the data, \
                 or LDRB and STRB for single bytes"
                    .into()
            }
            Kind::UnalignedFetch => "a return address or a table of addresses was overwritten".into(),
            Kind::UnmappedFetch => self.how_it_left(),
            Kind::Undefined if self.line.is_some_and(|line| !line.code) => {
                "this is data: execution ran into it; end the code before it with SVC 2, or branch around it".into()
            }
            Kind::Undefined if self.line.is_none() => self.how_it_left(),
            Kind::UnknownSvc => {
                "SVC 0 writes a character, 1 reads one, 2 halts, 3 writes a string, 4 writes a number".into()
            }
            Kind::UnterminatedString => "end the string with a zero byte: DEFB \"text\", 0".into(),
            Kind::OutOfInput => "give the program more input, or have it stop at a character that marks the end".into(),
            Kind::Undefined | Kind::Breakpoint | Kind::Console => return None,
        })
    }

    /// Why PC is where no source line is.
    fn how_it_left(&self) -> String {
        let pc = self.cpu.r[15];
        let last = self.image.code_before(pc);
        // Memory behind the program is zero, which executes as ANDEQ R0, R0, R0 until the page ends.
        let near =
            |line: &&Line| pc.wrapping_sub(line.addr.wrapping_add(line.len)) <= skink_machine::memory::PAGE;
        match last.filter(near) {
            Some(line) => format!(
                "it ran on past the last instruction, line {}; end a program with SVC 2 and a subroutine with MOV PC, LR",
                line.line
            ),
            None => "a register that PC was loaded from held no address of an instruction; \
                     was LR saved before another BL?"
                .into(),
        }
    }
}

fn decode(memory: &Memory, cpu: &Cpu) -> (Option<Insn>, Option<String>) {
    let pc = cpu.r[15];
    if !cpu.thumb {
        let Ok(word) = memory.load32(pc) else { return (None, None) };
        return (decode_a32(word), Some(format!("{word:#010x}")));
    }
    let Ok(first) = memory.load16(pc) else { return (None, None) };
    let cx = Context { in_it: cpu.it != 0 };
    if !is_t32(first) {
        return (decode_t16(first, cx), Some(format!("{first:#06x}")));
    }
    let Ok(second) = memory.load16(pc.wrapping_add(2)) else { return (None, None) };
    let word = (first as u32) << 16 | second as u32;
    (decode_t32(word, cx), Some(format!("{word:#010x}")))
}

fn register_index(name: &str) -> Option<usize> {
    match name {
        "sb" => Some(9),
        "sl" => Some(10),
        "fp" => Some(11),
        "ip" => Some(12),
        "sp" => Some(13),
        "lr" => Some(14),
        "pc" => Some(15),
        _ => name.strip_prefix('r')?.parse().ok().filter(|&n| n < 16),
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "stopped: {}", self.message)?;
        write!(f, "{}", self.place)?;
        if let Some(instruction) = &self.instruction {
            writeln!(f, "   = executing: {instruction}")?;
        }
        if !self.registers.is_empty() {
            let values: Vec<String> = self
                .registers
                .iter()
                .map(|r| format!("{} = {:#010x}", r.name.to_uppercase(), r.value))
                .collect();
            writeln!(f, "   = registers: {}", values.join(", "))?;
        }
        match &self.help {
            Some(help) => writeln!(f, "   = help: {help}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let label = match &self.label {
            Some((name, 0)) => format!(" ({name})"),
            Some((name, offset)) => format!(" ({name}+{offset})"),
            None => String::new(),
        };
        if let (Some(file), Some(line)) = (&self.file, self.line) {
            writeln!(f, "  --> {file}:{line}, address {:#010x}{label}", self.address)?;
            let number = line.to_string();
            writeln!(f, "{:1$} |", "", number.len().max(2))?;
            writeln!(f, "{number:>2} | {}", self.text.as_deref().unwrap_or_default())?;
            writeln!(f, "{:1$} |", "", number.len().max(2))
        } else {
            writeln!(f, "  --> address {:#010x}{label}", self.address)
        }
    }
}

impl std::error::Error for Trouble {}
