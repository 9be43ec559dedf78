-- What number plates are compared by, and the plate that this was made of. Where that is not the truck's plate, an earlier
-- version has written it since, and the key is made again.
-- The index is not unique: what counts as the same plate now may have been taken for different before.
ALTER TABLE trucks ADD COLUMN plate_key    TEXT;
ALTER TABLE trucks ADD COLUMN plate_key_of TEXT;

CREATE INDEX trucks_by_plate_key ON trucks (plate_key) WHERE plate_key IS NOT NULL;
-- An expression of which the planner knows, or assumes, that few trucks have it.
CREATE INDEX trucks_without_plate_key
    ON trucks ((CASE WHEN license_plate IS NOT NULL AND plate_key_of IS DISTINCT FROM license_plate THEN 1 END))
    WHERE CASE WHEN license_plate IS NOT NULL AND plate_key_of IS DISTINCT FROM license_plate THEN 1 END IS NOT NULL;
