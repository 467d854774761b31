//! Flags as Go reads them: `-name value`, `-name=value`, one dash or two. A switch has a value only
//! behind `=`.

use std::collections::HashMap;

/// Why a command line cannot be used.
pub type Usage = String;

/// The flags of one command line, each of a known name.
#[derive(Debug, Default)]
pub struct Flags(HashMap<&'static str, String>);

impl Flags {
    /// Reads `args`. A name of `switches` needs no value, one of `names` does.
    ///
    /// # Errors
    /// A word that is no flag, an unknown flag, one without its value.
    pub fn parse(
        args: impl IntoIterator<Item = String>,
        names: &[&'static str],
        switches: &[&'static str],
    ) -> Result<Self, Usage> {
        let mut flags = HashMap::new();
        let mut args = args.into_iter();
        while let Some(arg) = args.next() {
            let name = arg.strip_prefix("--").or_else(|| arg.strip_prefix('-'));
            let name = name.ok_or_else(|| format!("unexpected argument {arg:?}"))?;
            let (name, inline) = match name.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (name, None),
            };
            if let Some(switch) = switches.iter().find(|switch| **switch == name) {
                flags.insert(*switch, inline.unwrap_or_else(|| "true".to_owned()));
            } else if let Some(known) = names.iter().find(|known| **known == name) {
                let value = inline.or_else(|| args.next());
                let value = value.ok_or_else(|| format!("flag needs an argument: -{name}"))?;
                flags.insert(*known, value);
            } else {
                return Err(format!("flag provided but not defined: -{name}"));
            }
        }
        Ok(Self(flags))
    }

    /// The text of a flag; `None` if it is not given or empty, which is the same in Go.
    pub fn text(&self, name: &str) -> Option<&str> {
        let text = self.0.get(name).map(String::as_str);
        text.filter(|text| !text.is_empty())
    }

    /// Whether a switch is on.
    ///
    /// # Errors
    /// A value that Go does not read as a boolean.
    pub fn switch(&self, name: &str) -> Result<bool, Usage> {
        match self.text(name) {
            None => Ok(false),
            Some("1" | "t" | "T" | "true" | "TRUE" | "True") => Ok(true),
            Some("0" | "f" | "F" | "false" | "FALSE" | "False") => Ok(false),
            Some(other) => Err(format!("invalid boolean value {other:?} for -{name}")),
        }
    }

    /// A TCP port.
    ///
    /// # Errors
    /// A value that is none.
    pub fn port(&self, name: &str, default: u16) -> Result<u16, Usage> {
        let parse = |text: &str| {
            text.parse()
                .map_err(|_| format!("invalid value {text:?} for flag -{name}: not a port"))
        };
        self.text(name).map_or(Ok(default), parse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Flags, Usage> {
        let args = args.iter().map(|arg| (*arg).to_owned());
        Flags::parse(args, &["server_host", "server_port"], &["use_tls"])
    }

    #[test]
    fn every_spelling_is_read() {
        let flags = parse(&["-server_host", "a", "--server_port=3", "-use_tls"]).unwrap();
        assert_eq!(flags.text("server_host"), Some("a"));
        assert_eq!(flags.port("server_port", 1), Ok(3));
        assert_eq!(flags.switch("use_tls"), Ok(true));

        let flags = parse(&["-use_tls=false", "-server_host="]).unwrap();
        assert_eq!(flags.switch("use_tls"), Ok(false));
        assert_eq!(flags.text("server_host"), None);
        assert_eq!(flags.port("server_port", 10000), Ok(10000));
    }

    #[test]
    fn what_go_refuses_is_refused() {
        for (args, error) in [
            (&["host"][..], "unexpected argument \"host\""),
            (&["-host", "a"], "flag provided but not defined: -host"),
            (&["-server_host"], "flag needs an argument: -server_host"),
        ] {
            assert_eq!(parse(args).unwrap_err(), error);
        }
        let flags = parse(&["-use_tls=maybe", "-server_port=70000"]).unwrap();
        assert!(flags.switch("use_tls").is_err());
        assert!(flags.port("server_port", 1).is_err());
    }
}
