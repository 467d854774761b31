//! Random values of the types of `interop/idl/codec`, and a visit to each of them.

use interop_codec::stream_gen::codec::Everything;
use interop_codec::stream_gen::codec::containers::{
    Containers, Keys, Nested, OptionalContainers, Point, RequiredContainers,
};
use interop_codec::stream_gen::codec::defaults::{
    Defaults, Limits, OptionalDefaults, PartialDefaults, RequiredDefaults,
};
use interop_codec::stream_gen::codec::scalars::{
    Aliases, Color, OptionalScalars, RequiredScalars, Scalars, Scattered,
};
use interop_codec::stream_gen::codec::shapes::{
    Chain, Circle, Drawing, Empty, Husband, NotFound, Shape, Tree, Wife,
};
use interop_codec::stream_gen::codec::versions::{
    Demanding, Earlier, EarlierChoice, Holder, Later, LaterChoice, Retyped,
};
use streamgen_runtime::codec::Struct;

use crate::random::{Arbitrary, Random};

/// What is done with every type.
pub trait Visit {
    fn visit<T: Struct + Arbitrary>(&mut self);
}

/// Every type but the unions, and `Chain`, which Kitex makes longer each time.
pub fn every_struct(visit: &mut impl Visit) {
    visit.visit::<Scalars>();
    visit.visit::<OptionalScalars>();
    visit.visit::<RequiredScalars>();
    visit.visit::<Aliases>();
    visit.visit::<Scattered>();
    visit.visit::<Point>();
    visit.visit::<Containers>();
    visit.visit::<OptionalContainers>();
    visit.visit::<RequiredContainers>();
    visit.visit::<Keys>();
    visit.visit::<Nested>();
    visit.visit::<Limits>();
    visit.visit::<Defaults>();
    visit.visit::<OptionalDefaults>();
    visit.visit::<RequiredDefaults>();
    visit.visit::<Empty>();
    visit.visit::<Circle>();
    visit.visit::<Drawing>();
    visit.visit::<Tree>();
    visit.visit::<Husband>();
    visit.visit::<Wife>();
    visit.visit::<NotFound>();
    visit.visit::<Later>();
    visit.visit::<Earlier>();
    visit.visit::<Retyped>();
    visit.visit::<Demanding>();
    visit.visit::<Holder>();
    visit.visit::<Everything>();
}

/// Every union.
pub fn every_union(visit: &mut impl Visit) {
    visit.visit::<Shape>();
    visit.visit::<LaterChoice>();
    visit.visit::<EarlierChoice>();
}

/// All fields of each struct; `= some` stands for a field that is set, since Go has no value for one that
/// has a default and is not.
macro_rules! structs {
    ($($ty:ident { $($field:ident $(= $some:ident)?),* $(,)? })*) => {$(
        impl Arbitrary for $ty {
            fn arbitrary(random: &mut Random) -> Self {
                random.nested(|_random| Self {
                    $($field: structs!(_random $($some)?),)*
                })
            }
        }
    )*};
    ($random:ident some) => { Some($random.any()) };
    ($random:ident) => { $random.any() };
}

structs! {
    Scalars { flag, tiny, also_tiny, small, medium, large, real, text, blob, color }
    OptionalScalars { flag, tiny, also_tiny, small, medium, large, real, text, blob, color }
    RequiredScalars { flag, tiny, also_tiny, small, medium, large, real, text, blob, color }
    Aliases { moment, maybe_moment, shade, maybe_shade, name, raw, moments, shades }
    Scattered { highest, below, middle, implicit, lowest, two_bytes, one_byte }
    Point { x, y }
    Containers {
        flags, bytes, smalls, mediums, larges, reals, texts, blobs, colors, points, ints, tags, palette, counts,
        names, path,
    }
    OptionalContainers { numbers, tags, counts, points, corners, atlas }
    RequiredContainers { numbers, tags, points }
    Keys {
        by_flag, by_tiny, by_small, by_medium, by_large, by_real, by_text, by_blob, by_color, by_point, points,
        reals, rows,
    }
    Nested { matrix, deep, groups, by_color, rows, four, alternating, three_maps, atlas }
    Limits { depth, width = some, label }
    Defaults {
        flag, tiny, small, medium, large, real, text, blob, color, numbers, tags, digits, limits, nothing,
    }
    OptionalDefaults {
        flag = some, tiny = some, small = some, medium = some, large = some, real = some, text = some,
        blob = some, color = some, numbers = some, tags = some, digits = some, limits = some, nothing = some,
    }
    RequiredDefaults { medium, text, numbers, limits }
    PartialDefaults { limits, maybe_limits = some }
    Empty {}
    Circle { centre, radius }
    Drawing {
        circle, maybe_circle, must_circle, maybe_shape, shape, shapes, named, empty, maybe_empty,
    }
    Tree { value, left, right, more, named }
    Chain { label, next }
    Husband { name, wife }
    Wife { name, husband, former }
    NotFound { id, message, extra }
    Later {
        id, name, flag, tiny, small, large, real, blob, nested, keys, points, others, below, last,
    }
    Earlier { id, name, last }
    Retyped { id, name, last }
    Demanding { id, flag, last }
    Holder { one, many, named }
    Everything {
        scalars, optional_scalars, containers, keys, defaults, shapes, trees, later,
    }
}

impl Arbitrary for Color {
    fn arbitrary(random: &mut Random) -> Self {
        match random.any() {
            true => random.pick(Self::VALUES),
            false => Self(random.any()),
        }
    }
}

/// One of the members, deep inside one that ends.
impl Arbitrary for Shape {
    fn arbitrary(random: &mut Random) -> Self {
        let members = if random.deep() { 7 } else { 10 };
        random.nested(|random| match random.below(members) {
            0 => Self::Square(random.any()),
            1 => Self::Name(random.any()),
            2 => Self::Color(random.any()),
            3 => Self::Hidden(random.any()),
            4 => Self::Raw(random.any()),
            5 => Self::Nothing(random.any()),
            6 => Self::Cluster(random.any()),
            7 => Self::Circle(random.any()),
            8 => Self::Parts(random.any()),
            _ => Self::Inner(random.any()),
        })
    }
}

impl Arbitrary for LaterChoice {
    fn arbitrary(random: &mut Random) -> Self {
        match random.below(3) {
            0 => Self::Number(random.any()),
            1 => Self::Text(random.any()),
            _ => Self::Nested(random.any()),
        }
    }
}

impl Arbitrary for EarlierChoice {
    fn arbitrary(random: &mut Random) -> Self {
        Self::Number(random.any())
    }
}
