//! The contents of an address space at a moment, in pages that images share.

use skink_machine::memory::PAGE;
use skink_machine::{Memory, Prot, Region};
use std::collections::HashSet;
use std::io;
use std::sync::Arc;

pub(super) type Page = Arc<[u8; PAGE as usize]>;

/// All that is mapped, and what the pages hold.
#[derive(Debug, Clone)]
pub(super) struct Image {
    regions: Arc<[Region]>,
    /// By address, ascending; pages of zeros are left out.
    pages: Vec<(u32, Page)>,
    /// How many of them are not shared with the image before.
    fresh: usize,
}

impl Image {
    /// Made of its parts: pages ascend.
    pub(super) fn of(regions: Arc<[Region]>, pages: Vec<(u32, Page)>) -> Image {
        Image { regions, fresh: pages.len(), pages }
    }

    pub(super) fn regions(&self) -> &Arc<[Region]> {
        &self.regions
    }

    pub(super) fn pages(&self) -> &[(u32, Page)] {
        &self.pages
    }

    /// Of the memory now. Pages that are as in `previous` are shared with it.
    pub(super) fn take(memory: &Memory, previous: Option<&Image>) -> io::Result<Image> {
        let regions: Arc<[Region]> = memory.snapshot().into();
        let (mut pages, mut fresh) = (Vec::new(), 0);
        let mut known = Known::new(previous);
        let mut buffer = [0; PAGE as usize];
        for region in regions.iter() {
            readable(memory, region, || {
                for addr in memory.populated(region) {
                    // What lies behind the end of a mapped file cannot be read and is nobody's contents.
                    if memory.read(addr, &mut buffer).is_err() || is_zero(&buffer) {
                        continue;
                    }
                    let same = known.at(addr).filter(|page| ***page == buffer).cloned();
                    fresh += same.is_none() as usize;
                    pages.push((addr, same.unwrap_or_else(|| Arc::new(buffer))));
                }
            })?;
        }
        Ok(Image { regions, pages, fresh })
    }

    /// Brings the memory to what it was.
    pub(super) fn restore(&self, memory: &Memory) -> io::Result<()> {
        memory.remake(&self.regions)?;
        let mut known = Known::new(Some(self));
        for region in self.regions.iter() {
            let first = self.pages.partition_point(|(addr, _)| *addr < region.start);
            let held = self.pages[first..].iter().map(|(addr, _)| *addr);
            let mut addrs: Vec<u32> = held.take_while(|addr| u64::from(*addr) < region.end).collect();
            addrs.extend(memory.populated(region));
            addrs.sort_unstable();
            addrs.dedup();
            restore_region(memory, region, &addrs, &mut known)?;
        }
        Ok(())
    }

    /// What it takes besides what it shares with the image before, in bytes.
    pub(super) fn fresh(&self) -> usize {
        self.fresh * PAGE as usize + self.pages.len() * size_of::<(u32, Page)>()
    }

    /// The bytes that its pages take which are not in `seen` yet, and what it takes itself.
    pub(super) fn bytes(&self, seen: &mut HashSet<usize>) -> usize {
        let fresh = self.pages.iter().filter(|(_, page)| seen.insert(Arc::as_ptr(page) as usize)).count();
        fresh * (PAGE as usize + 16) + self.pages.len() * size_of::<(u32, Page)>()
    }
}

fn restore_region(memory: &Memory, region: &Region, addrs: &[u32], known: &mut Known<'_>) -> io::Result<()> {
    let zeros = [0; PAGE as usize];
    let mut buffer = [0; PAGE as usize];
    let mut wrong = Vec::new();
    readable(memory, region, || {
        for &addr in addrs {
            let wanted = known.at(addr).map_or(&zeros, |page| &**page);
            if memory.read(addr, &mut buffer).is_ok() && buffer != *wanted {
                wrong.push((addr, *wanted));
            }
        }
    })?;
    if wrong.is_empty() {
        return Ok(());
    }
    if region.shared {
        let text = format!("the shared mapping at {:#010x} has changed since", region.start);
        return Err(io::Error::other(text));
    }
    let write =
        || wrong.iter().try_for_each(|(addr, bytes)| memory.write(*addr, bytes)).map_err(io::Error::other);
    with_access(memory, region, Prot::WRITE, write)??;
    wrong.iter().for_each(|(addr, _)| memory.code_changed(*addr, PAGE.into()));
    Ok(())
}

fn readable(memory: &Memory, region: &Region, read: impl FnOnce()) -> io::Result<()> {
    // Whatever is writable or executable is readable too.
    let needed = if region.prot == Prot::NONE { Prot::READ } else { region.prot };
    with_access(memory, region, needed, read)
}

/// Does something for which a region needs more permissions than the guest gave it.
pub(super) fn with_access<T>(
    memory: &Memory,
    region: &Region,
    access: Prot,
    act: impl FnOnce() -> T,
) -> io::Result<T> {
    if region.prot.contains(access) {
        return Ok(act());
    }
    let len = region.end - u64::from(region.start);
    memory.protect(region.start, len, region.prot | access)?;
    let result = act();
    memory.protect(region.start, len, region.prot)?;
    Ok(result)
}

fn is_zero(page: &[u8; PAGE as usize]) -> bool {
    page.iter().all(|byte| *byte == 0)
}

/// Looks pages up whose addresses ascend.
struct Known<'a> {
    pages: &'a [(u32, Page)],
}

impl<'a> Known<'a> {
    fn new(image: Option<&'a Image>) -> Known<'a> {
        Known { pages: image.map_or(&[], |image| &image.pages) }
    }

    fn at(&mut self, addr: u32) -> Option<&'a Page> {
        let behind = self.pages.iter().take_while(|(at, _)| *at < addr).count();
        self.pages = &self.pages[behind..];
        self.pages.first().filter(|(at, _)| *at == addr).map(|(_, page)| page)
    }
}
