//! Transfers between core and extension registers (ARM ARM A7.8, A7.9).
// tidy: table

use super::codec::*;
use super::op::*;
use super::operand::*;
use crate::codec::*;
use crate::operand::Reg;
use crate::row::rows;

rows! {
    /// Transfers between core and extension registers.
    ROWS A32T32:
    VMOV_from_core_single_A1 "cccc 1110 0000 nnnn tttt 1010 n001 0000" MoveCoreSingle MoveCoreSingle { to_core: K(false), rt: R(t), vn: Srn(n) }
        "vmov{c}\t{vn}, {rt}" Vfp2 "A8.8.343";
    VMOV_from_core_singles_A1 "cccc 1100 0100 uuuu tttt 1010 00m1 mmmm" MoveCorePair MoveCorePair { to_core: K(false), rt: R(t), rt2: R(u), vm: Spair(m) }
        "vmov{c}\t{vm}, {vm:next}, {rt}, {rt2}" Vfp2 "A8.8.344";
    VMOV_from_core_double_A1 "cccc 1100 0100 uuuu tttt 1011 00m1 mmmm" MoveCorePair MoveCorePair { to_core: K(false), rt: R(t), rt2: R(u), vm: Dr(m) }
        "vmov{c}\t{vm}, {rt}, {rt2}" Vfp2 "A8.8.345";
    VMOV_to_core_single_A1 "cccc 1110 0001 nnnn tttt 1010 n001 0000" MoveCoreSingle MoveCoreSingle { to_core: K(true), rt: R(t), vn: Srn(n) }
        "vmov{c}\t{rt}, {vn}" Vfp2 "A8.8.343";
    VMOV_to_core_singles_A1 "cccc 1100 0101 uuuu tttt 1010 00m1 mmmm" MoveCorePair MoveCorePair { to_core: K(true), rt: R(t), rt2: R(u), vm: Spair(m) }
        "vmov{c}\t{rt}, {rt2}, {vm}, {vm:next}" Vfp2 "A8.8.344";
    VMOV_to_core_double_A1 "cccc 1100 0101 uuuu tttt 1011 00m1 mmmm" MoveCorePair MoveCorePair { to_core: K(true), rt: R(t), rt2: R(u), vm: Dr(m) }
        "vmov{c}\t{rt}, {rt2}, {vm}" Vfp2 "A8.8.345";
    VMOV_core_to_scalar_8_A1 "cccc 1110 01i0 dddd tttt 1011 dii1 0000" MoveCoreToScalar MoveCoreToScalar { lane: K(Lane::B8), vd: Eln(d, i), rt: R(t) }
        "vmov{c}.{lane}\t{vd}, {rt}" Simd "A8.8.341";
    VMOV_core_to_scalar_16_A1 "cccc 1110 00i0 dddd tttt 1011 di11 0000" MoveCoreToScalar MoveCoreToScalar { lane: K(Lane::B16), vd: Eln(d, i), rt: R(t) }
        "vmov{c}.{lane}\t{vd}, {rt}" Simd "A8.8.341";
    VMOV_core_to_scalar_32_A1 "cccc 1110 00i0 dddd tttt 1011 d001 0000" MoveCoreToScalar MoveCoreToScalar { lane: K(Lane::B32), vd: Eln(d, i), rt: R(t) }
        "vmov{c}.{lane}\t{vd}, {rt}" Vfp2 "A8.8.341";
    VMOV_scalar_to_core_8_A1 "cccc 1110 U1i1 nnnn tttt 1011 nii1 0000" MoveScalarToCore MoveScalarToCore { ty: Su8(U), rt: R(t), vn: Eln(n, i) }
        "vmov{c}.{ty}\t{rt}, {vn}" Simd "A8.8.342";
    VMOV_scalar_to_core_16_A1 "cccc 1110 U0i1 nnnn tttt 1011 ni11 0000" MoveScalarToCore MoveScalarToCore { ty: Su16(U), rt: R(t), vn: Eln(n, i) }
        "vmov{c}.{ty}\t{rt}, {vn}" Simd "A8.8.342";
    VMOV_scalar_to_core_32_A1 "cccc 1110 00i1 nnnn tttt 1011 n001 0000" MoveScalarToCore MoveScalarToCore { ty: K(ANY32), rt: R(t), vn: Eln(n, i) }
        "vmov{c}.{ty}\t{rt}, {vn}" Vfp2 "A8.8.342";
    VDUP_core_A1 "cccc 1110 1BQ0 dddd tttt 1011 d0E1 0000" DupCore DupCore { lane: SzBe(B, E), vd: Vrn(Q, d), rt: R(t) }
        "vdup{c}.{lane}\t{vd}, {rt}" Simd "A8.8.314";
    VMRS_A1 "cccc 1110 1111 ssss tttt 1010 0001 0000" Vmrs MoveFpSys { reg: SysReg(s), rt: R(t) }
        "vmrs{c}\t{rt}, {reg}" Vfp2 "A8.8.348";
    VMRS_apsr_A1 "cccc 1110 1111 0001 1111 1010 0001 0000" Vmrs MoveFpSys { reg: K(FpSysReg::Fpscr), rt: K(Reg::PC) }
        "vmrs{c}\tAPSR_nzcv, fpscr" Vfp2 "A8.8.348";
    VMSR_A1 "cccc 1110 1110 ssss tttt 1010 0001 0000" Vmsr MoveFpSys { reg: SysReg(s), rt: R(t) }
        "vmsr{c}\t{reg}, {rt}" Vfp2 "A8.8.349";
}
