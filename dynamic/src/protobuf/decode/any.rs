//! `google.protobuf.Any`.

use streamgen_idl::model::Encoding;

use super::Decoder;
use super::order::last_of;
use crate::decode::text::put_json;
use crate::decode::{Done, failed, under};
use crate::error::{Place, Step, shown};
use crate::protobuf::wire::LENGTH;
use crate::schema::Type;

impl Decoder<'_> {
    pub(super) fn any(&mut self, bytes: &[u8], place: Place) -> Done {
        let url = last_of(bytes, 1, LENGTH)?.unwrap_or_default();
        let value = last_of(bytes, 2, LENGTH)?.unwrap_or_default();
        let url = std::str::from_utf8(url);
        let url = url.map_err(|_| failed("the name of the type is not UTF-8", place))?;
        self.descend(place)?;
        self.out.push(b'{');
        let from = self.out.len();
        if !(url.is_empty() && value.is_empty()) {
            self.out.extend_from_slice(b"\"@type\":");
            put_json(self.out, url);
            self.any_of(url, value, from, place)?;
        }
        self.out.push(b'}');
        self.ascend();
        self.check_size(place)
    }

    fn any_of(&mut self, url: &str, value: &[u8], from: usize, place: Place) -> Done {
        let schema = self.schema;
        let name = url.rsplit('/').next().unwrap_or(url);
        let Some(&at) = schema.by_name.get(name) else {
            let failure = failed(format!("the IDL has no message {}", shown(name)), place);
            return Err(under(failure, Step::Field("@type".to_owned()), place));
        };
        let of = &schema.structs[at as usize];
        if of.is_plain() {
            return self.fields(of, value, from);
        }
        self.out.extend_from_slice(b",\"value\":");
        let read = self.single(Type::Struct(at), Encoding::Plain, value, place);
        read.map_err(|failure| under(failure, Step::Field("value".to_owned()), place))
    }
}
