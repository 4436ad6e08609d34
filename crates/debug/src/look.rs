//! What a front end shows of a stopped program besides registers: code around an address, sources, the stack word by
//! word, an explanation of an instruction. Plain data; nothing here changes the program.

use crate::code::Line;
use crate::points::Kind;
use crate::session::{Reason, Session};
use crate::window::CodeRow;
use crate::{Error, registers};
use skink_debuginfo::{Rules, explain_by};

/// What stands at an address in a listing of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The instruction, or a word of data as `.word`, `.byte`.
    pub line: Line,
    /// The name that begins here.
    pub label: Option<String>,
    /// The name of the address that a branch goes to.
    pub target: Option<String>,
    /// The breakpoint here, and whether it counts.
    pub point: Option<(u32, bool)>,
}

/// A word of the stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackWord {
    /// Where.
    pub addr: u32,
    /// What.
    pub value: u32,
    /// The registers that point at the word or into it.
    pub registers: Vec<String>,
    /// What the value is known to be: an address to return to, or one with a name.
    pub note: Option<String>,
}

impl Session {
    /// The frame of the selected thread that commands are about, 0 for the innermost.
    pub fn frame(&self) -> usize {
        self.frame
    }

    /// Why it stopped last; `None` before its first start.
    pub fn stopped_for(&self) -> Option<&Reason> {
        self.reason.as_ref()
    }

    /// The text of a source, by the path that the program's lines have for it.
    pub fn source_text(&self, file: &str) -> Option<String> {
        match self.program.source_text(file) {
            Some(text) => Some(text.to_owned()),
            None => {
                let kept = self.personality().kept(file.as_ref());
                let bytes = kept.map_or_else(|| std::fs::read(file).ok(), |bytes| Some(bytes.to_vec()));
                bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            }
        }
    }

    /// What the instruction at PC, or at another address with the registers as they are, will do: its address, its
    /// text and a line for each effect.
    ///
    /// # Errors
    ///
    /// If the program is not running.
    pub fn explanation(&self, addr: Option<u32>) -> Result<(u32, String, Vec<String>), Error> {
        let mut cpu = self.cpu()?;
        let addr = addr.unwrap_or(cpu.r[15]);
        if addr & !1 != cpu.r[15] {
            // Elsewhere no IT block is known, and PC would be another.
            (cpu.thumb, cpu.it) = (addr & 1 != 0 || self.is_thumb(addr), 0);
            cpu.r[15] = addr & !1;
        }
        let linux = self.personality.is_linux();
        let rules = Rules { repair_alignment: linux, strict_alignment: !linux };
        let explanation = explain_by(&cpu, &**self.memory()?, cpu.r[15], rules);
        let lines = explanation.lines(Some(&self.program));
        Ok((explanation.addr, explanation.text, lines))
    }

    /// Code around an address: so many instructions before it, itself, and so many behind it, as far as there is
    /// memory; and the index of the one that it is in.
    pub fn code_around(&self, addr: u32, before: usize, after: usize) -> (Vec<Listed>, usize) {
        let addr = addr & !1;
        let rows = self.code_window(addr, before as i64, before + 1 + after);
        let code = |row| match row {
            CodeRow::Code(line) => Some(line),
            CodeRow::Nothing(_) => None,
        };
        let lines: Vec<Line> = rows.into_iter().filter_map(code).collect();
        let behind = lines.iter().take_while(|line| line.place.addr <= addr).count();
        let index = behind.saturating_sub(1);
        (lines.into_iter().map(|line| self.listed(line)).collect(), index)
    }

    fn listed(&self, line: Line) -> Listed {
        let addr = line.place.addr;
        let label = self.program.symbol_at(addr).filter(|symbol| symbol.offset == 0).map(|s| s.name);
        let at = |point: &&crate::Point| matches!(&point.kind, Kind::Break(places) if places.iter().any(|p| p.addr == addr));
        let point = self.points().iter().find(at).map(|point| (point.id, point.enabled));
        let target = self.branch_target(&line.text);
        Listed { line, label, target, point }
    }

    /// The name of the address that a branch goes to, from its text.
    pub fn branch_target(&self, text: &str) -> Option<String> {
        let branches = text.starts_with('b') || text.starts_with("cb");
        let word = text.rsplit(['\t', ' ']).next().filter(|word| branches && word.len() > 2)?;
        let addr = u32::from_str_radix(word.strip_prefix("0x").unwrap_or(word), 16).ok()?;
        self.program.symbol_at(addr).map(|symbol| symbol.to_string())
    }

    /// The lines of a source that have a breakpoint: line, number of the breakpoint, whether it counts.
    pub fn points_in(&self, file: &str) -> Vec<(u32, u32, bool)> {
        let mut found = Vec::new();
        for point in self.points() {
            let Kind::Break(places) = &point.kind else { continue };
            for place in places {
                let line = self.program.line_at(place.addr).filter(|line| line.file == file);
                found.extend(line.map(|line| (line.line, point.id, point.enabled)));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// So many words of the stack, from a word below SP or above it on: 0 is the one at SP.
    ///
    /// # Errors
    ///
    /// If the program is not running.
    pub fn stack(&self, from: i32, count: usize) -> Result<Vec<StackWord>, Error> {
        let cpu = self.cpu()?;
        let returns: Vec<u32> = self.frames(64)?.iter().skip(1).map(|frame| frame.pc & !1).collect();
        let first = (cpu.r[13] & !3).wrapping_add_signed(from.wrapping_mul(4));
        let mut words = Vec::new();
        for index in 0..count as u32 {
            let Some(addr) = first.checked_add(4 * index) else { break };
            let Ok(bytes) = self.read(addr, 4) else { break };
            let value = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
            let points = |r: &registers::Register| r.value >> 2 == u128::from(addr >> 2) && r.name() != "pc";
            let core = registers::core(&cpu);
            let registers = core[..15].iter().filter(|r| points(r)).map(|r| r.name().to_owned()).collect();
            words.push(StackWord { addr, value, registers, note: self.stack_note(value, &returns) });
        }
        Ok(words)
    }

    fn stack_note(&self, value: u32, returns: &[u32]) -> Option<String> {
        let name = || self.program.symbol_at(value & !1);
        if returns.contains(&(value & !1)) {
            let at = name().map_or(format!("{value:#x}"), |symbol| symbol.to_string());
            return Some(format!("return to {at}"));
        }
        // On a bare machine small numbers are addresses too: only the exact one of a name says something.
        let telling = |offset: u32| offset == 0 || self.personality.is_linux();
        name().filter(|symbol| value > 1 && telling(symbol.offset)).map(|symbol| format!("<{symbol}>"))
    }
}
