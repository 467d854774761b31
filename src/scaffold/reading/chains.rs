//! Chains of method calls, such as `Server::builder().add_service(…).serve(…)`, wherever they stand.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

use super::scope::name;

/// One chain.
#[derive(Debug, Default)]
pub(crate) struct Chain {
    /// The function whose result the chain begins with; empty if it begins with something else.
    pub(crate) function: Vec<String>,
    /// The arguments' closing bracket of that function.
    pub(crate) function_end: Option<Span>,
    pub(crate) calls: Vec<MethodCall>,
}

/// One call in a chain.
#[derive(Debug)]
pub(crate) struct MethodCall {
    pub(crate) method: String,
    /// The point in front of the method.
    pub(crate) point: Span,
    pub(crate) arguments: TokenStream,
    /// The bracket behind the arguments.
    pub(crate) end: Span,
}

/// The chains among tokens.
pub(crate) fn chains(tokens: TokenStream) -> Vec<Chain> {
    let mut found = Vec::new();
    collect(tokens, &mut found);
    found
}

fn collect(tokens: TokenStream, found: &mut Vec<Chain>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let (mut chain, mut path, mut at) = (Chain::default(), Vec::new(), 0);
    while let Some(token) = tokens.get(at) {
        if let TokenTree::Group(group) = token {
            collect(group.stream(), found);
        }
        at += match (token, &tokens[at + 1..]) {
            (TokenTree::Punct(point), [TokenTree::Ident(method), TokenTree::Group(group), ..])
                if point.as_char() == '.' && is_call(group) =>
            {
                collect(group.stream(), found);
                chain.calls.push(MethodCall {
                    method: name(method),
                    point: point.span(),
                    arguments: group.stream(),
                    end: group.span_close(),
                });
                path.clear();
                3
            }
            // A field, or `.await`.
            (TokenTree::Punct(point), [TokenTree::Ident(_), ..]) if point.as_char() == '.' => 2,
            (TokenTree::Punct(mark), _) if matches!(mark.as_char(), '?' | ':') => 1,
            (TokenTree::Group(group), _) if is_call(group) && !path.is_empty() => {
                chain.function = std::mem::take(&mut path);
                chain.function_end = Some(group.span_close());
                1
            }
            (TokenTree::Ident(ident), _) => {
                let follows = matches!(tokens[..at].last(), Some(TokenTree::Punct(colon)) if colon.as_char() == ':');
                if !follows {
                    finish(&mut chain, found);
                    path.clear();
                }
                path.push(name(ident));
                1
            }
            _ => {
                finish(&mut chain, found);
                path.clear();
                1
            }
        };
    }
    finish(&mut chain, found);
}

fn is_call(group: &Group) -> bool {
    group.delimiter() == Delimiter::Parenthesis
}

fn finish(chain: &mut Chain, found: &mut Vec<Chain>) {
    let chain = std::mem::take(chain);
    if !chain.calls.is_empty() || chain.function_end.is_some() {
        found.push(chain);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_one_chain_are_told_from_others() {
        let text = "fn main() {\n    let x = a::Server::builder()\n        .add(B::new(c.d(1)))\n        \
                    .serve(1).await?.end();\n    x.add(2); y!(z.add(3).add(4));\n}\n";
        let found: Vec<_> = chains(text.parse().expect("it is Rust"))
            .iter()
            .map(|chain| {
                let calls = chain.calls.iter().map(|call| call.method.as_str());
                let calls: Vec<_> = calls.collect();
                format!("{}: {}", chain.function.join("::"), calls.join(" "))
            })
            .collect();
        let expected = [
            ": d",
            "B::new: ",
            "a::Server::builder: add serve end",
            ": add",
            ": add add",
        ];
        for one in expected {
            assert!(
                found.iter().any(|chain| chain == one),
                "{one} is not in {found:?}"
            );
        }
    }
}
