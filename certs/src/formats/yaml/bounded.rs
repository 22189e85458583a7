//! A [`Value`] that cannot grow beyond what its text explains: aliases repeat text without limit.

use std::cell::Cell;
use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde_json::{Map, Number, Value};

use super::super::wiped::wipe;
use super::{Limit, values};

/// How much one document may cost: every value its place, every string its bytes.
pub(super) struct Budget {
    left: Cell<usize>,
    broken: Cell<Option<Limit>>,
}

impl Budget {
    /// What a text of so many bytes may cost.
    pub(super) fn for_input(bytes: usize) -> Self {
        Self { left: Cell::new(values::budget(bytes)), broken: Cell::new(None) }
    }

    /// The limit that was the reason of an error, found here or by the parser.
    pub(super) fn broken(&self, reason: &str) -> Option<Limit> {
        self.broken.take().or_else(|| reason.contains("recursion limit").then_some(Limit::Depth))
    }

    /// Takes so many bytes of what is left.
    pub(super) fn spend<E: Error>(&self, amount: usize) -> Result<(), E> {
        match self.left.get().checked_sub(amount) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => Err(self.refuse(Limit::Values)),
        }
    }

    fn refuse<E: Error>(&self, limit: Limit) -> E {
        self.broken.set(Some(limit));
        E::custom(limit)
    }
}

/// Reads one value within a budget and a depth.
#[derive(Clone, Copy)]
pub(super) struct Bounded<'b> {
    budget: &'b Budget,
    depth: usize,
}

impl<'b> Bounded<'b> {
    pub(super) fn new(budget: &'b Budget, depth: usize) -> Self {
        Self { budget, depth }
    }

    /// What is left for it.
    pub(super) fn budget(&self) -> &'b Budget {
        self.budget
    }

    fn deeper<E: Error>(self) -> Result<Self, E> {
        let depth = self.depth.checked_sub(1).ok_or_else(|| self.budget.refuse(Limit::Depth))?;
        Ok(Self { depth, ..self })
    }
}

impl Bounded<'_> {
    fn entry<'de, A: MapAccess<'de>>(
        self,
        item: Self,
        entries: &mut A,
    ) -> Result<Option<(String, Value)>, A::Error> {
        let Some(key) = entries.next_key::<String>()? else { return Ok(None) };
        self.budget.spend(key.len())?;
        let value = entries.next_value_seed(item)?;
        Ok(Some((key, value)))
    }
}

impl<'de> DeserializeSeed<'de> for Bounded<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Bounded<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON has too")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        // JSON has no infinities: Go's YAML reader refuses them on the way to it, and so does this one.
        let finite = Number::from_f64(value).map(Value::Number);
        finite.ok_or_else(|| E::custom(format!("{value} is no number that JSON has; put it in quotes")))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        self.budget.spend(value.len())?;
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        self.budget.spend(value.len())?;
        Ok(Value::String(value))
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let item = self.deeper()?;
        let mut items = Vec::new();
        // What was read of a Secret before the error is overwritten like the rest.
        while let Some(value) =
            sequence.next_element_seed(item).inspect_err(|_| items.iter_mut().for_each(wipe))?
        {
            items.push(value);
            self.budget.spend(values::IN_LIST)?;
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let item = self.deeper()?;
        let mut map = Map::new();
        while let Some((key, value)) =
            self.entry(item, &mut entries).inspect_err(|_| map.values_mut().for_each(wipe))?
        {
            if map.len().is_multiple_of(values::IN_NODE) {
                self.budget.spend(values::NODE)?;
            }
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }

    /// A tagged value: the tag says nothing that is needed here.
    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Value, A::Error> {
        let (_, value) = tagged.variant::<String>()?;
        value.newtype_variant_seed(self)
    }
}
