//! Why a condition passes or fails (ARM ARM A8.3).

use skink_isa::Cond;
use skink_machine::Cpu;

/// A condition, and what the flags say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The condition.
    pub cond: Cond,
    /// Whether the instruction is done.
    pub passed: bool,
    /// Whether an IT instruction gave it.
    pub from_it: bool,
    /// Why, for people: "Z is 1, and EQ wants Z to be 1".
    pub why: String,
}

impl Condition {
    /// `None` for always.
    pub(super) fn of(cpu: &Cpu, cond: Cond, from_it: bool) -> Option<Condition> {
        let (n, z, c, v) = (cpu.n, cpu.z, cpu.c, cpu.v);
        let one = |name: &str, flag: bool, wanted: bool| {
            (
                flag == wanted,
                format!("{name} is {}", u8::from(flag)),
                format!("{name} to be {}", u8::from(wanted)),
            )
        };
        let unsigned = format!("C is {} and Z is {}", u8::from(c), u8::from(z));
        let signed = format!("N is {} and V is {}", u8::from(n), u8::from(v));
        let all = format!("Z is {}, {signed}", u8::from(z));
        let (passed, is, wants) = match cond {
            Cond::Al => return None,
            Cond::Eq => one("Z", z, true),
            Cond::Ne => one("Z", z, false),
            Cond::Cs => one("C", c, true),
            Cond::Cc => one("C", c, false),
            Cond::Mi => one("N", n, true),
            Cond::Pl => one("N", n, false),
            Cond::Vs => one("V", v, true),
            Cond::Vc => one("V", v, false),
            Cond::Hi => (c && !z, unsigned, "C to be 1 and Z to be 0".into()),
            Cond::Ls => (!c || z, unsigned, "C to be 0 or Z to be 1".into()),
            Cond::Ge => (n == v, signed, "N and V to be the same".into()),
            Cond::Lt => (n != v, signed, "N and V to differ".into()),
            Cond::Gt => (!z && n == v, all, "Z to be 0, N and V to be the same".into()),
            Cond::Le => (z || n != v, all, "Z to be 1, or N and V to differ".into()),
        };
        let why = format!("{is}, and {} wants {wants}", cond.suffix().to_uppercase());
        Some(Condition { cond, passed, from_it, why })
    }
}
