//! Changes of what is mapped: the host calls behind the guest's mmap, munmap, mprotect and mremap.
//!
//! The rules of those system calls (argument checks, errno, placement policy) are the
//! personality's; here is what keeps the host's mappings and the region map in step.

use super::{Memory, PAGE, Prot, Region};
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::sync::Arc;

/// What a mapping shows.
#[derive(Debug, Clone, Copy)]
pub enum Backing<'fd> {
    /// Zeros.
    Anonymous,
    /// A file from the byte offset `offset` (a multiple of the page size) on.
    File {
        /// The open file.
        fd: BorrowedFd<'fd>,
        /// Byte offset into it.
        offset: u64,
    },
}

/// A mapping to be made.
#[derive(Debug, Clone)]
pub struct Mapping<'fd> {
    /// The first address, page-aligned.
    pub addr: u32,
    /// Length in bytes; rounded up to pages.
    pub len: u64,
    /// The guest's permissions.
    pub prot: Prot,
    /// Whether writes are shared (MAP_SHARED).
    pub shared: bool,
    /// What is mapped.
    pub backing: Backing<'fd>,
    /// Further host MAP_* flags that only change how pages are provided (MAP_NORESERVE,
    /// MAP_POPULATE, MAP_LOCKED).
    pub host_flags: i32,
    /// The name that /proc/PID/maps shows.
    pub name: Arc<str>,
}

/// The host's permissions for the guest's: on ARM whatever is writable or executable is readable
/// too (Linux arch/arm/mm/mmap.c, protection_map), and guest code never runs on the host directly.
pub(super) fn host_prot(prot: Prot) -> i32 {
    match prot {
        Prot::NONE => libc::PROT_NONE,
        p if p.contains(Prot::WRITE) => libc::PROT_READ | libc::PROT_WRITE,
        _ => libc::PROT_READ,
    }
}

fn page_up(len: u64) -> u64 {
    len.next_multiple_of(PAGE as u64)
}

fn check(addr: u32, len: u64) -> io::Result<u64> {
    let end = addr as u64 + page_up(len);
    if !addr.is_multiple_of(PAGE) || len == 0 || end > 1 << 32 {
        return Err(io::Error::from_raw_os_error(libc::EINVAL));
    }
    Ok(end)
}

pub(super) fn host_result(result: libc::c_int) -> io::Result<()> {
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

impl Memory {
    /// Makes a mapping in place of whatever was there.
    ///
    /// # Errors
    ///
    /// EINVAL for an address that is not page-aligned, an empty range or one that ends past 4 GiB;
    /// otherwise the host's mmap(2) errors, with nothing changed.
    pub fn map(&self, mapping: &Mapping<'_>) -> io::Result<()> {
        let end = check(mapping.addr, mapping.len)?;
        let mut regions = self.changing();
        let (fd, offset, file) = match mapping.backing {
            Backing::Anonymous => (-1, 0, (0, 0)),
            Backing::File { fd, offset } => (fd.as_raw_fd(), offset, identity(fd)?),
        };
        let sharing = if mapping.shared { libc::MAP_SHARED } else { libc::MAP_PRIVATE };
        let anonymous = if fd < 0 { libc::MAP_ANONYMOUS } else { 0 };
        // SAFETY: MAP_FIXED inside our own reservation, which no Rust reference points into.
        let at = unsafe {
            libc::mmap(
                self.host(mapping.addr).cast(),
                mapping.len as usize,
                host_prot(mapping.prot),
                sharing | anonymous | mapping.host_flags | libc::MAP_FIXED,
                fd,
                offset as libc::off_t,
            )
        };
        if at == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let removed = regions.remove(mapping.addr, end);
        self.note_code(&removed);
        regions.insert(Region {
            start: mapping.addr,
            end,
            prot: mapping.prot,
            shared: mapping.shared,
            offset,
            name: mapping.name.clone(),
            file,
        });
        Ok(())
    }

    /// Removes whatever is mapped in the range, as munmap(2).
    ///
    /// # Errors
    ///
    /// EINVAL for an address that is not page-aligned, an empty range or one that ends past 4 GiB.
    pub fn unmap(&self, addr: u32, len: u64) -> io::Result<()> {
        let end = check(addr, len)?;
        let mut regions = self.changing();
        self.reserve(addr, end - addr as u64)?;
        let removed = regions.remove(addr, end);
        self.note_code(&removed);
        Ok(())
    }

    /// Changes the permissions of a range that must be mapped throughout, as mprotect(2).
    ///
    /// # Errors
    ///
    /// EINVAL as for [`Memory::unmap`]; ENOMEM if part of the range is not mapped (what comes
    /// before the hole is changed, as Linux does); EACCES from the host for a shared mapping of a
    /// file that was not opened for writing.
    pub fn protect(&self, addr: u32, len: u64, prot: Prot) -> io::Result<()> {
        let end = check(addr, len)?;
        let mut regions = self.changing();
        let mut at = addr as u64;
        for region in regions.within(addr, end) {
            if region.start as u64 != at {
                break;
            }
            // SAFETY: changes permissions inside our own reservation.
            host_result(unsafe {
                libc::mprotect(
                    self.host(region.start).cast(),
                    (region.end - region.start as u64) as usize,
                    host_prot(prot),
                )
            })?;
            at = region.end;
            self.note_code(std::slice::from_ref(&region));
            regions.insert(Region { prot, ..region });
        }
        if at == end { Ok(()) } else { Err(io::Error::from_raw_os_error(libc::ENOMEM)) }
    }

    /// Moves the mapping at `from`, one region throughout, to `to`, with a new length: what mremap(2)
    /// does once the personality has decided on `to`. `from == to` grows or shrinks in place; the
    /// caller has made sure that the room to grow into is free (growing a private file mapping in
    /// place is not atomic for other threads that use it). `keep_old` is MREMAP_DONTUNMAP.
    ///
    /// # Errors
    ///
    /// EINVAL for unaligned or empty ranges, EFAULT if `from` is not one region, the host's otherwise.
    pub fn remap(&self, from: u32, old_len: u64, to: u32, new_len: u64, keep_old: bool) -> io::Result<()> {
        let new_end = check(to, new_len)?;
        let new_len = page_up(new_len);
        let old_end = check(from, old_len.max(1))?;
        let mut regions = self.changing();
        let parts = regions.within(from, old_end);
        let [region] = parts.as_slice() else { return Err(io::Error::from_raw_os_error(libc::EFAULT)) };
        if region.start != from || region.end != old_end {
            return Err(io::Error::from_raw_os_error(libc::EFAULT));
        }
        let region = region.clone();
        let old_len = page_up(old_len);
        let anonymous = !region.shared && region.file == (0, 0);
        if from == to && anonymous && new_len >= old_len {
            self.extend(&region, old_len, new_len)?;
        } else if from == to && new_len <= old_len {
            if new_len < old_len {
                self.reserve(from + new_len as u32, old_len - new_len)?;
            }
        } else {
            match self.move_pages(from, old_len, to, new_len, keep_old) {
                // The host may keep as several mappings what is one region here, and moves only one.
                Err(error) if error.raw_os_error() == Some(libc::EFAULT) && anonymous && from != to => {
                    self.copy_pages(&region, old_len, to, new_len, keep_old)?;
                }
                result => result?,
            }
        }
        self.note_code(std::slice::from_ref(&region));
        if !keep_old {
            regions.remove(from, old_end);
        }
        let replaced = regions.remove(to, new_end);
        self.note_code(&replaced);
        regions.insert(Region { start: to, end: new_end, ..region });
        Ok(())
    }

    /// Maps zeros behind a private anonymous region.
    pub(super) fn extend(&self, region: &Region, old_len: u64, new_len: u64) -> io::Result<()> {
        if new_len == old_len {
            return Ok(());
        }
        // SAFETY: MAP_FIXED inside our own reservation, where the caller found nothing mapped.
        let at = unsafe {
            libc::mmap(
                self.host(region.start).wrapping_add(old_len as usize).cast(),
                (new_len - old_len) as usize,
                host_prot(region.prot),
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED,
                -1,
                0,
            )
        };
        if at == libc::MAP_FAILED { Err(io::Error::last_os_error()) } else { Ok(()) }
    }

    /// Moves pages so that there is never a hole in the reservation: the host would put its next
    /// mapping (a thread's stack, an allocator's arena) into a hole. So the mapping is duplicated
    /// to somewhere else leaving its place occupied, resized there, and put over its target.
    fn move_pages(&self, from: u32, old_len: u64, to: u32, new_len: u64, keep_old: bool) -> io::Result<()> {
        let moved = old_len.min(new_len) as usize;
        let away = libc::MREMAP_MAYMOVE | libc::MREMAP_DONTUNMAP;
        let mapped = |at: *mut libc::c_void| {
            if at == libc::MAP_FAILED { Err(io::Error::last_os_error()) } else { Ok(at) }
        };
        // SAFETY: the first call reads a range of our reservation and leaves it mapped; the second
        // resizes what the first made outside; the third replaces a range of our reservation.
        unsafe {
            let apart = mapped(libc::mremap(self.host(from).cast(), moved, moved, away))?;
            let resized = mapped(libc::mremap(apart, moved, new_len as usize, libc::MREMAP_MAYMOVE));
            let (at, len, failed) = match resized {
                Ok(at) => (at, new_len as usize, None),
                // No room: back to where it was.
                Err(error) => (apart, moved, Some(error)),
            };
            let target = self.host(if failed.is_some() { from } else { to });
            let fixed = libc::MREMAP_MAYMOVE | libc::MREMAP_FIXED;
            mapped(libc::mremap(at, len, len, fixed, target.cast::<u8>()))?;
            if let Some(error) = failed {
                return Err(error);
            }
        }
        if from != to && !keep_old { self.reserve(from, old_len) } else { Ok(()) }
    }

    /// Moves a private anonymous region by copying it.
    fn copy_pages(
        &self,
        from: &Region,
        old_len: u64,
        to: u32,
        new_len: u64,
        keep_old: bool,
    ) -> io::Result<()> {
        let access = |addr: u32, len: u64, prot: i32| {
            // SAFETY: changes permissions inside our own reservation.
            host_result(unsafe { libc::mprotect(self.host(addr).cast(), len as usize, prot) })
        };
        self.extend(&Region { start: to, prot: Prot::RW, ..from.clone() }, 0, new_len)?;
        access(from.start, old_len, libc::PROT_READ)?;
        // SAFETY: both sides lie inside our own reservation, and a fault would be an error.
        unsafe {
            crate::raw::copy(self.host(to), self.host(from.start), old_len.min(new_len) as usize)
                .map_err(|_| io::Error::from_raw_os_error(libc::EFAULT))?;
        }
        access(to, new_len, host_prot(from.prot))?;
        if keep_old { self.extend(from, 0, old_len) } else { self.reserve(from.start, old_len) }
    }

    /// Runs `f` while no other thread changes mappings: for fork, so that the child finds the lock
    /// free and the map whole.
    pub fn quiesced<R>(&self, f: impl FnOnce() -> R) -> R {
        let guards = (self.regions(), self.watchers());
        let result = f();
        drop(guards);
        result
    }

    /// Attaches a System V shared memory segment, as shmat(2), in place of whatever was there.
    ///
    /// # Errors
    ///
    /// The host's shmat(2) errors.
    pub fn attach(&self, id: i32, addr: u32, len: u64, prot: Prot) -> io::Result<()> {
        let end = check(addr, len)?;
        let mut regions = self.changing();
        let read_only = if prot.contains(Prot::WRITE) { 0 } else { libc::SHM_RDONLY };
        // SAFETY: SHM_REMAP inside our own reservation; the caller passes the segment's length.
        let at = unsafe { libc::shmat(id, self.host(addr).cast(), read_only | libc::SHM_REMAP) };
        if at as isize == -1 {
            return Err(io::Error::last_os_error());
        }
        let removed = regions.remove(addr, end);
        self.note_code(&removed);
        let name = format!("/SYSV{id:08x} (deleted)").into();
        // An identity that no file has keeps neighbours from being joined to it.
        regions.insert(Region {
            start: addr,
            end,
            prot,
            shared: true,
            offset: 0,
            name,
            file: (u64::MAX, id as u64),
        });
        Ok(())
    }

    /// Puts back an inaccessible host mapping where the guest has none, so that nothing else of the
    /// host process lands there.
    pub(super) fn reserve(&self, addr: u32, len: u64) -> io::Result<()> {
        // SAFETY: MAP_FIXED inside our own reservation.
        let at = unsafe {
            libc::mmap(
                self.host(addr).cast(),
                len as usize,
                libc::PROT_NONE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE | libc::MAP_FIXED,
                -1,
                0,
            )
        };
        if at == libc::MAP_FAILED { Err(io::Error::last_os_error()) } else { Ok(()) }
    }

    /// Decoded code is stale if it comes from a region that goes away or changes.
    pub(super) fn note_code(&self, gone: &[Region]) {
        for region in gone.iter().filter(|region| region.prot.contains(Prot::EXEC)) {
            self.code_changed(region.start, region.end - region.start as u64);
        }
    }

    /// All regions, ascending.
    pub fn snapshot(&self) -> Vec<Region> {
        self.regions().iter().cloned().collect()
    }

    /// The region at an address.
    pub fn region_at(&self, addr: u32) -> Option<Region> {
        self.regions().at(addr).cloned()
    }

    /// The regions that overlap a range, cut to it.
    pub fn regions_in(&self, addr: u32, len: u64) -> Vec<Region> {
        self.regions().within(addr, addr as u64 + len)
    }

    /// Whether nothing is mapped in a range.
    pub fn is_free(&self, addr: u32, len: u64) -> bool {
        self.regions().is_free(addr, addr as u64 + len)
    }

    /// The highest free range of `len` bytes (rounded up to pages) inside `low..high`.
    pub fn find_free(&self, len: u64, low: u32, high: u64) -> Option<u32> {
        self.regions().find_free(page_up(len), low, high)
    }

    /// Renames a region's pages, as prctl(PR_SET_VMA) and the loader do.
    pub fn set_name(&self, addr: u32, len: u64, name: &Arc<str>) {
        let mut regions = self.changing();
        for region in regions.within(addr, addr as u64 + len) {
            regions.insert(Region { name: name.clone(), ..region });
        }
    }
}

/// Device and inode of an open file.
fn identity(fd: BorrowedFd<'_>) -> io::Result<(u64, u64)> {
    // SAFETY: an all-zero stat is a valid one, and fstat fills it in.
    let mut stat: libc::stat = unsafe { std::mem::zeroed() };
    // SAFETY: an open descriptor and a valid pointer.
    host_result(unsafe { libc::fstat(fd.as_raw_fd(), &mut stat) })?;
    Ok((stat.st_dev, stat.st_ino))
}
