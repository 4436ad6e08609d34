//! The variable-sized pieces of DWARF (version 5: 6.2.5 line number programs, 6.4.2 call frame instructions, 7.6
//! LEB128), in the shapes that GNU as chooses.

/// A number in LEB128.
pub fn leb(value: i64, signed: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(5);
    if signed {
        let mut n = value;
        loop {
            let byte = n as u8 & 0x7f;
            n >>= 7;
            if n == 0 && byte & 0x40 == 0 || n == -1 && byte & 0x40 != 0 {
                out.push(byte);
                return out;
            }
            out.push(byte | 0x80);
        }
    }
    let mut n = value as u64;
    loop {
        let byte = n as u8 & 0x7f;
        n >>= 7;
        if n == 0 {
            out.push(byte);
            return out;
        }
        out.push(byte | 0x80);
    }
}

/// The code alignment factor: instructions are multiples of two bytes.
pub const CODE_ALIGN: u32 = 2;

/// An advance of the location in a frame description by so many bytes.
pub fn cfa_advance(bytes: u32) -> Vec<u8> {
    let delta = bytes / CODE_ALIGN;
    match delta {
        0 => Vec::new(),
        1..0x40 => vec![0x40 | delta as u8],
        0x40..0x100 => vec![2, delta as u8],
        0x100..0x1_0000 => [&[3], &(delta as u16).to_le_bytes()[..]].concat(),
        _ => [&[4], &delta.to_le_bytes()[..]].concat(),
    }
}

/// Parameters of the line number program.
pub const LINE_BASE: i32 = -5;
/// See above.
pub const LINE_RANGE: i32 = 14;
/// See above.
pub const OPCODE_BASE: i32 = 13;

/// An advance of line and address that makes a row, or with [`i32::MAX`] ends the sequence.
pub fn line_advance(line: i32, bytes: u32) -> Vec<u8> {
    const MAX_SPECIAL: i64 = ((255 - OPCODE_BASE) / LINE_RANGE) as i64;
    const COPY: u8 = 1;
    const ADVANCE_PC: u8 = 2;
    const ADVANCE_LINE: u8 = 3;
    const CONST_ADD_PC: u8 = 8;
    let delta = i64::from(bytes / CODE_ALIGN);
    let mut out = Vec::new();
    if line == i32::MAX {
        if delta == MAX_SPECIAL {
            out.push(CONST_ADD_PC);
        } else if delta > 0 {
            out.push(ADVANCE_PC);
            out.extend(leb(delta, false));
        }
        out.extend([0, 1, 1]);
        return out;
    }
    let mut tmp = i64::from(line) - i64::from(LINE_BASE);
    let (mut rest, mut copy) = (line, false);
    if !(0..i64::from(LINE_RANGE)).contains(&tmp) {
        out.push(ADVANCE_LINE);
        out.extend(leb(line.into(), true));
        (rest, tmp, copy) = (0, -i64::from(LINE_BASE), true);
    }
    if rest == 0 && delta == 0 {
        out.push(COPY);
        return out;
    }
    tmp += i64::from(OPCODE_BASE);
    if delta < 256 + MAX_SPECIAL {
        let opcode = tmp + delta * i64::from(LINE_RANGE);
        if opcode <= 255 {
            out.push(opcode as u8);
            return out;
        }
        let opcode = tmp + (delta - MAX_SPECIAL) * i64::from(LINE_RANGE);
        if opcode <= 255 {
            out.extend([CONST_ADD_PC, opcode as u8]);
            return out;
        }
    }
    out.push(ADVANCE_PC);
    out.extend(leb(delta, false));
    out.push(if copy { COPY } else { tmp as u8 });
    out
}
