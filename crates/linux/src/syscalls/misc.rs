//! Identity, system information, prctl, and ARM's private calls.

use super::SysResult;
use super::wire::Out;
use crate::host::{self, Arg, Errno};
use crate::thread::Thread;

/// 65534: what a 32-bit ID that does not fit 16 bits reads as (/proc/sys/kernel/overflowuid).
const OVERFLOW: u16 = 65534;

fn id16(nr: i64) -> SysResult {
    let id = host::call(nr, &[])? as u32;
    Ok(u16::try_from(id).unwrap_or(OVERFLOW).into())
}

pub(super) fn getuid16(_: &mut Thread, _: &[u32; 7]) -> SysResult {
    id16(libc::SYS_getuid)
}

pub(super) fn getgid16(_: &mut Thread, _: &[u32; 7]) -> SysResult {
    id16(libc::SYS_getgid)
}

pub(super) fn geteuid16(_: &mut Thread, _: &[u32; 7]) -> SysResult {
    id16(libc::SYS_geteuid)
}

pub(super) fn getegid16(_: &mut Thread, _: &[u32; 7]) -> SysResult {
    id16(libc::SYS_getegid)
}

fn three_ids(t: &Thread, nr: i64, a: &[u32; 7]) -> SysResult {
    let mut ids = [0u32; 3];
    let [r, e, s] = &mut ids;
    host::call(nr, &[Arg::output(r), Arg::output(e), Arg::output(s)])?;
    for (id, &addr) in ids.iter().zip(a) {
        t.memory().store16(addr, u16::try_from(*id).unwrap_or(OVERFLOW))?;
    }
    Ok(0)
}

pub(super) fn getresuid16(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    three_ids(t, libc::SYS_getresuid, a)
}

pub(super) fn getresgid16(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    three_ids(t, libc::SYS_getresgid, a)
}

const NGROUPS_MAX: u32 = 65536;

pub(super) fn getgroups16(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    if a[0] as i32 <= 0 {
        return Ok(host::call(libc::SYS_getgroups, &[Arg::from(a[0] as i32), Arg::NULL])? as u32);
    }
    let mut list = vec![0u32; a[0].min(NGROUPS_MAX) as usize];
    let size = list.len() as i32;
    let count = host::call(libc::SYS_getgroups, &[size.into(), Arg::output(list.as_mut_slice())])? as u32;
    for i in 0..count {
        t.memory().store16(a[1].wrapping_add(2 * i), u16::try_from(list[i as usize]).unwrap_or(OVERFLOW))?;
    }
    Ok(count)
}

pub(super) fn setgroups16(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    if a[0] > NGROUPS_MAX {
        return Err(Errno(libc::EINVAL));
    }
    let load = |i: u32| t.memory().load16(a[1].wrapping_add(2 * i)).map(u32::from);
    let list = (0..a[0]).map(load).collect::<Result<Vec<u32>, _>>()?;
    Ok(host::call(libc::SYS_setgroups, &[a[0].into(), Arg::input(list.as_slice())])? as u32)
}

/// struct new_utsname: six strings of 65 bytes, the same on both sides but for the machine.
pub(super) fn uname(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    const FIELD: usize = 65;
    let mut names = [0u8; 6 * FIELD];
    host::call(libc::SYS_uname, &[Arg::output(&mut names)])?;
    let machine = &mut names[4 * FIELD..5 * FIELD];
    machine.fill(0);
    machine[..6].copy_from_slice(b"armv7l");
    t.memory().write(a[0], &names)?;
    Ok(0)
}

/// struct sysinfo of 64 bytes. Amounts that do not fit 32 bits are counted in larger units
/// (kernel/sys.c, do_sysinfo).
pub(super) fn sysinfo(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let mut info: libc::sysinfo = host::zeroed();
    host::call(libc::SYS_sysinfo, &[Arg::output(&mut info)])?;
    let mut amounts = [
        info.totalram,
        info.freeram,
        info.sharedram,
        info.bufferram,
        info.totalswap,
        info.freeswap,
        info.totalhigh,
        info.freehigh,
    ];
    let mut unit = info.mem_unit;
    while amounts.iter().any(|&n| n > u32::MAX as u64) {
        unit <<= 1;
        amounts.iter_mut().for_each(|n| *n >>= 1);
    }
    let mut out = Out::new().u32(info.uptime as u32);
    out = info.loads.iter().fold(out, |out, &load| out.u32(load as u32));
    out = amounts[..6].iter().fold(out, |out, &n| out.u32(n as u32));
    out = out.u16(info.procs).pad(2).u32(amounts[6] as u32).u32(amounts[7] as u32).u32(unit).pad(8);
    out.write(t.memory(), a[0])?;
    Ok(0)
}

pub(super) fn personality(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let mut shared = t.process.shared();
    let old = shared.personality;
    if a[0] != u32::MAX {
        shared.personality = a[0];
    }
    Ok(old)
}

/// prctl: what makes sense for the guest goes to the host.
pub(super) fn prctl(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let [option, arg2, arg3, arg4, arg5, ..] = *a;
    let number = |n: u32| Arg::int(n.into());
    let call = |second: Arg<'_>| {
        let args = [Arg::from(option as i32), second, number(arg3), number(arg4), number(arg5)];
        host::call(libc::SYS_prctl, &args).map(|v| v as u32)
    };
    const PR_SET_VMA: i32 = 0x5356_4d41;
    match option as i32 {
        // Pointers to an int, or to 16 bytes of name.
        libc::PR_GET_PDEATHSIG | libc::PR_SET_NAME | libc::PR_GET_NAME | libc::PR_GET_CHILD_SUBREAPER => {
            call(Arg::guest(t.memory(), arg2))
        }
        libc::PR_SET_PDEATHSIG
        | libc::PR_GET_DUMPABLE
        | libc::PR_SET_DUMPABLE
        | libc::PR_GET_KEEPCAPS
        | libc::PR_SET_KEEPCAPS
        | libc::PR_GET_TIMING
        | libc::PR_SET_CHILD_SUBREAPER
        | libc::PR_GET_SECUREBITS
        | libc::PR_SET_SECUREBITS
        | libc::PR_CAPBSET_READ
        | libc::PR_CAPBSET_DROP
        | libc::PR_CAP_AMBIENT
        | libc::PR_SET_NO_NEW_PRIVS
        | libc::PR_GET_NO_NEW_PRIVS
        | libc::PR_GET_THP_DISABLE
        | libc::PR_SET_THP_DISABLE
        | libc::PR_SET_PTRACER
        | libc::PR_GET_TIMERSLACK
        | libc::PR_SET_TIMERSLACK => call(number(arg2)),
        PR_SET_VMA if arg2 == 0 => name_mapping(t, arg3, arg4, arg5),
        libc::PR_GET_TID_ADDRESS => {
            t.memory().store32(arg2, t.clear_tid)?;
            Ok(0)
        }
        _ => Err(Errno(libc::EINVAL)),
    }
}

/// PR_SET_VMA_ANON_NAME.
fn name_mapping(t: &Thread, addr: u32, len: u32, name: u32) -> SysResult {
    let end = addr as u64 + len as u64;
    if !addr.is_multiple_of(4096) || end > 1 << 32 {
        return Err(Errno(libc::EINVAL));
    }
    let name = match name {
        0 => String::new(),
        at => {
            let bytes = t.memory().read_cstr(at, 80)?.ok_or(Errno(libc::EINVAL))?;
            format!("[anon:{}]", String::from_utf8_lossy(&bytes))
        }
    };
    t.memory().set_name(addr, len.into(), &name.into());
    Ok(0)
}

/// Only ever called by a handler that was interrupted; skink makes the interrupted call again
/// itself, so there is nothing to restart (kernel/signal.c, do_no_restart_syscall).
pub(super) fn restart_syscall(_: &mut Thread, _: &[u32; 7]) -> SysResult {
    Err(Errno(libc::EINTR))
}

pub(super) fn arm_breakpoint(t: &mut Thread, _: &[u32; 7]) -> SysResult {
    let size = if t.vcpu.cpu.thumb { 2 } else { 4 };
    t.vcpu.cpu.r[15] = t.vcpu.cpu.r[15].wrapping_sub(size);
    t.registers_set = true;
    t.breakpoint();
    Ok(0)
}

/// Changes to and from 26-bit mode, which no ARMv7 has; the value is R0.
pub(super) fn arm_usr26(_: &mut Thread, a: &[u32; 7]) -> SysResult {
    Ok(a[0])
}

pub(super) fn arm_usr32(_: &mut Thread, a: &[u32; 7]) -> SysResult {
    Ok(a[0])
}
