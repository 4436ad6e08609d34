//! What a command that is being typed may become.

use super::Server;
use super::state::Phase;
use crate::message::{Failure, Request};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Completions {
    text: String,
    column: usize,
    line: Option<u32>,
    frame_id: Option<i64>,
}

impl Server {
    pub(super) fn complete(&mut self, request: &Request) {
        let answer = self.completions(request);
        self.respond(request, answer);
    }

    fn completions(&mut self, request: &Request) -> Result<Value, Failure> {
        let wanted: Completions = request.arguments()?;
        if self.state().phase < Phase::Launched {
            return Err(Failure::new("there is no program: `launch' comes first"));
        }
        self.choose(wanted.frame_id)?;
        let client = self.state().client.clone();
        let first = usize::from(client.columns_start_at1);
        let column = wanted.column.saturating_sub(first);
        let number = wanted.line.map_or(1, |line| client.our_line(line)).saturating_sub(1);
        let text = wanted.text.split('\n').nth(number as usize).unwrap_or_default();
        // Columns are UTF-16's; what is behind the cursor is not looked at.
        let line = String::from_utf16_lossy(&text.encode_utf16().take(column).collect::<Vec<u16>>());
        let found = self.interpreter.complete(&line);
        let units = |text: &str| text.encode_utf16().count();
        let start = units(&line[..found.start]);
        let length = units(&line) - start;
        let target = |word: String| json!({"label": word, "start": start + first, "length": length});
        Ok(json!({"targets": found.words.into_iter().map(target).collect::<Vec<Value>>()}))
    }
}
