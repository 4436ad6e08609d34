//! Putting the value of an expression into an operation that was read without it.

use super::choose::with_constant;
use skink_isa::Op;
use skink_isa::operand::{Address, Imm, Literal, ModImm, Offset, Rel};
use skink_isa::read::UNCHOSEN;

/// The operation with this value for its expression: a branch's distance from PC, a literal's from
/// Align(PC, 4), or the number itself. `None` if no such operation has it.
pub fn with_value(op: &Op, value: i64) -> Option<Op> {
    use Op::*;
    let mut op = *op;
    let unsigned = u32::try_from(value).ok();
    let magnitude = u16::try_from(value.unsigned_abs()).ok();
    match &mut op {
        B(x) | Bl(x) | BlxImm(x) => x.target = Rel(i32::try_from(value).ok()?),
        Cbz(x) => x.target = Rel(i32::try_from(value).ok()?),
        LdrLit(x) | LdrbLit(x) | LdrhLit(x) | LdrsbLit(x) | LdrshLit(x) => {
            (x.add, x.imm) = (value >= 0, Literal(magnitude?));
        }
        LdrdLit(x) => (x.add, x.imm) = (value >= 0, Literal(magnitude?)),
        PldLit(x) | PliLit(x) => (x.add, x.imm) = (value >= 0, Literal(magnitude?)),
        Adr(x) => (x.add, x.imm) = (value >= 0, Imm(u32::try_from(value.unsigned_abs()).ok()?)),
        Movw(x) | Movt(x) => x.imm = Imm(unsigned?),
        AddWide(x) | SubWide(x) => x.imm = Imm(unsigned?),
        Svc(x) | Bkpt(x) | Udf(x) | Hvc(x) | Smc(x) | Hint(x) => x.imm = Imm(unsigned?),
        Ldrex(x) => x.imm = Imm(unsigned?),
        Strex(x) => x.imm = Imm(unsigned?),
        Ssat(x) | Usat(x) => x.sat = Imm(unsigned?),
        Ssat16(x) | Usat16(x) => x.sat = Imm(unsigned?),
        Ldr(x) | Ldrb(x) | Ldrh(x) | Ldrsb(x) | Ldrsh(x) | Str(x) | Strb(x) | Strh(x) => {
            x.addr = address(x.addr, value)?;
        }
        Ldrd(x) | Strd(x) => x.addr = address(x.addr, value)?,
        Pld(x) | Pldw(x) | Pli(x) => x.addr = address(x.addr, value)?,
        Vldr(x) | Vstr(x) => x.addr = address(x.addr, value)?,
        _ => {
            if !(i64::from(i32::MIN)..=i64::from(u32::MAX)).contains(&value) {
                return None;
            }
            let a32 = false;
            let imm = ModImm { value: value as u32, carry: None, raw: UNCHOSEN, a32 };
            let with = with_constant(&op, imm);
            return (with != op).then_some(with);
        }
    }
    Some(op)
}

fn address(addr: Address, value: i64) -> Option<Address> {
    let Offset::Imm { .. } = addr.offset else { return None };
    let offset = Offset::Imm { value: u16::try_from(value.unsigned_abs()).ok()?, add: value >= 0 };
    Some(Address { offset, ..addr })
}
