//! The operations, each with its operands: what an encoding means, free of how it is written.
//!
//! A32 and T32 rows that do the same share one operation. Operand fields have the names of the
//! manual's pseudocode.

use crate::operand::*;
use crate::simd::op::*;

macro_rules! operands {
    ($( $(#[$meta:meta])* $name:ident { $( $(#[$fmeta:meta])* $field:ident : $ty:ty ),* $(,)? } )*) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs)] // the fields are the manual's names
        pub struct $name { $( $(#[$fmeta])* pub $field: $ty ),* }
    )* };
}
pub(crate) use operands;

operands! {
    /// No operands.
    NoArgs {}
    /// `op{S} Rd, Rn, operand2`.
    DataProc { s: bool, rd: Reg, rn: Reg, op2: Operand2 }
    /// `op Rn, operand2`: a comparison.
    DataCmp { rn: Reg, op2: Operand2 }
    /// `op{S} Rd, operand2`.
    DataMov { s: bool, rd: Reg, op2: Operand2 }
    /// `ADD/SUB Rd, Rn, #imm12` of T32.
    AddWide { rd: Reg, rn: Reg, imm: Imm }
    /// `ADR Rd, label`: the offset from Align(PC, 4).
    Adr { rd: Reg, add: bool, imm: Imm }
    /// `MOVW/MOVT Rd, #imm16`.
    MovWide { rd: Reg, imm: Imm }
    /// `MUL{S} Rd, Rn, Rm`.
    Mul { s: bool, rd: Reg, rn: Reg, rm: Reg }
    /// `MLA{S} Rd, Rn, Rm, Ra` and its like.
    Mla { s: bool, rd: Reg, rn: Reg, rm: Reg, ra: Reg }
    /// `UMULL{S} RdLo, RdHi, Rn, Rm` and its like.
    MulLong { s: bool, rdlo: Reg, rdhi: Reg, rn: Reg, rm: Reg }
    /// Halfword multiplies: which half of Rn and Rm; `ra` accumulates.
    MulHalf { n_high: bool, m_high: bool, rd: Reg, rn: Reg, rm: Reg, ra: Reg }
    /// Halfword multiplies that accumulate 64 bits.
    MulHalfLong { n_high: bool, m_high: bool, rdlo: Reg, rdhi: Reg, rn: Reg, rm: Reg }
    /// Dual multiplies: `m_swap` exchanges the halves of Rm.
    MulDual { m_swap: bool, rd: Reg, rn: Reg, rm: Reg, ra: Reg }
    /// Dual multiplies that accumulate 64 bits.
    MulDualLong { m_swap: bool, rdlo: Reg, rdhi: Reg, rn: Reg, rm: Reg }
    /// Most significant word multiplies.
    MulTop { round: bool, rd: Reg, rn: Reg, rm: Reg, ra: Reg }
    /// `op Rd, Rn, Rm`.
    Reg3 { rd: Reg, rn: Reg, rm: Reg }
    /// `op Rd, Rm`.
    Reg2 { rd: Reg, rm: Reg }
    /// `op Rd, Rn, Rm, Ra`.
    Reg4 { rd: Reg, rn: Reg, rm: Reg, ra: Reg }
    /// `SSAT/USAT Rd, #sat, Rn{, shift}`; for SSAT the bits counted from 1.
    Sat { rd: Reg, sat: Imm, rn: Reg, shift: ImmShift }
    /// `SSAT16/USAT16 Rd, #sat, Rn`.
    Sat16 { rd: Reg, sat: Imm, rn: Reg }
    /// Parallel addition and subtraction.
    Parallel { how: ParallelKind, what: ParallelOp, rd: Reg, rn: Reg, rm: Reg }
    /// `PKHBT/PKHTB Rd, Rn, Rm{, shift}`.
    Pkh { tb: bool, rd: Reg, rn: Reg, rm: Reg, shift: ImmShift }
    /// `SXTB Rd, Rm{, ROR #rot}` and its like.
    Extend { what: ExtendOp, rd: Reg, rm: Reg, rotate: Rotate }
    /// `SXTAB Rd, Rn, Rm{, ROR #rot}` and its like.
    ExtendAdd { what: ExtendOp, rd: Reg, rn: Reg, rm: Reg, rotate: Rotate }
    /// `BFC Rd, #lsb, #width`.
    Bfc { rd: Reg, field: BitField }
    /// `BFI Rd, Rn, #lsb, #width`.
    Bfi { rd: Reg, rn: Reg, field: BitField }
    /// `SBFX/UBFX Rd, Rn, #lsb, #width`.
    Bfx { rd: Reg, rn: Reg, field: BitField }
    /// A branch by a constant.
    Branch { target: Rel }
    /// A branch to a register.
    BranchReg { rm: Reg }
    /// `CBZ/CBNZ Rn, label`.
    Cbz { nonzero: bool, rn: Reg, target: Rel }
    /// `TBB/TBH [Rn, Rm]`.
    TableBranch { half: bool, rn: Reg, rm: Reg }
    /// `IT{x{y{z}}} firstcond`.
    It { block: ItBlock }
    /// `LDR Rt, address` and all loads and stores of one register.
    LoadStore { rt: Reg, addr: Address }
    /// `LDR Rt, label`: relative to Align(PC, 4).
    LoadLiteral { rt: Reg, add: bool, imm: Literal }
    /// `LDRD Rt, Rt2, address` and `STRD`.
    LoadStoreDual { rt: Reg, rt2: Reg, addr: Address }
    /// `LDRD Rt, Rt2, label`.
    LoadDualLiteral { rt: Reg, rt2: Reg, add: bool, imm: Literal }
    /// `LDM/STM{mode} Rn{!}, registers`.
    LoadStoreMulti { mode: MultiMode, wback: bool, rn: Reg, list: RegList }
    /// `PUSH` and `POP`: their base is SP, with writeback.
    PushPop { list: RegList }
    /// `LDREX{B,H} Rt, [Rn{, #imm}]`.
    LoadExclusive { rt: Reg, rn: Reg, imm: Imm }
    /// `LDREXD Rt, Rt2, [Rn]`.
    LoadExclusiveDual { rt: Reg, rt2: Reg, rn: Reg }
    /// `STREX{B,H} Rd, Rt, [Rn{, #imm}]`.
    StoreExclusive { rd: Reg, rt: Reg, rn: Reg, imm: Imm }
    /// `STREXD Rd, Rt, Rt2, [Rn]`.
    StoreExclusiveDual { rd: Reg, rt: Reg, rt2: Reg, rn: Reg }
    /// `SWP{B} Rt, Rt2, [Rn]`.
    Swap { rt: Reg, rt2: Reg, rn: Reg }
    /// `PLD/PLDW/PLI address`.
    Preload { addr: Address }
    /// `PLD/PLI label`.
    PreloadLiteral { add: bool, imm: Literal }
    /// `MRS Rd, APSR` (or CPSR, SPSR, which user mode reads as the same).
    Mrs { spsr: bool, rd: Reg }
    /// `MSR APSR_<mask>, #imm`.
    MsrImm { spsr: bool, mask: PsrMask, op2: Operand2 }
    /// `MSR APSR_<mask>, Rn`.
    MsrReg { spsr: bool, mask: PsrMask, rn: Reg }
    /// `SVC`, `BKPT`, `UDF`, `HVC`, `SMC` with their number.
    Number { imm: Imm }
    /// `DMB`, `DSB`, `ISB` with their option.
    Barrier { option: BarrierOption }
    /// `DBG #option`.
    Dbg { option: Imm }
    /// `SETEND`.
    Setend { big: bool }
    /// `CPS` and its like: no effect in user mode.
    Cps { imod: u8, flags: u8, change: bool, mode: Imm }
    /// `MRC/MCR coproc, opc1, Rt, CRn, CRm, opc2`.
    CoprocMove { coproc: u8, opc1: u8, rt: Reg, crn: u8, crm: u8, opc2: u8 }
    /// `MRRC/MCRR coproc, opc1, Rt, Rt2, CRm`.
    CoprocMove2 { coproc: u8, opc1: u8, rt: Reg, rt2: Reg, crm: u8 }
    /// `CDP coproc, opc1, CRd, CRn, CRm, opc2`.
    CoprocOp { coproc: u8, opc1: u8, crd: u8, crn: u8, crm: u8, opc2: u8 }
    /// `LDC/STC coproc, CRd, address`.
    CoprocMem { long: bool, coproc: u8, crd: u8, rn: Reg, offset: CoprocAddr }
    /// `SRS`, `RFE`.
    ReturnState { mode: MultiMode, wback: bool, rn: Reg }
    /// `SRS mode`.
    StoreReturnState { mode: MultiMode, wback: bool, psr_mode: Imm }
}

macro_rules! ops {
    ($( $(#[$meta:meta])* $name:ident ( $operands:ty ), )*) => {
        /// An operation with its operands.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Op { $( $(#[$meta])* $name($operands) ),* }

        /// An operation without its operands.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum OpKind { $( $(#[$meta])* $name ),* }

        impl OpKind {
            /// How many there are.
            pub const COUNT: usize = [$( OpKind::$name ),*].len();
        }

        impl Op {
            /// Which operation it is.
            pub fn kind(&self) -> OpKind {
                match self { $( Op::$name(_) => OpKind::$name ),* }
            }

            /// The operation's name, for tables and logs.
            pub fn name(&self) -> &'static str {
                match self { $( Op::$name(_) => stringify!($name) ),* }
            }
        }
    };
}

ops! {
    /// Bitwise AND.
    And(DataProc),
    /// Exclusive OR.
    Eor(DataProc),
    /// Subtract.
    Sub(DataProc),
    /// Reverse subtract.
    Rsb(DataProc),
    /// Add.
    Add(DataProc),
    /// Add with carry.
    Adc(DataProc),
    /// Subtract with carry.
    Sbc(DataProc),
    /// Reverse subtract with carry.
    Rsc(DataProc),
    /// Test.
    Tst(DataCmp),
    /// Test equivalence.
    Teq(DataCmp),
    /// Compare.
    Cmp(DataCmp),
    /// Compare negative.
    Cmn(DataCmp),
    /// Inclusive OR.
    Orr(DataProc),
    /// OR NOT.
    Orn(DataProc),
    /// Move, shifts included.
    Mov(DataMov),
    /// Bit clear.
    Bic(DataProc),
    /// Move NOT.
    Mvn(DataMov),
    /// Add a 12-bit constant.
    AddWide(AddWide),
    /// Subtract a 12-bit constant.
    SubWide(AddWide),
    /// Address of a label.
    Adr(Adr),
    /// Move a 16-bit constant.
    Movw(MovWide),
    /// Move a 16-bit constant to the top half.
    Movt(MovWide),
    /// Multiply.
    Mul(Mul),
    /// Multiply accumulate.
    Mla(Mla),
    /// Multiply and subtract.
    Mls(Reg4),
    /// Unsigned multiply accumulate accumulate long.
    Umaal(MulLong),
    /// Unsigned multiply long.
    Umull(MulLong),
    /// Unsigned multiply accumulate long.
    Umlal(MulLong),
    /// Signed multiply long.
    Smull(MulLong),
    /// Signed multiply accumulate long.
    Smlal(MulLong),
    /// Signed multiply accumulate, halfwords.
    Smlaxy(MulHalf),
    /// Signed multiply accumulate, word by halfword.
    Smlaw(MulHalf),
    /// Signed multiply, word by halfword.
    Smulw(MulHalf),
    /// Signed multiply accumulate long, halfwords.
    Smlalxy(MulHalfLong),
    /// Signed multiply, halfwords.
    Smulxy(MulHalf),
    /// Signed dual multiply add.
    Smuad(MulDual),
    /// Signed dual multiply subtract.
    Smusd(MulDual),
    /// Signed multiply accumulate dual.
    Smlad(MulDual),
    /// Signed multiply subtract dual.
    Smlsd(MulDual),
    /// Signed multiply accumulate long dual.
    Smlald(MulDualLong),
    /// Signed multiply subtract long dual.
    Smlsld(MulDualLong),
    /// Signed most significant word multiply.
    Smmul(MulTop),
    /// Signed most significant word multiply accumulate.
    Smmla(MulTop),
    /// Signed most significant word multiply subtract.
    Smmls(MulTop),
    /// Signed divide.
    Sdiv(Reg3),
    /// Unsigned divide.
    Udiv(Reg3),
    /// Saturating add.
    Qadd(Reg3),
    /// Saturating subtract.
    Qsub(Reg3),
    /// Saturating double and add.
    Qdadd(Reg3),
    /// Saturating double and subtract.
    Qdsub(Reg3),
    /// Signed saturate.
    Ssat(Sat),
    /// Unsigned saturate.
    Usat(Sat),
    /// Signed saturate two halfwords.
    Ssat16(Sat16),
    /// Unsigned saturate two halfwords.
    Usat16(Sat16),
    /// Parallel addition and subtraction.
    Parallel(Parallel),
    /// Pack halfwords.
    Pkh(Pkh),
    /// Select bytes by GE.
    Sel(Reg3),
    /// Unsigned sum of absolute differences.
    Usad8(Reg3),
    /// The same, accumulated.
    Usada8(Reg4),
    /// Sign or zero extend.
    Extend(Extend),
    /// Sign or zero extend and add.
    ExtendAdd(ExtendAdd),
    /// Byte-reverse a word.
    Rev(Reg2),
    /// Byte-reverse two halfwords.
    Rev16(Reg2),
    /// Byte-reverse a signed halfword.
    Revsh(Reg2),
    /// Reverse bits.
    Rbit(Reg2),
    /// Count leading zeros.
    Clz(Reg2),
    /// Bit field clear.
    Bfc(Bfc),
    /// Bit field insert.
    Bfi(Bfi),
    /// Signed bit field extract.
    Sbfx(Bfx),
    /// Unsigned bit field extract.
    Ubfx(Bfx),
    /// Branch.
    B(Branch),
    /// Branch with link.
    Bl(Branch),
    /// Branch with link and exchange, to a label.
    BlxImm(Branch),
    /// Branch and exchange.
    Bx(BranchReg),
    /// Branch with link and exchange, to a register.
    BlxReg(BranchReg),
    /// Branch and exchange Jazelle: BX where Jazelle is trivial.
    Bxj(BranchReg),
    /// Compare and branch on (non)zero.
    Cbz(Cbz),
    /// Table branch.
    TableBranch(TableBranch),
    /// If-then.
    It(It),
    /// Load word.
    Ldr(LoadStore),
    /// Load byte.
    Ldrb(LoadStore),
    /// Load halfword.
    Ldrh(LoadStore),
    /// Load signed byte.
    Ldrsb(LoadStore),
    /// Load signed halfword.
    Ldrsh(LoadStore),
    /// Store word.
    Str(LoadStore),
    /// Store byte.
    Strb(LoadStore),
    /// Store halfword.
    Strh(LoadStore),
    /// Load word, relative to PC.
    LdrLit(LoadLiteral),
    /// Load byte, relative to PC.
    LdrbLit(LoadLiteral),
    /// Load halfword, relative to PC.
    LdrhLit(LoadLiteral),
    /// Load signed byte, relative to PC.
    LdrsbLit(LoadLiteral),
    /// Load signed halfword, relative to PC.
    LdrshLit(LoadLiteral),
    /// Load two words.
    Ldrd(LoadStoreDual),
    /// Store two words.
    Strd(LoadStoreDual),
    /// Load two words, relative to PC.
    LdrdLit(LoadDualLiteral),
    /// Load multiple.
    Ldm(LoadStoreMulti),
    /// Store multiple.
    Stm(LoadStoreMulti),
    /// Load multiple, user registers or exception return: UNPREDICTABLE in user mode.
    LdmUser(LoadStoreMulti),
    /// Store multiple, user registers: UNPREDICTABLE in user mode.
    StmUser(LoadStoreMulti),
    /// Push registers.
    Push(PushPop),
    /// Pop registers.
    Pop(PushPop),
    /// Load exclusive word.
    Ldrex(LoadExclusive),
    /// Load exclusive byte.
    Ldrexb(LoadExclusive),
    /// Load exclusive halfword.
    Ldrexh(LoadExclusive),
    /// Load exclusive doubleword.
    Ldrexd(LoadExclusiveDual),
    /// Store exclusive word.
    Strex(StoreExclusive),
    /// Store exclusive byte.
    Strexb(StoreExclusive),
    /// Store exclusive halfword.
    Strexh(StoreExclusive),
    /// Store exclusive doubleword.
    Strexd(StoreExclusiveDual),
    /// Clear exclusive.
    Clrex(NoArgs),
    /// Swap word.
    Swp(Swap),
    /// Swap byte.
    Swpb(Swap),
    /// Preload data.
    Pld(Preload),
    /// Preload data with intent to write.
    Pldw(Preload),
    /// Preload instruction.
    Pli(Preload),
    /// Preload data, relative to PC.
    PldLit(PreloadLiteral),
    /// Preload instruction, relative to PC.
    PliLit(PreloadLiteral),
    /// Move from status register.
    Mrs(Mrs),
    /// Move a constant to the status register.
    MsrImm(MsrImm),
    /// Move a register to the status register.
    MsrReg(MsrReg),
    /// Supervisor call.
    Svc(Number),
    /// Breakpoint.
    Bkpt(Number),
    /// Permanently undefined.
    Udf(Number),
    /// Hypervisor call: UNDEFINED in user mode.
    Hvc(Number),
    /// Secure monitor call: UNDEFINED in user mode.
    Smc(Number),
    /// No operation, and hints that are none here.
    Nop(NoArgs),
    /// Yield hint.
    Yield(NoArgs),
    /// Wait for event.
    Wfe(NoArgs),
    /// Wait for interrupt.
    Wfi(NoArgs),
    /// Send event.
    Sev(NoArgs),
    /// Consumption of speculative data barrier and other unallocated hints, by number.
    Hint(Number),
    /// Debug hint.
    Dbg(Dbg),
    /// Data memory barrier.
    Dmb(Barrier),
    /// Data synchronization barrier.
    Dsb(Barrier),
    /// Instruction synchronization barrier.
    Isb(Barrier),
    /// Set endianness.
    Setend(Setend),
    /// Change processor state: a NOP in user mode (ARM ARM B9.3.2).
    Cps(Cps),
    /// Move from coprocessor.
    Mrc(CoprocMove),
    /// Move to coprocessor.
    Mcr(CoprocMove),
    /// Move from coprocessor, unconditional space.
    Mrc2(CoprocMove),
    /// Move to coprocessor, unconditional space.
    Mcr2(CoprocMove),
    /// Move two registers from coprocessor.
    Mrrc(CoprocMove2),
    /// Move two registers to coprocessor.
    Mcrr(CoprocMove2),
    /// Move two registers from coprocessor, unconditional space.
    Mrrc2(CoprocMove2),
    /// Move two registers to coprocessor, unconditional space.
    Mcrr2(CoprocMove2),
    /// Coprocessor data processing.
    Cdp(CoprocOp),
    /// Coprocessor data processing, unconditional space.
    Cdp2(CoprocOp),
    /// Load coprocessor.
    Ldc(CoprocMem),
    /// Store coprocessor.
    Stc(CoprocMem),
    /// Load coprocessor, unconditional space.
    Ldc2(CoprocMem),
    /// Store coprocessor, unconditional space.
    Stc2(CoprocMem),
    /// Return from exception: UNPREDICTABLE in user mode.
    Rfe(ReturnState),
    /// Store return state: UNPREDICTABLE in user mode.
    Srs(StoreReturnState),
    /// Exception return: UNPREDICTABLE in user mode.
    Eret(NoArgs),
    /// VFP arithmetic on two numbers.
    FpBinary(FpBinaryArgs),
    /// VFP multiply accumulate.
    FpMulAdd(FpMulAddArgs),
    /// VFP move, absolute value, negation, square root.
    FpUnary(FpUnaryArgs),
    /// VFP move of a constant.
    FpMovImm(FpMovImmArgs),
    /// VFP comparison.
    FpCmp(FpCmpArgs),
    /// VFP comparison with zero.
    FpCmpZero(FpCmpZeroArgs),
    /// VFP conversion between the precisions.
    FpConvert(FpConvertArgs),
    /// VFP conversion between half and single precision.
    FpHalf(FpHalfArgs),
    /// VFP conversion from an integer.
    FpFromInt(FpFromIntArgs),
    /// VFP conversion to an integer.
    FpToInt(FpToIntArgs),
    /// VFP conversion from and to fixed-point numbers.
    FpFixed(FpFixedArgs),
    /// Load an extension register.
    Vldr(ExtLoadStore),
    /// Store an extension register.
    Vstr(ExtLoadStore),
    /// Load extension registers, VPOP included.
    Vldm(ExtLoadStoreMulti),
    /// Store extension registers, VPUSH included.
    Vstm(ExtLoadStoreMulti),
    /// Move between a core register and a single-precision register.
    MoveCoreSingle(MoveCoreSingle),
    /// Move between two core registers and two S or one D register.
    MoveCorePair(MoveCorePair),
    /// Move a core register to an element.
    MoveCoreToScalar(MoveCoreToScalar),
    /// Move an element to a core register.
    MoveScalarToCore(MoveScalarToCore),
    /// Duplicate a core register.
    DupCore(DupCore),
    /// Move from a floating-point system register.
    Vmrs(MoveFpSys),
    /// Move to a floating-point system register.
    Vmsr(MoveFpSys),
    /// Vector operation on two vectors.
    VectorBinary(VecBinaryArgs),
    /// Vector operation that accumulates.
    VectorAccumulate(VecAccumulateArgs),
    /// Bitwise selection.
    VectorSelect(VecSelectArgs),
    /// Vector shift by a vector.
    VectorShift(VecShiftArgs),
    /// Vector operation with results of twice the width.
    VectorLong(VecLongArgs),
    /// Vector addition and subtraction of narrow elements to wide ones.
    VectorWide(VecWideArgs),
    /// Vector addition and subtraction that keeps the high half.
    VectorHighNarrow(VecHighNarrowArgs),
    /// Vector shift by a constant.
    VectorShiftImm(VecShiftImmArgs),
    /// Vector shift right by a constant to half the width.
    VectorShiftNarrow(VecShiftNarrowArgs),
    /// Vector shift left by a constant to twice the width.
    VectorShiftLong(VecShiftLongArgs),
    /// Vector conversion from and to fixed-point numbers and integers.
    VectorFixed(VecFixedArgs),
    /// Vector conversion between half and single precision.
    VectorHalf(VecHalfArgs),
    /// Vector operation on one vector.
    VectorUnary(VecUnaryArgs),
    /// Vector pairwise addition with results of twice the width.
    VectorPairLong(VecPairLongArgs),
    /// Permutation of two vectors.
    VectorPermute(VecPermuteArgs),
    /// Vector move to half the width.
    VectorNarrow(VecNarrowArgs),
    /// Extraction from a pair of vectors.
    VectorExtract(VecExtractArgs),
    /// Table lookup.
    VectorTable(VecTableArgs),
    /// Duplication of an element.
    VectorDup(VecDupArgs),
    /// Vector operation with a constant.
    VectorImm(VecImmArgs),
    /// Structure load.
    VectorLoad(VecStructArgs),
    /// Structure store.
    VectorStore(VecStructArgs),
}
