//! DWARF expressions (DWARF 5, 2.5 and 2.6) over the registers and memory of a frame.

use crate::dwarf::{Attr, Debug, EntryRef};
use crate::elf::Bytes;
use crate::memory::ReadMemory;
use crate::unwind::Registers;
use gimli::{EvaluationResult, Expression, Piece, Value, ValueType};
use skink_machine::Fault;
use std::fmt;

/// Why a value cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// The compiler has kept it nowhere at this place.
    OptimizedOut,
    /// A register it depends on was not saved by the functions called.
    NotSaved,
    /// It is in memory that cannot be read.
    Unreadable(Fault),
    /// The debugging information says something that this does not know.
    Unknown(String),
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Missing::OptimizedOut => f.write_str("<optimized out>"),
            Missing::NotSaved => f.write_str("<not saved>"),
            Missing::Unreadable(fault) => write!(f, "<cannot read memory: {fault}>"),
            Missing::Unknown(what) => write!(f, "<unknown: {what}>"),
        }
    }
}

impl std::error::Error for Missing {}

impl From<gimli::Error> for Missing {
    fn from(error: gimli::Error) -> Missing {
        Missing::Unknown(error.to_string())
    }
}

/// What an expression may ask for.
pub(crate) struct Context<'a> {
    pub(crate) registers: &'a Registers,
    pub(crate) memory: &'a dyn ReadMemory,
    pub(crate) cfa: Option<u32>,
    pub(crate) frame_base: Option<u32>,
    /// How much higher the module's addresses are than the file says.
    pub(crate) bias: u32,
    /// Where the module's thread-local variables begin, if it is known.
    pub(crate) tls: Option<u32>,
    /// The unit that the expression stands in.
    pub(crate) unit: Option<(&'a Debug, usize)>,
}

/// Evaluates; what it arrives at are the places of the parts of a value.
pub(crate) fn evaluate(
    expression: Expression<Bytes>,
    encoding: gimli::Encoding,
    cx: &Context<'_>,
    initial: Option<u32>,
) -> Result<Vec<Piece<Bytes>>, Missing> {
    let mut evaluation = expression.evaluation(encoding);
    // A branch in an expression may go back for ever.
    evaluation.set_max_iterations(10_000);
    if let Some(initial) = initial {
        evaluation.set_initial_value(initial.into());
    }
    let mut result = evaluation.evaluate()?;
    loop {
        result = match result {
            EvaluationResult::Complete => return Ok(evaluation.result()),
            EvaluationResult::RequiresMemory { address, size, base_type, .. } => {
                let mut bytes = [0; 8];
                let size = usize::from(size).min(8);
                cx.memory.read(address as u32, &mut bytes[..size]).map_err(Missing::Unreadable)?;
                evaluation.resume_with_memory(typed(cx, base_type, u64::from_le_bytes(bytes))?)?
            }
            EvaluationResult::RequiresRegister { register, base_type } => {
                let wide =
                    matches!(value_type(cx, base_type)?, ValueType::F64 | ValueType::I64 | ValueType::U64);
                let number = match register.0 {
                    // A doubleword that begins with an S register is a D register.
                    single @ 64..=95 if wide => 256 + (single - 64) / 2,
                    number => number,
                };
                let value = register_value(cx.registers, number).ok_or(Missing::NotSaved)?;
                evaluation.resume_with_register(typed(cx, base_type, value)?)?
            }
            EvaluationResult::RequiresFrameBase => {
                let base = cx.frame_base.ok_or_else(|| Missing::Unknown("frame base".into()))?;
                evaluation.resume_with_frame_base(base.into())?
            }
            EvaluationResult::RequiresCallFrameCfa => {
                let cfa = cx.cfa.ok_or_else(|| Missing::Unknown("frame address".into()))?;
                evaluation.resume_with_call_frame_cfa(cfa.into())?
            }
            EvaluationResult::RequiresRelocatedAddress(address) => {
                evaluation.resume_with_relocated_address((address as u32).wrapping_add(cx.bias).into())?
            }
            EvaluationResult::RequiresIndexedAddress { index, relocate } => {
                let (debug, unit) = cx.unit.ok_or_else(|| Missing::Unknown("indexed address".into()))?;
                let address = debug.dwarf.address(&debug.units[unit].unit, index)? as u32;
                let address = if relocate { address.wrapping_add(cx.bias) } else { address };
                evaluation.resume_with_indexed_address(address.into())?
            }
            EvaluationResult::RequiresTls(offset) => {
                let base = cx.tls.ok_or_else(|| Missing::Unknown("thread-local storage".into()))?;
                evaluation.resume_with_tls(base.wrapping_add(offset as u32).into())?
            }
            EvaluationResult::RequiresBaseType(offset) => {
                evaluation.resume_with_base_type(value_type(cx, offset)?)?
            }
            EvaluationResult::RequiresAtLocation(reference) => {
                evaluation.resume_with_at_location(location_of(cx, reference)?)?
            }
            // What a parameter was at the call is known to the caller alone, if it has kept it.
            EvaluationResult::RequiresEntryValue(_) | EvaluationResult::RequiresParameterRef(_) => {
                return Err(Missing::OptimizedOut);
            }
            EvaluationResult::RequiresWasmLocal { .. }
            | EvaluationResult::RequiresWasmGlobal { .. }
            | EvaluationResult::RequiresWasmStack { .. } => {
                return Err(Missing::Unknown("an operation of WebAssembly".into()));
            }
        };
    }
}

/// A register by its number in DWARF (AADWARF32, 4.1): R0-R15 0-15, S0-S31 64-95, D0-D31 256-287.
pub(crate) fn register_value(registers: &Registers, number: u16) -> Option<u64> {
    match number {
        0..=15 => registers.core[number as usize].map(u64::from),
        64..=95 => {
            let n = (number - 64) as usize;
            registers.d[n / 2].map(|d| d >> (32 * (n & 1)) & 0xffff_ffff)
        }
        256..=287 => registers.d[number as usize - 256],
        _ => None,
    }
}

fn value_type(cx: &Context<'_>, offset: gimli::UnitOffset) -> Result<ValueType, Missing> {
    if offset.0 == 0 {
        return Ok(ValueType::Generic);
    }
    let (debug, unit) = cx.unit.ok_or_else(|| Missing::Unknown("typed operation".into()))?;
    let entry = debug.units[unit].unit.entry(offset)?;
    let size = entry.attr_value(gimli::DW_AT_byte_size).and_then(|value| value.udata_value());
    let encoding = match entry.attr_value(gimli::DW_AT_encoding) {
        Some(Attr::Encoding(encoding)) => Some(encoding),
        _ => None,
    };
    let found = encoding.zip(size).and_then(|(encoding, size)| ValueType::from_encoding(encoding, size));
    found.ok_or_else(|| Missing::Unknown("the type of an operand".into()))
}

fn typed(cx: &Context<'_>, offset: gimli::UnitOffset, value: u64) -> Result<Value, Missing> {
    Ok(match value_type(cx, offset)? {
        ValueType::Generic => Value::Generic(value),
        ValueType::I8 => Value::I8(value as i8),
        ValueType::U8 => Value::U8(value as u8),
        ValueType::I16 => Value::I16(value as i16),
        ValueType::U16 => Value::U16(value as u16),
        ValueType::I32 => Value::I32(value as i32),
        ValueType::U32 => Value::U32(value as u32),
        ValueType::I64 => Value::I64(value as i64),
        ValueType::U64 => Value::U64(value),
        ValueType::F32 => Value::F32(f32::from_bits(value as u32)),
        ValueType::F64 => Value::F64(f64::from_bits(value)),
    })
}

/// The expression of another entry, for DW_OP_call2 and its like; none is an empty one.
fn location_of(cx: &Context<'_>, reference: gimli::DieReference<usize>) -> Result<Bytes, Missing> {
    let (debug, unit) = cx.unit.ok_or_else(|| Missing::Unknown("a call in an expression".into()))?;
    let at = match reference {
        gimli::DieReference::UnitRef(offset) => Some(EntryRef { unit, offset }),
        gimli::DieReference::DebugInfoRef(offset) => debug.refers(unit, Some(Attr::DebugInfoRef(offset))),
    };
    let location =
        at.and_then(|at| debug.entry(at)).and_then(|entry| entry.attr_value(gimli::DW_AT_location));
    match location.and_then(|value| value.exprloc_value()) {
        Some(Expression(bytes)) => Ok(bytes),
        None => Ok(Bytes::new(std::sync::Arc::from([]), gimli::LittleEndian)),
    }
}
