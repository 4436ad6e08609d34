//! Bytes that come in pieces, as text.

/// What of a character has come.
#[derive(Debug, Default)]
pub(super) struct Text {
    rest: Vec<u8>,
}

impl Text {
    /// The text that is complete with these bytes. What is no UTF-8 is replaced.
    pub(super) fn push(&mut self, bytes: &[u8]) -> String {
        self.rest.extend_from_slice(bytes);
        let cut = match std::str::from_utf8(&self.rest) {
            Ok(text) => text.len(),
            // Only the last character may be waiting for its end.
            Err(error) => match self.rest.utf8_chunks().last() {
                Some(last) if last.invalid().len() < 4 && could_go_on(last.invalid()) => {
                    self.rest.len() - last.invalid().len()
                }
                _ => error.valid_up_to().max(self.rest.len()),
            },
        };
        let behind = self.rest.split_off(cut);
        let whole = std::mem::replace(&mut self.rest, behind);
        String::from_utf8_lossy(&whole).into_owned()
    }

    /// What is left at the end.
    pub(super) fn end(&mut self) -> String {
        String::from_utf8_lossy(&std::mem::take(&mut self.rest)).into_owned()
    }
}

/// Whether bytes are the beginning of a character (RFC 3629, section 3).
fn could_go_on(bytes: &[u8]) -> bool {
    let length = match bytes.first() {
        Some(0xc2..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf4) => 4,
        _ => return false,
    };
    bytes.len() < length
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn characters_in_pieces() {
        let all = "aé€😀z".as_bytes();
        for size in 1..=all.len() {
            let mut text = Text::default();
            let mut out = String::new();
            all.chunks(size).for_each(|piece| out += &text.push(piece));
            assert_eq!(out + &text.end(), "aé€😀z", "in pieces of {size}");
        }
    }

    #[test]
    fn bytes_that_are_no_text() {
        let mut text = Text::default();
        assert_eq!(text.push(b"a\xff\xfeb"), "a\u{fffd}\u{fffd}b");
        assert_eq!(text.push(b"\xe2\x82"), "");
        assert_eq!(text.push(b"x"), "\u{fffd}x");
        assert_eq!(text.push(b"\xe2"), "");
        assert_eq!(text.end(), "\u{fffd}");
    }
}
