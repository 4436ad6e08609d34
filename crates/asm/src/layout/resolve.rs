//! References: values where they are known, relocations where the linker knows better (ELF for the Arm
//! architecture, 5.6). Which of the two, and against which symbol, is what GNU as decides.

use super::kinds::{data_reloc, r, reloc_of};
use crate::diag::{Diagnostic, Diagnostics};
use crate::encode::choose::{Place, choose};
use crate::encode::inject::with_value;
use crate::expr::{BinOp, Expr, Node, RelocOp, binary, unary};
use crate::hir::{Fixup, FixupKind, Insn, Program, elf};
use crate::lir::{Reloc, Section};
use crate::symbol::{Binding, Def, SectionId, SymId, SymType};
use skink_isa::op::OpKind;
use skink_isa::syntax::Role;
use skink_isa::{Cond, Op, ROWS};

/// What a symbol stands for when all addresses in sections are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// A place: the symbol, the section, the offset in it.
    At(SymId, SectionId, i64),
    /// Another object's.
    Undefined(SymId),
}

/// The value of an expression: a symbol, less a symbol, plus a number, with a relocation operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) op: Option<RelocOp>,
    pub(crate) add: Option<Target>,
    pub(crate) sub: Option<Target>,
    pub(crate) number: i64,
}

impl Value {
    fn number(number: i64) -> Value {
        Value { op: None, add: None, sub: None, number }
    }
}

/// Looks at a program whose fragments have addresses.
#[derive(Clone, Copy)]
pub(crate) struct Resolver<'a> {
    pub(crate) program: &'a Program,
}

impl Resolver<'_> {
    /// What a symbol stands for; a circle of equated symbols stands for nothing.
    fn target(&self, sym: SymId, depth: u32) -> Option<Value> {
        if depth > 100 {
            return None;
        }
        let one = |target| Some(Value { add: Some(target), ..Value::number(0) });
        match self.program.symbols[sym].def {
            Def::Undefined | Def::Common { .. } | Def::Group(_) => one(Target::Undefined(sym)),
            Def::Section(section) => one(Target::At(sym, section, 0)),
            Def::Place(place) => {
                let offset = i64::from(self.program.address(place));
                match self.program.section(place.section).address {
                    Some(base) => Some(Value::number(i64::from(base) + offset)),
                    None => one(Target::At(sym, place.section, offset)),
                }
            }
            Def::Equ(expr) => {
                let value = self.eval(expr, depth + 1)?;
                if self.program.symbols[sym].stands_for {
                    return Some(value);
                }
                match (value.op, value.add, value.sub) {
                    // A name for a place is a symbol of its own.
                    (None, Some(Target::At(_, section, offset)), None) => {
                        one(Target::At(sym, section, offset + value.number))
                    }
                    _ => Some(value),
                }
            }
        }
    }

    /// The value of an expression.
    pub(crate) fn eval(&self, expr: Expr, depth: u32) -> Option<Value> {
        if depth > 300 {
            return None;
        }
        match expr {
            Expr::Num(n) => Some(Value::number(n)),
            Expr::Sym(sym, add) => {
                let value = self.target(sym, depth)?;
                Some(Value { number: value.number + i64::from(add), ..value })
            }
            Expr::Tree(id) => match self.program.exprs.node(id) {
                Node::Reloc(op, x) => {
                    let value = self.eval(x, depth + 1)?;
                    value.op.is_none().then_some(Value { op: Some(op), ..value })
                }
                Node::Unary(op, x) => {
                    let value = self.eval(x, depth + 1)?.settled();
                    let plain = value.add.is_none() && value.sub.is_none() && value.op.is_none();
                    plain.then(|| Value::number(unary(op, value.number)))
                }
                Node::Binary(op, a, b) => {
                    let (a, b) = (self.eval(a, depth + 1)?.settled(), self.eval(b, depth + 1)?.settled());
                    combine(op, a, b)
                }
            },
        }
    }

    /// The value of an expression that is a number.
    pub(crate) fn number(&self, expr: Expr) -> Option<i64> {
        let value = self.eval(expr, 0)?.settled();
        (value.add.is_none() && value.sub.is_none() && value.op.is_none()).then_some(value.number)
    }

    /// The value of an expression as an offset in a section.
    pub(crate) fn offset_in(&self, section: SectionId, expr: Expr) -> Option<i64> {
        let value = self.eval(expr, 0)?.settled();
        let base = i64::from(self.program.section(section).address.unwrap_or(0));
        match (value.add, value.sub) {
            (None, None) => Some(value.number - base),
            (Some(Target::At(_, s, offset)), None) if s == section => Some(offset + value.number),
            _ => None,
        }
    }

    /// From one place to another of the same section; 0 where there is no such distance.
    pub(crate) fn distance(&self, from: SymId, to: SymId) -> u32 {
        let at = |sym| match self.program.symbols[sym].def {
            Def::Place(place) => self.program.address(place),
            _ => 0,
        };
        at(to).wrapping_sub(at(from))
    }

    fn is_thumb_function(&self, sym: SymId) -> bool {
        let symbol = &self.program.symbols[sym];
        symbol.thumb_func || symbol.ty == SymType::Func && symbol.thumb
    }

    /// Whether the linker must see a reference to a symbol in whatever section.
    fn forced(&self, sym: SymId, insn: Option<&Insn>) -> bool {
        let symbol = &self.program.symbols[sym];
        if symbol.binding != Binding::Local || symbol.ty == SymType::IFunc {
            return true;
        }
        // From ARM to Thumb and back the linker, or BLX, has to do something.
        let function = matches!(symbol.ty, SymType::Func);
        match insn {
            Some(Insn { op: Op::BlxImm(_), .. }) => false,
            Some(insn) if insn.thumb => function && !symbol.thumb_func && symbol.thumb != insn.thumb,
            Some(_) => symbol.thumb_func,
            None => false,
        }
    }

    /// Whether a branch must be left to the linker: GNU as leaves all to global symbols, but for the shortest one.
    fn branch_forced(&self, sym: SymId, insn: &Insn) -> bool {
        let shortest = insn.thumb
            && insn.width == 2
            && insn.op.kind() == OpKind::B
            && (insn.cond == Cond::Al || insn.in_it);
        !shortest && self.forced(sym, Some(insn))
    }

    /// The value of an instruction's operand at an address, if it is known here.
    pub(crate) fn operand(&self, section: SectionId, addr: u32, insn: &Insn) -> Option<i64> {
        let value = self.eval(insn.value, 0)?.settled();
        let base = i64::from(self.program.section(section).address.unwrap_or(0));
        let pc = base + i64::from(addr) + if insn.thumb { 4 } else { 8 };
        let pc = match insn.role {
            Role::Literal => pc & !3,
            Role::Branch if insn.thumb && insn.op.kind() == OpKind::BlxImm => pc & !3,
            _ => pc,
        };
        let absolute = self.program.section(section).address.is_some();
        let known = match (value.add, value.sub, insn.role) {
            (None, None, Role::Value) => value.number,
            (None, None, _) if absolute => value.number - pc,
            (Some(Target::At(sym, s, offset)), None, Role::Branch | Role::Literal) if s == section => {
                // Loads relative to PC cannot be left to the linker, whatever the symbol.
                if insn.role == Role::Branch && self.branch_forced(sym, insn) {
                    return None;
                }
                // ADR of a Thumb function is for BX.
                let thumb = (insn.op.kind() == OpKind::Adr && self.program.symbols[sym].thumb_func) as i64;
                offset + value.number - pc + thumb
            }
            _ => return None,
        };
        match value.op {
            None | Some(RelocOp::Plt) => Some(known),
            Some(RelocOp::Lower16) => Some(known & 0xffff),
            Some(RelocOp::Upper16) => Some(known >> 16 & 0xffff),
            Some(RelocOp::Lower0_7) => Some(known & 0xff),
            Some(RelocOp::Lower8_15) => Some(known >> 8 & 0xff),
            Some(RelocOp::Upper0_7) => Some(known >> 16 & 0xff),
            Some(RelocOp::Upper8_15) => Some(known >> 24 & 0xff),
            _ => None,
        }
    }

    /// Resolves one reference.
    pub(crate) fn fixup(
        &self,
        id: SectionId,
        at: u32,
        fixup: &Fixup,
        out: &mut Section,
        diags: &mut Diagnostics,
    ) {
        match fixup.kind {
            FixupKind::Data(size) => self.data(id, at, fixup, size, out, diags),
            FixupKind::Insn(number) => {
                self.insn(id, at, &self.program.insns[number as usize], out, diags);
            }
            FixupKind::Reloc(ty) => {
                let symbol = self.eval(fixup.value, 0).and_then(|value| value.add).map(symbol_of);
                out.relocs.push(Reloc { offset: at, ty, symbol });
            }
        }
    }

    /// Puts in the relocations that the source writes: each before the first of the others that is behind it. As with
    /// GNU as what they add to stays as it is.
    pub(crate) fn written(&self, id: SectionId, out: &mut Section, diags: &mut Diagnostics) {
        let others = std::mem::take(&mut out.relocs);
        let mut others = others.into_iter().peekable();
        for written in &self.program.section(id).written {
            let Some(at) = self.offset_in(id, written.at).and_then(|at| u32::try_from(at).ok()) else {
                diags.error(
                    written.span,
                    "the offset of a relocation is a place of this section, or a number",
                );
                continue;
            };
            while let Some(other) = others.next_if(|other| other.offset <= at) {
                out.relocs.push(other);
            }
            let target = written.value.and_then(|value| self.eval(value, 0)).and_then(|value| value.add);
            out.relocs.push(Reloc { offset: at, ty: written.ty, symbol: target.map(symbol_of) });
        }
        out.relocs.extend(others);
    }

    fn data(
        &self,
        id: SectionId,
        at: u32,
        fixup: &Fixup,
        size: u8,
        out: &mut Section,
        diags: &mut Diagnostics,
    ) {
        let Some(value) = self.eval(fixup.value, 0) else {
            diags.error(fixup.span, "this is no address and no number");
            return;
        };
        // The distance from a place of this section to a Thumb function is left to the linker, which knows of bit 0.
        let function = matches!(value.add, Some(Target::At(sym, ..)) if self.is_thumb_function(sym));
        let here = matches!(value.sub, Some(Target::At(_, s, _)) if s == id);
        let written = value;
        let value = if function && here { value } else { value.settled() };
        let mut number = value.number;
        if let (None, None, None | Some(RelocOp::None)) = (value.add, value.sub, value.op) {
            put(out, at, size, number);
            return;
        }
        // Less a place in this section is relative to here.
        let mut relative = false;
        match value.sub {
            None => {}
            Some(Target::At(_, s, offset)) if s == id => {
                number += i64::from(at) - offset;
                relative = true;
            }
            Some(_) => {
                diags.error(fixup.span, "the difference of symbols in other sections is not known");
                return;
            }
        }
        let Some(target) = value.add else {
            diags.error(fixup.span, "a symbol cannot be subtracted from a number");
            return;
        };
        let global_offset_table = |target| matches!(target, Target::Undefined(sym) if self.program.symbols.name(sym) == b"_GLOBAL_OFFSET_TABLE_");
        let ty = match (value.op, size, relative) {
            (Some(op), 4, _) => match data_reloc(op) {
                Some(ty) => ty,
                None => {
                    diags.error(fixup.span, "this relocation is not for data");
                    return;
                }
            },
            (None, 4, _) if global_offset_table(target) => r::BASE_PREL,
            (None, 4, true) => r::REL32,
            (None, 4, false) => r::ABS32,
            (None, 2, false) => r::ABS16,
            (None, 1, false) => r::ABS8,
            _ => {
                diags.error(fixup.span, format!("there is no relocation for this in {size} bytes"));
                return;
            }
        };
        let keep = match value.op {
            None | Some(RelocOp::Prel31 | RelocOp::Target1 | RelocOp::SbRel) => false,
            Some(_) => true,
        };
        // GNU as counts a subtracted symbol as an addend here, even where it is gone.
        let addend = written.sub.is_some() || value.number != 0;
        let (symbol, more) = self.against(target, keep, addend);
        number += more;
        // A Thumb function's bit 0 is the symbol's; the lower bits of PREL31 are the word's other bit.
        if ty == r::PREL31 {
            let top = out.bytes.get(at as usize + 3).copied().unwrap_or(0) & 0x80;
            put(out, at, 4, number & 0x7fff_ffff | i64::from(top) << 24);
        } else {
            put(out, at, size, number);
        }
        out.relocs.push(Reloc { offset: at, ty, symbol });
    }

    /// The symbol that a relocation is against, and what must be added: local symbols give way to their section's
    /// where nothing is lost.
    fn against(&self, target: Target, keep: bool, addend: bool) -> (Option<SymId>, i64) {
        let Target::At(sym, section, offset) = target else { return (Some(symbol_of(target)), 0) };
        let (symbol, section) = (&self.program.symbols[sym], self.program.section(section));
        let merged = section.flags & elf::SHF_MERGE != 0 && addend;
        let tls = section.flags & elf::SHF_TLS != 0;
        let function = symbol.ty == SymType::Func || symbol.ty == SymType::IFunc || symbol.thumb_func;
        if keep || symbol.binding != Binding::Local || merged || tls || function {
            return (Some(sym), if matches!(symbol.def, Def::Section(_)) { offset } else { 0 });
        }
        (Some(section.symbol), offset)
    }

    /// Encodes an instruction, with a relocation if its operand is not known.
    pub(crate) fn insn(
        &self,
        id: SectionId,
        at: u32,
        insn: &Insn,
        out: &mut Section,
        diags: &mut Diagnostics,
    ) {
        let place = Place { thumb: insn.thumb, in_it: insn.in_it, width: insn.width };
        let row = &ROWS[insn.row as usize];
        let exchanging;
        let insn = match self.exchange(id, insn) {
            Some(other) => {
                exchanging = other;
                &exchanging
            }
            None => insn,
        };
        if let Some(value) = self.operand(id, at, insn) {
            match with_value(&insn.op, value).and_then(|op| choose(&op, insn.cond, place, row)) {
                Some(mut word) if word.size == insn.width || insn.width == 0 || !insn.thumb => {
                    if value == 0 && !insn.thumb && self.is_literal(insn) {
                        // GNU as loads a literal that is right at PC with [PC, #-0].
                        word.bits &= !(1 << 23);
                    }
                    let bytes = word.bytes(insn.thumb);
                    let at = at as usize;
                    out.bytes[at..at + word.size as usize].copy_from_slice(&bytes[..word.size as usize]);
                }
                _ => diags.push(self.too_far(insn, value)),
            }
            return;
        }
        if let Err(message) = self.relocate(id, at, insn, place, out) {
            diags.error(insn.span, message);
        }
    }

    /// A call of a local function of the other instruction set in this section: BL becomes BLX.
    fn exchange(&self, id: SectionId, insn: &Insn) -> Option<Insn> {
        let Op::Bl(x) = insn.op else { return None };
        let value = self.eval(insn.value, 0)?;
        let (Some(Target::At(sym, section, _)), None) = (value.add, value.sub) else { return None };
        let symbol = &self.program.symbols[sym];
        let thumb = self.is_thumb_function(sym);
        let function = thumb || symbol.ty == SymType::Func;
        let other = function && thumb != insn.thumb && (insn.thumb || insn.cond == Cond::Al);
        (section == id && other && symbol.binding == Binding::Local)
            .then_some(Insn { op: Op::BlxImm(x), ..*insn })
    }

    /// Whether an instruction loads from a literal pool.
    fn is_literal(&self, insn: &Insn) -> bool {
        matches!(insn.value, Expr::Sym(sym, _) if self.program.symbols[sym].literal)
    }

    fn too_far(&self, insn: &Insn, value: i64) -> Diagnostic {
        let pool = self.is_literal(insn);
        let d = |message: String| Diagnostic::error(insn.span, message);
        let unit = if insn.thumb { 2 } else { 4 };
        match insn.role {
            Role::Value => d(format!("{value} cannot be encoded here")),
            _ if pool => d(format!("the literal pool is {value} bytes away, out of reach of this load"))
                .help(
                    "put `.ltorg` nearer, behind a branch or the end of a function, where it is not executed",
                ),
            Role::Branch if value % unit != 0 => {
                d(format!("the target is {value} bytes away, and instructions stand at multiples of {unit}"))
                    .help("is it the label of data? Put `.balign` between data and code")
            }
            Role::Branch => d(format!("the target is {value} bytes away, out of reach of this branch")),
            _ => d(format!(
                "the address is {value} bytes away, out of reach of this instruction, or not aligned"
            ))
            .help("load the address with `ldr rd, =label`"),
        }
    }

    /// An instruction with a relocation: the addend stands in it.
    fn relocate(
        &self,
        id: SectionId,
        at: u32,
        insn: &Insn,
        place: Place,
        out: &mut Section,
    ) -> Result<(), String> {
        let value = self.eval(insn.value, 0).ok_or("this is no address and no number")?.settled();
        let row = &ROWS[insn.row as usize];
        let (mut relative, mut number) = (false, value.number);
        match value.sub {
            None => {}
            Some(Target::At(_, s, offset)) if s == id => {
                number += i64::from(at) - offset;
                relative = true;
            }
            Some(_) => return Err("the difference of symbols in other sections is not known".into()),
        }
        let bias = match (insn.role, insn.thumb) {
            (Role::Value, _) => 0,
            (_, true) => 4,
            (_, false) => 8,
        };
        let encode = |number: i64| {
            let op = with_value(&insn.op, number).ok_or("the addend is too great for the instruction")?;
            choose(&op, insn.cond, place, row).ok_or("the addend is too great for the instruction")
        };
        // Which encoding it is decides which relocation.
        let probe = encode(0).map_err(|_| "there is no encoding with these registers")?;
        let name = ROWS[probe.row as usize].name;
        let ty = reloc_of(insn, name, value.op, relative).ok_or("there is no relocation for this operand")?;
        let (symbol, more) = match value.add {
            Some(target) => {
                let keep = insn.role == Role::Value || value.op.is_some_and(|op| op != RelocOp::Plt);
                self.against(target, keep, number != 0)
            }
            None => (None, 0),
        };
        let mut addend = number + more - bias;
        if insn.role == Role::Value {
            addend &= 0xffff;
        }
        if ty == r::TLS_CALL || ty == r::THM_TLS_CALL || ty == r::TLS_DESCSEQ {
            addend = number - bias;
        }
        let word = encode(addend)?;
        let bytes = word.bytes(insn.thumb);
        let range = at as usize..at as usize + word.size as usize;
        out.bytes
            .get_mut(range)
            .ok_or("an instruction outside its section")?
            .copy_from_slice(&bytes[..word.size as usize]);
        out.relocs.push(Reloc { offset: at, ty, symbol });
        Ok(())
    }
}

fn symbol_of(target: Target) -> SymId {
    match target {
        Target::At(sym, ..) | Target::Undefined(sym) => sym,
    }
}

impl Value {
    /// Symbols of one section cancel.
    pub(crate) fn settled(self) -> Value {
        match (self.add, self.sub) {
            (Some(Target::At(_, s, a)), Some(Target::At(_, t, b))) if s == t && self.op.is_none() => {
                Value::number(self.number + a - b)
            }
            (Some(Target::Undefined(s)), Some(Target::Undefined(t))) if s == t => Value::number(self.number),
            _ => self,
        }
    }
}

fn combine(op: BinOp, a: Value, b: Value) -> Option<Value> {
    let plain = |v: &Value| v.add.is_none() && v.sub.is_none() && v.op.is_none();
    if plain(&a) && plain(&b) {
        return Some(Value::number(binary(op, a.number, b.number)?));
    }
    let either = |x: Option<Target>, y: Option<Target>| match (x, y) {
        (Some(_), Some(_)) => None,
        (x, y) => Some(x.or(y)),
    };
    match op {
        BinOp::Add => Some(Value {
            op: a.op.or(b.op),
            add: either(a.add, b.add)?,
            sub: either(a.sub, b.sub)?,
            number: a.number.wrapping_add(b.number),
        }),
        BinOp::Sub if b.op.is_none() => Some(Value {
            op: a.op,
            add: either(a.add, b.sub)?,
            sub: either(a.sub, b.add)?,
            number: a.number.wrapping_sub(b.number),
        }),
        _ => None,
    }
}

fn put(out: &mut Section, at: u32, size: u8, number: i64) {
    let at = at as usize;
    if let Some(bytes) = out.bytes.get_mut(at..at + size.min(8) as usize) {
        bytes.copy_from_slice(&number.to_le_bytes()[..size.min(8) as usize]);
    }
}
