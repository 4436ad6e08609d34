//! Operands for the tests: random, but drawn towards the places where
//! floating-point arithmetic goes wrong.

use skink_fp::Format;

/// Xorshift64*: the same sequence in every run.
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Rng(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        (self.next() >> 16) % n
    }

    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as u64) as i64
    }
}

/// Zeros, the ends of each range, small integers, NaNs of both kinds.
fn special<F: Format>(rng: &mut Rng) -> u64 {
    let one = (F::EXP_MAX >> 1) << F::FRAC_BITS;
    let payload = rng.next() & (F::QUIET - 1) | 1;
    let magnitudes = [
        0,
        1,
        2,
        F::FRAC_MASK,
        F::FRAC_MASK - 1,
        F::MIN_NORMAL,
        F::MIN_NORMAL + 1,
        F::MIN_NORMAL << 1,
        F::INFINITY - 1,
        F::INFINITY - 2,
        F::INFINITY - F::MIN_NORMAL,
        F::INFINITY,
        F::INFINITY | F::QUIET,
        F::INFINITY | F::QUIET | payload,
        F::INFINITY | payload,
        one,
        one + 1,
        one - 1,
        one + F::MIN_NORMAL,
        one - F::MIN_NORMAL,
        one + F::MIN_NORMAL + F::QUIET,
    ];
    magnitudes[rng.below(magnitudes.len() as u64) as usize]
}

/// A fraction field: random, short (so that results can be exact), or a run of
/// ones or zeros ending near where a narrower format rounds.
fn fraction<F: Format>(rng: &mut Rng) -> u64 {
    let random = rng.next() & F::FRAC_MASK;
    let cut = rng.below(u64::from(F::FRAC_BITS) + 1);
    match rng.below(6) {
        0 | 1 => random,
        2 => random & !((1 << cut) - 1),
        3 => random | ((1 << cut) - 1),
        4 => (1 << cut) & F::FRAC_MASK,
        _ => F::FRAC_MASK ^ ((1 << cut) & F::FRAC_MASK),
    }
}

fn assemble<F: Format>(rng: &mut Rng, exp: i64) -> u64 {
    let biased = (exp + (F::EXP_MAX >> 1) as i64).clamp(0, F::EXP_MAX as i64 - 1) as u64;
    biased << F::FRAC_BITS | fraction::<F>(rng)
}

/// One operand.
pub(crate) fn number<F: Format>(rng: &mut Rng) -> u64 {
    let bias = (F::EXP_MAX >> 1) as i64;
    let exp = match rng.below(10) {
        0 | 1 => return special::<F>(rng) | if rng.below(2) == 0 { F::SIGN } else { 0 },
        2 => return rng.next() & (F::SIGN << 1).wrapping_sub(1),
        3 => 1 - bias - rng.between(0, 1),
        // Where single and half precision begin and end.
        4 => rng.between(-152, -124),
        5 => [126, 127, 128, 15, 16, bias][rng.below(6) as usize],
        6 => rng.between(-28, -12),
        // Integers and what lies between them.
        7 => rng.between(-3, 33),
        8 => rng.between(13, 33),
        _ => rng.between(-bias, bias),
    };
    assemble::<F>(rng, exp) | if rng.below(2) == 0 { F::SIGN } else { 0 }
}

/// Three operands, often related: close to each other, or with a product or
/// quotient at an end of the range. `product` estimates `a * b`.
pub(crate) fn triple<F: Format>(rng: &mut Rng, product: fn(u64, u64) -> u64) -> [u64; 3] {
    let bias = (F::EXP_MAX >> 1) as i64;
    let a = number::<F>(rng);
    let b = number::<F>(rng);
    let c = number::<F>(rng);
    let exp_a = ((a & !F::SIGN) >> F::FRAC_BITS) as i64 - bias;
    let near = |rng: &mut Rng, x: u64| (x ^ F::SIGN).wrapping_add(rng.between(-3, 3) as u64);
    let mask = (F::SIGN << 1).wrapping_sub(1);
    let edge = match rng.below(2) {
        0 => rng.between(-bias - i64::from(F::FRAC_BITS) - 2, -bias + 3),
        _ => rng.between(bias - 2, bias + 2),
    };
    let [a, b, c] = match rng.below(8) {
        0 => [a, near(rng, a), c],
        1 => {
            let gap = rng.between(-i64::from(F::FRAC_BITS) - 3, i64::from(F::FRAC_BITS) + 3);
            [a, assemble::<F>(rng, exp_a + gap) | b & F::SIGN, c]
        }
        2 => [a, assemble::<F>(rng, edge - exp_a) | b & F::SIGN, c],
        3 => [a, assemble::<F>(rng, exp_a - edge) | b & F::SIGN, c],
        4 => [a, b, near(rng, product(a, b))],
        5 => {
            let exp_b = ((b & !F::SIGN) >> F::FRAC_BITS) as i64 - bias;
            let gap = rng.between(-2 * i64::from(F::FRAC_BITS) - 4, i64::from(F::FRAC_BITS) + 4);
            [a, b, assemble::<F>(rng, exp_a + exp_b + gap) | c & F::SIGN]
        }
        _ => [a, b, c],
    };
    [a & mask, b & mask, c & mask]
}
