//! Directives that make data, space and alignment.

use super::Gnu;
use super::scan::{Number, Scan};
use crate::diag::Diagnostic;
use crate::expr::Expr;
use crate::hir::{Contents, FragKind, Written};
use crate::source::Span;

impl Gnu<'_> {
    /// Whether it was a directive that makes data.
    pub(super) fn data_directive(&mut self, word: &[u8], start: usize, scan: &mut Scan<'_>) -> bool {
        let size = match word {
            b".4byte" | b".word" | b".long" | b".int" => 4,
            b".byte" | b".1byte" => 1,
            b".2byte" | b".short" | b".hword" | b".half" | b".value" => 2,
            b".8byte" | b".quad" | b".xword" | b".dword" => 8,
            _ => 0,
        };
        if size != 0 {
            // Before the symbols of the numbers come to be: their order counts.
            self.builder.mark(Contents::Data);
            self.numbers(size, start, scan);
            return true;
        }
        match word {
            b".ascii" | b".asciz" | b".string" | b".string8" => self.strings(word != b".ascii", start, scan),
            b".uleb128" | b".sleb128" => self.leb(word == b".sleb128", start, scan),
            b".float" | b".single" | b".double" => self.floats(word == b".double", start, scan),
            b".align" | b".p2align" | b".balign" | b".p2alignw" | b".p2alignl" | b".balignw"
            | b".balignl" => {
                self.align_directive(word, start, scan);
            }
            b".even" => {
                let span = self.span(start, scan.at);
                self.builder.align(2, None, None, span);
            }
            b".space" | b".skip" | b".zero" => {
                let Some(count) = self.expr(scan) else { return true };
                let fill = if scan.eat(b',') { self.absolute(scan).unwrap_or(0) } else { 0 };
                let span = self.span(start, scan.at);
                self.builder.space(count, 1, fill as u64, span);
            }
            b".fill" => {
                let Some(count) = self.expr(scan) else { return true };
                let (mut size, mut value) = (1, 0);
                if scan.eat(b',') {
                    size = self.absolute(scan).unwrap_or(1).clamp(0, 8);
                    if scan.eat(b',') {
                        value = self.absolute(scan).unwrap_or(0);
                    }
                }
                let span = self.span(start, scan.at);
                // Only the lower four bytes are the value's.
                self.builder.space(count, size as u8, value as u64 & 0xffff_ffff, span);
            }
            b".org" => {
                let Some(to) = self.expr(scan) else { return true };
                let fill = if scan.eat(b',') { self.absolute(scan).unwrap_or(0) } else { 0 };
                let span = self.span(start, scan.at);
                self.builder.org(to, fill as u8, span);
            }
            b".inst" | b".inst.n" | b".inst.w" => self.inst(word, start, scan),
            b".ltorg" | b".pool" => {
                let span = self.span(start, scan.at);
                self.builder.pool(span);
            }
            b".incbin" => self.incbin(start, scan),
            b".octa" => self.octa(start, scan),
            b".reloc" => self.reloc(start, scan),
            _ => return false,
        }
        true
    }

    fn numbers(&mut self, size: u8, start: usize, scan: &mut Scan<'_>) {
        if scan.at_end() {
            return;
        }
        loop {
            let at = scan.at;
            let Some(value) = self.expr(scan) else { return };
            let span = self.span(if at == scan.at { start } else { at }, scan.at);
            let value = match value {
                Expr::Num(_) => value,
                _ => self.builder.value(value).map_or(value, Expr::Num),
            };
            if let Expr::Num(n) = value
                && size < 8
                && n.unsigned_abs() >> (8 * size) != 0
            {
                self.truncated(n, size, span);
            }
            self.builder.data(size, value, span);
            if !scan.eat(b',') {
                return;
            }
        }
    }

    /// A number that its element has no room for, which GNU as takes all the same.
    fn truncated(&mut self, n: i64, size: u8, span: Span) {
        let kept = n as u64 & ((1 << (8 * size)) - 1);
        let message = format!("{n} does not fit into {} bits; what is left of it is {kept}", 8 * size);
        self.builder.diags.push(Diagnostic::warning(span, message));
    }

    fn strings(&mut self, zero: bool, start: usize, scan: &mut Scan<'_>) {
        let mut text = Vec::new();
        loop {
            let at = scan.at;
            if !scan.string_into(&mut text) {
                scan.skip_statement();
                return self.error(at, scan.at.max(at + 1), "expected a string");
            }
            if zero {
                text.push(0);
            }
            if !scan.eat(b',') {
                // Strings side by side are one.
                scan.blanks();
                if scan.peek() != b'"' {
                    break;
                }
            }
        }
        let span = self.span(start, scan.at);
        self.builder.text(&text, span);
    }

    fn leb(&mut self, signed: bool, start: usize, scan: &mut Scan<'_>) {
        loop {
            let Some(value) = self.expr(scan) else { return };
            let span = self.span(start, scan.at);
            match self.builder.value(value) {
                Some(n) => self.builder.bytes(&crate::layout::dwarf::leb(n, signed), span),
                None => self.builder.frag(FragKind::Leb { value, signed }),
            }
            if !scan.eat(b',') {
                return;
            }
        }
    }

    fn floats(&mut self, double: bool, start: usize, scan: &mut Scan<'_>) {
        loop {
            scan.blanks();
            let at = scan.at;
            let minus = scan.peek() == b'-';
            if minus || scan.peek() == b'+' {
                scan.at += 1;
            }
            let value = if scan.peek().is_ascii_digit()
                && !matches!(scan.peek_at(1), b'f' | b'F' | b'd' | b'D' | b'r')
            {
                match scan.number() {
                    Some(Number::Int(n)) => Some(n as f64),
                    Some(Number::Float(x)) => Some(x),
                    _ => None,
                }
            } else {
                scan.float()
            };
            let Some(value) = value else {
                scan.skip_statement();
                return self.error(at, scan.at, "expected a floating-point number");
            };
            let value = if minus { -value } else { value };
            let span = self.span(start, scan.at);
            if double {
                // The words of a double stand as in memory, little-endian.
                self.builder.bytes(&value.to_le_bytes(), span);
            } else {
                self.builder.bytes(&(value as f32).to_le_bytes(), span);
            }
            if !scan.eat(b',') {
                return;
            }
        }
    }

    fn align_directive(&mut self, word: &[u8], start: usize, scan: &mut Scan<'_>) {
        let n = if scan.at_end() { 2 } else { self.absolute(scan).unwrap_or(0) };
        let bytes = word.starts_with(b".balign");
        let align = match u32::try_from(n) {
            Ok(0) if bytes => 1,
            Ok(n) if bytes && n.is_power_of_two() => n,
            Ok(n @ 0..=31) if !bytes => 1 << n,
            _ => return self.error(start, scan.at, "this is no alignment"),
        };
        let (mut fill, mut max) = (None, None);
        if scan.eat(b',') {
            scan.blanks();
            if scan.peek() != b',' && !scan.at_end() {
                let size = match word.last() {
                    Some(b'w') => 2,
                    Some(b'l') => 4,
                    _ => 1,
                };
                fill = self.absolute(scan).map(|n| (n as u32, size));
            }
            if scan.eat(b',') {
                max = self.absolute(scan).and_then(|n| u32::try_from(n).ok()).filter(|n| *n > 0);
            }
        }
        let span = self.span(start, scan.at);
        self.builder.align(align, fill, max, span);
    }

    fn inst(&mut self, word: &[u8], start: usize, scan: &mut Scan<'_>) {
        loop {
            let Some(value) = self.absolute(scan) else { return };
            let value = value as u32;
            let span = self.span(start, scan.at);
            let thumb = self.builder.is_thumb();
            let wide = !thumb || word == b".inst.w" || word == b".inst" && value >> 16 >= 0xe800;
            let word = if wide {
                crate::encode::Word { bits: value, size: 4, row: 0 }
            } else {
                crate::encode::Word { bits: value, size: 2, row: 0 }
            };
            self.builder.word(word, span);
            if !scan.eat(b',') {
                return;
            }
        }
    }

    /// `.octa`: numbers of 128 bits.
    fn octa(&mut self, start: usize, scan: &mut Scan<'_>) {
        loop {
            scan.blanks();
            let at = scan.at;
            let number = match scan.hexadecimal() {
                // More than an expression holds.
                Some(number) => Some(number),
                None => {
                    scan.at = at;
                    self.absolute(scan).map(|n| i128::from(n) as u128)
                }
            };
            let Some(number) = number else { return };
            let span = self.span(start, scan.at);
            self.builder.bytes(&number.to_le_bytes(), span);
            if !scan.eat(b',') {
                return;
            }
        }
    }

    /// `.reloc offset, name [, expression]`
    fn reloc(&mut self, start: usize, scan: &mut Scan<'_>) {
        let Some(at) = self.expr(scan) else { return };
        scan.eat(b',');
        scan.blanks();
        let name_at = scan.at;
        let name = String::from_utf8_lossy(scan.word()).to_ascii_uppercase();
        let ty = match &name[..] {
            "BFD_RELOC_NONE" => Some(0),
            "BFD_RELOC_8" => Some(8),
            "BFD_RELOC_16" => Some(5),
            "BFD_RELOC_32" => Some(2),
            name => crate::lir::relocation_number(name),
        };
        let value = if scan.eat(b',') { self.expr(scan) } else { None };
        let Some(ty) = ty else {
            return self.error(
                name_at,
                name_at + name.len().max(1),
                "there is no relocation of this name; one is R_ARM_ABS32",
            );
        };
        let span = self.span(start, scan.at);
        self.builder.section().written.push(Written { at, ty, value, span });
    }

    fn incbin(&mut self, start: usize, scan: &mut Scan<'_>) {
        let at = scan.at;
        let Some(name) = scan.string() else {
            scan.skip_statement();
            return self.error(at, scan.at.max(at + 1), "expected a file's name as a string");
        };
        let name = String::from_utf8_lossy(&name).into_owned();
        let mut number = |gnu: &mut Self| {
            let more = scan.eat(b',') && !matches!(scan.peek(), b',');
            if more { gnu.absolute(scan).and_then(|n| usize::try_from(n).ok()) } else { None }
        };
        let (skip, count) = (number(self).unwrap_or(0), number(self));
        match self.loader.load(&name) {
            Ok(bytes) => {
                let rest = bytes.get(skip..).unwrap_or_default();
                let bytes = &rest[..count.unwrap_or(rest.len()).min(rest.len())];
                let span = self.span(start, scan.at);
                self.builder.bytes(bytes, span);
            }
            Err(why) => self.error(start, scan.at, format!("`{name}` cannot be read: {why}")),
        }
    }
}
