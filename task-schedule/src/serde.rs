//! Schedules and their parts as strings.

use std::{fmt, marker::PhantomData, str::FromStr};

use serde::{
    de::{Deserialize, Deserializer, Visitor},
    ser::{Serialize, Serializer},
};

use crate::{
    clock_change::{Fold, Gap},
    error::Error,
    schedule::Schedule,
    until::Until,
    window::{Between, Days},
    zone::Zone,
};

macro_rules! as_string {
    ($type:ty, $expected:literal) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$type, D::Error> {
                deserializer.deserialize_str(Text {
                    expected: $expected,
                    value: PhantomData,
                })
            }
        }
    };
}

as_string!(Schedule, "a schedule such as \"every 30s\"");
as_string!(Zone, "a time zone such as \"Europe/Berlin\"");
as_string!(Between, "hours such as \"09:00 to 17:00\"");
as_string!(Days, "days of the week such as \"mon-fri\"");
as_string!(Gap, "\"after\", \"shift\" or \"skip\"");
as_string!(Fold, "\"first\", \"last\" or \"both\"");
as_string!(Until, "a limit such as \"2026-12-24 18:00\" or \"1h\"");

/// Reads a string into a `T`.
struct Text<T> {
    expected: &'static str,
    value: PhantomData<T>,
}

impl<T: FromStr<Err = Error>> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}
