//! The guest's address space: one reservation of 4 GiB of host addresses with guard zones.
//!
//! Guest address `a` is host address `base + a`, always. What the guest has not mapped is mapped
//! without permissions on the host, so every guest access is a plain host access, and a wild one
//! faults (see [`crate::fixup`]). [`regions`] keeps what the guest has mapped; execution is checked
//! against it when code is decoded, because guest code is never executable on the host.
//!
//! A `Memory` is shared by all threads of a guest process: loads and stores take no lock, changes
//! of mappings take one.

mod access;
mod fetched;
mod guard;
mod mapping;
pub mod marks;
pub mod regions;
mod restore;

pub use access::Code;
pub use guard::Guarded;
pub use mapping::{Backing, Mapping};
pub use marks::{Marks, Watch, WatchKind};
pub use regions::{Prot, Region};

use crate::fault::{Access, Fault, FaultKind};
use crate::fixup::Marker;
use fetched::Fetched;
use regions::RegionMap;
use std::collections::VecDeque;
use std::io;
use std::ops::Range;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// Guest page size in bytes, the host's too.
pub const PAGE: u32 = 4096;

/// Bytes of guard zone on each side of the 4 GiB. An access reaches at most 8 bytes past its
/// address, translated code adds at most a 12-bit offset and a register list of 128 bytes; the
/// kernel checks buffer lengths of system calls against its own mappings.
const GUARD: usize = 64 << 10;

/// So many changes of code are remembered apart; who asks later is told that everything has changed.
const MAX_CHANGES: usize = 64;

/// The guest's address space.
pub struct Memory {
    base: *mut u8,
    regions: Mutex<RegionMap>,
    code_epoch: AtomicU64,
    /// The last changes of code, one for each step of the epoch.
    changes: Mutex<VecDeque<Range<u64>>>,
    /// Counts changes of `regions`.
    layout: AtomicU64,
    /// The page that code was fetched from last, and the epoch it was executable in: see `access`.
    fetched_page: AtomicU64,
    fetched: Fetched,
    watchers: Mutex<Vec<Weak<AtomicU32>>>,
    marks: marks::Marks,
}

// SAFETY: `base` never changes and what it points to is accessed as the guest's threads access
// their memory: racily, through the accessors of `raw`, never by a Rust reference.
unsafe impl Send for Memory {}
// SAFETY: as above.
unsafe impl Sync for Memory {}

impl Memory {
    /// Reserves an empty address space.
    ///
    /// # Errors
    ///
    /// The host's, if it has no 4 GiB of contiguous addresses to give.
    pub fn new() -> io::Result<Memory> {
        let len = (4usize << 30) + 2 * GUARD;
        // SAFETY: a fresh anonymous mapping at an address of the kernel's choice.
        let start = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                len,
                libc::PROT_NONE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        Ok(Memory {
            base: start.cast::<u8>().wrapping_add(GUARD),
            regions: Mutex::new(RegionMap::default()),
            code_epoch: AtomicU64::new(0),
            changes: Mutex::default(),
            layout: AtomicU64::new(0),
            fetched_page: AtomicU64::new(u64::MAX),
            fetched: Fetched::new(),
            watchers: Mutex::new(Vec::new()),
            marks: marks::Marks::default(),
        })
    }

    /// The host address of guest address `addr`. Valid to hand to the host's kernel, which checks
    /// the mapping itself (EFAULT); not to be dereferenced.
    #[inline(always)]
    pub fn host(&self, addr: u32) -> *mut u8 {
        self.base.wrapping_add(addr as usize)
    }

    /// The guest address of a host address inside the reservation.
    pub fn guest(&self, host: u64) -> Option<u32> {
        u32::try_from(host.checked_sub(self.base as u64)?).ok()
    }

    /// A number that changes whenever previously decoded code may have become stale.
    #[inline(always)]
    pub fn code_epoch(&self) -> u64 {
        self.code_epoch.load(Ordering::Acquire)
    }

    /// Bytes have changed, or may not be executed any more: decoded code is stale if any was fetched from there.
    pub fn code_changed(&self, addr: u32, len: u64) {
        let end = (addr as u64 + len).min(1 << 32);
        if self.fetched.any(addr, end) {
            self.stale(addr.into()..end);
        }
    }

    /// Declares all decoded code stale, whatever its bytes are.
    pub fn invalidate_code(&self) {
        self.stale(0..u64::MAX);
    }

    /// What has changed since the state of the code was `epoch`, in guest addresses, and what it is now. A range to
    /// `u64::MAX` is everything.
    pub fn changes_since(&self, epoch: u64) -> (u64, Vec<Range<u64>>) {
        let changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.code_epoch();
        let count = now.saturating_sub(epoch) as usize;
        match changes.len().checked_sub(count) {
            Some(skip) => (now, changes.iter().skip(skip).cloned().collect()),
            None => (now, vec![Range { start: 0, end: u64::MAX }]),
        }
    }

    fn stale(&self, range: Range<u64>) {
        let mut changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        if changes.len() == MAX_CHANGES {
            changes.pop_front();
        }
        changes.push_back(range);
        self.code_epoch.fetch_add(1, Ordering::AcqRel);
        drop(changes);
        for watcher in self.watchers().iter() {
            if let Some(flag) = watcher.upgrade() {
                flag.store(1, Ordering::SeqCst);
            }
        }
    }

    /// Has a word set to 1 whenever code may have changed: translated code looks at nothing else.
    pub fn watch_code(&self, flag: &Arc<AtomicU32>) {
        let mut watchers = self.watchers();
        watchers.retain(|watcher| watcher.strong_count() > 0);
        watchers.push(Arc::downgrade(flag));
    }

    fn watchers(&self) -> MutexGuard<'_, Vec<Weak<AtomicU32>>> {
        self.watchers.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The host address of guest address 0, for translated code.
    pub fn base(&self) -> *mut u8 {
        self.base
    }

    fn regions(&self) -> std::sync::MutexGuard<'_, RegionMap> {
        // The map is consistent between any two statements that could panic.
        self.regions.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The regions, to be changed.
    fn changing(&self) -> std::sync::MutexGuard<'_, RegionMap> {
        self.layout.fetch_add(1, Ordering::Relaxed);
        self.regions()
    }

    /// The fault that the marker of a failed access stands for.
    #[cold]
    fn fault(&self, marker: Marker, addr: u32, access: Access) -> Fault {
        let (host, bus) = marker.decode();
        // An access that runs into the guard zone wraps to 0 on hardware and is unmapped there;
        // a general-protection fault reports no address at all.
        let addr = match host.checked_sub(self.base as u64) {
            Some(offset) if offset < 4 << 30 => offset as u32,
            Some(offset) if offset < (4 << 30) + GUARD as u64 => 0,
            _ => addr,
        };
        let kind = match (bus, self.regions().at(addr)) {
            (true, _) => FaultKind::Bus,
            (false, Some(_)) => FaultKind::Permission,
            (false, None) => FaultKind::Unmapped,
        };
        Fault { addr, access, kind }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: unmaps the reservation made in `new`; nothing refers to it any more.
        unsafe {
            libc::munmap(self.base.wrapping_sub(GUARD).cast(), (4usize << 30) + 2 * GUARD);
        }
    }
}

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Memory").field("base", &self.base).field("regions", &*self.regions()).finish()
    }
}
