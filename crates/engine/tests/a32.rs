//! Small A32 programs, whole, interpreted and translated: that blocks, conditions, faults and stops work
//! together.

use skink_engine::{Stop, Translator, TranslatorOptions, Vcpu};
use skink_machine::{Access, Backing, FaultKind, Mapping, Memory, Prot, fixup};
use std::sync::Arc;

const CODE: u32 = 0x8000;
const DATA: u32 = 0x2_0000;

/// A processor at the beginning of a program: with the interpreter, with a translator that counts, and with one that
/// does not.
fn machines(words: &[u32]) -> [Vcpu; 3] {
    let translating = |count| {
        let mut vcpu = machine(words);
        let options = TranslatorOptions { count, ..Default::default() };
        vcpu.set_translator(Translator::new(vcpu.memory().clone(), options).unwrap(), 1);
        vcpu
    };
    [machine(words), translating(true), translating(false)]
}

fn machine(words: &[u32]) -> Vcpu {
    fixup::install();
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
    for mut vcpu in machines(&[0xe3a00000, 0xe3a01064, 0xe0800001, 0xe2511001, 0x1afffffc, 0xef000005]) {
        assert_eq!(vcpu.run(), Stop::Svc(5));
        assert_eq!(vcpu.cpu.r[0], 5050);
        assert_eq!(vcpu.cpu.r[15], CODE + 24);
        assert!(vcpu.cpu.z && vcpu.cpu.c && !vcpu.cpu.n && !vcpu.cpu.v);
    }
}

#[test]
fn a_loop_ends_in_a_run_on_its_own_condition() {
    // mov r2, #240; mov r3, #0x20000; l: subs r2, r2, #8; stmiacs r3!, {r1}; bcs l; svc #5
    let words = [0xe3a020f0, 0xe3a03802, 0xe2522008, 0x28a30002, 0x2afffffc, 0xef000005];
    for (how, mut vcpu) in machines(&words).into_iter().enumerate() {
        vcpu.cpu.r[1] = 7;
        assert_eq!(vcpu.run(), Stop::Svc(5));
        assert_eq!((vcpu.cpu.r[2], vcpu.cpu.r[3]), (8u32.wrapping_neg(), DATA + 4 * 30));
        let stored = |i: u32| vcpu.memory().load32(DATA + 4 * i).unwrap();
        assert_eq!((stored(29), stored(30)), (7, 0));
        assert!(vcpu.retired() == 2 + 3 * 31 + 1 || how == 2);
    }
}

#[test]
fn a_faulting_load_multiple_changes_nothing() {
    // ldmia r0!, {r1-r4} across the end of the data page
    for mut vcpu in machines(&[0xe8b0001e]) {
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
}

#[test]
fn a_write_to_code_is_a_permission_fault() {
    // str r0, [pc]
    for mut vcpu in machines(&[0xe58f0000]) {
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
}

#[test]
fn running_into_data_is_a_fetch_fault() {
    for mut vcpu in machines(&[0xe12fff10]) {
        vcpu.cpu.r[0] = DATA;
        match vcpu.run() {
            Stop::Fault(fault) => {
                assert_eq!(
                    (fault.addr, fault.access, fault.kind),
                    (DATA, Access::Fetch, FaultKind::Permission)
                )
            }
            stop => panic!("{stop:?}"),
        }
        assert_eq!(vcpu.cpu.r[15], DATA);
    }
}

#[test]
fn flags_are_exact_at_a_fault() {
    // cmp r0, #1; ldr r1, [r2]
    for (r0, [n, z, c, v]) in [
        (0, [true, false, false, false]),
        (1, [false, true, true, false]),
        (2, [false, false, true, false]),
        (0x8000_0000, [false, false, true, true]),
    ] {
        for mut vcpu in machines(&[0xe3500001, 0xe5921000]) {
            vcpu.cpu.r[0] = r0;
            vcpu.cpu.r[2] = 0x4000_0000;
            assert!(matches!(vcpu.run(), Stop::Fault(fault) if fault.addr == 0x4000_0000));
            assert_eq!(vcpu.cpu.r[15], CODE + 4);
            assert_eq!([vcpu.cpu.n, vcpu.cpu.z, vcpu.cpu.c, vcpu.cpu.v], [n, z, c, v], "{r0:#x}");
        }
    }
}

#[test]
fn a_loop_can_be_interrupted() {
    // l: add r0, r0, #1; b l, and the same by way of a register: l: add r0, r0, #1; mov pc, r1
    for words in [[0xe2800001, 0xeafffffd], [0xe2800001, 0xe1a0f001]] {
        for mut vcpu in machines(&words) {
            vcpu.cpu.r[1] = CODE;
            let interrupter = vcpu.interrupter();
            let other = std::thread::spawn(move || {
                std::thread::sleep(std::time::Duration::from_millis(20));
                interrupter.request();
            });
            assert_eq!(vcpu.run(), Stop::Interrupted);
            other.join().unwrap();
            assert!((CODE..CODE + 8).contains(&vcpu.cpu.r[15]));
            assert!(vcpu.cpu.r[0] > 100);
        }
    }
}

#[test]
fn changed_code_is_run() {
    // mov r0, #1; b 1f; 1: svc #0, whose two traces are linked; then mov r0, #2
    for mut vcpu in machines(&[0xe3a00001, 0xeaffffff, 0xef000000]) {
        for (word, expected) in [(0xe3a00001u32, 1), (0xe3a00002, 2)] {
            let memory = vcpu.memory().clone();
            memory.protect(CODE, 4096, Prot::RW).unwrap();
            memory.store32(CODE, word).unwrap();
            memory.protect(CODE, 4096, Prot::RX).unwrap();
            for _ in 0..40 {
                vcpu.cpu.r[15] = CODE;
                let stop = std::iter::repeat_with(|| vcpu.run()).find(|stop| *stop != Stop::Interrupted);
                assert_eq!(stop, Some(Stop::Svc(0)));
                assert_eq!(vcpu.cpu.r[0], expected);
            }
        }
    }
}

#[test]
fn an_access_past_either_end_wraps() {
    // ldr r1, [r0, #8] and ldr r1, [r0, #-8]
    for (word, r0, addr) in [(0xe5901008, 0xffff_fffc, 4), (0xe5101008, 4, 0xffff_fffc)] {
        for mut vcpu in machines(&[word]) {
            vcpu.cpu.r[0] = r0;
            assert!(matches!(vcpu.run(), Stop::Fault(fault) if fault.addr == addr), "{r0:#x}");
            assert_eq!(vcpu.cpu.r[15], CODE);
        }
    }
}
