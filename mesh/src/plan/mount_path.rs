//! Where a CA may be mounted: never over or under something else.

use std::borrow::Cow;

use crate::names;

/// The longest of the problems that [`MountPath::parse`] finds, for the test of every notice's length.
#[cfg(test)]
pub(super) const LONGEST_PROBLEM: &str = HIDES_SERVICE_ACCOUNT;

const HIDES_SERVICE_ACCOUNT: &str = "would hide the service account's files";
const NOT_ABSOLUTE: &str = "is not absolute";
const IS_THE_ROOT: &str = "is the whole file system";
const HAS_DOTS: &str = "has a segment ..";
const HAS_A_COLON: &str = "has a colon";

/// A directory in a container, in one form: no `.`, no repeated slashes, `/var/run` as `/run`, which
/// images link to each other. Nearly every path is written so, and then borrowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MountPath<'a>(Cow<'a, str>);

impl<'a> MountPath<'a> {
    /// Reads a path for the CA; refused with the second half of a sentence whose first is the path.
    pub(super) fn parse(path: &'a str) -> Result<Self, &'static str> {
        let parsed = Self::of(path)?;
        match Self::of(names::SERVICE_ACCOUNT_PATH) {
            Ok(service_account) if parsed.overlaps(&service_account) => Err(HIDES_SERVICE_ACCOUNT),
            _ => Ok(parsed),
        }
    }

    /// Reads a path that is mounted already.
    pub(super) fn of(path: &'a str) -> Result<Self, &'static str> {
        if !path.starts_with('/') {
            return Err(NOT_ABSOLUTE);
        }
        if path.contains(':') {
            return Err(HAS_A_COLON);
        }
        let may_have_dots = path.as_bytes().windows(2).any(|pair| matches!(pair, b"//" | b"/."));
        let is_plain = !may_have_dots && !path.ends_with('/');
        let path = if is_plain { Cow::Borrowed(path) } else { Cow::Owned(without_dots(path)?) };
        Ok(Self(without_link(path)))
    }

    /// Whether `self` is `other` or lies in it.
    pub(super) fn is_within(&self, other: &MountPath<'_>) -> bool {
        self.0.strip_prefix(&*other.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Whether one covers the other or they are the same.
    pub(super) fn overlaps(&self, other: &MountPath<'_>) -> bool {
        self.is_within(other) || other.is_within(self)
    }
}

fn without_dots(path: &str) -> Result<String, &'static str> {
    let mut clean = String::with_capacity(path.len());
    for segment in path.split('/').filter(|segment| !matches!(*segment, "" | ".")) {
        if segment == ".." {
            return Err(HAS_DOTS);
        }
        clean.push('/');
        clean.push_str(segment);
    }
    if clean.is_empty() { Err(IS_THE_ROOT) } else { Ok(clean) }
}

fn without_link(path: Cow<'_, str>) -> Cow<'_, str> {
    const LINK: &str = "/var";
    match path.strip_prefix(LINK) {
        Some(rest) if rest == "/run" || rest.starts_with("/run/") => match path {
            Cow::Borrowed(path) => Cow::Borrowed(&path[LINK.len()..]),
            Cow::Owned(mut path) => Cow::Owned(path.split_off(LINK.len())),
        },
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::MountPath;

    fn path(text: &str) -> MountPath<'_> {
        MountPath::parse(text).expect(text)
    }

    #[test]
    fn overlapping_is_by_whole_segments() {
        assert!(path("/etc/certs").overlaps(&path("/etc/certs/")));
        assert!(path("/etc/certs/x").overlaps(&path("/etc")));
        assert!(path("/etc").overlaps(&path("//etc/./certs")));
        assert!(!path("/etc/certs").overlaps(&path("/etc/certs2")));
        assert!(path("/var/run/secrets/istio/x").overlaps(&path("/run/secrets/istio")));
    }

    #[test]
    fn a_path_that_cannot_be_used_says_why() {
        for text in [
            "",
            "etc/certs",
            "/",
            "/./",
            "/etc/../x",
            "/a:b",
            "/var/run/secrets/kubernetes.io/serviceaccount",
            "/run",
            "/var/run/secrets",
        ] {
            assert!(MountPath::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_longest_problem_is_the_longest() {
        for text in ["", "/", "/a/..", "/a:b", "/run"] {
            let problem = MountPath::parse(text).expect_err(text);
            assert!(problem.len() <= super::LONGEST_PROBLEM.len(), "{problem}");
        }
    }
}
