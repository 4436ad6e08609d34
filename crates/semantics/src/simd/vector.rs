//! Advanced SIMD data processing but for the shifts by a constant (ARM ARM A7.4).

use super::builder::{Shape, VectorBuilder};
use skink_isa::simd::op::*;
use skink_isa::simd::operand::*;

/// The last operand: a register, or one element in all places.
fn arg<B: VectorBuilder>(b: &mut B, vm: VecArg, lane: Lane) -> B::Vec {
    match vm {
        VecArg::Reg(r) => b.ext_reg(r),
        VecArg::Scalar(Scalar { d, index }) => {
            let value = b.ext_reg(ExtReg::D(d));
            b.vec_dup(value, lane, index)
        }
    }
}

/// The operations on two vectors.
pub(crate) fn binary<B: VectorBuilder>(b: &mut B, x: &VecBinaryArgs) {
    let (vn, vm) = (b.ext_reg(x.vn), arg(b, x.vm, x.ty.lane));
    let result = b.vec_binary(x.what, Shape::of(x.ty, x.vd), vn, vm);
    b.set_ext_reg(x.vd, result);
}

/// VMLA, VMLS, VABA, VFMA, VFMS.
pub(crate) fn accumulate<B: VectorBuilder>(b: &mut B, x: &VecAccumulateArgs) {
    let shape = Shape::of(x.ty, x.vd);
    let (vd, vn, vm) = (b.ext_reg(x.vd), b.ext_reg(x.vn), arg(b, x.vm, x.ty.lane));
    let (first, second) = match x.what {
        VecAccumulate::Mla => (VecBinary::Mul, VecBinary::Add),
        VecAccumulate::Mls => (VecBinary::Mul, VecBinary::Sub),
        VecAccumulate::Aba => (VecBinary::Abd, VecBinary::Add),
        VecAccumulate::Fma | VecAccumulate::Fms => {
            let negate = x.what == VecAccumulate::Fms;
            let vn = if negate { b.vec_unary(VecUnary::Neg, shape, vn) } else { vn };
            let result = b.vec_fma(shape, vd, vn, vm);
            b.set_ext_reg(x.vd, result);
            return;
        }
    };
    let value = b.vec_binary(first, shape, vn, vm);
    let result = b.vec_binary(second, shape, vd, value);
    b.set_ext_reg(x.vd, result);
}

/// VBSL, VBIT, VBIF: the bits of `mask` choose.
pub(crate) fn select<B: VectorBuilder>(b: &mut B, x: &VecSelectArgs) {
    let shape = Shape::of(BITS, x.vd);
    let (vd, vn, vm) = (b.ext_reg(x.vd), b.ext_reg(x.vn), b.ext_reg(x.vm));
    let (mask, set, clear) = match x.what {
        VecSelect::Bsl => (vd, vn, vm),
        VecSelect::Bit => (vm, vn, vd),
        VecSelect::Bif => (vm, vd, vn),
    };
    let set = b.vec_binary(VecBinary::And, shape, set, mask);
    let clear = b.vec_binary(VecBinary::Bic, shape, clear, mask);
    let result = b.vec_binary(VecBinary::Orr, shape, set, clear);
    b.set_ext_reg(x.vd, result);
}

/// VADDL, VSUBL, VABDL, VABAL, VMULL, VMLAL, VMLSL, VQDMULL, VQDMLAL, VQDMLSL.
pub(crate) fn long<B: VectorBuilder>(b: &mut B, x: &VecLongArgs) {
    let shape = Shape::quad(x.ty.wider());
    let (vn, vm) = (b.ext_reg(x.vn), arg(b, x.vm, x.ty.lane));
    let widened = |b: &mut B, what| {
        let (vn, vm) = (b.vec_widen(x.ty, vn), b.vec_widen(x.ty, vm));
        b.vec_binary(what, shape, vn, vm)
    };
    let value = match x.what {
        VecLong::Add => widened(b, VecBinary::Add),
        VecLong::Sub => widened(b, VecBinary::Sub),
        VecLong::Abd | VecLong::Aba => widened(b, VecBinary::Abd),
        VecLong::Mul | VecLong::Mla | VecLong::Mls => b.vec_mul_long(x.ty, vn, vm),
        VecLong::Qdmul | VecLong::Qdmla | VecLong::Qdmls => b.vec_qdmul_long(x.ty, vn, vm),
    };
    let combine = match x.what {
        VecLong::Aba | VecLong::Mla => Some(VecBinary::Add),
        VecLong::Mls => Some(VecBinary::Sub),
        VecLong::Qdmla => Some(VecBinary::Qadd),
        VecLong::Qdmls => Some(VecBinary::Qsub),
        VecLong::Add | VecLong::Sub | VecLong::Abd | VecLong::Mul | VecLong::Qdmul => None,
    };
    let result = match combine {
        Some(op) => {
            let vd = b.ext_reg(x.vd);
            b.vec_binary(op, shape, vd, value)
        }
        None => value,
    };
    b.set_ext_reg(x.vd, result);
}

/// VADDW, VSUBW.
pub(crate) fn wide<B: VectorBuilder>(b: &mut B, x: &VecWideArgs) {
    let (vn, vm) = (b.ext_reg(x.vn), b.ext_reg(x.vm));
    let vm = b.vec_widen(x.ty, vm);
    let op = if x.sub { VecBinary::Sub } else { VecBinary::Add };
    let result = b.vec_binary(op, Shape::quad(x.ty.wider()), vn, vm);
    b.set_ext_reg(x.vd, result);
}

/// VADDHN, VSUBHN, VRADDHN, VRSUBHN: the high half of each sum or difference.
pub(crate) fn high_narrow<B: VectorBuilder>(b: &mut B, x: &VecHighNarrowArgs) {
    let (vn, vm) = (b.ext_reg(x.vn), b.ext_reg(x.vm));
    let op = if x.sub { VecBinary::Sub } else { VecBinary::Add };
    let sum = b.vec_binary(op, Shape::quad(x.ty), vn, vm);
    let shift = if x.round { VecShiftNarrow::Rshrn } else { VecShiftNarrow::Shrn };
    let result = b.vec_shift_narrow(shift, x.ty, sum, x.ty.narrower().lane.bits() as u8);
    b.set_ext_reg(x.vd, result);
}

/// VSHL, VQSHL, VRSHL, VQRSHL by a vector.
pub(crate) fn shift<B: VectorBuilder>(b: &mut B, x: &VecShiftArgs) {
    let (vm, vn) = (b.ext_reg(x.vm), b.ext_reg(x.vn));
    let result = b.vec_shift(x.what, Shape::of(x.ty, x.vd), vm, vn);
    b.set_ext_reg(x.vd, result);
}

/// The operations on one vector.
pub(crate) fn unary<B: VectorBuilder>(b: &mut B, x: &VecUnaryArgs) {
    let vm = b.ext_reg(x.vm);
    let result = b.vec_unary(x.what, Shape::of(x.ty, x.vd), vm);
    b.set_ext_reg(x.vd, result);
}

/// VPADDL, VPADAL.
pub(crate) fn pair_long<B: VectorBuilder>(b: &mut B, x: &VecPairLongArgs) {
    let vm = b.ext_reg(x.vm);
    let mut result = b.vec_pair_long(Shape::of(x.ty, x.vd), vm);
    if x.accumulate {
        let vd = b.ext_reg(x.vd);
        result = b.vec_binary(VecBinary::Add, Shape::of(x.ty.wider(), x.vd), vd, result);
    }
    b.set_ext_reg(x.vd, result);
}

/// VSWP, VTRN, VUZP, VZIP. With one register for both the result is UNKNOWN; Vd's stays, as under
/// qemu-arm.
pub(crate) fn permute<B: VectorBuilder>(b: &mut B, x: &VecPermuteArgs) {
    let (vd, vm) = (b.ext_reg(x.vd), b.ext_reg(x.vm));
    let (first, second) = b.vec_permute(x.what, x.lane, matches!(x.vd, ExtReg::Q(_)), vd, vm);
    b.set_ext_reg(x.vm, second);
    b.set_ext_reg(x.vd, first);
}

/// VMOVN, VQMOVN, VQMOVUN.
pub(crate) fn narrow<B: VectorBuilder>(b: &mut B, x: &VecNarrowArgs) {
    let vm = b.ext_reg(x.vm);
    let result = b.vec_narrow(x.what, x.ty, vm);
    b.set_ext_reg(x.vd, result);
}

/// VCVT between single precision and 32-bit integers or fixed-point numbers.
pub(crate) fn fixed<B: VectorBuilder>(b: &mut B, x: &VecFixedArgs) {
    let vm = b.ext_reg(x.vm);
    let result = b.vec_fixed(x.to_fixed, x.unsigned, x.fbits, matches!(x.vd, ExtReg::Q(_)), vm);
    b.set_ext_reg(x.vd, result);
}

/// VCVT between half and single precision.
pub(crate) fn half<B: VectorBuilder>(b: &mut B, x: &VecHalfArgs) {
    let vm = b.ext_reg(x.vm);
    let result = b.vec_half(x.to_half, vm);
    b.set_ext_reg(x.vd, result);
}

/// VEXT.
pub(crate) fn extract<B: VectorBuilder>(b: &mut B, x: &VecExtractArgs) {
    let (vn, vm) = (b.ext_reg(x.vn), b.ext_reg(x.vm));
    let result = b.vec_extract(matches!(x.vd, ExtReg::Q(_)), vn, vm, x.imm);
    b.set_ext_reg(x.vd, result);
}

/// VTBL, VTBX.
pub(crate) fn table<B: VectorBuilder>(b: &mut B, x: &VecTableArgs) {
    let zero = b.vec_const(0, 0);
    let mut table = [zero; 4];
    for (i, entry) in table.iter_mut().enumerate().take(x.list.count as usize) {
        *entry = b.ext_reg(x.list.first.plus(i as u8));
    }
    let index = b.ext_reg(x.vm);
    let otherwise = if x.x { b.ext_reg(x.vd) } else { zero };
    let result = b.vec_table(table, x.list.count, index, otherwise);
    b.set_ext_reg(x.vd, result);
}

/// VDUP from an element.
pub(crate) fn dup<B: VectorBuilder>(b: &mut B, x: &VecDupArgs) {
    let vm = b.ext_reg(ExtReg::D(x.vm.d));
    let result = b.vec_dup(vm, x.lane, x.vm.index);
    b.set_ext_reg(x.vd, result);
}

/// VMOV, VMVN, VORR, VBIC with a constant.
pub(crate) fn immediate<B: VectorBuilder>(b: &mut B, x: &VecImmArgs) {
    let bits = x.imm.value();
    let bits = if x.what == VecImmOp::Mvn { !bits } else { bits };
    let imm = b.vec_const(bits, bits);
    let op = match x.what {
        VecImmOp::Mov | VecImmOp::Mvn => {
            b.set_ext_reg(x.vd, imm);
            return;
        }
        VecImmOp::Orr => VecBinary::Orr,
        VecImmOp::Bic => VecBinary::Bic,
    };
    let vd = b.ext_reg(x.vd);
    let result = b.vec_binary(op, Shape::of(BITS, x.vd), vd, imm);
    b.set_ext_reg(x.vd, result);
}
