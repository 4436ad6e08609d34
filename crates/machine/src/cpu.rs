//! The user-mode state of one ARMv7-A processor (ARM ARM B1.3, A2.3, A2.5, A2.6).

/// The local exclusive monitor (ARM ARM A3.4.1).
///
/// A store-exclusive succeeds where the monitored address still holds the value that the
/// load-exclusive read; that is a compare-and-swap on the host. It cannot see a value that changed
/// and changed back, which no program that uses the exclusives for atomic updates can tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[repr(C)]
pub struct ExclusiveMonitor {
    /// The monitored address; meaningful while `size` is not 0.
    pub addr: u32,
    /// Bytes monitored: 1, 2, 4 or 8; 0 is the open state.
    pub size: u32,
    /// What the load-exclusive read, zero-extended.
    pub value: u64,
}

/// The registers of one processor in user mode.
///
/// `repr(C)` because translated code addresses the fields by their offsets.
#[derive(Debug, Clone, PartialEq, Eq)]
#[repr(C, align(16))]
pub struct Cpu {
    /// R0-R12, SP, LR and PC. While the processor is stopped, `r[15]` is the address of the next
    /// instruction, not that plus 8 or 4 as an instruction reads it.
    pub r: [u32; 16],
    /// The cumulative saturation flag Q. It stands here so that none of N, Z, C and V is the first byte
    /// of a word: the compiler may load such a flag by a load of the word, which after a store to one of
    /// the bytes costs the host a dozen cycles.
    pub q: bool,
    /// Condition flag N.
    pub n: bool,
    /// Condition flag Z.
    pub z: bool,
    /// Condition flag C.
    pub c: bool,
    /// The greater-than-or-equal flags GE[3:0], a byte of ones or zeros for each: SEL's mask.
    pub ge: u32,
    /// Condition flag V.
    pub v: bool,
    /// Whether the instruction set is Thumb (CPSR.T).
    pub thumb: bool,
    /// ITSTATE[7:0]; 0 outside an IT block.
    pub it: u8,
    /// FPSCR without NZCV's aliases: the register as VMRS reads it.
    pub fpscr: u32,
    /// TPIDRURW, the user read-write thread ID register.
    pub tpidrurw: u32,
    /// TPIDRURO, the user read-only thread ID register (the TLS pointer under Linux).
    pub tpidruro: u32,
    /// The local exclusive monitor.
    pub exclusive: ExclusiveMonitor,
    /// D0-D31; S and Q registers are views of them.
    pub d: Vregs,
}

/// D0-D31, aligned so that a Q register can be moved whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C, align(16))]
pub struct Vregs(pub [u64; 32]);

/// The bits of FPSCR that exist in VFPv3/VFPv4 with trapped exceptions not implemented
/// (ARM ARM B4.1.58): NZCV, QC, AHP, DN, FZ, RMode, Stride, Len, and the cumulative exception bits.
pub const FPSCR_MASK: u32 = 0xfff7_009f;

/// The bits of CPSR that user mode may write through MSR: NZCVQ and GE (ARM ARM B1.3.3).
pub const CPSR_USER_MASK: u32 = 0xf80f_0000;

impl Default for Cpu {
    fn default() -> Self {
        Cpu {
            r: [0; 16],
            n: false,
            z: false,
            c: false,
            v: false,
            q: false,
            ge: 0,
            thumb: false,
            it: 0,
            fpscr: 0,
            tpidrurw: 0,
            tpidruro: 0,
            exclusive: ExclusiveMonitor::default(),
            d: Vregs([0; 32]),
        }
    }
}

impl Cpu {
    /// CPSR as a signal frame or a debugger sees it: user mode, little-endian.
    pub fn cpsr(&self) -> u32 {
        (self.n as u32) << 31
            | (self.z as u32) << 30
            | (self.c as u32) << 29
            | (self.v as u32) << 28
            | (self.q as u32) << 27
            | (self.it as u32 & 3) << 25
            | self.ge_bits() << 16
            | (self.it as u32 >> 2) << 10
            | (self.thumb as u32) << 5
            | 0x10
    }

    /// GE[3:0] as CPSR has them.
    pub fn ge_bits(&self) -> u32 {
        (0..4).map(|i| (self.ge >> (8 * i) & 1) << i).sum()
    }

    /// Sets everything that [`Cpu::cpsr`] shows, T and IT included. The mode, endianness and
    /// interrupt bits are not user mode's to change and are ignored.
    pub fn set_cpsr(&mut self, cpsr: u32) {
        self.set_apsr(cpsr);
        self.thumb = cpsr >> 5 & 1 != 0;
        self.it = if self.thumb { (cpsr >> 25 & 3 | (cpsr >> 10 & 0x3f) << 2) as u8 } else { 0 };
    }

    /// Sets the flags that user mode may write: NZCVQ and GE.
    pub fn set_apsr(&mut self, cpsr: u32) {
        self.n = cpsr >> 31 != 0;
        self.z = cpsr >> 30 & 1 != 0;
        self.c = cpsr >> 29 & 1 != 0;
        self.v = cpsr >> 28 & 1 != 0;
        self.q = cpsr >> 27 & 1 != 0;
        self.ge = (0..4).map(|i| (cpsr >> (16 + i) & 1) * (0xff << (8 * i))).sum();
    }

    /// The address that an instruction of the current instruction set at `r[15]` would branch to
    /// for `BX target`: sets T from bit 0 and PC from the rest (ARM ARM BXWritePC).
    pub fn bx_write_pc(&mut self, target: u32) {
        self.thumb = target & 1 != 0;
        self.r[15] = if self.thumb { target & !1 } else { target & !3 };
        self.it = 0;
    }

    /// S register `i` (0-31).
    pub fn s(&self, i: usize) -> u32 {
        (self.d.0[i / 2] >> (32 * (i & 1))) as u32
    }

    /// Writes S register `i` (0-31).
    pub fn set_s(&mut self, i: usize, value: u32) {
        let shift = 32 * (i & 1);
        let d = &mut self.d.0[i / 2];
        *d = *d & !(0xffff_ffff << shift) | (value as u64) << shift;
    }
}
