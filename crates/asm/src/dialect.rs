//! Which dialect a text is in.

/// A dialect of ARM assembly language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// GNU as, which gcc writes for.
    Gnu,
    /// The University of Manchester's.
    Manchester,
}

/// So many lines are looked at.
const LINES: usize = 5000;

/// Tells by the text: GNU's directives begin with a point and its labels end with a colon; the other's directives
/// are plain words, its comments begin with a semicolon and its labels stand bare. A text without any sign is
/// taken for GNU's.
pub fn detect(text: &[u8]) -> Dialect {
    let mut sum = 0;
    let mut in_comment = false;
    for line in text.split(|&b| b == b'\n' || b == b'\r').take(LINES) {
        let line = String::from_utf8_lossy(line);
        // What stands in a comment of C says nothing; that there is one does.
        if in_comment {
            in_comment = !line.contains("*/");
            continue;
        }
        in_comment = line.trim_start().starts_with("/*") && !line.contains("*/");
        sum += score(&line);
    }
    if sum > 0 { Dialect::Manchester } else { Dialect::Gnu }
}

/// Above zero for Manchester, below for GNU.
fn score(line: &str) -> i32 {
    let bare = line.trim();
    match bare.as_bytes() {
        [] => return 0,
        [b';', ..] => return 3,
        [b'.', b'a'..=b'z', ..] => return -4,
        [b'@' | b'#', ..] | [b'/', b'/' | b'*', ..] => return -2,
        _ => {}
    }
    let mut score = 0;
    // A comment behind code. In GNU's dialect a semicolon parts statements, `@` begins a comment.
    let code = match bare.split_once(';') {
        Some((code, _)) => {
            score += 1;
            code
        }
        None => bare,
    };
    if code.contains(" @") || code.contains("\t@") {
        score -= 2;
    }
    let mut words = code.split_whitespace();
    let (first, second) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    if first.ends_with(':') {
        return score - 4;
    }
    const PLAIN: [&str; 15] = [
        "DEFB", "DEFH", "DEFW", "DEFS", "DCB", "DCD", "DCW", "ORG", "ORIGIN", "EQU", "ENTRY", "ALIGN",
        "INCLUDE", "RN", "LTORG",
    ];
    let plain = |word: &str| PLAIN.iter().any(|name| name.eq_ignore_ascii_case(word));
    if plain(first) || plain(second) {
        score += 4;
    }
    if second.starts_with('.') {
        score -= 3;
    }
    let call = ["SVC", "SWI"].iter().any(|name| name.eq_ignore_ascii_case(first));
    if call && second.starts_with(|c: char| c.is_ascii_digit()) {
        score += 2;
    }
    // A bare label in front of an instruction, or alone on its line.
    let index = crate::encode::index();
    let name = first.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if name && !first.is_empty() && !index.is_mnemonic(first) {
        score += match second {
            "" => 1,
            second if index.is_mnemonic(second) => 2,
            _ => 0,
        };
    }
    score
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_known_by_its_signs() {
        for text in [
            "; hello\n MOV R0, #1",
            "MOV R0, #1\nSVC 2",
            "start\tMOV R0, #1",
            "msg DEFB \"hi\", 0",
            "\torg 0x100\r\n\tb main\r\nmain\tnop",
            "   MOV R0, #1 ; one",
            "; hello\n; by me: and you\n; .text\n\n        MOV     R0, #1\n        B       go\ngo\n",
            "loop    ADD R0, R0, #1\n        CMP R0, #10\n        BNE loop\n        SVC 2",
            "main\n MOV R0, #5\n B main\n",
            "    MOV R0, #':'\n    SWI 0\n    SWI 2",
            "table\tdcd 1, 2, 3",
            "a\tDEFB /text: @ .word/, 0",
        ] {
            assert_eq!(detect(text.as_bytes()), Dialect::Manchester, "{text}");
        }
        for text in [
            "",
            "mov r0, #1",
            ".text\n_start:\n mov r0, #1 @ one\n svc #0",
            "main:\n bx lr",
            "    .global _start\n_start:\n mov r0, #161\n",
            "@ only a comment\n nop",
            "\tmov r0, #1; mov r1, #2\n\t.word 5",
            "mov r0, #1\nbx lr\n",
            "/* start MOV R0 ; words\n loop MOV here ; more\n DEFB 1\n*/\n mov r0, #1\n",
            "// one line\n mov r0, #1",
            "loop: add r0, r0, #1; b loop",
            "1:\tsubs r0, r0, #1\n\tbne 1b\n",
            "text = 5\n mov r0, #text\n",
            "# 1 \"a.c\"\n\tmov r0, #1",
        ] {
            assert_eq!(detect(text.as_bytes()), Dialect::Gnu, "{text}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_no_trouble() {
        detect(&[0xff, b'\n', b';', 0x80, b':']);
    }
}
