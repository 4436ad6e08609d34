//! T32 multiplication and division (ARM ARM A6.3.16, A6.3.17).
// tidy: table

use crate::codec::*;
use crate::op::*;
use crate::operand::Reg;
use crate::row::rows;

rows! {
    /// Multiplication and division.
    ROWS T32:
    MLA_T1 "11111 0110 000 nnnn aaaa dddd 0000 mmmm" Mla Mla { s: K(false), rd: R(d), rn: R(n), rm: R(m), ra: R(a) } "mla{c}\t{rd}, {rn}, {rm}, {ra}" V6T2 "A8.8.100";
    MUL_T2 "11111 0110 000 nnnn 1111 dddd 0000 mmmm" Mul Mul { s: K(false), rd: R(d), rn: R(n), rm: R(m) } "mul{c}.w\t{rd}, {rn}, {rm}" V6T2 "A8.8.114";
    MLS_T1 "11111 0110 000 nnnn aaaa dddd 0001 mmmm" Mls Reg4 { rd: R(d), rn: R(n), rm: R(m), ra: R(a) } "mls{c}\t{rd}, {rn}, {rm}, {ra}" V6T2 "A8.8.101";
    SMLAxy_T1 "11111 0110 001 nnnn aaaa dddd 00NM mmmm" Smlaxy MulHalf { n_high: B(N), m_high: B(M), rd: R(d), rn: R(n), rm: R(m), ra: R(a) }
        "smla{n_high?t:b}{m_high?t:b}{c}\t{rd}, {rn}, {rm}, {ra}" V6T2 "A8.8.176";
    SMULxy_T1 "11111 0110 001 nnnn 1111 dddd 00NM mmmm" Smulxy MulHalf { n_high: B(N), m_high: B(M), rd: R(d), rn: R(n), rm: R(m), ra: K(Reg(0)) }
        "smul{n_high?t:b}{m_high?t:b}{c}\t{rd}, {rn}, {rm}" V6T2 "A8.8.188";
    SMLAD_T1 "11111 0110 010 nnnn aaaa dddd 000X mmmm" Smlad MulDual { m_swap: B(X), rd: R(d), rn: R(n), rm: R(m), ra: R(a) }
        "smlad{m_swap?x}{c}\t{rd}, {rn}, {rm}, {ra}" V6T2 "A8.8.177";
    SMUAD_T1 "11111 0110 010 nnnn 1111 dddd 000X mmmm" Smuad MulDual { m_swap: B(X), rd: R(d), rn: R(n), rm: R(m), ra: K(Reg(15)) }
        "smuad{m_swap?x}{c}\t{rd}, {rn}, {rm}" V6T2 "A8.8.187";
    SMLAWy_T1 "11111 0110 011 nnnn aaaa dddd 000M mmmm" Smlaw MulHalf { n_high: K(false), m_high: B(M), rd: R(d), rn: R(n), rm: R(m), ra: R(a) }
        "smlaw{m_high?t:b}{c}\t{rd}, {rn}, {rm}, {ra}" V6T2 "A8.8.181";
    SMULWy_T1 "11111 0110 011 nnnn 1111 dddd 000M mmmm" Smulw MulHalf { n_high: K(false), m_high: B(M), rd: R(d), rn: R(n), rm: R(m), ra: K(Reg(0)) }
        "smulw{m_high?t:b}{c}\t{rd}, {rn}, {rm}" V6T2 "A8.8.190";
    SMLSD_T1 "11111 0110 100 nnnn aaaa dddd 000X mmmm" Smlsd MulDual { m_swap: B(X), rd: R(d), rn: R(n), rm: R(m), ra: R(a) }
        "smlsd{m_swap?x}{c}\t{rd}, {rn}, {rm}, {ra}" V6T2 "A8.8.182";
    SMUSD_T1 "11111 0110 100 nnnn 1111 dddd 000X mmmm" Smusd MulDual { m_swap: B(X), rd: R(d), rn: R(n), rm: R(m), ra: K(Reg(15)) }
        "smusd{m_swap?x}{c}\t{rd}, {rn}, {rm}" V6T2 "A8.8.191";
    SMMLA_T1 "11111 0110 101 nnnn aaaa dddd 000R mmmm" Smmla MulTop { round: B(R), rd: R(d), rn: R(n), rm: R(m), ra: R(a) }
        "smmla{round?r}{c}\t{rd}, {rn}, {rm}, {ra}" V6T2 "A8.8.184";
    SMMUL_T1 "11111 0110 101 nnnn 1111 dddd 000R mmmm" Smmul MulTop { round: B(R), rd: R(d), rn: R(n), rm: R(m), ra: K(Reg(15)) }
        "smmul{round?r}{c}\t{rd}, {rn}, {rm}" V6T2 "A8.8.186";
    SMMLS_T1 "11111 0110 110 nnnn aaaa dddd 000R mmmm" Smmls MulTop { round: B(R), rd: R(d), rn: R(n), rm: R(m), ra: R(a) }
        "smmls{round?r}{c}\t{rd}, {rn}, {rm}, {ra}" V6T2 "A8.8.185";
    USADA8_T1 "11111 0110 111 nnnn aaaa dddd 0000 mmmm" Usada8 Reg4 { rd: R(d), rn: R(n), rm: R(m), ra: R(a) } "usada8{c}\t{rd}, {rn}, {rm}, {ra}" V6T2 "A8.8.265";
    USAD8_T1 "11111 0110 111 nnnn 1111 dddd 0000 mmmm" Usad8 Reg3 { rd: R(d), rn: R(n), rm: R(m) } "usad8{c}\t{rd}, {rn}, {rm}" V6T2 "A8.8.264";

    SMULL_T1 "11111 0111 000 nnnn llll hhhh 0000 mmmm" Smull MulLong { s: K(false), rdlo: R(l), rdhi: R(h), rn: R(n), rm: R(m) } "smull{c}\t{rdlo}, {rdhi}, {rn}, {rm}" V6T2 "A8.8.189";
    SDIV_T1 "11111 0111 001 nnnn (1)(1)(1)(1) dddd 1111 mmmm" Sdiv Reg3 { rd: R(d), rn: R(n), rm: R(m) } "sdiv{c}\t{rd}, {rn}, {rm}" V7 "A8.8.165";
    UMULL_T1 "11111 0111 010 nnnn llll hhhh 0000 mmmm" Umull MulLong { s: K(false), rdlo: R(l), rdhi: R(h), rn: R(n), rm: R(m) } "umull{c}\t{rdlo}, {rdhi}, {rn}, {rm}" V6T2 "A8.8.257";
    UDIV_T1 "11111 0111 011 nnnn (1)(1)(1)(1) dddd 1111 mmmm" Udiv Reg3 { rd: R(d), rn: R(n), rm: R(m) } "udiv{c}\t{rd}, {rn}, {rm}" V7 "A8.8.248";
    SMLAL_T1 "11111 0111 100 nnnn llll hhhh 0000 mmmm" Smlal MulLong { s: K(false), rdlo: R(l), rdhi: R(h), rn: R(n), rm: R(m) } "smlal{c}\t{rdlo}, {rdhi}, {rn}, {rm}" V6T2 "A8.8.178";
    SMLALxy_T1 "11111 0111 100 nnnn llll hhhh 10NM mmmm" Smlalxy MulHalfLong { n_high: B(N), m_high: B(M), rdlo: R(l), rdhi: R(h), rn: R(n), rm: R(m) }
        "smlal{n_high?t:b}{m_high?t:b}{c}\t{rdlo}, {rdhi}, {rn}, {rm}" V6T2 "A8.8.179";
    SMLALD_T1 "11111 0111 100 nnnn llll hhhh 110X mmmm" Smlald MulDualLong { m_swap: B(X), rdlo: R(l), rdhi: R(h), rn: R(n), rm: R(m) }
        "smlald{m_swap?x}{c}\t{rdlo}, {rdhi}, {rn}, {rm}" V6T2 "A8.8.180";
    SMLSLD_T1 "11111 0111 101 nnnn llll hhhh 110X mmmm" Smlsld MulDualLong { m_swap: B(X), rdlo: R(l), rdhi: R(h), rn: R(n), rm: R(m) }
        "smlsld{m_swap?x}{c}\t{rdlo}, {rdhi}, {rn}, {rm}" V6T2 "A8.8.183";
    UMLAL_T1 "11111 0111 110 nnnn llll hhhh 0000 mmmm" Umlal MulLong { s: K(false), rdlo: R(l), rdhi: R(h), rn: R(n), rm: R(m) } "umlal{c}\t{rdlo}, {rdhi}, {rn}, {rm}" V6T2 "A8.8.256";
    UMAAL_T1 "11111 0111 110 nnnn llll hhhh 0110 mmmm" Umaal MulLong { s: K(false), rdlo: R(l), rdhi: R(h), rn: R(n), rm: R(m) } "umaal{c}\t{rdlo}, {rdhi}, {rn}, {rm}" V6T2 "A8.8.255";
}
