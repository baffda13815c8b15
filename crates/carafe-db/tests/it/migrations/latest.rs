//! The latest migrations are changed, while nobody else has them: updated, and put behind others.

use super::long::{at_third, files, read, three_steps, write};
use super::*;

#[tokio::test]
async fn the_latest_migration_is_updated() {
    let folder = tempfile::tempdir().unwrap();
    let client = site(folder.path(), at_first).await;
    says(
        &client,
        &folder,
        "makemigrations --update",
        expect![[r#"
        Migrations for blog:
          BLOG/migrations/0001_initial.toml
            + Create table post
            + Create table comment
    "#]],
    )
    .await;
    client.command(["migrate"]).await;
    let client = site(folder.path(), at_second).await;
    let words = "makemigrations --update --rename post.title=headline --fill post.slug=\"\"";
    says(&client, &folder, words, expect![[r#"
        error: blog:0001_initial is applied to the database of the settings; undo it, if no other database has it: `migrate blog zero`; else make a new one: `makemigrations`
        → 1
    "#]]).await;
    client.command(["migrate", "blog", "zero"]).await;
    says(
        &client,
        &folder,
        &format!("{words} --dry-run"),
        expect![[r#"
        Migrations for blog:
          BLOG/migrations/0001_initial.toml
            + Create table post
            + Create table comment

        # Made by `makemigrations`. It is part of the source.
        after = []

        [[operations]]
        op = "create_table"
        table = "post"
        model = "Post"
        fields = [
          { name = "id", kind = "big_integer", primary_key = true, counted = true },
          { name = "headline", kind = "text", max_length = 50 },
          { name = "slug", kind = "text", max_length = 20 },
          { name = "views", kind = "big_integer" },
        ]

        [[operations]]
        op = "create_table"
        table = "comment"
        model = "Comment"
        fields = [
          { name = "id", kind = "big_integer", primary_key = true, counted = true },
          { name = "post", references = "post", indexed = true },
          { name = "approved", kind = "bool", null = true },
        ]

    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        words,
        expect![[r#"
        Migrations for blog:
          BLOG/migrations/0001_initial.toml
            + Create table post
            + Create table comment
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "makemigrations --update",
        expect![[r#"
        No changes detected.
    "#]],
    )
    .await;
    assert_eq!(files(&folder), ["0001_initial.toml"]);
    says(
        &client,
        &folder,
        "migrate",
        expect![[r#"
        Applying blog:0001_initial … done
    "#]],
    )
    .await;
}

#[tokio::test]
async fn an_update_that_takes_all_back_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let client = site(folder.path(), at_first).await;
    client.command(["makemigrations"]).await;
    let client = site(folder.path(), at_second).await;
    let answers = "--rename post.title=headline --fill post.slug=\"\"";
    says(
        &client,
        &folder,
        &format!("makemigrations {answers}"),
        expect![[r#"
        Migrations for blog:
          BLOG/migrations/0002_rename_title_post_headline_comment_approved_and_more.toml
            ~ Rename field title on post to headline
            + Add field approved to comment
            + Add field slug to post
            + Add field views to post
    "#]],
    )
    .await;
    // The name told what it did, and tells what it does.
    let client = site(folder.path(), at_third).await;
    says(&client, &folder, "makemigrations --update", expect![[r#"
        Migrations for blog:
          BLOG/migrations/0002_rename_title_post_headline_post_slug.toml (was 0002_rename_title_post_headline_comment_approved_and_more)
            ~ Rename field title on post to headline
            + Add field slug to post
    "#]]).await;
    let client = site(folder.path(), at_first).await;
    let back = "makemigrations --update --rename post.headline=title";
    says(&client, &folder, back, expect![[r#"
        Migrations for blog:
          BLOG/migrations/0002_rename_title_post_headline_post_slug.toml is deleted: what it does is taken back
    "#]]).await;
    assert_eq!(files(&folder), ["0001_initial.toml"]);
    write(&folder, "0002_other", "# Mine.\nafter = [\"0001_initial\"]\n");
    let client = site(folder.path(), at_second).await;
    says(
        &client,
        &folder,
        &format!("makemigrations --update --name all {answers}"),
        expect![[r#"
        Migrations for blog:
          BLOG/migrations/0002_all.toml (was 0002_other)
            ~ Rename field title on post to headline
            + Add field approved to comment
            + Add field slug to post
            + Add field views to post
    "#]],
    )
    .await;
    assert_eq!(files(&folder), ["0001_initial.toml", "0002_all.toml"]);
}

#[tokio::test]
async fn a_branch_comes_last() {
    let (folder, client) = three_steps().await;
    says(
        &client,
        &folder,
        "makemigrations --rebase",
        expect![[r#"
        No history has two ends.
    "#]],
    )
    .await;
    let field = |name: &str| {
        format!(
            "# A comment stays.\nafter = [ # so do spaces\n  \"0003_comment\",\n]\n\n[[operations]]\nop = \"add_field\"\ntable = \"post\"\nfield = {{ name = \"{name}\", kind = \"integer\", null = true }}\n"
        )
    };
    write(&folder, "0004_ours", &field("ours"));
    write(&folder, "0004_theirs", &field("theirs"));
    write(&folder, "0005_theirs_too", &field("more").replace("0003_comment", "0004_theirs"));
    says(&client, &folder, "makemigrations --rebase", expect![[r#"
        error: neither 0004_ours nor 0005_theirs_too is applied to the database of the settings; say which comes last, the one that is yours: `--rebase=0004_ours`
        → 1
    "#]]).await;
    says(
        &client,
        &folder,
        "makemigrations --rebase=0005 --dry-run",
        expect![[r#"
        Migrations for blog:
          0004_theirs → 0005_theirs, after 0004_ours
          0005_theirs_too → 0006_theirs_too, after 0005_theirs
    "#]],
    )
    .await;
    says(
        &client,
        &folder,
        "makemigrations --rebase=0005",
        expect![[r#"
        Migrations for blog:
          0004_theirs → 0005_theirs, after 0004_ours
          0005_theirs_too → 0006_theirs_too, after 0005_theirs
    "#]],
    )
    .await;
    assert_eq!(files(&folder)[3..], ["0004_ours.toml", "0005_theirs.toml", "0006_theirs_too.toml"]);
    expect![[r##"
        # A comment stays.
        after = ["0004_ours"]

        [[operations]]
        op = "add_field"
        table = "post"
        field = { name = "theirs", kind = "integer", null = true }
    "##]]
    .assert_eq(&read(&folder, "0005_theirs"));
    says(
        &client,
        &folder,
        "migrate",
        expect![[r#"
        Applying blog:0001_initial … done
        Applying blog:0002_title … done
        Applying blog:0003_comment … done
        Applying blog:0004_ours … done
        Applying blog:0005_theirs … done
        Applying blog:0006_theirs_too … done
        Models have changes that no migration has yet: make it by `makemigrations`.
    "#]],
    )
    .await;
    write(&folder, "0004_mine", &field("mine"));
    says(&client, &folder, "makemigrations --rebase=0006", expect![[r#"
        error: blog:0006_theirs_too is applied to the database of the settings; undo it, if no other database has it: `migrate blog 0003_comment`; else join them by `makemigrations --merge`
        → 1
    "#]]).await;
    says(
        &client,
        &folder,
        "makemigrations --rebase blog",
        expect![[r#"
        Migrations for blog:
          0004_mine → 0007_mine, after 0006_theirs_too
    "#]],
    )
    .await;
    write(&folder, "0005_late", &field("mine"));
    says(&client, &folder, "makemigrations --rebase=0005_late", expect![[r#"
        error: the field `post.mine` is there already at that point, at operation 1 of blog:0008_late; the branches change the same: edit the one that comes last, or make it anew after the other
        → 1
    "#]]).await;
}
