//! What can be typed after `:`.

/// One command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Show a pod's chain: of `[NAMESPACE/]POD`, or of the selected one.
    Chain(Option<String>),
    /// Show all findings.
    Findings,
    /// Show the keys.
    Help,
    /// Show one namespace, or all.
    Namespace(Option<String>),
    /// Show the pods.
    Pods,
    /// Leave.
    Quit,
    /// Show the roots.
    Roots,
    /// Show the signers.
    Signers,
    /// Show who can talk to whom.
    Trust,
}

/// How a command is typed, and what it does.
pub(crate) struct Typed {
    /// Its names, the usual one first.
    pub(crate) names: &'static [&'static str],
    /// What may follow it, as the help writes it.
    pub(crate) argument: &'static str,
    /// What it does.
    pub(crate) help: &'static str,
    command: fn(Option<String>) -> Command,
}

/// Every command.
pub(crate) static COMMANDS: &[Typed] = &[
    Typed { names: &["pods", "po"], argument: "", help: "Show the pods", command: |_| Command::Pods },
    Typed {
        names: &["chain"],
        argument: "[[NAMESPACE/]POD]",
        help: "Show a pod's chain; the selected one's without a name",
        command: Command::Chain,
    },
    Typed {
        names: &["findings"],
        argument: "",
        help: "Show the findings of all pods, gravest first",
        command: |_| Command::Findings,
    },
    Typed {
        names: &["signers"],
        argument: "",
        help: "Show the signers, their roots and whether they can issue",
        command: |_| Command::Signers,
    },
    Typed {
        names: &["trust"],
        argument: "",
        help: "Show who can talk to whom, by namespace and signer",
        command: |_| Command::Trust,
    },
    Typed {
        names: &["roots"],
        argument: "",
        help: "Show every root, who uses it and whether it may go",
        command: |_| Command::Roots,
    },
    Typed {
        names: &["ns", "namespace"],
        argument: "[NAMESPACE]",
        help: "Show one namespace; all without a name",
        command: |name| Command::Namespace(name.filter(|name| name != "all")),
    },
    Typed { names: &["help"], argument: "", help: "Show the keys and commands", command: |_| Command::Help },
    Typed { names: &["quit", "q", "q!"], argument: "", help: "Quit", command: |_| Command::Quit },
];

/// Reads a command; says what is wrong with it and what could be meant.
pub(crate) fn parse(text: &str) -> Result<Command, String> {
    let mut words = text.split_whitespace();
    let name = words.next().unwrap_or_default();
    let argument = words.next().map(str::to_owned);
    let Some(typed) = COMMANDS.iter().find(|typed| typed.names.contains(&name)) else {
        let known: Vec<_> = COMMANDS.iter().filter_map(|typed| typed.names.first().copied()).collect();
        return Err(format!("no command `{name}`; there are {}", known.join(", ")));
    };
    let expected = usize::from(!typed.argument.is_empty());
    if usize::from(argument.is_some()) > expected || words.next().is_some() {
        return Err(format!(
            "`{name}` takes {}",
            match typed.argument {
                "" => "nothing after it",
                argument => argument,
            }
        ));
    }
    Ok((typed.command)(argument))
}

/// What `text` can be completed to: command names, then namespaces behind `ns `.
pub(crate) fn completions(text: &str, namespaces: &[&str]) -> Vec<String> {
    if let Some((name, beginning)) = text.split_once(' ') {
        return match parse(name) {
            Ok(Command::Namespace(_)) => namespaces
                .iter()
                .filter(|namespace| namespace.starts_with(beginning))
                .map(|namespace| format!("{name} {namespace}"))
                .collect(),
            _ => Vec::new(),
        };
    }
    let names = COMMANDS.iter().flat_map(|typed| typed.names);
    names.filter(|name| !text.is_empty() && name.starts_with(text)).map(|name| (*name).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::{Command, completions, parse};

    #[test]
    fn commands_are_read_with_their_arguments() {
        assert_eq!(parse("pods"), Ok(Command::Pods));
        assert_eq!(parse(" q "), Ok(Command::Quit));
        assert_eq!(parse("chain foo/httpbin"), Ok(Command::Chain(Some("foo/httpbin".into()))));
        assert_eq!(parse("ns foo"), Ok(Command::Namespace(Some("foo".into()))));
        assert_eq!(parse("ns all"), Ok(Command::Namespace(None)));
        assert_eq!(parse("ns"), Ok(Command::Namespace(None)));
    }

    #[test]
    fn a_wrong_command_says_what_there_is() {
        let unknown = parse("podss").expect_err("no such command");
        assert!(unknown.contains("`podss`") && unknown.contains("pods, chain"), "{unknown}");
        assert_eq!(parse("quit now"), Err("`quit` takes nothing after it".into()));
        assert_eq!(parse("ns a b"), Err("`ns` takes [NAMESPACE]".into()));
    }

    #[test]
    fn completion_knows_commands_and_namespaces() {
        assert_eq!(completions("p", &[]), ["pods", "po"]);
        assert_eq!(completions("", &[]), [""; 0]);
        assert_eq!(completions("ns f", &["bar", "foo"]), ["ns foo"]);
        assert_eq!(completions("pods f", &["foo"]), [""; 0]);
    }
}
