//! What is asked of a source: the counterpart of what it says.

use crate::objects::ObjectName;

/// What is looked at right now, so that a source reads it first and more often.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// The pods on the screen, topmost first.
    pub visible: Vec<ObjectName>,
}
