//! The machine on programs of a few words: calls, limits, stalls, and what each mistake is told.

use skink_board::{
    Board, Bytes, Image, Input, Kind, Limits, Line, Outcome, Output, Read, Report, Segment, Source,
    StartError, Symbol, Trouble,
};
use std::time::Duration;

const SVC: u32 = 0xef00_0000;

/// A program at address 0, one source line `line N` a word.
fn image(words: &[u32]) -> Image {
    let text: String = (1..=words.len()).map(|n| format!("        line {n}\n")).collect();
    Image {
        segments: vec![Segment { addr: 0, data: words.iter().flat_map(|w| w.to_le_bytes()).collect() }],
        entry: None,
        symbols: vec![Symbol { name: "start".into(), addr: 0 }],
        sources: vec![Source { name: "prog.s".into(), text }],
        lines: (0..words.len() as u32)
            .map(|n| Line { addr: 4 * n, len: 4, source: 0, line: n + 1, code: true })
            .collect(),
    }
}

fn run(image: Image, input: &str, limits: Limits) -> (Board, Outcome, String) {
    let mut board = Board::new(image).unwrap();
    let mut output = Vec::new();
    let outcome = board.run(&mut Bytes::new(input), &mut output, &limits);
    (board, outcome, output.into_iter().map(char::from).collect())
}

fn trouble(words: &[u32]) -> Trouble {
    match run(image(words), "", Limits::default()).1 {
        Outcome::Trouble(trouble) => *trouble,
        outcome => panic!("{outcome:?}"),
    }
}

fn values(trouble: &Trouble) -> Vec<(&str, u32)> {
    trouble.registers.iter().map(|r| (r.name.as_str(), r.value)).collect()
}

#[test]
fn the_five_calls() {
    // svc 1; svc 0; add r0, pc, #16 (adr); svc 3; mvn r0, #0; svc 4; svc 2; <unused>; "ab\0"
    let words = [SVC | 1, SVC, 0xe28f_0010, SVC | 3, 0xe3e0_0000, SVC | 4, SVC | 2, 0, 0x0000_6261];
    let (board, outcome, output) = run(image(&words), "x", Limits::default());
    assert_eq!((outcome, output.as_str()), (Outcome::Halted, "xab4294967295"));
    assert_eq!((board.instructions(), board.cpu().r[15]), (7, 28));
}

#[test]
fn a_character_is_the_low_byte() {
    // mov r0, #0x4100; orr r0, r0, #0x42; svc 0; svc 2
    let (_, outcome, output) = run(image(&[0xe3a0_0c41, 0xe380_0042, SVC, SVC | 2]), "", Limits::default());
    assert_eq!((outcome, output.as_str()), (Outcome::Halted, "B"));
}

#[test]
fn starts_at_the_entry_and_in_its_instruction_set() {
    let mut thumb = image(&[0xffff_ffff]);
    // movs r0, #65; svc 0; svc 2
    thumb.segments.push(Segment { addr: 0x8000, data: vec![0x41, 0x20, 0x00, 0xdf, 0x02, 0xdf] });
    thumb.entry = Some(0x8001);
    let (board, outcome, output) = run(thumb, "", Limits::default());
    assert_eq!((outcome, output.as_str()), (Outcome::Halted, "A"));
    assert!(board.registers().thumb);
}

/// `add r0, r0, #1` four times, `svc 0`, `b` to the start.
const LOOP: [u32; 6] = [0xe280_0001, 0xe280_0001, 0xe280_0001, 0xe280_0001, SVC, 0xeaff_fff9];

#[test]
fn the_limit_of_instructions_is_exact() {
    for limit in 0..500u32 {
        let limits = Limits { instructions: Some(limit as u64), ..Limits::default() };
        let (board, outcome, output) = run(image(&LOOP), "", limits);
        assert_eq!(outcome, Outcome::InstructionLimit);
        assert_eq!(board.instructions(), limit as u64);
        assert_eq!(board.cpu().r[15], limit % 6 * 4, "at {limit}");
        assert_eq!(board.cpu().r[0], limit / 6 * 4 + (limit % 6).min(4), "at {limit}");
        assert_eq!(output.chars().count() as u32, (limit + 1) / 6, "at {limit}");
    }
}

#[test]
fn a_run_goes_on_after_a_limit() {
    let mut board = Board::new(image(&LOOP)).unwrap();
    let mut output = Vec::new();
    for limit in [3, 3, 4, 70, 71, 200, 1000] {
        let limits = Limits { instructions: Some(limit), ..Limits::default() };
        assert_eq!(board.run(&mut Bytes::default(), &mut output, &limits), Outcome::InstructionLimit);
        assert_eq!((board.instructions(), board.cpu().r[15] as u64), (limit, limit % 6 * 4));
    }
    let expected: Vec<u8> = (1..=166).map(|n| (4 * n) as u8).collect();
    assert_eq!(output, expected);
}

#[test]
fn halting_with_the_last_instruction_is_halting() {
    let words = [0xe280_0001, SVC | 2];
    for (limit, expected) in [(1, Outcome::InstructionLimit), (2, Outcome::Halted), (3, Outcome::Halted)] {
        let limits = Limits { instructions: Some(limit), ..Limits::default() };
        assert_eq!(run(image(&words), "", limits).1, expected, "limit {limit}");
    }
}

#[test]
fn the_limit_of_time_ends_a_loop() {
    // b .
    let limits = Limits { time: Some(Duration::from_millis(20)), ..Limits::default() };
    let (board, outcome, _) = run(image(&[0xeaff_fffe]), "", limits);
    assert_eq!((outcome, board.cpu().r[15]), (Outcome::TimeLimit, 0));
    assert_eq!(board.place().line, Some(1));
}

#[test]
fn a_console_without_input_stalls_on_the_call() {
    struct Later(Vec<Read>);
    impl Input for Later {
        fn read(&mut self) -> Read {
            self.0.pop().unwrap_or(Read::NotYet)
        }
    }
    // mov r0, #1; svc 1; svc 0; svc 2
    let mut board = Board::new(image(&[0xe3a0_0001, SVC | 1, SVC, SVC | 2])).unwrap();
    let (mut input, mut output) = (Later(vec![]), Vec::new());
    for _ in 0..3 {
        assert_eq!(board.run(&mut input, &mut output, &Limits::default()), Outcome::Waiting);
        assert_eq!((board.cpu().r[15], board.cpu().r[0], board.instructions()), (4, 1, 2));
    }
    input.0.push(Read::Char(b'!'));
    assert_eq!(board.run(&mut input, &mut output, &Limits::default()), Outcome::Halted);
    assert_eq!((output.as_slice(), board.instructions()), (b"!".as_slice(), 4));
}

#[test]
fn what_was_written_is_shown_before_waiting() {
    #[derive(Default)]
    struct Terminal {
        shown: usize,
        written: usize,
    }
    impl Output for Terminal {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
            self.written += bytes.len();
            Ok(())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            self.shown = self.written;
            Ok(())
        }
    }
    struct Nothing;
    impl Input for Nothing {
        fn read(&mut self) -> Read {
            Read::NotYet
        }
    }
    let mut terminal = Terminal::default();
    let mut board = Board::new(image(&[SVC, SVC | 1])).unwrap();
    let outcome = board.run(&mut Nothing, &mut terminal, &Limits::default());
    assert_eq!((outcome, terminal.shown), (Outcome::Waiting, 1));
}

#[test]
fn unknown_calls_are_named() {
    let trouble = trouble(&[0xe280_0001, SVC | 7]);
    assert_eq!((trouble.kind, trouble.place.address), (Kind::UnknownSvc, 4));
    let text = trouble.to_string();
    assert!(
        text.starts_with(
            "stopped: SVC 7 does nothing on this machine\n  --> prog.s:2, address 0x00000004 (start+4)\n"
        ),
        "{text}"
    );
    assert!(text.contains(" 2 |         line 2\n"), "{text}");
    assert!(text.contains("registers: R0 = 0x00000001"), "{text}");
}

#[test]
fn unmapped_accesses_name_their_registers() {
    // mov r1, #0x200000; mov r2, #4; ldr r0, [r1, r2]
    let read = trouble(&[0xe3a0_1602, 0xe3a0_2004, 0xe791_0002]);
    assert_eq!(
        (read.kind, read.message.as_str()),
        (Kind::UnmappedRead, "read from 0x00200004, where there is no memory")
    );
    assert_eq!(values(&read), [("r0", 0), ("r1", 0x20_0000), ("r2", 4)]);
    assert_eq!((read.instruction.as_deref(), read.place.line), (Some("ldr r0, [r1, r2]"), Some(3)));
    // mvn r1, #3; str r0, [r1]
    let write = trouble(&[0xe3e0_1003, 0xe581_0000]);
    assert_eq!(
        (write.kind, write.message.as_str()),
        (Kind::UnmappedWrite, "write to 0xfffffffc, where there is no memory")
    );
}

#[test]
fn a_missing_stack_is_recognised() {
    // push {r0, lr}
    let trouble = trouble(&[0xe92d_4001]);
    assert_eq!(trouble.kind, Kind::UnmappedWrite);
    assert!(trouble.help.as_deref().unwrap().starts_with("SP is 0"), "{trouble}");
}

#[test]
fn unaligned_multiples_stop() {
    // mov r1, #0x1002 (0x1000 + 2); ldm r1, {r2, r3}
    let trouble = trouble(&[0xe3a0_1a01, 0xe381_1002, 0xe891_000c]);
    assert_eq!(
        (trouble.kind, trouble.message.as_str()),
        (Kind::UnalignedRead, "unaligned read from 0x00001002")
    );
    assert_eq!(values(&trouble), [("r1", 0x1002), ("r2", 0), ("r3", 0)]);
}

#[test]
fn unaligned_words_and_halfwords_stop() {
    // mov r1, #0x1000; orr r1, r1, #2; then one of these: ldr r0, [r1]; str r0, [r1]; ldrh r0, [r1, #1]; strh
    let cases = [
        (0xe591_0000, Kind::UnalignedRead, 0x1002),
        (0xe581_0000, Kind::UnalignedWrite, 0x1002),
        (0xe1d1_00b1, Kind::UnalignedRead, 0x1003),
        (0xe1c1_00b1, Kind::UnalignedWrite, 0x1003),
    ];
    for (word, kind, address) in cases {
        let trouble = trouble(&[0xe3a0_1a01, 0xe381_1002, word]);
        assert_eq!((trouble.kind, trouble.place.address), (kind, 8), "{word:08x}");
        assert!(trouble.message.ends_with(&format!("{address:#010x}")), "{trouble}");
    }
    // Bytes, and a halfword at an even address, are aligned: ldrb r0, [r1, #1]; ldrh r0, [r1]; svc 2
    let words = [0xe3a0_1a01, 0xe381_1002, 0xe5d1_0001, 0xe1d1_00b0, SVC | 2];
    assert_eq!(run(image(&words), "", Limits::default()).1, Outcome::Halted);
}

#[test]
fn words_that_are_no_instructions_stop() {
    let trouble = trouble(&[0xe280_0001, 0xe7f0_00f0]);
    assert_eq!((trouble.kind, trouble.place.line), (Kind::Undefined, Some(2)));
    assert!(trouble.message.starts_with("0xe7f000f0 is not an instruction"), "{trouble}");
}

#[test]
fn running_into_data_is_recognised() {
    let mut program = image(&[0xe280_0001, 0xffff_ffff]);
    program.lines[1].code = false;
    let Outcome::Trouble(trouble) = run(program, "", Limits::default()).1 else { panic!("no trouble") };
    assert!(trouble.help.as_deref().unwrap().starts_with("this is data"), "{trouble}");
}

#[test]
fn running_past_the_end_is_recognised() {
    let fell = trouble(&[0xe280_0001, 0xe280_0001]);
    assert_eq!((fell.kind, fell.place.address), (Kind::UnmappedFetch, 0x1000));
    assert!(fell.help.as_deref().unwrap().contains("past the last instruction, line 2;"), "{fell}");
    // mov r0, #0x80000; mov lr, #3; bx r0
    let jumped = trouble(&[0xe3a0_0702, 0xe3a0_e003, 0xe12f_ff10]);
    assert_eq!((jumped.kind, jumped.place.address), (Kind::UnmappedFetch, 0x8_0000));
    assert_eq!(values(&jumped), [("lr", 3), ("sp", 0)]);
    assert!(jumped.help.as_deref().unwrap().contains("LR saved"), "{jumped}");
}

#[test]
fn strings_must_end() {
    // mvn r2, #0; mov r0, #0x100000; str r2, [r0, #-4]!; svc 3
    let open = trouble(&[0xe3e0_2000, 0xe3a0_0601, 0xe520_2004, SVC | 3]);
    assert_eq!((open.kind, open.place.line), (Kind::UnterminatedString, Some(4)));
    assert!(open.message.ends_with("before memory ends at 0x00100000"), "{open}");
    // mvn r0, #0; svc 3
    let wild = trouble(&[0xe3e0_0000, SVC | 3]);
    assert_eq!((wild.kind, values(&wild).as_slice()), (Kind::UnmappedRead, [("r0", u32::MAX)].as_slice()));
}

#[test]
fn input_that_has_ended_stops() {
    let (board, outcome, _) = run(image(&[SVC | 1, SVC | 1]), "a", Limits::default());
    assert_eq!((outcome.name(), outcome.exit_status()), ("out-of-input", 6));
    assert_eq!((board.cpu().r[0], board.cpu().r[15]), (b'a' as u32, 4));
}

#[test]
fn a_program_past_the_end_of_memory_is_refused() {
    let image = Image { segments: vec![Segment { addr: 0xffff_fffc, data: vec![0; 8] }], ..Image::default() };
    assert!(matches!(Board::new(image), Err(StartError::TooFar { addr: 0xffff_fffc, len: 8 })));
    let image = Image {
        segments: vec![Segment { addr: 0xffff_fffc, data: vec![2, 0, 0, 0xef] }],
        ..Image::default()
    };
    assert_eq!(run(image, "", Limits::default()).1, Outcome::Halted);
}

#[test]
fn segments_may_share_a_page() {
    let segment = |addr, word: u32| Segment { addr, data: word.to_le_bytes().to_vec() };
    // add r0, r0, #1 at 0x40_0000; b to 0x40_0ffc; svc 4 there
    let segments = vec![segment(0x40_0ffc, SVC | 2), segment(0x40_0000, 0xea00_03fd)];
    let image = Image { segments, ..Image::default() };
    assert_eq!(run(image, "", Limits::default()).1, Outcome::Halted);
}

#[test]
fn a_report_says_all() {
    let (board, outcome, output) = run(image(&[SVC | 9]), "", Limits::default());
    let report = Report::new(&board, &outcome, output.as_bytes(), Vec::new());
    assert_eq!((report.result, report.instructions), ("error", 1));
    assert_eq!(report.trouble.as_ref().map(|t| t.kind), Some(Kind::UnknownSvc));
    assert_eq!(report.place.and_then(|p| p.line), Some(1));
    assert_eq!(report.registers.map(|r| r.r[15]), Some(0));
}

#[test]
fn a_program_that_begins_in_thumb_starts_in_thumb() {
    let program = skink_board::Program::from_text(
        "test.s",
        " THUMB ; from the first instruction on\n MOVS R0, #65\n SVC 0\n SVC 2\n",
    );
    let mut board = Board::new(program.image()).unwrap();
    let mut output = Vec::new();
    let outcome = board.run(&mut Bytes::new(""), &mut output, &Limits::default());
    assert_eq!((outcome, &output[..]), (Outcome::Halted, &b"A"[..]));
}
