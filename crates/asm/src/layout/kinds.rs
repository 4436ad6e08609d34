//! Which relocation a reference becomes (ELF for the Arm architecture, 5.6.1).

use crate::expr::RelocOp;
use crate::hir::Insn;
use skink_isa::op::OpKind;
use skink_isa::row::Set;
use skink_isa::{Cond, ROWS};

/// `R_ARM_...`
#[allow(missing_docs)]
pub(super) mod r {
    pub(in super::super) const ABS32: u8 = 2;
    pub(in super::super) const REL32: u8 = 3;
    pub(in super::super) const LDR_PC_G0: u8 = 4;
    pub(in super::super) const ABS16: u8 = 5;
    pub(in super::super) const ABS8: u8 = 8;
    pub(in super::super) const SBREL32: u8 = 9;
    pub(in super::super) const THM_CALL: u8 = 10;
    pub(in super::super) const THM_PC8: u8 = 11;
    pub(in super::super) const GOTOFF32: u8 = 24;
    pub(in super::super) const BASE_PREL: u8 = 25;
    pub(in super::super) const GOT_BREL: u8 = 26;
    pub(in super::super) const PLT32: u8 = 27;
    pub(in super::super) const CALL: u8 = 28;
    pub(in super::super) const JUMP24: u8 = 29;
    pub(in super::super) const THM_JUMP24: u8 = 30;
    pub(in super::super) const TARGET1: u8 = 38;
    pub(in super::super) const TARGET2: u8 = 41;
    pub(in super::super) const PREL31: u8 = 42;
    pub(in super::super) const MOVW_ABS_NC: u8 = 43;
    pub(in super::super) const THM_JUMP19: u8 = 51;
    pub(in super::super) const THM_JUMP6: u8 = 52;
    pub(in super::super) const THM_ALU_PREL_11_0: u8 = 53;
    pub(in super::super) const THM_PC12: u8 = 54;
    pub(in super::super) const TLS_GOTDESC: u8 = 90;
    pub(in super::super) const TLS_CALL: u8 = 91;
    pub(in super::super) const TLS_DESCSEQ: u8 = 92;
    pub(in super::super) const THM_TLS_CALL: u8 = 93;
    pub(in super::super) const GOT_PREL: u8 = 96;
    pub(in super::super) const THM_JUMP11: u8 = 102;
    pub(in super::super) const THM_JUMP8: u8 = 103;
    pub(in super::super) const TLS_GD32: u8 = 104;
    pub(in super::super) const TLS_LDM32: u8 = 105;
    pub(in super::super) const TLS_LDO32: u8 = 106;
    pub(in super::super) const TLS_IE32: u8 = 107;
    pub(in super::super) const TLS_LE32: u8 = 108;
}

/// That of data with a relocation operator.
pub(super) fn data_reloc(op: RelocOp) -> Option<u8> {
    Some(match op {
        RelocOp::Got => r::GOT_BREL,
        RelocOp::GotOff => r::GOTOFF32,
        RelocOp::GotPrel => r::GOT_PREL,
        RelocOp::Plt => r::PLT32,
        RelocOp::Prel31 => r::PREL31,
        RelocOp::Target1 => r::TARGET1,
        RelocOp::Target2 => r::TARGET2,
        RelocOp::SbRel => r::SBREL32,
        RelocOp::TlsGd => r::TLS_GD32,
        RelocOp::TlsLdm => r::TLS_LDM32,
        RelocOp::TlsLdo => r::TLS_LDO32,
        RelocOp::GotTpOff => r::TLS_IE32,
        RelocOp::TpOff => r::TLS_LE32,
        RelocOp::TlsDesc => r::TLS_GOTDESC,
        RelocOp::None => 0,
        _ => return None,
    })
}

/// The relocation of an instruction, by its encoding.
pub(super) fn reloc_of(insn: &Insn, name: &str, op: Option<RelocOp>, relative: bool) -> Option<u8> {
    use OpKind::*;
    let thumb = insn.thumb;
    let wide_move = |upper: bool| {
        // MOVW_ABS_NC, MOVT_ABS, MOVW_PREL_NC, MOVT_PREL, and the same for Thumb.
        r::MOVW_ABS_NC + upper as u8 + 2 * relative as u8 + 4 * thumb as u8
    };
    Some(match (insn.op.kind(), op) {
        (Bl | BlxImm, Some(RelocOp::TlsCall)) => {
            if thumb {
                r::THM_TLS_CALL
            } else {
                r::TLS_CALL
            }
        }
        (_, Some(RelocOp::TlsDescSeq)) => r::TLS_DESCSEQ,
        (Movw, Some(RelocOp::Lower16)) => wide_move(false),
        (Movt, Some(RelocOp::Upper16)) => wide_move(true),
        (_, Some(op)) if op != RelocOp::Plt => return None,
        (Bl | BlxImm, _) if thumb => r::THM_CALL,
        (Bl, _) if insn.cond != Cond::Al => r::JUMP24,
        (Bl | BlxImm, _) => r::CALL,
        (B, _) if !thumb => r::JUMP24,
        (B, _) => match name {
            "B_T4" => r::THM_JUMP24,
            "B_T3" => r::THM_JUMP19,
            "B_T2" => r::THM_JUMP11,
            _ => r::THM_JUMP8,
        },
        (Cbz, _) => r::THM_JUMP6,
        (LdrLit, _) if !thumb => r::LDR_PC_G0,
        (LdrLit, _) if ROWS.iter().any(|row| row.name == name && row.set == Set::T16) => r::THM_PC8,
        (LdrLit, _) => r::THM_PC12,
        (Adr, _) if thumb => r::THM_ALU_PREL_11_0,
        _ => return None,
    })
}
