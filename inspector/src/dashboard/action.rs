//! What a user wants, whichever key or click said so.

use std::sync::Arc;

use ratatui::layout::{Position, Size};

use super::cursor::Step;
use super::event::Pointer;
use super::mesh_view::MeshView;
use super::prompt::{Edit, PromptKind};

/// One thing to do; everything that changes the dashboard is one of these.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// Leave the screen, or clear what narrows it.
    Back,
    /// Copy what is selected.
    Copy,
    /// Show more or fewer facts.
    Details,
    /// Change the text of the open prompt.
    Edit(Edit),
    /// Show only what is wrong, or everything again.
    FaultsOnly,
    /// Go to the Findings screen.
    Findings,
    /// Hold what is shown, or follow the mesh again.
    Freeze,
    /// Go to the Help screen.
    Help,
    /// Leave the screen; on Pods, leave the dashboard.
    Leave,
    /// Show the namespace of this digit; 0 is all of them.
    Namespace(usize),
    /// The mesh is now like this.
    Observe(Arc<MeshView>),
    /// Go into what is selected.
    Open,
    /// The mouse did something there.
    Pointer(Pointer, Position),
    /// Begin to type a command or a filter.
    Prompt(PromptKind),
    /// Leave the dashboard.
    Quit,
    /// The terminal has this size now.
    Resize(Size),
    /// Copy the command that restarts the selected pod's workload.
    RestartCommand,
    /// Sort by the column of this name; again, the other way round.
    Sort(&'static str),
    /// Move the selection.
    Step(Step),
    /// Scroll the text beside or below the selection.
    Scroll(Step),
    /// Go to the Roots screen.
    Roots,
    /// Move the selection to a side.
    Side(Step),
    /// Go to the Signers screen.
    Signers,
    /// Go to the Trust screen.
    Trust,
    /// Show the documented report of the selected pod.
    Yaml,
}

/// What has to happen outside of the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Put this text on the clipboard.
    Copy(String),
    /// These pods are on the screen now, topmost first.
    Demand(Vec<signet_mesh::objects::ObjectName>),
    /// Leave the dashboard.
    Quit,
    /// What is on the screen is out of date.
    Redraw,
}
