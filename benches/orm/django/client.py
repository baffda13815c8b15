"""Django's ORM. The protocol is that of client/src/lib.rs, with one task: `check WORK…`,
or `WORK 1 MILLISECONDS`, each answered by a line."""

import random
import sys
import time
from urllib.parse import urlsplit

import django
from django.conf import settings


def database(kind, url):
    if kind == "sqlite":
        options = {
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
        name = url.removeprefix("sqlite:")
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "OPTIONS": options}
    url = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.removeprefix("/"),
        "USER": url.username,
        "HOST": url.hostname,
        "PORT": url.port,
        "CONN_MAX_AGE": None,
    }


settings.configure(
    DATABASES={"default": database(*sys.argv[1:3])},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[],
)
django.setup()

from django.db import models, transaction  # noqa: E402  The settings come first.


class World(models.Model):
    random_number = models.IntegerField()

    class Meta:
        app_label = "bench"
        db_table = "world"


class Fortune(models.Model):
    message = models.TextField()

    class Meta:
        app_label = "bench"
        db_table = "fortune"


class Entry(models.Model):
    title = models.TextField()
    body = models.TextField()
    views = models.IntegerField()

    class Meta:
        app_label = "bench"
        db_table = "entry"


class Author(models.Model):
    name = models.TextField()

    class Meta:
        app_label = "bench"
        db_table = "author"


class Post(models.Model):
    author = models.ForeignKey(Author, models.CASCADE)
    title = models.TextField()
    body = models.TextField()
    views = models.IntegerField()

    class Meta:
        app_label = "bench"
        db_table = "post"


dice = random.Random(7)


def some_ids():
    return [dice.randrange(at * 500, at * 500 + 500) + 1 for at in range(20)]


def entry(number):
    return Entry(title=f"Entry {number}", body="Long. " * 16, views=number)


def row(id=None):
    return World.objects.get(pk=id or dice.randrange(10_000) + 1).random_number


def queries(ids=None):
    return sum(World.objects.get(pk=id).random_number for id in ids or some_ids())


def fortunes():
    return sum(len(fortune.message.encode()) for fortune in list(Fortune.objects.all()))


def insert(number=None):
    made = entry(number or dice.randrange(10_000))
    made.save()
    return made.pk


def bulk():
    return len(Entry.objects.bulk_create([entry(number) for number in range(10_000)]))


def changed(ids, number):
    worlds = [World.objects.get(pk=id) for id in ids or some_ids()]
    for world in worlds:
        world.random_number = number or dice.randrange(10_000)
    return worlds


def updates(ids=None, number=None):
    worlds = changed(ids, number)
    with transaction.atomic():
        for world in worlds:
            world.save()


def bulk_updates(ids=None, number=None):
    World.objects.bulk_update(changed(ids, number), ["random_number"])


def join():
    posts = Post.objects.select_related("author").order_by("pk")[:100]
    return sum(len(post.title) + len(post.author.name) for post in posts)


def prefetch():
    authors = Author.objects.order_by("pk").prefetch_related("post_set")[:100]
    return sum(
        len(author.name) + sum(len(post.title) for post in author.post_set.all())
        for author in authors
    )


WORKS = {
    "row": row,
    "queries": queries,
    "fortunes": fortunes,
    "insert": insert,
    "bulk": bulk,
    "updates": updates,
    "bulk-updates": bulk_updates,
    "join": join,
    "prefetch": prefetch,
}


def right(work):
    """Does a work once; what it gives, and what it should."""
    ids = [at * 400 for at in range(1, 21)]
    titles = [len(f"Post {number}") for number in range(1, 1001)]
    names = [len(f"Author {number}") for number in range(1, 101)]
    match work:
        case "row":
            return row(7), 7 * 7919 % 10_007
        case "queries":
            return queries(ids), sum(id * 7919 % 10_007 for id in ids)
        case "fortunes":
            return fortunes(), 528
        case "insert":
            return insert(1) + 1, insert(2)
        case "bulk":
            return bulk(), 10_000
        case "updates":
            updates([id + 1 for id in ids], 5)
            return queries([id + 1 for id in ids]), 100
        case "bulk-updates":
            bulk_updates([id + 2 for id in ids], 6)
            return queries([id + 2 for id in ids]), 120
        case "join":
            return join(), sum(titles[:100]) + 10 * sum(names[:10])
        case "prefetch":
            return prefetch(), sum(titles) + sum(names)


def check(works):
    for work in works:
        found, wanted = right(work)
        if found != wanted:
            raise ValueError(f"{work} is {found!r} and should be {wanted!r}")
    return "ok"


def often(work, seconds):
    done, until = 0, time.perf_counter() + seconds
    while True:
        work()
        done += 1
        if time.perf_counter() >= until:
            return done


def measure(work, milliseconds):
    often(work, milliseconds / 4000)
    cpu, start = time.process_time_ns(), time.perf_counter_ns()
    done = often(work, milliseconds / 1000)
    elapsed, cpu = time.perf_counter_ns() - start, time.process_time_ns() - cpu
    return f"{done} {elapsed} {cpu} 0 0"


for line in sys.stdin:
    try:
        match line.split():
            case ["check", *works]:
                print(check(works), flush=True)
            case [work, "1", milliseconds]:
                print(measure(WORKS[work], int(milliseconds)), flush=True)
            case _:
                raise ValueError(f"`{line.strip()}` is not understood")
    except Exception as error:
        print("error:", " ".join(str(error).split()), flush=True)
        raise
