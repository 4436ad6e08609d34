//! A32 multiplies, divisions and saturating arithmetic (ARM ARM A5.2.5, A5.2.6, A5.2.7, A5.4.4).
// tidy: table

use crate::codec::*;
use crate::op::*;
use crate::operand::Reg;
use crate::row::rows;

rows! {
    /// Multiplies and their kin.
    ROWS A32:
    MUL_A1 "cccc 0000000S dddd (0)(0)(0)(0) mmmm 1001 nnnn" Mul Mul { s: B(S), rd: R(d), rn: R(n), rm: R(m) }
        "mul{s?s}{c}\t{rd}, {rn}, {rm}" V4 "A8.8.114";
    MLA_A1 "cccc 0000001S dddd aaaa mmmm 1001 nnnn" Mla Mla { s: B(S), rd: R(d), rn: R(n), rm: R(m), ra: R(a) }
        "mla{s?s}{c}\t{rd}, {rn}, {rm}, {ra}" V4 "A8.8.100";
    UMAAL_A1 "cccc 00000100 hhhh llll mmmm 1001 nnnn" Umaal MulLong { s: K(false), rdlo: R(l), rdhi: R(h), rn: R(n), rm: R(m) }
        "umaal{c}\t{rdlo}, {rdhi}, {rn}, {rm}" V6 "A8.8.255";
    MLS_A1 "cccc 00000110 dddd aaaa mmmm 1001 nnnn" Mls Reg4 { rd: R(d), rn: R(n), rm: R(m), ra: R(a) }
        "mls{c}\t{rd}, {rn}, {rm}, {ra}" V6T2 "A8.8.101";
    UMULL_A1 "cccc 0000100S hhhh llll mmmm 1001 nnnn" Umull MulLong { s: B(S), rdlo: R(l), rdhi: R(h), rn: R(n), rm: R(m) }
        "umull{s?s}{c}\t{rdlo}, {rdhi}, {rn}, {rm}" V4 "A8.8.257";
    UMLAL_A1 "cccc 0000101S hhhh llll mmmm 1001 nnnn" Umlal MulLong { s: B(S), rdlo: R(l), rdhi: R(h), rn: R(n), rm: R(m) }
        "umlal{s?s}{c}\t{rdlo}, {rdhi}, {rn}, {rm}" V4 "A8.8.256";
    SMULL_A1 "cccc 0000110S hhhh llll mmmm 1001 nnnn" Smull MulLong { s: B(S), rdlo: R(l), rdhi: R(h), rn: R(n), rm: R(m) }
        "smull{s?s}{c}\t{rdlo}, {rdhi}, {rn}, {rm}" V4 "A8.8.189";
    SMLAL_A1 "cccc 0000111S hhhh llll mmmm 1001 nnnn" Smlal MulLong { s: B(S), rdlo: R(l), rdhi: R(h), rn: R(n), rm: R(m) }
        "smlal{s?s}{c}\t{rdlo}, {rdhi}, {rn}, {rm}" V4 "A8.8.178";

    QADD_A1 "cccc 00010000 nnnn dddd (0)(0)(0)(0) 0101 mmmm" Qadd Reg3 { rd: R(d), rn: R(n), rm: R(m) }
        "qadd{c}\t{rd}, {rm}, {rn}" V5TE "A8.8.134";
    QSUB_A1 "cccc 00010010 nnnn dddd (0)(0)(0)(0) 0101 mmmm" Qsub Reg3 { rd: R(d), rn: R(n), rm: R(m) }
        "qsub{c}\t{rd}, {rm}, {rn}" V5TE "A8.8.141";
    QDADD_A1 "cccc 00010100 nnnn dddd (0)(0)(0)(0) 0101 mmmm" Qdadd Reg3 { rd: R(d), rn: R(n), rm: R(m) }
        "qdadd{c}\t{rd}, {rm}, {rn}" V5TE "A8.8.138";
    QDSUB_A1 "cccc 00010110 nnnn dddd (0)(0)(0)(0) 0101 mmmm" Qdsub Reg3 { rd: R(d), rn: R(n), rm: R(m) }
        "qdsub{c}\t{rd}, {rm}, {rn}" V5TE "A8.8.139";

    SMLAxy_A1 "cccc 00010000 dddd aaaa mmmm 1MN0 nnnn" Smlaxy MulHalf { n_high: B(N), m_high: B(M), rd: R(d), rn: R(n), rm: R(m), ra: R(a) }
        "smla{n_high?t:b}{m_high?t:b}{c}\t{rd}, {rn}, {rm}, {ra}" V5TE "A8.8.176";
    SMLAWy_A1 "cccc 00010010 dddd aaaa mmmm 1M00 nnnn" Smlaw MulHalf { n_high: K(false), m_high: B(M), rd: R(d), rn: R(n), rm: R(m), ra: R(a) }
        "smlaw{m_high?t:b}{c}\t{rd}, {rn}, {rm}, {ra}" V5TE "A8.8.181";
    SMULWy_A1 "cccc 00010010 dddd (0)(0)(0)(0) mmmm 1M10 nnnn" Smulw MulHalf { n_high: K(false), m_high: B(M), rd: R(d), rn: R(n), rm: R(m), ra: K(Reg(0)) }
        "smulw{m_high?t:b}{c}\t{rd}, {rn}, {rm}" V5TE "A8.8.190";
    SMLALxy_A1 "cccc 00010100 hhhh llll mmmm 1MN0 nnnn" Smlalxy MulHalfLong { n_high: B(N), m_high: B(M), rdlo: R(l), rdhi: R(h), rn: R(n), rm: R(m) }
        "smlal{n_high?t:b}{m_high?t:b}{c}\t{rdlo}, {rdhi}, {rn}, {rm}" V5TE "A8.8.179";
    SMULxy_A1 "cccc 00010110 dddd (0)(0)(0)(0) mmmm 1MN0 nnnn" Smulxy MulHalf { n_high: B(N), m_high: B(M), rd: R(d), rn: R(n), rm: R(m), ra: K(Reg(0)) }
        "smul{n_high?t:b}{m_high?t:b}{c}\t{rd}, {rn}, {rm}" V5TE "A8.8.188";

    SMLAD_A1 "cccc 01110000 dddd aaaa mmmm 00X1 nnnn" Smlad MulDual { m_swap: B(X), rd: R(d), rn: R(n), rm: R(m), ra: R(a) }
        "smlad{m_swap?x}{c}\t{rd}, {rn}, {rm}, {ra}" V6 "A8.8.177";
    SMUAD_A1 "cccc 01110000 dddd 1111 mmmm 00X1 nnnn" Smuad MulDual { m_swap: B(X), rd: R(d), rn: R(n), rm: R(m), ra: K(Reg(15)) }
        "smuad{m_swap?x}{c}\t{rd}, {rn}, {rm}" V6 "A8.8.187";
    SMLSD_A1 "cccc 01110000 dddd aaaa mmmm 01X1 nnnn" Smlsd MulDual { m_swap: B(X), rd: R(d), rn: R(n), rm: R(m), ra: R(a) }
        "smlsd{m_swap?x}{c}\t{rd}, {rn}, {rm}, {ra}" V6 "A8.8.182";
    SMUSD_A1 "cccc 01110000 dddd 1111 mmmm 01X1 nnnn" Smusd MulDual { m_swap: B(X), rd: R(d), rn: R(n), rm: R(m), ra: K(Reg(15)) }
        "smusd{m_swap?x}{c}\t{rd}, {rn}, {rm}" V6 "A8.8.191";
    SMLALD_A1 "cccc 01110100 hhhh llll mmmm 00X1 nnnn" Smlald MulDualLong { m_swap: B(X), rdlo: R(l), rdhi: R(h), rn: R(n), rm: R(m) }
        "smlald{m_swap?x}{c}\t{rdlo}, {rdhi}, {rn}, {rm}" V6 "A8.8.180";
    SMLSLD_A1 "cccc 01110100 hhhh llll mmmm 01X1 nnnn" Smlsld MulDualLong { m_swap: B(X), rdlo: R(l), rdhi: R(h), rn: R(n), rm: R(m) }
        "smlsld{m_swap?x}{c}\t{rdlo}, {rdhi}, {rn}, {rm}" V6 "A8.8.183";
    SMMLA_A1 "cccc 01110101 dddd aaaa mmmm 00R1 nnnn" Smmla MulTop { round: B(R), rd: R(d), rn: R(n), rm: R(m), ra: R(a) }
        "smmla{round?r}{c}\t{rd}, {rn}, {rm}, {ra}" V6 "A8.8.184";
    SMMUL_A1 "cccc 01110101 dddd 1111 mmmm 00R1 nnnn" Smmul MulTop { round: B(R), rd: R(d), rn: R(n), rm: R(m), ra: K(Reg(15)) }
        "smmul{round?r}{c}\t{rd}, {rn}, {rm}" V6 "A8.8.186";
    SMMLS_A1 "cccc 01110101 dddd aaaa mmmm 11R1 nnnn" Smmls MulTop { round: B(R), rd: R(d), rn: R(n), rm: R(m), ra: R(a) }
        "smmls{round?r}{c}\t{rd}, {rn}, {rm}, {ra}" V6 "A8.8.185";
    SDIV_A1 "cccc 01110001 dddd (1)(1)(1)(1) mmmm 0001 nnnn" Sdiv Reg3 { rd: R(d), rn: R(n), rm: R(m) }
        "sdiv{c}\t{rd}, {rn}, {rm}" V7VE "A8.8.165";
    UDIV_A1 "cccc 01110011 dddd (1)(1)(1)(1) mmmm 0001 nnnn" Udiv Reg3 { rd: R(d), rn: R(n), rm: R(m) }
        "udiv{c}\t{rd}, {rn}, {rm}" V7VE "A8.8.248";
    USADA8_A1 "cccc 01111000 dddd aaaa mmmm 0001 nnnn" Usada8 Reg4 { rd: R(d), rn: R(n), rm: R(m), ra: R(a) }
        "usada8{c}\t{rd}, {rn}, {rm}, {ra}" V6 "A8.8.265";
    USAD8_A1 "cccc 01111000 dddd 1111 mmmm 0001 nnnn" Usad8 Reg3 { rd: R(d), rn: R(n), rm: R(m) }
        "usad8{c}\t{rd}, {rn}, {rm}" V6 "A8.8.264";
}
