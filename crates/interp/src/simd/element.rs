//! Vectors as arrays of elements.

/// A type of element.
pub(super) trait Element: Copy {
    /// As many as a quadword holds.
    type Array: AsRef<[Self]>;
    /// The elements of a vector, the least significant first.
    fn split(v: u128) -> Self::Array;
    /// The vector of elements made by a function of their index.
    fn join(f: impl FnMut(usize) -> Self) -> u128;
}

macro_rules! elements {
    ($($ty:ident)*) => { $(
        impl Element for $ty {
            type Array = [$ty; 16 / size_of::<$ty>()];
            #[inline(always)]
            fn split(v: u128) -> Self::Array {
                std::array::from_fn(|i| (v >> (i as u32 * $ty::BITS)) as $ty)
            }
            #[inline(always)]
            fn join(f: impl FnMut(usize) -> $ty) -> u128 {
                let elements: Self::Array = std::array::from_fn(f);
                let mut bytes = [0; 16];
                for (to, from) in bytes.chunks_exact_mut(size_of::<$ty>()).zip(elements) {
                    to.copy_from_slice(&from.to_le_bytes());
                }
                u128::from_le_bytes(bytes)
            }
        }
    )* };
}

elements!(u8 u16 u32 u64 i8 i16 i32 i64);

/// The elements of one vector, each changed.
#[inline(always)]
pub(super) fn map<T: Element>(a: u128, mut f: impl FnMut(T) -> T) -> u128 {
    let a = T::split(a);
    T::join(|i| f(a.as_ref()[i]))
}

/// The elements of two vectors, combined.
#[inline(always)]
pub(super) fn zip<T: Element>(a: u128, b: u128, mut f: impl FnMut(T, T) -> T) -> u128 {
    let (a, b) = (T::split(a), T::split(b));
    T::join(|i| f(a.as_ref()[i], b.as_ref()[i]))
}

/// Calls with the type of the elements: signed or unsigned by what the instruction says.
macro_rules! by_type {
    ($ty:expr, |$t:ident| $body:expr) => {
        match ($ty.kind == skink_isa::simd::operand::Kind::Signed, $ty.lane) {
            (true, Lane::B8) => {
                type $t = i8;
                $body
            }
            (true, Lane::B16) => {
                type $t = i16;
                $body
            }
            (true, Lane::B32) => {
                type $t = i32;
                $body
            }
            (true, Lane::B64) => {
                type $t = i64;
                $body
            }
            (false, Lane::B8) => {
                type $t = u8;
                $body
            }
            (false, Lane::B16) => {
                type $t = u16;
                $body
            }
            (false, Lane::B32) => {
                type $t = u32;
                $body
            }
            (false, Lane::B64) => {
                type $t = u64;
                $body
            }
        }
    };
}
pub(super) use by_type;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn split_and_join_are_inverse() {
        let v = 0x0011_2233_4455_6677_8899_aabb_ccdd_eeff;
        assert_eq!(map::<i8>(v, |x| x), v);
        assert_eq!(map::<u64>(v, |x| x), v);
        assert_eq!(u16::split(v)[0], 0xeeff);
        assert_eq!(zip::<u32>(v, v, |a, b| a ^ b), 0);
    }
}
