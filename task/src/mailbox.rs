//! The events that wait for one who wants to know: a queue that forgets the
//! oldest when it is full, so that who is slow holds nobody up.

use std::{collections::VecDeque, task::Waker};

use crate::{
    clock::Deadline,
    event::Event,
    sync::{Condvar, Mutex},
};

/// A lock of its own, taken below the scheduler's: events are put in under that
/// one, so that their order is that of what happened. Nothing is called under it.
#[derive(Debug)]
pub(crate) struct Mailbox {
    mail: Mutex<Mail>,
    /// Notified after an event came, and after the box was closed.
    arrived: Condvar,
    /// Notified after all was taken and done with.
    drained: Condvar,
    capacity: usize,
}

#[derive(Debug, Default)]
struct Mail {
    waiting: VecDeque<Event>,
    /// How many were forgotten before the oldest that waits.
    lost: u64,
    /// Whoever takes them is at work on one.
    in_hand: bool,
    /// No more will come.
    closed: bool,
    /// Nobody takes them any more.
    left: bool,
    wakers: Vec<(u64, Waker)>,
    /// How many have waited in async code.
    waited: u64,
}

impl Mail {
    fn take(&mut self) -> Option<Event> {
        match std::mem::take(&mut self.lost) {
            0 => self.waiting.pop_front(),
            events => Some(Event::Lost { events }),
        }
    }

    fn give_wakers(&mut self, wakers: &mut Vec<Waker>) {
        for (_, waker) in self.wakers.drain(..) {
            wakers.push(waker);
        }
    }

    fn is_drained(&self) -> bool {
        self.left || (self.waiting.is_empty() && self.lost == 0 && !self.in_hand)
    }
}

impl Mailbox {
    /// Makes a box that keeps so many events, at least one.
    pub(crate) fn new(capacity: usize) -> Mailbox {
        Mailbox {
            mail: Mutex::new(Mail::default()),
            arrived: Condvar::new(),
            drained: Condvar::new(),
            capacity: capacity.max(1),
        }
    }

    /// Puts an event in, and adds whoever is to be woken for it to `wakers`: that is
    /// foreign code. Returns false if nobody takes it any more.
    pub(crate) fn put(&self, event: &Event, wakers: &mut Vec<Waker>) -> bool {
        let mut mail = self.mail.lock();
        if mail.left {
            return false;
        }
        if mail.waiting.len() >= self.capacity {
            mail.waiting.pop_front();
            mail.lost += 1;
        }
        mail.waiting.push_back(event.clone());
        mail.give_wakers(wakers);
        // Not a lost wake-up: who waits has looked under this lock.
        self.arrived.notify_one();
        true
    }

    /// Has no more come. Adds who is to be woken for that to `wakers`.
    pub(crate) fn close(&self, wakers: &mut Vec<Waker>) {
        let mut mail = self.mail.lock();
        mail.closed = true;
        self.arrived.notify_all();
        mail.give_wakers(wakers);
    }

    /// Notes that nobody takes events any more.
    pub(crate) fn leave(&self) {
        let mut mail = self.mail.lock();
        let rest = std::mem::take(&mut *mail);
        mail.left = true;
        self.drained.notify_all();
        drop(mail);
        // Without the lock: the wakers are foreign code.
        drop(rest);
    }

    /// Takes the next event, if there is one.
    pub(crate) fn try_take(&self) -> Option<Event> {
        self.mail.lock().take()
    }

    /// Waits for the next event until the deadline; `None` if none came, or none
    /// will come any more.
    pub(crate) fn take(&self, deadline: Option<Deadline>) -> Option<Event> {
        let mut mail = self.mail.lock();
        loop {
            let event = mail.take();
            if event.is_some() || mail.closed {
                return event;
            }
            match deadline.and_then(Deadline::instant) {
                Some(instant) => {
                    if self.arrived.wait_until(&mut mail, instant).timed_out() {
                        return mail.take();
                    }
                }
                None => self.arrived.wait(&mut mail),
            }
        }
    }

    /// Takes the next event, or has `waker` woken when one comes, which is that of the
    /// one who waits under `id`. `Err` if there is none yet.
    pub(crate) fn poll_take(
        &self,
        id: &mut Option<u64>,
        waker: Waker,
    ) -> Result<Option<Event>, ()> {
        let mut mail = self.mail.lock();
        let event = mail.take();
        if event.is_some() || mail.closed {
            return Ok(event);
        }
        let id = *id.get_or_insert_with(|| {
            mail.waited += 1;
            mail.waited
        });
        let before = mail.wakers.iter_mut().find(|(other, _)| *other == id);
        let before = match before {
            Some((_, before)) => Some(std::mem::replace(before, waker)),
            None => {
                mail.wakers.push((id, waker));
                None
            }
        };
        drop(mail);
        // Dropped without the lock: it is foreign code.
        drop(before);
        Err(())
    }

    /// Has the one who waited under `id` be woken no more.
    pub(crate) fn forget(&self, id: u64) {
        let mut mail = self.mail.lock();
        let place = mail.wakers.iter().position(|(other, _)| *other == id);
        let waker = place.map(|place| mail.wakers.swap_remove(place));
        drop(mail);
        // Dropped without the lock: it is foreign code.
        drop(waker);
    }

    /// Waits for the next event, which is in hand until [`done`](Mailbox::done).
    pub(crate) fn hold(&self) -> Option<Event> {
        let mut mail = self.mail.lock();
        loop {
            if let Some(event) = mail.take() {
                mail.in_hand = true;
                return Some(event);
            }
            if mail.closed {
                return None;
            }
            self.arrived.wait(&mut mail);
        }
    }

    /// The same without a wait.
    pub(crate) fn try_hold(&self) -> Option<Event> {
        let mut mail = self.mail.lock();
        let event = mail.take();
        mail.in_hand |= event.is_some();
        event
    }

    /// Ends the work on an event.
    pub(crate) fn done(&self) {
        let mut mail = self.mail.lock();
        mail.in_hand = false;
        if mail.is_drained() {
            self.drained.notify_all();
        }
    }

    /// Returns true if no event waits, and none is in hand.
    pub(crate) fn is_drained(&self) -> bool {
        self.mail.lock().is_drained()
    }

    /// Waits for that. Returns false if the deadline came first.
    pub(crate) fn wait_drained(&self, deadline: Option<Deadline>) -> bool {
        let mut mail = self.mail.lock();
        // Not a lost wake-up: what drains it is done under this lock.
        while !mail.is_drained() {
            match deadline.and_then(Deadline::instant) {
                Some(instant) => {
                    if self.drained.wait_until(&mut mail, instant).timed_out() {
                        return mail.is_drained();
                    }
                }
                None => self.drained.wait(&mut mail),
            }
        }
        true
    }
}
