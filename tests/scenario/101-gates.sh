#!/bin/sh
# Every gate waits; approving one, several or all of them is recorded with its comment; an
# approval of another plan, or of another revision, is refused.
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

scene 101-gates
needs curl
hash=$(ctl_now --json plan sales --to "$NEW_RELEASE" | jq -r .hash)
[ -n "$hash" ] && [ "$hash" != null ] || fail "the plan has no hash"
ctl plan sales --to "$NEW_RELEASE" | grep -q "$hash" || fail "the plan does not show its hash"
ctl_gives 3 advance sales

ctl_gives 11 start sales --to "$NEW_RELEASE" --wait
gate_is before-standby || fail "it does not wait at before-standby"
[ "$(saw_count '.event == "mark_set"')" -eq 0 ] || fail "it began before it was approved"
[ "$(pair_json .upgrade.plan_hash)" = "$hash" ] || fail "it follows another plan"

post() { # BODY HEADER...
	body=$1
	shift
	curl -s -o "$T/post.out" -w '%{http_code}' --unix-socket "$T/run/control.sock" -X POST \
		-H 'Content-Type: application/json' "$@" -d "$body" \
		"http://localhost/v1/upgrades/$(upgrade_id)/advance"
}
[ "$(post '{}')" = 428 ] || fail "approved without a revision: $(cat "$T/post.out")"
[ "$(post '{}' -H 'If-Match: "1"')" = 412 ] || fail "an old revision was taken"
revision=$(pair_json .upgrade.revision)
[ "$(post '{"plan_hash":"0000000000000000"}' -H "If-Match: \"$revision\"")" = 412 ] ||
	fail "another plan was approved: $(cat "$T/post.out")"
gate_is before-standby || fail "a refused approval moved it"

steer advance sales --comment 'change 4711, night shift'
ctl_gives 11 wait sales --for gate --timeout 60s
gate_is before-swap || fail "it does not wait at before-swap"
ctl_gives 5 advance sales --through no-such-gate
steer advance sales --through before-destroy
await 'gate_is before-subscribers' 60
steer advance sales --all --comment 'the rest'
ctl_gives 0 wait sales --timeout 90s

id=$(last_upgrade .id)
ctl_now --json show "$id" >"$T/show.json"
jq -s -r '.[] | (.upgrade // .) | .approvals // [] | .[] | .gate + ": " + .comment' "$T/show.json" >"$T/approvals"
grep -q 'before-standby: change 4711, night shift' "$T/approvals" || fail "the comment is lost"
grep -q 'the rest' "$T/approvals" || fail "the second comment is lost"
prove
say "5 gates, $(wc -l <"$T/approvals") approvals recorded; stale and foreign approvals refused"
