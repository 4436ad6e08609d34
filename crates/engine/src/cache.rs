//! Where decoded blocks are kept, one cache for each virtual processor, and how often they have been asked for.

use skink_interp::{Block, Decoded, Decoder, MAX_INSNS};
use skink_machine::{AddressMap, Fault, Memory};

/// Rows of the direct-mapped table in front of the map, a power of two.
const FRONT: usize = 1 << 12;

/// All blocks of a full cache are dropped at once; so many bytes of instructions make it full. What runs often
/// is translated and not decoded again, so with a translator less will do.
const MAX_BYTES: [usize; 2] = [32 << 20, 4 << 20];

/// Rows of the table that counts, a power of two.
const COUNTERS: usize = 1 << 16;

/// Uses of code between two questions whether it has been translated by now.
const A_MOMENT: u8 = 4;

/// What a block depends on besides the bytes: its address, instruction set and ITSTATE.
fn key(pc: u32, thumb: bool, it: u8) -> u64 {
    (it as u64) << 33 | (thumb as u64) << 32 | pc as u64
}

/// A key that no block has.
const NO_KEY: u64 = u64::MAX;

/// Instructions of a chunk. A block lies in one chunk.
const CHUNK: usize = 1024;

/// A block, and where its instructions are.
#[derive(Clone, Copy)]
struct Kept {
    block: Block,
    chunk: u32,
    start: u32,
    end: u32,
}

/// Decoded blocks by what they depend on.
pub(crate) struct Cache {
    /// Allocated when the first block is looked for: a processor that never runs needs none.
    front: Option<Box<[(u64, u32); FRONT]>>,
    map: AddressMap<u32>,
    blocks: Vec<Kept>,
    /// The blocks' instructions, so many at a time.
    chunks: Vec<Vec<Decoded>>,
    decoder: Decoder,
    /// Of the blocks.
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
            map: AddressMap::default(),
            blocks: Vec::new(),
            chunks: Vec::new(),
            decoder: Decoder::default(),
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

    /// The block at an address, decoded now if need be, and its instructions.
    #[inline(always)]
    pub(crate) fn get(
        &mut self,
        memory: &Memory,
        pc: u32,
        thumb: bool,
        it: u8,
    ) -> Result<(Block, &[Decoded]), Fault> {
        let key = key(pc, thumb, it);
        let slot = (pc >> 1) as usize % FRONT;
        let epoch = memory.code_epoch();
        if epoch == self.epoch
            && let Some(front) = &self.front
            && front[slot].0 == key
        {
            return Ok(self.at(front[slot].1));
        }
        self.get_slow(memory, (pc, thumb, it), epoch).map(|index| self.at(index))
    }

    #[inline(always)]
    fn at(&self, index: u32) -> (Block, &[Decoded]) {
        let Kept { block, chunk, start, end } = self.blocks[index as usize];
        (block, &self.chunks[chunk as usize][start as usize..end as usize])
    }

    #[cold]
    fn get_slow(&mut self, memory: &Memory, at: (u32, bool, u8), epoch: u64) -> Result<u32, Fault> {
        if epoch != self.epoch || self.bytes >= self.max_bytes {
            self.front = None;
            self.map.clear();
            self.blocks.clear();
            // The first chunk will be filled again.
            self.chunks.truncate(1);
            self.chunks.iter_mut().for_each(Vec::clear);
            self.bytes = 0;
            self.epoch = epoch;
        }
        let (pc, thumb, it) = at;
        let key = key(pc, thumb, it);
        let index = match self.map.get(&key) {
            Some(&index) => index,
            None => {
                let kept = self.decode(memory, at)?;
                let insns = (kept.end - kept.start) as usize;
                self.bytes += insns * size_of::<Decoded>() + size_of::<Kept>();
                self.blocks.push(kept);
                self.decoded += 1;
                let index = self.blocks.len() as u32 - 1;
                self.map.insert(key, index);
                index
            }
        };
        let front = self.front.get_or_insert_with(|| Box::new([(NO_KEY, 0); FRONT]));
        front[(pc >> 1) as usize % FRONT] = (key, index);
        Ok(index)
    }

    fn decode(&mut self, memory: &Memory, at: (u32, bool, u8)) -> Result<Kept, Fault> {
        if self.chunks.last().is_none_or(|chunk| chunk.len() + MAX_INSNS > CHUNK) {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        let number = self.chunks.len() - 1;
        let chunk = &mut self.chunks[number];
        let start = chunk.len() as u32;
        let block = Block::decode(memory, at, &mut self.decoder, chunk)?;
        Ok(Kept { block, chunk: number as u32, start, end: chunk.len() as u32 })
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
        let counter = self.of(pc);
        *counter = counter.saturating_add(1);
        *counter as u32
    }

    /// It will be as often as now in a moment, and not before.
    pub(crate) fn ask_later(&mut self, pc: u32) {
        let counter = self.of(pc);
        *counter = counter.saturating_sub(A_MOMENT);
    }

    #[inline]
    fn of(&mut self, pc: u32) -> &mut u8 {
        &mut self.0[(pc ^ pc >> 17) as usize >> 1 & (COUNTERS - 1)]
    }

    /// Everything is cold again.
    pub(crate) fn clear(&mut self) {
        self.0.fill(0);
    }
}
