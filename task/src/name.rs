//! The name of a task: in place if it is short, so that a million of them take no
//! block of memory each.

use std::{
    borrow::Borrow,
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    ops::Deref,
    sync::Arc,
};

/// How long a name may be to be kept in place, in bytes.
const SHORT: usize = 14;

/// A name, cheap to clone.
#[derive(Clone)]
pub(crate) enum Name {
    Short { len: u8, bytes: [u8; SHORT] },
    // A box, so that the pointer is a thin one.
    Long(Arc<Box<str>>),
}

impl Name {
    /// Returns the text, without the look at whether it is one.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Name::Short { len, bytes } => bytes.get(..usize::from(*len)).unwrap_or_default(),
            Name::Long(text) => text.as_bytes(),
        }
    }

    /// Returns the name as observers are given it.
    pub(crate) fn shared(&self) -> Arc<str> {
        (**self).into()
    }

    /// Returns how the name begins, as a number that sorts as the name does. Equal
    /// numbers of two short names are equal names.
    pub(crate) fn beginning(&self) -> u128 {
        beginning(match self {
            Name::Short { bytes, .. } => bytes,
            Name::Long(text) => text.as_bytes(),
        })
    }
}

/// The same of a text that may become a name.
pub(crate) fn beginning(text: &[u8]) -> u128 {
    let mut beginning = [0; 16];
    for (to, from) in beginning.iter_mut().zip(text) {
        *to = *from;
    }
    u128::from_be_bytes(beginning)
}

impl From<&str> for Name {
    fn from(text: &str) -> Name {
        let mut bytes = [0; SHORT];
        match (bytes.get_mut(..text.len()), u8::try_from(text.len())) {
            (Some(start), Ok(len)) => {
                start.copy_from_slice(text.as_bytes());
                Name::Short { len, bytes }
            }
            _ => Name::Long(Arc::new(text.into())),
        }
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            // It was made of a `str`.
            Name::Short { .. } => std::str::from_utf8(self.as_bytes()).unwrap_or_default(),
            Name::Long(text) => text,
        }
    }
}

impl Borrow<str> for Name {
    fn borrow(&self) -> &str {
        self
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Name) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Name {}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Name) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Name) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Name {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::Name;

    const NAMES: [&str; 9] = [
        "",
        "a",
        "ab",
        "b",
        "job-1234567890",
        "job-12345678901",
        "job-1234567890123456789",
        "job-123456789012345678",
        "größer als 14",
    ];

    #[test]
    fn a_name_is_its_text_however_long() {
        assert_eq!(size_of::<Name>(), 16);
        for text in NAMES {
            let name = Name::from(text);
            assert_eq!((&*name, name.to_string()), (text, text.to_owned()));
            assert_eq!(format!("{name:?}"), format!("{text:?}"));
            assert_eq!(*name.shared(), *text);
        }
    }

    #[test]
    fn names_and_their_beginnings_sort_as_their_texts_do() {
        for a in NAMES {
            for b in NAMES {
                let (name, other) = (Name::from(a), Name::from(b));
                assert_eq!(name.cmp(&other), a.cmp(b));
                let beginnings = name.beginning().cmp(&other.beginning());
                assert!(beginnings == a.cmp(b) || beginnings.is_eq(), "{a} {b}");
                if a.len() <= 14 && b.len() <= 14 {
                    assert_eq!(beginnings, a.cmp(b));
                }
            }
        }
    }
}
