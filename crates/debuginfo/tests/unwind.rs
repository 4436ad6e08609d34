//! Call stacks beside those of gdb, at every instruction of a program's functions. gdb has the program with all its
//! debugging information; the program that is unwound here has less and less of it.

mod common;

use common::{Ask, GdbFrame, Snapshot, Stop, ask, build, directory, strip};
use skink_debuginfo::{Frame, Module, Program};
use std::path::Path;

/// What the frames of a stop should be; `names` and `lines` say how much of them, `lost` whether gdb knows them.
fn compare(stop: &Stop, frames: &[Frame], names: bool, lines: bool, lost: bool) -> Result<(), String> {
    let ours: Vec<GdbFrame> = frames
        .iter()
        .map(|frame| GdbFrame {
            pc: frame.pc,
            sp: frame.registers.core[13].unwrap_or(0),
            name: if names { frame.function.clone().unwrap_or("?".into()) } else { String::new() },
            line: frame.line.as_ref().filter(|_| lines).map_or(0, |line| line.line),
        })
        .collect();
    if lost {
        let last = frames.last().and_then(|frame| frame.function.as_deref());
        return if last == Some("main") { Ok(()) } else { Err(format!("{last:?} at {:#x}", stop.cpu.r[15])) };
    }
    // This gdb does not know the frame of a signal if its handler returns to Thumb code.
    let known = known_signal(stop);
    if let (Some(_), true) = (known, names) {
        through_signal(frames, lines)?;
    }
    let known = known.unwrap_or(stop.frames.len());
    let theirs: Vec<GdbFrame> = stop.frames[..known]
        .iter()
        .map(|frame| GdbFrame {
            name: if names { frame.name.clone() } else { String::new() },
            line: if lines { frame.line } else { 0 },
            ..frame.clone()
        })
        .collect();
    // Without symbols nobody knows which function is main.
    let count = if names && known == stop.frames.len() { theirs.len().max(ours.len()) } else { theirs.len() };
    if ours.iter().take(count).eq(theirs.iter()) {
        return Ok(());
    }
    let how: Vec<String> = frames.iter().take(count).map(|frame| format!("{:?}", frame.found)).collect();
    Err(format!("pc {:#x}\nours   {ours:x?}\ntheirs {theirs:x?}\n{how:?}", stop.cpu.r[15]))
}

/// Where the compiler described an epilogue wrongly, gdb takes what lies on the stack for a caller and does not come
/// to `main`, from where all is called.
fn gdb_is_lost(stop: &Stop) -> bool {
    stop.frames.last().is_none_or(|frame| frame.name != "main") && known_signal(stop).is_none()
}

fn known_signal(stop: &Stop) -> Option<usize> {
    stop.frames.iter().position(|frame| frame.name.ends_with("sa_restorer"))
}

/// A stack with a handler in it must go on to `raise` and `main`, which calls it in two lines.
fn through_signal(frames: &[Frame], lines: bool) -> Result<(), String> {
    let names: Vec<&str> = frames.iter().filter_map(|frame| frame.function.as_deref()).collect();
    let at = names.iter().position(|name| *name == "<signal handler called>");
    let last = frames.last().and_then(|frame| frame.line.as_ref()).map_or(0, |line| line.line);
    let right = at
        .is_some_and(|at| (at == 0 || names[at - 1] == "handler") && names[at..].contains(&"raise"))
        && names.last() == Some(&"main")
        && (!lines || RAISES.contains(&last));
    if right { Ok(()) } else { Err(format!("through a signal: {names:?}, last in line {last}")) }
}

/// The lines of `stack.c` that raise a signal.
const RAISES: [u32; 2] = [77, 82];

fn unwind(file: &Path, stop: &Stop) -> Vec<Frame> {
    let bytes = std::fs::read(file).expect("the program");
    let module = Module::elf(&file.to_string_lossy(), bytes, 0).expect("an ELF file");
    Program::of([module]).unwind(&stop.cpu, &Snapshot::of(file, stop))
}

/// Compares all stops, with all debugging information and with symbols only.
fn check(name: &str, flags: &[&str]) {
    let dir = directory(name);
    let full: Vec<&str> = flags.iter().copied().chain(["-g", "-static"]).collect();
    let program = build(&dir, "stack.c", &full);
    let breaks = "leaf,big,floats,varied,dynamic,down,handler";
    let stops = ask(&program, Ask { breaks, times: 24, steps: 30, ..Ask::default() });
    assert!(stops.len() > 150, "only {} stops", stops.len());
    let without_debug = strip(&program, &["-g", "--remove-section=.eh_frame"]);
    let mut wrong = Vec::new();
    let lost = stops.iter().filter(|stop| gdb_is_lost(stop)).count();
    assert!(lost * 20 < stops.len(), "gdb is lost at {lost} of {} stops", stops.len());
    for stop in &stops {
        let lost = gdb_is_lost(stop);
        let all = unwind(&program, stop);
        wrong.extend(compare(stop, &all, true, true, lost).err().map(|why| format!("with DWARF: {why}")));
        let less = unwind(&without_debug, stop);
        // Without debugging information inlined functions are part of those around them.
        let mut stop = stop.clone();
        let frames = std::mem::take(&mut stop.frames);
        for frame in frames {
            match stop.frames.last_mut() {
                Some(last) if last.pc == frame.pc && last.sp == frame.sp => last.name = frame.name,
                _ => stop.frames.push(frame),
            }
        }
        wrong
            .extend(compare(&stop, &less, true, false, lost).err().map(|why| format!("symbols only: {why}")));
    }
    assert!(
        wrong.is_empty(),
        "{} of {} stops\n{}",
        wrong.len(),
        stops.len(),
        wrong[..wrong.len().min(5)].join("\n")
    );
}

#[test]
fn thumb_optimised() {
    check("thumb-o2", &["-mthumb", "-O2"]);
}

#[test]
fn thumb_unoptimised() {
    check("thumb-o0", &["-mthumb", "-O0"]);
}

#[test]
fn arm_optimised() {
    check("arm-o2", &["-marm", "-O2"]);
}

#[test]
fn arm_unoptimised_dwarf_3() {
    check("arm-o0", &["-marm", "-O0", "-gdwarf-3"]);
}

#[test]
fn arm_without_frame_pointer_dwarf_4() {
    check("arm-o1", &["-marm", "-O1", "-fomit-frame-pointer", "-gdwarf-4", "-funwind-tables"]);
}

/// Functions written by hand, with labels inside and no tables: at every instruction the callers are where the calls
/// were made, whether symbols, all labels or nothing at all is known.
#[test]
fn hand_written_assembly() {
    let dir = directory("by-hand");
    for (source, set) in [("by-hand.s", "-marm"), ("by-hand-thumb.s", "-mthumb")] {
        let flags: Vec<&str> = common::steps::FLAGS.iter().copied().chain([set]).collect();
        let file = build(&dir, source, &flags);
        let bytes = std::fs::read(&file).expect("the program");
        let stripped = std::fs::read(strip(&file, &["--strip-all"])).expect("the program");
        let symbols = Program::of([Module::elf("whole", bytes.clone(), 0).expect("an ELF file")]);
        let programs = [
            Program::of([Module::elf("stripped", stripped, 0).expect("an ELF file")]),
            Program::of([labels(&symbols)]),
            Program::default(),
            symbols,
        ];
        let (mut open, mut last, mut seen): (Vec<u32>, Option<(u32, u32)>, usize) = (Vec::new(), None, 0);
        common::steps::run(&bytes, |cpu, memory| {
            // A call is an instruction after which LR is the address behind it and PC is not.
            let pc = cpu.r[15];
            if let Some((behind, _)) = last {
                if cpu.r[14] & !1 == behind && pc != behind {
                    open.push(behind);
                } else if open.last() == Some(&pc) && pc != behind {
                    open.pop();
                }
            }
            let explanation = skink_debuginfo::explain(cpu, memory, pc);
            last = Some((pc + u32::from(explanation.size), pc));
            seen = seen.max(open.len());
            for (i, program) in programs.iter().enumerate() {
                let frames = program.unwind(cpu, memory);
                let callers: Vec<u32> = frames.iter().skip(1).map(|frame| frame.pc).collect();
                let expected: Vec<u32> = open.iter().rev().copied().collect();
                assert_eq!(
                    callers,
                    expected,
                    "{source} {i} at {pc:#x} `{}` {:?}",
                    explanation.text,
                    frames.iter().map(|frame| frame.found).collect::<Vec<_>>()
                );
            }
        });
        assert!(seen >= 5, "{seen} calls deep at the most");
    }
}

/// What an assembler would say of the program: its labels.
fn labels(program: &Program) -> Module {
    let names = ["_start", "fact", "loop", "done", "square", "store"];
    let label = |name: &str| {
        let place = program.address_of(name).expect("a label");
        skink_debuginfo::Label { name: name.into(), addr: place.addr, thumb: place.thumb }
    };
    let ranges = program.modules().flat_map(|module| module.ranges().to_vec()).collect();
    let labels = names.into_iter().map(label).collect();
    Module::assembled(skink_debuginfo::Assembled {
        name: "labels".into(),
        ranges,
        labels,
        ..Default::default()
    })
}
