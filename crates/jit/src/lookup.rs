//! The table by which translated code finds the code for a computed address.

use crate::emit::LOOKUP_ENTRIES;

/// An entry, of the layout that translated code expects.
#[derive(Clone, Copy)]
#[repr(C, align(16))]
struct Entry {
    key: u32,
    code: usize,
}

/// From guest addresses to code, direct-mapped; one for each processor.
pub struct Lookup {
    entries: Box<[Entry]>,
}

/// An entry of no code: its key is one that is never looked for there.
fn nothing(slot: usize) -> Entry {
    Entry { key: if slot == 0 { 2 } else { 0 }, code: 0 }
}

impl Default for Lookup {
    fn default() -> Lookup {
        Lookup { entries: (0..LOOKUP_ENTRIES).map(nothing).collect() }
    }
}

fn slot(key: u32) -> usize {
    (key >> 1) as usize % LOOKUP_ENTRIES
}

impl Lookup {
    /// Its address, for translated code.
    pub fn address(&self) -> usize {
        self.entries.as_ptr() as usize
    }

    /// The code for an address.
    #[inline]
    pub fn get(&self, pc: u32, thumb: bool) -> Option<usize> {
        let key = pc | thumb as u32;
        let entry = &self.entries[slot(key)];
        (entry.key == key).then_some(entry.code)
    }

    /// Enters the code for an address.
    pub fn insert(&mut self, pc: u32, thumb: bool, code: usize) {
        let key = pc | thumb as u32;
        self.entries[slot(key)] = Entry { key, code };
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        for (slot, entry) in self.entries.iter_mut().enumerate() {
            *entry = nothing(slot);
        }
    }
}
