//! The codecs of the structure loads and stores (ARM ARM A7.7).

use super::operand::*;
use crate::codec::codec;
use crate::operand::Reg;
use crate::row::{Codec, Context};

fn address(rn: u32, rm: u32, align: u32) -> StructAddr {
    let index = match rm {
        15 => StructIndex::None,
        13 => StructIndex::Size,
        rm => StructIndex::Reg(Reg(rm as u8)),
    };
    StructAddr { rn: Reg(rn as u8), align: align as u8, index }
}

fn rm(addr: &StructAddr) -> Option<u32> {
    match addr.index {
        StructIndex::None => Some(15),
        StructIndex::Size => Some(13),
        StructIndex::Reg(Reg(13 | 15)) => None,
        StructIndex::Reg(rm) => Some(rm.0 as u32),
    }
}

/// Whole registers. A register past D31 is UNPREDICTABLE; the numbers wrap, see [`StructList::reg`].
fn whole([first, size, align, rn, m]: [u32; 5], count: u8, step: u8) -> Option<StructAccess> {
    let list = StructList { first: first as u8, count, step, part: StructPart::Whole };
    let addr = address(rn, m, if align == 0 { 1 } else { 4 << align });
    Some(StructAccess { lane: Lane::from_bits(size), list, addr })
}

fn unwhole(v: &StructAccess, count: u8, step: u8) -> Option<[u32; 5]> {
    let align = match v.addr.align {
        1 => 0,
        8 | 16 | 32 => v.addr.align.ilog2() - 2,
        _ => return None,
    };
    (v.list.count == count && v.list.step == step && v.list.part == StructPart::Whole).then_some(())?;
    Some([v.list.first as u32, v.lane as u32, align, v.addr.rn.0 as u32, rm(&v.addr)?])
}

macro_rules! multiple {
    ($( $name:ident $count:literal $step:literal ($sizes:pat, $aligns:pat); )*) => { $(
        codec!(/// Whole registers: how many, how far apart, what widths and alignments there are.
            /// (D:Vd, size, align, Rn, Rm)
            $name, 5, StructAccess,
            |bits, _| match bits {
                [_, $sizes, $aligns, _, _] => whole(bits, $count, $step),
                _ => None,
            },
            |v, _| unwhole(v, $count, $step).filter(|bits| matches!(bits, [_, $sizes, $aligns, _, _])));
    )* };
}

multiple! {
    One1 1 1 (0..=3, 0..=1);
    One2 2 1 (0..=3, 0..=2);
    One3 3 1 (0..=3, 0..=1);
    One4 4 1 (0..=3, 0..=3);
    Two2 2 1 (0..=2, 0..=2);
    Two2Apart 2 2 (0..=2, 0..=2);
    Two4 4 1 (0..=2, 0..=3);
    Three3 3 1 (0..=2, 0..=1);
    Three3Apart 3 2 (0..=2, 0..=1);
    Four4 4 1 (0..=2, 0..=3);
    Four4Apart 4 2 (0..=2, 0..=3);
}

/// What `size` and `index_align` say of one element from each of `n` registers (ARM ARM A8.8.321,
/// 324, 327, 330): index, step between registers, alignment in bytes.
fn one_lane(n: u8, size: u32, index_align: u32) -> Option<(u8, u8, u8)> {
    let index = (index_align >> (size + 1)) as u8;
    let align = index_align & ((1 << size.max(1)) - 1);
    let apart = match (n, size) {
        (_, 3) => return None,
        (_, 0) => 0,
        _ => index_align >> size & 1,
    };
    let align = match (n, size, align) {
        (_, 0, _) if n == 2 || n == 4 => {
            if index_align & 1 != 0 {
                n
            } else {
                1
            }
        }
        (1, 1 | 2, _) if apart != 0 => return None,
        (1, 2, 3) => 4,
        (1, 1, 1) => 2,
        (2, 1, 1) => 4,
        (2, 2, 1) => 8,
        (4, 1, 1) => 8,
        (4, 2, 1) => 8,
        (4, 2, 2) => 16,
        (1 | 3, 0, _) if index_align & 1 != 0 => return None,
        (1 | 3, 0, _) => 1,
        (_, _, 0) => 1,
        _ => return None,
    };
    Some((index, apart as u8 + 1, align))
}

/// The lane forms of all four structure sizes.
macro_rules! lanes {
    ($( $lane:ident $all:ident $n:literal; )*) => { $(
        codec!(/// One element of each register. (D:Vd, size, index_align, Rn, Rm)
        $lane, 5, StructAccess, |[first, size, ia, rn, m], _| {
            let (index, step, align) = one_lane($n, size, ia)?;
            let list = StructList { first: first as u8, count: $n, step, part: StructPart::Lane(index) };
            Some(StructAccess { lane: Lane::from_bits(size), list, addr: address(rn, m, align as u32) })
        }, |v, _| {
            let StructPart::Lane(index) = v.list.part else { return None };
            let wanted = Some((index, v.list.step, v.addr.align));
            let ia = (0..16).find(|&ia| one_lane($n, v.lane as u32, ia) == wanted)?;
            (v.list.count == $n).then_some(())?;
            Some([v.list.first as u32, v.lane as u32, ia, v.addr.rn.0 as u32, rm(&v.addr)?])
        });
        codec!(/// All elements of each register. (D:Vd, size, T, a, Rn, Rm)
        $all, 6, StructAccess, |[first, size, t, a, rn, m], _| {
            let (lane, count, step, align) = all_lanes($n, size, t, a)?;
            let list = StructList { first: first as u8, count, step, part: StructPart::All };
            Some(StructAccess { lane, list, addr: address(rn, m, align as u32) })
        }, |v, _| {
            let wanted = Some((v.lane, v.list.count, v.list.step, v.addr.align));
            let sta = (0..16).find(|&sta| all_lanes($n, sta >> 2, sta >> 1 & 1, sta & 1) == wanted)?;
            (v.list.part == StructPart::All).then_some(())?;
            Some([v.list.first as u32, sta >> 2, sta >> 1 & 1, sta & 1, v.addr.rn.0 as u32, rm(&v.addr)?])
        });
    )* };
}

/// What `size`, `T` and `a` say where an element goes to all lanes (ARM ARM A8.8.322, 325, 328, 331):
/// width, number of registers, step between them, alignment in bytes.
fn all_lanes(n: u8, size: u32, t: u32, a: u32) -> Option<(Lane, u8, u8, u8)> {
    let (lane, align) = match (n, size, a) {
        // Four words with a 128-bit alignment.
        (4, 3, 1) => (Lane::B32, 16),
        (_, 3, _) => return None,
        (1, 0, 1) | (3, _, 1) => return None,
        (4, 2, 1) => (Lane::B32, 8),
        (_, size, 1) => (Lane::from_bits(size), n << size),
        (_, size, _) => (Lane::from_bits(size), 1),
    };
    // For VLD1 T is the number of registers rather than their distance.
    Some(if n == 1 { (lane, t as u8 + 1, 1, align) } else { (lane, n, t as u8 + 1, align) })
}

lanes! {
    Lane1 All1 1;
    Lane2 All2 2;
    Lane3 All3 3;
    Lane4 All4 4;
}
