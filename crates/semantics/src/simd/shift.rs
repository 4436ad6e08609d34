//! Advanced SIMD shifts by a constant (ARM ARM A7.4.4).

use super::builder::{Shape, VectorBuilder};
use skink_isa::simd::op::*;
use skink_isa::simd::operand::{DataType, Kind, Lane};

/// 64 bits of elements that have the bits of `element`.
fn repeated(lane: Lane, element: u64) -> u64 {
    match lane {
        Lane::B8 => element & 0xff | (element & 0xff) << 8,
        Lane::B16 => element & 0xffff,
        Lane::B32 => element & 0xffff_ffff,
        Lane::B64 => return element,
    }
    .wrapping_mul(match lane {
        Lane::B32 => 0x0000_0001_0000_0001,
        _ => 0x0001_0001_0001_0001,
    })
}

/// VSHR, VSRA, VRSHR, VRSRA, VSRI, VSHL, VSLI, VQSHL, VQSHLU.
pub(crate) fn by_constant<B: VectorBuilder>(b: &mut B, x: &VecShiftImmArgs) {
    let (ty, by) = (x.shift.ty, x.shift.amount);
    let shape = Shape::of(ty, x.vd);
    let vm = b.ext_reg(x.vm);
    let result = match x.what {
        VecShiftImm::Sra | VecShiftImm::Rsra => {
            let op = if x.what == VecShiftImm::Sra { VecShiftImm::Shr } else { VecShiftImm::Rshr };
            let (vd, shifted) = (b.ext_reg(x.vd), b.vec_shift_imm(op, shape, vm, by));
            b.vec_binary(VecBinary::Add, shape, vd, shifted)
        }
        VecShiftImm::Sri | VecShiftImm::Sli => {
            let right = x.what == VecShiftImm::Sri;
            let ones = u64::MAX >> (64 - ty.lane.bits());
            // The bits that the shift fills; the others stay. A shift right by the width fills none.
            let filled = if right { ones.checked_shr(by as u32).unwrap_or(0) } else { ones << by };
            let filled = repeated(ty.lane, filled);
            let mask = b.vec_const(filled, filled);
            let op = if right { VecShiftImm::Shr } else { VecShiftImm::Shl };
            let unsigned = Shape { ty: DataType::new(Kind::Unsigned, ty.lane), ..shape };
            let (vd, shifted) = (b.ext_reg(x.vd), b.vec_shift_imm(op, unsigned, vm, by));
            let kept = b.vec_binary(VecBinary::Bic, shape, vd, mask);
            b.vec_binary(VecBinary::Orr, shape, kept, shifted)
        }
        what => b.vec_shift_imm(what, shape, vm, by),
    };
    b.set_ext_reg(x.vd, result);
}

/// VSHRN, VRSHRN, VQSHRN, VQRSHRN, VQSHRUN, VQRSHRUN.
pub(crate) fn narrow<B: VectorBuilder>(b: &mut B, x: &VecShiftNarrowArgs) {
    let vm = b.ext_reg(x.vm);
    let result = b.vec_shift_narrow(x.what, x.shift.ty, vm, x.shift.amount);
    b.set_ext_reg(x.vd, result);
}

/// VSHLL, VMOVL.
pub(crate) fn long<B: VectorBuilder>(b: &mut B, x: &VecShiftLongArgs) {
    let vm = b.ext_reg(x.vm);
    let wide = b.vec_widen(x.shift.ty, vm);
    let result = match x.shift.amount {
        0 => wide,
        by => b.vec_shift_imm(VecShiftImm::Shl, Shape::quad(x.shift.ty.wider()), wide, by),
    };
    b.set_ext_reg(x.vd, result);
}
