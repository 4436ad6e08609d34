//! Reads `objdump -d` output and compares every instruction's text with skink's.
use skink_isa::*;
use std::collections::BTreeMap;
use std::io::BufRead;

fn norm(s: &str) -> String {
    let s = s.split(['@', ';']).next().unwrap_or("");
    let s = s.split(" <").next().unwrap_or("");
    s.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn main() {
    let mut diffs: BTreeMap<String, (u64, String)> = BTreeMap::new();
    let (mut n, mut bad) = (0u64, 0u64);
    let mut it: u8 = 0;
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let mut parts = line.splitn(3, '\t');
        let (Some(addr), Some(hex), Some(text)) = (parts.next(), parts.next(), parts.next()) else {
            it = 0;
            continue;
        };
        let Ok(addr) = u32::from_str_radix(addr.trim().trim_end_matches(':'), 16) else {
            it = 0;
            continue;
        };
        let groups: Vec<&str> = hex.split_whitespace().collect();
        let text = norm(text);
        if text.starts_with('.') {
            continue;
        }
        let cx = Context { in_it: it != 0 };
        let insn = match groups.as_slice() {
            [w] if w.len() == 8 => decode_a32(u32::from_str_radix(w, 16).unwrap()),
            [h] => decode_t16(u16::from_str_radix(h, 16).unwrap(), cx),
            [h, l] => decode_t32(u32::from_str_radix(&format!("{h}{l}"), 16).unwrap(), cx),
            _ => continue,
        };
        n += 1;
        let mut ours = match insn {
            Some(mut i) => {
                if it != 0 && i.cond == Cond::Al {
                    i.cond = Cond::from_bits(it as u32 >> 4);
                }
                let t = i.text(addr);
                it = if it & 7 == 0 { 0 } else { it & 0xe0 | it << 1 & 0x1f };
                if let Op::It(x) = i.op {
                    it = (x.block.firstcond as u8) << 4 | x.block.mask;
                }
                t
            }
            None => "undefined".into(),
        };
        ours = norm(&ours);
        if ours != text {
            bad += 1;
            let key = format!("{}", text.split(' ').next().unwrap());
            let e = diffs.entry(key).or_insert((0, format!("{hex:12} objdump `{text}` skink `{ours}`")));
            e.0 += 1;
        }
    }
    println!("{n} instructions, {bad} differ");
    let mut v: Vec<_> = diffs.into_iter().collect();
    v.sort_by_key(|(_, (c, _))| std::cmp::Reverse(*c));
    for (k, (c, ex)) in v.iter().take(200) {
        println!("{c:8} {k:10} {ex}");
    }
}
