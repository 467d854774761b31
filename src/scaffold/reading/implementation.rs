//! `impl … for …`

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{ImplItem, ImplItemFn, Item, ItemImpl, Type};

use super::Source;
use super::scope::{Scope, Surroundings, name};

/// One implementation of a trait.
pub(crate) struct Implementation<'a> {
    pub(crate) source: &'a Source,
    /// What names mean where it stands.
    pub(crate) scope: Scope,
    item: &'a ItemImpl,
    /// The trait, as it is written.
    of_trait: Vec<String>,
}

impl<'a> Implementation<'a> {
    /// What the trait's path may mean.
    pub(crate) fn of_trait(&self) -> Vec<Vec<String>> {
        self.scope.resolve(&self.of_trait)
    }

    /// The name of the type that it is for; `None` unless it is a plain path.
    pub(crate) fn implementor(&self) -> Option<String> {
        match &*self.item.self_ty {
            Type::Path(ty) => ty.path.segments.last().map(|last| name(&last.ident)),
            _ => None,
        }
    }

    /// How it begins: `impl T for S`.
    pub(crate) fn title(&self) -> String {
        let implementor = self.implementor().unwrap_or_else(|| "…".to_owned());
        format!(
            "impl {} for {implementor}",
            self.of_trait.last().map_or("…", |last| last)
        )
    }

    /// Where it begins.
    pub(crate) fn start(&self) -> Span {
        self.item.impl_token.span
    }

    /// Its functions by name, without `r#`.
    pub(crate) fn functions(&self) -> impl Iterator<Item = (String, &'a ImplItemFn)> {
        self.item.items.iter().filter_map(|item| match item {
            ImplItem::Fn(function) => Some((name(&function.sig.ident), function)),
            _ => None,
        })
    }

    /// The byte at which it begins.
    pub(crate) fn start_byte(&self) -> usize {
        self.source.bytes(self.start()).start
    }

    /// The bytes of the braces around its body.
    pub(crate) fn braces(&self) -> (usize, usize) {
        let braces = self.item.brace_token.span;
        let (open, close) = (braces.open(), braces.close());
        (
            self.source.bytes(open).start,
            self.source.bytes(close).start,
        )
    }

    /// The byte at which its first item begins, with what stands in front of that.
    pub(crate) fn first_item(&self) -> Option<usize> {
        let first = self.item.items.first()?;
        Some(self.source.bytes(first.span()).start)
    }

    /// Whether a macro may write functions into it, which nobody sees here.
    pub(crate) fn has_macros(&self) -> bool {
        let mut items = self.item.items.iter();
        items.any(|item| matches!(item, ImplItem::Macro(_)))
    }
}

/// Adds the implementations among `items`, which are those of `module`, and of the modules in it.
pub(super) fn collect<'a>(
    source: &'a Source,
    items: &'a [Item],
    module: &[String],
    surroundings: Surroundings<'_>,
    found: &mut Vec<Implementation<'a>>,
) {
    let scope = Scope::of(module, items, surroundings);
    for item in items {
        match item {
            Item::Impl(item) => {
                let Some((_, of_trait, _)) = &item.trait_ else {
                    continue;
                };
                let segments = of_trait.segments.iter();
                found.push(Implementation {
                    source,
                    scope: scope.clone(),
                    item,
                    of_trait: segments.map(|segment| name(&segment.ident)).collect(),
                });
            }
            Item::Mod(item) => {
                if let Some((_, items)) = &item.content {
                    let module = [module, &[name(&item.ident)]].concat();
                    collect(source, items, &module, surroundings, found);
                }
            }
            _ => {}
        }
    }
}
