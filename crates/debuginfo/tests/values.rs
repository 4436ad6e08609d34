//! Values beside what gdb prints for them.

mod common;

use common::{Ask, Snapshot, Stop, ask, build, directory};
use skink_debuginfo::{Format, Module, Program};
use std::path::Path;

const GLOBALS: &[&str] = &[
    "g_int",
    "g_unsigned",
    "g_char",
    "g_schar",
    "g_uchar",
    "g_short",
    "g_long",
    "g_ulong",
    "g_float",
    "g_double",
    "g_tenth",
    "g_large",
    "g_bool",
    "g_string",
    "g_full",
    "g_pointer",
    "g_null",
    "g_array",
    "g_zeros",
    "g_many",
    "g_matrix",
    "g_rows",
    "g_point",
    "g_bits",
    "g_either",
    "g_second",
    "g_first",
    "g_outer",
    "g_color",
    "g_odd_color",
    "g_flags",
    "g_odd_flags",
    "g_no_flags",
    "g_sign",
    "g_op",
    "g_void",
    "g_int_pointer",
    "g_row",
    "g_double_pointer",
    "g_const",
    "g_long_string",
    "g_empty",
    "hidden",
];
const LOCALS: &[&str] =
    &["first", "second", "third", "fourth", "fifth", "local", "text", "where", "counter", "half", "sink"];

fn program(file: &Path) -> Program {
    let bytes = std::fs::read(file).expect("the program");
    Program::of([Module::elf(&file.to_string_lossy(), bytes, 0).expect("an ELF file")])
}

/// All that differs at the stops, as text.
/// What gdb knows because a caller has kept it, and this does not, is counted only.
fn differences(file: &Path, stops: &[Stop], unknown: &mut usize) -> Vec<String> {
    let program = program(file);
    let mut wrong = Vec::new();
    for stop in stops {
        let memory = Snapshot::of(file, stop);
        let frames = program.unwind(&stop.cpu, &memory);
        for (name, expected) in &stop.printed {
            let ours = match program.variable(name, frames.first()) {
                None => format!("!No symbol \"{name}\" in current context."),
                Some(variable) => match variable.value(frames.first(), &memory) {
                    Ok(value) => value.display(&program, &memory, Format::default()),
                    Err(missing) => missing.to_string(),
                },
            };
            if ours == "<optimized out>" && ours != *expected {
                *unknown += 1;
            } else if ours != *expected {
                let line = frames[0].line.as_ref().map_or(0, |line| line.line);
                wrong.push(format!("{name} in line {line}: {ours}\n   gdb: {expected}"));
            }
        }
    }
    wrong
}

fn check(name: &str, flags: &[&str]) {
    let dir = directory(name);
    let flags: Vec<&str> = flags.iter().copied().chain(["-static"]).collect();
    let file = build(&dir, "values.c", &flags);
    let memory = "g_long_string";
    let global = ask(&file, Ask { breaks: "inspect", times: 1, print: GLOBALS, memory, ..Ask::default() });
    let local =
        ask(&file, Ask { breaks: "*look", times: 1, steps: 40, print: LOCALS, memory: "sink counter" });
    let local: Vec<Stop> = local
        .into_iter()
        .filter(|stop| stop.frames.first().is_some_and(|frame| frame.name == "look"))
        .collect();
    assert!(global[0].printed.len() == GLOBALS.len() && local.len() > 20, "{} stops", local.len());
    let mut unknown = 0;
    let mut wrong = differences(&file, &global, &mut unknown);
    assert_eq!(unknown, 0);
    wrong.extend(differences(&file, &local, &mut unknown));
    assert!(unknown * 5 < local.len() * LOCALS.len(), "{unknown} values are not known");
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong[..wrong.len().min(30)].join("\n"));
}

#[test]
fn unoptimised() {
    check("values-o0", &["-g", "-O0", "-marm"]);
}

#[test]
fn optimised() {
    check("values-o2", &["-g", "-O2", "-mthumb"]);
}

#[test]
fn dwarf_3() {
    check("values-dwarf-3", &["-gdwarf-3", "-gstrict-dwarf", "-Og", "-mthumb"]);
}

#[test]
fn dwarf_4() {
    check("values-dwarf-4", &["-gdwarf-4", "-O1", "-marm"]);
}

/// Expressions of C, which gdb evaluates as well.
const EXPRESSIONS: &[&str] = &[
    "g_int + 1",
    "g_unsigned + 500000000",
    "-g_int",
    "g_short * 3",
    "g_char",
    "g_char + 1",
    "g_array[2]",
    "*g_int_pointer",
    "g_int_pointer[1]",
    "**g_double_pointer",
    "g_int_pointer + 1",
    "g_first.next->name",
    "g_first.next->value == 2",
    "*g_first.next",
    "&g_first",
    "&g_array[3] - &g_array[0]",
    "g_matrix[1][2]",
    "(*g_row)[1]",
    "g_outer.corners[1].y",
    "g_outer.number",
    "g_outer.letter",
    "g_outer.pair.high",
    "(char) g_int",
    "(unsigned char) g_int",
    "(unsigned int) g_int",
    "(long long) g_int * 1000000000",
    "g_double * 2",
    "g_double > 3 && g_float < 1",
    "(int) g_double",
    "g_bits.c + 1",
    "g_bits.b",
    "g_color == 6",
    "g_flags & 4",
    "!g_int",
    "~g_int",
    "g_unsigned >> 4",
    "g_int >> 1",
    "g_int < g_unsigned",
    "sizeof(g_outer)",
    "sizeof(struct node)",
    "(struct node *) &g_first",
    "((struct node *) &g_first)->value",
    "g_string[1]",
    "&g_int",
    "g_long / 7",
    "g_ulong % 10",
    "1 ? g_int : 0",
    "(short) 0x12345",
    "g_uchar + g_schar",
    "g_pointer[2]",
    "g_either.bytes[3]",
    "(float) 1 / 3",
    "1.0 / 3",
    "g_first.next == &g_second",
    "g_null == 0",
];

#[test]
fn expressions() {
    let dir = directory("expressions");
    let file = build(&dir, "values.c", &["-g", "-O0", "-marm", "-static"]);
    let stops = ask(&file, Ask { breaks: "inspect", times: 1, print: EXPRESSIONS, ..Ask::default() });
    let program = program(&file);
    let memory = Snapshot::of(&file, &stops[0]);
    let frames = program.unwind(&stops[0].cpu, &memory);
    let cx = skink_debuginfo::Context {
        cpu: &stops[0].cpu,
        memory: &memory,
        program: &program,
        frame: frames.first(),
    };
    let mut wrong = Vec::new();
    for (text, expected) in &stops[0].printed {
        let value = skink_debuginfo::Expression::parse(text).and_then(|expression| expression.evaluate(&cx));
        let ours = value.map(|value| value.display(&program, &memory, Format::default()));
        let ours = ours.unwrap_or_else(|error| error.to_string());
        if ours != *expected {
            wrong.push(format!("{text}: {ours}\n   gdb: {expected}"));
        }
    }
    assert_eq!(stops[0].printed.len(), EXPRESSIONS.len());
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
}
