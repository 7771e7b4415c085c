//! The smallest parts of an expression: a number, a name, a step, and where they
//! stand.

use std::ops::Range;

use super::fields::{FIRST_YEAR, Field, Kind, LAST_YEAR};

/// What is wrong, and with which bytes of the text.
#[derive(Debug)]
pub(crate) struct Mistake {
    pub(crate) message: String,
    pub(crate) mark: Range<usize>,
}

/// A field or a part of one, and where it begins in the text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece<'a> {
    pub(crate) text: &'a str,
    pub(crate) start: usize,
}

pub(super) type Read<T> = Result<T, Mistake>;

pub(super) fn read_step(field: &Field, step: Piece<'_>) -> Read<u32> {
    let text = step.text;
    match number(text) {
        Some(0) => step.mistake("a step of 0 is not possible, it must be at least 1"),
        Some(count) if count <= field.size => Ok(count),
        Some(_) => step.mistake(format!(
            "the step `{text}` is larger than the {} values of the {}",
            field.size, field.name
        )),
        None if text.is_empty() => {
            step.mistake("the step after `/` is missing, write something such as `*/5`")
        }
        None if text.contains('/') => step.mistake("there is more than one step"),
        None => step.mistake(format!("the step `{text}` is no number")),
    }
}

pub(super) fn read_value(field: &Field, value: Piece<'_>) -> Read<u32> {
    let Field { name, min, max, .. } = *field;
    let text = value.text;
    match number(text) {
        Some(number) if (min..=max).contains(&number) => return Ok(number),
        Some(number) => {
            let hint = match field.kind {
                // Six fields, of which the last was meant to be a year.
                Kind::WeekDay if (FIRST_YEAR..=LAST_YEAR).contains(&number) => {
                    ", and a year needs seven fields, with the second first"
                }
                _ => "",
            };
            return value.mistake(format!(
                "the {name} `{text}` is not within {min} to {max}{hint}"
            ));
        }
        None => {}
    }
    if let Some(number) = field.named(text) {
        return Ok(number);
    }
    let allowed = field.allowed();
    let names = || field.names.iter().copied();
    let near = names()
        .find(|name| text.len() > 3 && text.to_lowercase().starts_with(&name[..3]))
        .or_else(|| crate::nearest(text, names()));
    match near {
        Some(near) => value.mistake(format!(
            "the {name} `{text}` is unknown, did you mean `{}`?",
            &near[..3]
        )),
        None if text.starts_with('H') => value.mistake(format!(
            "`H` of Jenkins is unknown here, write a {name} from {allowed}"
        )),
        None => value.mistake(format!("`{text}` is no {name}, write {allowed}")),
    }
}

/// A number of digits 0 to 9 only. What is too large is `u32::MAX`.
pub(super) fn number(text: &str) -> Option<u32> {
    if text.is_empty() {
        return None;
    }
    text.bytes().try_fold(0_u32, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u32::from(byte - b'0'))?;
        Some(number.saturating_mul(10).saturating_add(digit))
    })
}

impl<'a> Piece<'a> {
    /// What is before and behind the first `separator`.
    pub(super) fn split(self, separator: char) -> Option<(Piece<'a>, Piece<'a>)> {
        let (before, behind) = self.text.split_once(separator)?;
        let behind = Piece {
            text: behind,
            start: self.start + before.len() + 1,
        };
        Some((
            Piece {
                text: before,
                ..self
            },
            behind,
        ))
    }

    /// Without the last character, which must be one byte.
    pub(super) fn cut_end(self) -> Piece<'a> {
        Piece {
            text: &self.text[..self.text.len() - 1],
            ..self
        }
    }

    pub(super) fn mistake<T>(self, message: impl Into<String>) -> Read<T> {
        Err(Mistake {
            message: message.into(),
            mark: self.start..self.start + self.text.len(),
        })
    }
}
