//! Small numbers for names, and the shelves that they stand on.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

/// The number of a name.
pub trait Id: Copy + Eq + Ord + Hash {
    /// From its place on the shelf.
    fn new(place: u32) -> Self;
    /// Its place on the shelf.
    fn place(self) -> usize;
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl Id for $name {
            fn new(place: u32) -> Self {
                Self(place)
            }

            fn place(self) -> usize {
                usize::try_from(self.0).unwrap_or(usize::MAX)
            }
        }
    };
}

id!(
    /// The name of a schedule: a TimeWindowScaler, or one of the cluster.
    PolicyId
);
id!(
    /// A target's kind and name.
    TargetId
);
id!(
    /// An object and a target of it.
    AssignmentId
);
id!(
    /// The name of a ConfigMap with holidays.
    CalendarId
);
id!(
    /// A TimeWindowOverride's name.
    OverrideId
);
id!(
    /// A namespace's name.
    NamespaceId
);

/// Values by the number of their name. A number that has become free is given again.
#[derive(Debug)]
pub struct Shelf<K, I, V> {
    places: Vec<Option<V>>,
    free: Vec<I>,
    names: HashMap<K, I>,
}

impl<K, I, V> Default for Shelf<K, I, V> {
    fn default() -> Self {
        Self { places: Vec::new(), free: Vec::new(), names: HashMap::new() }
    }
}

impl<K: Eq + Hash, I: Id, V> Shelf<K, I, V> {
    /// The number of a name that is known.
    pub fn find<Q>(&self, name: &Q) -> Option<I>
    where
        K: std::borrow::Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        #[cfg(test)]
        super::tests::effort::note_lookup();
        self.names.get(name).copied()
    }

    /// The number of a name, which gets one and what `make` gives if it has none.
    pub fn find_or_insert(&mut self, name: K, make: impl FnOnce(I) -> V) -> I {
        if let Some(id) = self.names.get(&name) {
            return *id;
        }
        let id = self.free.pop().unwrap_or_else(|| {
            self.places.push(None);
            I::new(u32::try_from(self.places.len() - 1).unwrap_or(u32::MAX))
        });
        if let Some(place) = self.places.get_mut(id.place()) {
            *place = Some(make(id));
        }
        self.names.insert(name, id);
        id
    }

    /// What a number stands for.
    pub fn get(&self, id: I) -> Option<&V> {
        #[cfg(test)]
        super::tests::effort::note_lookup();
        self.places.get(id.place())?.as_ref()
    }

    /// The same, to change it.
    pub fn get_mut(&mut self, id: I) -> Option<&mut V> {
        #[cfg(test)]
        super::tests::effort::note_lookup();
        self.places.get_mut(id.place())?.as_mut()
    }

    /// Takes a name away, and what it stands for.
    pub fn remove<Q>(&mut self, name: &Q) -> Option<V>
    where
        K: std::borrow::Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let id = self.names.remove(name)?;
        let value = self.places.get_mut(id.place())?.take();
        self.free.push(id);
        value
    }

    /// Everything, in the order of the numbers.
    pub fn iter(&self) -> impl Iterator<Item = (I, &V)> {
        self.places.iter().enumerate().filter_map(|(place, value)| {
            #[cfg(test)]
            super::tests::effort::note_lookup();
            let place = u32::try_from(place).ok()?;
            Some((I::new(place), value.as_ref()?))
        })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }
}

/// The names of namespaces: each is kept once, and as long as anything in it is known.
#[derive(Debug, Default)]
pub struct Namespaces {
    shelf: Shelf<Arc<str>, NamespaceId, Arc<str>>,
    /// How many there were when they were last looked through.
    left: usize,
}

/// So many names may be there for nothing.
const IDLE_NAMES: usize = 64;
/// Who holds a name that nobody else does: the shelf, as name and as value.
const SHELF_HOLDS: usize = 2;

impl Namespaces {
    /// A namespace's number and the one copy of its name.
    pub fn intern(&mut self, name: &str) -> (NamespaceId, Arc<str>) {
        if let Some(id) = self.shelf.find(name)
            && let Some(name) = self.shelf.get(id)
        {
            return (id, Arc::clone(name));
        }
        let name: Arc<str> = name.into();
        (self.shelf.find_or_insert(Arc::clone(&name), |_| Arc::clone(&name)), name)
    }

    /// The number of a name that is known.
    pub fn find(&self, name: &str) -> Option<NamespaceId> {
        self.shelf.find(name)
    }

    /// The name of a number.
    pub fn name(&self, id: NamespaceId) -> Option<&Arc<str>> {
        self.shelf.get(id)
    }

    /// Whether there may be more idle names than others, so that it is time to [`tidy`](Self::tidy).
    pub fn is_untidy(&self) -> bool {
        self.shelf.len() > 2 * self.left + IDLE_NAMES
    }

    /// Forgets the names that nobody holds, but for those whose number somebody still goes by.
    pub fn tidy(&mut self, is_busy: impl Fn(NamespaceId) -> bool) {
        let idle = self.shelf.iter().filter(|(id, name)| Arc::strong_count(name) <= SHELF_HOLDS && !is_busy(*id));
        let idle: Vec<_> = idle.map(|(_, name)| Arc::clone(name)).collect();
        for name in idle {
            self.shelf.remove(&name);
        }
        self.left = self.shelf.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_number_and_a_free_number_is_given_again() {
        let mut shelf = Shelf::<String, PolicyId, &str>::default();
        let web = shelf.find_or_insert("web".into(), |_| "first");
        let api = shelf.find_or_insert("api".into(), |_| "second");
        assert_eq!(shelf.find_or_insert("web".into(), |_| "never"), web);
        assert_eq!((shelf.get(web), shelf.find("api")), (Some(&"first"), Some(api)));
        assert_eq!(shelf.remove("web"), Some("first"));
        assert_eq!((shelf.get(web), shelf.find("web")), (None, None));
        assert_eq!(shelf.remove("web"), None);
        assert_eq!(shelf.find_or_insert("new".into(), |_| "third"), web);
        assert_eq!(shelf.iter().map(|(_, value)| *value).collect::<Vec<_>>(), ["third", "second"]);
        assert_eq!(shelf.len(), 2);
    }

    #[test]
    fn namespaces_that_come_and_go_leave_nothing_behind() {
        let mut namespaces = Namespaces::default();
        let (shop, name) = namespaces.intern("shop");
        let (busy, _) = namespaces.intern("busy");
        let mut most = 0;
        for number in 0..10_000 {
            namespaces.intern(&format!("preview-{number}"));
            if namespaces.is_untidy() {
                namespaces.tidy(|id| id == busy);
            }
            most = most.max(namespaces.shelf.len());
        }
        assert!(most <= 100, "{most}");
        assert_eq!((namespaces.intern("shop").0, namespaces.intern("busy").0), (shop, busy));
        assert_eq!(&*name, "shop");
    }
}
