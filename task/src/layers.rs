//! Reading TOML and laying one source over the other: all that is known of the crate `config`.

use std::{collections::BTreeMap, fmt};

use ::config::{Config, ConfigError, File, FileFormat, Map, Source, ValueKind};

/// A value that goes through untouched.
pub(crate) type Raw = ::config::Value;

/// A value that has come to the top.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Text(String),
    Number(String),
    Flag(bool),
    List(Vec<Value>),
    /// A kind that no option has, as it was written.
    Other(String),
    /// The value of a variable that is not Unicode.
    NotUnicode,
}

/// What one source says of one task.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layer {
    options: Map<String, Raw>,
}

/// One option of a task, as the last source that has it says it.
pub(crate) struct Setting {
    pub(crate) key: String,
    pub(crate) value: Value,
    /// By which source.
    pub(crate) by: String,
}

/// The name under which a layer has its schedules, so that they are replaced together.
const SCHEDULES: &str = "schedules";

impl Layer {
    pub(crate) fn set(&mut self, key: &str, is_schedule: bool, value: Raw, by: &str) {
        let by = by.to_owned();
        let value = Raw::new(Some(&by), value.kind);
        if !is_schedule {
            self.options.insert(key.to_owned(), value);
            return;
        }
        let one = Raw::new(Some(&by), Map::from([(key.to_owned(), value)]));
        let none = Raw::new(Some(&by), ValueKind::Array(Vec::new()));
        let all = self.options.entry(SCHEDULES.to_owned()).or_insert(none);
        if let ValueKind::Array(all) = &mut all.kind {
            all.push(one);
        }
    }

    /// Returns the keys of this layer, each once.
    pub(crate) fn keys(&self) -> Vec<String> {
        settings(self.options.clone())
            .into_iter()
            .map(|setting| setting.key)
            .collect()
    }
}

impl Source for Layer {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Raw>, ConfigError> {
        Ok(self.options.clone())
    }
}

/// Lays each layer over those before it, and returns what is to be seen, sorted by key.
pub(crate) fn merge(layers: &[&Layer]) -> Vec<Setting> {
    let mut builder = Config::builder();
    for layer in layers {
        builder = builder.add_source((*layer).clone());
    }
    // Both can't fail: the layers are maps, and so is what they make together.
    let merged = builder.build().unwrap_or_default();
    settings(merged.collect().unwrap_or_default())
}

fn settings(options: Map<String, Raw>) -> Vec<Setting> {
    let mut settings = Vec::new();
    for (key, raw) in options {
        match raw.kind {
            ValueKind::Array(schedules) if key == SCHEDULES => {
                let schedules = schedules.into_iter();
                let tables = schedules.filter_map(|one| one.into_table().ok());
                settings.extend(tables.flatten().map(|(key, raw)| setting(key, raw)));
            }
            _ => settings.push(setting(key, raw)),
        }
    }
    settings.sort_by(|a, b| a.key.cmp(&b.key));
    settings
}

fn setting(key: String, raw: Raw) -> Setting {
    Setting {
        key,
        by: raw.origin().unwrap_or_default().to_owned(),
        value: Value::of(raw),
    }
}

/// The options of each task of a file; `None` for one whose entry is no table.
pub(crate) type Tasks = BTreeMap<String, Option<BTreeMap<String, Raw>>>;

/// Reads the table `tasks` of a TOML text.
pub(crate) fn parse(toml: &str) -> Result<Tasks, String> {
    // Not by the paths of the crate, which give dots and brackets a meaning: a
    // task may have any name.
    let file = File::from_str(toml, FileFormat::Toml);
    let mut file = file.collect().map_err(|error| error.to_string())?;
    let Some(tasks) = file.remove("tasks") else {
        return Ok(Tasks::new());
    };
    let ValueKind::Table(tasks) = tasks.kind else {
        return Err("`tasks` is no table: expected `[tasks.NAME]`".to_owned());
    };
    let options = |raw: Raw| match raw.kind {
        ValueKind::Table(options) => Some(options.into_iter().collect()),
        _ => None,
    };
    let tasks = tasks.into_iter();
    Ok(tasks.map(|(name, raw)| (name, options(raw))).collect())
}

/// Reads a list that stands in a variable.
pub(crate) fn parse_list(text: &str) -> Option<Value> {
    let file = File::from_str(&format!("list = {text}"), FileFormat::Toml);
    let mut file = file.collect().ok()?;
    let list = Value::of(file.remove("list")?);
    // More than a list is a text with lines of its own.
    file.is_empty().then_some(list)
}

/// Makes a value of the text of a variable, if it is one.
pub(crate) fn text(text: Option<String>) -> Raw {
    Raw::new(None, text)
}

pub(crate) fn is_table(value: &Raw) -> bool {
    matches!(value.kind, ValueKind::Table(_))
}

impl Value {
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns what can be read as it was written: a text or a number.
    pub(crate) fn written(&self) -> Option<&str> {
        match self {
            Value::Text(text) | Value::Number(text) => Some(text),
            _ => None,
        }
    }

    fn of(raw: Raw) -> Value {
        match raw.kind {
            // TOML has none of it: see `text`.
            ValueKind::Nil => Value::NotUnicode,
            ValueKind::Boolean(flag) => Value::Flag(flag),
            ValueKind::String(text) => Value::Text(text),
            ValueKind::Array(list) => Value::List(list.into_iter().map(Value::of).collect()),
            ValueKind::I64(number) => Value::Number(number.to_string()),
            other => Value::Other(other.to_string()),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Text(text) | Value::Number(text) | Value::Other(text) => f.write_str(text),
            Value::Flag(flag) => write!(f, "{flag}"),
            Value::NotUnicode => f.write_str("(not valid Unicode)"),
            Value::List(list) => {
                f.write_str("[")?;
                for (index, value) in list.iter().enumerate() {
                    let comma = if index > 0 { ", " } else { "" };
                    match value {
                        Value::Text(text) => write!(f, "{comma}{text:?}")?,
                        other => write!(f, "{comma}{other}")?,
                    }
                }
                f.write_str("]")
            }
        }
    }
}
