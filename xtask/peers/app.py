"""The service that Hello Truck follows: the same two endpoints on Flask, Flask-SQLAlchemy and SQLite."""

import os

from flask import Flask, jsonify, request
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
db = SQLAlchemy(app)


class Truck(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    make = db.Column(db.String(50), nullable=False)
    model = db.Column(db.String(50), nullable=False)
    available = db.Column(db.Boolean, default=True)


@app.get("/trucks")
def list_trucks():
    trucks = Truck.query.filter_by(available=True).all()
    return jsonify([{"make": truck.make, "model": truck.model} for truck in trucks])


@app.post("/trucks")
def add_truck():
    body = request.get_json()
    db.session.add(Truck(make=body["make"], model=body["model"]))
    db.session.commit()
    return jsonify({"message": "Truck added successfully"}), 201


with app.app_context():
    db.create_all()

if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ["PORT"]))
