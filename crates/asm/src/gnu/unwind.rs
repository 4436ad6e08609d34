//! `.fnstart` to `.fnend`: the unwinding tables of the Exception Handling ABI for the Arm architecture, 6 to 10.

use super::Gnu;
use super::scan::{Register, Scan, register};
use crate::expr::{Expr, Node, RelocOp};
use crate::hir::{Fixup, FixupKind, elf};
use crate::source::Span;
use crate::symbol::{Def, SectionId, SymId};
use skink_isa::simd::operand::ExtReg;

/// A function between its directives.
#[derive(Debug)]
struct Function {
    start: SymId,
    section: SectionId,
    span: Span,
    cannot: bool,
    /// A personality routine of one's own.
    personality: Option<SymId>,
    /// One of those of the ABI, by number.
    index: Option<u32>,
    /// The table entry, once it was written to `.ARM.extab`.
    table: Option<SymId>,
    /// Opcodes, the last instruction's first: they undo what the function did, in the opposite order.
    opcodes: Vec<u8>,
    /// Bytes of stack that were said and have no opcode yet.
    pending: i64,
    /// The frame pointer, and how far it is from the stack pointer.
    frame: Option<u8>,
    fp_offset: i64,
    frame_size: i64,
    /// SP was restored from the frame pointer.
    sp_restored: bool,
}

/// The function that is open.
#[derive(Debug, Default)]
pub(super) struct Unwind {
    function: Option<Function>,
    /// Which routines each index refers to already.
    marked: Vec<(SectionId, u32)>,
}

impl Gnu<'_> {
    /// Whether it was a directive of unwinding tables.
    pub(super) fn unwind_directive(&mut self, word: &[u8], start: usize, scan: &mut Scan<'_>) -> bool {
        if word == b".fnstart" {
            let span = self.span(start, scan.at);
            let place = self.builder.place();
            let sym = self.builder.program.symbols.make(b"");
            self.builder.program.symbols[sym].def = Def::Place(place);
            self.unwind.function = Some(Function {
                start: sym,
                section: self.builder.whole(self.builder.current()),
                span,
                cannot: false,
                personality: None,
                index: None,
                table: None,
                opcodes: Vec::new(),
                pending: 0,
                frame: None,
                fp_offset: 0,
                frame_size: 0,
                sp_restored: false,
            });
            return true;
        }
        let known: &[&[u8]] = &[
            b".fnend",
            b".cantunwind",
            b".personality",
            b".personalityindex",
            b".handlerdata",
            b".save",
            b".vsave",
            b".pad",
            b".setfp",
            b".movsp",
            b".unwind_raw",
        ];
        if !known.contains(&word) {
            return false;
        }
        if self.unwind.function.is_none() {
            scan.skip_statement();
            self.error(start, scan.at, "this stands outside of `.fnstart` and `.fnend`");
            return true;
        }
        if self.function_directive(word, scan).is_none() {
            scan.skip_statement();
            self.error(start, scan.at, "this directive's operands are not understood");
        }
        true
    }

    fn function_directive(&mut self, word: &[u8], scan: &mut Scan<'_>) -> Option<()> {
        match word {
            b".fnend" => self.function_end(),
            b".cantunwind" => self.unwind.function.as_mut()?.cannot = true,
            b".personality" => {
                let name = scan.symbol_name()?;
                let sym = self.builder.symbol(&name);
                self.unwind.function.as_mut()?.personality = Some(sym);
            }
            b".personalityindex" => {
                let index = self.absolute(scan)?;
                self.unwind.function.as_mut()?.index = Some(u32::try_from(index).ok().filter(|n| *n < 3)?);
            }
            b".handlerdata" => {
                if self.table(true).is_some() {
                    return None;
                }
            }
            b".save" => {
                let list = self.unwind_registers(scan)?;
                self.save(list);
            }
            b".vsave" => {
                let list = self.unwind_registers(scan)?;
                self.save_double(list);
            }
            b".pad" => {
                scan.eat(b'#');
                let n = self.absolute(scan)?;
                let function = self.unwind.function.as_mut()?;
                function.frame_size += n;
                function.pending += n;
            }
            b".setfp" => {
                let fp = self.unwind_register(scan)?;
                scan.eat(b',').then_some(())?;
                let from = self.unwind_register(scan)?;
                let mut offset = 0;
                if scan.eat(b',') {
                    scan.eat(b'#');
                    offset = self.absolute(scan)?;
                }
                let function = self.unwind.function.as_mut()?;
                function.fp_offset =
                    if from == 13 { function.frame_size - offset } else { function.fp_offset - offset };
                function.frame = Some(fp);
            }
            b".movsp" => {
                let reg = self.unwind_register(scan)?;
                let mut offset = 0;
                if scan.eat(b',') {
                    scan.eat(b'#');
                    offset = self.absolute(scan)?;
                }
                self.flush_pending();
                let function = self.unwind.function.as_mut()?;
                function.opcodes.push(0x90 | reg);
                function.frame = Some(reg);
                function.fp_offset = function.frame_size - offset;
                function.sp_restored = true;
            }
            b".unwind_raw" => {
                let size = self.absolute(scan)?;
                let function = self.unwind.function.as_mut()?;
                function.frame_size += size;
                self.flush_pending();
                let mut bytes = Vec::new();
                while scan.eat(b',') {
                    bytes.push(self.absolute(scan)? as u8);
                }
                self.unwind.function.as_mut()?.opcodes.extend(bytes.iter().rev());
            }
            _ => return None,
        }
        Some(())
    }

    fn unwind_register(&mut self, scan: &mut Scan<'_>) -> Option<u8> {
        scan.blanks();
        let word = scan.word();
        match register(word).or_else(|| self.aliases.get(word).copied())? {
            Register::Core(reg) => Some(reg.0),
            Register::Ext(_) => None,
        }
    }

    /// `{r4-r6, lr}` or `{d8-d11}`: bits, those of D registers from 32.
    fn unwind_registers(&mut self, scan: &mut Scan<'_>) -> Option<u64> {
        scan.eat(b'{').then_some(())?;
        let mut list = 0u64;
        loop {
            scan.blanks();
            let number = |word: &[u8]| match register(word)? {
                Register::Core(reg) => Some(u32::from(reg.0)),
                Register::Ext(ExtReg::D(n)) => Some(32 + u32::from(n)),
                Register::Ext(_) => None,
            };
            // The return address' authentication code has a name only here.
            let first = number(scan.word())?;
            let mut last = first;
            if scan.eat(b'-') {
                scan.blanks();
                last = number(scan.word())?;
            }
            (first..=last).for_each(|n| list |= 1 << n);
            if !scan.eat(b',') {
                break;
            }
        }
        scan.eat(b'}').then_some(list)
    }

    /// Registers that were pushed.
    fn save(&mut self, list: u64) {
        if list >> 32 != 0 {
            return self.save_double(list);
        }
        let Some(function) = self.unwind.function.as_mut() else { return };
        let mut list = list as u32;
        // Saving IP after a copy of SP to it: the copy is what SP is restored from.
        if function.sp_restored && function.frame == Some(12) && list & 0x3000 == 0x1000 {
            function.opcodes.pop();
            (function.frame, function.sp_restored) = (None, false);
            list = list & !0x1000 | 0x2000;
        }
        self.flush_pending();
        let Some(function) = self.unwind.function.as_mut() else { return };
        function.frame_size += i64::from(list.count_ones()) * 4;
        let Some(function) = self.unwind.function.as_mut() else { return };
        let opcodes = &mut function.opcodes;
        if list & 0xfff0 != 0 {
            // R4 to a register up to R11, and LR perhaps, in one byte.
            let n = (list >> 4 & 0xff).trailing_ones();
            if n == 0 || list & (0xfff0 << n) & 0xbff0 != 0 {
                let bits = 0x8000 | list >> 4 & 0xfff;
                opcodes.extend([bits as u8, (bits >> 8) as u8]);
            } else {
                opcodes.push(if list & 0x4000 != 0 { 0xa8 } else { 0xa0 } | (n as u8 - 1));
            }
        }
        if list & 0xf != 0 {
            opcodes.extend([list as u8 & 0xf, 0xb1]);
        }
    }

    /// D registers that were pushed.
    fn save_double(&mut self, list: u64) {
        let list = (list >> 32) as u32;
        if list == 0 {
            return;
        }
        let (first, count) = (list.trailing_zeros(), list.count_ones());
        if let Some(function) = self.unwind.function.as_mut() {
            function.frame_size += i64::from(count) * 8;
        }
        self.flush_pending();
        let Some(function) = self.unwind.function.as_mut() else { return };
        let high = (first + count).saturating_sub(16).min(count);
        if high > 0 {
            let from = first.saturating_sub(16);
            function.opcodes.extend([(from << 4 | (high - 1)) as u8, 0xc8]);
        }
        if count > high {
            function.opcodes.extend([(first << 4 | (count - high - 1)) as u8, 0xc9]);
        }
    }

    /// The opcodes for stack that was only said.
    fn flush_pending(&mut self) {
        if let Some(function) = self.unwind.function.as_mut() {
            let n = std::mem::take(&mut function.pending);
            adjust(&mut function.opcodes, n);
        }
    }

    /// The table entry: answers the word for the index if all of it fits there, and else writes it to
    /// `.ARM.extab`, where data may follow.
    fn table(&mut self, data: bool) -> Option<u32> {
        let function = self.unwind.function.as_mut()?;
        if let Some(fp) = function.frame {
            function.pending += function.fp_offset - function.frame_size;
            let n = std::mem::take(&mut function.pending);
            adjust(&mut function.opcodes, n);
            function.opcodes.push(0x90 | fp);
        }
        self.flush_pending();
        let section = self.unwind.function.as_ref()?.section;
        // It is there even if nothing is in it.
        let extab = self.unwind_section(section, ".ARM.extab", elf::SHT_PROGBITS, 0);
        let function = self.unwind.function.as_mut()?;
        if function.cannot {
            return Some(CANNOT_UNWIND);
        }
        let count = function.opcodes.len();
        if function.personality.is_none() && function.index.is_none() {
            function.index = Some((count > 3) as u32);
        }
        let opcodes: Vec<u8> = function.opcodes.drain(..).rev().collect();
        let (personality, span) = (function.personality, function.span);
        let index = function.index.filter(|_| personality.is_none());
        if index == Some(0) && !data && count <= 3 {
            let mut bytes = vec![0x80];
            bytes.extend(opcodes);
            bytes.resize(4, FINISH);
            return Some(bytes.iter().fold(0, |word, &b| word << 8 | u32::from(b)));
        }
        // How many words follow the first; the opcodes that it holds are not counted.
        let (mut bytes, words) = match index {
            Some(0) => (vec![0x80], 0),
            Some(n) => {
                let words = count.saturating_sub(2).div_ceil(4);
                (vec![0x80 + n as u8, words as u8], words)
            }
            None => {
                let words = (count + 1).div_ceil(4);
                (vec![words.saturating_sub(1) as u8], words.saturating_sub(1))
            }
        };
        bytes.extend(opcodes);
        bytes.resize((1 + words) * 4, FINISH);
        self.builder.switch(extab);
        self.builder.align(4, Some((0, 1)), None, span);
        let place = self.builder.place();
        let at = self.builder.program.symbols.make(b"");
        self.builder.program.symbols[at].def = Def::Place(place);
        if let Some(routine) = personality {
            self.prel31(routine, span);
        }
        for word in bytes.chunks(4) {
            let word: Vec<u8> = word.iter().rev().copied().collect();
            self.builder.bytes_unmarked(&word, span);
        }
        if !data {
            self.builder.bytes_unmarked(&[0; 4], span);
        }
        self.unwind.function.as_mut()?.table = Some(at);
        None
    }

    fn prel31(&mut self, sym: SymId, span: Span) {
        let value = self.builder.program.exprs.add(Node::Reloc(RelocOp::Prel31, Expr::Sym(sym, 0)));
        self.builder.data(4, value, span);
    }

    /// The section for a function's tables, named after the one it is in.
    fn unwind_section(&mut self, text: SectionId, prefix: &str, ty: u32, flags: u32) -> SectionId {
        let section = self.builder.program.section(text);
        let name =
            if section.name == ".text" { prefix.to_owned() } else { format!("{prefix}{}", section.name) };
        let group = section.group;
        let mut key = name.clone().into_bytes();
        key.push(0);
        key.extend(text.0.to_le_bytes());
        if let Some(&known) = self.sections.get(&key) {
            return known;
        }
        let grouped = if group.is_some() { elf::SHF_GROUP } else { 0 };
        let id = self.builder.add_section(&name, ty, elf::SHF_ALLOC | flags | grouped);
        if let Some(index) = group {
            self.builder.program.groups[index as usize].members.push(id);
            self.builder.program.sections[id.0 as usize].group = group;
        }
        if ty == elf::SHT_ARM_EXIDX {
            self.builder.program.sections[id.0 as usize].link = Some(text);
        }
        self.sections.insert(key, id);
        id
    }

    /// The two words of the index.
    fn function_end(&mut self) {
        let has_table = self.unwind.function.as_ref().is_some_and(|function| function.table.is_some());
        let current = self.unwind.function.as_ref().map(|function| function.section);
        let inline = if has_table { None } else { self.table(false) };
        let Some(function) = self.unwind.function.take() else { return };
        let span = function.span;
        let exidx =
            self.unwind_section(function.section, ".ARM.exidx", elf::SHT_ARM_EXIDX, elf::SHF_LINK_ORDER);
        self.builder.switch(exidx);
        self.builder.align(4, Some((0, 1)), None, span);
        self.prel31(function.start, span);
        if let Some(index) = function.index.filter(|_| function.personality.is_none() && !function.cannot) {
            // Once in a section the linker is told that the routine is needed.
            let key = (exidx, index);
            if !self.unwind.marked.contains(&key) {
                self.unwind.marked.push(key);
                let name = format!("__aeabi_unwind_cpp_pr{index}");
                let routine = self.builder.symbol(name.as_bytes());
                let place = self.builder.place();
                let (kind, value) = (FixupKind::Reloc(0), Expr::Sym(routine, 0));
                let fixup = Fixup { frag: place.frag, offset: place.offset - 4, kind, value, span };
                self.builder.program.sections[exidx.0 as usize].fixups.push(fixup);
            }
        }
        match (inline, function.table) {
            (Some(word), _) => self.builder.bytes_unmarked(&word.to_le_bytes(), span),
            (None, Some(table)) => self.prel31(table, span),
            (None, None) => {}
        }
        if let Some(section) = current {
            self.builder.switch(section);
        }
    }
}

/// EXIDX_CANTUNWIND
const CANNOT_UNWIND: u32 = 1;
/// The opcode that ends them, and fills words.
const FINISH: u8 = 0xb0;

/// Stack that is given back: `vsp = vsp + n`.
fn adjust(opcodes: &mut Vec<u8>, mut n: i64) {
    match n {
        0x201.. => {
            // 0xb2 and the rest in ULEB128; they stand backwards here.
            let bytes = crate::layout::dwarf::leb((n - 0x204) >> 2, false);
            opcodes.extend(bytes.iter().rev());
            opcodes.push(0xb2);
        }
        0x101..0x201 => opcodes.extend([0x3f, ((n - 0x104) >> 2) as u8]),
        1..0x101 => opcodes.push(((n - 4) >> 2) as u8),
        0 => {}
        _ => {
            while n < -0x100 {
                opcodes.push(0x7f);
                n += 0x100;
            }
            opcodes.push(((-n - 4) >> 2) as u8 | 0x40);
        }
    }
}
