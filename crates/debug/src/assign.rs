//! Assignments: to registers and lanes of them, to variables, to memory.

use crate::Error;
use crate::session::Session;
use skink_debuginfo::{Data, Encoding, Type, Value};

impl Session {
    /// Gives something the value of an expression, each as the user writes it: `$r0`, `$q0.f32[1]`, `{int}0x8000`,
    /// a variable or part of one. Only the innermost frame's registers can be changed.
    ///
    /// # Errors
    ///
    /// What is wrong with either, or why it cannot be changed.
    pub fn set(&mut self, target: &str, value: &str) -> Result<(), Error> {
        let value = self.value(value)?;
        self.assign(target, &value)
    }

    /// As [`Session::set`], with the value at hand.
    ///
    /// # Errors
    ///
    /// As for [`Session::set`].
    pub fn assign(&mut self, target: &str, value: &Value) -> Result<(), Error> {
        if let Some((kind, addr)) = target.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            let unknown = || Error::new(format!("No type is called `{}'.", kind.trim()));
            let ty = self.program.type_named(kind).ok_or_else(unknown)?;
            let addr = self.evaluate(addr)? as u32;
            return self.store(addr, &ty, value);
        }
        if let Some((register, path)) = target.split_once('.')
            && self.register(register.trim_start_matches('$')).is_ok()
            && !self.is_variable(register)
        {
            return self.assign_lane(register.trim_start_matches('$'), path, value);
        }
        if let Some(name) = target.strip_prefix('$') {
            return self.assign_register(name, value);
        }
        let place = self.value(target)?;
        match (place.address(), &place.data) {
            (Some(_), _) => self.assign_to(&place, value),
            // DWARF for the ARM architecture, 3.1: R0-R15 are 0 to 15, D0-D31 are 256 to 287.
            (None, Data::Bytes { register: Some(number), .. }) if self.frame == 0 => {
                let name = match number {
                    0..=15 => format!("r{number}"),
                    64..=95 => format!("s{}", number - 64),
                    256..=287 => format!("d{}", number - 256),
                    _ => {
                        return Err(Error::new(format!("{target} is in a register that cannot be written.")));
                    }
                };
                let bits = self.bits(value, &place.ty)?;
                self.set_register(&name, bits.into())
            }
            _ if self.register(target).is_ok() && !self.is_variable(target) => {
                self.assign_register(target, value)
            }
            _ => Err(Error::new(format!("Expected something that can be changed, found `{target}'."))),
        }
    }

    /// Gives something in memory a value.
    ///
    /// # Errors
    ///
    /// If it is not in memory, or cannot be written.
    pub fn assign_to(&mut self, place: &Value, value: &Value) -> Result<(), Error> {
        let none = || Error::new("Expected something in memory, found a value that is nowhere.");
        self.store(place.address().ok_or_else(none)?, &place.ty, value)
    }

    /// Whether an expression means a variable by a name, which may be a register's too.
    fn is_variable(&self, name: &str) -> bool {
        let frame = self.frame_at(self.frame).ok();
        self.program.variable(name, frame.as_ref()).is_some()
    }

    fn assign_register(&mut self, name: &str, value: &Value) -> Result<(), Error> {
        if self.frame != 0 && self.register(name).is_ok() {
            return Err(Error::new(
                "Registers are changed in the innermost frame; in others they are what will be restored.",
            ));
        }
        let float = matches!(value.ty.plain(), Type::Base { encoding: Encoding::Float, .. });
        let bits = match name.as_bytes().first() {
            // A number with a fraction can only be meant as such.
            Some(b's' | b'S') if float => self.bits(value, &Type::base("float").unwrap_or(Type::Void))?,
            Some(b'd' | b'D') if float => self.bits(value, &Type::base("double").unwrap_or(Type::Void))?,
            _ => self.scalar(value)?,
        };
        self.set_register(name, bits.into())
    }

    /// `f32[1]` of a D or Q register, or a view of all of it.
    fn assign_lane(&mut self, register: &str, path: &str, value: &Value) -> Result<(), Error> {
        let whole = self.register(register)?;
        let shape = self.value(&format!("${register}"))?.ty;
        let (view, index) = match path.split_once('[') {
            Some((view, index)) => {
                let index = index.trim_end().strip_suffix(']');
                let wrong = || Error::new(format!("Expected VIEW[LANE] of {register}, found `{path}'."));
                (view, Some(self.evaluate(index.ok_or_else(wrong)?)?))
            }
            None => (path, None),
        };
        // Where the lane would be if the register were memory says where its bits are.
        let none = || Error::new(format!("{register} has no lane `{path}'."));
        let lane = Value::at(0, shape).member_named(view.trim()).ok_or_else(none)?;
        let lane = match index {
            Some(index) => {
                let index = u32::try_from(index).map_err(|_| none())?;
                lane.element(index).ok_or_else(none)?
            }
            None => lane,
        };
        let (offset, size) = (lane.address().ok_or_else(none)?, lane.ty.size());
        let bytes = match register.as_bytes().first() {
            Some(b'q' | b'Q') => 16,
            _ => 8,
        };
        if offset.checked_add(size).is_none_or(|end| end > bytes) || size > 8 {
            return Err(none());
        }
        let bits = u128::from(self.bits(value, &lane.ty)?);
        let mask = (u128::MAX >> (128 - 8 * size)) << (8 * offset);
        self.set_register(register, whole.value & !mask | bits << (8 * offset) & mask)
    }

    fn scalar(&self, value: &Value) -> Result<u64, Error> {
        let memory = &**self.memory()?;
        value.scalar(memory).map_err(|_| Error::new("Expected a number, found something else."))
    }

    /// What is written for a value: to a target of a floating-point type the nearest number of it.
    fn bits(&self, value: &Value, target: &Type) -> Result<u64, Error> {
        let memory = &**self.memory()?;
        let float = |ty: &Type| matches!(ty.plain(), Type::Base { encoding: Encoding::Float, .. });
        if !float(target) {
            return self.scalar(value);
        }
        let number = if float(&value.ty) { value.float(memory).ok() } else { None };
        let number = number.map_or_else(|| self.scalar(value).map(|bits| bits as i64 as f64), Ok)?;
        Ok(if target.size() == 4 { (number as f32).to_bits().into() } else { number.to_bits() })
    }

    fn store(&mut self, addr: u32, ty: &Type, value: &Value) -> Result<(), Error> {
        let bits = self.bits(value, ty)?;
        let size = ty.size() as usize;
        let bytes = bits.to_le_bytes();
        let bytes = bytes.get(..size).filter(|bytes| !bytes.is_empty());
        let bytes =
            bytes.ok_or_else(|| Error::new(format!("Expected something of 1 to 8 bytes, found {size}.")))?;
        self.write(addr, bytes)
    }
}
