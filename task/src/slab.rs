//! A list whose places are used again, and whose keys are not.

/// Names an entry of a [`Slab`]: its place, and a number that no other entry of that
/// place has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key {
    place: u32,
    number: u32,
}

impl Key {
    /// Returns the place, which is below the greatest number of entries there ever were.
    pub(crate) fn place(self) -> u32 {
        self.place
    }
}

#[derive(Debug)]
pub(crate) struct Slab<T> {
    slots: Vec<Slot<T>>,
    /// The first of the places that are free, each of which names the next one.
    free: Option<u32>,
    len: usize,
}

#[derive(Debug)]
struct Slot<T> {
    /// Of the entry, or of the next one that comes here.
    number: u32,
    entry: Entry<T>,
}

#[derive(Debug)]
enum Entry<T> {
    Full(T),
    Free(Option<u32>),
}

impl<T> Default for Slab<T> {
    fn default() -> Slab<T> {
        Slab {
            slots: Vec::new(),
            free: None,
            len: 0,
        }
    }
}

impl<T> Slab<T> {
    /// Returns the key that the next entry will have.
    ///
    /// # Panics
    ///
    /// If there are 2^32 entries already.
    pub(crate) fn next_key(&self) -> Key {
        let place = self.free.unwrap_or_else(|| {
            u32::try_from(self.slots.len()).expect("there are fewer than 2^32 entries")
        });
        let number = self.slots.get(place as usize).map_or(0, |slot| slot.number);
        Key { place, number }
    }

    /// Adds an entry.
    ///
    /// # Panics
    ///
    /// As [`next_key`](Slab::next_key).
    pub(crate) fn insert(&mut self, entry: T) -> Key {
        let key = self.next_key();
        self.len += 1;
        let entry = Entry::Full(entry);
        match self.slots.get_mut(key.place as usize) {
            Some(slot) => {
                if let Entry::Free(next) = std::mem::replace(&mut slot.entry, entry) {
                    self.free = next;
                }
            }
            None => self.slots.push(Slot { number: 0, entry }),
        }
        key
    }

    pub(crate) fn get(&self, key: Key) -> Option<&T> {
        match self.slots.get(key.place as usize)? {
            Slot {
                number,
                entry: Entry::Full(entry),
            } if *number == key.number => Some(entry),
            _ => None,
        }
    }

    pub(crate) fn get_mut(&mut self, key: Key) -> Option<&mut T> {
        match self.slots.get_mut(key.place as usize)? {
            Slot {
                number,
                entry: Entry::Full(entry),
            } if *number == key.number => Some(entry),
            _ => None,
        }
    }

    /// Returns the entry at a place, and its key.
    pub(crate) fn at(&self, place: u32) -> Option<(Key, &T)> {
        let slot = self.slots.get(place as usize)?;
        let number = slot.number;
        match &slot.entry {
            Entry::Full(entry) => Some((Key { place, number }, entry)),
            Entry::Free(_) => None,
        }
    }

    pub(crate) fn remove(&mut self, key: Key) -> Option<T> {
        self.get(key)?;
        let slot = &mut self.slots[key.place as usize]; // It was just found there.
        // Wraps after 2^32 entries of one place; a key that is kept so long is
        // taken for another one.
        slot.number = slot.number.wrapping_add(1);
        let before = std::mem::replace(&mut slot.entry, Entry::Free(self.free));
        self.free = Some(key.place);
        self.len -= 1;
        match before {
            Entry::Full(entry) => Some(entry),
            Entry::Free(_) => None,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Returns all entries, in the order of their places.
    pub(crate) fn iter(&self) -> Iter<'_, T> {
        let (place, slots) = (0, &*self.slots);
        Iter { place, slots }
    }

    /// Returns all entries without their keys.
    pub(crate) fn values(&self) -> Values<'_, T> {
        Values(self.iter())
    }

    pub(crate) fn into_values(self) -> impl Iterator<Item = T> {
        self.slots.into_iter().filter_map(|slot| match slot.entry {
            Entry::Full(entry) => Some(entry),
            Entry::Free(_) => None,
        })
    }
}

/// A type of its own, since it takes much less to compile than a chain of closures, for
/// each of its many users.
pub(crate) struct Iter<'a, T> {
    /// That of the first of the slots.
    place: u32,
    slots: &'a [Slot<T>],
}

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = (Key, &'a T);

    fn next(&mut self) -> Option<(Key, &'a T)> {
        while let [slot, rest @ ..] = self.slots {
            let (place, number) = (self.place, slot.number);
            self.place += 1;
            self.slots = rest;
            if let Entry::Full(entry) = &slot.entry {
                return Some((Key { place, number }, entry));
            }
        }
        None
    }
}

pub(crate) struct Values<'a, T>(Iter<'a, T>);

impl<'a, T> Iterator for Values<'a, T> {
    type Item = &'a T;

    fn next(&mut self) -> Option<&'a T> {
        let (_, entry) = self.0.next()?;
        Some(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_used_again_and_a_key_is_not() {
        let mut slab = Slab::default();
        let [a, b, c] = ["a", "b", "c"].map(|name| slab.insert(name));
        assert_eq!(slab.remove(b), Some("b"));
        assert_eq!(slab.remove(a), Some("a"));
        assert_eq!((slab.remove(a), slab.get(b), slab.len()), (None, None, 1));
        let d = slab.insert("d");
        let next = slab.next_key();
        let e = slab.insert("e");
        assert_eq!(e, next);
        assert_eq!((d.place(), e.place()), (a.place(), b.place()));
        assert_eq!((slab.get(a), slab.get(b)), (None, None));
        assert_eq!(slab.get(d), Some(&"d"));
        assert_eq!(slab.get_mut(e), Some(&mut "e"));
        assert_eq!(slab.at(c.place()), Some((c, &"c")));
        assert_eq!(slab.at(9), None);
        let all: Vec<_> = slab.iter().collect();
        assert_eq!(all, [(d, &"d"), (e, &"e"), (c, &"c")]);
        let f = slab.insert("f");
        assert_eq!(f.place(), 3);
        assert_eq!(slab.into_values().collect::<Vec<_>>(), ["d", "e", "c", "f"]);
    }
}
