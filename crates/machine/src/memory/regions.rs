//! What the guest has mapped where: an ordered set of disjoint regions, as /proc/PID/maps shows them.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Permissions of a mapping, with Linux's PROT_* values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Prot(pub u8);

impl Prot {
    /// No access.
    pub const NONE: Prot = Prot(0);
    /// Data reads.
    pub const READ: Prot = Prot(1);
    /// Data writes.
    pub const WRITE: Prot = Prot(2);
    /// Instruction fetches.
    pub const EXEC: Prot = Prot(4);
    /// Reads and writes.
    pub const RW: Prot = Prot(3);
    /// Reads and fetches.
    pub const RX: Prot = Prot(5);

    /// Whether all of `other` is permitted.
    pub fn contains(self, other: Prot) -> bool {
        self.0 & other.0 == other.0
    }
}

impl std::ops::BitOr for Prot {
    type Output = Prot;
    fn bitor(self, other: Prot) -> Prot {
        Prot(self.0 | other.0)
    }
}

/// One mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// The first address.
    pub start: u32,
    /// The address behind the last, up to 2^32.
    pub end: u64,
    /// The guest's permissions.
    pub prot: Prot,
    /// MAP_SHARED rather than MAP_PRIVATE.
    pub shared: bool,
    /// Where in its file the region starts, in bytes; 0 if anonymous.
    pub offset: u64,
    /// What /proc/PID/maps calls it: a path, `[heap]`, `[stack]`, or empty.
    pub name: Arc<str>,
    /// Device and inode of the file, as /proc/PID/maps shows them; zeros if anonymous.
    pub file: (u64, u64),
}

impl Region {
    pub(crate) fn cut(&self, start: u64, end: u64) -> Region {
        let file_backed = self.file != (0, 0);
        Region {
            start: start as u32,
            end,
            offset: if file_backed { self.offset + (start - self.start as u64) } else { self.offset },
            ..self.clone()
        }
    }
}

/// The regions, keyed by their start.
#[derive(Debug, Clone, Default)]
pub(crate) struct RegionMap {
    map: BTreeMap<u32, Region>,
}

impl RegionMap {
    pub(crate) fn at(&self, addr: u32) -> Option<&Region> {
        let (_, region) = self.map.range(..=addr).next_back()?;
        ((addr as u64) < region.end).then_some(region)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Region> {
        self.map.values()
    }

    /// The regions that overlap `start..end`, cut to it, ascending.
    pub(crate) fn within(&self, start: u32, end: u64) -> Vec<Region> {
        let first = self.at(start).map_or(start, |r| r.start);
        self.map
            .range(first..)
            .take_while(|(_, r)| (r.start as u64) < end)
            .filter(|(_, r)| r.end > start as u64)
            .map(|(_, r)| r.cut(r.start.max(start) as u64, r.end.min(end)))
            .collect()
    }

    /// Takes `start..end` out and returns what was there.
    pub(crate) fn remove(&mut self, start: u32, end: u64) -> Vec<Region> {
        let inside = self.within(start, end);
        for part in &inside {
            let Some(whole) = self.at(part.start).cloned() else { continue };
            self.map.remove(&whole.start);
            if whole.start < part.start {
                self.put(whole.cut(whole.start as u64, part.start as u64));
            }
            if part.end < whole.end {
                self.put(whole.cut(part.end, whole.end));
            }
        }
        inside
    }

    /// Inserts a region in place of whatever was there, joining it to a neighbour that continues it.
    pub(crate) fn insert(&mut self, mut region: Region) {
        self.remove(region.start, region.end);
        if let Some(before) = region.start.checked_sub(1).and_then(|a| self.at(a)).cloned()
            && continues(&before, &region)
        {
            self.map.remove(&before.start);
            region = Region { end: region.end, ..before };
        }
        if let Ok(next) = u32::try_from(region.end)
            && let Some(after) = self.map.get(&next).cloned()
            && continues(&region, &after)
        {
            self.map.remove(&after.start);
            region.end = after.end;
        }
        self.put(region);
    }

    /// Has these in place of all others.
    pub(crate) fn replace(&mut self, regions: &[Region]) {
        self.map = regions.iter().map(|region| (region.start, region.clone())).collect();
    }

    fn put(&mut self, region: Region) {
        self.map.insert(region.start, region);
    }

    /// Whether nothing is mapped in `start..end`.
    pub(crate) fn is_free(&self, start: u32, end: u64) -> bool {
        self.at(start).is_none() && self.map.range(start..).next().is_none_or(|(&s, _)| s as u64 >= end)
    }

    /// The highest free range of `len` bytes inside `low..high`, as Linux places mappings.
    pub(crate) fn find_free(&self, len: u64, low: u32, high: u64) -> Option<u32> {
        let mut top = high;
        for region in self.map.values().rev() {
            if region.start as u64 >= top {
                continue;
            }
            let gap_start = region.end.max(low as u64);
            if top >= gap_start && top - gap_start >= len {
                return Some((top - len) as u32);
            }
            top = top.min(region.start as u64);
            if top < low as u64 + len {
                return None;
            }
        }
        (top >= low as u64 + len).then(|| (top - len) as u32)
    }
}

fn continues(a: &Region, b: &Region) -> bool {
    let file_backed = a.file != (0, 0);
    a.end == b.start as u64
        && a.prot == b.prot
        && a.shared == b.shared
        && a.name == b.name
        && a.file == b.file
        && (!file_backed || a.offset + (a.end - a.start as u64) == b.offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(start: u32, end: u64) -> Region {
        Region { start, end, prot: Prot::RW, shared: false, offset: 0, name: "".into(), file: (0, 0) }
    }

    #[test]
    fn a_hole_splits_a_region_and_insert_heals_it() {
        let mut map = RegionMap::default();
        map.insert(region(0x1000, 0x9000));
        assert_eq!(map.remove(0x3000, 0x5000).len(), 1);
        assert_eq!(
            map.iter().map(|r| (r.start, r.end)).collect::<Vec<_>>(),
            [(0x1000, 0x3000), (0x5000, 0x9000)]
        );
        map.insert(region(0x3000, 0x5000));
        assert_eq!(map.iter().map(|r| (r.start, r.end)).collect::<Vec<_>>(), [(0x1000, 0x9000)]);
    }

    #[test]
    fn file_regions_join_only_where_the_offset_continues() {
        let mut map = RegionMap::default();
        let file = |start, end, offset| Region { file: (1, 2), offset, ..region(start, end) };
        map.insert(file(0x1000, 0x2000, 0));
        map.insert(file(0x2000, 0x3000, 0x5000));
        assert_eq!(map.iter().count(), 2);
        map.insert(file(0x2000, 0x3000, 0x1000));
        assert_eq!(map.iter().count(), 1);
        map.remove(0x1000, 0x2000);
        assert_eq!(map.at(0x2000).unwrap().offset, 0x1000);
    }

    #[test]
    fn free_space_is_found_from_the_top() {
        let mut map = RegionMap::default();
        map.insert(region(0xf000_0000, 1 << 32));
        map.insert(region(0xe000_0000, 0xe000_2000));
        assert_eq!(map.find_free(0x1000, 0x1_0000, 1 << 32), Some(0xefff_f000));
        assert_eq!(map.find_free(0x1000_0000, 0x1_0000, 0xf000_0000), Some(0xd000_0000));
        assert_eq!(map.find_free(0xf000_0000, 0x1_0000, 1 << 32), None);
        assert_eq!(map.find_free(0x1000, 0x1_0000, 0xe000_1000), Some(0xdfff_f000));
        assert!(map.is_free(0xe000_2000, 0xf000_0000));
        assert!(!map.is_free(0xdfff_f000, 0xe000_0001));
    }
}
