//! Whether what an engine tells of holds the program: points that are met, with their conditions and counts, and the
//! handling of signals.

use crate::points::{Kind, Place};
use crate::session::{Reason, Session};
use skink_engine::{Event, Hit, ThreadId};
use skink_machine::Cpu;
use std::collections::BTreeSet;

impl Session {
    /// Whether an event is a reason to stop.
    pub(crate) fn judge(&mut self, thread: ThreadId, event: Event) -> Option<Reason> {
        let (cpu, _) = self.hub.registers(thread)?;
        match event {
            Event::Began => Some(Reason::Started),
            Event::Trap => {
                let broken = self.broken(thread, &cpu);
                let aimed = self.targets.iter().any(|target| {
                    target.thread == thread && target.place == Place::of(&cpu) && cpu.r[13] >= target.min_sp
                });
                broken.or(aimed.then_some(Reason::Reached))
            }
            Event::Stepped => Some(self.broken(thread, &cpu).unwrap_or(Reason::Stepped)),
            Event::Reached if self.silent => Some(Reason::Reached),
            Event::Reached => Some(self.broken(thread, &cpu).unwrap_or(Reason::Reached)),
            Event::Watch { hits, before } => self.watched_all(thread, &cpu, &hits, before),
            Event::Signal { number, addr, .. } => {
                let caught =
                    |kind: &Kind| matches!(kind, Kind::Signals(l) if l.is_empty() || l.contains(&number));
                let stops = self.every_signal || self.signals.of(number).is_none_or(|handling| handling.stop);
                match self.hit(thread, &cpu, caught).first() {
                    Some(&point) => Some(Reason::Caught { point, number }),
                    None => stops.then_some(Reason::Signal { number, addr }),
                }
            }
            Event::Call(number) => {
                self.caught(thread, &cpu, number, |point, number| Reason::Call { point, number })
            }
            Event::Called(number) => {
                let caught =
                    self.caught(thread, &cpu, number, |point, number| Reason::Called { point, number });
                // Held for nothing, the thread is as it would be otherwise: at a breakpoint, or at the end of a step.
                caught.or_else(|| self.judge(thread, self.hub.completed(thread).unwrap_or(Event::Trap)))
            }
            Event::Forked(child) => {
                self.hit(thread, &cpu, |kind| *kind == Kind::Forks).first().map(|_| Reason::Forked(child))
            }
            Event::Executing(path) => Some(Reason::Executing(path)),
            Event::Trouble(text) => Some(Reason::Trouble(text)),
            Event::Waiting => Some(Reason::Waiting),
            Event::Present => Some(Reason::Present),
            Event::Lost(text) => Some(Reason::Lost(text)),
            Event::Ends(text) => Some(Reason::Ends(text)),
        }
    }

    fn caught(
        &mut self,
        thread: ThreadId,
        cpu: &Cpu,
        number: u32,
        reason: fn(u32, u32) -> Reason,
    ) -> Option<Reason> {
        let wanted =
            |kind: &Kind| matches!(kind, Kind::Calls(list) if list.is_empty() || list.contains(&number));
        self.hit(thread, cpu, wanted).first().map(|point| reason(*point, number))
    }

    pub(crate) fn broken(&mut self, thread: ThreadId, cpu: &Cpu) -> Option<Reason> {
        let here = Place::of(cpu);
        let ids = self.hit(thread, cpu, |kind| matches!(kind, Kind::Break(places) if places.contains(&here)));
        (!ids.is_empty()).then_some(Reason::Breakpoint(ids))
    }

    /// All points that an instruction has hit count, once each; the first is the reason.
    fn watched_all(&mut self, thread: ThreadId, cpu: &Cpu, hits: &[Hit], before: u64) -> Option<Reason> {
        let mut seen = BTreeSet::new();
        let first: Vec<&Hit> = hits.iter().filter(|hit| seen.insert(hit.watch)).collect();
        let reasons: Vec<Reason> =
            first.into_iter().filter_map(|hit| self.watched(thread, cpu, hit, before)).collect();
        reasons.into_iter().next()
    }

    fn watched(&mut self, thread: ThreadId, cpu: &Cpu, hit: &Hit, before: u64) -> Option<Reason> {
        let point = self.points.get(hit.watch).ok()?;
        let Kind::Watch { start, len, .. } = point.kind else { return None };
        let old = std::mem::take(&mut point.last);
        let mut new = vec![0; len as usize];
        self.memory.as_ref()?.read(start, &mut new).ok()?;
        self.points.get(hit.watch).ok()?.last = new.clone();
        let id = hit.watch;
        let counts = self.counts(id, thread, cpu);
        counts.then_some(Reason::Watch { point: id, access: hit.access, addr: hit.addr, old, new, before })
    }

    /// The points of a kind that are hit, conditions and counts considered.
    fn hit(&mut self, thread: ThreadId, cpu: &Cpu, wanted: impl Fn(&Kind) -> bool) -> Vec<u32> {
        let candidates = self.points.all().iter().filter(|point| point.enabled && wanted(&point.kind));
        let ids: Vec<u32> = candidates.map(|point| point.id).collect();
        ids.into_iter().filter(|id| self.counts(*id, thread, cpu)).collect()
    }

    /// Whether a point that is met holds the program: its thread, its condition, its ignore count.
    fn counts(&mut self, id: u32, thread: ThreadId, cpu: &Cpu) -> bool {
        let number = self.hub.threads().iter().find(|t| t.id == thread).map(|t| t.number);
        let Ok(point) = self.points.get(id) else { return false };
        if point.thread.is_some() && point.thread != number {
            return false;
        }
        // A condition that cannot be evaluated holds the program, so that it is seen.
        if let Some(condition) = point.condition.clone()
            && self.holds(&condition, cpu) == Ok(false)
        {
            return false;
        }
        let Ok(point) = self.points.get(id) else { return false };
        point.hits += 1;
        if point.ignore > 0 {
            point.ignore -= 1;
            return false;
        }
        if point.hit_condition.is_some_and(|wanted| !wanted.counts(point.hits)) {
            return false;
        }
        if let Some(message) = point.message.clone() {
            self.log(id, &message, cpu);
            return false;
        }
        if point.temporary {
            let _ = self.points.remove(id);
        }
        true
    }
}
