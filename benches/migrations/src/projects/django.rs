//! The project in Django.

use std::path::{Path, PathBuf};
use std::process::Command;

use bench::{Python, target};

use super::{Project, emptied, write};
use crate::changes::{Change, Kind, changes, copied, count};

const PYTHON: Python = Python {
    folder: "migrations-venv",
    requirements: concat!(env!("CARGO_MANIFEST_DIR"), "/projects/django/requirements.txt"),
};
const REQUIREMENTS: &str = include_str!("../../projects/django/requirements.txt");
const MANAGE: &str = include_str!("../../projects/django/manage.py");
const MODEL: &str = include_str!("../../projects/django/model.py");

/// The project, with Django in a virtual environment.
#[derive(Debug)]
pub(crate) struct Django {
    folder: PathBuf,
    models: usize,
}

impl Django {
    pub(crate) fn ready(models: usize) -> Result<Self, String> {
        PYTHON.ready()?;
        let folder = emptied(target()?.join("migrations/django"))?;
        let app = emptied(folder.join("site_app"))?;
        let files = emptied(app.join("migrations"))?;
        write(&folder.join("manage.py"), MANAGE)?;
        write(&app.join("__init__.py"), "")?;
        write(&files.join("__init__.py"), "")?;
        let all: String = (0..models).map(|model| copied(MODEL, model)).collect();
        write(&app.join("models.py"), &format!("from django.db import models\n{all}"))?;
        let mut after = String::new();
        for (place, change) in changes(models).enumerate() {
            let name = change.name(place);
            let text = format!(
                "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n    dependencies = [{after}]\n    operations = [\n{}    ]\n",
                operation(change)
            );
            write(&files.join(format!("{name}.py")), &text)?;
            after = format!("(\"site_app\", \"{name}\")");
        }
        Ok(Self { folder, models })
    }

    /// Its version.
    pub(crate) fn version() -> String {
        REQUIREMENTS.trim().replace("==", " ")
    }
}

impl Project for Django {
    fn title(&self) -> &'static str {
        "Django"
    }

    fn migrations(&self) -> PathBuf {
        self.folder.join("site_app/migrations")
    }

    fn squash_all(&self) -> Vec<String> {
        let last = format!("{:04}", count(self.models));
        ["squashmigrations", "--no-input", "site_app", &last].map(str::to_owned).to_vec()
    }

    fn program(&self, database: &Path) -> Result<Command, String> {
        let mut command = Command::new(PYTHON.program("python")?);
        command.arg("manage.py").current_dir(&self.folder).env("DATABASE", database);
        Ok(command)
    }
}

fn operation(change: Change) -> String {
    let model = format!("m{:03}", change.model);
    match change.kind {
        Kind::Create => format!(
            r#"        migrations.CreateModel(
            name="M{:03}",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=50)),
                ("previous", models.ForeignKey(null=True, on_delete=models.CASCADE, to="site_app.m{:03}")),
            ],
            options={{"db_table": "{model}"}},
        ),
"#,
            change.model,
            change.previous()
        ),
        Kind::Add => format!(
            "        migrations.AddField(\"{model}\", \"n\", models.BigIntegerField(default=0)),\n"
        ),
        Kind::Lengthen => format!(
            "        migrations.AlterField(\"{model}\", \"name\", models.CharField(max_length=100)),\n"
        ),
        Kind::Rename => {
            format!(
                "        migrations.RenameField(\"{model}\", old_name=\"n\", new_name=\"r\"),\n"
            )
        }
        Kind::Index => format!(
            "        migrations.AddIndex(\"{model}\", models.Index(fields=[\"r\"], name=\"{model}_r\")),\n"
        ),
    }
}
