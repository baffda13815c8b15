"""The site in Flask: `gunicorn app:app`."""

import json
import os
from pathlib import Path

from flask import Flask, flash, jsonify, render_template, session

SITE = Path(__file__).resolve().parent.parent

app = Flask(__name__, static_folder=SITE / "static", template_folder=SITE / "templates")
app.secret_key = os.environ["SECRET_KEY"]
fortunes = json.loads((SITE / "fortunes.json").read_text())


@app.get("/")
def hello():
    return "Hello, World!"


@app.get("/json")
def message():
    return jsonify(message="Hello, World!")


@app.get("/users/<int:id>")
def user(id):
    return f"user {id}"


@app.get("/login")
def login():
    session["user"] = "ann"
    flash("Welcome back, ann.")
    return "ok"


@app.get("/page")
def page():
    return render_template("page.html", user=session.get("user"), fortunes=fortunes)
