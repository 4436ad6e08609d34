//! Programs without a system below them, instruction by instruction on the interpreter.

use skink_interp::{Interp, Left, decode_at, next_it};
use skink_machine::{Backing, Mapping, Memory, Prot};
use std::sync::Arc;

pub(crate) const STACK: u32 = 0x7000_0000;
pub(crate) const STACK_SIZE: u32 = 0x1_0000;

/// Flags for the compiler that make such a program of a source.
pub(crate) const FLAGS: &[&str] =
    &["-nostdlib", "-static", "-march=armv7-a", "-mfpu=neon", "-mfloat-abi=hard", "-Wl,--build-id=none"];

fn map(memory: &Memory, addr: u32, len: u32) {
    let (backing, name) = (Backing::Anonymous, "".into());
    let (start, end) = (addr & !0xfff, (addr + len).next_multiple_of(0x1000));
    let len = (end - start).into();
    let mapping = Mapping { addr: start, len, prot: Prot(7), shared: false, backing, host_flags: 0, name };
    memory.map(&mapping).expect("a mapping");
}

/// Loads a program and runs it until its first system call; `each` sees the processor before each instruction.
pub(crate) fn run(bytes: &[u8], mut each: impl FnMut(&skink_machine::Cpu, &Arc<Memory>)) {
    use object::{Object, ObjectSegment};
    let elf = object::File::parse(bytes).expect("an ELF file");
    skink_machine::fixup::install();
    let memory = Arc::new(Memory::new().expect("address space"));
    for segment in elf.segments() {
        map(&memory, segment.address() as u32, segment.size() as u32);
        memory.write(segment.address() as u32, segment.data().expect("its bytes")).expect("mapped");
    }
    map(&memory, STACK, STACK_SIZE);
    let mut interp = Interp::new(memory.clone());
    interp.core.cpu.r[13] = STACK + STACK_SIZE - 64;
    interp.core.cpu.bx_write_pc(elf.entry() as u32);
    for _ in 0..1000 {
        each(&interp.core.cpu, &memory);
        let cpu = &interp.core.cpu;
        let insn = decode_at(&memory, cpu.r[15], cpu.thumb, cpu.it).expect("code");
        interp.left = Left::No;
        interp.perform(&insn);
        interp.core.cpu.it = next_it(&insn);
        interp.core.cpu.r[15] = match interp.left {
            Left::No => insn.site.next(),
            Left::Branch(to) => to,
            Left::Exception(_) | Left::Trap => return,
            Left::Fault(fault) => panic!("{fault}"),
        };
    }
    panic!("the program does not end");
}
