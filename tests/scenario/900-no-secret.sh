#!/bin/sh
# P9 no-secret: the password of the duplicate stands in no process list, no journal, no log, no
# answer, no job folder and no error, although it is used: first a wrong one, which is refused,
# then the right one, with which the upgrade completes.
#
#	SOAK=1  the wrong one stays until the upgrade needs attention (40 s more)
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

needs curl
WRONG=wr0ng-pwd-77
seen=0

# What is looked for comes from a file, so that the search itself is no hit.
# A hit counts when the process is one of ours: other scenarios run beside us.
sample() {
	while [ -e "$T/words" ] && [ ! -e "$T/enough" ]; do
		grep -lsaF -f "$T/words" /proc/[0-9]*/cmdline /proc/[0-9]*/environ >"$T/hit" || :
		while read -r file; do
			pid=${file#/proc/}
			pid=${pid%/*}
			line=$({ tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null) || continue
			! grep -qsaF "$T/" "/proc/$pid/cmdline" "/proc/$pid/environ" ||
				echo "$file $line"
		done <"$T/hit" >>"$T/hits"
		echo >>"$T/samples"
		sleep 0.005
	done
}

samples_at_least() { # N
	[ "$(wc -l <"$T/samples")" -ge "$1" ]
}

clean() { # WHAT FILE...
	what=$1
	shift
	found=$(grep -rlaF -f "$T/words" "$@" || :)
	[ -z "$found" ] || fail "the password stands in $what: $found"
	seen=$((seen + 1))
}

get() { # PATH
	name=$(echo "$1" | tr '/?&=' '____')
	curl -sS -i -m 10 --unix-socket "$T/run/control.sock" "http://localhost$1" \
		>>"$T/answers/$name"
	[ -s "$T/answers/$name" ] || fail "no answer: $1"
}

post() { # PATH BODY
	curl -sS -i -m 10 --unix-socket "$T/run/control.sock" -H 'Content-Type: application/json' \
		-d "$2" "http://localhost$1" >>"$T/answers/$(echo "$1" | tr / _)"
}

every_answer() {
	id=$(last_upgrade .id)
	for path in /v1/pairs /v1/pairs/sales /v1/pairs/sales/why /v1/upgrades "/v1/upgrades/$id" \
		"/v1/upgrades/$id/steps" "/v1/upgrades/$id/commands?limit=500" \
		'/v1/events?limit=1000' /v1/procedures /v1/version /metrics /healthz /readyz \
		/v1/nothing; do
		get "$path"
	done
	post /v1/pairs/sales/check "{\"to\":\"$NEW_RELEASE\"}"
	post /v1/pairs/sales/plan "{\"to\":\"$NEW_RELEASE\"}"
	for verb in status why history log show; do
		subject=sales
		case $verb in show | log) subject=$id ;; esac
		ctl_now "$verb" "$subject" >>"$T/answers/ctl-$verb" 2>&1 || :
	done
	all_events >>"$T/answers/all-events"
}

# --- the story --------------------------------------------------------------------------

scenario 900-no-secret
needs_daemon
mkdir "$T/answers"
printf '%s\n' "$PASSWORD" "$WRONG" >"$T/words"
early_knob time_scale "$PACE"
sandbox_up
: >"$T/samples"
sample &
sampler=$!
await 'samples_at_least 3'
# The trap catches: such a process is seen. Then it is set again.
TRAP="$PASSWORD $T/" sleep 20 &
bait=$!
await '[ -s "$T/hits" ]'
kill $bait
wait $bait 2>/dev/null || :
touch "$T/enough"
wait $sampler
rm -f "$T/enough" "$T/hits"
: >"$T/samples"
sample &
sampler=$!

pair_config --gates none
printf '%s\n' "$WRONG" >"$T/run/secrets/pat"
load_start --rate 200
daemon_start
await pair_is_seen
curl -sS -N --unix-socket "$T/run/control.sock" -H 'Accept: text/event-stream' \
	-H 'Last-Event-ID: 0' http://localhost/v1/events >"$T/answers/stream" &
streaming=$!
start
# A refused password is not tried again: a person is asked, and the account stays open.
await 'upgrade_is attention' 200
attention >"$T/answers/attention"
grep -q TT7001 "$T/answers/attention" || fail "not because of the password: $(attention)"
every_answer
printf '%s\n' "$PASSWORD" >"$T/run/secrets/pat"
ctl retry sales >/dev/null || fail "retry was refused: $(cat "$T/ctl.out")"
await 'upgrade_is completed attention' 180
upgrade_is completed || fail "it needs a person: $(attention)"
kill -HUP "$DAEMON_PID"
await 'grep -q event=reload.done "$T/upgraded.log"'
every_answer
kill -USR1 "$DAEMON_PID"
prove
touch "$T/enough"
wait $sampler
kill $streaming
wait $streaming 2>/dev/null || :

used=$(saw_count '.event == "duplicate_ended" and .code == 0')
[ "$used" -ge 3 ] || used=$(saw_count '.event == "duplicate_ended"')
[ "$used" -ge 3 ] || fail "only $used duplicates: the password was not used"

# --- nowhere ----------------------------------------------------------------------------

[ ! -s "$T/hits" ] || {
	cat "$T/hits"
	fail "the password stood in a process list"
}
samples_at_least 50 || fail "only $(wc -l <"$T/samples") samples of the processes"
shown=$(jq -c 'select(.event == "sandbox_ready"), select(.event == "secret_seen")' \
	"$ROOT/log.jsonl" | sed '1,/sandbox_ready/d')
[ -z "$shown" ] || fail "on a command line: $shown"
for name in journal.db journal.db-wal; do
	[ -s "$T/run/state/$name" ] || fail "no $name"
done
clean 'the journal' "$T/run/state"
clean 'the log' "$T/upgraded.log"
clean 'what the client says' "$T/ctl.log" "$T/ctl.out"
clean 'the answers' "$T/answers"
grep -q '^event: ' "$T/answers/stream" || fail "no event stream"
find "$T/run/jobs" -type d | grep -q . || fail "no job folders"
clean 'the job folders' "$T/run/jobs"
clean 'backups' "$T/run/backup"
clean 'the configuration' "$T/run/upgraded.conf" "$T/run/pairs.d"
clean 'the hooks' "$T/run/load.sock.hooks"
daemon_stop
clean 'the journal' "$T/run/state"
say "two passwords, $used duplicates with them, $(wc -l <"$T/samples") samples of the processes," \
	"$seen places: nowhere; completed"
