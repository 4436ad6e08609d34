//! Asynchronous I/O in the kernel (io_setup and its kin): the host's, on guest addresses.
//!
//! A context's name is the address of its ring in the process's memory, which C libraries read to
//! see whether they may take events from it without a system call. The guest's name is the address
//! of a page that holds no ring, so that they do not, and the host's name stays here.

use super::SysResult;
use super::signal::{sigset, with_mask};
use super::wire::{Width, iovecs, optional_timespec, words};
use crate::host::{self, Arg, Errno};
use crate::thread::Thread;
use skink_machine::Memory;

/// struct iocb: data, key and flags, opcode, priority, descriptor, buffer, length, offset ...; the
/// same on both sides, the buffer being a 64-bit field everywhere.
const OPCODE: u32 = 16;
const BUFFER: u32 = 24;
const LENGTH: u32 = 32;

// linux/aio_abi.h
const PREAD: u16 = 0;
const PWRITE: u16 = 1;
const PREADV: u16 = 7;
const PWRITEV: u16 = 8;

/// The host's io_pgetevents, which libc does not name.
const PGETEVENTS: i64 = 333;

/// Bytes of struct io_event: data, iocb, result, second result, of 64 bits each on both sides.
const EVENT: u32 = 32;
const EVENT_IOCB: u32 = 8;

fn context(t: &Thread, name: u32) -> Result<Arg<'static>, Errno> {
    let found = t.process.aio().get(&name).copied();
    found.map(|context| Arg::int(context as i64)).ok_or(Errno(libc::EINVAL))
}

pub(super) fn io_setup(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    if t.memory().load32(a[1])? != 0 {
        return Err(Errno(libc::EINVAL));
    }
    let mut context = 0u64;
    host::call(libc::SYS_io_setup, &[a[0].into(), Arg::output(&mut context)])?;
    let name = super::mem::name_page(t, "/[aio] (deleted)");
    let stored = name.and_then(|name| {
        t.process.aio().insert(name, context);
        Ok(t.memory().store32(a[1], name)?)
    });
    if let Err(errno) = stored {
        if let Ok(name) = name {
            destroy(t, name)?;
        } else {
            host::call(libc::SYS_io_destroy, &[Arg::int(context as i64)])?;
        }
        return Err(errno);
    }
    Ok(0)
}

pub(super) fn io_destroy(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    destroy(t, a[0])
}

fn destroy(t: &Thread, name: u32) -> SysResult {
    let Some(context) = t.process.aio().remove(&name) else { return Err(Errno(libc::EINVAL)) };
    let result = host::call(libc::SYS_io_destroy, &[Arg::int(context as i64)]);
    super::mem::drop_page(t, name);
    result.map(|v| v as u32)
}

pub(super) fn io_submit(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let context = context(t, a[0])?;
    let count = a[1] as i32;
    if count < 0 {
        return Err(Errno(libc::EINVAL));
    }
    for i in 0..count as u32 {
        let submitted = t
            .memory()
            .load32(a[2].wrapping_add(4 * i))
            .map_err(Errno::from)
            .and_then(|iocb| submit(t, context, iocb));
        // fs/aio.c: an error ends the loop, and is told only if it was the first.
        match submitted {
            Ok(()) => {}
            Err(errno) if i == 0 => return Err(errno),
            Err(_) => return Ok(i),
        }
    }
    Ok(count as u32)
}

/// Hands one request to the host. The kernel identifies it afterwards by the address of its iocb,
/// so that it must be the guest's own; for the time of the call it holds the host's address of the
/// buffer.
fn submit(t: &Thread, context: Arg<'_>, iocb: u32) -> Result<(), Errno> {
    let memory = t.memory();
    let at = |offset: u32| iocb.wrapping_add(offset);
    let opcode = memory.load16(at(OPCODE))?;
    let [buffer, buffer_high] = words(memory, at(BUFFER))?;
    let [length, length_high] = words(memory, at(LENGTH))?;
    let mut list = Vec::new();
    let host_buffer = match opcode {
        PREAD | PWRITE => {
            // As much as ssize_t and the address space hold (fs/aio.c io_submit_one, access_ok).
            if length_high != 0 || length > i32::MAX as u32 || buffer_high != 0 {
                return Err(Errno(libc::EINVAL));
            }
            super::buffer(t, buffer, length)?.raw()
        }
        PREADV | PWRITEV => {
            list = iovecs(memory, buffer, if length_high == 0 { length } else { u32::MAX })?;
            Arg::input(list.as_slice()).raw()
        }
        // The others have no pointer in it.
        _ => buffer as u64 | (buffer_high as u64) << 32,
    };
    let put = |value: u64| {
        memory.store32(at(BUFFER), value as u32)?;
        memory.store32(at(BUFFER + 4), (value >> 32) as u32)
    };
    put(host_buffer)?;
    let pointers = [Arg::guest(memory, iocb).raw()];
    let result = host::call(libc::SYS_io_submit, &[context, 1.into(), Arg::input(&pointers)]);
    let _ = put(buffer as u64 | (buffer_high as u64) << 32);
    // The kernel has copied the list by now.
    drop(list);
    result.map(|_| ())
}

pub(super) fn io_cancel(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let context = context(t, a[0])?;
    let args = [context, Arg::guest(t.memory(), a[1]), Arg::guest(t.memory(), a[2])];
    host::call(libc::SYS_io_cancel, &args).map(|v| v as u32)
}

/// The kernel writes the events where the guest wants them; the addresses of iocbs in them are the
/// host's, and turned back here.
fn get_events(
    memory: &Memory,
    context: Arg<'_>,
    a: &[u32; 7],
    time: Option<libc::timespec>,
    mask: Option<u64>,
) -> SysResult {
    let (least, most, events) = (a[1] as i32, a[2] as i32, a[3]);
    let time = time.as_ref().map_or(Arg::NULL, Arg::input);
    let set = mask.as_ref().map(|mask| [Arg::input(mask).raw(), 8]);
    let set = set.as_ref().map_or(Arg::NULL, Arg::input);
    let args = [context, least.into(), most.into(), Arg::guest(memory, events), time, set];
    let count = host::blocking(PGETEVENTS, &args)? as u32;
    for i in 0..count {
        let at = events.wrapping_add(EVENT * i + EVENT_IOCB);
        let [low, high] = words(memory, at)?;
        let iocb = memory.guest(low as u64 | (high as u64) << 32).unwrap_or(0);
        memory.store32(at, iocb)?;
        memory.store32(at.wrapping_add(4), 0)?;
    }
    Ok(count)
}

pub(super) fn io_getevents(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let time = optional_timespec(t.memory(), a[4], Width::T32)?;
    get_events(t.memory(), context(t, a[0])?, a, time, None)
}

/// The sixth argument points to a pointer to the mask, and its size.
fn pgetevents(t: &mut Thread, a: &[u32; 7], width: Width) -> SysResult {
    let time = optional_timespec(t.memory(), a[4], width)?;
    let mask = match a[5] {
        0 => None,
        addr => match words(t.memory(), addr)? {
            [0, _] => None,
            [set, 8] => Some(sigset(t, set)?),
            _ => return Err(Errno(libc::EINVAL)),
        },
    };
    let context = context(t, a[0])?;
    let memory = t.memory().clone();
    with_mask(t, mask, |mask| get_events(&memory, context, a, time, mask))
}

pub(super) fn io_pgetevents(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    pgetevents(t, a, Width::T32)
}

pub(super) fn io_pgetevents64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    pgetevents(t, a, Width::T64)
}
