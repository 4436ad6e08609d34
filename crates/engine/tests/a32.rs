//! Small A32 programs, whole: that blocks, conditions, faults and stops work together.

use skink_engine::{Stop, Vcpu};
use skink_machine::{Access, Backing, FaultKind, Mapping, Memory, Prot, fixup};
use std::sync::Arc;

const CODE: u32 = 0x8000;
const DATA: u32 = 0x2_0000;

extern "C" fn on_fault(_: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: called as a SA_SIGINFO handler.
    if !unsafe { fixup::recover(info, context) } {
        std::process::abort();
    }
}

fn machine(words: &[u32]) -> Vcpu {
    // SAFETY: installs a handler of the right type.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = on_fault as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO;
        libc::sigaction(libc::SIGSEGV, &action, std::ptr::null_mut());
    }
    let memory = Memory::new().unwrap();
    for (addr, prot) in [(CODE, Prot::RW), (DATA, Prot::RW)] {
        let mapping = Mapping {
            addr,
            len: 4096,
            prot,
            shared: false,
            backing: Backing::Anonymous,
            host_flags: 0,
            name: "".into(),
        };
        memory.map(&mapping).unwrap();
    }
    let bytes: Vec<u8> = words.iter().flat_map(|w| w.to_le_bytes()).collect();
    memory.write(CODE, &bytes).unwrap();
    memory.protect(CODE, 4096, Prot::RX).unwrap();
    let mut vcpu = Vcpu::new(Arc::new(memory));
    vcpu.cpu.r[15] = CODE;
    vcpu
}

#[test]
fn a_loop_sums() {
    // mov r0, #0; mov r1, #100; l: add r0, r0, r1; subs r1, r1, #1; bne l; svc #5
    let mut vcpu = machine(&[0xe3a00000, 0xe3a01064, 0xe0800001, 0xe2511001, 0x1afffffc, 0xef000005]);
    assert_eq!(vcpu.run(), Stop::Svc(5));
    assert_eq!(vcpu.cpu.r[0], 5050);
    assert_eq!(vcpu.cpu.r[15], CODE + 24);
    assert!(vcpu.cpu.z && vcpu.cpu.c && !vcpu.cpu.n && !vcpu.cpu.v);
}

#[test]
fn a_faulting_load_multiple_changes_nothing() {
    // ldmia r0!, {r1-r4} across the end of the data page
    let mut vcpu = machine(&[0xe8b0001e]);
    vcpu.cpu.r[0] = DATA + 4096 - 8;
    vcpu.memory().store32(DATA + 4096 - 8, 0x11).unwrap();
    let before = vcpu.cpu.clone();
    match vcpu.run() {
        Stop::Fault(fault) => {
            assert_eq!(
                (fault.addr, fault.access, fault.kind),
                (DATA + 4096, Access::Read, FaultKind::Unmapped)
            );
        }
        stop => panic!("{stop:?}"),
    }
    assert_eq!(vcpu.cpu, before);
}

#[test]
fn a_write_to_code_is_a_permission_fault() {
    // str r0, [pc]
    let mut vcpu = machine(&[0xe58f0000]);
    match vcpu.run() {
        Stop::Fault(fault) => {
            assert_eq!(
                (fault.addr, fault.access, fault.kind),
                (CODE + 8, Access::Write, FaultKind::Permission)
            );
        }
        stop => panic!("{stop:?}"),
    }
}

#[test]
fn running_into_data_is_a_fetch_fault() {
    let mut vcpu = machine(&[0xe12fff10]); // bx r0
    vcpu.cpu.r[0] = DATA;
    match vcpu.run() {
        Stop::Fault(fault) => {
            assert_eq!((fault.addr, fault.access, fault.kind), (DATA, Access::Fetch, FaultKind::Permission))
        }
        stop => panic!("{stop:?}"),
    }
    assert_eq!(vcpu.cpu.r[15], DATA);
}
