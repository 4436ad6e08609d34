//! Disassembly as the debugger shows it.

use crate::Error;
use crate::points::Place;
use crate::session::Session;
use skink_isa::op::It;
use skink_isa::{Context, Insn, Op, decode_a32, decode_t16, decode_t32, is_t32};

/// One instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where.
    pub place: Place,
    /// Its bytes, 2 or 4.
    pub bytes: Vec<u8>,
    /// UAL.
    pub text: String,
    /// Whether it is not what was loaded.
    pub changed: bool,
}

impl Session {
    /// The instructions from a place on, up to an address or so many.
    ///
    /// # Errors
    ///
    /// If nothing has been loaded, or the first cannot be read.
    pub fn disassemble(&self, start: Place, end: u32, count: usize) -> Result<Vec<Line>, Error> {
        let mut lines: Vec<Line> = Vec::new();
        let (mut at, mut it) = (start.addr, 0);
        while lines.len() < count && at < end {
            let place = Place { addr: at, ..start };
            let line = match self.instruction(place, &mut it) {
                Ok(line) => line,
                Err(error) if lines.is_empty() => return Err(error),
                Err(_) => break,
            };
            let Some(next) = at.checked_add(line.bytes.len() as u32) else { break };
            at = next;
            lines.push(line);
        }
        Ok(lines)
    }

    /// Bytes of the instruction at a place.
    pub(crate) fn size_at(&self, place: Place) -> u32 {
        self.instruction(place, &mut 0).map_or(4, |line| line.bytes.len() as u32)
    }

    fn instruction(&self, place: Place, it: &mut u8) -> Result<Line, Error> {
        let memory = self.memory()?;
        let mut bytes = vec![0; if place.thumb { 2 } else { 4 }];
        memory.read(place.addr, &mut bytes)?;
        let half = |bytes: &[u8]| u16::from_le_bytes([bytes[0], bytes[1]]);
        let cx = Context { in_it: *it != 0 };
        let (insn, shown) = if !place.thumb {
            let word = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
            (decode_a32(word), format!(".inst {word:#010x}"))
        } else if is_t32(half(&bytes)) {
            bytes.resize(4, 0);
            memory.read(place.addr, &mut bytes)?;
            let word = (half(&bytes) as u32) << 16 | half(&bytes[2..]) as u32;
            (decode_t32(word, cx), format!(".inst.w {word:#010x}"))
        } else {
            (decode_t16(half(&bytes), cx), format!(".inst.n {:#06x}", half(&bytes)))
        };
        let condition = conditional(*it);
        *it = match insn.as_ref().map(|insn| insn.op) {
            Some(Op::It(It { block })) => (block.firstcond as u8) << 4 | block.mask,
            _ => advance(*it),
        };
        let text = insn.map_or(shown, |insn| self.text(with(insn, condition), place.addr));
        let changed = self.is_changed(place.addr, &bytes);
        Ok(Line { place, bytes, text, changed })
    }

    /// Whether bytes of code are not what was loaded there.
    pub(crate) fn is_changed(&self, addr: u32, bytes: &[u8]) -> bool {
        self.loaded.iter().any(|(start, code)| {
            let offset = addr.wrapping_sub(*start) as usize;
            code.get(offset..offset.saturating_add(bytes.len())).is_some_and(|loaded| loaded != bytes)
        })
    }

    fn text(&self, insn: Insn, addr: u32) -> String {
        insn.text(addr)
    }
}

/// The condition of an instruction in an IT block.
fn conditional(it: u8) -> Option<skink_isa::Cond> {
    (it != 0).then(|| skink_isa::Cond::from_bits(it as u32 >> 4))
}

fn with(mut insn: Insn, condition: Option<skink_isa::Cond>) -> Insn {
    if let Some(condition) = condition {
        insn.cond = condition;
    }
    insn
}

/// ITAdvance (ARM ARM A2.5.2).
fn advance(it: u8) -> u8 {
    if it & 7 == 0 { 0 } else { it & 0xe0 | it << 1 & 0x1f }
}

/// All that can be executed.
pub(crate) fn code_of(memory: &skink_machine::Memory) -> Vec<(u32, Vec<u8>)> {
    let regions =
        memory.snapshot().into_iter().filter(|region| region.prot.contains(skink_machine::Prot::EXEC));
    let bytes = |region: skink_machine::Region| {
        let mut bytes = vec![0; (region.end - u64::from(region.start)) as usize];
        memory.read(region.start, &mut bytes).ok()?;
        Some((region.start, bytes))
    };
    regions.filter_map(bytes).collect()
}
