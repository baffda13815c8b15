use carafe::prelude::*;

use crate::m001::M001;

#[derive(Model)]
#[model(index(r))]
pub(crate) struct M000 {
    id: i64,
    #[model(max_length = 100)]
    name: String,
    previous: Option<ForeignKey<M001>>,
    #[model(default = 0)]
    r: i64,
}
