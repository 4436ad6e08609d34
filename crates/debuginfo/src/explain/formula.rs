//! What a value was computed from, as a formula that can be shown with names or with numbers.

use skink_isa::operand::Reg;
use skink_isa::simd::operand::ExtReg;
use skink_semantics::{FlagName, SysReg};
use std::fmt;

/// A register or part of the state, as far as a user program sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Register {
    /// R0-R14; PC as the instruction reads it.
    Core(u8),
    /// N, Z, C, V.
    Flag(char),
    /// The saturation flag.
    Q,
    /// GE\[3:0\].
    Ge,
    /// S0-S31.
    S(u8),
    /// D0-D31.
    D(u8),
    /// Q0-Q15.
    Quad(u8),
    /// FPSCR.
    Fpscr,
    /// TPIDRURW.
    Tpidrurw,
    /// TPIDRURO.
    Tpidruro,
    /// The frequency of the timer.
    Cntfrq,
}

impl Register {
    /// The order in which registers are listed: flags as NZCV.
    pub(super) fn rank(self) -> (Register, Option<usize>) {
        match self {
            Register::Flag(name) => (Register::Flag(' '), "NZCV".find(name)),
            other => (other, None),
        }
    }

    pub(super) fn ext(r: ExtReg) -> Register {
        match r {
            ExtReg::S(n) => Register::S(n),
            ExtReg::D(n) => Register::D(n),
            ExtReg::Q(n) => Register::Quad(n),
        }
    }

    pub(super) fn flag(name: FlagName) -> Register {
        Register::Flag(match name {
            FlagName::N => 'N',
            FlagName::Z => 'Z',
            FlagName::C => 'C',
            FlagName::V => 'V',
        })
    }

    pub(super) fn sys(reg: SysReg) -> Option<Register> {
        match reg {
            SysReg::Apsr => None,
            SysReg::Fpscr => Some(Register::Fpscr),
            SysReg::Tpidrurw => Some(Register::Tpidrurw),
            SysReg::Tpidruro => Some(Register::Tpidruro),
            SysReg::Cntfrq => Some(Register::Cntfrq),
        }
    }
}

impl fmt::Display for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Register::Core(n) => write!(f, "{}", Reg(*n)),
            Register::Flag(name) => write!(f, "{name}"),
            Register::Q => f.write_str("Q"),
            Register::Ge => f.write_str("GE"),
            Register::S(n) => write!(f, "s{n}"),
            Register::D(n) => write!(f, "d{n}"),
            Register::Quad(n) => write!(f, "q{n}"),
            Register::Fpscr => f.write_str("fpscr"),
            Register::Tpidrurw => f.write_str("tpidrurw"),
            Register::Tpidruro => f.write_str("tpidruro"),
            Register::Cntfrq => f.write_str("cntfrq"),
        }
    }
}

/// A node of a formula: its index.
pub(super) type Id = u32;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Leaf(Register),
    Const,
    /// An operator between two, and how strongly it binds.
    Infix(&'static str, u8, Id, Id),
    Prefix(&'static str, Id),
    Call(&'static str, Vec<Id>),
    /// Bytes of memory at an address.
    Load(u32, Id),
}

#[derive(Debug, Clone, PartialEq)]
struct Node {
    kind: Kind,
    value: u128,
}

/// All formulas of one instruction.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Formulas(Vec<Node>);

/// A formula longer than this is not shown: it says less than its value.
const LONGEST: usize = 100;

impl Formulas {
    pub(super) fn add(&mut self, kind: Kind, value: u128) -> Id {
        self.0.push(Node { kind, value });
        self.0.len() as Id - 1
    }

    pub(super) fn kind(&self, id: Id) -> &Kind {
        &self.0[id as usize].kind
    }

    pub(super) fn value(&self, id: Id) -> u128 {
        self.0[id as usize].value
    }

    /// The registers that a formula depends on, with their values.
    pub(super) fn leaves(&self, id: Id, found: &mut Vec<(Register, u128)>) {
        // Nodes refer to earlier ones only; marking each once keeps shared parts from being walked again.
        let mut wanted = vec![false; id as usize + 1];
        wanted[id as usize] = true;
        for at in (0..=id as usize).rev() {
            if !wanted[at] {
                continue;
            }
            match &self.0[at].kind {
                Kind::Leaf(register) => {
                    if !found.iter().any(|(other, _)| other == register) {
                        found.push((*register, self.0[at].value));
                    }
                }
                Kind::Const => {}
                Kind::Infix(.., a, b) => {
                    wanted[*a as usize] = true;
                    wanted[*b as usize] = true;
                }
                Kind::Prefix(_, a) | Kind::Load(_, a) => wanted[*a as usize] = true,
                Kind::Call(_, args) => args.iter().for_each(|&a| wanted[a as usize] = true),
            }
        }
    }

    /// The formula with names, and with values in their place where that says more; nothing if it is too long.
    pub(super) fn text(&self, id: Id) -> Option<(String, Option<String>)> {
        let names = self.write(id, false)?;
        if matches!(self.kind(id), Kind::Const) {
            return None;
        }
        let values = self.write(id, true)?;
        let own = number(self.value(id));
        Some((names, (values != own).then_some(values)))
    }

    fn write(&self, id: Id, values: bool) -> Option<String> {
        let mut text = String::new();
        self.put(id, values, 0, &mut text).then_some(text)
    }

    /// Appends a node; `false` if it has become too long.
    fn put(&self, id: Id, values: bool, outer: u8, text: &mut String) -> bool {
        if text.len() > LONGEST {
            return false;
        }
        let node = &self.0[id as usize];
        match &node.kind {
            Kind::Leaf(register) if !values => *text += &register.to_string(),
            Kind::Leaf(_) | Kind::Const => *text += &number(node.value),
            Kind::Infix(sign, strength, a, b) => {
                let brackets = *strength < outer || outer == MIXED && *strength != outer;
                *text += if brackets { "(" } else { "" };
                let fits = self.put(*a, values, *strength, text);
                *text += &format!(" {sign} ");
                let fits = fits && self.put(*b, values, strength + 1, text);
                *text += if brackets { ")" } else { "" };
                return fits;
            }
            Kind::Prefix(sign, a) => {
                *text += sign;
                return self.put(*a, values, u8::MAX, text);
            }
            Kind::Call(name, args) => {
                *text += name;
                *text += "(";
                for (i, &a) in args.iter().enumerate() {
                    *text += if i > 0 { ", " } else { "" };
                    if !self.put(a, values, 0, text) {
                        return false;
                    }
                }
                *text += ")";
            }
            Kind::Load(bytes, a) => {
                *text += match bytes {
                    1 => "byte[",
                    2 => "half[",
                    8 => "double[",
                    _ => "[",
                };
                let fits = if values {
                    *text += &number(self.value(*a));
                    true
                } else {
                    self.put(*a, values, 0, text)
                };
                *text += "]";
                return fits;
            }
        }
        text.len() <= LONGEST
    }
}

/// Operators that are always put into brackets among others: shifts, and, or.
pub(super) const MIXED: u8 = 1;
/// Sums.
pub(super) const SUM: u8 = 5;
/// Products.
pub(super) const PRODUCT: u8 = 6;

/// A number as it is shown: small ones in decimal.
pub(super) fn number(value: u128) -> String {
    if value < 10 { value.to_string() } else { format!("{value:#x}") }
}
