//! A recording in the place of a program: all of it is past.

use super::guard::Touches;
use super::log::Effect;
use super::travel::{Present, Travel};
use super::{Ending, History, Recording};
use crate::control::{Controlled, Controller, Event, Order, ThreadId};
use crate::vcpu::{HOT, Vcpu};
use crate::{Past, Translator, TranslatorOptions};
use skink_interp::Counts;
use skink_machine::{Cpu, Memory};
use std::io;
use std::sync::Arc;
use std::time::Instant;

/// A call of the personality that a replay comes to for the first time, before what it did is done again.
#[derive(Debug)]
pub struct Recalled<'a> {
    /// Which, as the personality numbers them.
    pub number: u32,
    /// The registers with its arguments.
    pub cpu: &'a Cpu,
    /// What it was given in memory.
    pub memory: &'a Memory,
    /// R0 afterwards; `None` if a signal came at once, so that it stands in the handler's frame.
    pub result: Option<u32>,
}

/// Is told of each such call, in their order and once, however often it is come by.
pub type Witness = Box<dyn FnMut(&Recalled<'_>) + Send>;

/// Somebody who is told, and how many effects have been come by.
pub(super) struct Told {
    witness: Witness,
    seen: usize,
}

impl Told {
    pub(super) fn of(&mut self, index: usize, effect: &Effect, cpu: &Cpu, memory: &Memory) {
        if index < self.seen {
            return;
        }
        self.seen = index + 1;
        let Some(number) = effect.call else { return };
        let elsewhere = effect.cpu.as_ref().is_some_and(|after| after.r[15] != cpu.r[15]);
        // Without a signal the program has been sent back to the instruction: the call will be made again.
        if effect.signal.is_some() || !elsewhere {
            let result = (!elsewhere).then_some(effect.r0);
            (self.witness)(&Recalled { number, cpu, memory, result });
        }
    }
}

impl Recording {
    /// What memory held at the start, for a processor that is to do again what was recorded.
    ///
    /// # Errors
    ///
    /// The host's.
    pub fn memory(&self) -> io::Result<Arc<Memory>> {
        skink_machine::fixup::install();
        let memory = Arc::new(Memory::new()?);
        self.start.image.restore(&memory)?;
        Ok(memory)
    }

    /// Does what a debugger orders until that is the end, on the calling thread. `memory` comes from
    /// [`Recording::memory`]; `ends` says what is behind the last moment; `witness` hears of calls.
    ///
    /// # Errors
    ///
    /// The host's.
    pub fn play(
        &self,
        memory: Arc<Memory>,
        thread: ThreadId,
        controller: Arc<dyn Controller>,
        ends: String,
        witness: Witness,
    ) -> io::Result<()> {
        let options = TranslatorOptions { count: true, ..TranslatorOptions::default() };
        let mut vcpu = Vcpu::new(memory.clone());
        // Without executable memory the interpreter does all.
        if let Ok(translator) = Translator::new(memory, options) {
            vcpu.set_translator(translator, HOT);
        }
        vcpu.interp.counts = Some(Box::new(Counts { seen: self.counts.clone(), next: 0 }));
        controller.began(thread, vcpu.interrupter(), Box::new(|| {}));
        let mut history = History { effects: self.effects.clone(), ..History::default() };
        history.snapshots.push(Arc::new(self.start.clone()));
        history.taken = Some(Instant::now());
        history.restore(&mut vcpu, &self.start)?;
        let present = Present {
            retired: self.end,
            effects: self.effects.len(),
            expected: self.last.clone(),
            state: None,
            ends,
        };
        let touches = Touches::default();
        let told = Some(Told { witness, seen: 0 });
        Travel { history: Box::new(history), present, controller, touches, told }.play(&mut vcpu, thread);
        Ok(())
    }
}

impl Travel {
    fn play(&mut self, vcpu: &mut Vcpu, thread: ThreadId) {
        let mut event = Some(Event::Began);
        loop {
            let past = self.history.past(Some(self.present.retired));
            self.controller.past(Past { recorded: true, ..past });
            let retired = vcpu.retired();
            let (order, _) = self.controller.rest(thread, event, &mut vcpu.cpu, retired);
            if order == Order::End {
                break;
            }
            // What the debugger does to registers and memory is undone by whatever goes back; it does not ask.
            (event, _) = self.obey(vcpu, &order);
        }
    }
}

impl Controlled {
    /// Before another program takes the place of this one, or whatever else ends a recording.
    pub fn recorded_to(&mut self, vcpu: &Vcpu, ending: &Ending) {
        if let Some(history) = &mut self.history {
            // It ends all the same: whoever reads it is told that it is cut.
            let _ = history.end(vcpu, ending);
        }
    }
}
