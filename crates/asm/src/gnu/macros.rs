//! Macros and repetitions: `.macro`, `.rept`, `.irp`, `.irpc`. Their text is expanded into a text of its own, which
//! is then read like a file.

use super::Gnu;
use super::arguments::{Arguments, scrubbed};
use super::expr::Exprs;
use super::scan::{Scan, in_word};
use crate::diag::Diagnostic;

/// A parameter of a macro.
#[derive(Debug, Clone)]
struct Parameter {
    name: Vec<u8>,
    default: Option<Vec<u8>>,
    required: bool,
    rest: bool,
}

/// A macro.
#[derive(Debug, Clone)]
pub(super) struct Macro {
    parameters: Vec<Parameter>,
    body: Vec<u8>,
}

/// How many lines all expansions together may have.
const MAX_EXPANSION: u64 = 50_000_000;

impl Gnu<'_> {
    /// Whether it was a directive that defines or expands text.
    pub(super) fn macro_directive(&mut self, word: &[u8], start: usize, scan: &mut Scan<'_>) -> bool {
        match word {
            b".macro" => self.define_macro(start, scan),
            b".purgem" => {
                scan.blanks();
                let name = scan.word().to_ascii_lowercase();
                self.macros.remove(&name);
            }
            b".altmacro" => self.alternate = true,
            b".noaltmacro" => self.alternate = false,
            b".exitm" => {
                scan.skip_statement();
                self.leave = true;
            }
            b".rept" | b".rep" => {
                let count = self.absolute(scan).unwrap_or(0);
                let body = self.body(start, scan, &[b".rept", b".rep", b".irp", b".irpc"], &[b".endr"]);
                let count = usize::try_from(count).unwrap_or(0);
                if body.len().saturating_mul(count) as u64 > MAX_EXPANSION {
                    self.error(start, scan.at, "this repetition is too long");
                } else {
                    self.expand(".rept", body.repeat(count), start, scan.at);
                }
            }
            b".irp" | b".irpc" => {
                scan.blanks();
                let name = scan.word().to_vec();
                scan.eat(b',');
                let at = scan.at;
                scan.skip_statement();
                let list = scrubbed(scan.text[at..scan.at].trim_ascii());
                let mut values = Vec::new();
                if word == b".irpc" {
                    values.extend(list.iter().filter(|&&b| b != b'"').map(|&b| vec![b]));
                } else {
                    let mut list = Arguments::new(&list, self.alternate);
                    while !list.at_end() {
                        values.push(self.argument(&mut list, at));
                    }
                }
                let body = self.body(start, scan, &[b".rept", b".rep", b".irp", b".irpc"], &[b".endr"]);
                let mut text = Vec::new();
                for value in if values.is_empty() { vec![Vec::new()] } else { values } {
                    let one = [(name.clone(), value)];
                    self.substitute(&body, one.to_vec(), &mut text);
                }
                self.expand(".irp", text, start, scan.at);
            }
            b".endm" | b".endr" => {
                scan.skip_statement();
                self.error(start, scan.at, "this ends nothing");
            }
            _ => return false,
        }
        true
    }

    fn define_macro(&mut self, start: usize, scan: &mut Scan<'_>) {
        scan.blanks();
        let name = scan.word().to_ascii_lowercase();
        scan.eat(b',');
        let mut parameters = Vec::new();
        while !scan.at_end() {
            let at = scan.at;
            let name = scan.word().to_vec();
            if name.is_empty() {
                scan.skip_statement();
                self.error(at, scan.at, "expected the name of a parameter");
                break;
            }
            let mut parameter = Parameter { name, default: None, required: false, rest: false };
            if scan.eat(b':') {
                match scan.word() {
                    b"req" => parameter.required = true,
                    b"vararg" => parameter.rest = true,
                    _ => {}
                }
            }
            if scan.eat(b'=') {
                scan.blanks();
                let at = scan.at;
                if scan.peek() == b'"' {
                    parameter.default = scan.string();
                } else {
                    let mut open = 0;
                    while !matches!(scan.peek(), b',' | b'\n' | b'@' | b'\r') && scan.at < scan.text.len() {
                        match scan.peek() {
                            b'(' | b'[' => open += 1,
                            b')' | b']' => open -= 1,
                            b' ' | b'\t' if open <= 0 => break,
                            _ => {}
                        }
                        scan.at += 1;
                    }
                    parameter.default = Some(scan.text[at..scan.at].to_vec());
                }
            }
            parameters.push(parameter);
            scan.eat(b',');
        }
        let body = self.body(start, scan, &[b".macro"], &[b".endm", b".endmacro"]);
        self.macros.insert(name, Macro { parameters, body });
    }

    /// The lines to the matching end; it is passed over.
    fn body(&mut self, start: usize, scan: &mut Scan<'_>, opens: &[&[u8]], closes: &[&[u8]]) -> Vec<u8> {
        scan.skip_line();
        let (from, mut depth) = (scan.at, 0);
        while scan.at < scan.text.len() {
            let line = scan.at;
            scan.blanks();
            let mut word = scan.word();
            // A label may stand before it.
            if scan.peek() == b':' {
                scan.at += 1;
                scan.blanks();
                word = scan.word();
            }
            let word = word.to_ascii_lowercase();
            if opens.contains(&word.as_slice()) {
                depth += 1;
            } else if closes.contains(&word.as_slice()) {
                if depth == 0 {
                    scan.skip_statement();
                    return scan.text[from..line].to_vec();
                }
                depth -= 1;
            }
            scan.skip_line();
        }
        let word = scan.text[start..].iter().take_while(|&&b| in_word(b)).count();
        let name = String::from_utf8_lossy(&scan.text[start..start + word]).into_owned();
        let end = if name.eq_ignore_ascii_case(".macro") { ".endm" } else { ".endr" };
        let span = self.span(start, start + word);
        let d = Diagnostic::error(span, format!("this `{name}` is not ended"));
        self.builder.diags.push(d.help(format!("end it with `{end}`")));
        scan.text[from.min(scan.text.len())..].to_vec()
    }

    /// The name of a macro as it is kept, if a word is one.
    pub(super) fn macro_name(&self, word: &[u8]) -> Option<Vec<u8>> {
        let name = word.to_ascii_lowercase();
        self.macros.contains_key(&name).then_some(name)
    }

    /// Expands a call.
    pub(super) fn call(&mut self, name: &[u8], start: usize, scan: &mut Scan<'_>) {
        let at = scan.at;
        scan.skip_statement();
        let Some(Macro { parameters, body }) = self.macros.get(name).cloned() else { return };
        let mut values: Vec<Option<Vec<u8>>> = vec![None; parameters.len()];
        let text = scrubbed(scan.text[at..scan.at].trim_ascii());
        let mut arguments = Arguments::new(&text, self.alternate);
        let (mut position, mut named) = (0, false);
        while !arguments.at_end() {
            let index = match arguments.keyword() {
                Some(name) => {
                    named = true;
                    let Some(index) = parameters.iter().position(|p| p.name == name) else {
                        let name = String::from_utf8_lossy(name);
                        return self.error(at, scan.at, format!("the macro has no parameter `{name}`"));
                    };
                    index
                }
                None if named => {
                    let message = "an argument without a name cannot follow one with a name";
                    return self.error(at, scan.at, message);
                }
                None => {
                    position += 1;
                    position - 1
                }
            };
            let Some(parameter) = parameters.get(index) else {
                return self.error(at, scan.at, "too many arguments for this macro");
            };
            values[index] = Some(if parameter.rest && !named {
                arguments.rest()
            } else {
                self.argument(&mut arguments, at)
            });
        }
        let mut pairs = Vec::new();
        for (parameter, value) in parameters.iter().zip(values) {
            let value = value.filter(|v| !v.is_empty()).or_else(|| parameter.default.clone());
            if value.is_none() && parameter.required {
                let name = String::from_utf8_lossy(&parameter.name).into_owned();
                return self.error(start, scan.at, format!("the macro wants a value for `{name}`"));
            }
            pairs.push((parameter.name.clone(), value.unwrap_or_default()));
        }
        let mut text = Vec::new();
        self.substitute(&body, pairs, &mut text);
        self.expansions += 1;
        let name = String::from_utf8_lossy(name).into_owned();
        self.expand(&name, text, start, scan.at);
        self.leave = false;
    }

    fn expand(&mut self, name: &str, text: Vec<u8>, start: usize, end: usize) {
        self.expanded += text.len() as u64;
        if self.expanded > MAX_EXPANSION {
            return self.error(start, end, "macros expand to too much");
        }
        let origin = self.span(start, end);
        let file = self.sources.add_expansion(name, text, origin);
        let outer = self.conditions.len();
        self.run(file);
        // `.exitm` may leave conditions open.
        if self.leave {
            self.conditions.truncate(outer);
        }
    }
}

/// The value of a parameter.
fn value_of<'p>(pairs: &'p [(Vec<u8>, Vec<u8>)], name: &[u8]) -> Option<&'p [u8]> {
    pairs.iter().find(|(known, _)| known == name).map(|(_, value)| &value[..])
}

/// How long the name is that a text begins with; names do not begin with a digit.
fn name_length(text: &[u8]) -> usize {
    match text.first() {
        Some(b) if b.is_ascii_digit() => 0,
        _ => text.iter().position(|&b| !in_word(b)).unwrap_or(text.len()),
    }
}

impl Gnu<'_> {
    /// The next argument: after `.altmacro` that of `%expression` is the number.
    fn argument(&mut self, arguments: &mut Arguments<'_>, start: usize) -> Vec<u8> {
        let Some(text) = arguments.expression() else { return arguments.next() };
        let mut scan = Scan::new(text);
        let known = Exprs { scan: &mut scan, builder: &mut self.builder, locals: &mut self.locals }.expr();
        arguments.skip_expression(scan.at);
        match known.and_then(|expr| self.builder.value(expr)) {
            Some(n) => n.to_string().into_bytes(),
            None => {
                self.error(start, start + 1, "the value of an argument with `%` must be known");
                b"0".to_vec()
            }
        }
    }

    /// Puts values in for `\name` and `&name`; `\@` is the number of the expansion, `\(text)` the text. After
    /// `.altmacro` a bare name is replaced too, `&` behind it is dropped, and `LOCAL` makes names that are met nowhere
    /// else.
    fn substitute(&mut self, body: &[u8], mut pairs: Vec<(Vec<u8>, Vec<u8>)>, out: &mut Vec<u8>) {
        let alternate = self.alternate;
        let (mut at, mut in_string) = (0, false);
        // `&` behind a name belongs to it.
        let past = |at: usize| at + (alternate && body.get(at) == Some(&b'&')) as usize;
        while let Some(&b) = body.get(at) {
            let rest = &body[at..];
            match b {
                b'\\' => match rest.get(1) {
                    Some(b'@') => {
                        out.extend(self.expansions.to_string().bytes());
                        at += 2;
                    }
                    Some(b'(') => {
                        let end = rest.iter().position(|&b| b == b')' || b == b'\n').unwrap_or(rest.len());
                        out.extend_from_slice(&rest[2..end]);
                        at += end + (rest.get(end) == Some(&b')')) as usize;
                    }
                    _ => {
                        let rest = &rest[1..];
                        // The longest name that is a parameter: `\reg.w` is `\reg` and `.w`.
                        let mut lengths = (1..=name_length(rest)).rev();
                        match lengths.find_map(|len| Some((len, value_of(&pairs, &rest[..len])?))) {
                            Some((len, value)) => {
                                out.extend_from_slice(value);
                                at = past(at + 1 + len);
                            }
                            None => {
                                out.push(b'\\');
                                at += 1;
                            }
                        }
                    }
                },
                b'&' => {
                    let len = name_length(&rest[1..]);
                    match value_of(&pairs, &rest[1..1 + len]).filter(|_| len > 0) {
                        Some(value) => {
                            out.extend_from_slice(value);
                            at = past(at + 1 + len);
                        }
                        None => {
                            out.push(b);
                            at += 1;
                        }
                    }
                }
                _ if alternate && name_length(rest) > 0 => {
                    let len = name_length(rest);
                    let blank = rest.get(len).is_some_and(|b| matches!(b, b' ' | b'\t'));
                    if !in_string && blank && rest[..len].eq_ignore_ascii_case(b"local") {
                        let end = rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
                        for name in rest[len..end].split(|&b| b == b',').map(<[u8]>::trim_ascii) {
                            self.local_names += 1;
                            pairs.push((name.to_vec(), format!(".LL{:04x}", self.local_names).into_bytes()));
                        }
                        at += end;
                        continue;
                    }
                    match value_of(&pairs, &rest[..len]) {
                        Some(value) => {
                            out.extend_from_slice(value);
                            at = past(at + len);
                        }
                        None => {
                            out.extend_from_slice(&rest[..len]);
                            at = past(at + len);
                        }
                    }
                }
                _ if alternate && b.is_ascii_digit() => {
                    // A number, with what belongs to it.
                    let len = rest.iter().position(|&b| !in_word(b)).unwrap_or(rest.len());
                    out.extend_from_slice(&rest[..len]);
                    at += len;
                }
                _ => {
                    in_string ^= b == b'"';
                    out.push(b);
                    at += 1;
                }
            }
        }
    }
}
