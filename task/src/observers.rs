//! Who is told what happens: the boxes of all who want to know, and the threads
//! that call the builder's observers.

use std::{fmt, sync::Arc};

use crate::{
    clock::Deadline,
    definition::Observer,
    event::Event,
    executor::{self, Inside},
    mailbox::Mailbox,
    precise::start,
    request::RunId,
    scheduler::Core,
    state::State,
    telemetry,
};

#[derive(Default)]
pub(crate) struct Observers {
    /// Those of subscribers.
    subscribed: Vec<Arc<Mailbox>>,
    /// Those of the builder's observers.
    served: Vec<Arc<Mailbox>>,
    /// The observers whose thread is still to be started.
    waiting: Vec<(Observer, Arc<Mailbox>)>,
    capacity: usize,
}

impl Observers {
    /// Makes a box for each observer. A box keeps so many events.
    pub(crate) fn new(observers: Vec<Observer>, capacity: usize) -> Observers {
        let (mut served, mut waiting) = (Vec::new(), Vec::new());
        for observer in observers {
            let mailbox = Arc::new(Mailbox::new(capacity));
            served.push(mailbox.clone());
            waiting.push((observer, mailbox));
        }
        Observers {
            subscribed: Vec::new(),
            served,
            waiting,
            capacity,
        }
    }

    /// Makes a box for one more.
    pub(crate) fn subscribe(&mut self) -> Arc<Mailbox> {
        let mailbox = Arc::new(Mailbox::new(self.capacity));
        self.subscribed.push(mailbox.clone());
        mailbox
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.subscribed.is_empty() && self.served.is_empty()
    }

    /// Returns a box with events of which an observer has not been told yet.
    fn undrained(&self) -> Option<Arc<Mailbox>> {
        let mailbox = self.served.iter().find(|mailbox| !mailbox.is_drained());
        mailbox.cloned()
    }
}

impl State {
    /// Notes what has happened, if somebody wants to know.
    pub(crate) fn tell(&mut self, event: impl FnOnce() -> Event) {
        if !self.observers.is_empty() {
            self.put(&event());
        }
    }

    fn put(&mut self, event: &Event) {
        let wakers = &mut self.after.wakers;
        for mailbox in &self.observers.served {
            mailbox.put(event, wakers);
        }
        let subscribed = &mut self.observers.subscribed;
        subscribed.retain(|mailbox| mailbox.put(event, wakers));
        self.after.for_observers = !self.observers.waiting.is_empty();
    }

    /// Notes what has happened and is no part of a run's life, which the log and the
    /// numbers show as well.
    pub(crate) fn announce(&mut self, event: impl FnOnce() -> Event) {
        if telemetry::IS_ON {
            let event = event();
            self.after.announced.push(event.clone());
            self.tell(|| event);
        } else {
            self.tell(event);
        }
    }

    /// Lets the events end once the manager is gone and nothing runs any more.
    pub(crate) fn end_events(&mut self) {
        if !self.closed || !self.runs.is_empty() {
            return;
        }
        let observers = &mut self.observers;
        self.after.untold.append(&mut observers.waiting);
        let mut boxes = std::mem::take(&mut observers.served);
        boxes.append(&mut observers.subscribed);
        for mailbox in boxes {
            mailbox.close(&mut self.after.wakers);
        }
    }
}

impl Core {
    /// Starts the threads of the observers that were told of something for the
    /// first time.
    pub(crate) fn start_observers(&self) {
        let waiting = std::mem::take(&mut self.lock().observers.waiting);
        for (observer, mailbox) in waiting {
            let (told, events) = (observer.clone(), mailbox.clone());
            // The thread is not joined: it ends when the events do.
            let started = start(
                "task-events",
                None,
                Box::new(move || serve(observer, &mailbox)),
            );
            if started.is_err() {
                // Then it is this one that tells what there is, and a thread is
                // asked for anew with the next event.
                self.tell_here(told, events);
            }
        }
    }

    /// Tells an observer of what there is, without a thread for it.
    fn tell_here(&self, observer: Observer, mailbox: Arc<Mailbox>) {
        let _inside = Inside::enter(RunId::new());
        loop {
            while let Some(event) = mailbox.try_hold() {
                executor::notify(&observer, &event);
                mailbox.done();
            }
            // Events are put in under this lock: none comes between the look and the note.
            let mut state = self.lock();
            if mailbox.is_drained() {
                state.observers.waiting.push((observer, mailbox));
                return;
            }
        }
    }

    /// Waits until one of the observers has been told of everything. `None` if all have
    /// been, and `Some(false)` if the deadline came first.
    pub(crate) fn wait_for_observers(&self, deadline: Option<Deadline>) -> Option<bool> {
        let mailbox = self.lock().observers.undrained()?;
        Some(mailbox.wait_drained(deadline))
    }
}

/// Tells an observer of all events, until there will be no more.
fn serve(observer: Observer, mailbox: &Mailbox) {
    // Who stops or settles in an observer doesn't wait for himself.
    let _inside = Inside::enter(RunId::new());
    while let Some(event) = mailbox.hold() {
        executor::notify(&observer, &event);
        mailbox.done();
    }
    executor::drop_guarded(observer);
}

impl fmt::Debug for Observers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observers")
            .field("subscribed", &self.subscribed.len())
            .field("served", &self.served.len())
            .finish_non_exhaustive()
    }
}
