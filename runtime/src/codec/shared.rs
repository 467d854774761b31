//! Values behind a shared pointer: cheap to clone where one value goes to many.

use std::sync::Arc;

use super::{DecodeError, Length, Reader, Value, Writer};

/// On the wire, the value itself.
impl<T: Value> Value for Arc<T> {
    const TYPE: u8 = T::TYPE;
    const MIN_LEN: usize = T::MIN_LEN;
    /// The value, and the two counts in front of it. Those of the value that is replaced are gone then.
    const APART: usize = 2 * size_of::<usize>() + size_of::<T>();

    #[inline]
    fn measure(&self, length: &mut Length) {
        (**self).measure(length);
    }

    #[inline]
    fn write(&self, w: &mut Writer<'_>) {
        (**self).write(w);
    }

    #[inline]
    fn read_into(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        r.charge(Self::APART)?;
        *self = Self::new(T::read(r)?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    /// A clone that somebody else holds does not change under them.
    #[test]
    fn reading_leaves_other_clones_alone() {
        let mut value = Arc::new(1_i8);
        let held = Arc::clone(&value);
        value
            .read_into(&mut Reader::new(&Bytes::from_static(&[2])))
            .expect("it is an i8");
        assert_eq!((*value, *held), (2, 1));
    }
}
