//! A dashboard whose source panics: the terminal must come back all the same,
//! and the program must fail. `tests/tests/terminal.rs` runs it in a real terminal.

use futures::Stream;
use signet_certs::UnixTime;
use signet_inspector::dashboard::{self, Options, Theme};
use signet_inspector::source::{Demand, Scope, Source};
use signet_inspector::{Clock, Failure};
use signet_mesh::Observation;
use signet_mesh::observation::Connection;
use tokio::sync::watch;

/// Says that it is connected, and panics when it is asked for more.
struct Panics;

impl Source for Panics {
    fn clock(&self) -> Clock {
        Clock::Fixed(UnixTime::from_seconds(1_795_500_000))
    }

    fn observe(self, _: Scope, _: watch::Receiver<Demand>) -> impl Stream<Item = Observation> + Send {
        futures::stream::unfold(false, |asked| async move {
            assert!(!asked, "this source panics, as it should");
            Some((Observation::Connection { state: Connection::Connected }, true))
        })
    }
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let options = Options { theme: Theme::Colour, mouse: true, title: "panics".to_owned() };
    dashboard::run(Panics, Scope::default(), options).await
}
