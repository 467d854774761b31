//! Whether a document obeys a JSON schema, as far as the schemas in `docs` use the language: a keyword
//! that is not known here is an error, and none is passed over. Besides, a field that no schema names is
//! an error: readers may meet new fields, but what is written is described.

use std::collections::BTreeSet;

use serde_json::Value;

/// A schema, with the document that `$ref` points into.
#[derive(Clone, Copy)]
pub(crate) struct Schema<'a> {
    root: &'a Value,
    here: &'a Value,
}

/// The fields of one object that schemas have named.
type Named = BTreeSet<String>;

impl<'a> Schema<'a> {
    pub(crate) fn new(root: &'a Value) -> Self {
        Self { root, here: root }
    }

    /// The first thing in `value` that is wrong, with the way to it.
    pub(crate) fn check(self, value: &Value) -> Result<(), String> {
        let mut named = Named::new();
        self.check_at(value, "$", &mut named)?;
        unnamed(value, "$", &named)
    }

    fn at(self, here: &'a Value) -> Self {
        Self { here, ..self }
    }

    fn check_at(self, value: &Value, way: &str, named: &mut Named) -> Result<(), String> {
        let keywords = self.here.as_object().expect("a schema is an object");
        for (keyword, rule) in keywords {
            match keyword.as_str() {
                "$schema" | "$defs" | "title" | "description" => {}
                "$ref" => self.at(self.target(rule)).check_at(value, way, named)?,
                "type" => check_type(value, rule, way)?,
                "const" if value == rule => {}
                "enum" if list(rule).contains(value) => {}
                "minimum"
                    if value
                        .as_i64()
                        .is_none_or(|found| Some(found) >= rule.as_i64()) => {}
                // A field that no schema names is an error anyway.
                "additionalProperties" if rule == false => {}
                "minItems" if value.as_array().map(Vec::len) >= length(rule) => {}
                "minLength" if value.as_str().map(str::len) >= length(rule) => {}
                "required" => check_required(value, rule, way)?,
                "properties" => self.check_properties(value, rule, way, named)?,
                "items" => self.check_items(value, rule, way)?,
                "oneOf" | "anyOf" => self.check_choice(keyword, value, rule, way, named)?,
                _ => return Err(format!("{way}: {value} is against `{keyword}`: {rule}")),
            }
        }
        Ok(())
    }

    fn target(self, reference: &Value) -> &'a Value {
        let pointer = reference.as_str().and_then(|text| text.strip_prefix('#'));
        let target = pointer.and_then(|pointer| self.root.pointer(pointer));
        target.unwrap_or_else(|| panic!("{reference} points to nothing"))
    }

    fn check_properties(
        self,
        value: &Value,
        rules: &'a Value,
        way: &str,
        named: &mut Named,
    ) -> Result<(), String> {
        for (name, rule) in rules.as_object().expect("properties are an object") {
            named.insert(name.clone());
            if let Some(field) = value.get(name) {
                self.at(rule).check_whole(field, &format!("{way}.{name}"))?;
            }
        }
        Ok(())
    }

    fn check_items(self, value: &Value, rule: &'a Value, way: &str) -> Result<(), String> {
        let mut items = value.as_array().into_iter().flatten().enumerate();
        items.try_for_each(|(index, item)| {
            let way = format!("{way}[{index}]");
            self.at(rule).check_whole(item, &way)
        })
    }

    /// Checks a value that no other schema describes.
    fn check_whole(self, value: &Value, way: &str) -> Result<(), String> {
        let mut named = Named::new();
        self.check_at(value, way, &mut named)?;
        unnamed(value, way, &named)
    }

    fn check_choice(
        self,
        keyword: &str,
        value: &Value,
        rules: &'a Value,
        way: &str,
        named: &mut Named,
    ) -> Result<(), String> {
        let mut fitting = Vec::new();
        let mut errors = Vec::new();
        for rule in list(rules) {
            let mut names = named.clone();
            match self.at(rule).check_at(value, way, &mut names) {
                Ok(()) => fitting.push(names),
                Err(error) => errors.push(error),
            }
        }
        match (fitting.pop(), fitting.len()) {
            (Some(names), 0) => *named = names,
            (Some(names), _) if keyword == "anyOf" => *named = names,
            (Some(_), _) => return Err(format!("{way}: several of `oneOf` fit")),
            (None, _) => return Err(format!("{way}: none fits:\n  {}", errors.join("\n  "))),
        }
        Ok(())
    }
}

fn length(rule: &Value) -> Option<usize> {
    rule.as_u64()
        .and_then(|length| usize::try_from(length).ok())
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}

fn check_type(value: &Value, rule: &Value, way: &str) -> Result<(), String> {
    let found = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let fits = |word: &Value| word == found || word == "number" && found == "integer";
    let fits = rule
        .as_array()
        .map_or_else(|| fits(rule), |words| words.iter().any(fits));
    match fits {
        true => Ok(()),
        false => Err(format!("{way} is {found}, and not {rule}")),
    }
}

fn check_required(value: &Value, rule: &Value, way: &str) -> Result<(), String> {
    let Some(object) = value.as_object() else {
        return Ok(());
    };
    let mut names = list(rule).iter().filter_map(Value::as_str);
    match names.find(|name| !object.contains_key(*name)) {
        Some(name) => Err(format!("{way} lacks `{name}`")),
        None => Ok(()),
    }
}

fn unnamed(value: &Value, way: &str, named: &Named) -> Result<(), String> {
    let fields = value.as_object().into_iter().flatten();
    match fields
        .map(|(name, _)| name)
        .find(|name| !named.contains(*name))
    {
        Some(name) => Err(format!("{way}.{name} is not in the schema")),
        None => Ok(()),
    }
}
