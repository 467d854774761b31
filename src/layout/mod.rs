//! Where lines break, by rustfmt's rules for the few constructs whose width varies with the IDL.
//!
//! Generated text is exactly what `rustfmt` would print, so that users may format their tree and a
//! check for fresh code still compares bytes. Templates hold everything of fixed width; a name of
//! the IDL can make a type, a signature or a call too long, and those come from here. The test
//! `tests/layout.rs` holds these functions against rustfmt itself.

pub(crate) mod expr;

use crate::plan::RustType;

/// rustfmt's `max_width`.
pub(crate) const MAX_WIDTH: usize = 100;

/// rustfmt's `fn_call_width`: longer arguments go on lines of their own.
pub(super) const CALL_WIDTH: usize = 60;

/// rustfmt's `attr_fn_like_width`.
pub(crate) const ATTRIBUTE_WIDTH: usize = 70;

/// rustfmt's `struct_lit_width`.
pub(super) const STRUCT_WIDTH: usize = 18;

/// rustfmt's `array_width`.
pub(super) const ARRAY_WIDTH: usize = 60;

/// One step of indentation.
pub(crate) const STEP: usize = 4;

/// rustfmt's `short_array_element_width_threshold`: lists of items no wider than this share lines.
pub(super) const SHORT_ITEM: usize = 10;

/// `width` blanks.
pub(crate) fn blanks(width: usize) -> String {
    " ".repeat(width)
}

/// A type that starts at `column` of a line indented by `indent` and is followed by `tail`
/// characters on its last line.
pub(crate) fn type_at(ty: &RustType, indent: usize, column: usize, tail: usize) -> String {
    let flat = ty.flat();
    if ty.args.is_empty() || column + flat.len() + tail <= MAX_WIDTH {
        return flat;
    }
    broken_type(ty, indent)
}

/// A generic type with each argument on a line of its own.
fn broken_type(ty: &RustType, indent: usize) -> String {
    if ty.args.is_empty() {
        return ty.flat();
    }
    let inner = indent + STEP;
    let line = |arg| format!("{}{},\n", blanks(inner), type_at(arg, inner, inner, 1));
    let args: String = ty.args.iter().map(line).collect();
    format!("{}<\n{args}{}>", ty.path, blanks(indent))
}

/// What a function returns.
#[derive(Clone, Debug)]
pub(crate) enum Return<'a> {
    /// `-> T`
    Type(&'a RustType),
    /// `-> impl Future<Output = T> + Send`
    Future(&'a RustType),
}

/// A `match` arm in a line indented by `indent`; a value too long for it gets a block.
pub(crate) fn arm(pattern: &str, value: &str, indent: usize) -> String {
    let flat = format!("{pattern} => {value},");
    if indent + flat.len() <= MAX_WIDTH {
        return flat;
    }
    format!(
        "{pattern} => {{\n{}{value}\n{}}}",
        blanks(indent + STEP),
        blanks(indent)
    )
}

/// One parameter with a name; `None` is `&self`.
pub(crate) type Param<'a> = Option<(&'a str, &'a RustType)>;

/// A function's signature, `tail` included (`;` or ` {`), without the indentation of its first
/// line.
pub(crate) fn signature(
    indent: usize,
    head: &str,
    params: &[Param<'_>],
    returns: &Return<'_>,
    tail: &str,
) -> String {
    let flat_params: Vec<_> = params.iter().map(|param| flat_param(param)).collect();
    let flat = format!(
        "{head}({}) -> {}{tail}",
        flat_params.join(", "),
        flat_return(returns)
    );
    if indent + flat.len() <= MAX_WIDTH {
        return flat;
    }
    let inner = indent + STEP;
    let broken: String = params
        .iter()
        .map(|param| match param {
            None => format!("{}&self,\n", blanks(inner)),
            Some((name, ty)) => {
                let ty = type_at(ty, inner, inner + name.len() + 2, 1);
                format!("{}{name}: {ty},\n", blanks(inner))
            }
        })
        .collect();
    format!(
        "{head}(\n{broken}{}) -> {}",
        blanks(indent),
        return_at(returns, indent, tail)
    )
}

fn flat_param(param: &Param<'_>) -> String {
    match param {
        None => "&self".to_owned(),
        Some((name, ty)) => format!("{name}: {}", ty.flat()),
    }
}

const FUTURE: &str = "impl ::core::future::Future";
/// What rustfmt sets aside when bounds stand on lines of their own.
const MULTILINE_BOUND: usize = 6;
const SEND: &str = "+ ::core::marker::Send";

fn flat_return(returns: &Return<'_>) -> String {
    match returns {
        Return::Type(ty) => ty.flat(),
        Return::Future(ty) => format!("{FUTURE}<Output = {}> {SEND}", ty.flat()),
    }
}

/// The return type behind `) -> ` on a line indented by `indent`.
fn return_at(returns: &Return<'_>, indent: usize, tail: &str) -> String {
    // rustfmt gives the type what is left beside `-> `, and forgets the `) `.
    let width = MAX_WIDTH - indent - "-> ".len();
    match returns {
        Return::Type(ty) => {
            let flat = ty.flat();
            if flat.len() > width {
                return broken_type(ty, indent) + tail;
            }
            // Where the brace would stick out, it goes down alone.
            let line = indent + ") -> ".len() + flat.len() + tail.len();
            match tail == " {" && line > MAX_WIDTH - indent {
                true => format!("{flat}\n{}{{", blanks(indent)),
                false => flat + tail,
            }
        }
        Return::Future(ty) => {
            // The bounds get that width without the word in front of them.
            let future = format!("{FUTURE}<Output = {}>", ty.flat());
            let bounds = future.len() - "impl ".len();
            if bounds + 1 + SEND.len() <= width {
                format!("{future} {SEND}{tail}")
            } else if bounds + MULTILINE_BOUND <= width {
                format!("{future}\n{}{SEND}{tail}", blanks(indent))
            } else {
                let inner = indent + STEP;
                let output = type_at(ty, inner, inner + "Output = ".len(), 1);
                let pad = blanks(inner);
                format!(
                    "{FUTURE}<\n{pad}Output = {output},\n{}> {SEND}{tail}",
                    blanks(indent)
                )
            }
        }
    }
}

/// A call `callee(args)` that starts at `column` and is followed by `tail` characters.
pub(crate) fn call(
    callee: &str,
    args: &[String],
    indent: usize,
    column: usize,
    tail: usize,
) -> String {
    let flat = args.join(", ");
    // A lone argument may be as long as the line.
    let narrow = args.len() == 1 || flat.len() <= CALL_WIDTH;
    if narrow && column + callee.len() + flat.len() + 2 + tail <= MAX_WIDTH {
        return format!("{callee}({flat})");
    }
    broken_call(callee, args, indent)
}

/// `let {name} = {callee}({arg});`
pub(crate) fn let_call(name: &str, callee: &str, arg: &str, indent: usize) -> String {
    let flat = format!("{callee}({arg});");
    let start = format!("let {name} =");
    if indent + STEP + flat.len() > MAX_WIDTH {
        return format!(
            "{start} {};",
            broken_call(callee, &[arg.to_owned()], indent)
        );
    }
    match indent + start.len() + 1 + flat.len() <= MAX_WIDTH {
        true => format!("{start} {flat}"),
        false => format!("{start}\n{}{flat}", blanks(indent + STEP)),
    }
}

/// A call with each argument on a line of its own.
pub(crate) fn broken_call(callee: &str, args: &[String], indent: usize) -> String {
    let inner = indent + STEP;
    let narrow = args.len() > 1 && args.iter().all(|arg| arg.len() <= SHORT_ITEM);
    let args = match narrow {
        true => fill(args, inner),
        false => args
            .iter()
            .map(|arg| blanks(inner) + arg)
            .collect::<Vec<_>>()
            .join(",\n"),
    };
    format!("{callee}(\n{args},\n{})", blanks(indent))
}

/// Words separated by commas, as many to a line as fit, without a comma at the end.
pub(crate) fn fill(words: &[String], indent: usize) -> String {
    let pad = blanks(indent);
    let mut lines = vec![pad.clone()];
    for (index, word) in words.iter().enumerate() {
        let comma = usize::from(index + 1 < words.len());
        let line = lines.last_mut().filter(|line| {
            line.len() == indent || line.len() + 1 + word.len() + comma <= MAX_WIDTH
        });
        match line {
            Some(line) if line.len() == indent => line.push_str(word),
            Some(line) => line.push_str(&format!(" {word}")),
            None => lines.push(format!("{pad}{word}")),
        }
        if comma == 1
            && let Some(line) = lines.last_mut()
        {
            line.push(',');
        }
    }
    lines.join("\n")
}

/// `pub {name}: {type}` of a struct's field in a line indented by `indent`.
pub(crate) fn field(name: &str, ty: &RustType, indent: usize) -> String {
    let head = format!("pub {name}:");
    let flat = ty.flat();
    let (same_line, next_line) = (indent + head.len() + 1, indent + STEP);
    if same_line + flat.len() < MAX_WIDTH {
        format!("{head} {flat}")
    } else if next_line + flat.len() < MAX_WIDTH {
        format!("{head}\n{}{flat}", blanks(next_line))
    } else {
        format!("{head} {}", type_at(ty, indent, same_line, 1))
    }
}

/// `{name}({type})`, a variant of an enum in a line indented by `indent`.
pub(crate) fn variant(name: &str, ty: &RustType, indent: usize) -> String {
    let flat = format!("{name}({})", ty.flat());
    if indent + flat.len() < MAX_WIDTH {
        return flat;
    }
    let inner = indent + STEP;
    format!(
        "{name}(\n{}{},\n{})",
        blanks(inner),
        type_at(ty, inner, inner, 1),
        blanks(indent)
    )
}

/// `{head} = {type};` at the left margin.
pub(crate) fn type_alias(head: &str, ty: &RustType) -> String {
    let flat = ty.flat();
    if head.len() + flat.len() + 4 <= MAX_WIDTH {
        format!("{head} = {flat};")
    } else if STEP + flat.len() < MAX_WIDTH {
        format!("{head} =\n    {flat};")
    } else {
        format!("{head} = {};", type_at(ty, 0, head.len() + 3, 1))
    }
}
/// The first line or lines of an `impl` at the left margin, opening brace included.
pub(crate) fn impl_header(generics: &str, of_trait: &RustType, for_type: &str) -> String {
    let start = format!("impl{generics}");
    let flat = format!("{start} {} for {for_type} {{", of_trait.flat());
    if flat.len() <= MAX_WIDTH {
        return flat;
    }
    let pad = blanks(STEP);
    let first = format!("{start} {}", of_trait.flat());
    if first.len() <= MAX_WIDTH {
        return format!("{first}\n{pad}for {for_type}\n{{");
    }
    let name = type_at(of_trait, STEP, STEP, 0);
    let join = if name.contains('\n') { " " } else { "\n    " };
    format!("{start}\n{pad}{name}{join}for {for_type}\n{{")
}

/// What rustfmt wants left of a line with the bounds of a trait.
const TRAIT_ROOM: usize = 8;

/// The head of a trait with bounds, opening brace included; `empty` traits close at once.
pub(crate) fn trait_header(head: &str, bounds: &str, empty: bool) -> String {
    let flat = format!("{head}: {bounds} {{");
    match (flat.len() + TRAIT_ROOM <= MAX_WIDTH, empty) {
        (true, false) => flat,
        (true, true) => flat + "}",
        (false, false) => format!("{head}:\n    {bounds}\n{{"),
        (false, true) => format!("{head}:\n    {bounds}\n{{\n}}"),
    }
}

/// `name { fields }` in shorthand form.
pub(crate) fn struct_shorthand(name: &str, fields: &[&str], indent: usize) -> String {
    let flat = fields.join(", ");
    if fields.is_empty() {
        return format!("{name} {{}}");
    }
    if flat.len() <= STRUCT_WIDTH {
        return format!("{name} {{ {flat} }}");
    }
    let pad = blanks(indent + STEP);
    let lines: String = fields
        .iter()
        .map(|field| format!("{pad}{field},\n"))
        .collect();
    format!("{name} {{\n{lines}{}}}", blanks(indent))
}

/// `let {name} = {closure} async move { body };` in a block indented by `indent`.
pub(crate) fn async_closure(
    name: &str,
    params: &str,
    callee: &str,
    args: &[String],
    indent: usize,
) -> String {
    let flat_args = args.join(", ");
    let closure = format!("move |{params}| async move {{");
    let flat = format!("{closure} {callee}({flat_args}).await }};");
    let head = format!("let {name} = {closure}");
    if flat_args.len() <= CALL_WIDTH {
        if indent + "let  = ".len() + name.len() + flat.len() <= MAX_WIDTH {
            return format!("let {name} = {flat}");
        }
        if indent + STEP + flat.len() <= MAX_WIDTH {
            return format!("let {name} =\n{}{flat}", blanks(indent + STEP));
        }
    }
    let inner = indent + STEP;
    let pad = blanks(inner);
    let flat_call = format!("{callee}({flat_args})");
    let body = if flat_args.len() > CALL_WIDTH || inner + flat_call.len() > MAX_WIDTH {
        format!("{}\n{pad}.await", broken_call(callee, args, inner))
    } else if inner + flat_call.len() + ".await".len() > MAX_WIDTH {
        format!("{flat_call}\n{}.await", blanks(inner + STEP))
    } else {
        format!("{flat_call}.await")
    };
    format!("{head}\n{pad}{body}\n{}}};", blanks(indent))
}

/// rustfmt's `chain_width`.
const CHAIN_WIDTH: usize = 60;

/// `receiver.call`, where the call is short.
pub(crate) fn method_call(receiver: &str, call: &str, indent: usize) -> String {
    match receiver.len() + 1 + call.len() <= CHAIN_WIDTH {
        true => format!("{receiver}.{call}"),
        false => format!("{receiver}\n{}.{call}", blanks(indent + STEP)),
    }
}

/// The head of an inherent `impl` at the left margin, opening brace included.
pub(crate) fn inherent_header(generics: &str, for_type: &str) -> String {
    let flat = format!("impl{generics} {for_type} {{");
    if flat.len() <= MAX_WIDTH {
        return flat;
    }
    let inner = generics.trim_start_matches('<').trim_end_matches('>');
    format!("impl<\n    {inner},\n> {for_type}\n{{")
}

/// `.outer(inner(arg))` in a chain, hugging when it is too long for one line.
pub(crate) fn nested_call(outer: &str, inner: &str, arg: &str, indent: usize) -> String {
    // rustfmt gives a nested call the width of arguments. Where not even its name fits into that,
    // it is an argument like any other.
    let call = format!("{inner}({arg})");
    let hugs = inner.len() < CALL_WIDTH;
    let fits = indent + outer.len() + call.len() + 2 <= MAX_WIDTH;
    if fits && (call.len() <= CALL_WIDTH || !hugs) {
        return format!("{outer}({call})");
    }
    if hugs && indent + outer.len() + inner.len() + 2 <= MAX_WIDTH {
        return format!(
            "{outer}({inner}(\n{}{arg},\n{}))",
            blanks(indent + STEP),
            blanks(indent)
        );
    }
    if indent + STEP + call.len() < MAX_WIDTH {
        return broken_call(outer, &[call], indent);
    }
    let inner_call = broken_call(inner, &[arg.to_owned()], indent + STEP);
    broken_call(outer, &[inner_call], indent)
}

/// `pub static {name}: ::std::sync::LazyLock<{type}> =`
pub(crate) fn lazy_head(name: &str, ty: &RustType) -> String {
    let head = format!("pub static {name}:");
    let lazy = RustType::generic("::std::sync::LazyLock", [ty.clone()]);
    format!("{head} {} =", type_at(&lazy, 0, head.len() + 1, 2))
}

/// `#[derive(…)]` without the indentation of its first line. rustfmt puts all traits on a second line
/// before it gives each a line of its own.
pub(crate) fn derive<T: AsRef<str>>(traits: &[T], indent: usize) -> String {
    /// The widest list beside `#[derive(`, with the indentation.
    const BESIDE: usize = 85;
    /// The widest list on one line of its own, with the indentation of the first.
    const BELOW: usize = 96;
    let traits: Vec<_> = traits.iter().map(AsRef::as_ref).collect();
    let flat = traits.join(", ");
    let (outer, inner) = (blanks(indent), blanks(indent + STEP));
    match indent + flat.len() {
        0..=BESIDE => format!("#[derive({flat})]"),
        width if width <= BELOW => format!("#[derive(\n{inner}{flat},\n{outer})]"),
        _ => {
            let list = traits.join(&format!(",\n{inner}"));
            format!("#[derive(\n{inner}{list},\n{outer})]")
        }
    }
}

/// Attributes, one after the other, line ends included. `tail` is what rustfmt keeps free at the end
/// of the line: the comma of a struct's field.
pub(crate) fn attributes(lines: &[String], indent: usize, tail: usize) -> String {
    let (pad, inner_pad) = (blanks(indent), blanks(indent + STEP));
    let line = |line: &String| {
        let flat = format!("{pad}{line}\n");
        let Some((name, args)) = attribute_args(line) else {
            return flat;
        };
        let list = args.join(", ").len();
        let narrow = args.len() == 1 || list <= ATTRIBUTE_WIDTH;
        if narrow && indent + line.len() + tail <= MAX_WIDTH {
            return flat;
        }
        let args = args.join(&format!(",\n{inner_pad}"));
        format!("{pad}{name}(\n{inner_pad}{args}\n{pad})]\n")
    };
    lines.iter().map(line).collect()
}

/// `#[name(args)]` in its parts.
fn attribute_args(attribute: &str) -> Option<(&str, Vec<&str>)> {
    let (name, list) = attribute.split_once('(')?;
    let list = list.strip_suffix(")]")?;
    let (mut args, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in list.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                args.push(list[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    args.push(list[start..].trim());
    args.retain(|arg| !arg.is_empty());
    Some((name, args))
}
