-- The groups that a member was in until they were cancelled, as a JSON array of their numbers.
ALTER TABLE memberships ADD COLUMN left_groups TEXT;
