#!/usr/bin/env bash
# Two users: neither sees anything of the other.
. "$(dirname "$0")/common.sh"
begin
as POST "/api/projects/$PROJECT/flags" '{"name":"Secret","key":"secret"}'; status 201
THEIRS=$PROJECT
begin
as GET /api/projects; is 'length' 1
for path in "" /flags /flags/secret /flags/secret/rules /flags/secret/history /segments; do
  as GET "/api/projects/$THEIRS$path"; status 404
done
as DELETE "/api/projects/$THEIRS"; status 404
as PUT "/api/projects/$THEIRS/flags/secret" '{"enabled":true}'; status 404
evaluate ada; is 'length' 0
echo 'passed: isolation'
