//! The environment of a container.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::mapping::{self, Mapping, Text};

/// Environment variables, in their order.
///
/// They are kept in one text: a proxy has dozens of short ones, and is read with every pod that is admitted
/// or watched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    text: String,
    /// Places in the text, which only ever grows.
    variables: Vec<EnvVar<Range<usize>>>,
}

/// One environment variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnvVar<T> {
    /// Its name.
    pub name: T,
    /// Its value, with `$(VAR)` not yet expanded.
    pub value: Option<T>,
    /// Where its value comes from instead.
    pub source: Option<ValueSource<T>>,
}

/// Where a value comes from when it is not in the spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueSource<T> {
    /// A field of the pod itself, by its path.
    Field(T),
    /// Something that is unknown here, such as a Secret.
    Elsewhere,
}

impl Environment {
    /// The variables.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = EnvVar<&str>> + ExactSizeIterator {
        self.variables.iter().map(|variable| variable.map(|place| &self.text[place.clone()]))
    }

    /// The variable of this name that counts: the last one, with its index.
    pub fn last(&self, name: &str) -> Option<(usize, EnvVar<&str>)> {
        self.iter().enumerate().rfind(|(_, variable)| variable.name == name)
    }

    fn push(&mut self, variable: &EnvVar<&str>) {
        let text = &mut self.text;
        self.variables.push(variable.map(|part| {
            let start = text.len();
            text.push_str(part);
            start..text.len()
        }));
    }
}

impl<T> EnvVar<T> {
    fn map<'a, U>(&'a self, mut each: impl FnMut(&'a T) -> U) -> EnvVar<U> {
        EnvVar {
            name: each(&self.name),
            value: self.value.as_ref().map(&mut each),
            source: self.source.as_ref().map(|source| match source {
                ValueSource::Field(path) => ValueSource::Field(each(path)),
                ValueSource::Elsewhere => ValueSource::Elsewhere,
            }),
        }
    }
}

/// A variable as Kubernetes writes it.
#[derive(Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
struct Written<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    value: Option<Text<'a>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none", deserialize_with = "mapping::optional_object")]
    value_from: Option<WrittenSource<'a>>,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
struct WrittenSource<'a> {
    #[serde(borrow, skip_serializing_if = "Option::is_none", deserialize_with = "mapping::optional_object")]
    field_ref: Option<WrittenField<'a>>,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
struct WrittenField<'a> {
    #[serde(borrow)]
    field_path: Text<'a>,
}

impl Written<'_> {
    fn variable(&self) -> EnvVar<&str> {
        EnvVar {
            name: &self.name.0,
            value: self.value.as_ref().map(|value| &*value.0),
            source: self.value_from.as_ref().map(|source| match &source.field_ref {
                Some(field) => ValueSource::Field(&*field.field_path.0),
                None => ValueSource::Elsewhere,
            }),
        }
    }
}

impl<'a> From<EnvVar<&'a str>> for Written<'a> {
    fn from(variable: EnvVar<&'a str>) -> Self {
        let text = |text: &'a str| Text(Cow::Borrowed(text));
        let value_from = variable.source.map(|source| WrittenSource {
            field_ref: match source {
                ValueSource::Field(path) => Some(WrittenField { field_path: text(path) }),
                ValueSource::Elsewhere => None,
            },
        });
        Self { name: text(variable.name), value: variable.value.map(text), value_from }
    }
}

impl<'de> Deserialize<'de> for Environment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(EnvironmentVisitor)
    }
}

struct EnvironmentVisitor;

impl<'de> Visitor<'de> for EnvironmentVisitor {
    type Value = Environment;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of environment variables")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Environment, A::Error> {
        let mut environment = Environment::default();
        while let Some(Mapping(written)) = list.next_element::<Mapping<Written<'de>>>()? {
            environment.push(&written.variable());
        }
        Ok(environment)
    }
}

impl Serialize for Environment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Written::from))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{EnvVar, Environment, ValueSource};

    fn read(list: &Value) -> Environment {
        // From text and from a value: what is borrowed differs.
        let environment: Environment = serde_json::from_str(&list.to_string()).expect("an environment");
        assert_eq!(serde_json::from_value::<Environment>(list.clone()).expect("the same"), environment);
        environment
    }

    #[test]
    fn variables_are_as_they_were_written() {
        let list = json!([
            {"name": "A", "value": "a \"quoted\"\n line"},
            {"name": "B"},
            {"name": "", "value": ""},
            {"name": "C", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
            {"name": "A", "value": "b", "valueFrom": {}},
        ]);
        let environment = read(&list);
        assert_eq!(serde_json::to_value(&environment).expect("JSON"), list);
        let counts = EnvVar { name: "A", value: Some("b"), source: Some(ValueSource::Elsewhere) };
        assert_eq!(environment.last("A"), Some((4, counts)));
        assert_eq!((environment.iter().len(), environment.last("D")), (5, None));
    }

    #[test]
    fn of_a_source_elsewhere_nothing_is_kept() {
        let secret = json!([{"name": "A", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}]);
        let written = serde_json::to_value(read(&secret)).expect("JSON");
        assert_eq!(written, json!([{"name": "A", "valueFrom": {}}]));
    }

    #[test]
    fn what_is_no_variable_is_refused() {
        for list in [json!([null]), json!([["A"]]), json!([{"name": 1}]), json!({"A": "a"})] {
            assert!(serde_json::from_value::<Environment>(list.clone()).is_err(), "{list}");
        }
    }
}
