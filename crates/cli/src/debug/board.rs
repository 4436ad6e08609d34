//! The teaching board as a debugger sees it.

use super::keyboard::Claim;
use crate::args::RunArgs;
use crate::board::{Console, NOT_ASSEMBLED, usage};
use skink_board::{Board, Bytes, Image, Input, Program};
use skink_debug::{Debuggee, Error, Personality};
use skink_debuginfo::{Assembled, Contents, Label, Module, SourceFile, SourceLine};
use skink_engine::{Controlled, Controller, Exit};
use skink_machine::Memory;
use std::process::ExitCode;
use std::sync::Arc;

/// The board with a program.
pub(crate) struct Teaching {
    name: String,
    image: Image,
    /// What the console reads, if not standard input.
    input: Option<Vec<u8>>,
}

impl Teaching {
    /// For a program that has been assembled; says what is wrong with it.
    pub(crate) fn new(args: &RunArgs, program: &Program) -> Result<Teaching, ExitCode> {
        eprint!("{}", program.diagnostics());
        if !program.is_whole() {
            return Err(ExitCode::from(NOT_ASSEMBLED));
        }
        let read = |file: &std::path::PathBuf| {
            std::fs::read(file).map_err(|error| usage(&format!("{}: {error}", file.display())))
        };
        let input = args.input.as_ref().map(read).transpose()?;
        let name = args.program.first().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Teaching { name, image: program.image(), input })
    }

    fn module(&self) -> Module {
        let contents = |code| if code { Contents::Arm } else { Contents::Data };
        let source = |s: &skink_board::Source| SourceFile { name: s.name.clone(), text: s.text.clone() };
        let label = |s: &skink_board::Symbol| Label { name: s.name.clone(), addr: s.addr, thumb: false };
        let line = |l: &skink_board::Line| SourceLine {
            addr: l.addr,
            len: l.len,
            source: l.source,
            line: l.line,
            contents: contents(l.code),
        };
        let range = |s: &skink_board::Segment| s.addr..s.addr.saturating_add(s.data.len() as u32);
        Module::assembled(Assembled {
            name: self.name.clone(),
            ranges: self.image.segments.iter().map(range).collect(),
            labels: self.image.symbols.iter().map(label).collect(),
            sources: self.image.sources.iter().map(source).collect(),
            lines: self.image.lines.iter().map(line).collect(),
        })
    }
}

impl Personality for Teaching {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn start(&mut self, controller: Arc<dyn Controller>) -> Result<Debuggee, Error> {
        let mut board = Board::new(self.image.clone()).map_err(|error| Error::new(error.to_string()))?;
        let memory = board.memory().clone();
        let (claim, end) = Claim::new();
        let mut input: Box<dyn Input + Send> = match &self.input {
            Some(bytes) => Box::new(Bytes::new(bytes.clone())),
            None => Box::new(claim),
        };
        const PROCESSOR: u32 = 1;
        // A console that waits for a line waits no longer when the program is killed.
        controller.began(PROCESSOR, board.vcpu_mut().interrupter(), Box::new(end));
        std::thread::spawn(move || {
            let mut controlled = Controlled::new(PROCESSOR, controller.clone());
            controlled.remember();
            if board.run_controlled(&mut controlled, input.as_mut(), &mut Console::new(false)) {
                controller.exited(Exit::Status(0));
            }
            controller.ended(PROCESSOR);
        });
        Ok(Debuggee { memory, program: skink_debuginfo::Program::of([self.module()]) })
    }

    fn refresh(&mut self, _: &mut skink_debuginfo::Program, _: &Memory) {}

    fn call_name(&self, number: u32) -> Option<String> {
        (number <= 4).then(|| format!("svc {number}"))
    }

    fn call_named(&self, _: &str) -> Option<u32> {
        None
    }
}
