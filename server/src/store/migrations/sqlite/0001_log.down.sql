DROP TABLE log_start;
DROP TABLE snapshots;
DROP TABLE events;
