//! How an object that skink has assembled differs from the one that GNU as made, and which objects are known to.

use object::{Object, ObjectSection};

/// How an object is known to differ from GNU as's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// Only .debug_line: the address of a function's first row is said again where GNU as ended a fragment before,
    /// which it does too where its buffer was full.
    Lines,
    /// Only the order of relocations: the one of a tail call stands at another place.
    Order,
    /// Code of another length: a branch of Thumb is as long as it must be at last; GNU as keeps some long that could
    /// be short by then, or the other way round.
    Size,
}

impl Known {
    /// In a sentence.
    pub(crate) fn why(self) -> &'static str {
        match self {
            Known::Lines => "GNU as says an address in .debug_line again because a buffer was full",
            Known::Order => "the relocation of a tail call stands at another place among the others",
            Known::Size => "a Thumb branch or load has another size",
        }
    }
}

/// Objects that are known to differ, each with what does and nothing else: they are to become the same, and fail as
/// soon as they are.
pub(crate) const KNOWN: &[(&str, Known)] = &[
    ("skink/crates/cli/tests/guest/memory.c -mthumb -g", Known::Lines),
    ("mbedtls/library/ssl_tls.c -mthumb -g", Known::Lines),
    ("mbedtls/library/x509write_csr.c -mthumb -g", Known::Lines),
    ("bearssl/src/ssl/ssl_engine.c -marm -g", Known::Lines),
    ("libzstd/lib/legacy/zstd_v07.c -marm -g", Known::Lines),
    ("freetype/src/cid/cidobjs.c -marm -g", Known::Lines),
    ("freetype/src/cid/cidobjs.c -marm -fPIC -g", Known::Lines),
    ("freetype/src/truetype/truetype.c -marm -g", Known::Lines),
    ("freetype/src/truetype/truetype.c -marm -fPIC -g", Known::Lines),
    ("freetype/src/type1/type1.c -marm -g", Known::Lines),
    ("freetype/src/type1/type1.c -marm -fPIC -g", Known::Lines),
    ("pugixml/src/pugixml.cpp -marm -g", Known::Lines),
    ("re2/re2/prefilter_tree.cc -marm -g", Known::Lines),
    ("re2/re2/regexp.cc -mthumb -g", Known::Lines),
    ("mbedtls/library/md5.c -mthumb", Known::Order),
    ("mbedtls/library/md5.c -mthumb -g", Known::Order),
    ("mbedtls/library/sha1.c -mthumb", Known::Order),
    ("mbedtls/library/sha1.c -mthumb -g", Known::Order),
    ("freetype/src/otvalid/otvgsub.c -mthumb", Known::Order),
    ("freetype/src/otvalid/otvgsub.c -mthumb -g", Known::Order),
    ("freetype/src/otvalid/otvgsub.c -mthumb -fPIC", Known::Order),
    ("libjsoncpp/src/lib_json/json_value.cpp -mthumb", Known::Order),
    ("libjsoncpp/src/lib_json/json_value.cpp -mthumb -g", Known::Order),
    ("libjsoncpp/src/test_lib_json/main.cpp -mthumb", Known::Order),
    ("libjsoncpp/src/test_lib_json/main.cpp -mthumb -g", Known::Order),
    ("pugixml/src/pugixml.cpp -mthumb", Known::Order),
    ("pugixml/src/pugixml.cpp -mthumb -g", Known::Order),
    ("libzstd/lib/dictBuilder/divsufsort.c -mthumb", Known::Size),
    ("libzstd/lib/dictBuilder/divsufsort.c -mthumb -g", Known::Size),
    ("libzstd/lib/dictBuilder/divsufsort.c -mthumb -fPIC", Known::Size),
    ("tinyxml2/xmltest.cpp -mthumb -fPIC", Known::Size),
];

/// How two objects differ.
pub(crate) struct Difference {
    /// Where first.
    pub(crate) text: String,
    /// If it is a known one, and nothing else.
    pub(crate) kind: Option<Known>,
}

impl Difference {
    /// That of two objects which are not the same.
    pub(crate) fn of(ours: &[u8], theirs: &[u8]) -> Difference {
        Difference { text: first(ours, theirs), kind: kind(ours, theirs) }
    }
}

/// Where two objects differ first.
fn first(ours: &[u8], theirs: &[u8]) -> String {
    let (Ok(a), Ok(b)) = (object::File::parse(ours), object::File::parse(theirs)) else {
        return "is no object".into();
    };
    for section in b.sections() {
        let name = section.name().unwrap_or_default();
        let Some(mine) = a.sections().find(|s| s.index() == section.index()) else {
            return format!("has no section {name}");
        };
        let (x, y) = (mine.data().unwrap_or_default(), section.data().unwrap_or_default());
        if x != y || mine.name().ok() != section.name().ok() {
            let first = x.iter().zip(y).position(|(a, b)| a != b).unwrap_or(x.len().min(y.len()));
            return format!("{name} differs at {first:#x}");
        }
    }
    let first = ours.iter().zip(theirs).position(|(a, b)| a != b).unwrap_or(ours.len().min(theirs.len()));
    format!("differs at {first:#x} outside of contents")
}

/// Which known difference two objects have, if it is the only one.
fn kind(ours: &[u8], theirs: &[u8]) -> Option<Known> {
    let sections = |bytes| -> Option<Vec<(String, Vec<u8>)>> {
        let file = object::File::parse(bytes).ok()?;
        let section = |s: object::Section<'_, '_>| Some((s.name().ok()?.to_owned(), s.data().ok()?.to_vec()));
        file.sections().map(section).collect()
    };
    let (ours, theirs) = (sections(ours)?, sections(theirs)?);
    if !ours.iter().map(|(name, _)| name).eq(theirs.iter().map(|(name, _)| name)) {
        return None;
    }
    let differing: Vec<_> = ours.iter().zip(&theirs).filter(|(a, b)| a.1 != b.1).collect();
    let all = |is: fn(&str) -> bool| !differing.is_empty() && differing.iter().all(|(a, _)| is(&a.0));
    // Relocations of 8 bytes each (ELF for the Arm Architecture: REL).
    let sorted = |data: &[u8]| {
        let mut entries: Vec<Vec<u8>> = data.chunks(8).map(<[u8]>::to_vec).collect();
        entries.sort_unstable();
        entries
    };
    if all(|name| name.ends_with(".debug_line")) {
        Some(Known::Lines)
    } else if all(|name| name.starts_with(".rel"))
        && differing.iter().all(|(a, b)| sorted(&a.1) == sorted(&b.1))
    {
        Some(Known::Order)
    } else if differing.iter().any(|(a, b)| a.0.starts_with(".text") && a.1.len() != b.1.len()) {
        Some(Known::Size)
    } else {
        None
    }
}
