//! Flags in Go's spelling: `-name value`, `-name=value`, one dash or two.

use std::collections::HashMap;
use std::time::Duration;

/// The flags of one command line, each of a known name.
#[derive(Debug, Default)]
pub struct Flags(HashMap<&'static str, String>);

impl Flags {
    /// Reads `args`. A name of `switches` takes no value, one of `names` takes one.
    pub fn parse(
        args: &[String],
        names: &[&'static str],
        switches: &[&'static str],
    ) -> Result<Self, String> {
        let mut flags = Self::default();
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let name = arg.strip_prefix("--").or_else(|| arg.strip_prefix('-'));
            let Some(name) = name else {
                return Err(format!("unexpected argument {arg:?}"));
            };
            let (name, inline) = match name.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (name, None),
            };
            if let Some(switch) = switches.iter().find(|switch| **switch == name) {
                flags
                    .0
                    .insert(switch, inline.unwrap_or_else(|| "true".to_owned()));
                continue;
            }
            let Some(known) = names.iter().find(|known| **known == name) else {
                return Err(format!("flag provided but not defined: -{name}"));
            };
            let value = inline.or_else(|| args.next().cloned());
            flags.0.insert(
                known,
                value.ok_or(format!("flag needs an argument: -{name}"))?,
            );
        }
        Ok(flags)
    }

    pub fn text(&self, name: &'static str, default: &str) -> String {
        self.0
            .get(name)
            .cloned()
            .unwrap_or_else(|| default.to_owned())
    }

    pub fn number(&self, name: &'static str, default: usize) -> Result<usize, String> {
        let parse = |text: &String| {
            text.parse()
                .map_err(|_| format!("invalid value {text:?} for flag -{name}: parse error"))
        };
        self.0.get(name).map_or(Ok(default), parse)
    }

    /// A duration in Go's writing: `500ms`, `2s`, `1m30s`.
    pub fn duration(&self, name: &'static str, default: Duration) -> Result<Duration, String> {
        let parse = |text: &String| {
            go_duration(text).ok_or(format!(
                "invalid value {text:?} for flag -{name}: parse error"
            ))
        };
        self.0.get(name).map_or(Ok(default), parse)
    }
}

fn go_duration(text: &str) -> Option<Duration> {
    let mut total = Duration::ZERO;
    let mut rest = text;
    if rest == "0" {
        return Some(total);
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, tail) = rest.split_at(digits);
        let unit_len = tail
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(unit_len);
        let seconds = match unit {
            "ms" => 0.001,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => return None,
        };
        let number: f64 = number.parse().ok()?;
        total += Duration::try_from_secs_f64(number * seconds).ok()?;
        rest = tail;
    }
    (!text.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_read() {
        let args = ["-addr", "a:1", "--count=3", "-v"].map(str::to_owned);
        let flags = Flags::parse(&args, &["addr", "count"], &["v"]).unwrap();
        assert_eq!(flags.text("addr", ""), "a:1");
        assert_eq!(flags.number("count", 0), Ok(3));
        assert_eq!(flags.text("v", "false"), "true");
    }

    #[test]
    fn durations_are_written_as_in_go() {
        assert_eq!(go_duration("500ms"), Some(Duration::from_millis(500)));
        assert_eq!(go_duration("1m30s"), Some(Duration::from_secs(90)));
        assert_eq!(go_duration("1.5s"), Some(Duration::from_millis(1500)));
        assert_eq!(go_duration("5"), None);
        assert_eq!(go_duration(""), None);
    }
}
