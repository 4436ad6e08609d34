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
fn host_prot(prot: Prot) -> i32 {
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

fn host_result(result: libc::c_int) -> io::Result<()> {
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
        let mut regions = self.regions();
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
        let mut regions = self.regions();
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
        let mut regions = self.regions();
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
    /// caller has made sure that the room to grow into is free. `keep_old` is MREMAP_DONTUNMAP.
    ///
    /// # Errors
    ///
    /// EINVAL for unaligned or empty ranges, EFAULT if `from` is not one region, the host's otherwise.
    pub fn remap(&self, from: u32, old_len: u64, to: u32, new_len: u64, keep_old: bool) -> io::Result<()> {
        let new_end = check(to, new_len)?;
        let new_len = page_up(new_len);
        let old_end = check(from, old_len.max(1))?;
        let mut regions = self.regions();
        let parts = regions.within(from, old_end);
        let [region] = parts.as_slice() else { return Err(io::Error::from_raw_os_error(libc::EFAULT)) };
        if region.start != from || region.end != old_end {
            return Err(io::Error::from_raw_os_error(libc::EFAULT));
        }
        let old_len = page_up(old_len);
        let mut flags = libc::MREMAP_MAYMOVE | libc::MREMAP_FIXED;
        if keep_old {
            flags |= libc::MREMAP_DONTUNMAP;
        }
        if from == to {
            // The host sees the reservation behind the mapping as occupied, so growing in place
            // has to clear that first; the address stays ours because nobody else maps by hint here.
            if new_len > old_len {
                // SAFETY: drops part of our own reservation, refilled at once by the mremap below.
                host_result(unsafe {
                    libc::munmap(
                        self.host(from).wrapping_add(old_len as usize).cast(),
                        (new_len - old_len) as usize,
                    )
                })?;
            }
            flags = 0;
        }
        // SAFETY: both ranges lie inside our own reservation.
        let at = unsafe {
            libc::mremap(
                self.host(from).cast(),
                old_len as usize,
                new_len as usize,
                flags,
                self.host(to).cast::<u8>(),
            )
        };
        let result = if at == libc::MAP_FAILED { Err(io::Error::last_os_error()) } else { Ok(()) };
        let region = region.clone();
        if from == to {
            let (mapped, whole) = match result {
                Ok(()) => (new_len, old_len.max(new_len)),
                Err(_) => (old_len, old_len.max(new_len)),
            };
            if mapped < whole {
                self.reserve(from + mapped as u32, whole - mapped)?;
            }
        } else if result.is_ok() && !keep_old {
            self.reserve(from, old_len)?;
        }
        result?;
        self.note_code(std::slice::from_ref(&region));
        if !keep_old {
            regions.remove(from, old_end);
        }
        let replaced = regions.remove(to, new_end);
        self.note_code(&replaced);
        regions.insert(Region { start: to, end: new_end, ..region });
        Ok(())
    }

    /// Puts back an inaccessible host mapping where the guest has none, so that nothing else of the
    /// host process lands there.
    fn reserve(&self, addr: u32, len: u64) -> io::Result<()> {
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

    /// Decoded code is stale if any region that goes away or changes was executable.
    fn note_code(&self, gone: &[Region]) {
        if gone.iter().any(|r| r.prot.contains(Prot::EXEC)) {
            self.invalidate_code();
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
        let mut regions = self.regions();
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
