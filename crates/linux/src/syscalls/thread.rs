//! Threads: making, naming and ending them, and their TLS pointer.

use super::SysResult;
use super::process::Request;
use crate::host::{self, Errno};
use crate::thread::Thread;
use skink_engine::Exit;
use std::sync::atomic::Ordering;
use std::sync::mpsc;

/// Host stack of a guest thread. The guest's own stack is guest memory.
const HOST_STACK: usize = 1 << 20;

/// clone with CLONE_THREAD: a host thread with a processor of its own.
pub(super) fn spawn(t: &mut Thread, request: &Request) -> SysResult {
    let mut child = Thread::new(t.process.clone());
    child.vcpu.cpu = t.vcpu.cpu.clone();
    let cpu = &mut child.vcpu.cpu;
    cpu.r[0] = 0;
    if request.stack != 0 {
        cpu.r[13] = request.stack;
    }
    if request.flags & libc::CLONE_SETTLS as u32 != 0 {
        cpu.tpidruro = request.tls;
    }
    child.mask = t.mask;
    let wants = |flag: i32| request.flags & flag as u32 != 0;
    let parent_tid = wants(libc::CLONE_PARENT_SETTID).then_some(request.parent_tid);
    let child_tid = wants(libc::CLONE_CHILD_SETTID).then_some(request.child_tid);
    child.clear_tid = if wants(libc::CLONE_CHILD_CLEARTID) { request.child_tid } else { 0 };

    // The new thread inherits a closed mask, and opens it once it can take signals.
    host::mask_all();
    if t.slot.is_pending() {
        return Err(Errno::RESTART);
    }
    let (sender, receiver) = mpsc::sync_channel(1);
    t.process.threads.fetch_add(1, Ordering::SeqCst);
    let spawned = std::thread::Builder::new().stack_size(HOST_STACK).spawn(move || {
        let tid = host::gettid();
        for addr in [parent_tid, child_tid].into_iter().flatten() {
            let _ = child.memory().store32(addr, tid as u32);
        }
        child.submit();
        let _ = sender.send(tid);
        drop(sender);
        child.start();
        let status = child.run();
        if child.leader {
            // It has forked, and is now the first thread of the new process.
            end_leader(&mut child, status);
        }
        child.release();
        finish(&child);
    });
    let result = match spawned {
        Ok(_) => receiver.recv().map(|tid| tid as u32).map_err(|_| Errno(libc::EAGAIN)),
        Err(_) => {
            t.process.threads.fetch_sub(1, Ordering::SeqCst);
            Err(Errno(libc::EAGAIN))
        }
    };
    host::set_mask(t.mask);
    result
}

/// The last thread to end prints the statistics and ends the process: the host may have threads
/// left that the guest does not know of, those that lend their stacks to children by CLONE_VM.
fn finish(t: &Thread) {
    let last = t.process.threads.fetch_sub(1, Ordering::SeqCst) == 1;
    if let Some(controller) = t.process.controller() {
        controller.ended(host::gettid() as u32);
        if last {
            t.process.report(Default::default());
            controller.exited(Exit::Status(t.process.leader_status.load(Ordering::SeqCst)));
        }
        return;
    }
    if last {
        t.process.report(Default::default());
        host::exit_group(t.process.leader_status.load(Ordering::SeqCst));
    }
}

/// The end of the first thread of a process that a debugger has: the host thread goes on.
pub(crate) fn end_debugged(t: &mut Thread, status: i32) {
    t.release();
    t.ended = true;
    t.process.leader_status.store(status, Ordering::SeqCst);
    // With other threads there is no recording any more.
    t.recorded_to(Exit::Status(status));
    finish(t);
}

/// The end of the process's first thread: with others left only the thread ends, and its status
/// becomes the process's when they have ended too, which is how the host's kernel has it.
pub(crate) fn end_leader(t: &mut Thread, status: i32) -> ! {
    t.release();
    t.ended = true;
    t.process.leader_status.store(status, Ordering::SeqCst);
    finish(t);
    host::exit_thread(status)
}

pub(super) fn exit(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    t.exit = Some((a[0] & 0xff) as i32);
    t.registers_set = true;
    Ok(0)
}

pub(super) fn set_tid_address(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    t.clear_tid = a[0];
    Ok(host::gettid() as u32)
}

pub(super) fn set_tls(t: &mut Thread, a: &[u32; 7]) -> SysResult {
    t.vcpu.cpu.tpidruro = a[0];
    Ok(0)
}

pub(super) fn get_tls(t: &mut Thread, _: &[u32; 7]) -> SysResult {
    Ok(t.vcpu.cpu.tpidruro)
}
