//! System V IPC and POSIX message queues.

use super::timers::sigevent;
use super::wire::{Out, Width, optional_timespec, words};
use super::{SysResult, buffer, fs};
use crate::host::{self, Arg, Errno};
use crate::load::MMAP_MIN;
use crate::thread::Thread;
use skink_machine::Prot;

/// IPC_64: the flag by which 32-bit programs ask for the newer structures; they always do.
const IPC_64: u32 = 0x100;

// struct ipc64_perm of ARM: key, uid, gid, cuid, cgid, mode (16 bits), seq, two longs; 36 bytes.
fn perm(out: Out, p: &libc::ipc_perm) -> Out {
    out.u32(p.__key as u32)
        .u32(p.uid)
        .u32(p.gid)
        .u32(p.cuid)
        .u32(p.cgid)
        .u32((p.mode as u32) & 0xffff)
        .u32((p.__seq as u32) & 0xffff)
        .pad(8)
}

fn set_perm(t: &Thread, addr: u32, p: &mut libc::ipc_perm) -> Result<(), Errno> {
    let w: [u32; 6] = words(t.memory(), addr)?;
    p.uid = w[1];
    p.gid = w[2];
    p.mode = w[5] as _;
    Ok(())
}

pub(super) fn semctl(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let [id, num, cmd, arg, ..] = *a;
    let cmd = cmd & !IPC_64;
    let call = |arg: Arg<'_>| {
        host::call(libc::SYS_semctl, &[Arg::from(id as i32), Arg::from(num as i32), cmd.into(), arg])
            .map(|v| v as u32)
    };
    match cmd as i32 {
        libc::IPC_STAT | libc::SEM_STAT | libc::SEM_STAT_ANY => {
            let mut ds: libc::semid_ds = host::zeroed();
            let result = call(Arg::output(&mut ds))?;
            let out = perm(Out::new(), &ds.sem_perm).u64(ds.sem_otime as u64).u64(ds.sem_ctime as u64);
            out.u32(ds.sem_nsems as u32).pad(8).write(t.memory(), arg)?;
            Ok(result)
        }
        libc::IPC_SET => {
            let mut ds: libc::semid_ds = host::zeroed();
            set_perm(t, arg, &mut ds.sem_perm)?;
            call(Arg::input(&ds))
        }
        // An array of shorts, or struct seminfo of ints.
        libc::GETALL | libc::SETALL | libc::IPC_INFO | libc::SEM_INFO => call(Arg::guest(t.memory(), arg)),
        _ => call(Arg::int((arg as i32).into())),
    }
}

fn semop_timed(t: &Thread, a: &[u32; 7], width: Width) -> SysResult {
    let time = optional_timespec(t.memory(), a[3], width)?;
    let time = time.as_ref().map_or(Arg::NULL, Arg::input);
    let args = [Arg::from(a[0] as i32), Arg::guest(t.memory(), a[1]), a[2].into(), time];
    Ok(host::blocking(libc::SYS_semtimedop, &args)? as u32)
}

pub(super) fn semtimedop(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    semop_timed(t, a, Width::T32)
}

pub(super) fn semtimedop64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    semop_timed(t, a, Width::T64)
}

/// The largest message that is passed on (/proc/sys/kernel/msgmax is 8192 by default).
const MESSAGE_MAX: u32 = 1 << 20;

/// struct msgbuf begins with a long.
pub(super) fn msgsnd(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    if a[2] > MESSAGE_MAX {
        return Err(Errno(libc::EINVAL));
    }
    let kind = t.memory().load32(a[1])? as i32;
    let mut message = vec![0; 8 + a[2] as usize];
    message[..8].copy_from_slice(&(kind as i64).to_le_bytes());
    t.memory().read(a[1].wrapping_add(4), &mut message[8..])?;
    let args = [Arg::from(a[0] as i32), Arg::input(message.as_slice()), a[2].into(), a[3].into()];
    Ok(host::blocking(libc::SYS_msgsnd, &args)? as u32)
}

pub(super) fn msgrcv(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let size = a[2].min(MESSAGE_MAX);
    let mut message = vec![0u8; 8 + size as usize];
    let args = [
        Arg::from(a[0] as i32),
        Arg::output(message.as_mut_slice()),
        size.into(),
        Arg::int((a[3] as i32).into()),
        a[4].into(),
    ];
    let count = host::blocking(libc::SYS_msgrcv, &args)? as usize;
    t.memory().write(a[1], &message[..4])?;
    t.memory().write(a[1].wrapping_add(4), &message[8..8 + count])?;
    Ok(count as u32)
}

pub(super) fn msgctl(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let cmd = a[1] & !IPC_64;
    let call = |arg: Arg<'_>| {
        host::call(libc::SYS_msgctl, &[Arg::from(a[0] as i32), cmd.into(), arg]).map(|v| v as u32)
    };
    const MSG_STAT_ANY: i32 = 13;
    match cmd as i32 {
        libc::IPC_STAT | libc::MSG_STAT | MSG_STAT_ANY => {
            let mut ds: libc::msqid_ds = host::zeroed();
            let result = call(Arg::output(&mut ds))?;
            let out = perm(Out::new(), &ds.msg_perm)
                .u64(ds.msg_stime as u64)
                .u64(ds.msg_rtime as u64)
                .u64(ds.msg_ctime as u64)
                .u32(ds.__msg_cbytes as u32)
                .u32(ds.msg_qnum as u32)
                .u32(ds.msg_qbytes as u32)
                .u32(ds.msg_lspid as u32)
                .u32(ds.msg_lrpid as u32)
                .pad(8);
            out.write(t.memory(), a[2])?;
            Ok(result)
        }
        libc::IPC_SET => {
            let mut ds: libc::msqid_ds = host::zeroed();
            set_perm(t, a[2], &mut ds.msg_perm)?;
            ds.msg_qbytes = t.memory().load32(a[2].wrapping_add(36 + 24 + 8))?.into();
            call(Arg::input(&ds))
        }
        libc::IPC_INFO | libc::MSG_INFO => call(Arg::guest(t.memory(), a[2])),
        _ => call(Arg::NULL),
    }
}

fn segment(id: u32) -> Result<libc::shmid_ds, Errno> {
    let mut ds: libc::shmid_ds = host::zeroed();
    host::call(libc::SYS_shmctl, &[Arg::from(id as i32), libc::IPC_STAT.into(), Arg::output(&mut ds)])?;
    Ok(ds)
}

pub(super) fn shmctl(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let cmd = a[1] & !IPC_64;
    let call = |arg: Arg<'_>| {
        host::call(libc::SYS_shmctl, &[Arg::from(a[0] as i32), cmd.into(), arg]).map(|v| v as u32)
    };
    const SHM_STAT: i32 = 13;
    const SHM_INFO: i32 = 14;
    const SHM_STAT_ANY: i32 = 15;
    match cmd as i32 {
        libc::IPC_STAT | SHM_STAT | SHM_STAT_ANY => {
            let mut ds: libc::shmid_ds = host::zeroed();
            let result = call(Arg::output(&mut ds))?;
            let out = perm(Out::new(), &ds.shm_perm)
                .u32(ds.shm_segsz as u32)
                .u64(ds.shm_atime as u64)
                .u64(ds.shm_dtime as u64)
                .u64(ds.shm_ctime as u64)
                .u32(ds.shm_cpid as u32)
                .u32(ds.shm_lpid as u32)
                .u32(ds.shm_nattch as u32)
                .pad(8);
            out.write(t.memory(), a[2])?;
            Ok(result)
        }
        libc::IPC_SET => {
            let mut ds: libc::shmid_ds = host::zeroed();
            set_perm(t, a[2], &mut ds.shm_perm)?;
            call(Arg::input(&ds))
        }
        // struct shminfo and struct shm_info hold longs of the host.
        libc::IPC_INFO | SHM_INFO => Err(Errno(libc::EINVAL)),
        _ => call(Arg::NULL),
    }
}

pub(super) fn shmat(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let [id, addr, flags, ..] = *a;
    let size = segment(id)?.shm_segsz as u64;
    let len = size.next_multiple_of(4096);
    let _lock = t.process.map_lock();
    let at = if addr == 0 {
        t.memory().find_free(len, MMAP_MIN, t.process.image.mmap_top.into()).ok_or(Errno(libc::ENOMEM))?
    } else {
        let round = flags & libc::SHM_RND as u32 != 0;
        let addr = if round { addr & !4095 } else { addr };
        let taken = flags & libc::SHM_REMAP as u32 == 0 && !t.memory().is_free(addr, len);
        if !addr.is_multiple_of(4096) || addr as u64 + len > crate::elf::TASK_SIZE || taken {
            return Err(Errno(libc::EINVAL));
        }
        addr
    };
    let prot = if flags & libc::SHM_RDONLY as u32 != 0 { Prot::READ } else { Prot::RW };
    t.memory().attach(id as i32, at, len, prot)?;
    Ok(at)
}

pub(super) fn shmdt(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let _lock = t.process.map_lock();
    match t.memory().region_at(a[0]) {
        Some(region) if region.start == a[0] && region.name.starts_with("/SYSV") => {
            t.memory().unmap(a[0], region.end - region.start as u64)?;
            Ok(0)
        }
        _ => Err(Errno(libc::EINVAL)),
    }
}

/// struct mq_attr: four longs and padding.
fn read_attr(t: &Thread, addr: u32) -> Result<[i64; 8], Errno> {
    let w: [u32; 4] = words(t.memory(), addr)?;
    let long = |i: usize| (w[i] as i32).into();
    Ok([fs::open_flags_to_host(w[0]).into(), long(1), long(2), long(3), 0, 0, 0, 0])
}

/// The kernel wants the name without the slash that mq_open(3) requires; the guest's library has
/// taken it off.
pub(super) fn mq_open(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let attr = if a[3] == 0 { None } else { Some(read_attr(t, a[3])?) };
    let attr = attr.as_ref().map_or(Arg::NULL, Arg::input);
    let args = [Arg::guest(t.memory(), a[0]), fs::open_flags_to_host(a[1]).into(), a[2].into(), attr];
    Ok(host::call(libc::SYS_mq_open, &args)? as u32)
}

fn mq_send(t: &Thread, a: &[u32; 7], width: Width) -> SysResult {
    let time = optional_timespec(t.memory(), a[4], width)?;
    let time = time.as_ref().map_or(Arg::NULL, Arg::input);
    let args = [Arg::from(a[0] as i32), buffer(t, a[1], a[2])?, a[2].into(), a[3].into(), time];
    Ok(host::blocking(libc::SYS_mq_timedsend, &args)? as u32)
}

fn mq_receive(t: &Thread, a: &[u32; 7], width: Width) -> SysResult {
    let time = optional_timespec(t.memory(), a[4], width)?;
    let time = time.as_ref().map_or(Arg::NULL, Arg::input);
    let prio = Arg::guest_or_null(t.memory(), a[3]);
    let args = [Arg::from(a[0] as i32), buffer(t, a[1], a[2])?, a[2].into(), prio, time];
    Ok(host::blocking(libc::SYS_mq_timedreceive, &args)? as u32)
}

pub(super) fn mq_timedsend(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    mq_send(t, a, Width::T32)
}

pub(super) fn mq_timedsend64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    mq_send(t, a, Width::T64)
}

pub(super) fn mq_timedreceive(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    mq_receive(t, a, Width::T32)
}

pub(super) fn mq_timedreceive64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    mq_receive(t, a, Width::T64)
}

pub(super) fn mq_notify(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let event = if a[1] == 0 { None } else { Some(sigevent(t, a[1])?) };
    if let Some(event) = &event
        && event.sigev_notify == libc::SIGEV_THREAD
    {
        // The value is then a pointer to a cookie of 32 bytes, which comes back over a socket.
        let mut event = *event;
        let cookie = Arg::guest(t.memory(), event.sigev_value.sival_ptr as usize as u32).raw();
        event.sigev_value.sival_ptr = std::ptr::without_provenance_mut(cookie as usize);
        return Ok(host::call(libc::SYS_mq_notify, &[Arg::from(a[0] as i32), Arg::input(&event)])? as u32);
    }
    let event = event.as_ref().map_or(Arg::NULL, Arg::input);
    Ok(host::call(libc::SYS_mq_notify, &[Arg::from(a[0] as i32), event])? as u32)
}

pub(super) fn mq_getsetattr(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let new = if a[1] == 0 { None } else { Some(read_attr(t, a[1])?) };
    let new = new.as_ref().map_or(Arg::NULL, Arg::input);
    let mut old = [0i64; 8];
    host::call(libc::SYS_mq_getsetattr, &[Arg::from(a[0] as i32), new, Arg::output(&mut old)])?;
    if a[2] != 0 {
        let out = Out::new().u32(fs::open_flags_from_host(old[0] as i32));
        let out = old[1..4].iter().fold(out, |out, &n| out.u32(n as u32));
        out.pad(16).write(t.memory(), a[2])?;
    }
    Ok(0)
}
