#!/usr/bin/env bash
# Rules: by id, by address, by domain; order, changing, deleting.
. "$(dirname "$0")/common.sh"
begin
as POST "/api/projects/$PROJECT/flags" '{"name":"Beta","key":"beta","enabled":true}'; status 201
RULES=/api/projects/$PROJECT/flags/$(field .id)/rules
as POST "$RULES" '{"rule_type":"user_id","rule_value":"user_12345"}'; status 201; is .priority 0; is .enabled true
as POST "$RULES" '{"rule_type":"user_email","rule_value":"vip@example.com","priority":90}'; status 201
as POST "$RULES" '{"rule_type":"email_domain","rule_value":"@company.com","priority":80}'; status 201
DOMAIN=$(field .id)
as POST "$RULES" '{"rule_type":"email_domain","rule_value":"company.com"}'; status 400
as GET "$RULES"; status 200; is '[.[].priority] | join(" ")' '90 80 0'
for user in 'user_12345' 'x vip@example.com' 'x bob@company.com'; do
  # shellcheck disable=SC2086 # an id and an address
  evaluate $user; is .beta.enabled true; is .beta.reason rule_match
done
for user in 'user_1' 'x vip@example.org' 'x bob@notcompany.com'; do
  # shellcheck disable=SC2086
  evaluate $user; is .beta.enabled false
done
as PUT "$RULES/$DOMAIN" '{"enabled":false}'; status 200
evaluate x bob@company.com; is .beta.enabled false
as DELETE "$RULES/$DOMAIN"; status 204
as GET "$RULES/$DOMAIN"; status 404
echo 'passed: rules'
