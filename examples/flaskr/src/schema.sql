-- Also run by `init-db`, which starts anew. Posts go first: they refer to users.
drop table if exists post;
drop table if exists user;

create table user (
    id       integer primary key,
    username text not null unique,
    password text not null
);

create table post (
    id        integer primary key,
    author_id integer not null references user (id),
    created   timestamp not null default current_timestamp,
    title     text not null,
    body      text not null
);
