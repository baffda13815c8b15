-- Tables as people make them who mean no good, or never heard of models.
create table "struct" ("fn" INTEGER PRIMARY KEY, "type" INT NOT NULL, "self" TEXT, "a__b" varchar(10), "A b" text, "2nd" real, "größe" integer, "o_1" text, "O 1" text, "日本" blob);
create table "Struct Row" ("id" INTEGER NOT NULL, "type" INT references "struct", primary key ("id"));
create table "struct""; } fn evil() { """ (id integer primary key, "x"";
*/ // `" text default 'a"; ''\
b' check ("x"";
*/ // `" <> '"; } mod evil {'));
create table "option" (id text primary key, "string" text);
create table "Self" (id text primary key);
create table typed (id integer primary key, a, b money, c decimal(6, 2) default 1.5, d datetime default current_timestamp, e date default (date('now')), f boolean not null default 0, g int default -3, h uuid, i char(32), j char(39), k double precision default 1e3, l nvarchar(7) default "it's");
create table keyless (a text not null, b integer not null);
create table unlike (x real);
create table pair (a text, b text, c integer, primary key (b, a)) without rowid;
create table leads (id integer primary key, pair_b text not null, pair_a text not null, b text, a text, own integer references leads (id) on delete cascade on update cascade, twice integer references leads references typed, gone integer references nowhere (id), foreign key (pair_b, pair_a) references pair (b, a), foreign key (b, a) references pair, foreign key (a) references pair (a));
create table one (id integer primary key references two (id));
create table two (id integer primary key references one (id));
create table computed (id integer primary key, a text, b text generated always as (upper(a) || '!') stored, c text as (substr(a, 2)), d integer as (length(a)));
create table checked (id integer primary key, a integer check (a > 0), b integer constraint "b's" check (b in (1, 2) and not (b = 7)), c text, constraint odd check (c like 'x%'), check (a between 1 and 9 or b is not null), unique (a, b), unique (c));
create index partial on checked (a desc, lower(c)) where b is null;
create unique index once on checked (a) where c = 'x';
create index strange on checked (substr(c, 1));
create index collated on checked (c collate nocase);
create table wide_key (a integer, b integer, c integer, d integer, e integer, primary key (a, b, c, d, e));
create view seen as select id, a from typed;
create view "broken" as select * from typed;
create view shapeless as select 1.5 as x;
create virtual table words using fts5 (body);
create trigger noted after insert on one begin delete from two; end;
create table cased (id integer primary key, "Leads_Id" bigint references "LEADS" ("ID"), _id bigint references leads);
