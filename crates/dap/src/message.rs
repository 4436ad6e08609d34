//! Requests, responses and events, and who sends them.

use crate::wire;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

/// A request of the client's.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Request {
    pub(crate) seq: i64,
    pub(crate) command: String,
    #[serde(default)]
    pub(crate) arguments: Value,
}

/// Why a request was not done: for a person to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure(pub(crate) String);

impl Failure {
    pub(crate) fn new(text: impl Into<String>) -> Failure {
        Failure(text.into())
    }
}

impl From<skink_debug::Error> for Failure {
    fn from(error: skink_debug::Error) -> Failure {
        Failure(error.to_string())
    }
}

/// What a request comes to.
pub(crate) type Answer = Result<Value, Failure>;

impl Request {
    /// A message as a request.
    pub(crate) fn of(message: Value) -> Result<Request, (i64, Failure)> {
        let seq = message.get("seq").and_then(Value::as_i64).unwrap_or(0);
        let kind = message.get("type").and_then(Value::as_str).unwrap_or_default();
        if kind != "request" {
            return Err((seq, Failure(format!("expected a message of type `request`, found `{kind}`"))));
        }
        let request = serde_json::from_value(message);
        request.map_err(|error| (seq, Failure(format!("expected a request with seq and command: {error}"))))
    }

    /// Its arguments by their types; none at all are an empty object.
    pub(crate) fn arguments<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        let given = match &self.arguments {
            Value::Null => Value::Object(Map::new()),
            given => given.clone(),
        };
        serde_json::from_value(given).map_err(|error| Failure(format!("{}: {error}", self.command)))
    }
}

/// A response to a request.
pub(crate) fn response(seq: i64, command: &str, answer: Answer) -> Value {
    let mut message = json!({"type": "response", "request_seq": seq, "command": command});
    match answer {
        Ok(body) => {
            message["success"] = true.into();
            if !body.is_null() {
                message["body"] = body;
            }
        }
        Err(Failure(text)) => {
            message["success"] = false.into();
            // The short form is for programs; what is shown is the error's format.
            message["message"] = text.clone().into();
            let braces = text.replace('{', "(").replace('}', ")");
            message["body"] = json!({"error": {"id": 1, "format": braces, "showUser": true}});
        }
    }
    message
}

/// An event.
pub(crate) fn event(name: &str, body: Value) -> Value {
    let mut message = json!({"type": "event", "event": name});
    if !body.is_null() {
        message["body"] = body;
    }
    message
}

/// Text for the user: `console` is the debugger's, `stdout` and `stderr` are the program's.
pub(crate) fn output(category: &str, text: &str) -> Value {
    event("output", json!({"category": category, "output": text}))
}

/// The sending side of a connection, from whichever thread. It numbers what it sends.
#[derive(Clone)]
pub(crate) struct Sender(Arc<Mutex<Sending>>);

struct Sending {
    stream: Box<dyn Write + Send>,
    last: i64,
    gone: bool,
}

impl Sender {
    pub(crate) fn new(stream: impl Write + Send + 'static) -> Sender {
        Sender(Arc::new(Mutex::new(Sending { stream: Box::new(stream), last: 0, gone: false })))
    }

    /// Sends a message and returns its number. Once the peer is gone, which its reader sees, nothing is sent.
    pub(crate) fn send(&self, mut message: Value) -> i64 {
        let mut sending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sending.last += 1;
        message["seq"] = sending.last.into();
        if !sending.gone {
            sending.gone = wire::write(&mut *sending.stream, &message).is_err();
        }
        sending.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_request() {
        let of = |value| Request::of(value).unwrap_err();
        assert_eq!(of(json!(5)).0, 0);
        assert_eq!(of(json!({"seq": 7, "type": "event"})).0, 7);
        let (seq, Failure(text)) = of(json!({"seq": 8, "type": "request"}));
        assert!(seq == 8 && text.contains("command"), "{text}");
        assert!(Request::of(json!({"seq": 1, "type": "request", "command": "threads"})).is_ok());
    }

    #[test]
    fn errors_do_not_look_like_variables() {
        // `{name}` in a format is replaced by the client.
        let message = response(3, "evaluate", Err(Failure::new("no {x}")));
        assert_eq!(message["body"]["error"]["format"], "no (x)");
        assert_eq!(message["message"], "no {x}");
    }
}
