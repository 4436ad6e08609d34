//! `--log instructions`: each instruction on a line of its own, `address: word  text`, and behind a
//! semicolon the registers that it changed.
//!
//! What an instruction changed is known when the next one is about to run, or when the processor
//! has stopped: until then its line waits here.

use crate::host;
use crate::options::Options;
use skink_engine::Tracer;
use skink_isa::{Cond, Context, Insn, Op, decode_a32, decode_t16, decode_t32, is_t32};
use skink_machine::{Cpu, Memory};
use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The log of one thread, shared between the processor's hook and the thread's loop.
#[derive(Clone)]
pub(crate) struct InstructionLog(Arc<Mutex<State>>);

struct State {
    memory: Arc<Memory>,
    fd: i32,
    /// Whether lines say whose they are.
    named: bool,
    /// The line of the instruction that is under way, and the registers before it.
    waiting: Option<(String, Cpu)>,
    /// ITSTATE for the instruction at `next` (ARM ARM A2.5.2): the processor keeps its own exact
    /// only where it stops.
    it: u8,
    next: u32,
}

impl InstructionLog {
    /// A log for one thread, if instructions are to be logged.
    pub(crate) fn new(options: &Options, memory: &Arc<Memory>) -> Option<InstructionLog> {
        let state = State {
            memory: memory.clone(),
            fd: options.log_fd,
            named: options.verbose > 0,
            waiting: None,
            it: 0,
            next: 0,
        };
        options.log.instructions.then(|| InstructionLog(Arc::new(Mutex::new(state))))
    }

    /// The hook for the processor.
    pub(crate) fn tracer(&self) -> Tracer {
        let log = self.clone();
        Box::new(move |cpu| log.state().begin(cpu))
    }

    /// The processor has stopped with these registers.
    pub(crate) fn stopped(&self, cpu: &Cpu) {
        let mut state = self.state();
        state.finish(cpu);
        (state.it, state.next) = (cpu.it, cpu.r[15]);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The instruction at `r[15]` is about to run.
    fn begin(&mut self, cpu: &Cpu) {
        self.finish(cpu);
        let addr = cpu.r[15];
        let it = if addr == self.next { self.it } else { 0 };
        let Some(line) = describe(&self.memory, addr, cpu.thumb, it) else { return };
        self.it = line.it;
        self.next = addr.wrapping_add(line.size);
        self.waiting = Some((line.text, cpu.clone()));
    }

    fn finish(&mut self, cpu: &Cpu) {
        let Some((mut line, before)) = self.waiting.take() else { return };
        changes(&mut line, &before, cpu);
        line.push('\n');
        if self.named {
            line.insert_str(0, &format!("[{}] ", host::gettid()));
        }
        host::write_all(self.fd, line.as_bytes());
    }
}

struct Line {
    text: String,
    size: u32,
    /// ITSTATE afterwards.
    it: u8,
}

/// The line of an instruction; `None` if its memory has gone since it was decoded.
fn describe(memory: &Memory, addr: u32, thumb: bool, it: u8) -> Option<Line> {
    if !thumb {
        let word = memory.load32(addr).ok()?;
        return Some(line(addr, decode_a32(word), format!("{word:08x}"), 4, 0));
    }
    let cx = Context { in_it: it != 0 };
    let first = memory.load16(addr).ok()?;
    if !is_t32(first) {
        return Some(line(addr, decode_t16(first, cx), format!("{first:04x}"), 2, it));
    }
    let second = memory.load16(addr.wrapping_add(2)).ok()?;
    let word = (first as u32) << 16 | second as u32;
    Some(line(addr, decode_t32(word, cx), format!("{first:04x} {second:04x}"), 4, it))
}

fn line(addr: u32, insn: Option<Insn>, hex: String, size: u32, it: u8) -> Line {
    let mut next_it = if it & 7 == 0 { 0 } else { it & 0xe0 | it << 1 & 0x1f };
    let mut text = format!("{addr:08x}: {hex:<9}  ");
    let Some(mut insn) = insn else {
        text.push_str("<undefined>");
        return Line { text, size, it: 0 };
    };
    if it != 0 && insn.cond == Cond::Al {
        insn.cond = Cond::from_bits(it as u32 >> 4);
    }
    if let Op::It(x) = insn.op {
        next_it = (x.block.firstcond as u8) << 4 | x.block.mask;
    }
    match insn.text(addr).split_once('\t') {
        Some((mnemonic, operands)) => {
            let _ = write!(text, "{mnemonic:<7} {operands}");
        }
        None => text.push_str(&insn.text(addr)),
    }
    Line { text, size, it: next_it }
}

/// What differs, PC and ITSTATE left out: the next line tells them.
fn changes(line: &mut String, before: &Cpu, after: &Cpu) {
    const NAMES: [&str; 15] =
        ["r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "sp", "lr"];
    let mut list = Vec::new();
    for (i, name) in NAMES.iter().enumerate() {
        if before.r[i] != after.r[i] {
            list.push(format!("{name}={:08x}", after.r[i]));
        }
    }
    let flags = |cpu: &Cpu| (cpu.n, cpu.z, cpu.c, cpu.v, cpu.q, cpu.ge);
    if flags(before) != flags(after) {
        let letter = |set: bool, letter: char| if set { letter } else { letter.to_ascii_lowercase() };
        let letters: String =
            [(after.n, 'N'), (after.z, 'Z'), (after.c, 'C'), (after.v, 'V'), (after.q, 'Q')]
                .map(|(set, name)| letter(set, name))
                .iter()
                .collect();
        let ge = if before.ge == after.ge { String::new() } else { format!(" ge={:04b}", after.ge_bits()) };
        list.push(format!("{letters}{ge}"));
    }
    for (i, (old, new)) in before.d.0.iter().zip(&after.d.0).enumerate() {
        if old != new {
            list.push(format!("d{i}={new:016x}"));
        }
    }
    let others = [
        ("fpscr", before.fpscr, after.fpscr),
        ("tpidrurw", before.tpidrurw, after.tpidrurw),
        ("tpidruro", before.tpidruro, after.tpidruro),
    ];
    for (name, old, new) in others {
        if old != new {
            list.push(format!("{name}={new:08x}"));
        }
    }
    if !list.is_empty() {
        let _ =
            write!(line, "{:>width$} ; {}", "", list.join(" "), width = 52usize.saturating_sub(line.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use skink_machine::{Backing, Mapping, Prot};

    fn code(bytes: &[u8]) -> Memory {
        skink_machine::fixup::install();
        let memory = Memory::new().unwrap();
        let mapping = Mapping {
            addr: 0x1_0000,
            len: 0x1000,
            prot: Prot(Prot::READ.0 | Prot::WRITE.0),
            shared: false,
            backing: Backing::Anonymous,
            host_flags: 0,
            name: "".into(),
        };
        memory.map(&mapping).unwrap();
        memory.write(0x1_0000, bytes).unwrap();
        memory
    }

    #[test]
    fn a_line_holds_address_word_and_text() {
        let memory = code(&0xe3a0_0001u32.to_le_bytes());
        assert_eq!(
            describe(&memory, 0x1_0000, false, 0).unwrap().text,
            "00010000: e3a00001   mov     r0, #1"
        );
        assert!(describe(&memory, 0x2_0000, false, 0).is_none());
    }

    #[test]
    fn it_blocks_give_their_conditions() {
        // ite ne; movne r0, #1; moveq r0, #2; then outside: movs r0, #3.
        let memory = code(&[0x14, 0xbf, 0x01, 0x20, 0x02, 0x20, 0x03, 0x20]);
        let (mut it, mut addr, mut texts) = (0, 0x1_0000, Vec::new());
        for _ in 0..4 {
            let line = describe(&memory, addr, true, it).unwrap();
            texts.push(line.text[21..].split_whitespace().collect::<Vec<_>>().join(" "));
            (it, addr) = (line.it, addr + line.size);
        }
        assert_eq!(texts, ["ite ne", "movne r0, #1", "moveq r0, #2", "movs r0, #3"]);
    }

    #[test]
    fn what_changed_is_listed() {
        let before = Cpu::default();
        let mut after = before.clone();
        let text = |after: &Cpu| {
            let mut line = String::new();
            changes(&mut line, &before, after);
            line.trim_start().to_string()
        };
        assert_eq!(text(&after), "");
        after.r[15] = 4;
        assert_eq!(text(&after), "");
        (after.r[0], after.r[13], after.c, after.ge, after.d.0[31]) = (1, 2, true, 0xffff, 5);
        assert_eq!(text(&after), "; r0=00000001 sp=00000002 nzCvq ge=0011 d31=0000000000000005");
    }
}
