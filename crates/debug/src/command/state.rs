//! `info state`: two numbers that stand for all that the program is, to compare moments by.

use super::{Flow, Interpreter, Out};
use crate::Error;
use skink_machine::memory::PAGE;
use skink_machine::{Memory, Prot};

/// FNV-1a of 64 bits (draft-eastlake-fnv), over words instead of bytes.
#[derive(Debug, Clone, Copy)]
struct Sum(u64);

impl Sum {
    const START: Sum = Sum(0xcbf2_9ce4_8422_2325);

    fn add(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0x0000_0100_0000_01b3);
    }
}

pub(super) fn info(i: &mut Interpreter, out: Out<'_>) -> Result<Flow, Error> {
    let cpu = i.session.cpu()?;
    let mut registers = Sum::START;
    cpu.r.iter().for_each(|r| registers.add((*r).into()));
    for word in [cpu.cpsr(), cpu.fpscr, cpu.tpidrurw, cpu.tpidruro] {
        registers.add(word.into());
    }
    cpu.d.0.iter().for_each(|d| registers.add(*d));
    let (memory, bytes) = memory(i.session.memory()?);
    out(&format!(
        "Registers {:016x}, memory {:016x} ({bytes} bytes that are not 0).\n",
        registers.0, memory.0
    ));
    Ok(Flow::More)
}

/// Of all mappings and all pages that can be read; pages of zeros are as if they had not been touched.
fn memory(memory: &Memory) -> (Sum, u64) {
    let (mut sum, mut filled) = (Sum::START, 0);
    let mut page = [0; PAGE as usize];
    for region in memory.snapshot() {
        for word in [region.start.into(), region.end, region.prot.0.into(), region.shared.into()] {
            sum.add(word);
        }
        if region.prot == Prot::NONE {
            continue;
        }
        for addr in memory.populated(&region) {
            if memory.read(addr, &mut page).is_err() || page.iter().all(|byte| *byte == 0) {
                continue;
            }
            filled += page.iter().filter(|byte| **byte != 0).count() as u64;
            sum.add(addr.into());
            for word in page.chunks_exact(8) {
                sum.add(word.try_into().map_or(0, u64::from_le_bytes));
            }
        }
    }
    (sum, filled)
}
