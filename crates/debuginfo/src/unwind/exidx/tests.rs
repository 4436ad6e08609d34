use super::*;
use skink_machine::{Access, Cpu, Fault, FaultKind};

/// A stack whose word at each address is the address.
struct Stack;

impl ReadMemory for Stack {
    fn read(&self, addr: u32, buf: &mut [u8]) -> Result<(), Fault> {
        if !(0x1000..0x9000).contains(&addr) {
            return Err(Fault { addr, access: Access::Read, kind: FaultKind::Unmapped });
        }
        buf.copy_from_slice(&addr.to_le_bytes()[..buf.len()]);
        Ok(())
    }
}

fn after(codes: &[u8]) -> Option<Registers> {
    let mut cpu = Cpu::default();
    cpu.r[13] = 0x1000;
    cpu.r[14] = 0x8001;
    cpu.r[7] = 0x2000;
    run(codes, Registers::of(&cpu), &Stack).map(|caller| caller.registers)
}

fn sp(codes: &[u8]) -> Option<u32> {
    after(codes)?.core[13]
}

/// Expectations are those of table 4 in EHABI32 10.3.
#[test]
fn the_stack_pointer_moves() {
    assert_eq!(sp(&[0xb0]), Some(0x1000));
    assert_eq!(sp(&[0x00]), Some(0x1004));
    assert_eq!(sp(&[0x3f, 0x41]), Some(0x1000 + 0x100 - 8));
    assert_eq!(sp(&[0x97]), Some(0x2000));
    assert_eq!(sp(&[0xb2, 0x81, 0x01]), Some(0x1000 + 0x204 + (0x81 << 2)));
    assert_eq!(sp(&[0xb3, 0x83]), Some(0x1000 + 4 * 8 + 4));
    assert_eq!(sp(&[0xb9]), Some(0x1000 + 2 * 8 + 4));
    assert_eq!(sp(&[0xd1, 0xc9, 0x03, 0xc8, 0x00]), Some(0x1000 + 2 * 8 + 4 * 8 + 8));
    assert_eq!(sp(&[0xc7, 0x03]), Some(0x1008));
}

#[test]
fn registers_are_popped() {
    let registers = after(&[0x84, 0x01]).expect("R4 and LR");
    assert_eq!((registers.core[4], registers.pc(), registers.core[13]), (Some(0x1000), 0x1004, Some(0x1008)));
    let registers = after(&[0xab, 0xb0, 0xff]).expect("R4-R7 and LR");
    assert_eq!((registers.core[7], registers.pc(), registers.thumb), (Some(0x100c), 0x1010, false));
    let registers = after(&[]).expect("nothing saved");
    assert_eq!((registers.pc(), registers.thumb), (0x8000, true));
    let registers = after(&[0xd0]).expect("D8");
    assert_eq!(registers.d[8], Some(0x1004_0000_1000));
}

#[test]
fn what_makes_no_sense_ends_the_stack() {
    for codes in [
        &[0x80, 0x00][..],
        &[0x9d],
        &[0x9f],
        &[0xb1, 0x00],
        &[0xb1, 0x10],
        &[0xca],
        &[0xf0],
        &[0x84],
        &[0xb2, 0x80],
    ] {
        assert!(after(codes).is_none(), "{codes:02x?}");
    }
}
