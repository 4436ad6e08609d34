//! The arithmetic against the host's, in round-to-nearest, where both follow
//! IEEE 754. The host says nothing about flags; the oracle test does.

mod support;

use skink_fp::{F32, F64, Fpcr, flag};
use support::{Rng, triple};

const CASES: u32 = 400_000;

/// The two ways in: with IXC clear inexactness must be found out, with IXC set
/// it need not.
const FLAGS: [u32; 2] = [0, flag::IXC];

macro_rules! against_host {
    ($test:ident, $format:ident, $float:ty, $bits:ty, $seed:literal) => {
        #[test]
        fn $test() {
            type F = $format;
            let fpcr = Fpcr::from_fpscr(0);
            let mut rng = Rng::new($seed);
            let product = |a: u64, b: u64| {
                u64::from((<$float>::from_bits(a as $bits) * <$float>::from_bits(b as $bits)).to_bits())
            };
            for _ in 0..CASES {
                let [a, b, c] = triple::<F>(&mut rng, product).map(|x| x as $bits);
                let [x, y, z] = [a, b, c].map(<$float>::from_bits);
                for before in FLAGS {
                    let mut flags = [before; 6];
                    let [add, sub, mul, div, sqrt, fma] = &mut flags;
                    let results = [
                        ("add", skink_fp::add::<F>(a, b, fpcr, add), x + y),
                        ("sub", skink_fp::sub::<F>(a, b, fpcr, sub), x - y),
                        ("mul", skink_fp::mul::<F>(a, b, fpcr, mul), x * y),
                        ("div", skink_fp::div::<F>(a, b, fpcr, div), x / y),
                        ("sqrt", skink_fp::sqrt::<F>(a, fpcr, sqrt), x.sqrt()),
                        ("muladd", skink_fp::muladd::<F>(c, a, b, fpcr, fma), x.mul_add(y, z)),
                    ];
                    for (name, ours, host) in results {
                        let ours = <$float>::from_bits(ours);
                        assert!(
                            ours.to_bits() == host.to_bits() || ours.is_nan() && host.is_nan(),
                            "{name}({x:e}, {y:e}, {z:e}): {ours:e}, host {host:e}"
                        );
                    }
                }
            }
        }
    };
}

against_host!(single_precision, F32, f32, u32, 1);
against_host!(double_precision, F64, f64, u64, 2);

/// An operation of up to three operands.
type Operation = fn(u64, u64, u64, Fpcr, &mut u32) -> u64;

/// Whether IXC is set beforehand decides how much of the fast path is taken
/// (for the fused multiply-add, whether it is taken at all), and must not show
/// in anything but IXC.
#[test]
fn flags_accumulate() {
    let fpcr = Fpcr::from_fpscr(0);
    let mut rng = Rng::new(3);
    let product = |a: u64, b: u64| (f64::from_bits(a) * f64::from_bits(b)).to_bits();
    for _ in 0..CASES {
        let [a, b, c] = triple::<F64>(&mut rng, product);
        let operations: [Operation; 5] = [
            |a, b, _, fpcr, flags| skink_fp::add::<F64>(a, b, fpcr, flags),
            |a, b, _, fpcr, flags| skink_fp::mul::<F64>(a, b, fpcr, flags),
            |a, b, _, fpcr, flags| skink_fp::div::<F64>(a, b, fpcr, flags),
            |a, _, _, fpcr, flags| skink_fp::sqrt::<F64>(a, fpcr, flags),
            |a, b, c, fpcr, flags| skink_fp::muladd::<F64>(c, a, b, fpcr, flags),
        ];
        for operation in operations {
            let (mut clear, mut set) = (0, flag::IXC);
            let result = operation(a, b, c, fpcr, &mut clear);
            assert_eq!(operation(a, b, c, fpcr, &mut set), result);
            assert_eq!(clear | flag::IXC, set);
        }
    }
}
