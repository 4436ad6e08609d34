//! Syntax templates (see [`crate::print`]) taken apart: for reading operands by them, and for the mnemonics that they
//! stand for.

use crate::syntax::Reader;

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

/// Where a byte stands: templates are short, and the library's searchers are made for long texts.
#[inline]
pub(crate) fn position(text: &str, byte: u8) -> Option<usize> {
    text.bytes().position(|b| b == byte)
}

/// A text around the first of a byte.
#[inline]
fn around(text: &'static str, byte: u8) -> Option<(&'static str, &'static str)> {
    position(text, byte).map(|at| (&text[..at], &text[at + 1..]))
}

/// A template taken apart once, to be read many times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    /// The mnemonic.
    pub stem: &'static str,
    /// The data types behind it.
    pub types: &'static str,
    /// The operands.
    pub operands: &'static str,
    /// Whether the mnemonic has operands in it.
    pub(crate) holes: bool,
}

impl Template {
    /// Takes a template apart.
    pub fn new(syntax: &'static str) -> Template {
        let (stem, types, operands) = split(syntax);
        let holes = parts(stem).any(|part| matches!(part, Part::Hole(..) | Part::Choice(..)));
        Template { stem, types, operands, holes }
    }
}

/// The parts of a template; see [`crate::print`] for what it looks like.
pub(crate) fn parts(mut rest: &'static str) -> impl Iterator<Item = Part> {
    std::iter::from_fn(move || {
        let first = rest.bytes().next()?;
        if first != b'{' {
            let end = position(rest, b'{').unwrap_or(rest.len());
            let (text, after) = rest.split_at(end);
            rest = after;
            return Some(Part::Text(text));
        }
        if rest.as_bytes().get(1) == Some(&b'{') {
            let text = &rest[1..2];
            rest = &rest[2..];
            return Some(Part::Text(text));
        }
        let (hole, after) = around(&rest[1..], b'}')?;
        rest = after;
        if hole == "c" {
            return Some(Part::Cond);
        }
        Some(match around(hole, b'?') {
            Some((name, choice)) => {
                let (set, clear) = around(choice, b':').unwrap_or((choice, ""));
                Part::Choice(name, set, clear)
            }
            None => {
                let (name, spec) = around(hole, b':').unwrap_or((hole, ""));
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
    read: fn(&mut Reader<'_>, &Template) -> Option<crate::Op>,
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

/// The names that an operand may have in a mnemonic, asked of its type through the row.
fn names_of(
    read: fn(&mut Reader<'_>, &Template) -> Option<crate::Op>,
    name: &'static str,
    spec: &'static str,
) -> &'static [&'static str] {
    let mut reader = Reader::new(&[], "", "", &[], false);
    reader.asked = Some((name, spec));
    // It answers with the names instead of an operation.
    let _ = read(&mut reader, &Template::new(""));
    reader.answer
}
