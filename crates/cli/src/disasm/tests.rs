//! A file of the repository, whole, cut short and with bytes changed.

use super::*;

const HELLO: &[u8] = include_bytes!("../../../../examples/hello");

fn listing(bytes: &[u8], all: bool) -> Result<String, String> {
    let image = Image::parse(bytes, all)?;
    let mut out = Vec::new();
    listing::write(&mut out, "hello", &image, 0..1 << 32).map_err(|e| e.to_string())?;
    String::from_utf8(out).map_err(|e| e.to_string())
}

#[test]
fn the_example() {
    let text = listing(HELLO, false).expect("an ELF file");
    assert!(text.contains("svc"), "{text}");
}

/// Errors or nonsense, but no panic.
#[test]
fn malformed_files() {
    let (mut listed, mut refused) = (0, 0);
    let mut try_it = |bytes: &[u8]| match listing(bytes, bytes.len().is_multiple_of(2)) {
        Ok(_) => listed += 1,
        Err(message) => {
            assert!(!message.contains('\n'), "{message}");
            refused += 1;
        }
    };
    (0..HELLO.len()).for_each(|len| try_it(&HELLO[..len]));
    let mut seed = 1u32;
    let mut random = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize
    };
    for _ in 0..20_000 {
        let mut bytes = HELLO.to_vec();
        for _ in 0..1 + random() % 4 {
            let at = random() % bytes.len();
            bytes[at] = [0, 0xff, 0x7f, 0x80, random() as u8][random() % 5];
        }
        try_it(&bytes);
    }
    assert!(listed > 1000 && refused > 1000, "{listed} listed, {refused} refused");
}

#[test]
fn addresses() {
    assert_eq!(address("0x1f"), Ok(31));
    assert_eq!(address("8000"), Ok(0x8000));
    assert!(address("").is_err() && address("123456789").is_err() && address("+1x").is_err());
}
