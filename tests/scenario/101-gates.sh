#!/bin/sh
# Every gate waits, and a table that is made meanwhile stops the upgrade; approving one, several or all of them is recorded with its comment; an
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

# Rows of a table that only the former active has would be destroyed with it; and what the active
# gets now, nobody else has. It is gone on with when the other side has it, too, or nobody has.
table() { # HOST INSTANCE STORE STATEMENT
	tt "$1" "$2" ttIsql -v1 "DSN=$3;AutoCreate=0" -e "$4; exit" >/dev/null
}
stands_at() { # STEP MEMBER
	await 'upgrade_is attention' 60
	[ "$(pair_json .upgrade.step.number)" = "$1" ] || fail "it stands at $(attention)"
	attention_says "tables or columns of $2 were changed since" || fail "$(attention)"
}
destroyed() {
	saw_count '.event == "destroy"'
}
before=$(destroyed)
table master1host "$OLD" master1 'create table app.late (id number not null primary key)'
steer advance sales --through before-destroy
stands_at 9a master1
[ "$(destroyed)" -eq "$before" ] || fail "it destroyed what only one side has"
steer retry sales
stands_at 9a master1
table master2host "$NEW" master2 'create table app.late (id number not null primary key)'
steer retry sales
await 'gate_is before-subscribers' 60
before=$(destroyed)
table master2host "$NEW" master2 'create table app.later (id number not null primary key)'
steer advance sales --all --comment 'the rest'
stands_at 15.1 master2
[ "$(destroyed)" -eq "$before" ] || fail "it destroyed a subscriber"
table master2host "$NEW" master2 'drop table app.later'
steer retry sales
ctl_gives 0 wait sales --timeout 90s

id=$(last_upgrade .id)
ctl_now --json show "$id" >"$T/show.json"
jq -s -r '.[] | (.upgrade // .) | .approvals // [] | .[] | .gate + ": " + .comment' "$T/show.json" >"$T/approvals"
grep -q 'before-standby: change 4711, night shift' "$T/approvals" || fail "the comment is lost"
grep -q 'the rest' "$T/approvals" || fail "the second comment is lost"
prove
say "5 gates, $(wc -l <"$T/approvals") approvals recorded; stale and foreign approvals refused"
