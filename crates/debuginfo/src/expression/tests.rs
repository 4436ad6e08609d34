use super::*;
use crate::{Assembled, Label, Module};
use skink_machine::{Access, Fault, FaultKind};

/// A hundred words, each holding 16 times its number.
struct Words;

impl ReadMemory for Words {
    fn read(&self, addr: u32, buf: &mut [u8]) -> Result<(), Fault> {
        for (i, byte) in buf.iter_mut().enumerate() {
            let at = addr.wrapping_add(i as u32);
            if at >= 400 {
                return Err(Fault { addr: at, access: Access::Read, kind: FaultKind::Unmapped });
            }
            *byte = (at / 4 * 16).to_le_bytes()[at as usize % 4];
        }
        Ok(())
    }
}

fn program() -> Program {
    let label = |name: &str, addr| Label { name: name.into(), addr, thumb: false };
    let labels = vec![label("loop", 0x40), label("table", 0x60), label(".L3", 0x44)];
    Program::of([Module::assembled(Assembled {
        ranges: std::iter::once(0..400).collect(),
        labels,
        ..Default::default()
    })])
}

fn cpu() -> Cpu {
    let mut cpu = Cpu::default();
    for (i, r) in cpu.r.iter_mut().enumerate() {
        *r = 4 * i as u32;
    }
    cpu.r[1] = u32::MAX;
    cpu.z = true;
    cpu.d.0[1] = 1.5f64.to_bits();
    cpu.set_s(1, 0.25f32.to_bits());
    cpu
}

fn evaluate(text: &str) -> Result<String, String> {
    let (cpu, program) = (cpu(), program());
    let cx = Context { cpu: &cpu, memory: &Words, program: &program, frame: None };
    let value = Expression::parse(text).and_then(|expression| expression.evaluate(&cx));
    value.map(|value| value.display(&program, &Words, Default::default())).map_err(|error| error.to_string())
}

#[test]
fn values() {
    for (text, expected) in [
        ("r3", "12"),
        ("R3 + 0x10", "28"),
        ("[r3+4]", "64"),
        ("mem[mem[8]]", "128"),
        ("byte[r4 + 1]", "0"),
        ("half[20]", "80"),
        ("PC-4", "56"),
        ("$sp", "52"),
        ("loop + 4", "68"),
        ("table - loop", "32"),
        (".L3", "68"),
        ("[loop]", "256"),
        ("&1F", "31"),
        ("&ff", "255"),
        ("0b1010", "10"),
        ("'a' + 1", "98"),
        ("'\\n'", "10 '\\n'"),
        ("1 + 2 * 3 << 1", "14"),
        ("-7 / 2", "-3"),
        ("-7 % 3", "-1"),
        ("r1", "4294967295"),
        ("r1 > 0", "1"),
        ("(int) r1 < 0", "1"),
        ("(char) 0x161", "97 'a'"),
        ("(signed char) 0xff", "-1 '\\377'"),
        ("z && !n", "1"),
        ("r0 == 0 ? 5 : 6", "5"),
        ("~0", "-1"),
        ("0xffffffff + 1", "0"),
        ("4294967296", "4294967296"),
        ("s1", "0.25"),
        ("d1.f64", "1.5"),
        ("d1 * 2", "3"),
        ("d1.u32[1]", "1073217536"),
        ("q0.f32[1]", "0.25"),
        ("sizeof(int) + sizeof r0", "8"),
        ("*(int *) 8", "32"),
        ("((int *) 8)[2]", "64"),
        ("(int *) 8 + 1", "(int *) 0xc"),
        ("1.5 * 2", "3"),
        ("nzcv", "4"),
    ] {
        assert_eq!(evaluate(text), Ok(expected.to_owned()), "{text}");
    }
}

#[test]
fn errors_show_the_place() {
    for (text, expected) in [
        ("lop + 4", "no register, variable or label is called `lop`; did you mean `loop`?\n  lop + 4\n  ^^^"),
        ("1 + [1000]", "cannot read from 0x000003e8: nothing is mapped there\n  1 + [1000]\n      ^^^^^^"),
        ("r0 +", "expected a value, found the end\n  r0 +\n      ^"),
        ("(r0", "expected `)`, found the end\n  (r0\n     ^"),
        ("1 / (r0 - 0)", "division by zero\n  1 / (r0 - 0)\n  ^^^^^^^^^^^^"),
        ("r0 r1", "expected an operator or the end, found `r1`\n  r0 r1\n     ^^"),
        ("0x1g", "expected digits of base 16 in `0x1g`\n  0x1g\n  ^^^^"),
        ("3 # 4", "expected a value or an operator, found `#`\n  3 # 4\n    ^"),
        (
            "d1.x",
            "union neon_d has no member `x`; it has u8, u16, u32, u64, s8, s16, s32, s64, f32, f64\n  d1.x\n  ^^^^",
        ),
        ("1.5 & 1", "expected whole numbers for `&`, found a fraction\n  1.5 & 1\n  ^^^^^^^"),
        ("&r0", "expected something in memory: this has no address\n  &r0\n   ^^"),
    ] {
        assert_eq!(evaluate(text), Err(expected.to_owned()), "{text}");
    }
}

#[test]
fn what_is_nested_without_end_is_refused() {
    for text in ["(".repeat(100_000), "-".repeat(100_000), "[".repeat(100_000), "1+".repeat(100_000) + "1"] {
        assert!(Expression::parse(&text).is_err());
    }
    for text in ["r0[", "'", "'\\", "&", "$", "..", "é", "0x", "1e", "a::", "\u{1f600}"] {
        let _ = evaluate(text);
    }
}
