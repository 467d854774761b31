//! Constants, typedefs, enums, structs, unions and exceptions as text.

use askama::Template;
use streamgen_idl::model::{Const, DefId, Enum, StructKind, Typedef};

use crate::plan::{
    Attributes, ConstPlan, Expr, FieldPlan, Item, MethodPlan, ModuleId, Plan, Presence, Rest,
    ServicePlan, StructPlan, UnknownFields, deprecated, literal,
};

use super::doc;
use super::expr::{expr_at, fits_flat, flat};
use super::layout::{self, MAX_WIDTH};

/// The text of one item, without an empty line around it.
///
/// # Errors
///
/// Fails when a template does.
pub(crate) fn render(plan: &Plan<'_>, module: ModuleId, item: &Item<'_>) -> askama::Result<String> {
    match item {
        Item::Const(id, item) => Ok(constant(plan, module, *id, item)),
        Item::Typedef(id, item) => Ok(typedef(plan, module, *id, item)),
        Item::Enum(id, item) => EnumView::new(plan, *id, item).render(),
        Item::Struct(id, item) => {
            let docs = doc::outer(&plan.schema.def(*id).docs, &of_the_idl(plan, *id), 0);
            StructView::new(&plan.struct_like(module, *id, item), docs).render()
        }
    }
}

/// The arguments of a method, as a struct.
///
/// # Errors
///
/// Fails when a template does.
pub(crate) fn render_args(
    plan: &Plan<'_>,
    service: &ServicePlan<'_>,
    method: &MethodPlan<'_>,
) -> askama::Result<String> {
    let docs = format!(
        "/// Arguments of `{}` as they stand on the wire.\n#[doc(hidden)]\n",
        method.wire_name
    );
    StructView::new(&plan.args_struct(service.module, method), docs).render()
}

fn of_the_idl(plan: &Plan<'_>, id: DefId) -> String {
    format!("`{}` of the IDL.", plan.schema.def(id).name)
}

/// What stands above a typedef or a constant.
fn docs(plan: &Plan<'_>, id: DefId) -> String {
    let def = plan.schema.def(id);
    let docs = doc::outer(&def.docs, &of_the_idl(plan, id), 0);
    docs + &layout::attributes(&deprecated(&def.annotations), 0, 0)
}

fn typedef(plan: &Plan<'_>, module: ModuleId, id: DefId, item: &Typedef) -> String {
    let docs = docs(plan, id);
    let head = format!("pub type {}", plan.names.ident(id));
    docs + &layout::type_alias(&head, &plan.rust_type(module, &item.target))
}

fn constant(plan: &Plan<'_>, module: ModuleId, id: DefId, item: &Const) -> String {
    let docs = docs(plan, id);
    let name = plan.names.ident(id);
    docs + &match plan.constant(module, &item.ty, &item.value) {
        ConstPlan::Const(ty, value) => {
            let head = format!("pub const {name}: {} =", ty.flat());
            let value_flat = flat(&value);
            // A value too long for either place stays in the first.
            let next_line =
                head.len() + value_flat.len() + 2 > MAX_WIDTH && 4 + value_flat.len() < MAX_WIDTH;
            format!(
                "{head}{}{value_flat};",
                if next_line { "\n    " } else { " " }
            )
        }
        ConstPlan::Lazy(ty, value) => {
            let lazy = layout::lazy_head(name, &ty);
            lazy_static(&lazy, &value)
        }
    }
}

/// `{head} ::std::sync::LazyLock::new(|| value);`, where `head` ends in `=`.
fn lazy_static(head: &str, value: &Expr) -> String {
    const NEW: &str = "::std::sync::LazyLock::new(|| ";
    // An empty collection's constructor needs no closure around it.
    if let Expr::Call(constructor, args) = value
        && args.is_empty()
    {
        let new = format!("::std::sync::LazyLock::new({constructor});");
        let last_line = head.lines().last().unwrap_or_default().len();
        let fits = last_line + 1 + new.len() <= MAX_WIDTH || head.contains('\n');
        return format!("{head}{}{new}", if fits { " " } else { "\n    " });
    }
    let last_line = head.lines().last().unwrap_or_default().len();
    let one_line = format!("{NEW}{});", flat(value));
    if fits_flat(value) && last_line + 1 + one_line.len() <= MAX_WIDTH {
        return format!("{head} {one_line}");
    }
    if fits_flat(value) && !head.contains('\n') && 4 + one_line.len() <= MAX_WIDTH {
        return format!("{head}\n    {one_line}");
    }
    // A struct expression opens its own block, anything else gets one, for which rustfmt wants
    // room for one more step.
    let (opening, reserve) = match value {
        Expr::Struct(path, ..) => (format!("{NEW}{path} {{"), 2),
        _ => (format!("{NEW}{{"), 4),
    };
    let same_line = last_line + 1 + opening.len() + reserve <= MAX_WIDTH;
    let (lead, indent) = match same_line || head.contains('\n') {
        true => (" ", 0),
        false => ("\n    ", 4),
    };
    if let Expr::Struct(..) = value {
        let value = expr_at(value, indent, MAX_WIDTH, 0);
        return format!("{head}{lead}{NEW}{value});");
    }
    let pad = " ".repeat(indent);
    let value = expr_at(value, indent + 4, indent + 4, 0);
    format!("{head}{lead}{NEW}{{\n{pad}    {value}\n{pad}}});")
}

#[derive(Template)]
#[template(path = "enum.rs.j2")]
struct EnumView<'a> {
    docs: String,
    attributes: String,
    ident: &'a str,
    values: Vec<ValueView<'a>>,
    all: String,
}

struct ValueView<'a> {
    docs: String,
    ident: &'a str,
    number: i32,
    /// The arm from name to value.
    from_name: String,
    /// The arm from number to name, if this is the number's canonical name.
    to_name: Option<String>,
}

impl<'a> EnumView<'a> {
    fn new(plan: &'a Plan<'_>, id: DefId, item: &'a Enum) -> Self {
        let idents = plan.names.members(id);
        let of_values = plan.enum_value_attributes(id, item);
        let values: Vec<_> = item
            .variants
            .iter()
            .zip(idents)
            .zip(of_values)
            .enumerate()
            .map(|(index, ((variant, ident), attributes))| ValueView {
                docs: doc::outer(&variant.docs, &format!("`{}` of the IDL.", variant.name), 4)
                    + &layout::attributes(&attributes, 4, 0),
                ident,
                number: variant.number,
                from_name: from_name(&variant.name, ident),
                to_name: (item.position_of(variant.number) == Some(index))
                    .then(|| to_name(variant.number, &variant.name)),
            })
            .collect();
        Self {
            docs: doc::outer(&plan.schema.def(id).docs, &of_the_idl(plan, id), 0),
            attributes: attributes(&plan.enum_attributes(id)),
            ident: plan.names.ident(id),
            all: all_values(idents),
            values,
        }
    }
}

fn from_name(name: &str, ident: &str) -> String {
    let value = format!("::core::option::Option::Some(Self::{ident})");
    layout::arm(&literal::string(name), &value, 12)
}

fn to_name(number: i32, name: &str) -> String {
    let value = format!("::core::option::Option::Some({})", literal::string(name));
    layout::arm(&number.to_string(), &value, 12)
}

/// The constant that lists the values, without the indentation of its first line.
fn all_values(idents: &[String]) -> String {
    const HEAD: &str = "pub const VALUES: &'static [Self] =";
    let list = idents
        .iter()
        .map(|ident| Expr::Atom(format!("Self::{ident}")));
    let list = Expr::Array(list.collect());
    let flat_list = flat(&list);
    let same_line = 4 + HEAD.len() + " &;".len() + flat_list.len() <= MAX_WIDTH;
    if !same_line && fits_flat(&list) && 8 + flat_list.len() + "&;".len() <= MAX_WIDTH {
        return format!("{HEAD}\n        &{flat_list};");
    }
    format!("{HEAD} &{};", expr_at(&list, 4, 4 + HEAD.len() + 2, 1))
}

#[derive(Template)]
#[template(path = "struct.rs.j2")]
struct StructView<'a> {
    docs: String,
    attributes: String,
    ident: &'a str,
    name: String,
    union: bool,
    fields: Vec<FieldView>,
    /// In the order of the wire.
    encode: Vec<String>,
    decode: Vec<String>,
    required: Vec<(i32, String)>,
    check_required: String,
    unset: &'a str,
    unknown: &'a str,
    keep: Option<KeepView>,
    defaults: Option<String>,
    display: Option<String>,
}

struct FieldView {
    docs: String,
    declaration: String,
}

/// How fields that the IDL does not have are kept.
struct KeepView {
    /// The constant that lists those it has.
    known: String,
    /// Where the others go.
    target: String,
    /// Attributes of what a union's arm holds, on its line.
    attributes: String,
}

impl<'a> StructView<'a> {
    fn new(plan: &'a StructPlan<'a>, docs: String) -> Self {
        let union = plan.kind == StructKind::Union;
        let wire = plan.wire_order();
        let required: Vec<_> = wire
            .iter()
            .filter(|field| field.presence == Presence::Required)
            .map(|field| (field.id, literal::string(field.name)))
            .collect();
        let kept = plan.unknown_fields.as_ref();
        let kept_field = kept.filter(|_| !union);
        let fields = plan.fields.iter().map(|field| FieldView::new(field, union));
        let encode = wire.iter().map(|field| encode(field, union));
        let encode_kept = kept_field.map(|kept| format!("sink.unknown(&self.{});", kept.ident));
        Self {
            docs,
            attributes: attributes(&plan.attributes),
            ident: &plan.ident,
            name: literal::string(&plan.name),
            union,
            fields: fields.chain(kept_field.map(FieldView::unknown)).collect(),
            encode: encode.chain(encode_kept).collect(),
            decode: decode(&wire, union),
            check_required: check_required(&required),
            required,
            unset: &plan.unset,
            unknown: &plan.unknown,
            keep: kept.map(|kept| KeepView::new(&wire, kept, union)),
            defaults: plan.own_default.then(|| defaults(plan)),
            display: (plan.kind == StructKind::Exception).then(|| display(plan)),
        }
    }
}

impl FieldView {
    fn new(field: &FieldPlan<'_>, union: bool) -> Self {
        Self {
            docs: doc::outer(field.docs, &format!("`{}`", field.idl), 4)
                + &layout::attributes(&field.attributes, 4, usize::from(!union)),
            declaration: match union {
                true => layout::variant(&field.ident, &field.ty, 4),
                false => layout::field(&field.ident, &field.ty, 4),
            },
        }
    }

    fn unknown(kept: &UnknownFields) -> Self {
        let docs = "    /// Fields that this IDL does not have: read, kept and written back.\n";
        Self {
            docs: docs.to_owned() + &layout::attributes(&kept.attributes, 4, 1),
            declaration: format!(
                "pub {}: ::streamgen_runtime::codec::UnknownFields",
                kept.ident
            ),
        }
    }
}

impl KeepView {
    fn new(wire: &[&FieldPlan<'_>], kept: &UnknownFields, union: bool) -> Self {
        const HEAD: &str = "const KNOWN: &[i16] = &";
        let ids = wire.iter().map(|field| Expr::Atom(field.id.to_string()));
        let ids = expr_at(&Expr::Array(ids.collect()), 8, 8 + HEAD.len(), 1);
        Self {
            known: format!("{HEAD}{ids};"),
            target: match union {
                true => "unknown".to_owned(),
                false => format!("self.{}", kept.ident),
            },
            attributes: kept
                .attributes
                .iter()
                .map(|one| format!("{one} "))
                .collect(),
        }
    }
}

/// The lines between the documentation of a type and the type.
fn attributes(attributes: &Attributes) -> String {
    let mut text = match attributes.derives.as_slice() {
        [] => String::new(),
        derives => layout::derive(derives, 0) + "\n",
    };
    text.push_str(&layout::attributes(&attributes.lines, 0, 0));
    text
}

fn encode(field: &FieldPlan<'_>, union: bool) -> String {
    let FieldPlan { ident, id, .. } = field;
    if union {
        return format!("Self::{ident}(value) => sink.field({id}, value),");
    }
    let callee = match field.presence {
        Presence::Optional => "sink.optional",
        Presence::Default | Presence::Required => "sink.field",
    };
    layout::call(callee, &[id.to_string(), format!("&self.{ident}")], 8, 8, 1) + ";"
}

fn decode(wire: &[&FieldPlan<'_>], union: bool) -> Vec<String> {
    let mut required = 0..;
    let line = |field: &&FieldPlan<'_>| {
        let FieldPlan { ident, id, .. } = field;
        let target = format!("&mut self.{ident}");
        let (callee, args) = match field.presence {
            _ if union => (
                "fields.member",
                vec![id.to_string(), "self".into(), format!("Self::{ident}")],
            ),
            Presence::Optional => ("fields.optional", vec![id.to_string(), target]),
            Presence::Default => ("fields.field", vec![id.to_string(), target]),
            Presence::Required => {
                let seen = format!("&mut seen[{}]", required.next().unwrap_or_default());
                ("fields.required", vec![id.to_string(), target, seen])
            }
        };
        layout::call(callee, &args, 12, 12, 2) + "?;"
    };
    wire.iter().map(line).collect()
}

fn check_required(required: &[(i32, String)]) -> String {
    let pair = |(id, name): &(i32, String)| {
        Expr::Tuple(vec![Expr::Atom(id.to_string()), Expr::Atom(name.clone())])
    };
    let list = Expr::Array(required.iter().map(pair).collect());
    let flat_list = format!("&{}", flat(&list));
    if fits_flat(&list) {
        return layout::call(
            "fields.check_required",
            &["&seen".into(), flat_list],
            8,
            8,
            0,
        );
    }
    let list = format!("&{}", expr_at(&list, 12, 13, 1));
    layout::broken_call("fields.check_required", &["&seen".into(), list], 8)
}

/// The body of `default()`.
fn defaults(plan: &StructPlan<'_>) -> String {
    let fallback = || Expr::Atom("::core::default::Default::default()".to_owned());
    let field = |field: &FieldPlan<'_>| {
        let default = field.default.clone().unwrap_or_else(fallback);
        (field.ident.clone(), default)
    };
    let kept = plan.unknown_fields.iter();
    let kept = kept.map(|kept| (kept.ident.clone(), fallback()));
    let all = plan.fields.iter().map(field).chain(kept).collect();
    expr_at(&Expr::Struct("Self".to_owned(), all, Rest::None), 8, 8, 0)
}

/// A string field called `message` is what an exception says. Anything else stays out of logs.
fn display(plan: &StructPlan<'_>) -> String {
    let name = plan.name.as_str();
    let message = plan
        .fields
        .iter()
        .find(|field| field.name == "message" && field.is_string);
    let Some(field) = message else {
        return layout::call("f.write_str", &[literal::string(name)], 8, 8, 0);
    };
    if field.presence == Presence::Optional {
        let name = layout::call("f.write_str", &[literal::string(name)], 8, 8, 2);
        return format!(
            "{name}?;
        if let ::core::option::Option::Some(message) = &self.{} {{
            ::core::write!(f, \": {{message}}\")?;
        }}
        ::core::result::Result::Ok(())",
            field.ident
        );
    }
    let args = [
        "f".to_owned(),
        literal::string(&format!("{name}: {{}}")),
        format!("self.{}", field.ident),
    ];
    layout::call("::core::write!", &args, 8, 8, 0)
}
