//! gdb's break-, watch- and catchpoints, beside those that the session has of its own.

use crate::target::Debugged;
use gdbstub::target::TargetResult;
use gdbstub::target::ext::breakpoints::{
    Breakpoints, HwBreakpoint, HwBreakpointOps, HwWatchpoint, HwWatchpointOps, SwBreakpoint, SwBreakpointOps,
    WatchKind,
};
use gdbstub::target::ext::catch_syscalls::{CatchSyscalls, SyscallNumbers};
use gdbstub_arch::arm::ArmBreakpointKind;
use skink_debug::{Place, PointKind};
use std::collections::HashMap;

/// What gdb has set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Mark {
    Software(Place),
    Hardware(Place),
    Watch { addr: u32, len: u32, kind: Watched },
    Calls,
}

/// Which accesses gdb wants to know of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Watched {
    Write,
    Read,
    Access,
}

/// Which point of the session each is.
#[derive(Debug, Default)]
pub(crate) struct Marks(HashMap<Mark, u32>);

impl Marks {
    /// What gdb knows a point as.
    pub(crate) fn of(&self, id: u32) -> Option<Mark> {
        self.0.iter().find(|(_, point)| **point == id).map(|(mark, _)| *mark)
    }
}

impl Watched {
    pub(crate) fn to_gdb(self) -> WatchKind {
        match self {
            Watched::Write => WatchKind::Write,
            Watched::Read => WatchKind::Read,
            Watched::Access => WatchKind::ReadWrite,
        }
    }

    fn of(kind: WatchKind) -> (Watched, skink_machine::WatchKind) {
        match kind {
            // gdb compares the values itself, and its condition may want every write.
            WatchKind::Write => (Watched::Write, skink_machine::WatchKind::Write),
            WatchKind::Read => (Watched::Read, skink_machine::WatchKind::Read),
            WatchKind::ReadWrite => (Watched::Access, skink_machine::WatchKind::Access),
        }
    }
}

fn place(addr: u32, kind: &ArmBreakpointKind) -> Place {
    Place { addr: addr & !1, thumb: !matches!(kind, ArmBreakpointKind::Arm32) }
}

impl Debugged {
    fn break_at(&mut self, mark: Mark, place: Place) -> bool {
        // A packet may come twice; gdb's manual wants that to be harmless.
        if !self.marks.0.contains_key(&mark) {
            let id = self.session().break_at(place);
            self.marks.0.insert(mark, id);
        }
        true
    }

    fn unmark(&mut self, mark: Mark) -> bool {
        let id = self.marks.0.remove(&mark);
        // It may have been deleted by a command.
        id.is_some_and(|id| {
            let _ = self.session().delete(id);
            true
        })
    }

    /// Takes away what a gdb that has gone has left.
    pub(crate) fn unmark_all(&mut self) {
        let ids: Vec<u32> = self.marks.0.drain().map(|(_, id)| id).collect();
        for id in ids {
            let _ = self.session().delete(id);
        }
    }
}

impl Breakpoints for Debugged {
    fn support_sw_breakpoint(&mut self) -> Option<SwBreakpointOps<'_, Self>> {
        Some(self)
    }

    fn support_hw_breakpoint(&mut self) -> Option<HwBreakpointOps<'_, Self>> {
        Some(self)
    }

    fn support_hw_watchpoint(&mut self) -> Option<HwWatchpointOps<'_, Self>> {
        Some(self)
    }
}

impl SwBreakpoint for Debugged {
    fn add_sw_breakpoint(&mut self, addr: u32, kind: ArmBreakpointKind) -> TargetResult<bool, Self> {
        let place = place(addr, &kind);
        Ok(self.break_at(Mark::Software(place), place))
    }

    fn remove_sw_breakpoint(&mut self, addr: u32, kind: ArmBreakpointKind) -> TargetResult<bool, Self> {
        Ok(self.unmark(Mark::Software(place(addr, &kind))))
    }
}

impl HwBreakpoint for Debugged {
    fn add_hw_breakpoint(&mut self, addr: u32, kind: ArmBreakpointKind) -> TargetResult<bool, Self> {
        let place = place(addr, &kind);
        Ok(self.break_at(Mark::Hardware(place), place))
    }

    fn remove_hw_breakpoint(&mut self, addr: u32, kind: ArmBreakpointKind) -> TargetResult<bool, Self> {
        Ok(self.unmark(Mark::Hardware(place(addr, &kind))))
    }
}

impl HwWatchpoint for Debugged {
    fn add_hw_watchpoint(&mut self, addr: u32, len: u32, kind: WatchKind) -> TargetResult<bool, Self> {
        let (kind, access) = Watched::of(kind);
        let mark = Mark::Watch { addr, len, kind };
        if self.marks.0.contains_key(&mark) {
            return Ok(true);
        }
        let spec = format!("*{addr:#x}, {len}");
        match self.session().add_watchpoint(&spec, addr, len, access, None).map(|point| point.id) {
            Ok(id) => {
                self.marks.0.insert(mark, id);
                Ok(true)
            }
            Err(error) => {
                self.notes.push(error.to_string());
                Ok(false)
            }
        }
    }

    fn remove_hw_watchpoint(&mut self, addr: u32, len: u32, kind: WatchKind) -> TargetResult<bool, Self> {
        Ok(self.unmark(Mark::Watch { addr, len, kind: Watched::of(kind).0 }))
    }
}

impl CatchSyscalls for Debugged {
    fn enable_catch_syscalls(&mut self, filter: Option<SyscallNumbers<'_, u32>>) -> TargetResult<(), Self> {
        self.unmark(Mark::Calls);
        let calls = filter.map(Iterator::collect).unwrap_or_default();
        let id = self.session().add_catchpoint(PointKind::Calls(calls), "syscall", false).id;
        self.marks.0.insert(Mark::Calls, id);
        Ok(())
    }

    fn disable_catch_syscalls(&mut self) -> TargetResult<(), Self> {
        self.unmark(Mark::Calls);
        Ok(())
    }
}
