//! A patch carried out on the text of an object: only what lies on the way of an operation is read, and the rest
//! is passed on as it stands. Of a pod of 22 kB that is nearly all.

use std::collections::BTreeMap;

use json_patch::jsonptr::{Pointer, Token};
use json_patch::{Patch, PatchOperation};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

/// JSON of which as much has been read as was changed.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Patched<'a> {
    Text(&'a RawValue),
    Object(BTreeMap<String, Patched<'a>>),
    List(Vec<Patched<'a>>),
    New(Value),
}

impl<'de: 'a, 'a> Deserialize<'de> for Patched<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&RawValue>::deserialize(deserializer).map(Self::Text)
    }
}

impl Patched<'_> {
    /// Carries out every operation, or says which one cannot be.
    pub(crate) fn patch(&mut self, patch: Patch) -> Result<(), String> {
        patch.0.into_iter().try_for_each(|operation| {
            let place = operation.path().to_string();
            self.apply(operation).ok_or_else(|| format!("nothing can be patched at {place}"))
        })
    }

    /// Carries out one operation. `None` where there is no such place, and for operations that no plan has (`move`,
    /// `copy`, `test`).
    pub(crate) fn apply(&mut self, operation: PatchOperation) -> Option<()> {
        match operation {
            PatchOperation::Add(add) => {
                let (parent, last) = self.parent(&add.path)?;
                match parent {
                    Self::Object(members) => {
                        members.insert(last.decoded().into_owned(), Self::New(add.value));
                    }
                    Self::List(items) => {
                        let at = last.to_index().ok()?.for_len_incl(items.len()).ok()?;
                        items.insert(at, Self::New(add.value));
                    }
                    Self::New(_) | Self::Text(_) => return None,
                }
            }
            PatchOperation::Replace(replace) => {
                let (parent, last) = self.parent(&replace.path)?;
                *parent.child(&last)? = Self::New(replace.value);
            }
            PatchOperation::Remove(remove) => {
                let (parent, last) = self.parent(&remove.path)?;
                match parent {
                    Self::Object(members) => drop(members.remove(last.decoded().as_ref())?),
                    Self::List(items) => {
                        let at = last.to_index().ok()?.for_len(items.len()).ok()?;
                        items.remove(at);
                    }
                    Self::New(_) | Self::Text(_) => return None,
                }
            }
            PatchOperation::Move(_) | PatchOperation::Copy(_) | PatchOperation::Test(_) => return None,
        }
        Some(())
    }

    /// The object or list that `path` ends in, read, and the last step of the path.
    fn parent<'p>(&mut self, path: &'p Pointer) -> Option<(&mut Self, Token<'p>)> {
        let (way, last) = path.split_back()?;
        let mut parent = self;
        parent.read();
        for step in way.tokens() {
            parent = parent.child(&step)?;
            parent.read();
        }
        Some((parent, last))
    }

    /// What is in it at a step of a path.
    fn child(&mut self, step: &Token<'_>) -> Option<&mut Self> {
        match self {
            Self::Object(members) => members.get_mut(step.decoded().as_ref()),
            Self::List(items) => {
                let at = step.to_index().ok()?.for_len(items.len()).ok()?;
                items.get_mut(at)
            }
            Self::New(_) | Self::Text(_) => None,
        }
    }

    /// Takes an object or list apart by one level.
    fn read(&mut self) {
        let read = match self {
            Self::Text(text) => {
                let text = text.get();
                let object = || serde_json::from_str(text).map(Self::Object);
                object().or_else(|_| serde_json::from_str(text).map(Self::List)).ok()
            }
            Self::New(Value::Object(members)) => {
                let members = std::mem::take(members).into_iter();
                Some(Self::Object(members.map(|(name, value)| (name, Self::New(value))).collect()))
            }
            Self::New(Value::Array(items)) => {
                Some(Self::List(std::mem::take(items).into_iter().map(Self::New).collect()))
            }
            Self::New(_) | Self::Object(_) | Self::List(_) => None,
        };
        if let Some(read) = read {
            *self = read;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Patched;

    const POD: &str = r#"{"kind": "Pod", "spec": {"a/b": 1.50, "containers": [{"name": "app"}, {"name": "istio-proxy", "env": []}], "volumes": null}}"#;

    fn by_text(patch: &Value) -> Result<Value, String> {
        let mut pod: Patched<'_> = serde_json::from_str(POD).expect("a pod");
        pod.patch(serde_json::from_value(patch.clone()).expect("a patch"))?;
        Ok(serde_json::to_value(&pod).expect("JSON"))
    }

    fn by_tree(patch: &Value) -> Option<Value> {
        let mut pod: Value = serde_json::from_str(POD).expect("a pod");
        json_patch::patch(
            &mut pod,
            &serde_json::from_value::<json_patch::Patch>(patch.clone()).expect("a patch"),
        )
        .ok()
        .map(|()| pod)
    }

    #[test]
    fn each_operation_does_to_the_text_what_it_does_to_a_tree() {
        for patch in [
            json!([]),
            json!([{"op": "add", "path": "/spec/containers/1/env/-", "value": {"name": "A"}}]),
            json!([{"op": "add", "path": "/spec/containers/0", "value": {"name": "first"}}]),
            json!([{"op": "add", "path": "/spec/volumes", "value": []}, {"op": "add", "path": "/spec/volumes/-", "value": {"name": "v"}}]),
            json!([{"op": "add", "path": "/metadata", "value": {"a": {}}}, {"op": "add", "path": "/metadata/a/b", "value": 1}]),
            json!([{"op": "replace", "path": "/spec/containers/0/name", "value": "other"}]),
            json!([{"op": "replace", "path": "/spec/a~1b", "value": 2}]),
            json!([{"op": "remove", "path": "/spec/containers/0"}, {"op": "remove", "path": "/spec/containers/0/env"}]),
        ] {
            assert_eq!(by_text(&patch).ok(), by_tree(&patch), "{patch}");
            assert!(by_tree(&patch).is_some(), "{patch}");
        }
    }

    #[test]
    fn a_place_that_is_not_there_is_named() {
        for (operation, path) in [
            ("add", "/spec/containers/3"),
            ("add", "/spec/containers/-/env"),
            ("add", "/kind/-"),
            ("add", "/metadata/labels"),
            ("replace", "/spec/hostNetwork"),
            ("remove", "/spec/containers/2"),
            ("remove", "/metadata"),
        ] {
            let patch = json!([{"op": operation, "path": path, "value": 1}]);
            assert_eq!(by_text(&patch), Err(format!("nothing can be patched at {path}")));
            assert_eq!(by_tree(&patch), None, "{patch}");
        }
    }
}
