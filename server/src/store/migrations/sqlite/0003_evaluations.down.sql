DROP TABLE eval_minutes;
DROP VIEW flag_evaluations;
DROP TABLE evaluation_rows;
DROP TABLE evaluation_requests;
DROP TABLE evaluated_flags;
