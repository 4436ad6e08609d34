//! What a debugger asks of a processor: traps, single steps, exact counts, watched ranges; interpreted and, but for
//! watched ranges, translated. Opcodes are those of GNU as.

use skink_engine::{Hit, Stop, Translator, TranslatorOptions, Vcpu};
use skink_machine::{Access, Backing, Mapping, Memory, Prot, Watch, WatchKind, fixup};
use std::sync::Arc;

const CODE: u32 = 0x8000;
const DATA: u32 = 0x2_0000;

fn machines(bytes: &[u8]) -> [Vcpu; 2] {
    let mut translating = machine(bytes);
    let options = TranslatorOptions::default();
    let translator = Translator::new(translating.memory().clone(), options).unwrap();
    translating.set_translator(translator, 1);
    [machine(bytes), translating]
}

fn machine(bytes: &[u8]) -> Vcpu {
    fixup::install();
    let memory = Memory::new().unwrap();
    for addr in [CODE, DATA] {
        let backing = Backing::Anonymous;
        let mapping = Mapping {
            addr,
            len: 4096,
            prot: Prot::RW,
            shared: false,
            backing,
            host_flags: 0,
            name: "".into(),
        };
        memory.map(&mapping).unwrap();
    }
    memory.write(CODE, bytes).unwrap();
    memory.protect(CODE, 4096, Prot::RX).unwrap();
    let mut vcpu = Vcpu::new(Arc::new(memory));
    vcpu.cpu.r[15] = CODE;
    vcpu
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|w| w.to_le_bytes()).collect()
}

fn halves(halves: &[u16]) -> Vec<u8> {
    halves.iter().flat_map(|h| h.to_le_bytes()).collect()
}

/// Runs on when changed marks have interrupted.
fn go(vcpu: &mut Vcpu) -> Stop {
    loop {
        match vcpu.run() {
            Stop::Interrupted => {}
            stop => return stop,
        }
    }
}

/// mov r0, #0; mov r1, #100; l: add r0, r0, r1; subs r1, r1, #1; bne l; svc #5
const SUM: [u32; 6] = [0xe3a00000, 0xe3a01064, 0xe0800001, 0xe2511001, 0x1afffffc, 0xef000005];

#[test]
fn a_trap_stops_in_the_middle_of_a_block_each_time_around() {
    for mut vcpu in machines(&words(&SUM)) {
        vcpu.memory().set_traps([CODE + 12].into());
        for i in 1..=100 {
            assert_eq!(go(&mut vcpu), Stop::Trap);
            assert_eq!((vcpu.cpu.r[15], vcpu.cpu.r[1]), (CODE + 12, 101 - i));
            assert_eq!(vcpu.step(), None);
            assert_eq!((vcpu.cpu.r[15], vcpu.cpu.r[1]), (CODE + 16, 100 - i));
        }
        assert_eq!(go(&mut vcpu), Stop::Svc(5));
        assert_eq!(vcpu.cpu.r[0], 5050);
    }
}

#[test]
fn a_trap_set_in_code_that_ran_stops_it_and_one_taken_away_does_not() {
    for mut vcpu in machines(&words(&SUM)) {
        assert_eq!(vcpu.run(), Stop::Svc(5));
        vcpu.cpu.r[15] = CODE;
        vcpu.memory().set_traps([CODE + 8].into());
        let stop = go(&mut vcpu);
        assert_eq!((stop, vcpu.cpu.r[15]), (Stop::Trap, CODE + 8));
        vcpu.memory().set_traps([].into());
        let stop = go(&mut vcpu);
        assert_eq!((stop, vcpu.cpu.r[0]), (Stop::Svc(5), 5050));
    }
}

#[test]
fn a_trap_is_of_its_instruction_set() {
    for mut vcpu in machines(&words(&SUM)) {
        vcpu.memory().set_traps([(CODE + 8) | 1].into());
        assert_eq!(go(&mut vcpu), Stop::Svc(5));
    }
}

#[test]
fn it_blocks_are_stepped_one_at_a_time_and_trapped_inside() {
    // cmp r0, #0; ite eq; moveq r1, #1; movne r1, #2; svc #0
    let code = halves(&[0x2800, 0xbf0c, 0x2101, 0x2102, 0xdf00]);
    for mut vcpu in machines(&code) {
        vcpu.cpu.thumb = true;
        vcpu.cpu.r[0] = 7;
        let mut seen = Vec::new();
        while vcpu.step().is_none() {
            seen.push((vcpu.cpu.r[15] - CODE, vcpu.cpu.it != 0, vcpu.cpu.r[1]));
        }
        assert_eq!(seen, [(2, false, 0), (4, true, 0), (6, true, 0), (8, false, 2)]);
        vcpu.cpu.r[15] = CODE;
        vcpu.memory().set_traps([(CODE + 6) | 1].into());
        let stop = go(&mut vcpu);
        assert_eq!((stop, vcpu.cpu.r[15], vcpu.cpu.it >> 4), (Stop::Trap, CODE + 6, 1));
        assert_eq!(vcpu.step(), None);
        assert_eq!((vcpu.run(), vcpu.cpu.r[1]), (Stop::Svc(0), 2));
    }
}

#[test]
fn runs_to_a_count() {
    for count in [0, 1, 2, 3, 150, 301] {
        let mut vcpu = machine(&words(&SUM));
        assert_eq!((vcpu.run_to(count), vcpu.retired()), (None, count));
        let mut stepped = machine(&words(&SUM));
        for _ in 0..count {
            assert_eq!(stepped.step(), None);
        }
        assert_eq!(vcpu.cpu, stepped.cpu);
    }
    let mut vcpu = machine(&words(&SUM));
    assert_eq!((vcpu.run_to(1000), vcpu.retired()), (Some(Stop::Svc(5)), 303));
}

#[test]
fn what_is_not_done_is_not_counted() {
    // nop; ldr r0, [r1]
    let mut vcpu = machine(&words(&[0xe320f000, 0xe5910000]));
    assert!(matches!(vcpu.run(), Stop::Fault(_)));
    assert_eq!(vcpu.retired(), 1);
    assert!(matches!(vcpu.step(), Some(Stop::Fault(_))));
    assert_eq!(vcpu.retired(), 1);
    vcpu.cpu.r[1] = DATA;
    assert_eq!((vcpu.step(), vcpu.retired()), (None, 2));
}

fn watch(kind: WatchKind, start: u32, len: u32) -> Watch {
    Watch { id: 1, start, len, kind, value: None }
}

/// Runs until a hit; what it was and how far the code has come.
fn hit(vcpu: &mut Vcpu) -> Option<(Hit, u32)> {
    match vcpu.run() {
        Stop::Watch => Some((vcpu.take_hits().remove(0), vcpu.cpu.r[15] - CODE)),
        _ => None,
    }
}

#[test]
fn each_kind_of_access_is_watched() {
    // str r0, [r1]; ldr r2, [r1]; str r0, [r1]; strb r3, [r1, #2]; svc #0
    let code = words(&[0xe5810000, 0xe5912000, 0xe5810000, 0xe5c13002, 0xef000000]);
    let run = |kind| {
        let mut vcpu = machine(&code);
        (vcpu.cpu.r[0], vcpu.cpu.r[1], vcpu.cpu.r[3]) = (0x11223344, DATA, 0x99);
        vcpu.memory().set_watches(&[watch(kind, DATA, 4)]);
        std::iter::from_fn(|| hit(&mut vcpu).map(|(_, at)| at)).collect::<Vec<u32>>()
    };
    assert_eq!(run(WatchKind::Write), [4, 12, 16]);
    assert_eq!(run(WatchKind::Read), [8]);
    assert_eq!(run(WatchKind::Access), [4, 8, 12, 16]);
    assert_eq!(run(WatchKind::Change), [4, 16]);
}

#[test]
fn multiple_vector_and_exclusive_accesses_are_watched() {
    let found = |code: &[u32], range: (u32, u32)| {
        let mut vcpu = machine(&words(code));
        (vcpu.cpu.r[0], vcpu.cpu.r[1], vcpu.cpu.r[2]) = (DATA, 0x0101_0101, 0x0202_0202);
        vcpu.cpu.d.0[0] = 0x1122_3344_5566_7788;
        vcpu.memory().set_watches(&[watch(WatchKind::Write, range.0, range.1)]);
        hit(&mut vcpu).map(|(hit, at)| (hit.addr - DATA, hit.old, hit.new, at))
    };
    // stmia r0, {r1, r2}
    assert_eq!(found(&[0xe8800006], (DATA + 6, 1)), Some((6, vec![0], vec![2], 4)));
    // strd r2, r3, [r0]; vst1.8 {d0}, [r0]; vstr s1, [r0]
    assert_eq!(found(&[0xe1c020f0], (DATA + 4, 4)), Some((4, vec![0; 4], vec![0; 4], 4)));
    assert_eq!(found(&[0xf400070f], (DATA + 3, 2)), Some((3, vec![0; 2], vec![0x55, 0x44], 4)));
    assert_eq!(found(&[0xedc00a00], (DATA, 1)), Some((0, vec![0], vec![0x44], 4)));
    // ldrex r3, [r0]; strex r4, r1, [r0]: stored. Without the first: not.
    assert_eq!(found(&[0xe1903f9f, 0xe1804f91], (DATA, 4)), Some((0, vec![0; 4], vec![1; 4], 8)));
    assert_eq!(found(&[0xe1804f91], (DATA, 4)), None);
    // swp r3, r1, [r0]
    assert_eq!(found(&[0xe1003091], (DATA, 4)), Some((0, vec![0; 4], vec![1; 4], 4)));
}

#[test]
fn a_value_under_a_mask_is_waited_for() {
    // l: str r0, [r1]; add r0, r0, #1; b l
    let mut vcpu = machine(&words(&[0xe5810000, 0xe2800001, 0xeafffffc]));
    vcpu.cpu.r[1] = DATA;
    let value = Some((0xff, 0x42));
    vcpu.memory().set_watches(&[Watch { value, ..watch(WatchKind::Write, DATA, 4) }]);
    for i in [0x42, 0x142] {
        assert_eq!(vcpu.run(), Stop::Watch);
        assert_eq!((vcpu.cpu.r[0], vcpu.take_hits()[0].access), (i, Access::Write));
    }
}
