//! Where decoded blocks are kept, one cache for each virtual processor, and how often they have been asked for.

use skink_interp::Block;
use skink_machine::{Fault, Memory};
use std::collections::HashMap;

/// Rows of the direct-mapped table in front of the map, a power of two.
const FRONT: usize = 1 << 12;

/// All blocks of a full cache are dropped at once; so many bytes of instructions make it full. What runs often
/// is translated and not decoded again, so with a translator less will do.
const MAX_BYTES: [usize; 2] = [32 << 20, 4 << 20];

/// Rows of the table that counts, a power of two.
const COUNTERS: usize = 1 << 16;

/// What a block depends on besides the bytes: its address, instruction set and ITSTATE.
fn key(pc: u32, thumb: bool, it: u8) -> u64 {
    (it as u64) << 33 | (thumb as u64) << 32 | pc as u64
}

/// A key that no block has.
const NO_KEY: u64 = u64::MAX;

/// Decoded blocks by what they depend on.
pub(crate) struct Cache {
    /// Allocated when the first block is looked for: a processor that never runs needs none.
    front: Option<Box<[(u64, u32); FRONT]>>,
    map: HashMap<u64, u32>,
    blocks: Vec<Block>,
    /// Of the blocks' instructions.
    bytes: usize,
    max_bytes: usize,
    epoch: u64,
    /// Blocks decoded since the start.
    pub(crate) decoded: u64,
}

impl Cache {
    pub(crate) fn new() -> Cache {
        Cache {
            front: None,
            map: HashMap::new(),
            blocks: Vec::new(),
            bytes: 0,
            max_bytes: MAX_BYTES[0],
            epoch: 0,
            decoded: 0,
        }
    }

    /// What runs often will be translated.
    pub(crate) fn serves_translator(&mut self) {
        self.max_bytes = MAX_BYTES[1];
    }

    /// The block at an address, decoded now if need be.
    #[inline(always)]
    pub(crate) fn get(&mut self, memory: &Memory, pc: u32, thumb: bool, it: u8) -> Result<&Block, Fault> {
        let key = key(pc, thumb, it);
        let slot = (pc >> 1) as usize % FRONT;
        let epoch = memory.code_epoch();
        if epoch == self.epoch
            && let Some(front) = &self.front
            && front[slot].0 == key
        {
            return Ok(&self.blocks[front[slot].1 as usize]);
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
    ) -> Result<&Block, Fault> {
        if epoch != self.epoch || self.bytes >= self.max_bytes {
            self.front = None;
            self.map.clear();
            self.blocks.clear();
            self.bytes = 0;
            self.epoch = epoch;
        }
        let key = key(pc, thumb, it);
        let index = match self.map.get(&key) {
            Some(&index) => index,
            None => {
                let block = Block::decode(memory, pc, thumb, it)?;
                self.bytes += size_of_val(&*block.insns) + size_of::<Block>();
                self.blocks.push(block);
                self.decoded += 1;
                let index = self.blocks.len() as u32 - 1;
                self.map.insert(key, index);
                index
            }
        };
        let front = self.front.get_or_insert_with(|| Box::new([(NO_KEY, 0); FRONT]));
        front[(pc >> 1) as usize % FRONT] = (key, index);
        Ok(&self.blocks[index as usize])
    }
}

/// How often code has been asked for, by its address. Addresses that share a counter are translated the sooner.
/// It outlives the blocks, so that neither a full cache of blocks nor changed code makes hot code cold.
pub(crate) struct Counters(Box<[u8; COUNTERS]>);

impl Counters {
    pub(crate) fn new() -> Counters {
        Counters(Box::new([0; COUNTERS]))
    }

    /// Counts, up to 255, and says how often it has been.
    #[inline]
    pub(crate) fn count(&mut self, pc: u32) -> u32 {
        let counter = &mut self.0[(pc ^ pc >> 17) as usize >> 1 & (COUNTERS - 1)];
        *counter = counter.saturating_add(1);
        *counter as u32
    }

    /// Everything is cold again.
    pub(crate) fn clear(&mut self) {
        self.0.fill(0);
    }
}
