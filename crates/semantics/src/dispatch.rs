//! From an operation to the function that explains it. The compiler names what is missing.

use crate::builder::{Builder, Exception, Size};
use crate::data::Sum;
use crate::form::{ANY, Form};
use crate::multiply::Top;
use crate::simd::{self, VectorBuilder};
use crate::{data, media, memory, multiply, system};
use skink_isa::Op;
use skink_isa::operand::MultiMode;

/// Makes [`execute`] and [`handler`] from one list. `form` operations have handlers of their own for the
/// usual forms of their operands, `own` operations one handler each; the others share one.
macro_rules! operations {
    ($b:ident; $( $kind:ident $name:ident($x:ident) => $body:expr; )* | $( $pattern:pat $(if $guard:expr)? => $other:expr, )*) => {
        /// Does what an operation does, its condition having passed.
        ///
        /// # Errors
        ///
        /// The Builder's `Stop`, if the instruction ended early; no register has changed then.
        pub fn execute<B: VectorBuilder>($b: &mut B, op: &Op) -> Result<(), B::Stop> {
            match op {
                $( Op::$name($x) => $body, )*
                $( $pattern $(if $guard)? => $other, )*
            }
            Ok(())
        }

        /// The function that does what this operation does, for who does it more than once: what
        /// [`execute`] finds out each time about the form of the operands is found out here.
        ///
        /// It is good for this operation, and for others of the same form.
        pub fn handler<B: VectorBuilder>(op: &Op) -> Handler<B> {
            match op {
                $( Op::$name(x) => {
                    #[allow(unused_variables)]
                    fn of<B: VectorBuilder, const FORM: u8>($b: &mut B, op: &Op) -> Result<(), B::Stop> {
                        let Op::$name(x) = op else { return execute($b, op) };
                        let $x = &x.assume::<FORM>();
                        $body;
                        #[allow(unreachable_code)]
                        Ok(())
                    }
                    by_form!($kind x of)
                } )*
                _ => execute,
            }
        }
    };
}

macro_rules! by_form {
    (own $x:ident $of:ident) => {{
        let _ = $x;
        $of::<B, ANY>
    }};
    (form $x:ident $of:ident) => {
        match $x.form() {
            0 => $of::<B, 0>,
            1 => $of::<B, 1>,
            2 => $of::<B, 2>,
            3 => $of::<B, 3>,
            4 => $of::<B, 4>,
            5 => $of::<B, 5>,
            6 => $of::<B, 6>,
            7 => $of::<B, 7>,
            _ => $of::<B, ANY>,
        }
    };
}

/// What [`handler`] gives.
pub type Handler<B> = fn(&mut B, &Op) -> Result<(), <B as Builder>::Stop>;

operations! { b;
    form And(x) => data::logical(b, x, B::and);
    form Eor(x) => data::logical(b, x, B::xor);
    form Sub(x) => data::arithmetic(b, x, Sum::Sub);
    form Rsb(x) => data::arithmetic(b, x, Sum::Rsb);
    form Add(x) => data::arithmetic(b, x, Sum::Add);
    form Adc(x) => data::arithmetic(b, x, Sum::Adc);
    form Sbc(x) => data::arithmetic(b, x, Sum::Sbc);
    form Orr(x) => data::logical(b, x, B::or);
    form Bic(x) => data::logical(b, x, bic);
    form Tst(x) => data::logical_test(b, x, B::and);
    form Cmp(x) => data::compare(b, x, Sum::Sub);
    form Cmn(x) => data::compare(b, x, Sum::Add);
    form Teq(x) => data::logical_test(b, x, B::xor);
    form Mov(x) => data::mov(b, x, false);
    form Mvn(x) => data::mov(b, x, true);
    form Ldr(x) => return memory::load(b, x, Size::Word, false);
    form Ldrb(x) => return memory::load(b, x, Size::Byte, false);
    form Ldrh(x) => return memory::load(b, x, Size::Half, false);
    form Ldrsb(x) => return memory::load(b, x, Size::Byte, true);
    form Ldrsh(x) => return memory::load(b, x, Size::Half, true);
    form Str(x) => return memory::store(b, x, Size::Word);
    form Strb(x) => return memory::store(b, x, Size::Byte);
    form Strh(x) => return memory::store(b, x, Size::Half);
    own Movw(x) => {
        let value = b.word(x.imm.0);
        b.set_reg(x.rd, value);
    };
    own Movt(x) => data::movt(b, x.rd, x.imm);
    own Mul(x) => multiply::mul(b, x);
    own Mla(x) => multiply::mla(b, x);
    own Umull(x) => multiply::long(b, x, false, false);
    own Smull(x) => multiply::long(b, x, true, false);
    own Umlal(x) => multiply::long(b, x, false, true);
    own Smlal(x) => multiply::long(b, x, true, true);
    own Extend(x) => {
        let rm = b.reg(x.rm);
        let result = media::extended(b, x.what, rm, x.rotate);
        b.set_reg(x.rd, result);
    };
    own Ubfx(x) => media::bfx(b, x, false);
    own Sbfx(x) => media::bfx(b, x, true);
    own B(x) => system::b(b, x);
    own Bl(x) => system::bl(b, x, false);
    own BlxReg(x) => system::blx(b, x);
    own Cbz(x) => system::cbz(b, x);
    // The driver has given the conditions to the instructions of the block.
    own It(_x) => {};
    own LdrLit(x) => return memory::load_literal(b, x, Size::Word, false);
    own Ldrd(x) => return memory::load_dual(b, x);
    own Strd(x) => return memory::store_dual(b, x);
    own Ldm(x) => return memory::load_multi(b, x.mode, x.wback, x.rn, x.list);
    own Stm(x) => return memory::store_multi(b, x.mode, x.wback, x.rn, x.list);
    own Push(x) => {
        let mode = MultiMode { increment: false, before: true };
        return memory::store_multi(b, mode, true, skink_isa::Reg::SP, x.list);
    };
    own Pop(x) => {
        let mode = MultiMode { increment: true, before: false };
        return memory::load_multi(b, mode, true, skink_isa::Reg::SP, x.list);
    };
    own TableBranch(x) => return system::table_branch(b, x);
    own Vldr(x) => return simd::memory::vldr(b, x);
    own Vstr(x) => return simd::memory::vstr(b, x);
    own FpBinary(x) => return simd::vfp::binary(b, x);
    own FpMulAdd(x) => return simd::vfp::mul_add(b, x);

    |
    Op::Orn(x) => data::logical(b, x, orn),
    Op::Rsc(x) => data::arithmetic(b, x, Sum::Rsc),
    Op::AddWide(x) => {
        let (rn, imm) = (b.reg(x.rn), b.word(x.imm.0));
        let result = b.add(rn, imm);
        b.set_reg(x.rd, result);
    },
    Op::SubWide(x) => {
        let (rn, imm) = (b.reg(x.rn), b.word(x.imm.0));
        let result = b.sub(rn, imm);
        b.set_reg(x.rd, result);
    },
    Op::Adr(x) => data::adr(b, x),
    Op::Mls(x) => multiply::mls(b, x),
    Op::Umaal(x) => multiply::umaal(b, x),
    Op::Smlaxy(x) => multiply::half_by_half(b, x, true),
    Op::Smulxy(x) => multiply::half_by_half(b, x, false),
    Op::Smlaw(x) => multiply::word_by_half(b, x, true),
    Op::Smulw(x) => multiply::word_by_half(b, x, false),
    Op::Smlalxy(x) => multiply::half_by_half_long(b, x),
    Op::Smuad(x) => multiply::dual(b, x, false, false),
    Op::Smusd(x) => multiply::dual(b, x, true, false),
    Op::Smlad(x) => multiply::dual(b, x, false, true),
    Op::Smlsd(x) => multiply::dual(b, x, true, true),
    Op::Smlald(x) => multiply::dual_long(b, x, false),
    Op::Smlsld(x) => multiply::dual_long(b, x, true),
    Op::Smmul(x) => multiply::top(b, x, Top::Mul),
    Op::Smmla(x) => multiply::top(b, x, Top::Add),
    Op::Smmls(x) => multiply::top(b, x, Top::Sub),
    Op::Sdiv(x) => multiply::div(b, x, true),
    Op::Udiv(x) => multiply::div(b, x, false),
    Op::Qadd(x) => multiply::saturating(b, x, false, false),
    Op::Qsub(x) => multiply::saturating(b, x, false, true),
    Op::Qdadd(x) => multiply::saturating(b, x, true, false),
    Op::Qdsub(x) => multiply::saturating(b, x, true, true),

    Op::Ssat(x) => media::sat(b, x, true),
    Op::Usat(x) => media::sat(b, x, false),
    Op::Ssat16(x) => media::sat16(b, x, true),
    Op::Usat16(x) => media::sat16(b, x, false),
    Op::Parallel(x) => media::parallel(b, x),
    Op::Pkh(x) => media::pkh(b, x),
    Op::Sel(x) => media::sel(b, x),
    Op::Usad8(x) => {
        let (rn, rm, zero) = (b.reg(x.rn), b.reg(x.rm), b.word(0));
        let result = media::usad8(b, rn, rm, zero);
        b.set_reg(x.rd, result);
    },
    Op::Usada8(x) => {
        let (rn, rm, ra) = (b.reg(x.rn), b.reg(x.rm), b.reg(x.ra));
        let result = media::usad8(b, rn, rm, ra);
        b.set_reg(x.rd, result);
    },
    Op::ExtendAdd(x) => media::extend_add(b, x),
    Op::Rev(x) => unary(b, x, B::bswap),
    Op::Rev16(x) => unary(b, x, media::rev16),
    Op::Revsh(x) => unary(b, x, media::revsh),
    Op::Rbit(x) => unary(b, x, B::rbit),
    Op::Clz(x) => unary(b, x, B::clz),
    Op::Bfc(x) => media::bfc(b, x),
    Op::Bfi(x) => media::bfi(b, x),
    Op::BlxImm(x) => system::bl(b, x, true),
    Op::Bx(x) | Op::Bxj(x) => system::bx(b, x),
    Op::LdrbLit(x) => return memory::load_literal(b, x, Size::Byte, false),
    Op::LdrhLit(x) => return memory::load_literal(b, x, Size::Half, false),
    Op::LdrsbLit(x) => return memory::load_literal(b, x, Size::Byte, true),
    Op::LdrshLit(x) => return memory::load_literal(b, x, Size::Half, true),
    Op::LdrdLit(x) => return memory::load_dual_literal(b, x),
    Op::Ldrex(x) => return memory::load_exclusive(b, x, 4),
    Op::Ldrexb(x) => return memory::load_exclusive(b, x, 1),
    Op::Ldrexh(x) => return memory::load_exclusive(b, x, 2),
    Op::Ldrexd(x) => return memory::load_exclusive_dual(b, x),
    Op::Strex(x) => return memory::store_exclusive(b, x, 4),
    Op::Strexb(x) => return memory::store_exclusive(b, x, 1),
    Op::Strexh(x) => return memory::store_exclusive(b, x, 2),
    Op::Strexd(x) => return memory::store_exclusive_dual(b, x),
    Op::Clrex(_) => b.clear_exclusive(),
    Op::Swp(x) => return memory::swap(b, x, Size::Word),
    Op::Swpb(x) => return memory::swap(b, x, Size::Byte),
    Op::Pld(_) | Op::Pldw(_) | Op::Pli(_) | Op::PldLit(_) | Op::PliLit(_) => {},

    Op::Mrs(x) => return system::mrs(b, x),
    Op::MsrReg(x) => {
        let value = b.reg(x.rn);
        return system::msr(b, x.spsr, x.mask, value);
    },
    Op::MsrImm(x) => {
        let value = system::immediate(b, x.op2);
        return system::msr(b, x.spsr, x.mask, value);
    },
    Op::Svc(x) => return b.raise(Exception::Svc(x.imm.0)),
    Op::Bkpt(x) => return b.raise(Exception::Breakpoint(x.imm.0)),
    Op::Nop(_) | Op::Hint(_) | Op::Dbg(_) | Op::Sev(_) => {},
    Op::Yield(_) | Op::Wfe(_) | Op::Wfi(_) => b.yield_hint(),
    Op::Dmb(_) | Op::Dsb(_) | Op::Isb(_) => b.barrier(),
    // Changes of mode and masks are ignored in user mode (ARM ARM B9.3.2).
    Op::Cps(_) => {},
    Op::Mcr(x) => return system::mcr(b, x),
    Op::Mrc(x) => return system::mrc(b, x),
    Op::Mrrc(x) => return system::mrrc(b, x),
    // Little-endian is what there is.
    Op::Setend(x) if !x.big => {},
    // Big-endian data is not supported: an ARMv7 Linux that runs little-endian programs has no
    // libraries for it, and a clear SIGILL is better than swapped data.
    Op::Setend(_)
    | Op::Udf(_)
    | Op::Hvc(_)
    | Op::Smc(_)
    | Op::Mrc2(_)
    | Op::Mcr2(_)
    | Op::Mcrr(_)
    | Op::Mrrc2(_)
    | Op::Mcrr2(_)
    | Op::Cdp(_)
    | Op::Cdp2(_)
    | Op::Ldc(_)
    | Op::Stc(_)
    | Op::Ldc2(_)
    | Op::Stc2(_)
    | Op::LdmUser(_)
    | Op::StmUser(_)
    | Op::Rfe(_)
    | Op::Srs(_)
    | Op::Eret(_) => return b.raise(Exception::Undefined),

    Op::FpUnary(x) => return simd::vfp::unary(b, x),
    Op::FpMovImm(x) => return simd::vfp::mov_imm(b, x),
    Op::FpCmp(x) => simd::vfp::cmp(b, x),
    Op::FpCmpZero(x) => simd::vfp::cmp_zero(b, x),
    Op::FpConvert(x) => simd::vfp::convert(b, x),
    Op::FpHalf(x) => simd::vfp::half(b, x),
    Op::FpFromInt(x) => simd::vfp::from_int(b, x),
    Op::FpToInt(x) => simd::vfp::to_int(b, x),
    Op::FpFixed(x) => simd::vfp::fixed(b, x),
    Op::Vldm(x) => return simd::memory::vldm(b, x),
    Op::Vstm(x) => return simd::memory::vstm(b, x),
    Op::MoveCoreSingle(x) => simd::transfer::core_single(b, x),
    Op::MoveCorePair(x) => simd::transfer::core_pair(b, x),
    Op::MoveCoreToScalar(x) => simd::transfer::core_to_scalar(b, x),
    Op::MoveScalarToCore(x) => simd::transfer::scalar_to_core(b, x),
    Op::DupCore(x) => simd::transfer::dup(b, x),
    Op::Vmrs(x) => return simd::transfer::vmrs(b, x),
    Op::Vmsr(x) => return simd::transfer::vmsr(b, x),
    Op::VectorBinary(x) => simd::vector::binary(b, x),
    Op::VectorAccumulate(x) => simd::vector::accumulate(b, x),
    Op::VectorSelect(x) => simd::vector::select(b, x),
    Op::VectorShift(x) => simd::vector::shift(b, x),
    Op::VectorLong(x) => simd::vector::long(b, x),
    Op::VectorWide(x) => simd::vector::wide(b, x),
    Op::VectorHighNarrow(x) => simd::vector::high_narrow(b, x),
    Op::VectorShiftImm(x) => simd::shift::by_constant(b, x),
    Op::VectorShiftNarrow(x) => simd::shift::narrow(b, x),
    Op::VectorShiftLong(x) => simd::shift::long(b, x),
    Op::VectorFixed(x) => simd::vector::fixed(b, x),
    Op::VectorHalf(x) => simd::vector::half(b, x),
    Op::VectorUnary(x) => simd::vector::unary(b, x),
    Op::VectorPairLong(x) => simd::vector::pair_long(b, x),
    Op::VectorPermute(x) => simd::vector::permute(b, x),
    Op::VectorNarrow(x) => simd::vector::narrow(b, x),
    Op::VectorExtract(x) => simd::vector::extract(b, x),
    Op::VectorTable(x) => simd::vector::table(b, x),
    Op::VectorDup(x) => simd::vector::dup(b, x),
    Op::VectorImm(x) => simd::vector::immediate(b, x),
    Op::VectorLoad(x) => return simd::memory::load(b, x),
    Op::VectorStore(x) => return simd::memory::store(b, x),
}

fn bic<B: Builder>(b: &mut B, x: B::Word, y: B::Word) -> B::Word {
    let y = b.not(y);
    b.and(x, y)
}

fn orn<B: Builder>(b: &mut B, x: B::Word, y: B::Word) -> B::Word {
    let y = b.not(y);
    b.or(x, y)
}

fn unary<B: Builder>(b: &mut B, x: &skink_isa::op::Reg2, f: fn(&mut B, B::Word) -> B::Word) {
    let rm = b.reg(x.rm);
    let result = f(b, rm);
    b.set_reg(x.rd, result);
}
