//! Instructions that take the same operands, and how they are written.

/// Instructions that take the same operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Move,
    Arithmetic,
    Compare,
    Shift,
    Multiply,
    Load,
    Store,
    Multiple,
    Stack,
    Branch,
    BranchRegister,
    Svc,
    Other,
}

/// The families by how their mnemonics begin, a longer beginning before a shorter one of another family.
const FAMILIES: &[(&str, Family)] = &[
    ("movw", Family::Other),
    ("movt", Family::Other),
    ("mov", Family::Move),
    ("mvn", Family::Move),
    ("add", Family::Arithmetic),
    ("adc", Family::Arithmetic),
    ("sub", Family::Arithmetic),
    ("sbc", Family::Arithmetic),
    ("rsb", Family::Arithmetic),
    ("rsc", Family::Arithmetic),
    ("and", Family::Arithmetic),
    ("orr", Family::Arithmetic),
    ("eor", Family::Arithmetic),
    ("bic", Family::Arithmetic),
    ("cmp", Family::Compare),
    ("cmn", Family::Compare),
    ("tst", Family::Compare),
    ("teq", Family::Compare),
    ("lsl", Family::Shift),
    ("lsr", Family::Shift),
    ("asr", Family::Shift),
    ("ror", Family::Shift),
    ("mul", Family::Multiply),
    ("mla", Family::Multiply),
    ("umull", Family::Multiply),
    ("smull", Family::Multiply),
    ("umlal", Family::Multiply),
    ("smlal", Family::Multiply),
    ("sdiv", Family::Multiply),
    ("udiv", Family::Multiply),
    ("ldrex", Family::Other),
    ("strex", Family::Other),
    ("ldr", Family::Load),
    ("str", Family::Store),
    ("ldm", Family::Multiple),
    ("stm", Family::Multiple),
    ("push", Family::Stack),
    ("pop", Family::Stack),
    ("svc", Family::Svc),
    ("swi", Family::Svc),
    ("bkpt", Family::Other),
    ("bfc", Family::Other),
    ("bfi", Family::Other),
    ("bxj", Family::BranchRegister),
    ("blx", Family::BranchRegister),
    ("bx", Family::BranchRegister),
    ("b", Family::Branch),
];

/// The family of a mnemonic in lower case.
pub(super) fn family(mnemonic: &str) -> Family {
    FAMILIES.iter().find(|(stem, _)| mnemonic.starts_with(stem)).map_or(Family::Other, |(_, family)| *family)
}

impl Family {
    /// How such an instruction is written.
    pub(super) fn usage(self, name: &str) -> Option<String> {
        let operand = "operand, which is #number, a register, or a register and a shift as in R2, LSL #3";
        Some(match self {
            Family::Move => format!("{name} Rd, {operand}"),
            Family::Arithmetic => format!("{name} Rd, Rn, {operand}"),
            Family::Compare => format!("{name} Rn, {operand}"),
            Family::Shift => format!("{name} Rd, Rm, #number or {name} Rd, Rm, Rs"),
            Family::Multiply if name.starts_with("MLA") => format!("{name} Rd, Rm, Rs, Rn"),
            Family::Multiply if self.operands(name) == 3 => format!("{name} Rd, Rn, Rm"),
            Family::Multiply => format!("{name} RdLow, RdHigh, Rn, Rm"),
            Family::Load | Family::Store => {
                format!(
                    "{name} Rd, address, which is a label, [Rn], [Rn, #offset], [Rn, Rm], [Rn, #offset]! or [Rn], #offset"
                )
            }
            Family::Multiple => {
                format!(
                    "{name} Rn, {{registers}} or {name} Rn!, {{registers}}, as in {name} SP!, {{R0-R3, LR}}"
                )
            }
            Family::Stack => format!("{name} {{registers}}, as in {name} {{R0-R3, LR}}"),
            Family::Branch => format!("{name} label"),
            Family::BranchRegister => format!("{name} Rm"),
            Family::Svc => format!("{name} number, as in {name} 2"),
            Family::Other => return None,
        })
    }

    /// How many operands parted by commas it has at least.
    pub(super) fn least(self) -> usize {
        match self {
            Family::Arithmetic
            | Family::Move
            | Family::Compare
            | Family::Load
            | Family::Store
            | Family::Multiple => 2,
            Family::Shift | Family::Multiply => 2,
            Family::Stack | Family::Branch | Family::BranchRegister | Family::Svc => 1,
            Family::Other => 0,
        }
    }

    /// How many it has at most, without a shift.
    pub(super) fn operands(self, name: &str) -> usize {
        match self {
            Family::Move | Family::Compare | Family::Multiple => 2,
            Family::Arithmetic | Family::Shift => 3,
            Family::Multiply if name.starts_with("MUL") || name.contains("DIV") => 3,
            Family::Multiply => 4,
            Family::Branch | Family::BranchRegister | Family::Svc | Family::Stack => 1,
            Family::Load | Family::Store | Family::Other => usize::MAX,
        }
    }

    /// Whether a number may be its last operand.
    pub(super) fn takes_constant(self) -> bool {
        matches!(self, Family::Move | Family::Arithmetic | Family::Compare | Family::Shift)
    }
}
