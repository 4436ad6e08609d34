//! A row's syntax template taken apart, for who reads what it prints; [`crate::print`] says what it looks like.

use crate::syntax::{Reader, names_of};
/// A part of a template.
pub(crate) enum Part {
    /// This text.
    Text(&'static str),
    /// An operand.
    Hole(&'static str, &'static str),
    /// One of two texts.
    Choice(&'static str, &'static str, &'static str),
    /// The condition.
    Cond,
}

/// The parts of a template; see [`crate::print`] for what it looks like.
pub(crate) fn parts(mut rest: &'static str) -> impl Iterator<Item = Part> {
    std::iter::from_fn(move || {
        let first = rest.bytes().next()?;
        if first != b'{' {
            let end = rest.find('{').unwrap_or(rest.len());
            let (text, after) = rest.split_at(end);
            rest = after;
            return Some(Part::Text(text));
        }
        if rest.as_bytes().get(1) == Some(&b'{') {
            let text = &rest[1..2];
            rest = &rest[2..];
            return Some(Part::Text(text));
        }
        let (hole, after) = rest[1..].split_once('}')?;
        rest = after;
        if hole == "c" {
            return Some(Part::Cond);
        }
        Some(match hole.split_once('?') {
            Some((name, choice)) => {
                let (set, clear) = choice.split_once(':').unwrap_or((choice, ""));
                Part::Choice(name, set, clear)
            }
            None => {
                let (name, spec) = hole.split_once(':').unwrap_or((hole, ""));
                Part::Hole(name, spec)
            }
        })
    })
}

/// The mnemonic of a template, its data types, its operands.
pub fn split(syntax: &'static str) -> (&'static str, &'static str, &'static str) {
    let (mnemonic, operands) = syntax.split_once('\t').unwrap_or((syntax, ""));
    // A colon in a hole's name is no data type.
    let (mut depth, mut dot) = (0, mnemonic.len());
    for (i, b) in mnemonic.bytes().enumerate() {
        match b {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            b'.' if depth == 0 => {
                dot = i;
                break;
            }
            _ => {}
        }
    }
    let (stem, types) = mnemonic.split_at(dot);
    (stem, if types == ".w" || types == ".n" { "" } else { types }, operands)
}

/// All mnemonics of a template without condition and data types, each with the choices that make it.
pub fn stems(
    read: fn(&mut Reader<'_>, &'static str) -> Option<crate::Op>,
    syntax: &'static str,
    found: &mut dyn FnMut(&str, &[u8], bool),
) {
    let (stem, _, _) = split(syntax);
    let mut alternatives: Vec<[&'static [&'static str]; 1]> = Vec::new();
    let mut texts: Vec<[&'static str; 2]> = Vec::new();
    let mut conditional = false;
    for part in parts(stem) {
        match part {
            Part::Cond => conditional = true,
            Part::Choice(_, set, clear) => {
                texts.push([set, clear]);
                alternatives.push([&[]]);
            }
            Part::Hole(name, spec) => {
                texts.push(["", ""]);
                alternatives.push([names_of(read, name, spec)]);
            }
            Part::Text(_) => {}
        }
    }
    let sizes: Vec<usize> = alternatives.iter().map(|[n]| if n.is_empty() { 2 } else { n.len() }).collect();
    let mut choices = vec![0u8; sizes.len()];
    let mut text = String::new();
    loop {
        text.clear();
        let mut n = 0;
        for part in parts(stem) {
            match part {
                Part::Text(t) => text.push_str(t),
                Part::Cond => {}
                _ => {
                    let names = alternatives[n][0];
                    let choice = choices[n] as usize;
                    text.push_str(if names.is_empty() { texts[n][choice] } else { names[choice] });
                    n += 1;
                }
            }
        }
        found(&text, &choices, conditional);
        // The next combination.
        let Some(i) = (0..sizes.len()).find(|&i| (choices[i] as usize) + 1 < sizes[i]) else { return };
        choices[i] += 1;
        choices[..i].fill(0);
    }
}
