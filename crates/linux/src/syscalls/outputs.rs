//! What a system call may write to guest memory, for a debugger that keeps the past.
//!
//! The signature says which arguments point to memory. How much of it a call writes is known for buffers with a
//! length; elsewhere as much is looked at as the largest structure takes, and compared with what was there before.
//! What memory holds after a call that changes mappings is put down as a whole.

use super::signature::{self, Argument, Kind};
use super::table::{self, Row};
use crate::thread::Thread;
use skink_machine::Memory;
use std::sync::atomic::Ordering;

/// No structure that the kernel writes by a pointer alone is larger.
const LARGEST: u32 = 4096;
const VECTORS: u32 = 1024;

const SHARES: &str = "a thread or process was made that shares the program's memory";
const SHARED: &str = "a mapping is shared with whoever else may write to it";

/// Before a call: says what may change, or that nothing can be replayed from here on.
pub(crate) fn before(t: &mut Thread) {
    let regs = t.vcpu.cpu.r;
    let args = [regs[0], regs[1], regs[2], regs[3], regs[4], regs[5], regs[6]];
    let Some(row) = table::lookup(regs[7]) else { return };
    let refused = cannot_replay(t, row, &args);
    let ranges = ranges(t.memory(), row, &args);
    let retired = t.vcpu.retired();
    let Some(controlled) = &mut t.controlled else { return };
    if let Some(why) = refused {
        let text = format!("There is no going back here: at instruction {retired} {why}.");
        controlled.forget(&t.vcpu, &text);
    }
    controlled.may_change(&t.vcpu, &ranges);
}

/// After a call: says what has been mapped.
pub(crate) fn after(t: &mut Thread, call: u32, args: [u32; 7]) {
    let result = t.vcpu.cpu.r[0];
    // The last page is for error numbers (linux/err.h, MAX_ERRNO).
    let Some(row) = table::lookup(call).filter(|_| result < 0xffff_f001) else { return };
    let stays = args[3] & libc::MREMAP_DONTUNMAP as u32 != 0;
    let changed: &[(u32, u32)] = match row.name {
        "mmap2" => &[(result, args[1])],
        // The old pages are empty then (mremap(2)).
        "mremap" if stays => &[(result, args[2]), (args[0], args[1])],
        "mremap" => &[(result, args[2])],
        "madvise" => &[(args[0], args[1])],
        _ => return,
    };
    for (addr, len) in changed {
        let Ok(len) = u32::try_from(u64::from(*len).next_multiple_of(4096)) else { continue };
        if let Some(controlled) = &mut t.controlled {
            controlled.mapped(&t.vcpu, *addr, len);
        }
    }
}

fn cannot_replay(t: &Thread, row: &Row, args: &[u32; 7]) -> Option<&'static str> {
    let has = |flags: u32, flag: i32| flags & flag as u32 != 0;
    let shared = || t.memory().regions_in(args[0], args[1].into()).iter().any(|region| region.shared);
    match row.name {
        "vfork" => Some(SHARES),
        "clone" => has(args[0], libc::CLONE_VM).then_some(SHARES),
        "clone3" => {
            let flags = t.memory().load32(args[0]).unwrap_or(0);
            has(flags, libc::CLONE_VM).then_some(SHARES)
        }
        "mmap2" => (has(args[3], libc::MAP_SHARED) && has(args[2], libc::PROT_WRITE)).then_some(SHARED),
        "mprotect" | "pkey_mprotect" => (has(args[2], libc::PROT_WRITE) && shared()).then_some(SHARED),
        "shmat" => Some(SHARED),
        "io_setup" => Some("the kernel is to write to its memory while it runs (io_setup)"),
        "write" | "pwrite64" | "writev" | "pwritev" | "pwritev2"
            if t.process.has_memory_files.load(Ordering::Relaxed) =>
        {
            Some("the program writes to its own memory by way of /proc")
        }
        _ => None,
    }
}

/// By address and length. They may overlap, and reach where nothing is mapped.
fn ranges(memory: &Memory, row: &Row, args: &[u32; 7]) -> Vec<(u32, u32)> {
    let list: Vec<Argument> = signature::arguments(row.args, *args).collect();
    let mut ranges = Vec::new();
    for (i, argument) in list.iter().enumerate() {
        let addr = argument.value as u32;
        let next = list.get(i + 1).map(|next| (next.kind, next.value as u32));
        let len = match (argument.kind, next) {
            (Kind::Buf, Some((_, len))) => len,
            (Kind::Ptr | Kind::MustPtr, Some((Kind::Size, len))) => len.max(LARGEST),
            // Counts of what is at most 64 bytes long: mmsghdr, epoll_event, pollfd, io_event, iovec.
            (Kind::Ptr | Kind::MustPtr, Some((Kind::Int | Kind::Uint, count))) => {
                count.min(1 << 20).saturating_mul(64).max(LARGEST)
            }
            (Kind::Ptr | Kind::MustPtr | Kind::Hex, _) => LARGEST,
            _ => continue,
        };
        if addr != 0 {
            ranges.push((addr, len));
        }
    }
    match row.name {
        "readv" | "preadv" | "preadv2" => vectors(memory, args[1], args[2], &mut ranges),
        "recvmsg" => message(memory, args[1], &mut ranges),
        "recvmmsg" | "recvmmsg_time64" => {
            // struct mmsghdr of 32 bits: a msghdr of 28 bytes and a length.
            (0..args[2].min(VECTORS))
                .for_each(|i| message(memory, args[1].wrapping_add(32 * i), &mut ranges));
        }
        "keyctl" => vectors(memory, args[2], args[3], &mut ranges),
        "ioctl" => ranges.push((args[2], LARGEST)),
        _ => {}
    }
    ranges
}

/// What a struct iovec array points to.
fn vectors(memory: &Memory, addr: u32, count: u32, ranges: &mut Vec<(u32, u32)>) {
    for i in 0..count.min(VECTORS) {
        let at = addr.wrapping_add(8 * i);
        let (Ok(base), Ok(len)) = (memory.load32(at), memory.load32(at.wrapping_add(4))) else { return };
        ranges.push((base, len));
    }
}

/// What a struct msghdr points to: name, vectors, control data.
fn message(memory: &Memory, addr: u32, ranges: &mut Vec<(u32, u32)>) {
    let word = |i: u32| memory.load32(addr.wrapping_add(4 * i)).unwrap_or(0);
    ranges.extend([(word(0), word(1)), (word(4), word(5))]);
    vectors(memory, word(2), word(3), ranges);
}
