//! VFP and Advanced SIMD register loads and stores (ARM ARM A7.6).
// tidy: table

use super::codec::*;
use super::op::*;
use crate::codec::*;
use crate::operand::{MultiMode, Reg};
use crate::row::rows;

const IA: MultiMode = MultiMode { increment: true, before: false };
const DB: MultiMode = MultiMode { increment: false, before: true };

rows! {
    /// Register loads and stores.
    ROWS A32T32:
    VLDR_A1 "cccc 1101 Ud01 nnnn dddd 101z iiii iiii" Vldr ExtLoadStore { vd: Fr(z, d), addr: AddrWords(U, n, i) }
        "vldr{c}\t{vd}, {addr}" Vfp2 "A8.8.333";
    VSTR_A1 "cccc 1101 Ud00 nnnn dddd 101z iiii iiii" Vstr ExtLoadStore { vd: Fr(z, d), addr: AddrWords(U, n, i) }
        "vstr{c}\t{vd}, {addr}" Vfp2 "A8.8.413";
    VLDMIA_A1 "cccc 1100 1dW1 nnnn dddd 1011 iiii iii0" Vldm ExtLoadStoreMulti { mode: K(IA), wback: B(W), rn: R(n), list: ListD(d, i), x: K(false) }
        "vldmia{c}\t{rn}{wback?!}, {list}" Vfp2 "A8.8.332";
    VLDMDB_A1 "cccc 1101 0d11 nnnn dddd 1011 iiii iii0" Vldm ExtLoadStoreMulti { mode: K(DB), wback: K(true), rn: R(n), list: ListD(d, i), x: K(false) }
        "vldmdb{c}\t{rn}!, {list}" Vfp2 "A8.8.332";
    VLDMIA_A2 "cccc 1100 1dW1 nnnn dddd 1010 iiii iiii" Vldm ExtLoadStoreMulti { mode: K(IA), wback: B(W), rn: R(n), list: ListS(d, i), x: K(false) }
        "vldmia{c}\t{rn}{wback?!}, {list}" Vfp2 "A8.8.332";
    VLDMDB_A2 "cccc 1101 0d11 nnnn dddd 1010 iiii iiii" Vldm ExtLoadStoreMulti { mode: K(DB), wback: K(true), rn: R(n), list: ListS(d, i), x: K(false) }
        "vldmdb{c}\t{rn}!, {list}" Vfp2 "A8.8.332";
    FLDMIAX_A1 "cccc 1100 1dW1 nnnn dddd 1011 iiii iii1" Vldm ExtLoadStoreMulti { mode: K(IA), wback: B(W), rn: R(n), list: ListD(d, i), x: K(true) }
        "fldmiax{c}\t{rn}{wback?!}, {list}" Vfp2 "A8.8.332";
    FLDMDBX_A1 "cccc 1101 0d11 nnnn dddd 1011 iiii iii1" Vldm ExtLoadStoreMulti { mode: K(DB), wback: K(true), rn: R(n), list: ListD(d, i), x: K(true) }
        "fldmdbx{c}\t{rn}!, {list}" Vfp2 "A8.8.332";
    VSTMIA_A1 "cccc 1100 1dW0 nnnn dddd 1011 iiii iii0" Vstm ExtLoadStoreMulti { mode: K(IA), wback: B(W), rn: R(n), list: ListD(d, i), x: K(false) }
        "vstmia{c}\t{rn}{wback?!}, {list}" Vfp2 "A8.8.412";
    VSTMDB_A1 "cccc 1101 0d10 nnnn dddd 1011 iiii iii0" Vstm ExtLoadStoreMulti { mode: K(DB), wback: K(true), rn: R(n), list: ListD(d, i), x: K(false) }
        "vstmdb{c}\t{rn}!, {list}" Vfp2 "A8.8.412";
    VSTMIA_A2 "cccc 1100 1dW0 nnnn dddd 1010 iiii iiii" Vstm ExtLoadStoreMulti { mode: K(IA), wback: B(W), rn: R(n), list: ListS(d, i), x: K(false) }
        "vstmia{c}\t{rn}{wback?!}, {list}" Vfp2 "A8.8.412";
    VSTMDB_A2 "cccc 1101 0d10 nnnn dddd 1010 iiii iiii" Vstm ExtLoadStoreMulti { mode: K(DB), wback: K(true), rn: R(n), list: ListS(d, i), x: K(false) }
        "vstmdb{c}\t{rn}!, {list}" Vfp2 "A8.8.412";
    FSTMIAX_A1 "cccc 1100 1dW0 nnnn dddd 1011 iiii iii1" Vstm ExtLoadStoreMulti { mode: K(IA), wback: B(W), rn: R(n), list: ListD(d, i), x: K(true) }
        "fstmiax{c}\t{rn}{wback?!}, {list}" Vfp2 "A8.8.412";
    FSTMDBX_A1 "cccc 1101 0d10 nnnn dddd 1011 iiii iii1" Vstm ExtLoadStoreMulti { mode: K(DB), wback: K(true), rn: R(n), list: ListD(d, i), x: K(true) }
        "fstmdbx{c}\t{rn}!, {list}" Vfp2 "A8.8.412";
    VPUSH_A1 "cccc 1101 0d10 1101 dddd 1011 iiii iii0" Vstm ExtLoadStoreMulti { mode: K(DB), wback: K(true), rn: K(Reg::SP), list: ListD(d, i), x: K(false) }
        "vpush{c}\t{list}" Vfp2 "A8.8.368";
    VPUSH_A2 "cccc 1101 0d10 1101 dddd 1010 iiii iiii" Vstm ExtLoadStoreMulti { mode: K(DB), wback: K(true), rn: K(Reg::SP), list: ListS(d, i), x: K(false) }
        "vpush{c}\t{list}" Vfp2 "A8.8.368";
    VPOP_A1 "cccc 1100 1d11 1101 dddd 1011 iiii iii0" Vldm ExtLoadStoreMulti { mode: K(IA), wback: K(true), rn: K(Reg::SP), list: ListD(d, i), x: K(false) }
        "vpop{c}\t{list}" Vfp2 "A8.8.367";
    VPOP_A2 "cccc 1100 1d11 1101 dddd 1010 iiii iiii" Vldm ExtLoadStoreMulti { mode: K(IA), wback: K(true), rn: K(Reg::SP), list: ListS(d, i), x: K(false) }
        "vpop{c}\t{list}" Vfp2 "A8.8.367";
}
