//! The program as gdbstub wants it: registers, memory, threads.

use crate::arch::{ArmRegister, ArmRegisters, Armv7};
use crate::connection::Running;
use crate::files::Files;
use crate::points::Marks;
use gdbstub::common::Tid;
use gdbstub::target::ext::base::BaseOps;
use gdbstub::target::ext::base::multithread::{MultiThreadBase, MultiThreadResumeOps};
use gdbstub::target::ext::base::single_register_access::{SingleRegisterAccess, SingleRegisterAccessOps};
use gdbstub::target::ext::thread_extra_info::{ThreadExtraInfo, ThreadExtraInfoOps};
use gdbstub::target::{Target, TargetError, TargetResult};
use skink_debug::command::Interpreter;
use skink_debug::{Session, Whereabouts};
use skink_engine::Order;
use skink_machine::Cpu;
use std::collections::BTreeMap;

/// EFAULT and ESRCH as gdb's protocol has them (gdb's manual, "Errno Values").
const EFAULT: u8 = 14;
const ESRCH: u8 = 3;

/// A way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Back {
    /// By an instruction.
    Step,
    /// To the last hit of a point.
    Go,
}

/// The session as gdb sees it. Threads have the session's numbers.
pub(crate) struct Debugged {
    pub(crate) interpreter: Interpreter,
    pub(crate) marks: Marks,
    pub(crate) files: Files,
    /// How gdb wants each thread to go on.
    pub(crate) orders: BTreeMap<u32, Order>,
    /// Whether the others go on as well.
    pub(crate) others: bool,
    /// gdb wants the program to go back.
    pub(crate) backwards: Option<Back>,
    /// The threads that were stopped for a signal, with gdb's number of it.
    pub(crate) signalled: BTreeMap<u32, u8>,
    /// gdb stays when the program has ended.
    pub(crate) extended: bool,
    /// Through which a command that has the program move can be ended.
    pub(crate) running: Option<Running>,
    /// What the user is to be told on this side.
    pub(crate) notes: Vec<String>,
}

impl Debugged {
    pub(crate) fn new(interpreter: Interpreter) -> Debugged {
        Debugged {
            interpreter,
            marks: Marks::default(),
            files: Files::default(),
            orders: BTreeMap::new(),
            others: true,
            backwards: None,
            signalled: BTreeMap::new(),
            extended: false,
            running: None,
            notes: Vec::new(),
        }
    }

    pub(crate) fn session(&mut self) -> &mut Session {
        &mut self.interpreter.session
    }

    fn cpu(&self, tid: Tid) -> Result<Cpu, TargetError<String>> {
        self.interpreter.session.cpu_of(number(tid)).map_err(|_| TargetError::Errno(ESRCH))
    }

    /// Refused, with the reason, for a thread in a system call.
    fn change(&mut self, tid: Tid, change: impl FnOnce(&mut Cpu)) -> TargetResult<(), Self> {
        let changed = self.session().change_cpu_of(number(tid), change);
        changed.map_err(|error| {
            self.notes.push(error.to_string());
            TargetError::NonFatal
        })
    }
}

/// A thread's number.
pub(crate) fn number(tid: Tid) -> u32 {
    u32::try_from(tid.get()).unwrap_or(u32::MAX)
}

impl Target for Debugged {
    type Arch = Armv7;
    type Error = String;

    fn base_ops(&mut self) -> BaseOps<'_, Armv7, String> {
        BaseOps::MultiThread(self)
    }

    fn support_breakpoints(&mut self) -> Option<gdbstub::target::ext::breakpoints::BreakpointsOps<'_, Self>> {
        Some(self)
    }

    fn support_catch_syscalls(
        &mut self,
    ) -> Option<gdbstub::target::ext::catch_syscalls::CatchSyscallsOps<'_, Self>> {
        self.interpreter.session.personality().is_linux().then_some(self)
    }

    fn support_monitor_cmd(&mut self) -> Option<gdbstub::target::ext::monitor_cmd::MonitorCmdOps<'_, Self>> {
        Some(self)
    }

    fn support_extended_mode(
        &mut self,
    ) -> Option<gdbstub::target::ext::extended_mode::ExtendedModeOps<'_, Self>> {
        Some(self)
    }

    fn support_target_description_xml_override(
        &mut self,
    ) -> Option<
        gdbstub::target::ext::target_description_xml_override::TargetDescriptionXmlOverrideOps<'_, Self>,
    > {
        Some(self)
    }

    fn support_memory_map(&mut self) -> Option<gdbstub::target::ext::memory_map::MemoryMapOps<'_, Self>> {
        Some(self)
    }

    fn support_exec_file(&mut self) -> Option<gdbstub::target::ext::exec_file::ExecFileOps<'_, Self>> {
        self.interpreter.session.personality().executable().is_some().then_some(self)
    }

    fn support_auxv(&mut self) -> Option<gdbstub::target::ext::auxv::AuxvOps<'_, Self>> {
        self.interpreter.session.personality().is_linux().then_some(self)
    }

    fn support_host_io(&mut self) -> Option<gdbstub::target::ext::host_io::HostIoOps<'_, Self>> {
        Some(self)
    }
}

impl MultiThreadBase for Debugged {
    fn read_registers(&mut self, registers: &mut ArmRegisters, tid: Tid) -> TargetResult<(), Self> {
        *registers = ArmRegisters::of(&self.cpu(tid)?);
        Ok(())
    }

    fn write_registers(&mut self, registers: &ArmRegisters, tid: Tid) -> TargetResult<(), Self> {
        self.change(tid, |cpu| registers.store(cpu))
    }

    fn support_single_register_access(&mut self) -> Option<SingleRegisterAccessOps<'_, Tid, Self>> {
        Some(self)
    }

    /// As much as can be read; an error if that is nothing.
    fn read_addrs(&mut self, addr: u32, data: &mut [u8], _: Tid) -> TargetResult<usize, Self> {
        const PAGE: usize = skink_machine::memory::PAGE as usize;
        let memory = self.session().memory().map_err(|_| TargetError::Errno(ESRCH))?;
        let mut done = 0;
        while done < data.len() {
            let Some(at) = u32::try_from(done).ok().and_then(|done| addr.checked_add(done)) else { break };
            let end = data.len().min(done + PAGE - at as usize % PAGE);
            if memory.read(at, &mut data[done..end]).is_err() {
                break;
            }
            done = end;
        }
        if done == 0 && !data.is_empty() { Err(TargetError::Errno(EFAULT)) } else { Ok(done) }
    }

    fn write_addrs(&mut self, addr: u32, data: &[u8], _: Tid) -> TargetResult<(), Self> {
        let past = self.session().is_past();
        self.session().write(addr, data).map_err(|error| {
            // gdb says only that it cannot be written.
            if past {
                self.notes.push(error.to_string());
            }
            TargetError::Errno(EFAULT)
        })
    }

    /// The selected one comes first: it is what gdb is told of when it connects.
    fn list_active_threads(&mut self, found: &mut dyn FnMut(Tid)) -> Result<(), String> {
        let selected = self.session().thread().map(|thread| thread.number).ok();
        let mut numbers: Vec<u32> = self.session().threads().iter().map(|thread| thread.number).collect();
        numbers.sort_by_key(|number| (Some(*number) != selected, *number));
        numbers.into_iter().filter_map(|number| Tid::new(number as usize)).for_each(found);
        Ok(())
    }

    fn support_resume(&mut self) -> Option<MultiThreadResumeOps<'_, Self>> {
        Some(self)
    }

    fn support_thread_extra_info(&mut self) -> Option<ThreadExtraInfoOps<'_, Self>> {
        Some(self)
    }
}

impl SingleRegisterAccess<Tid> for Debugged {
    fn read_register(
        &mut self,
        tid: Tid,
        register: ArmRegister,
        bytes: &mut [u8],
    ) -> TargetResult<usize, Self> {
        let value = register.read(&self.cpu(tid)?).to_le_bytes();
        let place = bytes.get_mut(..register.size()).ok_or(TargetError::NonFatal)?;
        place.copy_from_slice(&value[..register.size()]);
        Ok(register.size())
    }

    fn write_register(&mut self, tid: Tid, register: ArmRegister, bytes: &[u8]) -> TargetResult<(), Self> {
        if bytes.len() != register.size() {
            return Err(TargetError::NonFatal);
        }
        let value = bytes.iter().rev().fold(0, |value, byte| value << 8 | u128::from(*byte));
        self.change(tid, |cpu| register.write(cpu, value))
    }
}

impl ThreadExtraInfo for Debugged {
    fn thread_extra_info(&self, tid: Tid, bytes: &mut [u8]) -> Result<usize, String> {
        let session = &self.interpreter.session;
        let thread = session.threads().into_iter().find(|thread| thread.number == number(tid));
        let text = thread.map_or_else(String::new, |thread| {
            let name = session.personality().thread_name(thread.id).unwrap_or_default();
            let calling = thread.whereabouts == Whereabouts::Calling;
            if calling { format!("{name}, in a system call") } else { name }
        });
        let length = text.len().min(bytes.len());
        bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
        Ok(length)
    }
}
