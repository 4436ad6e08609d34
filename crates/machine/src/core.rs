//! What translated code sees of its processor: the registers, and beside them what it shares with the
//! engine.

use crate::Cpu;

/// A processor as translated code addresses it: by offsets from one host register.
#[derive(Debug, Default)]
#[repr(C)]
pub struct Core {
    /// What belongs to no architecture.
    pub links: Links,
    /// The registers.
    pub cpu: Cpu,
}

/// What translated code and the engine tell each other. Addresses of the host are plain numbers here, so
/// that a processor may move between host threads while it does not run. What every trace may use comes last, next to the
/// registers, where it is reached by a displacement of one byte.
#[derive(Debug, Default)]
#[repr(C)]
pub struct Links {
    /// The host's vector registers as they were at a fault.
    pub vectors: [u128; 16],
    /// The host address of the access that faulted.
    pub fault_rip: u64,
    /// S, Z, C, O and P of the host as they were at a fault, a byte each.
    pub fault_flags: [u8; 5],
    /// What LAHF said after the last VCMP; 0 if FPSCR has the flags. The first byte is that of operands in
    /// their order, the second that of swapped ones.
    pub compared: [u8; 2],
    /// MXCSR: to be loaded when translated code is entered, and as it was when that was left.
    pub mxcsr: u32,
    /// Where RSP is while translated code runs: in a stack for the host's return addresses, see the translator.
    pub shadow: usize,
    /// Where it is when that stack is empty.
    pub shadow_top: usize,
    /// RSP of the engine, while translated code runs.
    pub host_sp: usize,
    /// Where code goes on behind an instruction that is interpreted.
    pub back: usize,
    /// The address of the code that goes to the engine for a computed address, as the second word of a row of `lookup`.
    pub missed: usize,
    /// For which arrival translated code wanted the code that it was left for: see the translator.
    pub wanted: u8,
    /// Where code that is entered with flags in the host's begins.
    pub enter_at: usize,
    /// Address of the function that interprets one instruction.
    pub interpret: usize,
    /// What that function needs besides the processor.
    pub context: usize,
    /// Guest instructions that translated code has done, if it was made to count them.
    pub retired: u64,
    /// Address of the table from guest addresses to translated code.
    pub lookup: usize,
    /// Address of the word that is not 0 when the processor is asked to stop.
    pub interrupt: usize,
    /// Operands that set flags which are nowhere else.
    pub lazy: [u32; 8],
    /// Where values wait that found no host register.
    pub spill: [u64; 8],
}

/// MXCSR as translated code wants it: all exceptions masked, rounding to nearest, none seen.
const MXCSR: u32 = 0x1f80;

impl Core {
    /// Before translated code is entered: all that it may leave is in FPSCR.
    #[inline]
    pub fn begin(&mut self) {
        self.links.mxcsr = MXCSR;
        self.links.compared = [0; 2];
    }

    /// Brings FPSCR up to date with what translated code has left of it in MXCSR and in the flags of its last
    /// comparison. Those stay, so that the code may go on with them.
    #[inline]
    pub fn settle(&mut self) {
        let seen = self.links.mxcsr & 0x3d;
        self.links.mxcsr = MXCSR;
        // IE is IOC; ZE, OE, UE and PE are DZC, OFC, UFC and IXC; DE has no counterpart without flush-to-zero.
        self.cpu.fpscr |= seen & 1 | seen >> 1 & 0x1e;
        let nzcv = match self.links.compared {
            [0, 0] => return,
            // CF, PF and ZF after UCOMIS (SDM vol. 2) and NZCV after VCMP (ARM ARM A2.5.4, FPCompare).
            [raw, 0] => match raw & 0x45 {
                0x00 => 0b0010,
                0x01 => 0b1000,
                0x40 => 0b0110,
                _ => 0b0011,
            },
            [_, raw] => match raw & 0x45 {
                0x00 => 0b1000,
                0x01 => 0b0010,
                0x40 => 0b0110,
                _ => 0b0011,
            },
        };
        self.cpu.fpscr = self.cpu.fpscr & 0x0fff_ffff | nzcv << 28;
    }
}
