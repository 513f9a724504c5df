#!/usr/bin/env bash
# Flags: creating, what is refused, a roll-out, the kill switch, deleting.
. "$(dirname "$0")/common.sh"
begin
FLAGS=/api/projects/$PROJECT/flags
as POST "$FLAGS" '{"name":"New UI","key":"new_ui","enabled":true,"rollout_percentage":0}'; status 201
FLAG=$(field .id)
as POST "$FLAGS" '{"name":"New UI","key":"new_ui"}'; status 409
as POST "$FLAGS" '{"name":"New UI","key":"New UI"}'; status 400; is '.fields[0].pointer' /key
evaluate ada; is .new_ui.enabled false; is .new_ui.reason rollout_excluded
as PUT "$FLAGS/$FLAG" '{"rollout_percentage":100}'; status 200
evaluate ada; is .new_ui.enabled true; is .new_ui.reason rollout
as POST "$FLAGS/$FLAG/toggle"; status 200; is .enabled false
evaluate ada; is .new_ui.enabled false; is .new_ui.reason disabled
as DELETE "$FLAGS/$FLAG"; status 204
evaluate ada; is 'length' 0
echo 'passed: flags'
