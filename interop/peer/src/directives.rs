//! Orders to a handler: `verb[@n][=arg]`, `;` between them.

/// One order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    pub verb: String,
    /// Due after this many messages.
    pub at: usize,
    pub arg: String,
}

/// The orders of one call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directives(Vec<Directive>);

const VERBS: [&str; 19] = [
    "ret", "early", "biz", "grpcbiz", "err", "app", "trans", "status", "panic", "exit", "hold",
    "slow", "hdr", "sendhdr", "flood", "back", "meta", "who", "deadline",
];

impl Directives {
    /// Reads the text of `PEER_DO` or `attrs["do"]`. The empty text holds no order.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts = text.split(';').filter(|part| !part.is_empty());
        parts.map(parse_one).collect::<Result<_, _>>().map(Self)
    }

    /// The first order with this verb.
    pub fn find(&self, verb: &str) -> Option<&Directive> {
        self.0.iter().find(|directive| directive.verb == verb)
    }

    pub fn has(&self, verb: &str) -> bool {
        self.find(verb).is_some()
    }

    /// The orders that are due after `n` messages.
    pub fn due(&self, n: usize) -> impl Iterator<Item = &Directive> {
        self.0.iter().filter(move |directive| directive.at == n)
    }
}

fn parse_one(part: &str) -> Result<Directive, String> {
    let bad = || format!("peer bad directive: {part}");
    let (head, arg) = part.split_once('=').unwrap_or((part, ""));
    let (verb, at) = head.split_once('@').unwrap_or((head, "0"));
    if !VERBS.contains(&verb) && verb != "report" {
        return Err(bad());
    }
    let at = at.parse().map_err(|_| bad())?;
    Ok(Directive {
        verb: verb.to_owned(),
        at,
        arg: arg.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::Directives;

    #[test]
    fn verb_place_and_argument_are_read() {
        let orders = Directives::parse("hold@1;slow=20;deadline").unwrap();
        assert_eq!(orders.find("hold").map(|order| order.at), Some(1));
        assert_eq!(
            orders.find("slow").map(|order| order.arg.as_str()),
            Some("20")
        );
        assert!(orders.has("deadline"));
        assert_eq!(orders.due(1).count(), 1);
    }

    #[test]
    fn what_is_no_order_is_refused() {
        assert!(Directives::parse("dance").is_err());
        assert!(Directives::parse("ret@x").is_err());
        assert_eq!(Directives::parse(""), Ok(Directives::default()));
    }
}
