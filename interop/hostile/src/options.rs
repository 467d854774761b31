//! The command line.

use crate::attack::{Attack, Drive, Pace, Scale, Wire};
use crate::attacks;

pub const USAGE: &str = "usage: hostile list | all [--short] | NAME… [--short]

  list     the attacks, what each does, and its bound
  all      runs every attack and prints a table
  NAME…    runs the attacks whose names begin with one of these
  --short  the form that the tests run: less of everything, and generous with latency";

pub enum Command {
    List,
    Attack {
        attacks: Vec<&'static Attack>,
        scale: Scale,
    },
    /// The attacked server: this program starts itself.
    Serve {
        pace: Pace,
    },
    /// The attacked client.
    Suffer {
        victim: Victim,
    },
}

/// What the attacked client is told.
pub struct Victim {
    pub wire: Wire,
    pub drive: Drive,
    pub hostile: String,
    pub decent: String,
}

pub fn parse(args: &[String]) -> Result<Command, String> {
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words[..] {
        ["list"] => Ok(Command::List),
        ["serve"] => Ok(Command::Serve {
            pace: Pace::Default,
        }),
        ["serve", "quick"] => Ok(Command::Serve { pace: Pace::Quick }),
        ["suffer", wire, drive, hostile, decent] => Ok(Command::Suffer {
            victim: Victim {
                wire: Wire::named(wire).ok_or_else(|| format!("no wire is called {wire:?}"))?,
                drive: Drive::named(drive)
                    .ok_or_else(|| format!("no drive is called {drive:?}"))?,
                hostile: hostile.to_owned(),
                decent: decent.to_owned(),
            },
        }),
        _ => attack(&words),
    }
}

fn attack(words: &[&str]) -> Result<Command, String> {
    let is_short = words.contains(&"--short");
    let scale = if is_short { Scale::Short } else { Scale::Long };
    let names: Vec<_> = words.iter().filter(|word| **word != "--short").collect();
    if let Some(option) = names.iter().find(|name| name.starts_with('-')) {
        return Err(format!("there is no option {option}"));
    }
    if names.is_empty() {
        return Err("name an attack, or say `all`".to_owned());
    }
    let mut chosen = Vec::new();
    for name in names {
        let before = chosen.len();
        let is_meant = |attack: &&Attack| *name == "all" || attack.name.starts_with(name);
        chosen.extend(attacks::all().filter(is_meant));
        if chosen.len() == before {
            return Err(format!("no attack's name begins with {name:?}; see `list`"));
        }
    }
    Ok(Command::Attack {
        attacks: chosen,
        scale,
    })
}
