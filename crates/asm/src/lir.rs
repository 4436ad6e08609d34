//! The program with all addresses decided: bytes, relocations, symbols. Outputs are written from here.

use crate::hir::Contents;
use crate::source::Span;
use crate::symbol::SymId;

/// An object: what a linker takes, or what is written out as it is.
#[derive(Debug, Default)]
pub struct Object {
    /// The sections, numbered as in the HIR.
    pub sections: Vec<Section>,
}

/// A section's contents.
#[derive(Debug, Default)]
pub struct Section {
    /// Its address: 0 where a linker decides.
    pub address: u32,
    /// Its size in bytes; `bytes` is empty for a section without contents.
    pub size: u32,
    /// Its contents.
    pub bytes: Vec<u8>,
    /// The relocations.
    pub relocs: Vec<Reloc>,
    /// Its instructions and data, if the program was built with line information.
    pub items: Vec<Item>,
    /// Where ARM code, Thumb code and data begin.
    pub marks: Vec<(u32, Contents)>,
}

/// A relocation; the addend stands in the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reloc {
    /// Where, in the section.
    pub offset: u32,
    /// `R_ARM_...`
    pub ty: u8,
    /// Against what; `None` is symbol 0.
    pub symbol: Option<SymId>,
}

/// An instruction or datum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// Where it begins, in the section.
    pub offset: u32,
    /// In bytes.
    pub size: u32,
    /// The statement it is from.
    pub span: Span,
}

/// The relocations that an assembler writes, by number (ELF for the Arm architecture, 5.6.1).
const RELOCATIONS: &[(u8, &str)] = &[
    (0, "NONE"),
    (1, "PC24"),
    (2, "ABS32"),
    (3, "REL32"),
    (4, "LDR_PC_G0"),
    (5, "ABS16"),
    (6, "ABS12"),
    (7, "THM_ABS5"),
    (8, "ABS8"),
    (9, "SBREL32"),
    (10, "THM_CALL"),
    (11, "THM_PC8"),
    (12, "BREL_ADJ"),
    (13, "TLS_DESC"),
    (17, "TLS_DTPMOD32"),
    (18, "TLS_DTPOFF32"),
    (19, "TLS_TPOFF32"),
    (20, "COPY"),
    (21, "GLOB_DAT"),
    (22, "JUMP_SLOT"),
    (23, "RELATIVE"),
    (24, "GOTOFF32"),
    (25, "BASE_PREL"),
    (26, "GOT_BREL"),
    (27, "PLT32"),
    (28, "CALL"),
    (29, "JUMP24"),
    (30, "THM_JUMP24"),
    (31, "BASE_ABS"),
    (38, "TARGET1"),
    (39, "SBREL31"),
    (40, "V4BX"),
    (41, "TARGET2"),
    (42, "PREL31"),
    (43, "MOVW_ABS_NC"),
    (44, "MOVT_ABS"),
    (45, "MOVW_PREL_NC"),
    (46, "MOVT_PREL"),
    (47, "THM_MOVW_ABS_NC"),
    (48, "THM_MOVT_ABS"),
    (49, "THM_MOVW_PREL_NC"),
    (50, "THM_MOVT_PREL"),
    (51, "THM_JUMP19"),
    (52, "THM_JUMP6"),
    (53, "THM_ALU_PREL_11_0"),
    (54, "THM_PC12"),
    (55, "ABS32_NOI"),
    (56, "REL32_NOI"),
    (90, "TLS_GOTDESC"),
    (91, "TLS_CALL"),
    (92, "TLS_DESCSEQ"),
    (93, "THM_TLS_CALL"),
    (94, "PLT32_ABS"),
    (95, "GOT_ABS"),
    (96, "GOT_PREL"),
    (97, "GOT_BREL12"),
    (98, "GOTOFF12"),
    (100, "GNU_VTENTRY"),
    (101, "GNU_VTINHERIT"),
    (102, "THM_JUMP11"),
    (103, "THM_JUMP8"),
    (104, "TLS_GD32"),
    (105, "TLS_LDM32"),
    (106, "TLS_LDO32"),
    (107, "TLS_IE32"),
    (108, "TLS_LE32"),
    (109, "TLS_LDO12"),
    (110, "TLS_LE12"),
    (111, "TLS_IE12GP"),
    (129, "THM_TLS_DESCSEQ16"),
    (160, "IRELATIVE"),
];

/// A relocation's name, `R_ARM_...`.
pub(crate) fn relocation(ty: u8) -> String {
    match RELOCATIONS.iter().find(|(number, _)| *number == ty) {
        Some((_, name)) => format!("R_ARM_{name}"),
        None => format!("R_ARM_{ty}"),
    }
}

/// The number of a relocation by its name.
pub(crate) fn relocation_number(name: &str) -> Option<u8> {
    let name = name.strip_prefix("R_ARM_")?;
    RELOCATIONS.iter().find(|(_, known)| *known == name).map(|(number, _)| *number)
}
