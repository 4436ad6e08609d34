//! Points that stop at some of their hits, and points that say something instead of stopping.

use crate::Error;
use crate::session::Session;
use skink_debuginfo::{Context, Expression, Format, Limits};
use skink_machine::Cpu;

/// Which hits of a point count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HitCondition {
    /// The N-th only: `== N`.
    Only(u32),
    /// From the N-th on: `N`, `>= N`, and `> N` for the one after.
    From(u32),
    /// Up to the N-th: `<= N`, and `< N` for the one before.
    UpTo(u32),
    /// Each N-th: `% N`.
    Each(u32),
}

impl HitCondition {
    /// Reads one.
    ///
    /// # Errors
    ///
    /// If it is none.
    ///
    /// ```
    /// use skink_debug::HitCondition;
    ///
    /// assert_eq!(HitCondition::parse("> 3"), Ok(HitCondition::From(4)));
    /// assert_eq!(HitCondition::parse("%10"), Ok(HitCondition::Each(10)));
    /// assert!(HitCondition::parse("often").is_err() && HitCondition::parse("% 0").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<HitCondition, Error> {
        let text = text.trim();
        let end = text.find(|c: char| !"=<>%".contains(c)).unwrap_or(text.len());
        let (sign, number) = text.split_at(end);
        let wrong = || {
            Error::new(format!(
                "Expected a count of hits with ==, >, >=, <, <= or % before it, or none of them, found `{text}'."
            ))
        };
        let number: u32 = number.trim().parse().map_err(|_| wrong())?;
        match (sign, number) {
            ("" | ">=", n) => Ok(HitCondition::From(n)),
            ("=" | "==" | "===", n) => Ok(HitCondition::Only(n)),
            (">", n) => Ok(HitCondition::From(n.saturating_add(1))),
            ("<=", n) => Ok(HitCondition::UpTo(n)),
            ("<", n) => Ok(HitCondition::UpTo(n.saturating_sub(1))),
            ("%", n) if n > 0 => Ok(HitCondition::Each(n)),
            _ => Err(wrong()),
        }
    }

    /// Whether the hit of this number, from 1, counts.
    pub(crate) fn counts(self, hit: u32) -> bool {
        match self {
            HitCondition::Only(n) => hit == n,
            HitCondition::From(n) => hit >= n,
            HitCondition::UpTo(n) => hit <= n,
            HitCondition::Each(n) => hit.is_multiple_of(n),
        }
    }
}

impl Session {
    /// Says what a point has to say at a hit of it. While the past is searched nothing is said twice.
    pub(crate) fn log(&mut self, point: u32, message: &str, cpu: &Cpu) {
        if self.searching {
            return;
        }
        let text = self.filled(message, cpu);
        if let Some(attendant) = &mut self.attendant {
            attendant.logged(point, &text);
        }
    }

    /// A message with `{EXPRESSION}` replaced by its value in the innermost frame; `{{` is a brace.
    fn filled(&self, message: &str, cpu: &Cpu) -> String {
        let (mut out, mut rest) = (String::new(), message);
        while let Some(at) = rest.find('{') {
            out += &rest[..at];
            let inside = &rest[at + 1..];
            if let Some(behind) = inside.strip_prefix('{') {
                out.push('{');
                rest = behind;
                continue;
            }
            let Some(end) = inside.find('}') else {
                rest = &rest[at..];
                break;
            };
            out += &self.shown_at(&inside[..end], cpu).unwrap_or_else(|error| {
                let text = error.to_string();
                format!("<{}>", text.lines().next().unwrap_or_default())
            });
            rest = &inside[end + 1..];
        }
        out + rest
    }

    fn shown_at(&self, text: &str, cpu: &Cpu) -> Result<String, Error> {
        let expression = Expression::parse(text.trim())?;
        let memory = &**self.memory()?;
        let limits = Limits { frames: 1, ..Limits::default() };
        let frames = self.program.unwind_to(cpu, memory, limits);
        let cx = Context { cpu, memory, program: &self.program, frame: frames.first() };
        let value = expression.evaluate(&cx)?;
        Ok(value.display(&self.program, memory, Format::default()))
    }
}

#[cfg(test)]
mod tests {
    use super::HitCondition::{self, Each, From, Only, UpTo};

    #[test]
    fn signs() {
        let of = |text| HitCondition::parse(text).unwrap();
        assert_eq!([of("5"), of(">=5"), of("> 4")], [From(5); 3]);
        assert_eq!([of("== 5"), of("=5")], [Only(5); 2]);
        assert_eq!([of("<5"), of(" <= 4 ")], [UpTo(4); 2]);
        for text in ["", "x", "5x", "%0", "=>3", "-1", "5 6"] {
            let error = HitCondition::parse(text).unwrap_err().to_string();
            assert!(error.contains("Expected a count"), "{error}");
        }
    }

    #[test]
    fn which_hits_count() {
        let hits = |c: HitCondition| (1..=6).filter(|n| c.counts(*n)).collect::<Vec<u32>>();
        assert_eq!(hits(Each(3)), [3, 6]);
        assert_eq!(hits(From(5)), [5, 6]);
        assert_eq!(hits(UpTo(2)), [1, 2]);
        assert_eq!(hits(Only(4)), [4]);
    }
}
