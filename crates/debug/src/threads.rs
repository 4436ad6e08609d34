//! What a front end wants that keeps its own account of threads and breakpoints, as gdb does: each thread is resumed
//! as ordered, and the wait for the next stop is another step.

use crate::Error;
use crate::personality::Personality;
use crate::points::{Kind, Place};
use crate::session::{Session, Stop};
use skink_engine::Order;
use skink_machine::Cpu;
use std::collections::BTreeMap;

impl Session {
    /// Resumes threads by number, each as ordered; the others freely, or not at all. What happens then
    /// [`Session::wait_for_stop`] says. Every signal holds the program.
    ///
    /// # Errors
    ///
    /// If the program is not running, or there is no such thread.
    pub fn set_off(&mut self, orders: &BTreeMap<u32, Order>, others: bool) -> Result<(), Error> {
        self.thread().or_else(|_| self.select_first())?;
        let by_id = |(number, order): (&u32, &Order)| Ok((self.numbered(*number)?.id, order.clone()));
        let orders: BTreeMap<_, _> = orders.iter().map(by_id).collect::<Result<_, Error>>()?;
        self.every_signal = true;
        self.mark();
        self.fresh = false;
        self.hub.resume_each(&orders, others);
        Ok(())
    }

    /// After a pause: everybody goes on as was ordered.
    pub fn go_on(&mut self) {
        self.hub.go_on();
    }

    /// After [`Session::set_off`]: waits for a reason to stop.
    pub fn wait_for_stop(&mut self) -> Stop {
        let stop = self.wait();
        if self.is_alive() && self.thread().is_err() {
            // The thread that the last stop was about has ended.
            let _ = self.select_first();
        }
        stop
    }

    fn select_first(&mut self) -> Result<crate::Thread, Error> {
        let first = self.threads().first().map(|thread| thread.number).ok_or_else(Error::not_running)?;
        self.select_thread(first)
    }

    fn numbered(&self, number: u32) -> Result<crate::Thread, Error> {
        let found = self.threads().into_iter().find(|thread| thread.number == number);
        found.ok_or_else(|| Error::new(format!("Unknown thread {number}.")))
    }

    /// The registers of any thread.
    ///
    /// # Errors
    ///
    /// If there is no thread of this number.
    pub fn cpu_of(&self, number: u32) -> Result<Cpu, Error> {
        let thread = self.numbered(number)?;
        self.hub.registers(thread.id).map(|(cpu, _)| cpu).ok_or_else(Error::not_running)
    }

    /// Changes the registers of any thread.
    ///
    /// # Errors
    ///
    /// If there is no thread of this number, or it is in a system call.
    pub fn change_cpu_of(&mut self, number: u32, change: impl FnOnce(&mut Cpu)) -> Result<(), Error> {
        let thread = self.numbered(number)?;
        self.only_present()?;
        self.changes += 1;
        match self.hub.change(thread.id, change) {
            true => Ok(()),
            false => Err(Error::new(format!(
                "Thread {number} is in a system call; its registers cannot be changed before it returns."
            ))),
        }
    }

    /// Whether a thread gets the signal that it was stopped for.
    ///
    /// # Errors
    ///
    /// If there is no thread of this number.
    pub fn deliver(&mut self, number: u32, delivered: bool) -> Result<(), Error> {
        let thread = self.numbered(number)?;
        self.hub.set_delivers(thread.id, delivered);
        Ok(())
    }

    /// Sets a breakpoint at a place, and returns its number.
    pub fn break_at(&mut self, place: Place) -> u32 {
        self.points.add(Kind::Break(vec![place]), &format!("*{:#x}", place.addr), false).id
    }

    /// What the session runs on, to be changed while no program runs.
    pub fn personality_mut(&mut self) -> &mut dyn Personality {
        &mut *self.personality
    }
}
