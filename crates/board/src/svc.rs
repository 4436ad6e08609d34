//! The five supervisor calls.

use crate::console::{Input, Output, Read};
use crate::trouble::Kind;
use skink_engine::Vcpu;

/// The longest string that SVC 3 writes: longer ones have lost their terminator.
const LONGEST_STRING: usize = 1 << 20;

/// What came of a call.
pub(crate) enum Result {
    Done,
    Halt,
    /// There is no input yet.
    Stall,
    Trouble(Kind, String),
}

/// Does supervisor call `number`.
pub(crate) fn call(vcpu: &mut Vcpu, number: u32, input: &mut dyn Input, output: &mut dyn Output) -> Result {
    let r0 = vcpu.cpu.r[0];
    match number {
        0 => write(output, &[r0 as u8]),
        1 => read(vcpu, input, output),
        2 => Result::Halt,
        3 => write_string(vcpu, r0, output),
        4 => write(output, r0.to_string().as_bytes()),
        _ => Result::Trouble(Kind::UnknownSvc, format!("SVC {number} does nothing on this machine")),
    }
}

fn write(output: &mut dyn Output, bytes: &[u8]) -> Result {
    match output.write(bytes) {
        Ok(()) => Result::Done,
        Err(error) => Result::Trouble(Kind::Console, format!("the console failed: {error}")),
    }
}

fn read(vcpu: &mut Vcpu, input: &mut dyn Input, output: &mut dyn Output) -> Result {
    // Whoever is to type wants to see the question.
    if let Err(error) = output.flush() {
        return Result::Trouble(Kind::Console, format!("the console failed: {error}"));
    }
    match input.read() {
        Read::Char(byte) => {
            vcpu.cpu.r[0] = byte as u32;
            Result::Done
        }
        Read::NotYet => Result::Stall,
        Read::Ended => {
            Result::Trouble(Kind::OutOfInput, "SVC 1 asks for a character, but the input has ended".into())
        }
    }
}

fn write_string(vcpu: &Vcpu, addr: u32, output: &mut dyn Output) -> Result {
    match vcpu.memory().read_cstr(addr, LONGEST_STRING) {
        Ok(Some(string)) => write(output, &string),
        Ok(None) => {
            let message = format!("the string at {addr:#010x} has no zero byte at its end");
            Result::Trouble(Kind::UnterminatedString, message)
        }
        Err(fault) if fault.addr == addr => Result::Trouble(
            Kind::UnmappedRead,
            format!("SVC 3 writes the string at {addr:#010x}, but there is no memory"),
        ),
        Err(fault) => {
            let message = format!(
                "the string at {addr:#010x} has no zero byte before memory ends at {:#010x}",
                fault.addr
            );
            Result::Trouble(Kind::UnterminatedString, message)
        }
    }
}
