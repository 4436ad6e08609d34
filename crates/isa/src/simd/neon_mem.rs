//! Advanced SIMD element and structure loads and stores (ARM ARM A7.7).
// tidy: table

use super::codec_mem::*;
use super::op::*;
use crate::row::rows;

rows! {
    /// Element and structure loads and stores.
    ROWS A32T32:
    VLD1_multi_1_A1 "1111 0100 0d10 nnnn dddd 0111 ssaa mmmm" VectorLoad VecStructArgs { n: K(1), access: One1(d, s, a, n, m) }
        "vld1{c}.{access}" Simd "A8.8.320";
    VLD1_multi_2_A1 "1111 0100 0d10 nnnn dddd 1010 ssaa mmmm" VectorLoad VecStructArgs { n: K(1), access: One2(d, s, a, n, m) }
        "vld1{c}.{access}" Simd "A8.8.320";
    VLD1_multi_3_A1 "1111 0100 0d10 nnnn dddd 0110 ssaa mmmm" VectorLoad VecStructArgs { n: K(1), access: One3(d, s, a, n, m) }
        "vld1{c}.{access}" Simd "A8.8.320";
    VLD1_multi_4_A1 "1111 0100 0d10 nnnn dddd 0010 ssaa mmmm" VectorLoad VecStructArgs { n: K(1), access: One4(d, s, a, n, m) }
        "vld1{c}.{access}" Simd "A8.8.320";
    VLD2_multi_2_A1 "1111 0100 0d10 nnnn dddd 1000 ssaa mmmm" VectorLoad VecStructArgs { n: K(2), access: Two2(d, s, a, n, m) }
        "vld2{c}.{access}" Simd "A8.8.323";
    VLD2_multi_2apart_A1 "1111 0100 0d10 nnnn dddd 1001 ssaa mmmm" VectorLoad VecStructArgs { n: K(2), access: Two2Apart(d, s, a, n, m) }
        "vld2{c}.{access}" Simd "A8.8.323";
    VLD2_multi_4_A1 "1111 0100 0d10 nnnn dddd 0011 ssaa mmmm" VectorLoad VecStructArgs { n: K(2), access: Two4(d, s, a, n, m) }
        "vld2{c}.{access}" Simd "A8.8.323";
    VLD3_multi_A1 "1111 0100 0d10 nnnn dddd 0100 ssaa mmmm" VectorLoad VecStructArgs { n: K(3), access: Three3(d, s, a, n, m) }
        "vld3{c}.{access}" Simd "A8.8.326";
    VLD3_multi_apart_A1 "1111 0100 0d10 nnnn dddd 0101 ssaa mmmm" VectorLoad VecStructArgs { n: K(3), access: Three3Apart(d, s, a, n, m) }
        "vld3{c}.{access}" Simd "A8.8.326";
    VLD4_multi_A1 "1111 0100 0d10 nnnn dddd 0000 ssaa mmmm" VectorLoad VecStructArgs { n: K(4), access: Four4(d, s, a, n, m) }
        "vld4{c}.{access}" Simd "A8.8.329";
    VLD4_multi_apart_A1 "1111 0100 0d10 nnnn dddd 0001 ssaa mmmm" VectorLoad VecStructArgs { n: K(4), access: Four4Apart(d, s, a, n, m) }
        "vld4{c}.{access}" Simd "A8.8.329";
    VLD1_one_A1 "1111 0100 1d10 nnnn dddd ss00 iiii mmmm" VectorLoad VecStructArgs { n: K(1), access: Lane1(d, s, i, n, m) }
        "vld1{c}.{access}" Simd "A8.8.321";
    VLD2_one_A1 "1111 0100 1d10 nnnn dddd ss01 iiii mmmm" VectorLoad VecStructArgs { n: K(2), access: Lane2(d, s, i, n, m) }
        "vld2{c}.{access}" Simd "A8.8.324";
    VLD3_one_A1 "1111 0100 1d10 nnnn dddd ss10 iiii mmmm" VectorLoad VecStructArgs { n: K(3), access: Lane3(d, s, i, n, m) }
        "vld3{c}.{access}" Simd "A8.8.327";
    VLD4_one_A1 "1111 0100 1d10 nnnn dddd ss11 iiii mmmm" VectorLoad VecStructArgs { n: K(4), access: Lane4(d, s, i, n, m) }
        "vld4{c}.{access}" Simd "A8.8.330";
    VST1_multi_1_A1 "1111 0100 0d00 nnnn dddd 0111 ssaa mmmm" VectorStore VecStructArgs { n: K(1), access: One1(d, s, a, n, m) }
        "vst1{c}.{access}" Simd "A8.8.404";
    VST1_multi_2_A1 "1111 0100 0d00 nnnn dddd 1010 ssaa mmmm" VectorStore VecStructArgs { n: K(1), access: One2(d, s, a, n, m) }
        "vst1{c}.{access}" Simd "A8.8.404";
    VST1_multi_3_A1 "1111 0100 0d00 nnnn dddd 0110 ssaa mmmm" VectorStore VecStructArgs { n: K(1), access: One3(d, s, a, n, m) }
        "vst1{c}.{access}" Simd "A8.8.404";
    VST1_multi_4_A1 "1111 0100 0d00 nnnn dddd 0010 ssaa mmmm" VectorStore VecStructArgs { n: K(1), access: One4(d, s, a, n, m) }
        "vst1{c}.{access}" Simd "A8.8.404";
    VST2_multi_2_A1 "1111 0100 0d00 nnnn dddd 1000 ssaa mmmm" VectorStore VecStructArgs { n: K(2), access: Two2(d, s, a, n, m) }
        "vst2{c}.{access}" Simd "A8.8.406";
    VST2_multi_2apart_A1 "1111 0100 0d00 nnnn dddd 1001 ssaa mmmm" VectorStore VecStructArgs { n: K(2), access: Two2Apart(d, s, a, n, m) }
        "vst2{c}.{access}" Simd "A8.8.406";
    VST2_multi_4_A1 "1111 0100 0d00 nnnn dddd 0011 ssaa mmmm" VectorStore VecStructArgs { n: K(2), access: Two4(d, s, a, n, m) }
        "vst2{c}.{access}" Simd "A8.8.406";
    VST3_multi_A1 "1111 0100 0d00 nnnn dddd 0100 ssaa mmmm" VectorStore VecStructArgs { n: K(3), access: Three3(d, s, a, n, m) }
        "vst3{c}.{access}" Simd "A8.8.408";
    VST3_multi_apart_A1 "1111 0100 0d00 nnnn dddd 0101 ssaa mmmm" VectorStore VecStructArgs { n: K(3), access: Three3Apart(d, s, a, n, m) }
        "vst3{c}.{access}" Simd "A8.8.408";
    VST4_multi_A1 "1111 0100 0d00 nnnn dddd 0000 ssaa mmmm" VectorStore VecStructArgs { n: K(4), access: Four4(d, s, a, n, m) }
        "vst4{c}.{access}" Simd "A8.8.410";
    VST4_multi_apart_A1 "1111 0100 0d00 nnnn dddd 0001 ssaa mmmm" VectorStore VecStructArgs { n: K(4), access: Four4Apart(d, s, a, n, m) }
        "vst4{c}.{access}" Simd "A8.8.410";
    VST1_one_A1 "1111 0100 1d00 nnnn dddd ss00 iiii mmmm" VectorStore VecStructArgs { n: K(1), access: Lane1(d, s, i, n, m) }
        "vst1{c}.{access}" Simd "A8.8.405";
    VST2_one_A1 "1111 0100 1d00 nnnn dddd ss01 iiii mmmm" VectorStore VecStructArgs { n: K(2), access: Lane2(d, s, i, n, m) }
        "vst2{c}.{access}" Simd "A8.8.407";
    VST3_one_A1 "1111 0100 1d00 nnnn dddd ss10 iiii mmmm" VectorStore VecStructArgs { n: K(3), access: Lane3(d, s, i, n, m) }
        "vst3{c}.{access}" Simd "A8.8.409";
    VST4_one_A1 "1111 0100 1d00 nnnn dddd ss11 iiii mmmm" VectorStore VecStructArgs { n: K(4), access: Lane4(d, s, i, n, m) }
        "vst4{c}.{access}" Simd "A8.8.411";
    VLD1_all_A1 "1111 0100 1d10 nnnn dddd 1100 ssTa mmmm" VectorLoad VecStructArgs { n: K(1), access: All1(d, s, T, a, n, m) }
        "vld1{c}.{access}" Simd "A8.8.322";
    VLD2_all_A1 "1111 0100 1d10 nnnn dddd 1101 ssTa mmmm" VectorLoad VecStructArgs { n: K(2), access: All2(d, s, T, a, n, m) }
        "vld2{c}.{access}" Simd "A8.8.325";
    VLD3_all_A1 "1111 0100 1d10 nnnn dddd 1110 ssTa mmmm" VectorLoad VecStructArgs { n: K(3), access: All3(d, s, T, a, n, m) }
        "vld3{c}.{access}" Simd "A8.8.328";
    VLD4_all_A1 "1111 0100 1d10 nnnn dddd 1111 ssTa mmmm" VectorLoad VecStructArgs { n: K(4), access: All4(d, s, T, a, n, m) }
        "vld4{c}.{access}" Simd "A8.8.331";
}
