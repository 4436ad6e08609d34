//! A case and a result, as they travel to and from the oracle.

/// Where the code area starts; each case has a slot of its own.
pub(crate) const CODE: u32 = 0x1000_0000;
/// Where the data page is; nothing is mapped around it.
pub(crate) const DATA: u32 = 0x2000_0000;
/// Bytes of a slot.
pub(crate) const SLOT: u32 = 4096;
/// Bytes of a slot that hold the case's code.
pub(crate) const CODE_BYTES: usize = 256;
/// Cases in a batch at the most.
pub(crate) const BATCH: usize = 256;

/// The registers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct State {
    pub(crate) r: [u32; 16],
    pub(crate) cpsr: u32,
    pub(crate) fpscr: u32,
    pub(crate) d: [u64; 32],
}

/// What to run.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) state: State,
    pub(crate) fill: u32,
    pub(crate) data_seed: u32,
    pub(crate) code: [u8; CODE_BYTES],
    /// The row under test, for the report.
    pub(crate) row: usize,
    /// Of a block: where each instruction begins, and where the last ends.
    pub(crate) starts: Vec<u16>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) state: State,
    pub(crate) signal: u32,
    pub(crate) address: u32,
    pub(crate) data: u64,
}

/// Bytes of an [`Outcome`] on the wire.
pub(crate) const OUTCOME_BYTES: usize = STATE_BYTES + 16;
const STATE_BYTES: usize = 64 + 8 + 256;

impl State {
    fn encode(&self, out: &mut Vec<u8>) {
        let words = self.r.iter().chain([&self.cpsr, &self.fpscr]);
        words.for_each(|w| out.extend(w.to_le_bytes()));
        self.d.iter().for_each(|d| out.extend(d.to_le_bytes()));
    }
}

impl Case {
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        self.state.encode(out);
        out.extend(self.fill.to_le_bytes());
        out.extend(self.data_seed.to_le_bytes());
        out.extend(self.code);
    }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    bytes[at..at + 4].iter().rev().fold(0, |w, &b| w << 8 | b as u32)
}

fn double(bytes: &[u8], at: usize) -> u64 {
    (word(bytes, at + 4) as u64) << 32 | word(bytes, at) as u64
}

impl Outcome {
    /// Of a case that did not end as cases do: it differs from every other outcome.
    pub(crate) fn wrong(case: &Case, signal: u32) -> Outcome {
        Outcome { state: case.state.clone(), signal, address: 0, data: 0 }
    }

    /// From [`OUTCOME_BYTES`] bytes.
    pub(crate) fn decode(bytes: &[u8]) -> Outcome {
        let state = State {
            r: std::array::from_fn(|i| word(bytes, 4 * i)),
            cpsr: word(bytes, 64),
            fpscr: word(bytes, 68),
            d: std::array::from_fn(|i| double(bytes, 72 + 8 * i)),
        };
        Outcome {
            state,
            signal: word(bytes, STATE_BYTES),
            address: word(bytes, STATE_BYTES + 4),
            data: double(bytes, STATE_BYTES + 8),
        }
    }
}
