//! Watches of single objects by name: what the webhook itself wrote, and has to repair.

use std::fmt::Debug;

use futures::{Stream, StreamExt as _};
use serde::de::DeserializeOwned;
use signet_cluster::kube;
use signet_cluster::kube::Api;
use signet_cluster::kube::runtime::{WatchStreamExt as _, watcher};

/// A unit whenever the object named `name` was made, changed or taken away, and whenever the watch
/// began anew. What it is now has to be asked.
pub(crate) fn changes_of<K>(api: Api<K>, name: &str) -> impl Stream<Item = ()> + Send + use<K>
where
    K: kube::Resource + Clone + Debug + DeserializeOwned + Send + 'static,
{
    let config = watcher::Config::default().fields(&format!("metadata.name={name}"));
    let name = name.to_owned();
    watcher(api, config).default_backoff().filter_map(move |event| {
        let changed = match event {
            Ok(watcher::Event::Init | watcher::Event::InitApply(_)) => None,
            Ok(_) => Some(()),
            Err(error) => {
                tracing::warn!(name, reason = %error, "a watch was interrupted");
                None
            }
        };
        std::future::ready(changed)
    })
}
