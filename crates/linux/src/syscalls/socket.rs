//! Socket calls whose structures hold pointers or longs: messages, control data, socket options.

use super::wire::{Width, iovecs, optional_timespec, put_timespec, timeval, words};
use super::{SysResult, buffer};
use crate::host::{self, Arg, Errno};
use crate::thread::Thread;

/// Sizes of struct cmsghdr: cmsg_len is a size_t.
const GUEST_CMSG: usize = 12;
const HOST_CMSG: usize = 16;

pub(super) fn send(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let args =
        [Arg::from(a[0] as i32), buffer(t, a[1], a[2])?, a[2].into(), a[3].into(), Arg::NULL, 0.into()];
    Ok(host::blocking(libc::SYS_sendto, &args)? as u32)
}

pub(super) fn recv(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let args =
        [Arg::from(a[0] as i32), buffer(t, a[1], a[2])?, a[2].into(), a[3].into(), Arg::NULL, Arg::NULL];
    Ok(host::blocking(libc::SYS_recvfrom, &args)? as u32)
}

/// A guest msghdr: name, namelen, iov, iovlen, control, controllen, flags; 28 bytes.
struct Message {
    words: [u32; 7],
    iov: Vec<libc::iovec>,
    control: Vec<u8>,
}

impl Message {
    fn read(t: &Thread, addr: u32) -> Result<Message, Errno> {
        let words: [u32; 7] = words(t.memory(), addr)?;
        if words[3] > 1024 {
            return Err(Errno(libc::EMSGSIZE));
        }
        Ok(Message { words, iov: iovecs(t.memory(), words[2], words[3])?, control: Vec::new() })
    }

    fn host(&mut self, t: &Thread) -> libc::msghdr {
        let mut header: libc::msghdr = host::zeroed();
        if self.words[0] != 0 {
            header.msg_name = t.memory().host(self.words[0]).cast();
            header.msg_namelen = self.words[1];
        }
        header.msg_iov = self.iov.as_mut_ptr();
        header.msg_iovlen = self.iov.len() as _;
        if !self.control.is_empty() {
            header.msg_control = self.control.as_mut_ptr().cast();
            header.msg_controllen = self.control.len() as _;
        }
        header
    }
}

/// Guest control messages to the host's layout.
fn control_to_host(guest: &[u8]) -> Result<Vec<u8>, Errno> {
    let mut out = Vec::new();
    let mut rest = guest;
    while rest.len() >= GUEST_CMSG {
        let word = |at: usize| u32::from_le_bytes([rest[at], rest[at + 1], rest[at + 2], rest[at + 3]]);
        let len = word(0) as usize;
        let data = rest.get(GUEST_CMSG..len).ok_or(Errno(libc::EINVAL))?;
        out.extend(((HOST_CMSG + data.len()) as u64).to_le_bytes());
        out.extend(&rest[4..12]);
        out.extend(data);
        out.resize(out.len().next_multiple_of(8), 0);
        rest = rest.get(len.next_multiple_of(4)..).unwrap_or(&[]);
    }
    Ok(out)
}

/// Host control messages to the guest's layout, as many as fit into `room` bytes; also whether
/// something had to be left out (MSG_CTRUNC).
fn control_to_guest(host: &[u8], room: usize) -> (Vec<u8>, bool) {
    let mut out: Vec<u8> = Vec::new();
    let mut rest = host;
    while rest.len() >= HOST_CMSG {
        let len = rest[..8].iter().rev().fold(0usize, |n, &b| n << 8 | b as usize);
        let Some(data) = rest.get(HOST_CMSG..len) else { break };
        let kind = [8, 12].map(|at| i32::from_le_bytes([rest[at], rest[at + 1], rest[at + 2], rest[at + 3]]));
        let data = payload(kind, data);
        let start = out.len();
        if start + GUEST_CMSG + data.len() > room {
            return (out, true);
        }
        out.extend(((GUEST_CMSG + data.len()) as u32).to_le_bytes());
        out.extend(&rest[8..16]);
        out.extend(&data);
        let padded = out.len().next_multiple_of(4).min(room);
        out.resize(padded, 0);
        rest = rest.get(len.next_multiple_of(8)..).unwrap_or(&[]);
    }
    (out, false)
}

/// Time stamps of the old kind hold longs; everything else is the same.
fn payload(kind: [i32; 2], data: &[u8]) -> Vec<u8> {
    let old_time =
        kind[0] == libc::SOL_SOCKET && matches!(kind[1], libc::SCM_TIMESTAMP | libc::SCM_TIMESTAMPNS);
    if old_time && data.len() == 16 {
        return [&data[..4], &data[8..12]].concat();
    }
    data.to_vec()
}

fn send_one(t: &Thread, fd: u32, addr: u32, flags: u32) -> SysResult {
    let mut message = Message::read(t, addr)?;
    let len = message.words[5];
    if message.words[4] != 0 && len > 0 {
        if len > 1 << 20 {
            return Err(Errno(libc::ENOBUFS));
        }
        let mut guest = vec![0; len as usize];
        t.memory().read(message.words[4], &mut guest)?;
        message.control = control_to_host(&guest)?;
    }
    let header = message.host(t);
    Ok(host::blocking(libc::SYS_sendmsg, &[Arg::from(fd as i32), Arg::input(&header), flags.into()])? as u32)
}

fn receive_one(t: &Thread, fd: u32, addr: u32, flags: u32) -> SysResult {
    let mut message = Message::read(t, addr)?;
    let room = if message.words[4] == 0 { 0 } else { message.words[5].min(1 << 20) as usize };
    if room > 0 {
        // A host header is 4 bytes longer, and padding may add 4 more, for each of the messages.
        message.control = vec![0; room.next_multiple_of(8) + room / GUEST_CMSG * 8];
    }
    let mut header = message.host(t);
    let count =
        host::blocking(libc::SYS_recvmsg, &[Arg::from(fd as i32), Arg::output(&mut header), flags.into()])?;
    let used = header.msg_controllen.min(message.control.len());
    let (control, cut) = control_to_guest(&message.control[..used], room);
    t.memory().write(message.words[4], &control)?;
    let memory = t.memory();
    if message.words[0] != 0 {
        memory.store32(addr.wrapping_add(4), header.msg_namelen)?;
    }
    memory.store32(addr.wrapping_add(20), control.len() as u32)?;
    let flags = header.msg_flags | if cut { libc::MSG_CTRUNC } else { 0 };
    // MSG_CMSG_CLOEXEC is among them if it was asked for (net/socket.c, ____sys_recvmsg).
    memory.store32(addr.wrapping_add(24), flags as u32)?;
    Ok(count as u32)
}

pub(super) fn sendmsg(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    send_one(t, a[0], a[1], a[2])
}

pub(super) fn recvmsg(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    receive_one(t, a[0], a[1], a[2])
}

/// struct mmsghdr: a msghdr and the count of bytes.
const MMSG: u32 = 32;

pub(super) fn sendmmsg(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let mut sent = 0;
    for i in 0..a[2].min(1024) {
        let at = a[1].wrapping_add(MMSG * i);
        match send_one(t, a[0], at, a[3]) {
            Ok(bytes) => t.memory().store32(at.wrapping_add(28), bytes)?,
            Err(error) if sent == 0 => return Err(error),
            Err(_) => break,
        }
        sent += 1;
    }
    Ok(sent)
}

fn receive_many(t: &Thread, a: &[u32; 7], width: Width) -> SysResult {
    let deadline = match optional_timespec(t.memory(), a[4], width)? {
        Some(time) if !(0..1_000_000_000).contains(&time.tv_nsec) || time.tv_sec < 0 => {
            return Err(Errno(libc::EINVAL));
        }
        Some(time) => Some(std::time::Duration::new(time.tv_sec as u64, time.tv_nsec as u32)),
        None => None,
    };
    let start = std::time::Instant::now();
    let mut flags = a[3] & !(libc::MSG_WAITFORONE as u32);
    let mut received = 0;
    for i in 0..a[2].min(1024) {
        let at = a[1].wrapping_add(MMSG * i);
        match receive_one(t, a[0], at, flags) {
            Ok(bytes) => t.memory().store32(at.wrapping_add(28), bytes)?,
            Err(error) if received == 0 => return Err(error),
            Err(_) => break,
        }
        received += 1;
        if a[3] & libc::MSG_WAITFORONE as u32 != 0 {
            flags |= libc::MSG_DONTWAIT as u32;
        }
        // The limit is looked at only between messages, as recvmmsg(2) regrets.
        if deadline.is_some_and(|limit| start.elapsed() >= limit) {
            break;
        }
    }
    if let Some(limit) = deadline {
        let left = limit.saturating_sub(start.elapsed());
        let left = libc::timespec { tv_sec: left.as_secs() as i64, tv_nsec: left.subsec_nanos().into() };
        put_timespec(t.memory(), a[4], left, width)?;
    }
    Ok(received)
}

pub(super) fn recvmmsg(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    receive_many(t, a, Width::T32)
}

pub(super) fn recvmmsg64(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    receive_many(t, a, Width::T64)
}

/// Options whose value is a timeval of longs.
fn is_old_timeval(level: u32, name: u32) -> bool {
    level as i32 == libc::SOL_SOCKET && matches!(name as i32, libc::SO_RCVTIMEO | libc::SO_SNDTIMEO)
}

/// Whether a call waited on a socket with a time limit: it is then EINTR after any handler, for the
/// limit would begin anew (net/core sock_intr_errno; signal(7)).
pub(super) fn has_time_limit(call: &str, fd: u32) -> bool {
    let name = match call {
        "read" | "readv" | "accept" | "accept4" => libc::SO_RCVTIMEO,
        "write" | "writev" | "connect" => libc::SO_SNDTIMEO,
        _ if call.starts_with("recv") => libc::SO_RCVTIMEO,
        _ if call.starts_with("send") && !call.starts_with("sendfile") => libc::SO_SNDTIMEO,
        _ => return false,
    };
    let mut time = libc::timeval { tv_sec: 0, tv_usec: 0 };
    let mut size = 16u32;
    let args = [
        Arg::from(fd as i32),
        libc::SOL_SOCKET.into(),
        name.into(),
        Arg::output(&mut time),
        Arg::output(&mut size),
    ];
    host::call(libc::SYS_getsockopt, &args).is_ok() && (time.tv_sec, time.tv_usec) != (0, 0)
}

/// Options whose value is a struct sock_fprog: a count and a pointer to 8-byte instructions.
fn is_filter(level: u32, name: u32) -> bool {
    const SO_ATTACH_REUSEPORT_CBPF: i32 = 51;
    level as i32 == libc::SOL_SOCKET
        && matches!(name as i32, libc::SO_ATTACH_FILTER | SO_ATTACH_REUSEPORT_CBPF)
}

pub(super) fn setsockopt(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let [fd, level, name, value, len, ..] = *a;
    let call = |value: Arg<'_>, len: u32| {
        let args = [
            Arg::from(fd as i32),
            Arg::from(level as i32),
            Arg::from(name as i32),
            value,
            Arg::from(len as i32),
        ];
        host::call(libc::SYS_setsockopt, &args).map(|v| v as u32)
    };
    if is_old_timeval(level, name) {
        if len < 8 {
            return Err(Errno(libc::EINVAL));
        }
        let time = timeval(t.memory(), value)?;
        return call(Arg::input(&time), 16);
    }
    if is_filter(level, name) {
        if len != 8 {
            return Err(Errno(libc::EINVAL));
        }
        let [count, program] = words(t.memory(), value)?;
        let fprog = [count as u64 & 0xffff, t.memory().host(program) as u64];
        return call(Arg::input(&fprog), 16);
    }
    call(Arg::guest_or_null(t.memory(), value), len)
}

pub(super) fn getsockopt(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    let [fd, level, name, value, len, ..] = *a;
    let head = [Arg::from(fd as i32), Arg::from(level as i32), Arg::from(name as i32)];
    if is_old_timeval(level, name) {
        let room = t.memory().load32(len)?;
        let mut time = libc::timeval { tv_sec: 0, tv_usec: 0 };
        let mut size = 16u32;
        let args = [head[0], head[1], head[2], Arg::output(&mut time), Arg::output(&mut size)];
        host::call(libc::SYS_getsockopt, &args)?;
        let bytes = [(time.tv_sec as u32).to_le_bytes(), (time.tv_usec as u32).to_le_bytes()].concat();
        let part = &bytes[..bytes.len().min(room as usize)];
        t.memory().write(value, part)?;
        t.memory().store32(len, part.len() as u32)?;
        return Ok(0);
    }
    let (value, len) = (Arg::guest(t.memory(), value), Arg::guest(t.memory(), len));
    Ok(host::call(libc::SYS_getsockopt, &[head[0], head[1], head[2], value, len])? as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_messages_survive_both_ways() {
        // SCM_RIGHTS with one and with three descriptors.
        let mut guest = Vec::new();
        for fds in [&[5u32][..], &[6, 7, 8]] {
            guest.extend(((GUEST_CMSG + 4 * fds.len()) as u32).to_le_bytes());
            guest.extend(1u32.to_le_bytes());
            guest.extend(1u32.to_le_bytes());
            fds.iter().for_each(|fd| guest.extend(fd.to_le_bytes()));
        }
        let host = control_to_host(&guest).unwrap();
        assert_eq!(host.len(), 24 + 32);
        assert_eq!(control_to_guest(&host, guest.len()), (guest.clone(), false));
        assert_eq!(control_to_guest(&host, guest.len() - 1), (guest[..16].to_vec(), true));
        assert!(control_to_host(&[200, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]).is_err());
        assert!(control_to_host(&[4, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]).is_err());
    }
}
