//! Every text of a value, with the path that leads to it.

use std::fmt::{self, Write as _};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::Borrowed;

/// Walks through everything that is in a value.
pub(super) struct Texts<'a, F, E> {
    /// Where it is.
    pub(super) path: &'a mut String,
    /// What is called with each text.
    pub(super) found: &'a mut F,
    /// What that said when it was enough.
    pub(super) stopped: &'a mut Option<E>,
}

impl<F, E> Texts<'_, F, E> {
    /// The same walk, one level down.
    fn within(&mut self) -> Texts<'_, F, E> {
        Texts { path: self.path, found: self.found, stopped: self.stopped }
    }
}

impl<'t, E, F: FnMut(&str, &str) -> Result<(), E>> DeserializeSeed<'t> for Texts<'_, F, E> {
    type Value = ();

    fn deserialize<D: Deserializer<'t>>(self, value: D) -> Result<(), D::Error> {
        value.deserialize_any(self)
    }
}

impl<'t, E, F: FnMut(&str, &str) -> Result<(), E>> Visitor<'t> for Texts<'_, F, E> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<S: Error>(self, text: &str) -> Result<(), S> {
        (self.found)(self.path, text).map_err(|error| {
            *self.stopped = Some(error);
            S::custom("stopped")
        })
    }

    fn visit_seq<A: SeqAccess<'t>>(mut self, mut items: A) -> Result<(), A::Error> {
        let length = self.path.len();
        for index in 0_usize.. {
            // Writing to a String cannot fail.
            let _ = write!(self.path, "[{index}]");
            let item = items.next_element_seed(self.within())?;
            self.path.truncate(length);
            if item.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'t>>(mut self, mut entries: A) -> Result<(), A::Error> {
        let length = self.path.len();
        while let Some(Borrowed(key)) = entries.next_key()? {
            push_key(self.path, &key);
            entries.next_value_seed(self.within())?;
            self.path.truncate(length);
        }
        Ok(())
    }

    fn visit_bool<S>(self, _: bool) -> Result<(), S> {
        Ok(())
    }

    fn visit_i64<S>(self, _: i64) -> Result<(), S> {
        Ok(())
    }

    fn visit_u64<S>(self, _: u64) -> Result<(), S> {
        Ok(())
    }

    fn visit_f64<S>(self, _: f64) -> Result<(), S> {
        Ok(())
    }

    fn visit_unit<S>(self) -> Result<(), S> {
        Ok(())
    }
}

/// `key` below `path`, as a reader would write it.
pub(in crate::formats) fn push_key(path: &mut String, key: &str) {
    let is_plain = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    // Writing to a String cannot fail.
    let _ = match (is_plain, path.is_empty()) {
        (true, true) => write!(path, "{key}"),
        (true, false) => write!(path, ".{key}"),
        (false, _) => write!(path, "['{key}']"),
    };
}
