//! Where decoded blocks are kept, one cache for each virtual processor.

use skink_interp::Block;
use skink_machine::{Fault, Memory};
use std::collections::HashMap;

/// Rows of the direct-mapped table in front of the map, a power of two.
const FRONT: usize = 1 << 12;

/// All blocks of a full cache are dropped at once; this many are some 30 MiB.
const MAX_BLOCKS: usize = 1 << 15;

/// What a block depends on besides the bytes: its address, instruction set and ITSTATE.
fn key(pc: u32, thumb: bool, it: u8) -> u64 {
    (it as u64) << 33 | (thumb as u64) << 32 | pc as u64
}

/// A key that no block has.
const NO_KEY: u64 = u64::MAX;

/// A block, and how it fares with the translator.
pub(crate) struct Cached {
    pub(crate) block: Block,
    /// How often it has been asked for.
    pub(crate) runs: u32,
    /// For each mode the entry of its translation, once it has been asked for; 0 if there is none.
    pub(crate) code: [Option<usize>; 2],
}

/// Decoded blocks by what they depend on.
pub(crate) struct Cache {
    /// Allocated when the first block is looked for: a processor that never runs needs none.
    front: Option<Box<[(u64, u32); FRONT]>>,
    map: HashMap<u64, u32>,
    blocks: Vec<Cached>,
    epoch: u64,
    /// Blocks decoded since the start.
    pub(crate) decoded: u64,
}

impl Cache {
    pub(crate) fn new() -> Cache {
        Cache { front: None, map: HashMap::new(), blocks: Vec::new(), epoch: 0, decoded: 0 }
    }

    /// The block at an address, decoded now if need be.
    #[inline(always)]
    pub(crate) fn get(
        &mut self,
        memory: &Memory,
        pc: u32,
        thumb: bool,
        it: u8,
    ) -> Result<&mut Cached, Fault> {
        let key = key(pc, thumb, it);
        let slot = (pc >> 1) as usize % FRONT;
        let epoch = memory.code_epoch();
        if epoch == self.epoch
            && let Some(front) = &self.front
            && front[slot].0 == key
        {
            return Ok(&mut self.blocks[front[slot].1 as usize]);
        }
        self.get_slow(memory, pc, thumb, it, epoch)
    }

    #[cold]
    fn get_slow(
        &mut self,
        memory: &Memory,
        pc: u32,
        thumb: bool,
        it: u8,
        epoch: u64,
    ) -> Result<&mut Cached, Fault> {
        if epoch != self.epoch || self.blocks.len() >= MAX_BLOCKS {
            self.front = None;
            self.map.clear();
            self.blocks.clear();
            self.epoch = epoch;
        }
        let key = key(pc, thumb, it);
        let index = match self.map.get(&key) {
            Some(&index) => index,
            None => {
                let block = Block::decode(memory, pc, thumb, it)?;
                self.blocks.push(Cached { block, runs: 0, code: [None; 2] });
                self.decoded += 1;
                let index = self.blocks.len() as u32 - 1;
                self.map.insert(key, index);
                index
            }
        };
        let front = self.front.get_or_insert_with(|| Box::new([(NO_KEY, 0); FRONT]));
        front[(pc >> 1) as usize % FRONT] = (key, index);
        Ok(&mut self.blocks[index as usize])
    }
}
