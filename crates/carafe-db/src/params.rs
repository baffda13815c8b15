//! The parameters of a statement.

use carafe_model::{IntoValue, Value};

/// The parameters of a statement: `()`, a tuple `(7, "Hello")`, an array, a `Vec` or a slice.
///
/// They are always sent beside the SQL and never become part of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the parameters of a statement",
    note = "write a tuple: `()` for none, `(7,)` for one, `(7, \"Hello\")` for two; or an array or `Vec` of values"
)]
pub trait Params {
    /// The values, in their order.
    fn into_values(self) -> Vec<Value>;
}

impl Params for () {
    fn into_values(self) -> Vec<Value> {
        Vec::new()
    }
}

impl<T: IntoValue, const N: usize> Params for [T; N] {
    fn into_values(self) -> Vec<Value> {
        self.into_iter().map(IntoValue::into_value).collect()
    }
}

impl<T: IntoValue> Params for Vec<T> {
    fn into_values(self) -> Vec<Value> {
        self.into_iter().map(IntoValue::into_value).collect()
    }
}

impl<T: IntoValue + Clone> Params for &[T] {
    fn into_values(self) -> Vec<Value> {
        self.iter().cloned().map(IntoValue::into_value).collect()
    }
}

macro_rules! tuple {
    ($($ty:ident)+) => {
        impl<$($ty: IntoValue),+> Params for ($($ty,)+) {
            #[expect(non_snake_case, reason = "a type parameter and its value share a name")]
            fn into_values(self) -> Vec<Value> {
                let ($($ty,)+) = self;
                vec![$($ty.into_value()),+]
            }
        }
    };
}

tuple!(A);
tuple!(A B);
tuple!(A B C);
tuple!(A B C D);
tuple!(A B C D E);
tuple!(A B C D E F);
tuple!(A B C D E F G);
tuple!(A B C D E F G H);
tuple!(A B C D E F G H I);
tuple!(A B C D E F G H I J);
tuple!(A B C D E F G H I J K);
tuple!(A B C D E F G H I J K L);
tuple!(A B C D E F G H I J K L M);
tuple!(A B C D E F G H I J K L M N);
tuple!(A B C D E F G H I J K L M N O);
tuple!(A B C D E F G H I J K L M N O P);
