//! Where lines break in calls.

use super::{CALL_WIDTH, MAX_WIDTH, SHORT_ITEM, STEP, blanks};

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

/// `let {name} = {callee}({args});`
pub(crate) fn let_call(name: &str, callee: &str, args: &[String], indent: usize) -> String {
    let flat_args = args.join(", ");
    let flat = format!("{callee}({flat_args});");
    let start = format!("let {name} =");
    let narrow = args.len() == 1 || flat_args.len() <= CALL_WIDTH;
    if !narrow || indent + STEP + flat.len() > MAX_WIDTH {
        return format!("{start} {};", broken_call(callee, args, indent));
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

/// `receiver.function(args).await`
pub(crate) fn awaited_call(
    receiver: &str,
    function: &str,
    args: &[String],
    indent: usize,
) -> String {
    let flat = format!("{receiver}.{function}({}).await", args.join(", "));
    if flat.len() <= CHAIN_WIDTH {
        return flat;
    }
    let inner = indent + STEP;
    let pad = blanks(inner);
    let call = call(&format!(".{function}"), args, inner, inner, 0);
    format!("{receiver}\n{pad}{call}\n{pad}.await")
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
