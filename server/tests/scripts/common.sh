# What the scripts share. URL is where the service is.
set -euo pipefail
URL=${URL:-http://127.0.0.1:8080}
BODY=$(mktemp)
trap 'rm -f "$BODY"' EXIT

# `call METHOD PATH [BODY] [HEADER…]`: the status goes to STATUS, the body into a file.
call() {
  local method=$1 path=$2 body=${3:-}
  shift 2
  [ $# -gt 0 ] && shift
  local arguments=(-sS -o "$BODY" -w '%{http_code}' -X "$method" "$URL$path" -H 'Content-Type: application/json')
  [ -n "$body" ] && arguments+=(-d "$body")
  for header in "$@"; do arguments+=(-H "$header"); done
  STATUS=$(curl "${arguments[@]}")
}

# `as METHOD PATH [BODY]`: the same with the user's token.
as() { call "$1" "$2" "${3:-}" "Authorization: Bearer $TOKEN"; }

# `evaluate USER [EMAIL]`: all flags, with the project's key.
evaluate() {
  call POST /sdk/v1/evaluate "$(jq -nc --arg id "$1" --arg email "${2:-}" '{user_id: $id, user_email: $email}')" "X-SDK-Key: $KEY"
  status 200
}

field() { jq -r "$1" "$BODY"; }

fail() { printf 'failed: %s\n' "$1" >&2; cat "$BODY" >&2; exit 1; }

status() { [ "$STATUS" = "$1" ] || fail "status $STATUS, not $1"; }

# `is EXPRESSION VALUE`: what jq finds in the body.
is() { [ "$(field "$1")" = "$2" ] || fail "$1 is $(field "$1"), not $2"; }

# A user of their own, and a project: TOKEN, PROJECT and KEY.
begin() {
  local credentials
  credentials=$(jq -nc --arg email "script-$$-$RANDOM@example.com" '{email: $email, password: "secure123"}')
  call POST /auth/register "$credentials"
  status 201
  call POST /auth/login "$credentials"
  status 200
  TOKEN=$(field .token)
  as POST /api/projects '{"name":"My App","description":"Production app"}'
  status 201
  PROJECT=$(field .id) KEY=$(field .sdk_key)
}
