//! The one builder of JSON patches (RFC 6902): minimal, never a whole array.

use json_patch::jsonptr::PointerBuf;
use json_patch::{AddOperation, PatchOperation, RemoveOperation, ReplaceOperation};
use serde_json::Value;

/// A JSON patch.
pub type Patch = json_patch::Patch;

/// Collects operations. Each is given as path segments, which are escaped (RFC 6901 section 3).
#[derive(Debug, Default)]
pub(crate) struct PatchBuilder {
    operations: Vec<PatchOperation>,
}

/// Path segments: a name, or an index that was turned into one.
pub(crate) type Segments<'a> = &'a [&'a str];

impl PatchBuilder {
    /// Adds `value` to the end of the list `name` of the object at `parent`.
    ///
    /// `list` says whether the object has that list already. If it has not, the first call makes it.
    pub(crate) fn append(&mut self, parent: Segments<'_>, name: &str, list: List, value: Value) {
        self.add(parent, name, list, "-", value, |value| Value::Array(vec![value]));
    }

    /// Sets `key` of the mapping `name` of the object at `parent`, which is made where it is absent.
    pub(crate) fn set(&mut self, parent: Segments<'_>, name: &str, mapping: List, key: &str, value: Value) {
        let made = |value| Value::Object([(key.to_owned(), value)].into_iter().collect());
        self.add(parent, name, mapping, key, value, made);
    }

    /// Replaces what is at `path`.
    pub(crate) fn replace(&mut self, path: Segments<'_>, value: Value) {
        let path = PointerBuf::from_tokens(path.iter().copied());
        self.operations.push(PatchOperation::Replace(ReplaceOperation { path, value }));
    }

    /// Removes what is at `path`. Elements of one list must be removed from the last to the first.
    pub(crate) fn remove(&mut self, path: Segments<'_>) {
        let path = PointerBuf::from_tokens(path.iter().copied());
        self.operations.push(PatchOperation::Remove(RemoveOperation { path }));
    }

    /// Adds `value` at `key` of what is at `name`, which is `made` with it where it is absent.
    fn add(
        &mut self,
        parent: Segments<'_>,
        name: &str,
        whole: List,
        key: &str,
        mut value: Value,
        made: impl FnOnce(Value) -> Value,
    ) {
        let mut path = PointerBuf::from_tokens(parent.iter().copied().chain([name]));
        if whole == List::Present || self.makes(&path) {
            path.push_back(key);
        } else {
            value = made(value);
        }
        self.operations.push(PatchOperation::Add(AddOperation { path, value }));
    }

    /// Whether an operation makes what is at `path`.
    fn makes(&self, path: &PointerBuf) -> bool {
        let is_made =
            |operation: &PatchOperation| matches!(operation, PatchOperation::Add(add) if add.path == *path);
        self.operations.iter().any(is_made)
    }

    /// The patch; nothing when there is nothing to do.
    pub(crate) fn build(self) -> Option<Patch> {
        (!self.operations.is_empty()).then_some(json_patch::Patch(self.operations))
    }
}

/// Whether a list that is to be appended to, or a mapping that gets a key, is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum List {
    /// Absent, or `null`, which is the same.
    Absent,
    /// There, if only empty.
    Present,
}

impl List {
    /// What `list` is.
    pub(crate) fn of<T>(list: Option<&T>) -> Self {
        if list.is_some() { Self::Present } else { Self::Absent }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{List, PatchBuilder};

    #[test]
    fn an_absent_list_or_mapping_is_made_with_what_comes_first() {
        let mut builder = PatchBuilder::default();
        builder.append(&["spec", "containers", "0"], "env", List::Absent, json!({"name": "A"}));
        builder.append(&["spec", "containers", "0"], "env", List::Absent, json!({"name": "B"}));
        builder.set(&["metadata"], "labels", List::Absent, "a", json!("1"));
        builder.set(&["metadata"], "labels", List::Absent, "b/c", json!("2"));
        let mut pod = json!({"metadata": {}, "spec": {"containers": [{"name": "x"}]}});
        json_patch::patch(&mut pod, &builder.build().expect("operations")).expect("a patch that applies");
        assert_eq!(pod["spec"]["containers"][0]["env"], json!([{"name": "A"}, {"name": "B"}]));
        assert_eq!(pod["metadata"]["labels"], json!({"a": "1", "b/c": "2"}));
    }

    #[test]
    fn segments_are_escaped() {
        let mut builder = PatchBuilder::default();
        builder.replace(&["metadata", "annotations", "a/b~c"], json!("x"));
        let patch = serde_json::to_value(builder.build()).expect("JSON");
        assert_eq!(patch, json!([{"op": "replace", "path": "/metadata/annotations/a~1b~0c", "value": "x"}]));
    }

    #[test]
    fn no_operation_is_no_patch() {
        assert_eq!(PatchBuilder::default().build(), None);
    }
}
