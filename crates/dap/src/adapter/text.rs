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
        let behind = self.rest.split_off(complete(&self.rest));
        let whole = std::mem::replace(&mut self.rest, behind);
        String::from_utf8_lossy(&whole).into_owned()
    }

    /// What is left at the end.
    pub(super) fn end(&mut self) -> String {
        String::from_utf8_lossy(&std::mem::take(&mut self.rest)).into_owned()
    }
}

/// How many bytes there are before a character at the end that may still go on.
fn complete(bytes: &[u8]) -> usize {
    let mut at = 0;
    loop {
        match std::str::from_utf8(&bytes[at..]) {
            Ok(_) => return bytes.len(),
            Err(error) => {
                at += error.valid_up_to();
                match error.error_len() {
                    Some(wrong) => at += wrong,
                    None => return at,
                }
            }
        }
    }
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
        // Bytes that no character begins with wait for nothing (RFC 3629, section 3).
        assert_eq!(text.push(b"\xed\xa0"), "\u{fffd}\u{fffd}");
        assert_eq!(text.push(b"\xff\xe2"), "\u{fffd}");
        assert_eq!(text.push(b"\x82\xac"), "€");
        assert_eq!(text.push(b"\xe2"), "");
        assert_eq!(text.end(), "\u{fffd}");
    }
}
