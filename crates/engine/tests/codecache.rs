//! A buffer of translated code that is much too small: it is emptied again and again, while other processors are in
//! it, while code changes, and nothing of that can be seen in what programs compute.

use skink_engine::{Stop, Translator, TranslatorOptions, Vcpu};
use skink_machine::{Backing, Mapping, Memory, Prot, fixup};
use std::sync::Arc;

const CODE: u32 = 0x1_0000;
const FUNCTIONS: u32 = 6000;
const LOOP: u32 = CODE + FUNCTIONS * 8;
const LEN: u64 = 0x10000;
const SVC: u32 = 0xef00_0000;

/// Functions `add r0, r0, #k; bx lr`, k = index mod 256, and a loop that calls each, R5 times.
fn program(add: u32) -> Vec<u32> {
    let mut words: Vec<u32> =
        (0..FUNCTIONS).flat_map(|i| [0xe280_0000 | ((i * add) & 0xff), 0xe12f_ff1e]).collect();
    words.extend([
        0xe1a0_4006, // outer: mov r4, r6
        0xe12f_ff34, // inner: blx r4
        0xe284_4008, // add r4, r4, #8
        0xe154_0007, // cmp r4, r7
        0x1aff_fffb, // bne inner
        0xe255_5001, // subs r5, r5, #1
        0x1aff_fff8, // bne outer
        SVC,
    ]);
    words
}

fn sum(add: u32) -> u32 {
    (0..FUNCTIONS).map(|i| (i * add) & 0xff).sum()
}

fn memory(words: &[u32]) -> Arc<Memory> {
    fixup::install();
    let memory = Memory::new().unwrap();
    let mapping = Mapping {
        addr: CODE,
        len: LEN,
        prot: Prot::RW,
        shared: false,
        backing: Backing::Anonymous,
        host_flags: 0,
        name: "".into(),
    };
    memory.map(&mapping).unwrap();
    write(&memory, words);
    Arc::new(memory)
}

fn write(memory: &Memory, words: &[u32]) {
    let bytes: Vec<u8> = words.iter().flat_map(|w| w.to_le_bytes()).collect();
    memory.protect(CODE, LEN, Prot::RW).unwrap();
    memory.write(CODE, &bytes).unwrap();
    memory.protect(CODE, LEN, Prot::RX).unwrap();
}

fn small() -> TranslatorOptions {
    TranslatorOptions { code_cache: 64 << 10, ..TranslatorOptions::default() }
}

/// Runs the program's loop, in so many rounds, and answers the sum.
fn run(vcpu: &mut Vcpu, rounds: u32) -> u32 {
    vcpu.cpu.r = [0; 16];
    (vcpu.cpu.r[5], vcpu.cpu.r[6], vcpu.cpu.r[7], vcpu.cpu.r[15]) = (rounds, CODE, LOOP, LOOP);
    loop {
        match vcpu.run() {
            Stop::Interrupted => {}
            stop => {
                assert_eq!(stop, Stop::Svc(0));
                return vcpu.cpu.r[0];
            }
        }
    }
}

#[test]
fn a_full_buffer_is_emptied() {
    let memory = memory(&program(1));
    let translator = Translator::new(memory.clone(), small()).unwrap();
    let mut vcpu = Vcpu::new(memory);
    vcpu.set_translator(translator.clone(), 1);
    assert_eq!(run(&mut vcpu, 3), 3 * sum(1));
    assert!(translator.floods() >= 6, "{}", translator.floods());
}

#[test]
fn threads_empty_it_under_each_other() {
    let memory = memory(&program(3));
    let translator = Translator::new(memory.clone(), small()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let (memory, translator) = (memory.clone(), translator.clone());
            scope.spawn(move || {
                let mut vcpu = Vcpu::new(memory);
                vcpu.set_translator(translator, 2);
                assert_eq!(run(&mut vcpu, 10), 10 * sum(3));
            });
        }
    });
    assert!(translator.floods() >= 6, "{}", translator.floods());
}

#[test]
fn code_changes_while_it_is_emptied() {
    let memory = memory(&program(1));
    let translator = Translator::new(memory.clone(), small()).unwrap();
    let mut vcpu = Vcpu::new(memory.clone());
    vcpu.set_translator(translator, 1);
    for add in 2..8 {
        write(&memory, &program(add));
        assert_eq!(run(&mut vcpu, 2), 2 * sum(add));
    }
}

#[test]
fn changed_code_does_not_fill_it() {
    // One function, written anew and declared changed each time: what was translated of it before is given back.
    let memory = memory(&[0xe280_0001, SVC]);
    let translator = Translator::new(memory.clone(), small()).unwrap();
    let mut vcpu = Vcpu::new(memory.clone());
    vcpu.set_translator(translator.clone(), 1);
    for round in 1..5000 {
        write(&memory, &[0xe280_0000 | round & 0xff, SVC]);
        vcpu.cpu.r[0] = 0;
        vcpu.cpu.r[15] = CODE;
        while vcpu.run() == Stop::Interrupted {}
        assert_eq!(vcpu.cpu.r[0], round & 0xff);
    }
    assert_eq!(translator.floods(), 0);
}

#[test]
fn who_was_killed_inside_does_not_stand_in_the_way() {
    let memory = memory(&program(1));
    let translator = Translator::new(memory.clone(), small()).unwrap();
    let mut vcpu = Vcpu::new(memory);
    vcpu.set_translator(translator.clone(), 1);
    // A processor that is in translated code for ever: its process will be killed there.
    let seat = translator.seat();
    std::mem::forget(seat.go_in());
    assert_eq!(run(&mut vcpu, 2), 2 * sum(1));
    assert_eq!(translator.floods(), 1, "it cannot be emptied");
    seat.abandon();
    assert_eq!(run(&mut vcpu, 2), 2 * sum(1));
    assert!(translator.floods() > 2, "{}", translator.floods());
}

#[test]
fn only_what_has_changed_is_translated_anew() {
    let memory = memory(&program(1));
    let translator = Translator::new(memory.clone(), TranslatorOptions::default()).unwrap();
    let mut vcpu = Vcpu::new(memory.clone());
    vcpu.set_translator(translator.clone(), 1);
    assert_eq!(run(&mut vcpu, 2), 2 * sum(1));
    let all = translator.counts().traces;
    // The same bytes again: all code is woken.
    write(&memory, &program(1));
    assert_eq!(run(&mut vcpu, 2), 2 * sum(1));
    assert_eq!(translator.counts().traces, all);
    // One function, far from the loop: one trace. Its neighbours in 64 bytes are only looked at.
    memory.protect(CODE, LEN, Prot::RW | Prot::EXEC).unwrap();
    assert_eq!(run(&mut vcpu, 2), 2 * sum(1));
    memory.store32(CODE, 0xe280_0000 | 200).unwrap();
    memory.code_changed(CODE, 4);
    assert_eq!(run(&mut vcpu, 2), 2 * (sum(1) + 200));
    assert_eq!(translator.counts().traces, all + 1);
    // And back: what was translated first is not the last that is known of the place, but a place's last is enough.
    memory.store32(CODE, 0xe280_0000).unwrap();
    memory.code_changed(CODE, 4);
    assert_eq!(run(&mut vcpu, 2), 2 * sum(1));
    assert_eq!(translator.counts().traces, all + 2);
}

#[test]
fn code_that_nobody_has_fetched_may_change_unseen() {
    let memory = memory(&[0xe280_0001, SVC]);
    let mut vcpu = Vcpu::new(memory.clone());
    vcpu.cpu.r[15] = CODE;
    assert_eq!(vcpu.run(), Stop::Svc(0));
    let epoch = memory.code_epoch();
    memory.code_changed(CODE + 64, LEN - 64);
    memory.unmap(CODE + 0x1000, 0x1000).unwrap();
    assert_eq!(memory.code_epoch(), epoch);
    memory.code_changed(CODE, 1);
    assert_eq!(memory.code_epoch(), epoch + 1);
    memory.unmap(CODE, 0x1000).unwrap();
    assert_eq!(memory.code_epoch(), epoch + 2);
}
