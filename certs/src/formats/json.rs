//! JSON as text, of which only that is read which a format asks for. A tree of its values takes many times
//! its size, and of a proxy's dump the certificates are a small part.

mod texts;

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::wiped::Text;
use texts::Texts;
pub(super) use texts::push_key;

/// A value as it stands in its text.
#[derive(Clone, Copy)]
pub(super) struct Json<'t>(&'t str);

/// A list or an object has more items or entries than are read.
#[derive(Debug)]
pub(super) struct TooMany;

impl<'t> Json<'t> {
    /// `text` is that of one whole value.
    pub(super) fn new(text: &'t str) -> Self {
        Self(text)
    }

    pub(super) fn is_object(self) -> bool {
        self.0.starts_with('{')
    }

    pub(super) fn is_list(self) -> bool {
        self.0.starts_with('[')
    }

    pub(super) fn is_text(self) -> bool {
        self.0.starts_with('"')
    }

    /// Whether it is a list with something in it.
    pub(super) fn has_items(self) -> bool {
        // No limit of items is no item.
        self.items(0).is_err()
    }

    /// The text that it is, if it is one.
    pub(super) fn text(self) -> Option<Text<'t>> {
        serde_json::from_str(self.0).ok().map(|Borrowed(text)| Text::from(text))
    }

    /// The value of this field. Of several of that name the last one counts.
    pub(super) fn field(self, name: &str) -> Option<Self> {
        let [field] = self.fields([name]);
        field
    }

    /// The values of these fields, in one pass over the text.
    pub(super) fn fields<const N: usize>(self, names: [&str; N]) -> [Option<Self>; N] {
        let mut found = [None; N];
        if self.is_object() {
            // It fails on nothing: the text is JSON, and an object.
            let _ = self.parser().deserialize_map(Fields { names: &names, found: &mut found });
        }
        found
    }

    /// The items of a list; none if it is no list.
    pub(super) fn items(self, most: usize) -> Result<Vec<Self>, TooMany> {
        let mut all = Vec::new();
        if self.is_list() {
            let read = self.parser().deserialize_seq(Items { most, all: &mut all });
            read.map_err(|_| TooMany)?;
        }
        Ok(all)
    }

    /// The entries of an object; none if it is no object. Of several with one key the last one counts.
    pub(super) fn entries(self, most: usize) -> Result<Vec<(Cow<'t, str>, Self)>, TooMany> {
        let mut all = Vec::new();
        if self.is_object() {
            let read = self.parser().deserialize_map(Entries { most, all: &mut all });
            read.map_err(|_| TooMany)?;
        }
        // Stable, so that of equal keys the last one stays last.
        all.sort_by(|(one, _), (other, _)| one.cmp(other));
        all.reverse();
        all.dedup_by(|(one, _), (other, _)| one == other);
        all.reverse();
        Ok(all)
    }

    /// Calls `found` with every text that is in it, in its order, and with the path that leads there from
    /// `path`: `a.b[2]`, `a['b.c']`. `false` if it is nested too deep.
    pub(super) fn texts<E>(
        self,
        path: &str,
        found: &mut impl FnMut(&str, &str) -> Result<(), E>,
    ) -> Result<bool, E> {
        let (mut path, mut stopped) = (path.to_owned(), None);
        let walk = Texts { path: &mut path, found, stopped: &mut stopped };
        let read = walk.deserialize(&mut self.parser());
        stopped.map_or(Ok(read.is_ok()), Err)
    }

    fn parser(self) -> serde_json::Deserializer<serde_json::de::StrRead<'t>> {
        serde_json::Deserializer::from_str(self.0)
    }
}

/// A text that is copied only where it has escapes.
#[derive(Deserialize)]
struct Borrowed<'t>(#[serde(borrow)] Cow<'t, str>);

/// Reads the fields that are asked for, and skips the others.
struct Fields<'f, 't, const N: usize> {
    names: &'f [&'f str; N],
    found: &'f mut [Option<Json<'t>>; N],
}

impl<'t, const N: usize> Visitor<'t> for Fields<'_, 't, N> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut entries: A) -> Result<(), A::Error> {
        while let Some(index) = entries.next_key_seed(NameOf(self.names))? {
            match index.and_then(|index| self.found.get_mut(index)) {
                Some(slot) => *slot = Some(Json(entries.next_value::<&RawValue>()?.get())),
                None => drop(entries.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// Which of the names a key is.
struct NameOf<'f>(&'f [&'f str]);

impl<'t> DeserializeSeed<'t> for NameOf<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'t>>(self, key: D) -> Result<Option<usize>, D::Error> {
        key.deserialize_str(self)
    }
}

impl Visitor<'_> for NameOf<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Option<usize>, E> {
        Ok(self.0.iter().position(|name| *name == key))
    }
}

struct Items<'a, 't> {
    most: usize,
    all: &'a mut Vec<Json<'t>>,
}

impl<'t> Visitor<'t> for Items<'_, 't> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element::<&RawValue>()? {
            if self.all.len() == self.most {
                return Err(A::Error::custom("too many items"));
            }
            self.all.push(Json(item.get()));
        }
        Ok(())
    }
}

struct Entries<'a, 't> {
    most: usize,
    all: &'a mut Vec<(Cow<'t, str>, Json<'t>)>,
}

impl<'t> Visitor<'t> for Entries<'_, 't> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut entries: A) -> Result<(), A::Error> {
        while let Some((Borrowed(key), value)) = entries.next_entry::<_, &RawValue>()? {
            if self.all.len() == self.most {
                return Err(A::Error::custom("too many entries"));
            }
            self.all.push((key, Json(value.get())));
        }
        Ok(())
    }
}
