//! What only time shows, with less of it.

use super::{Adapter, Launched};
use crate::wire::{self, Decoder, Sent};
use serde_json::{Map, Value, json};
use std::io::Read;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

/// The next message; `None` at the end.
fn next(stream: &mut UnixStream, decoder: &mut Decoder) -> Option<Value> {
    loop {
        if let Some(sent) = decoder.next().unwrap() {
            let Sent::Message(message) = sent else { panic!("{sent:?}") };
            return Some(message);
        }
        let mut bytes = [0; 4096];
        match stream.read(&mut bytes).unwrap() {
            0 => return None,
            count => decoder.push(&bytes[..count]),
        }
    }
}

#[test]
fn a_terminal_from_which_nothing_comes_is_not_waited_for_for_ever() {
    let (mut editor, ours) = UnixStream::pair().unwrap();
    editor.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let adapter = std::thread::spawn(move || {
        let launcher = |_: &Map<String, Value>, _: &Path| -> Result<Launched, String> {
            Ok(Launched { program: "/bin/true".into(), arguments: Vec::new(), unknown: Vec::new() })
        };
        let mut adapter = Adapter::new(ours.try_clone().unwrap(), &launcher);
        adapter.terminal_limit = Duration::from_millis(10);
        adapter.run(ours.as_fd())
    });
    let capabilities = json!({"adapterID": "skink", "supportsRunInTerminalRequest": true});
    for (seq, command, arguments) in [
        (1, "initialize", capabilities),
        (2, "launch", json!({"console": "integratedTerminal"})),
        (3, "threads", json!({})),
    ] {
        let message = json!({"seq": seq, "type": "request", "command": command, "arguments": arguments});
        wire::write(&mut editor, &message).unwrap();
    }
    let mut decoder = Decoder::default();
    let mut seen = Vec::new();
    while let Some(message) = next(&mut editor, &mut decoder) {
        if message["command"] == "runInTerminal" {
            let seq = message["seq"].clone();
            let answer =
                json!({"seq": 4, "type": "response", "request_seq": seq, "success": true, "body": {}});
            wire::write(&mut editor, &answer).unwrap();
        }
        let is_last = message["event"] == "terminated";
        seen.push(message);
        if is_last {
            break;
        }
    }
    let answer = |seq: i64| seen.iter().find(|message| message["request_seq"] == seq).unwrap();
    assert_eq!(answer(2)["success"], false);
    assert!(answer(2)["message"].as_str().unwrap().contains("in the terminal"), "{seen:?}");
    assert!(answer(3)["message"].as_str().unwrap().contains("`launch' has failed"), "{seen:?}");
    drop(editor);
    adapter.join().unwrap().unwrap();
}
