#!/usr/bin/env bash
# Projects: creating, listing, changing, a new key, deleting.
. "$(dirname "$0")/common.sh"
begin
as GET /api/projects; status 200; is 'length' 1; is '.[0].id' "$PROJECT"
as PUT "/api/projects/$PROJECT" '{"name":"Renamed"}'; status 200; is .name Renamed; is .description 'Production app'
evaluate ada
as POST "/api/projects/$PROJECT/regenerate-key"; status 200
OLD=$KEY KEY=$(field .sdk_key)
[ "$OLD" != "$KEY" ] || fail 'the key is the old one'
call POST /sdk/v1/evaluate '{}' "X-SDK-Key: $OLD"; status 401
evaluate ada
as DELETE "/api/projects/$PROJECT"; status 204
as GET "/api/projects/$PROJECT"; status 404
echo 'passed: projects'
