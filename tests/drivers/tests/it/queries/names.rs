use driver_tests::{At, checks};
checks![];
