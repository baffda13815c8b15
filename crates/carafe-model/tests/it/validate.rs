//! What is wrong with an instance, field by field.

use carafe::models::{Invalid, Invalids, validate};
use carafe::prelude::*;
use expect_test::{Expect, expect};
use rust_decimal::Decimal;

use crate::sample::{Book, Publisher};

#[derive(Model)]
#[model(clean = Form::ends_after_it_begins)]
#[model(check(not_both, !(wide && long), message = "Choose one."))]
#[model(check(sum, length(title) + begins >= 0), check(known, level.is_in([1, 2])))]
struct Form {
    id: i64,
    #[model(blank, max_length = 5, min_length = 2)]
    title: String,
    #[model(email, blank)]
    mail: String,
    #[model(url, blank)]
    site: String,
    #[model(slug, blank)]
    slug: String,
    #[model(validate = is_even, step = 3, default = 6)]
    number: i32,
    #[model(min = 0.5, max = 1.5, default = 1.0)]
    ratio: f64,
    #[model(max_digits = 4, decimal_places = 2)]
    price: Decimal,
    begins: i32,
    ends: Option<i32>,
    wide: bool,
    long: bool,
    #[model(default = Some(1))]
    level: Option<i32>,
}

fn is_even(number: i32) -> Result<(), Invalid> {
    if number % 2 == 0 { Ok(()) } else { Err(Invalid::new("odd", "This is odd.")) }
}

impl Form {
    fn ends_after_it_begins(&self, errors: &mut Invalids) {
        if self.ends.is_some_and(|ends| ends < self.begins) {
            errors.add_general(Invalid::new("dates", "It ends before it begins."));
        }
    }
}

#[track_caller]
fn check(form: Form, expected: Expect) {
    expected.assert_eq(&form.validate().err().map_or(String::new(), |errors| errors.to_string()));
}

fn with(change: impl FnOnce(&mut Form)) -> Form {
    let mut form = Form::blank();
    change(&mut form);
    form
}

#[test]
fn each_rule_has_djangos_words() {
    check(Form::blank(), expect![""]);
    check(
        with(|form| form.title = "sixsix".into()),
        expect!["title: Ensure this value has at most 5 characters (it has 6)."],
    );
    check(
        with(|form| form.title = "x".into()),
        expect!["title: Ensure this value has at least 2 characters (it has 1)."],
    );
    check(
        with(|form| form.title = "a\0b".into()),
        expect!["title: Null characters are not allowed."],
    );
    check(with(|form| form.title = "äöüß€".into()), expect![""]);
    check(with(|form| form.mail = "ada".into()), expect!["mail: Enter a valid email address."]);
    check(with(|form| form.site = "carafe".into()), expect!["site: Enter a valid URL."]);
    check(
        with(|form| form.slug = "a b".into()),
        expect![
            "slug: Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."
        ],
    );
    check(
        with(|form| form.number = 5),
        expect!["number: Ensure this value is a multiple of step size 3. number: This is odd."],
    );
    check(
        with(|form| form.ratio = 0.4),
        expect!["ratio: Ensure this value is greater than or equal to 0.5."],
    );
    check(
        with(|form| form.ratio = 2.0),
        expect!["ratio: Ensure this value is less than or equal to 1.5."],
    );
    check(
        with(|form| form.price = "1.234".parse().unwrap()),
        expect!["price: Ensure that there are no more than 2 decimal places."],
    );
    check(
        with(|form| form.price = "123".parse().unwrap()),
        expect!["price: Ensure that there are no more than 2 digits before the decimal point."],
    );
    check(with(|form| form.price = "-0.05".parse().unwrap()), expect![""]);
    check(with(|form| form.ends = Some(-1)), expect!["It ends before it begins."]);
    check(with(|form| (form.wide, form.long) = (true, true)), expect!["Choose one."]);
    check(with(|form| form.begins = -1), expect!["Constraint “sum” is violated."]);
    check(with(|form| form.level = Some(3)), expect!["Constraint “known” is violated."]);
    check(with(|form| form.level = None), expect![""]);
}

#[test]
fn what_is_missing_is_told_for_all_fields_at_once() {
    let errors = Book::blank().validate().unwrap_err();
    let told: Vec<String> = errors
        .fields()
        .flat_map(|(name, errors)| errors.iter().map(move |own| format!("{name} {}", own.code)))
        .collect();
    assert_eq!(told, ["pages min_value", "slug blank", "title blank"]);
    // The check about `pages` says nothing more: the field is wrong by itself.
    assert!(errors.general().is_empty());
    assert!(errors.field("price").is_empty());
}

#[test]
fn an_unset_reference_is_null() {
    #[derive(Model)]
    struct Copy {
        id: i64,
        of: ForeignKey<Publisher>,
    }
    let errors = validate::record(&Copy::blank()).unwrap_err();
    assert_eq!(errors.to_string(), "of: This field cannot be null.");
    assert!(validate::record(&Copy { of: ForeignKey::from_pk(1), ..Copy::blank() }).is_ok());
}

#[test]
fn e_mail_addresses() {
    let is = |mail: &str| with(|form| form.mail = mail.into()).validate().is_ok();
    for right in [
        "email@here.com",
        "weirder-email@here.and.there.com",
        "example@valid-----hyphens.com",
        "email@[127.0.0.1]",
        "email@[2001:dB8::1]",
        "email@localhost",
        "\"test@test\"@example.com",
        "test@domain.with.idn.tld.उदाहरण.परीक्षा.com",
        "a+b/c=d@example.co",
    ] {
        assert!(is(right), "{right}");
    }
    for wrong in [
        "abc",
        "abc@",
        "abc@bar",
        "a @x.cz",
        "abc@.com",
        "something@@somewhere.com",
        "email@127.0.0.1",
        "email@[127.0.0.256]",
        "example@invalid-.com",
        "example@-invalid.com",
        "a@b.com\n",
        "a\n@b.com",
        "\"\\\n\"@here.com",
        ".a@b.com",
        "a..b@c.com",
        "@b.com",
        "john.doe@exam_ple.com",
        "a@b.c",
        "@",
        "",
    ] {
        assert!(!is(wrong) || wrong.is_empty(), "{wrong}");
    }
    assert!(!is(&format!("{}@example.com", "a".repeat(400))));
    assert!(!is(&format!("a@{}.com", "b".repeat(64))));
}

#[test]
fn web_addresses() {
    let is = |url: &str| with(|form| form.site = url.into()).validate().is_ok();
    for right in [
        "http://www.djangoproject.com/",
        "HTTP://WWW.DJANGOPROJECT.COM/",
        "http://localhost:8000/",
        "http://0.0.0.0/",
        "http://[::1]:8080/",
        "https://user:pw@example.com:8080/a?b=c#d",
        "ftps://example.com",
        "http://مثال.إختبار",
        "http://example.com./",
        "http://xn--tst-bma.xn--p1ai",
    ] {
        assert!(is(right), "{right}");
    }
    for wrong in [
        "foo",
        "http://",
        "http://example",
        "http://.com",
        "http://-a.com",
        "http://a-.com",
        "http:// example.com",
        "http://example.com/a b",
        "javascript:alert(1)",
        "http://example.com:99999999",
        "http://[::1",
        "http://a@b@c.com",
        "http://256.1.1.1/",
        "http://example.com\n",
        "gopher://example.com",
        "http://:@example.com",
        "//example.com",
    ] {
        assert!(!is(wrong), "{wrong}");
    }
}
