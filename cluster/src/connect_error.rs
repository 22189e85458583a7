//! Why there is no connection: the thing, the reason, the remedy.

use std::error::Error;
use std::time::Duration;

use kube::config::KubeconfigError;

/// Why a cluster cannot be talked to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}; {}", self.what(), self.why(), self.remedy())]
#[non_exhaustive]
pub enum ConnectError {
    /// A context whose cluster, user or files are missing or wrong.
    Context {
        /// The context.
        context: String,
        /// What is wrong with it.
        why: String,
    },
    /// The credentials could not be had: a plugin failed, a token file is missing.
    Credentials {
        /// What went wrong, without anything that a plugin printed.
        why: String,
    },
    /// A kubeconfig that cannot be read.
    Kubeconfig {
        /// The file.
        file: String,
        /// What is wrong with it.
        why: String,
    },
    /// No context was named and none is current.
    NoContext {
        /// The kubeconfig.
        file: String,
        /// The contexts that it has.
        known: Vec<String>,
    },
    /// There is no kubeconfig, and this is no pod.
    NoKubeconfig,
    /// The API server does not accept the credentials.
    Unauthorized {
        /// The server.
        server: String,
    },
    /// The context is not in the kubeconfig.
    UnknownContext {
        /// The context.
        context: String,
        /// The kubeconfig.
        file: String,
        /// The contexts that it has.
        known: Vec<String>,
    },
    /// The API server does not answer, or answers that it cannot.
    Unreachable {
        /// The server.
        server: String,
        /// The transport's own words.
        why: String,
    },
    /// The server's certificate is not the one that the kubeconfig trusts.
    Untrusted {
        /// The server.
        server: String,
        /// What is wrong with its certificate.
        why: String,
    },
}

impl ConnectError {
    /// The thing that is wrong.
    pub fn what(&self) -> String {
        match self {
            Self::Context { context, .. } | Self::UnknownContext { context, .. } => {
                format!("context {context}")
            }
            Self::Credentials { .. } => "the credentials of the context".to_owned(),
            Self::Kubeconfig { file, .. } | Self::NoContext { file, .. } => file.clone(),
            Self::NoKubeconfig => "the cluster".to_owned(),
            Self::Unauthorized { server }
            | Self::Unreachable { server, .. }
            | Self::Untrusted { server, .. } => match server.as_str() {
                "" => "the API server".to_owned(),
                server => format!("the API server {server}"),
            },
        }
    }

    /// The reason.
    pub fn why(&self) -> String {
        match self {
            Self::Context { why, .. }
            | Self::Credentials { why }
            | Self::Kubeconfig { why, .. }
            | Self::Unreachable { why, .. } => why.clone(),
            Self::NoContext { .. } => "it has no current context".to_owned(),
            Self::NoKubeconfig => "there is no kubeconfig, and this is no pod".to_owned(),
            Self::Unauthorized { .. } => {
                "it does not accept the credentials: a token or certificate has expired or is not its own"
                    .to_owned()
            }
            Self::UnknownContext { file, .. } => format!("{file} has no context of this name"),
            Self::Untrusted { why, .. } => format!("its certificate is not trusted: {why}"),
        }
    }

    /// What to do.
    pub fn remedy(&self) -> String {
        let choose = |known: &[String]| match known {
            [] => "add a context to it, or name another file with --kubeconfig".to_owned(),
            known => format!("choose one with --context: {}", known.join(", ")),
        };
        match self {
            Self::Context { .. } => "correct it with `kubectl config`, or choose another with --context".into(),
            Self::Credentials { .. } | Self::Unauthorized { .. } => {
                "log in again, or choose another context with --context".into()
            }
            Self::Kubeconfig { .. } => "name another file with --kubeconfig".into(),
            Self::NoContext { known, .. } | Self::UnknownContext { known, .. } => choose(known),
            Self::NoKubeconfig => {
                "name one with --kubeconfig, or look at the embedded mesh with --demo".into()
            }
            Self::Unreachable { .. } => {
                "check that it runs and that this machine reaches it, or choose another context with --context"
                    .into()
            }
            Self::Untrusted { .. } => {
                "put the cluster's CA into certificate-authority-data of the kubeconfig".into()
            }
        }
    }

    pub(crate) fn kubeconfig(file: &str, error: &KubeconfigError) -> Self {
        let why = match error {
            KubeconfigError::ReadConfig(error, _) => error.to_string(),
            // The parser's own words quote the line, which may hold a token.
            KubeconfigError::Parse(error) => match error.location() {
                Some(at) => format!("it is no kubeconfig (line {}, column {})", at.line(), at.column()),
                None => "it is no kubeconfig".to_owned(),
            },
            error => error.to_string(),
        };
        Self::Kubeconfig { file: file.to_owned(), why }
    }

    /// The client of this context cannot be made.
    pub(crate) fn unusable(context: &str, error: &kube::Error) -> Self {
        match error {
            kube::Error::Auth(error) => Self::Credentials { why: credentials(error) },
            error => Self::Context { context: context.to_owned(), why: error.to_string() },
        }
    }

    /// The server said nothing for this long.
    pub(crate) fn silent(waited: Duration) -> Self {
        Self::Unreachable { server: String::new(), why: format!("no answer within {} s", waited.as_secs()) }
    }

    /// What a failed request says about the connection to `server`.
    pub(crate) fn of(error: &kube::Error, server: &str) -> Self {
        let server = server.to_owned();
        match error {
            kube::Error::Api(status) if status.code == 401 => Self::Unauthorized { server },
            kube::Error::Api(status) => {
                Self::Unreachable { server, why: format!("it answers HTTP {}", status.code) }
            }
            kube::Error::Auth(error) => Self::Credentials { why: credentials(error) },
            error => {
                let why = innermost(error);
                // rustls' own words for a certificate that does not verify; its type does not come
                // through the client's layers.
                match why.strip_prefix("invalid peer certificate: ") {
                    Some(why) => Self::Untrusted { server, why: why.to_owned() },
                    None => Self::Unreachable { server, why },
                }
            }
        }
    }

    /// The same error about this server.
    pub(crate) fn at(mut self, name: &str) -> Self {
        if let Self::Unauthorized { server }
        | Self::Unreachable { server, .. }
        | Self::Untrusted { server, .. } = &mut self
        {
            name.clone_into(server);
        }
        self
    }
}

/// What went wrong with the credentials. What a plugin printed, and its environment, may
/// hold a token and are left out.
fn credentials(error: &kube::client::AuthError) -> String {
    use kube::client::AuthError;
    match error {
        AuthError::AuthExecRun { out, .. } => format!("the credential plugin failed ({})", out.status),
        AuthError::AuthExecStart(error) => format!("the credential plugin cannot be started ({error})"),
        AuthError::AuthExecParse(_) | AuthError::ParseTokenKey(_) => {
            "the answer of the credential plugin cannot be read".to_owned()
        }
        error => error.to_string(),
    }
}

/// The words of the error at the bottom: the layers above only say that there is one.
pub(crate) fn innermost(error: &dyn Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
