-- `seq` keeps the order of insertion, and is never used twice: clients page by it.
-- Moments are microseconds since 1970 (UTC).
CREATE TABLE trucks (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT    NOT NULL UNIQUE,
    make          TEXT    NOT NULL,
    model         TEXT    NOT NULL,
    license_plate TEXT,
    status        TEXT    NOT NULL CHECK (status IN ('active', 'maintenance', 'retired')),
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    version       INTEGER NOT NULL CHECK (version >= 1)
) STRICT;

CREATE UNIQUE INDEX trucks_by_license_plate ON trucks (license_plate) WHERE license_plate IS NOT NULL;
