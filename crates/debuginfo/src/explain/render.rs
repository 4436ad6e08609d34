//! Explanations in words, for people who learn.

use super::formula::number;
use super::{Explanation, MemoryAccess, Register, Written};
use crate::program::Program;
use skink_semantics::{BranchKind, Exception};
use std::fmt;

impl fmt::Display for Explanation {
    /// In one line: `r1 = r2 + (r3 << 2) = 0x10 + (8 << 2) = 0x30; flags unchanged`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines(None).join("; "))
    }
}

impl Explanation {
    /// In lines, each about one thing; with a program, addresses have their names.
    pub fn lines(&self, program: Option<&Program>) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(condition) = &self.condition {
            let verdict = if condition.passed { "it is done" } else { "nothing is done" };
            lines.push(format!("{}: {verdict}", condition.why));
        }
        if !self.is_done() {
            return lines;
        }
        if let Some(fault) = &self.fault {
            lines.push(format!("it fails: {fault}"));
            return lines;
        }
        if let Some(exception) = self.exception {
            lines.push(match exception {
                Exception::Svc(number) => format!("calls the supervisor, number {number}"),
                Exception::Breakpoint(number) => format!("stops at breakpoint {number}"),
                Exception::Undefined => "UNDEFINED: the processor refuses it".into(),
            });
            return lines;
        }
        self.effects(program, &mut lines);
        lines
    }

    fn effects(&self, program: Option<&Program>, lines: &mut Vec<String>) {
        if let Some(addressing) = &self.addressing {
            let (register, base) = &addressing.base;
            let mut line = format!("address {} = {:#x}", addressing.formula, addressing.address);
            if addressing.formula == format!("{:#x}", addressing.address) {
                line = format!("address {:#x}", addressing.address);
            }
            line += &name_of(program, addressing.address);
            if let Some(back) = addressing.write_back {
                line += &format!(", {register} goes from {base:#x} to {back:#x}");
            }
            lines.push(line);
        }
        lines.extend(self.memory.iter().map(memory_line));
        let loaded = |written: &&Written| {
            !self.memory.iter().any(|access| !access.write && access.register == Some(written.register))
        };
        let back = self.addressing.as_ref().filter(|a| a.write_back.is_some()).map(|a| a.base.0);
        let registers = self.writes.iter().filter(|written| !is_flag(written.register)).filter(loaded);
        lines.extend(registers.filter(|written| Some(written.register) != back).map(register_line));
        if let Some(branch) = &self.branch {
            let how = match branch.kind {
                BranchKind::Jump => "goes to",
                BranchKind::Call => "calls",
                BranchKind::Return => "returns to",
            };
            let set = match (branch.thumb, self.thumb) {
                (true, false) => ", which is Thumb code",
                (false, true) => ", which is ARM code",
                _ => "",
            };
            lines.push(format!("{how} {:#x}{}{set}", branch.target, name_of(program, branch.target)));
        }
        let flags: Vec<&Written> = self.writes.iter().filter(|written| is_flag(written.register)).collect();
        if flags.is_empty() {
            lines.push("flags unchanged".into());
        } else {
            let texts: Vec<String> =
                flags.iter().map(|flag| format!("{} = {}", flag.register, flag.new)).collect();
            lines.push(texts.join(", "));
        }
    }
}

fn is_flag(register: Register) -> bool {
    matches!(register, Register::Flag(_) | Register::Q | Register::Ge)
}

/// ` <name+offset>`.
fn name_of(program: Option<&Program>, addr: u32) -> String {
    match program.and_then(|program| program.symbol_at(addr)) {
        Some(symbol) => format!(" <{symbol}>"),
        None => String::new(),
    }
}

fn memory_line(access: &MemoryAccess) -> String {
    let place = match access.bytes {
        1 => format!("byte[{:#x}]", access.addr),
        2 => format!("half[{:#x}]", access.addr),
        8 => format!("double[{:#x}]", access.addr),
        _ => format!("[{:#x}]", access.addr),
    };
    let value = number(access.new.into());
    match (access.write, access.register) {
        (true, Some(register)) => format!("{place} = {register} = {value}"),
        (true, None) => format!("{place} = {value}"),
        (false, Some(register)) => format!("{register} = {place} = {value}"),
        (false, None) => format!("reads {place} = {value}"),
    }
}

fn register_line(written: &Written) -> String {
    let mut line = written.register.to_string();
    for part in [&written.formula, &written.values].into_iter().flatten() {
        line += &format!(" = {part}");
    }
    line + &format!(" = {}", number(written.new))
}
