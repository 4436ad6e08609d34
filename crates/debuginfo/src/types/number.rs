//! Floating-point numbers as C's `%g` writes them.

/// `%.<digits>g`: the shorter of decimal and exponent notation, without zeros at the end.
pub(super) fn general(value: f64, digits: usize) -> String {
    if value.is_nan() || value.is_infinite() {
        return if value.is_nan() {
            "nan".into()
        } else {
            format!("{}inf", if value < 0.0 { "-" } else { "" })
        };
    }
    if value == 0.0 {
        return if value.is_sign_negative() { "-0".into() } else { "0".into() };
    }
    let scientific = format!("{:.*e}", digits - 1, value);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let trim = |text: &str| match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    };
    if exponent < -4 || exponent >= digits as i32 {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{}e{sign}{:02}", trim(mantissa), exponent.abs());
    }
    let decimals = (digits as i32 - 1 - exponent).max(0) as usize;
    trim(&format!("{value:.decimals$}"))
}

#[cfg(test)]
mod tests {
    use super::general;

    /// Expectations are printf's.
    #[test]
    fn as_printf_writes() {
        let cases = [
            (0.1, "0.10000000000000001"),
            (1.5, "1.5"),
            (100.0, "100"),
            (1e17, "1e+17"),
            (123456789.0, "123456789"),
            (-2.5e-7, "-2.4999999999999999e-07"),
            (1e300, "1.0000000000000001e+300"),
            (0.0001, "0.0001"),
        ];
        for (value, text) in cases {
            assert_eq!(general(value, 17), text);
        }
        assert_eq!(general(f64::from(0.1f32), 9), "0.100000001");
        assert_eq!(general(f64::NEG_INFINITY, 9), "-inf");
    }
}
