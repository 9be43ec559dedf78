-- Who may hand out what it prepared, and until when: writers wait for those to have heard of what they wrote.
CREATE TABLE replicas (
    name  TEXT        PRIMARY KEY,
    until TIMESTAMPTZ NOT NULL
);
