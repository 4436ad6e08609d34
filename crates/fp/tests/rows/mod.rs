//! The instructions to try: assembly for the oracle, operands to draw, and
//! what the crate says they do.

use skink_fp::*;

/// What `a`, `b` and `c` hold.
#[derive(Clone, Copy)]
pub(crate) enum Operands {
    Single,
    Double,
    /// The same single in both lanes.
    Vector,
    /// A half in the low half-word, noise above.
    Half,
    /// The same half in all four lanes.
    HalfVector,
    Integer,
    IntegerVector,
    /// Numbers that hit every entry of the estimate tables.
    FloatTable,
    /// The same as fractions of 2^32.
    FractionTable,
}

pub(crate) struct Case {
    pub(crate) op: usize,
    pub(crate) fpscr: u32,
    pub(crate) a: u64,
    pub(crate) b: u64,
    pub(crate) c: u64,
}

/// From the operands to what d0 holds afterwards; the FPSCR is updated.
pub(crate) type Model = Box<dyn Fn(&Case, &mut u32) -> u64>;

pub(crate) struct Row {
    pub(crate) asm: String,
    pub(crate) operands: Operands,
    pub(crate) model: Model,
}

fn row(asm: &str, operands: Operands, model: impl Fn(&Case, &mut u32) -> u64 + 'static) -> Row {
    Row { asm: asm.to_string(), operands, model: Box::new(model) }
}

fn low(x: u64) -> u32 {
    x as u32
}

/// Both lanes of a vector hold the same.
fn both(x: u32) -> u64 {
    u64::from(x) << 32 | u64::from(x)
}

fn lanes(condition: bool) -> u64 {
    if condition { u64::MAX } else { 0 }
}

fn control(fpscr: &u32) -> Fpcr {
    Fpcr::from_fpscr(*fpscr)
}

fn standard(fpscr: &u32) -> Fpcr {
    Fpcr::standard(*fpscr)
}

fn set_nzcv(fpscr: &mut u32, nzcv: u32) {
    *fpscr = *fpscr & 0x0fff_ffff | nzcv << 28;
}

fn vfp<F: Arith>(rows: &mut Vec<Row>, suffix: &str, d: &str, n: &str, m: &str, operands: Operands)
where
    F::Bits: Into<u64>,
{
    let mut binary = |name: &str, f: fn(F::Bits, F::Bits, Fpcr, &mut u32) -> F::Bits| {
        rows.push(row(&format!("{name}.{suffix} {d}, {n}, {m}"), operands, move |case, fpscr| {
            f(F::narrow(case.a), F::narrow(case.b), control(fpscr), fpscr).into()
        }));
    };
    binary("vadd", add::<F>);
    binary("vsub", sub::<F>);
    binary("vmul", mul::<F>);
    binary("vdiv", div::<F>);
    binary("vnmul", |a, b, fpcr, flags| neg::<F>(mul::<F>(a, b, fpcr, flags)));

    let mut fused = |name: &str, negate_op1: bool, negate_addend: bool| {
        rows.push(row(&format!("{name}.{suffix} {d}, {n}, {m}"), operands, move |case, fpscr| {
            let a = F::narrow(case.a);
            let c = F::narrow(case.c);
            let a = if negate_op1 { neg::<F>(a) } else { a };
            let c = if negate_addend { neg::<F>(c) } else { c };
            muladd::<F>(c, a, F::narrow(case.b), control(fpscr), fpscr).into()
        }));
    };
    fused("vfma", false, false);
    fused("vfms", true, false);
    fused("vfnms", false, true);
    fused("vfnma", true, true);

    rows.push(row(&format!("vmla.{suffix} {d}, {n}, {m}"), operands, |case, fpscr| {
        let fpcr = control(fpscr);
        let product = mul::<F>(F::narrow(case.a), F::narrow(case.b), fpcr, fpscr);
        add::<F>(F::narrow(case.c), product, fpcr, fpscr).into()
    }));

    let mut unary = |name: &str, f: fn(F::Bits, Fpcr, &mut u32) -> F::Bits| {
        rows.push(row(&format!("{name}.{suffix} {d}, {n}"), operands, move |case, fpscr| {
            f(F::narrow(case.a), control(fpscr), fpscr).into()
        }));
    };
    unary("vsqrt", sqrt::<F>);
    unary("vneg", |a, _, _| neg::<F>(a));
    unary("vabs", |a, _, _| abs::<F>(a));

    for (name, quiet_nan_exc) in [("vcmp", false), ("vcmpe", true)] {
        rows.push(row(&format!("{name}.{suffix} {n}, {m}"), operands, move |case, fpscr| {
            let (a, b) = (F::narrow(case.a), F::narrow(case.b));
            let nzcv = compare::<F>(a, b, quiet_nan_exc, control(fpscr), fpscr);
            set_nzcv(fpscr, nzcv);
            case.c
        }));
    }

    // Integers: VCVT rounds towards zero, VCVTR as the FPSCR says.
    for (ty, to) in [("s32", FixedType::S32), ("u32", FixedType::U32)] {
        for (name, by_mode) in [("vcvt", false), ("vcvtr", true)] {
            rows.push(row(&format!("{name}.{ty}.{suffix} s0, {n}"), operands, move |case, fpscr| {
                let fpcr = control(fpscr);
                let fpcr = if by_mode { fpcr } else { fpcr.with_rounding(Rounding::TowardZero) };
                let value = to_fixed::<F>(F::narrow(case.a), to, fpcr, fpscr);
                case.c & !0xffff_ffff | u64::from(value as u32)
            }));
        }
        rows.push(row(&format!("vcvt.{suffix}.{ty} {d}, s2"), Operands::Integer, move |case, fpscr| {
            let value = if to.unsigned { i64::from(low(case.a)) } else { i64::from(case.a as i32) };
            from_fixed::<F>(value, 0, control(fpscr), fpscr).into()
        }));
    }

    // Fixed point is converted in place; the result fills the register.
    let all = if F::FRAC_BITS == 52 { u64::MAX } else { 0xffff_ffff };
    for (ty, width, unsigned, fractions) in [
        ("s16", 16, false, [0, 1, 7, 16]),
        ("u16", 16, true, [0, 3, 15, 16]),
        ("s32", 32, false, [1, 9, 31, 32]),
        ("u32", 32, true, [1, 16, 30, 32]),
    ] {
        for fraction_bits in fractions {
            let to = FixedType { width, fraction_bits, unsigned };
            let asm = format!("vmov.{suffix} {d}, {n}\\n\\tvcvt.{ty}.{suffix} {d}, {d}, #{fraction_bits}");
            rows.push(row(&asm, operands, move |case, fpscr| {
                let fpcr = control(fpscr).with_rounding(Rounding::TowardZero);
                to_fixed::<F>(F::narrow(case.a), to, fpcr, fpscr) as u64 & all
            }));
            let asm = format!("vmov.{suffix} {d}, {n}\\n\\tvcvt.{suffix}.{ty} {d}, {d}, #{fraction_bits}");
            rows.push(row(&asm, Operands::Integer, move |case, fpscr| {
                let fpcr = control(fpscr).with_rounding(Rounding::Nearest);
                let value = match (width, unsigned) {
                    (16, false) => i64::from(case.a as i16),
                    (16, true) => i64::from(case.a as u16),
                    (_, false) => i64::from(case.a as i32),
                    (_, true) => i64::from(case.a as u32),
                };
                from_fixed::<F>(value, fraction_bits, fpcr, fpscr).into()
            }));
        }
    }
}

fn formats(rows: &mut Vec<Row>) {
    use Operands::*;
    rows.push(row("vcvt.f64.f32 d0, s2", Single, |case, fpscr| {
        f32_to_f64(low(case.a), control(fpscr), fpscr)
    }));
    rows.push(row("vcvt.f32.f64 s0, d1", Double, |case, fpscr| {
        case.c & !0xffff_ffff | u64::from(f64_to_f32(case.a, control(fpscr), fpscr))
    }));
    rows.push(row("vcvtb.f32.f16 s0, s2", Half, |case, fpscr| {
        f16_to_f32(case.a as u16, control(fpscr), fpscr).into()
    }));
    rows.push(row("vcvtt.f32.f16 s0, s2", Half, |case, fpscr| {
        f16_to_f32((case.a >> 16) as u16, control(fpscr), fpscr).into()
    }));
    rows.push(row("vcvtb.f16.f32 s0, s2", Single, |case, fpscr| {
        case.c & 0xffff_0000 | u64::from(f32_to_f16(low(case.a), control(fpscr), fpscr))
    }));
    rows.push(row("vcvt.f32.f16 q0, d1", HalfVector, |case, fpscr| {
        both(f16_to_f32(case.a as u16, standard(fpscr), fpscr))
    }));
    rows.push(row("vmov d2, d1\\n\\tvmov d3, d1\\n\\tvcvt.f16.f32 d0, q1", Vector, |case, fpscr| {
        u64::from(f32_to_f16(low(case.a), standard(fpscr), fpscr)) * 0x0001_0001_0001_0001
    }));
}

fn simd(rows: &mut Vec<Row>) {
    use Operands::*;
    let mut binary = |name: &str, f: fn(u32, u32, Fpcr, &mut u32) -> u32| {
        rows.push(row(&format!("{name}.f32 d0, d1, d2"), Vector, move |case, fpscr| {
            both(f(low(case.a), low(case.b), standard(fpscr), fpscr))
        }));
    };
    binary("vadd", add::<F32>);
    binary("vsub", sub::<F32>);
    binary("vmul", mul::<F32>);
    binary("vabd", |a, b, fpcr, flags| abs::<F32>(sub::<F32>(a, b, fpcr, flags)));
    binary("vmax", max::<F32>);
    binary("vmin", min::<F32>);
    binary("vrecps", |a, b, _, flags| recip_step(a, b, flags));
    binary("vrsqrts", |a, b, _, flags| rsqrt_step(a, b, flags));

    rows.push(row("vfma.f32 d0, d1, d2", Vector, |case, fpscr| {
        both(muladd::<F32>(low(case.c), low(case.a), low(case.b), standard(fpscr), fpscr))
    }));
    rows.push(row("vfms.f32 d0, d1, d2", Vector, |case, fpscr| {
        both(muladd::<F32>(low(case.c), neg::<F32>(low(case.a)), low(case.b), standard(fpscr), fpscr))
    }));

    let mut comparison = |name: &str, f: fn(u32, u32, Fpcr, &mut u32) -> bool| {
        rows.push(row(&format!("{name}.f32 d0, d1, d2"), Vector, move |case, fpscr| {
            lanes(f(low(case.a), low(case.b), standard(fpscr), fpscr))
        }));
    };
    comparison("vceq", compare_eq::<F32>);
    comparison("vcge", compare_ge::<F32>);
    comparison("vcgt", compare_gt::<F32>);
    comparison("vacge", |a, b, fpcr, flags| compare_ge::<F32>(abs::<F32>(a), abs::<F32>(b), fpcr, flags));
    comparison("vacgt", |a, b, fpcr, flags| compare_gt::<F32>(abs::<F32>(a), abs::<F32>(b), fpcr, flags));

    for operands in [Vector, FloatTable] {
        rows.push(row("vrecpe.f32 d0, d1", operands, |case, fpscr| both(recip_estimate(low(case.a), fpscr))));
        rows.push(row("vrsqrte.f32 d0, d1", operands, |case, fpscr| {
            both(rsqrt_estimate(low(case.a), fpscr))
        }));
    }
    for operands in [IntegerVector, FractionTable] {
        rows.push(row("vrecpe.u32 d0, d1", operands, |case, _| both(unsigned_recip_estimate(low(case.a)))));
        rows.push(row("vrsqrte.u32 d0, d1", operands, |case, _| both(unsigned_rsqrt_estimate(low(case.a)))));
    }

    for (ty, unsigned) in [("s32", false), ("u32", true)] {
        for fraction_bits in [0, 1, 13, 32] {
            let to = FixedType { width: 32, fraction_bits, unsigned };
            let suffix = if fraction_bits == 0 { String::new() } else { format!(", #{fraction_bits}") };
            rows.push(row(&format!("vcvt.{ty}.f32 d0, d1{suffix}"), Vector, move |case, fpscr| {
                let fpcr = standard(fpscr).with_rounding(Rounding::TowardZero);
                both(to_fixed::<F32>(low(case.a), to, fpcr, fpscr) as u32)
            }));
            rows.push(row(&format!("vcvt.f32.{ty} d0, d1{suffix}"), IntegerVector, move |case, fpscr| {
                let value = if unsigned { i64::from(low(case.a)) } else { i64::from(case.a as i32) };
                both(from_fixed::<F32>(value, fraction_bits, standard(fpscr), fpscr))
            }));
        }
    }
}

/// All rows.
pub(crate) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    vfp::<F32>(&mut rows, "f32", "s0", "s2", "s4", Operands::Single);
    vfp::<F64>(&mut rows, "f64", "d0", "d1", "d2", Operands::Double);
    formats(&mut rows);
    simd(&mut rows);
    rows
}
