#!/bin/sh
# A server that is frozen whole, one that rejects the password, one that is starting up and one that
# is stopped: each is seen for what it is, in words that status shows, while the others are
# looked at as often as before; and seen to be well again when it is.
. "${srcdir:-.}/tests/postgres/lib.sh"

scenario 220-observation
pg_releases 15 15
needs_daemon
pg_up
pg_pair_config
daemon_start
await pair_is_seen 60

# NAME ROLE WORDS: what the pair's status says of a member.
says() {
	ctl_now --json status "$PAIR" >"$T/status.json" || return 1
	jq -e --arg name "$1" --arg role "$2" --arg words "$3" \
		'.members[] | select(.name == $name) | .role == $role and ((.error // "") | contains($words))' \
		"$T/status.json" >/dev/null
}

others_are_fresh() { # NAME of the one that is not looked at
	ctl_now --json status "$PAIR" >"$T/status.json" &&
		jq -e --arg name "$1" 'all(.members[] | select(.name != $name); .age_ms < 3000)' "$T/status.json" >/dev/null
}

say 'what the server says of itself'
details_are_told() {
	ctl_now --json status "$PAIR" >"$T/status.json" &&
		jq -e '(.members[] | select(.name == "b") | .details.receiver == "streaming" and .details.timeline == "1"
				and .details.source_slot == "b" and .release_on_disk == .release) and
			(.members[] | select(.name == "a") | .details.insert != null and
				any(.peers[]; .name == "b" and .state == "streaming" and .held != null))' \
			"$T/status.json" >/dev/null
}
await details_are_told 30

say 'every process of the standby is frozen'
pid=$(pg_pid b)
frozen="$pid $(pg_children "$pid")"
# shellcheck disable=SC2086 # several
kill -STOP $frozen
await 'says b recovering frozen || says b unknown frozen || says b unknown "not answer"' 30
await 'others_are_fresh b' 20
ctl_now status "$PAIR" | grep -qiE 'frozen|not answer' || fail 'status shows no words'
# shellcheck disable=SC2086
kill -CONT $frozen
await 'says b standby ""' 60

say 'the backends of the active hang, its postmaster does not'
hung=$(pg_sql a postgres "SELECT string_agg(pid::text, ' ') FROM pg_stat_activity WHERE usename = 'upgraded'")
# shellcheck disable=SC2086
kill -STOP $hung
await 'says a unknown "does not answer"' 30
# shellcheck disable=SC2086
kill -CONT $hung
await 'says a active ""' 60

say 'the password is another'
pg_sql a postgres "ALTER ROLE upgraded PASSWORD 'another'" \
	"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'upgraded'" >/dev/null
await 'says a unknown "password authentication failed"' 60
ctl_now status "$PAIR" | grep -q 'password authentication failed' || fail 'status does not say so'
pg_sql a postgres "ALTER ROLE upgraded PASSWORD '$SUPERVISOR_PASSWORD'"
await 'says a active ""' 60

say 'a server that is stopped'
pg_stop r1
await 'says r1 idle "not running"' 30
pg_start r1
await 'says r1 subscriber ""' 60
