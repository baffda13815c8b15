-- The passwords are `test` and `other`, hashed before, so that only a login waits for a hash.
insert into user (username, password) values
    ('test', '$argon2id$v=19$m=19456,t=2,p=1$Ip3LjV+fSLOz8pJQMX4VCA$6MkKLcQvEv9NKFmzsbpogPJ6NWjZSStYksp9b4J8jCY'),
    ('other', '$argon2id$v=19$m=19456,t=2,p=1$Qx2bTZ4jS1pUcE1iEmI0wg$cA4uUu3xn2uvbPJaM5ZwX6owksvtbOakqd6J08vRFp4');

insert into post (author_id, created, title, body) values
    (1, '2018-01-01 00:00:00', 'test title', 'test' || char(10) || 'body');
