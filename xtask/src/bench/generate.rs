//! What the benchmark reads and what it translates, made by a small random generator: the same on every machine.

use std::fmt::Write;
use std::io;

/// A linear congruential generator (Knuth's MMIX); its high bits are good enough here.
struct Lcg(u64);

impl Lcg {
    fn below(&mut self, n: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (((self.0 >> 33) * n as u64) >> 31) as u32
    }
}

/// Writes a text of so many bytes or a few more: words of a made-up language, few of them often. It is written as
/// it is made, since what this process has ever held counts as the peak of the processes it starts.
pub(crate) fn text(out: &mut dyn io::Write, bytes: usize) -> io::Result<()> {
    let mut rng = Lcg(1);
    let words: Vec<String> = (0..4000)
        .map(|_| {
            let syllables = 1 + rng.below(4);
            (0..syllables)
                .flat_map(|_| [b"bcdfghklmnprstvz"[rng.below(16) as usize], b"aeiou"[rng.below(5) as usize]])
                .map(char::from)
                .collect()
        })
        .collect();
    let (mut column, mut written) = (0, 0);
    while written < bytes {
        let most = 1 + rng.below(words.len() as u32);
        let word = &words[rng.below(most) as usize];
        column += word.len() + 1;
        out.write_all(word.as_bytes())?;
        out.write_all(if column > 70 { b"\n" } else { b" " })?;
        written += word.len() + 1;
        column = if column > 70 { 0 } else { column };
    }
    out.flush()
}

/// A C file of a thousand lines, without an #include: functions of six kinds, each with constants of its own.
pub(crate) fn c_file() -> String {
    let mut rng = Lcg(2);
    let mut c = String::from(
        "typedef struct node { struct node *next; int key; unsigned value; } node;\n\
         extern int outside(const char *, int);\nstatic unsigned table[256];\n",
    );
    let mut calls = String::new();
    let mut n = 0;
    while c.lines().count() < 960 {
        let (a, b, d) = (2 + rng.below(90), 3 + rng.below(60), 1 + rng.below(30));
        let (text, call) = match n % 6 {
            0 => (
                format!(
                    "static int sum{n}(const int *p, int n)\n{{\n    int s = {a};\n    for (int i = 0; i < n; i++) {{\n        \
                     if (p[i] % {b} == {d})\n            s += p[i] * {a};\n        else\n            s ^= p[i] >> {sh};\n    }}\n    \
                     return s;\n}}\n",
                    sh = d % 7 + 1
                ),
                format!("sum{n}((const int *)table, k & 255)"),
            ),
            1 => (
                format!(
                    "static int kind{n}(int c)\n{{\n    switch (c) {{\n    case {a}: return {b};\n    case {a1}: return c * {d};\n    \
                     case {a2}: return outside(\"x{n}\", c);\n    case {a3}:\n        c += {b};\n        break;\n    \
                     default: return -c;\n    }}\n    return c ^ {d};\n}}\n",
                    a1 = a + 1,
                    a2 = a + 2,
                    a3 = a + 4
                ),
                format!("kind{n}(k)"),
            ),
            2 => (
                format!(
                    "static node *find{n}(node *list, int key)\n{{\n    while (list && list->key != key) {{\n        \
                     if (list->value > {a}u)\n            list->value -= {d};\n        list = list->next;\n    }}\n    \
                     return list;\n}}\n"
                ),
                format!("(find{n}(0, k) != 0)"),
            ),
            3 => (
                format!(
                    "static unsigned hash{n}(const unsigned char *s, unsigned n)\n{{\n    unsigned h = {a}u;\n    while (n--) {{\n        \
                     h = (h << {sh} | h >> {rest}) ^ *s++ * {b}u;\n        h += table[h & 255];\n    }}\n    return h;\n}}\n",
                    sh = d % 20 + 1,
                    rest = 31 - d % 20
                ),
                format!("(int)hash{n}((const unsigned char *)table, 64)"),
            ),
            4 => (
                format!(
                    "static double area{n}(double x, int steps)\n{{\n    double s = 0, h = x / steps;\n    for (int i = 0; i < steps; i++) {{\n        \
                     double y = i * h;\n        s += h * (y * y * {a}.5 - y / {b}.25 + {d});\n    }}\n    return s;\n}}\n"
                ),
                format!("(int)area{n}(k, 10)"),
            ),
            _ => (
                format!(
                    "static void mix{n}(unsigned m[8][8])\n{{\n    for (int i = 0; i < 8; i++)\n        for (int j = 0; j < 8; j++) {{\n            \
                     unsigned s = {a};\n            for (int k = 0; k < 8; k++)\n                s += m[i][k] * m[k][j] + {b};\n            \
                     m[i][j] = s % {p}u;\n        }}\n}}\n",
                    p = 1000 + d
                ),
                format!("(mix{n}((unsigned (*)[8])table), {d})"),
            ),
        };
        c.push_str(&text);
        // A String takes everything.
        let _ = writeln!(calls, "    r += {call};");
        n += 1;
    }
    let _ = write!(c, "int all(int k)\n{{\n    int r = 0;\n{calls}    return r;\n}}\n");
    c
}

/// An assembly function `once(buffer)` of so many instructions, each of which runs once: arithmetic, loads, stores,
/// compares and short forward branches, as a compiler might mix them.
pub(crate) fn run_once(count: usize) -> String {
    let mut rng = Lcg(3);
    let mut s = String::from(
        "    .syntax unified\n    .arm\n    .text\n    .global once\n    .type once, %function\nonce:\n    push {r4-r11, lr}\n    mov r10, r0\n    mov r12, #1\n",
    );
    let mut pending = None;
    // What enters and leaves counts too: six instructions.
    let mut made = 6;
    while made < count {
        let i = made;
        made += 1;
        // R0-R9 and R12 are data, R10 is the buffer, R11, SP and LR are left alone.
        let mut r =
            || ["r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r12"][rng.below(11) as usize];
        let (d, n, m) = (r(), r(), r());
        let (k, shift) = (rng.below(256), 1 + rng.below(30));
        let _ = match rng.below(16) {
            0..=1 => writeln!(s, "    ldr {d}, [r10, #{}]", k * 4),
            2 => writeln!(s, "    str {d}, [r10, #{}]", k * 4),
            3 => writeln!(s, "    ldrb {d}, [r10, #{k}]"),
            4 => writeln!(s, "    add {d}, {n}, {m}, lsl #{shift}"),
            5 => writeln!(s, "    sub {d}, {n}, #{k}"),
            6 => writeln!(s, "    eor {d}, {n}, {m}, ror #{shift}"),
            7 => writeln!(s, "    and {d}, {n}, #{k}"),
            8 => writeln!(s, "    orr {d}, {n}, {m}"),
            9 => writeln!(s, "    mov {d}, {m}, lsr #{shift}"),
            10 => writeln!(s, "    adds {d}, {n}, {m}"),
            11 => writeln!(s, "    mul {d}, {n}, {m}"),
            12 => writeln!(s, "    mvn {d}, {m}"),
            13 => writeln!(s, "    movne {d}, #{k}"),
            14 => writeln!(s, "    cmp {n}, #{k}"),
            _ if pending.is_none() => {
                pending = Some(i);
                // Never taken, so that what it jumps over runs too.
                writeln!(s, "    cmp sp, #0\n    beq .L{i}").inspect(|()| made += 1)
            }
            _ => writeln!(s, "    rsb {d}, {n}, #{k}"),
        };
        if let Some(label) = pending.filter(|&label| i > label + 3) {
            let _ = writeln!(s, ".L{label}:");
            pending = None;
        }
    }
    if let Some(label) = pending {
        let _ = writeln!(s, ".L{label}:");
    }
    s.push_str("    eor r0, r0, r5\n    eor r0, r0, r12\n    pop {r4-r11, pc}\n    .size once, . - once\n    .section .note.GNU-stack,\"\",%progbits\n");
    s
}

/// What calls it, if it has an argument; without one the program does all else.
pub(crate) const ONCE_MAIN: &str = "#include <stdio.h>
extern unsigned once(unsigned *);
static unsigned buffer[512];
int main(int argc, char **argv)
{
    (void)argv;
    for (unsigned i = 0; i < 512; i++) buffer[i] = i * 2654435761u;
    unsigned r = argc > 1 ? once(buffer) : 0;
    printf(\"%u\\n\", r);
    return 0;
}
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_every_time() {
        let made = || {
            let mut out = Vec::new();
            text(&mut out, 1000).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(made(), made());
        assert!(made().split_whitespace().count() > 100 && (1000..1020).contains(&made().len()));
        assert!((950..1100).contains(&c_file().lines().count()));
        let text = run_once(5000);
        let instruction = |line: &&str| line.starts_with("    ") && !line.starts_with("    .");
        assert!((5000..5002).contains(&text.lines().filter(instruction).count()));
    }
}
