//! Resource limits. Those that count memory are kept by skink: the host's would count skink's own
//! 4 GiB reservation and stack.

use super::SysResult;
use super::wire::{Out, words};
use crate::host::{self, Arg, Errno};
use crate::process::{Limit, OWN_LIMITS};
use crate::thread::Thread;

/// RLIM_INFINITY of the 32-bit structures.
const INFINITY32: u32 = u32::MAX;

fn widen(value: u32) -> u64 {
    if value == INFINITY32 { libc::RLIM64_INFINITY } else { value.into() }
}

fn narrow(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(INFINITY32)
}

/// Gets, and sets if `new` is given, a limit of the calling process.
fn change(t: &Thread, resource: u32, new: Option<Limit>) -> Result<Limit, Errno> {
    if new.is_some_and(|new| new.soft > new.hard) {
        return Err(Errno(libc::EINVAL));
    }
    if let Some(index) = OWN_LIMITS.iter().position(|&r| r == resource) {
        let privileged = host::call(libc::SYS_geteuid, &[]) == Ok(0);
        let mut shared = t.process.shared();
        let old = shared.limits[index];
        if let Some(new) = new {
            if new.hard > old.hard && !privileged {
                return Err(Errno(libc::EPERM));
            }
            shared.limits[index] = new;
        }
        return Ok(old);
    }
    let new = new.map(|new| [new.soft, new.hard]);
    let mut old = [0u64; 2];
    let new = new.as_ref().map_or(Arg::NULL, Arg::input);
    host::call(libc::SYS_prlimit64, &[0.into(), resource.into(), new, Arg::output(&mut old)])?;
    Ok(Limit { soft: old[0], hard: old[1] })
}

pub(super) fn getrlimit(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let limit = change(t, a[0], None)?;
    Out::new().u32(narrow(limit.soft)).u32(narrow(limit.hard)).write(t.memory(), a[1])?;
    Ok(0)
}

pub(super) fn setrlimit(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let [soft, hard] = words(t.memory(), a[1])?;
    change(t, a[0], Some(Limit { soft: widen(soft), hard: widen(hard) }))?;
    Ok(0)
}

pub(super) fn prlimit64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let pid = a[0];
    if pid != 0 && pid != std::process::id() {
        // Another process: the host's limits are all that can be seen of it.
        let args = [
            Arg::from(pid as i32),
            a[1].into(),
            Arg::guest_or_null(t.memory(), a[2]),
            Arg::guest_or_null(t.memory(), a[3]),
        ];
        return Ok(host::call(libc::SYS_prlimit64, &args)? as u32);
    }
    let new = match a[2] {
        0 => None,
        addr => {
            let w: [u32; 4] = words(t.memory(), addr)?;
            let wide = |i: usize| w[i] as u64 | (w[i + 1] as u64) << 32;
            Some(Limit { soft: wide(0), hard: wide(2) })
        }
    };
    let old = change(t, a[1], new)?;
    if a[3] != 0 {
        Out::new().u64(old.soft).u64(old.hard).write(t.memory(), a[3])?;
    }
    Ok(0)
}
