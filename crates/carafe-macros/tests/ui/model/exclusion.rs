use carafe::prelude::*;

#[derive(Model)]
#[model(exclude(no_overlap, room, ends))]
#[model(exclude(no_overlap))]
#[model(exclude(no_overlap, (rom, "="), methud = "gist"))]
struct Booking {
    id: i64,
    room: i32,
    ends: i32,
}

fn main() {}
