//! Frames by call frame information (DWARF 5, 6.4), in `.debug_frame` or `.eh_frame`.

use super::{Caller, Found, Place, Registers};
use crate::elf::Bytes;
use crate::location::{self, Context};
use crate::module::Module;
use gimli::{
    BaseAddresses, CfaRule, DebugFrame, EhFrame, FrameDescriptionEntry, Piece, Register, RegisterRule,
    UnwindExpression, UnwindOffset, UnwindSection,
};

/// What the information says of a place.
pub(super) enum Answer {
    Caller(Box<Caller>),
    /// Nobody called it.
    Outermost,
    /// Nothing.
    Unknown,
}

/// Which entry is for which addresses, ascending: start, end, place in the section.
type Index = Vec<(u32, u32, usize)>;

/// A module's sections with their indices.
pub(crate) struct Sections {
    debug: (DebugFrame<Bytes>, Index),
    eh: (EhFrame<Bytes>, Index),
    bases: BaseAddresses,
}

impl Sections {
    pub(crate) fn of(module: &Module) -> Option<Sections> {
        let elf = module.file()?;
        let mut bases = BaseAddresses::default();
        if let Some(text) = elf.address_of(".text") {
            bases = bases.set_text(text.into());
        }
        if let Some(frame) = elf.address_of(".eh_frame") {
            bases = bases.set_eh_frame(frame.into());
        }
        let holder = [Some(elf), module.separate()].into_iter().flatten().find(|elf| elf.has(".debug_frame"));
        let mut debug = DebugFrame::from(holder.unwrap_or(elf).section(".debug_frame"));
        debug.set_address_size(4);
        let mut eh = EhFrame::from(elf.section(".eh_frame"));
        eh.set_address_size(4);
        let (in_debug, in_eh) = (index(&debug, &bases), index(&eh, &bases));
        Some(Sections { debug: (debug, in_debug), eh: (eh, in_eh), bases })
    }
}

fn index<S: UnwindSection<Bytes>>(section: &S, bases: &BaseAddresses) -> Index {
    let mut found = Vec::new();
    let mut entries = section.entries(bases);
    while let Ok(Some(entry)) = entries.next() {
        let gimli::CieOrFde::Fde(partial) = entry else { continue };
        let Ok(fde) = partial.parse(S::cie_from_offset) else { continue };
        let start = fde.initial_address() as u32;
        if fde.len() > 0 {
            found.push((start, start.saturating_add(fde.len() as u32), fde.offset()));
        }
    }
    found.sort_unstable();
    found
}

pub(super) fn caller(place: &Place<'_>) -> Answer {
    let Some(module) = place.module else { return Answer::Unknown };
    let tables = module.unwind.get_or_init(|| super::Tables::of(module));
    let Some(sections) = &tables.cfi else { return Answer::Unknown };
    let at = module.to_file(place.lookup);
    let found = by_section(place, module, &sections.debug, &sections.bases, at);
    found.or_else(|| by_section(place, module, &sections.eh, &sections.bases, at)).unwrap_or(Answer::Unknown)
}

fn by_section<S>(
    place: &Place<'_>,
    module: &Module,
    (section, index): &(S, Index),
    bases: &BaseAddresses,
    at: u32,
) -> Option<Answer>
where
    S: UnwindSection<Bytes>,
    S::Offset: UnwindOffset<usize>,
{
    let behind = index.partition_point(|(start, ..)| *start <= at);
    let (_, _, offset) = index[..behind].iter().rev().find(|(_, end, _)| at < *end)?;
    let fde = section.fde_from_offset(bases, S::Offset::from(*offset), S::cie_from_offset).ok()?;
    apply(place, module, section, &fde, bases, at)
}

/// The caller's registers by the row of an entry.
fn apply<S: UnwindSection<Bytes>>(
    place: &Place<'_>,
    module: &Module,
    section: &S,
    fde: &FrameDescriptionEntry<Bytes>,
    bases: &BaseAddresses,
    at: u32,
) -> Option<Answer> {
    let mut context = gimli::UnwindContext::new();
    let row = fde.unwind_info_for_address(section, bases, &mut context, at.into()).ok()?;
    let now = place.registers;
    let encoding = fde.cie().encoding();
    let mut cx = Context {
        registers: now,
        memory: place.memory,
        cfa: None,
        frame_base: None,
        bias: module.bias(),
        tls: None,
        unit: None,
    };
    let value_of = |expression: &UnwindExpression<usize>, cx: &Context<'_>, initial| {
        let pieces = location::evaluate(expression.get(section).ok()?, encoding, cx, initial).ok()?;
        address(&pieces)
    };
    let cfa = match row.cfa() {
        CfaRule::RegisterAndOffset { register, offset } => {
            (location::register_value(now, register.0)? as u32).wrapping_add(*offset as u32)
        }
        CfaRule::Expression(expression) => value_of(expression, &cx, None)?,
    };
    cx.cfa = Some(cfa);
    let word = |addr: u32| place.memory.word(addr).ok();
    let recover = |number: u16| -> Option<Option<u64>> {
        let wide = number >= 256;
        let read = |addr: u32| -> Option<u64> {
            let low = u64::from(word(addr)?);
            if wide { Some(low | u64::from(word(addr.wrapping_add(4))?) << 32) } else { Some(low) }
        };
        Some(match row.register(Register(number))? {
            RegisterRule::Undefined | RegisterRule::Architectural => None,
            RegisterRule::SameValue => location::register_value(now, number),
            RegisterRule::Offset(offset) => read(cfa.wrapping_add(offset as u32)),
            RegisterRule::ValOffset(offset) => Some(cfa.wrapping_add(offset as u32).into()),
            RegisterRule::Register(other) => location::register_value(now, other.0),
            RegisterRule::Expression(expression) => value_of(&expression, &cx, Some(cfa)).and_then(read),
            RegisterRule::ValExpression(expression) => value_of(&expression, &cx, Some(cfa)).map(u64::from),
            RegisterRule::Constant(value) => Some(value),
        })
    };
    let link = fde.cie().return_address_register().0;
    // Nobody is to return to from a function whose return address is said to be nowhere.
    if matches!(row.register(Register(link)), Some(RegisterRule::Undefined)) {
        return Some(Answer::Outermost);
    }
    let mut registers: Registers = now.clone();
    super::forget_scratch(&mut registers);
    for number in 0..15u16 {
        if let Some(value) = recover(number) {
            registers.core[number as usize] = value.map(|value| value as u32);
        }
    }
    for number in 0..32u16 {
        if let Some(value) = recover(256 + number) {
            registers.d[number as usize] = value;
        }
    }
    // Without a rule it is where it was.
    let target = recover(link).unwrap_or_else(|| location::register_value(now, link));
    registers.core[15] = target.map(|target| target as u32);
    if fde.is_signal_trampoline() {
        let found = Found::Signal;
        registers.core[13] = recover(13).flatten().map_or(Some(cfa), |sp| Some(sp as u32));
        return Some(Answer::Caller(Box::new(Caller { registers, cfa: Some(cfa), found })));
    }
    Caller::returned_to(registers, cfa, Found::Dwarf).map(|caller| Answer::Caller(Box::new(caller)))
}

/// The one address or number that an expression arrived at.
fn address(pieces: &[Piece<Bytes>]) -> Option<u32> {
    match pieces {
        [Piece { location: gimli::Location::Address { address }, .. }] => Some(*address as u32),
        [Piece { location: gimli::Location::Value { value }, .. }] => {
            Some(value.to_u64(u64::MAX).ok()? as u32)
        }
        _ => None,
    }
}
