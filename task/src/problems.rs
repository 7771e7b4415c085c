//! What is wrong with one task, and what of a configuration has to do with it.

use task_schedule::Error as ScheduleError;

use crate::{
    error::{Error, ErrorKind, Place},
    overridden::Overridden,
};

/// Collects what is wrong with one task.
pub(crate) struct Problems {
    name: String,
    place: Place,
    /// What a configuration has set on the task.
    overridden: Vec<Overridden>,
    found: Vec<Error>,
}

impl Problems {
    pub(crate) fn new(name: &str, place: Place, overridden: &[Overridden]) -> Problems {
        Problems {
            name: name.to_owned(),
            place,
            overridden: overridden.to_owned(),
            found: Vec::new(),
        }
    }

    pub(crate) fn into_error(self) -> Option<Error> {
        Error::all(self.found)
    }

    /// Adds a problem that no configuration can bring about.
    pub(crate) fn push(&mut self, problem: impl Into<Error>) {
        self.found.push(problem.into());
    }

    /// Adds a problem with the value of one option.
    pub(crate) fn value(&mut self, key: &str, reason: impl Into<String>) {
        let kind = self.option(reason.into());
        self.push_of(key, kind);
    }

    /// Adds an option that has no effect beside the others.
    ///
    /// One that the task itself says is dropped if anything of the task is
    /// overridden: a configuration can't take it away, and did not ask for it.
    pub(crate) fn no_effect(&mut self, key: &str, reason: impl Into<String>) {
        if self.overridden.is_empty() || self.find(key).is_some() {
            self.value(key, reason);
        }
    }

    /// Adds a problem of several options together.
    pub(crate) fn together(&mut self, reason: impl Into<String>) {
        let kind = self.option(reason.into());
        self.push_of_all(kind);
    }

    /// Adds a schedule that could not be read; `key` is what it was written under
    /// in a configuration.
    pub(crate) fn schedule(&mut self, key: &str, error: ScheduleError) {
        let kind = self.unread(error);
        self.push_of(key, kind);
    }

    /// Adds a schedule that doesn't go with the other options.
    pub(crate) fn misfit(&mut self, error: ScheduleError) {
        let kind = self.unread(error);
        self.push_of_all(kind);
    }

    /// Takes a value that was read from text, if it was given and could be read.
    pub(crate) fn take<T>(
        &mut self,
        key: &str,
        value: Option<Result<T, ScheduleError>>,
    ) -> Option<T> {
        value?.map_err(|error| self.schedule(key, error)).ok()
    }

    /// Takes a word in the same way.
    pub(crate) fn take_word<T>(
        &mut self,
        key: &str,
        value: Option<Result<T, String>>,
    ) -> Option<T> {
        value?.map_err(|reason| self.value(key, reason)).ok()
    }

    fn option(&self, reason: String) -> ErrorKind {
        let (name, place) = (self.name.clone(), self.place);
        ErrorKind::Option {
            name,
            place,
            reason,
        }
    }

    fn unread(&self, error: ScheduleError) -> ErrorKind {
        let (name, place) = (self.name.clone(), self.place);
        ErrorKind::Schedule { name, place, error }
    }

    fn find(&self, key: &str) -> Option<&Overridden> {
        self.overridden
            .iter()
            .find(|overridden| overridden.key == key)
    }

    fn push_of(&mut self, key: &str, kind: ErrorKind) {
        let place = self.find(key).map(Overridden::place);
        self.push(Error::from(kind).set_by(place.unwrap_or_default()));
    }

    fn push_of_all(&mut self, kind: ErrorKind) {
        let places = Overridden::places(&self.overridden);
        self.push(Error::from(kind).set_by(places));
    }
}
