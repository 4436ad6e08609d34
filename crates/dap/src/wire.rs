//! The form of messages: a header `Content-Length: N`, an empty line, N bytes of JSON.

use serde_json::Value;
use std::io::{self, Write};

/// The longest header and the longest message, in bytes: a peer that sends more makes no sense.
const HEADER: usize = 8 << 10;
const MESSAGE: usize = 64 << 20;

/// What a peer has sent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Sent {
    /// A message.
    Message(Value),
    /// The bytes of one, which are no JSON: why.
    NoJson(String),
}

/// A header that cannot be read: where the next message begins is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Malformed(pub(crate) String);

/// Takes bytes as they come, and gives messages.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    bytes: Vec<u8>,
    /// Length of the message whose header has been read.
    length: Option<usize>,
    in_header: bool,
}

impl Decoder {
    /// More has come.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Whether a message has begun and not ended.
    pub(crate) fn is_inside(&self) -> bool {
        self.in_header || self.length.is_some() || !self.bytes.is_empty()
    }

    /// The next message, if all of it is there.
    pub(crate) fn next(&mut self) -> Result<Option<Sent>, Malformed> {
        if !self.header()? {
            return Ok(None);
        }
        let Some(length) = self.length.filter(|length| self.bytes.len() >= *length) else { return Ok(None) };
        (self.length, self.in_header) = (None, false);
        let rest = self.bytes.split_off(length);
        let body = std::mem::replace(&mut self.bytes, rest);
        Ok(Some(match serde_json::from_slice(&body) {
            Ok(value) => Sent::Message(value),
            Err(error) => Sent::NoJson(format!("expected a message in JSON, found something else: {error}")),
        }))
    }

    /// Reads header lines; whether the header has ended.
    fn header(&mut self) -> Result<bool, Malformed> {
        while self.length.is_none() || self.in_header {
            let Some(end) = self.bytes.iter().position(|&byte| byte == b'\n') else {
                return match self.bytes.len() {
                    0..HEADER => Ok(false),
                    more => {
                        Err(Malformed(format!("expected a header line, found {more} bytes without an end")))
                    }
                };
            };
            let line: Vec<u8> = self.bytes.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            self.line(line.trim_end_matches(['\r', '\n']))?;
        }
        Ok(true)
    }

    fn line(&mut self, line: &str) -> Result<(), Malformed> {
        if line.is_empty() {
            self.in_header = false;
            return match self.length {
                Some(_) => Ok(()),
                None => Err(Malformed("expected Content-Length before an empty line, found none".to_owned())),
            };
        }
        self.in_header = true;
        let shown = || line.chars().take(80).collect::<String>();
        let Some((name, value)) = line.split_once(':') else {
            return Err(Malformed(format!(
                "expected a header line `Content-Length: N`, found `{}`",
                shown()
            )));
        };
        if !name.trim().eq_ignore_ascii_case("Content-Length") {
            // Others may come one day.
            return Ok(());
        }
        match value.trim().parse() {
            Ok(length) if length <= MESSAGE => {
                self.length = Some(length);
                Ok(())
            }
            _ => Err(Malformed(format!("expected a length of at most {MESSAGE} bytes, found `{}`", shown()))),
        }
    }
}

/// Writes a message, whole.
///
/// # Errors
///
/// Those of the stream.
pub(crate) fn write(stream: &mut dyn Write, message: &Value) -> io::Result<()> {
    let body = message.to_string();
    stream.write_all(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes())?;
    stream.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn all(decoder: &mut Decoder) -> Result<Vec<Sent>, Malformed> {
        let mut found = Vec::new();
        while let Some(sent) = decoder.next()? {
            found.push(sent);
        }
        Ok(found)
    }

    #[test]
    fn messages_in_any_pieces() {
        let text = b"Content-Length: 7\r\n\r\n{\"a\":1}content-length:2\r\nContent-Type: x\r\n\r\n[]";
        let expected = [Sent::Message(json!({"a": 1})), Sent::Message(json!([]))];
        for size in 1..text.len() {
            let mut decoder = Decoder::default();
            let mut found = Vec::new();
            for piece in text.chunks(size) {
                decoder.push(piece);
                found.extend(all(&mut decoder).unwrap());
            }
            assert_eq!(found, expected, "in pieces of {size}");
            assert!(!decoder.is_inside());
        }
    }

    #[test]
    fn what_is_no_json_costs_only_itself() {
        let mut decoder = Decoder::default();
        decoder
            .push(b"Content-Length: 3\r\n\r\n{]}Content-Length: 1\r\n\r\n5Content-Length: 2\r\n\r\n\xff\xff");
        let found = all(&mut decoder).unwrap();
        assert!(matches!(&found[0], Sent::NoJson(why) if why.contains("JSON")), "{found:?}");
        assert_eq!(found[1], Sent::Message(json!(5)));
        assert!(matches!(found[2], Sent::NoJson(_)));
    }

    #[test]
    fn headers_that_make_no_sense() {
        let cases = [
            ("GET / HTTP/1.1\r\n", "found `GET / HTTP/1.1`"),
            ("\r\n", "Content-Length before an empty line"),
            ("Content-Type: x\r\n\r\n", "Content-Length before an empty line"),
            ("Content-Length: -1\r\n", "length of at most"),
            ("Content-Length: 99999999999999999999\r\n", "length of at most"),
            ("Content-Length: 99999999\r\n", "length of at most"),
            ("Content-Length 5\r\n", "expected a header line"),
        ];
        for (text, expected) in &cases {
            let mut decoder = Decoder::default();
            decoder.push(text.as_bytes());
            let Err(Malformed(why)) = all(&mut decoder) else { panic!("{text:?} was taken") };
            assert!(why.contains(expected), "{text:?}: {why}");
        }
        let mut decoder = Decoder::default();
        decoder.push(&[b'x'; HEADER]);
        assert!(all(&mut decoder).is_err());
        // Half a message is no mistake yet.
        decoder = Decoder::default();
        decoder.push(b"Content-Length: 10\r\n\r\n{");
        assert_eq!(all(&mut decoder), Ok(Vec::new()));
        assert!(decoder.is_inside());
    }
}
