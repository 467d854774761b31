//! The codes of all diagnostics: stable, never reused.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::diagnostic::Severity;
use crate::wording;

macro_rules! codes {
    ($($name:ident = $number:literal, $severity:ident, $summary:literal;)*) => {
        /// Which rule of the IDL was broken, or is about to be.
        ///
        /// The text form (`SG0001`) is stable across versions and never given to another rule.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = concat!("`", $number, "`: ", $summary)] $name,)*
        }

        impl Code {
            /// Every code, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The text form, such as `SG0001`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $number,)* }
            }

            /// Whether the rule stops the run.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }

            /// The rule in a sentence or two.
            #[must_use]
            pub fn summary(self) -> &'static str {
                match self { $(Self::$name => $summary,)* }
            }

            /// A page about the rule, in Markdown: what it asks for, an example that breaks it, how
            /// to mend that, and what Kitex does.
            #[must_use]
            pub fn explanation(self) -> &'static str {
                match self {
                    $(Self::$name => include_str!(concat!("../explain/", $number, ".md")),)*
                }
            }
        }
    };
}

codes! {
    // Files.
    FileNotReadable = "SG0001", Error, "The IDL file does not exist or cannot be read.";
    IncludeNotFound = "SG0002", Error, "An included file is in none of the folders searched.";
    NotAFile = "SG0003", Error, "The path of an IDL file leads to a directory.";
    IncludeCycle = "SG0004", Error, "A file includes itself, directly or through others.";
    NotUtf8 = "SG0005", Error, "IDL files are UTF-8 text.";
    FileTooLarge = "SG0006", Error, "An IDL file is larger than the loader accepts.";
    TooManyFiles = "SG0007", Error, "The include tree has more files than the loader accepts.";

    IncludeFromWorkingDirectory = "SG0008", Warning, "An included file is neither beside the including file nor in an include folder.";
    PathCase = "SG0009", Warning, "The path of a file differs from another, or from what the disk calls it, in upper and lower case only.";

    // Text.
    UnterminatedComment = "SG0010", Error, "A block comment is never closed.";
    UnterminatedString = "SG0011", Error, "A string literal is never closed.";
    NestingTooDeep = "SG0012", Error, "Types or values are nested deeper than the loader accepts.";
    SyntaxError = "SG0013", Error, "The text is not Thrift at this place.";
    UnsupportedSyntax = "SG0014", Error, "The text is a dialect of Thrift that Kitex does not read.";
    InvalidEscape = "SG0015", Error, "A string literal holds a backslash sequence that means nothing.";
    NumberTooLarge = "SG0016", Error, "A number does not fit the widest type, i64 or double.";
    LeadingZero = "SG0017", Warning, "Kitex reads an integer with a leading zero as octal, Apache's compiler as decimal.";
    DoubleExponent = "SG0018", Warning, "Kitex reads a double with an exponent as the exponent alone.";
    HeaderAfterDefinition = "SG0019", Warning, "Kitex wants every include and namespace above the first definition.";

    // Names.
    DottedName = "SG0020", Error, "Only references may hold a dot, defined names may not.";
    DuplicateDefinition = "SG0021", Error, "Types and services of one file share their names, and so do its constants.";
    UnknownType = "SG0022", Error, "A type is not defined where the reference looks for it.";
    AmbiguousReference = "SG0023", Error, "A reference fits more than one definition.";
    NotAType = "SG0024", Error, "Only structs, unions, exceptions, enums and typedefs are types.";
    TypedefCycle = "SG0025", Error, "A typedef leads back to itself.";
    NamespaceRepeated = "SG0026", Warning, "A namespace scope has two names; the first counts.";

    InvalidNamespace = "SG0027", Error, "A namespace is a name, or names with dots between.";
    TypeTooLarge = "SG0028", Error, "Typedefs of typedefs nest deeper, or multiply to more, than the loader accepts.";

    // Fields.
    DuplicateFieldId = "SG0030", Error, "Two fields have the same id, given or assigned.";
    DuplicateFieldName = "SG0031", Error, "Two fields have the same name.";
    FieldIdOutOfRange = "SG0032", Error, "A field id does not fit the 16 bits it has on the wire.";
    ImplicitFieldId = "SG0033", Warning, "A field has no id; Kitex and Apache's compiler assign different ones.";
    NonPositiveFieldId = "SG0034", Warning, "Field ids below 1 are meant for the compiler's own use.";
    NonDecimalFieldId = "SG0035", Warning, "Kitex reads a field id that is not decimal as 0.";
    UnionMemberRequiredness = "SG0036", Warning, "A union member cannot be required.";
    UnionDefaults = "SG0037", Error, "At most one member of a union can have a default value.";
    InfiniteStruct = "SG0038", Error, "A struct requires itself, so no value of it can exist.";
    UuidUnknownToKitex = "SG0039", Warning, "Kitex does not know the type uuid.";

    // Enums.
    DuplicateEnumName = "SG0040", Error, "Two values of an enum have the same name.";
    DuplicateEnumNumber = "SG0041", Warning, "Two names of an enum share a number; Kitex refuses that.";
    EnumNumberOutOfRange = "SG0042", Error, "The number of an enum value does not fit i32.";

    // Values.
    UnknownConstant = "SG0050", Error, "A name in a value is no constant and no enum value.";
    ValueTypeMismatch = "SG0051", Error, "A value does not fit the type it is used at.";
    ValueOutOfRange = "SG0052", Error, "An integer does not fit the type it is used at.";
    ConstantCycle = "SG0053", Error, "The value of a constant leads back to the constant.";
    DuplicateKey = "SG0054", Error, "A map key, or a field of a struct value, is given twice.";
    UnknownFieldInValue = "SG0055", Error, "A struct value names a field that the struct does not have.";
    MissingFieldInValue = "SG0056", Warning, "A struct value lacks a required field; its type's zero value is taken, as in Kitex.";
    UnionValueMembers = "SG0057", Error, "A union value names exactly one member.";
    InvalidUuid = "SG0058", Error, "A uuid is written as 8-4-4-4-12 hexadecimal digits.";
    IntegerAsBool = "SG0059", Warning, "An integer other than 0 and 1 stands for a bool.";
    LooselyQualifiedEnumValue = "SG0060", Warning, "An enum value is found by its last name only; the names before it do not lead to it.";
    UnnamedEnumNumber = "SG0061", Warning, "An integer stands for an enum that has no name for it.";
    ValueTooLarge = "SG0062", Error, "Constants that use constants multiply to more than the loader accepts.";
    RecursiveDefault = "SG0063", Error, "The default of a field leads back to the field, so the struct has no default.";
    DuplicateElement = "SG0064", Warning, "A set element is given twice; the set holds it once.";
    DefaultInValue = "SG0065", Warning, "A struct value leaves out a field with a default; Kitex leaves the field at zero.";
    ListAsSet = "SG0066", Warning, "A constant list stands for a set, or a set for a list; only Kitex takes that.";

    // Services.
    UnknownService = "SG0070", Error, "The service after `extends` is not defined.";
    NotAService = "SG0071", Error, "What stands after `extends` is not a service.";
    ExtendsCycle = "SG0072", Error, "A service extends itself, directly or through others.";
    DuplicateMethod = "SG0073", Error, "Two methods of a service have the same name.";
    MethodRedeclared = "SG0074", Error, "A service declares a method that it inherits.";
    OnewayResult = "SG0075", Error, "A oneway method sends no answer, so it has no result.";
    OnewayThrows = "SG0076", Error, "A oneway method sends no answer, so it throws nothing.";
    ThrowsNotException = "SG0077", Error, "Only exceptions can be thrown.";
    ThrowsTwice = "SG0078", Warning, "A method lists one exception type twice.";
    ThrowsIdZero = "SG0079", Error, "Id 0 is the place of the result.";
    AsyncMethod = "SG0080", Warning, "`async` is the old word for `oneway`; Kitex does not read it.";
    RequirednessIgnored = "SG0081", Warning, "`optional` has no effect on arguments, and no requiredness has on thrown exceptions.";
    InvalidRetry = "SG0082", Warning, "The annotation `retry` of a method is `safe`, once.";
    RetryWithoutEffect = "SG0083", Warning, "`retry` has no effect on a method that streams or is oneway.";

    // Streaming.
    InvalidStreamingMode = "SG0090", Error, "`streaming.mode` is `client`, `server`, `bidirectional` or `unary`.";
    StreamingModeRepeated = "SG0091", Error, "A method has one streaming mode.";
    StreamingModeWithoutValue = "SG0092", Error, "`streaming.mode` needs a value.";
    StreamingArguments = "SG0093", Error, "A streaming method has exactly one argument: the message.";
    StreamingVoid = "SG0094", Error, "A streaming method returns the message that the server sends.";
    StreamingOneway = "SG0095", Error, "A oneway method cannot stream.";
    StreamingMessageType = "SG0096", Error, "The messages of a stream are structs, unions or exceptions.";
    StreamingThrows = "SG0097", Warning, "Streams do not carry declared exceptions.";
    OnewayUnary = "SG0098", Warning, "`streaming.mode` `unary` has no effect on a oneway method.";
    StreamingModeMisplaced = "SG0099", Warning, "`streaming.mode` has a meaning on methods only.";
    StreamingArgumentDefault = "SG0100", Warning, "A default has no effect on the argument of a streaming method.";
    StreamingModeMisspelt = "SG0101", Warning, "An annotation is nearly `streaming.mode`, and so means nothing.";

    // Rust code. The generator finds these, after the schema is complete.
    RustNameClash = "SG0110", Warning, "Two names are the same in Rust's case, so one of them is spelled otherwise.";
    ModuleNameClash = "SG0111", Error, "Two files of one namespace define the same name.";
    InvalidRustName = "SG0112", Error, "The Rust name that an annotation asks for is no identifier, or is taken.";
    UnhashableKey = "SG0113", Warning, "A map key or set element cannot be hashed in Rust, so the map or set is a list.";
    NoService = "SG0115", Error, "A scaffold was asked for, but the IDL has no service.";
    UnaryWithoutEffect = "SG0117", Warning, "`streaming.mode` `unary` has no effect with -streamx.";
    PilotaOnly = "SG0118", Warning, "An annotation asks for something that only pilota does.";
    NothingPicked = "SG0119", Warning, "An option for a part of the IDL names a part that the IDL does not have.";
    InvalidRustType = "SG0120", Error, "The Rust type that an annotation asks for does not exist, or is of another type of the IDL.";
    InvalidAttribute = "SG0121", Error, "An annotation holds text that cannot be an attribute in Rust.";
    OptionWithoutEffect = "SG0122", Warning, "An option has no effect on this kind of IDL.";
    DeepTypes = "SG0123", Warning, "Types hold types so deep that rustc has to be told to follow them.";
    ModuleRenamed = "SG0124", Warning, "A name of the IDL cannot be that of a Rust module, or is taken, so the module is called otherwise.";

    // Protobuf. What both languages have in common is above.
    ProtobufSyntax = "SG0200", Error, "The text is not Protobuf at this place.";
    EditionNotSupported = "SG0201", Error, "Protobuf files have the syntax proto2 or proto3; editions are not supported yet.";
    ImportedTwice = "SG0202", Error, "A file imports another one twice.";
    InvalidDescriptorSet = "SG0203", Error, "The file is no google.protobuf.FileDescriptorSet.";
    NotInDescriptorSet = "SG0204", Error, "The descriptor set lacks the root file, or one that is imported.";
    ProtobufDuplicateName = "SG0210", Error, "Two things have the same name, or names that are the same in JSON.";
    ProtobufUnknownName = "SG0211", Error, "A name is not defined, or is not what the place needs.";
    ProtobufNumber = "SG0212", Error, "The number of a field is used, reserved, or out of range.";
    ProtobufEnum = "SG0213", Error, "An enum breaks a rule: at least one value, the first 0 in proto3, no number twice without allow_alias.";
    ProtobufOption = "SG0214", Error, "An option is unknown, given twice, or has a value of another type.";
    ProtobufDefault = "SG0215", Error, "A default is not allowed here, or does not fit the type.";
    ProtobufField = "SG0216", Error, "A field has a label, a kind or a key type that is not allowed here.";
    ProtobufRule = "SG0219", Error, "The file breaks a rule of Protobuf.";

    // The settings file.
    SettingsSyntax = "SG0300", Error, "The file `streamgen.toml` is not TOML at this place.";
    SettingsKey = "SG0301", Error, "A key of `streamgen.toml` does not exist, or not at this place.";
    SettingsType = "SG0302", Error, "A value in `streamgen.toml` is of another type than its key takes.";
    SettingsValue = "SG0303", Error, "A value in `streamgen.toml` is none that its key takes.";
    SettingsJobs = "SG0304", Error, "The jobs of `streamgen.toml` lack something, or contradict each other.";
}

impl Code {
    fn number(self) -> u32 {
        self.as_str()[2..].parse().unwrap_or_default()
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Code {
    type Err = UnknownCode;

    /// Reads `SG0022`, in upper or lower case, or just the number.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = |near| UnknownCode {
            text: wording::shown(text),
            near,
        };
        let digits = match text.get(..2) {
            Some(prefix) if prefix.eq_ignore_ascii_case("SG") => &text[2..],
            _ => text,
        };
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let Some(wanted) = digits.parse::<u32>().ok().filter(|_| is_number) else {
            return Err(unknown(Vec::new()));
        };
        let distance = |code: &Self| code.number().abs_diff(wanted);
        let mut near = Self::ALL.to_vec();
        near.sort_by_key(distance);
        match near.first() {
            Some(code) if distance(code) == 0 => Ok(*code),
            _ => Err(unknown(near.into_iter().take(MAX_NEAR).collect())),
        }
    }
}

/// Most codes that are named in place of one that does not exist.
const MAX_NEAR: usize = 3;

/// A text that is no [`Code`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownCode {
    text: String,
    near: Vec<Code>,
}

impl fmt::Display for UnknownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no code `{}`", self.text)?;
        if self.near.is_empty() {
            return f.write_str("; a code looks like SG0022");
        }
        let mut near = self.near.clone();
        near.sort_unstable();
        let near: Vec<&str> = near.iter().map(|code| code.as_str()).collect();
        write!(f, "; near it are {}", near.join(", "))
    }
}

impl std::error::Error for UnknownCode {}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn numbers_ascend_and_summaries_are_sentences() {
        assert!(
            Code::ALL
                .windows(2)
                .all(|pair| pair[0].as_str() < pair[1].as_str())
        );
        for code in Code::ALL {
            assert!(
                code.as_str().starts_with("SG") && code.as_str().len() == 6,
                "{code}"
            );
            assert!(code.summary().ends_with('.'), "{code}");
            assert!(code.number() > 0, "{code}");
        }
    }

    #[test]
    fn a_code_is_read_in_any_spelling() {
        for text in ["SG0022", "sg0022", "22", "0022"] {
            assert_eq!(text.parse(), Ok(Code::UnknownType), "{text}");
        }
        let message = |text: &str| text.parse::<Code>().unwrap_err().to_string();
        assert_eq!(
            message("SG0029"),
            "there is no code `SG0029`; near it are SG0027, SG0028, SG0030"
        );
        for text in ["", "SG", "+22", "E0022", "99999999999999", "你好"] {
            assert!(
                message(text).ends_with("; a code looks like SG0022"),
                "{text}"
            );
        }
    }
}
