//! Code generation side by side: how long a tool takes, how much it writes, and how long rustc
//! takes over that. `README.md` one folder up has method and commands.

pub mod command;
mod compile;
mod generate;
mod machine;
mod project;
mod run;
mod synthetic;
mod table;
mod tool;
