# more.sh: lib.sh, and what many of the scenarios do in the same way.
# shellcheck shell=sh

: "${abs_top_srcdir:=$(cd "${srcdir:-.}" && pwd)}"
# shellcheck source=lib.sh
. "$abs_top_srcdir/tests/scenario/lib.sh"

: "${SOAK:=0}"
: "${PACE:=0.25}" # factor of the sandbox's times, where the story is not about times

PASSWORD=patpwd
CRASHD=$abs_top_builddir/tests/lib/crashd

# --- a scene ----------------------------------------------------------------------------

# A knob that holds before the sandbox is made.
early_knob() { # NAME VALUE
	mkdir -p "$ROOT"
	echo "$1 = $2" >>"$ROOT/knobs"
}

# A serving pair under load, the daemon sees it. APPS: options of the load; CREATE: of the sandbox.
scene() { # NAME [OPTION... of pairconf.sh]
	[ "$SCENARIO" = "$1" ] || scenario "$1"
	shift
	needs_daemon
	[ "$PACE" = 1 ] || early_knob time_scale "$PACE"
	# shellcheck disable=SC2086
	sandbox_up ${CREATE:-}
	pair_config "$@"
	# shellcheck disable=SC2086
	load_start ${APPS:---rate 200}
	daemon_start
	await 'pair_is_seen' 30
}

# The same with one database that has no pair. Its applications disconnect while they pause.
# SINGLE: options of the sandbox.
scene_single() { # NAME [OPTION... of pairconf.sh]
	[ "$SCENARIO" = "$1" ] || scenario "$1"
	shift
	needs_daemon
	[ "$PACE" = 1 ] || early_knob time_scale "$PACE"
	# shellcheck disable=SC2086
	sandbox_up --single ${SINGLE:-}
	pair_config --single "$@"
	# shellcheck disable=SC2086
	load_start --member master1@master1host --leaves ${APPS:---rate 200}
	daemon_start
	await 'single_is_seen' 30
}

single_is_seen() {
	[ "$(pair_json '.members[0].role')" = active ]
}

# Its promises: whatever is loaded serves, and rows are in the one that is left. With the policy
# inUse it stays loaded behind its applications because the daemon is connected.
prove_single() { # OPTION... of judge
	load_goes_on 50
	await daemon_is_connected 30
	prove --single "$@"
}

# It has asked something since the database was loaded the last time.
daemon_is_connected() {
	saw '.event == "load" or .event == "call_ended" and .procedure == "ttBookmark"' |
		tail -n 1 | grep -q ttBookmark
}

# Two masters that replicate to each other; the applications write to master1, and go where they
# are sent. CREATE: options of the sandbox.
scene_classic() { # NAME [OPTION... of pairconf.sh]
	CLASSIC=yes
	[ "$SCENARIO" = "$1" ] || scenario "$1"
	shift
	needs_daemon
	[ "$PACE" = 1 ] || early_knob time_scale "$PACE"
	# shellcheck disable=SC2086
	sandbox_up --classic ${CREATE:-}
	pair_config --classic "$@"
	# shellcheck disable=SC2086
	load_start --stays --leaves ${APPS:---rate 200}
	daemon_start
	await 'pair_is_seen' 30
}

prove_classic() { # OPTION... of judge
	prove --classic --expect master1 --expect master2 "$@"
}

pair_is_seen() {
	[ "$(pair_json '[.members[].role] | sort | join(" ")')" = \
		'active standby subscriber subscriber' ] ||
		[ "$(pair_json '[.members[].role] | sort | join(" ")')" = 'active active' ] ||
		[ "$(pair_json '[.members[].role] | sort | join(" ")')" = 'active standby' ]
}

start() { # OPTION... of upgradectl start
	ctl start "$PAIR" --to "$NEW_RELEASE" "$@" >"$T/start.out" || {
		cat "$T/start.out" "$T/ctl.out"
		fail "the upgrade was refused"
	}
}

# The proof at the end of every story; with what is on the screen as the summary.
prove() { # OPTION... of judge
	load_goes_on 50
	load_stop
	await sandbox_is_quiet "${QUIET_LIMIT:-90}"
	judge "$@" >"$T/judge.out" || {
		cat "$T/judge.out"
		fail "the judge says no"
	}
}

# The verdict in the middle of a story: whoever is active has every commit that was acknowledged.
prove_now() {
	loadctl pause-writes >/dev/null
	judge --restless --no-expect "$@" >"$T/judge.out" || {
		cat "$T/judge.out"
		fail "the judge says no"
	}
	loadctl resume-writes >/dev/null
	load_goes_on 20
}

# --- what the API says ------------------------------------------------------------------

attention() {
	pair_json '.upgrade.error | if . == null then "none" else .detail + " | " + (.remedy // "") end'
}

# It needs attention, and says what is wrong and what a person can do.
attention_says() { # PATTERN of grep -E
	upgrade_is attention || return 1
	attention | grep -Eq "$1"
}

remedy_is_given() {
	[ -n "$(pair_json '.upgrade.error.remedy // ""')" ]
}

# Retries until it is completed: what may happen when a fault strikes several times.
retry_until_completed() { # [LIMIT [TRIES]]
	tries=${2:-3}
	while :; do
		await 'upgrade_is completed attention' "${1:-120}"
		upgrade_is attention || return 0
		say "attention: $(attention)"
		remedy_is_given || fail "attention without a remedy"
		[ "$tries" -gt 0 ] || fail "still not completed"
		tries=$((tries - 1))
		ctl retry "$PAIR" >/dev/null || fail "retry was refused"
	done
}

# At the gate before this step; --gates every-step. Approves what lies before it.
walk_to() { # NUMBER [LIMIT]
	seconds
	limit=$((SECONDS_NOW + ${2:-60}))
	until [ "$SECONDS_NOW" -ge "$limit" ]; do
		upgrade_now
		now="$STATE_NOW $STEP_NOW"
		case $now in
		"gated $1") return 0 ;;
		gated*) ctl advance "$PAIR" >/dev/null || : ;;
		attention* | completed* | aborted*) break ;;
		*) sleep 0.02 ;;
		esac
		seconds
	done
	fail "did not come to step $1: $now"
}

# A verb of steering that may be late by one revision.
steer() { # VERB ARG...
	for again in 1 2 3 4 5; do
		ctl "$@" >/dev/null && return 0
		grep -q 'revision' "$T/ctl.out" || break
	done
	fail "upgradectl $* was refused ($again): $(cat "$T/ctl.out")"
}

# Aborts in the step in hand, which was meant to be this one. Sets at, where it was asked.
abort_here() { # NUMBER LIMIT
	at=$(pair_json '.upgrade.step.number // "-"')
	steer abort "$PAIR" --yes
	AWAITING="abort from $1, asked at $at"
	await 'upgrade_is aborted attention completed' "$2"
	upgrade_is aborted || fail "abort from $1 ended in: $(pair_json .upgrade.state) $(attention)"
}

# Roles as before anything began, observed in the databases.
serves_as_before() {
	role_is master1host "$OLD" master1 ACTIVE && role_is master2host "$OLD" master2 STANDBY
}

# Each variant of a story in a sandbox of its own: the script calls itself.
variants() { # NAME...
	for v; do
		VARIANT=$v "$0" || exit $?
	done
}

upgrade_id() {
	pair_json '.upgrade.id'
}

last_upgrade() { # JQ PATH
	ctl_now --json history "$PAIR" | jq -r ".upgrades[0]$1"
}

event_count() { # KIND [PATTERN]
	all_events | jq -r --arg k "$1" 'select(.kind == $k) | .text' | grep -Ec "${2:-.}"
}

# Every event there is, a line each; needs curl.
all_events() {
	after=0
	while :; do
		page=$(curl -sS --unix-socket "$T/run/control.sock" \
			"http://localhost/v1/events?after=$after&limit=1000")
		printf '%s\n' "$page" | jq -c '.events[]'
		next=$(printf '%s\n' "$page" | jq -r .next)
		[ "$next" != "$after" ] || return 0
		after=$next
	done
}

needs() { # PROGRAM...
	for program; do
		command -v "$program" >/dev/null || skip "no $program"
	done
}

# --- what the sandbox saw ---------------------------------------------------------------

# Events since the sandbox was made, for which the filter holds.
saw() { # JQ FILTER
	sed '1,/"event":"sandbox_ready"/d' "$ROOT/log.jsonl" | jq -c "select($1)"
}

saw_count() { # JQ FILTER
	saw "$1" | wc -l
}

# Who is active by its own record; both instances of a host list the same database.
actives() {
	sandbox status | awk '$2 == "ACTIVE" { print $1 }' | sort -u
}

one_active() { # [NAME]
	[ "$(actives | wc -l)" -eq 1 ] && [ "$(actives)" = "${1:-$(actives)}" ]
}

# Nothing that cannot be repeated was done twice: no database was destroyed, restored or
# copied again, unless what was there before had been destroyed in between.
nothing_twice() {
	jq -r 'select(.store != null) |
		select(.event == "destroy" or .event == "migrate_ended" and .way == "restore"
			or .event == "duplicate_ended" or .event == "create") |
		[.event, .host + "/" + .instance + "/" + .store] | @tsv' "$ROOT/log.jsonl" |
		awk -F'\t' '
			$1 == "create" { there[$2] = 1; next }
			$1 == "destroy" {
				if (!there[$2]) print "destroyed twice: " $2
				there[$2] = filled[$2] = 0
				next
			}
			filled[$2]++ { print $1 " twice: " $2 }
		' >"$T/twice"
	[ ! -s "$T/twice" ] || {
		cat "$T/twice"
		fail "something was done twice"
	}
}

# --- chance -----------------------------------------------------------------------------

# The next number of a seeded sequence, 0 to N - 1, in $DICE.
DICE_STATE=''
roll() { # N
	DICE_STATE=$((((${DICE_STATE:-$((SEED * 7919 + 1))} * 1103515245) + 12345) % 2147483648))
	DICE=$((DICE_STATE / 65536 % $1))
}

# So many of the words, in order, in $SOME; all of them with SOAK=1.
some() { # HOW MANY WORD...
	many=$1 SOME=''
	shift
	[ "$SOAK" != 1 ] || many=$#
	while [ "$many" -gt 0 ] && [ $# -gt 0 ]; do
		roll $(($# - many + 1))
		shift "$DICE"
		SOME="$SOME $1"
		shift
		many=$((many - 1))
	done
}

# --- an upgrade that is struck time and again --------------------------------------------

# It stands: a person is to say how it goes on, or it is over.
settle() {
	await 'upgrade_is attention gated completed aborted none' 180
	! upgrade_is attention || remedy_is_given || fail "no remedy: $(attention)"
}

# Towards the next pause, from wherever it stands.
into_the_pause() {
	case $(pair_json '.upgrade.state // "none"') in
	attention) steer retry "$PAIR" ;;
	gated)
		if gate_is before-swap; then steer advance "$PAIR"; else steer abort "$PAIR" --yes; fi
		;;
	*)
		start
		await 'gate_is before-swap' 120
		steer advance "$PAIR"
		;;
	esac
}

# Nobody strikes any more: it comes to its end.
struck_enough() {
	for again in 1 2 3; do # a slow machine may not have the time
		! upgrade_is attention || { steer retry "$PAIR" && settle; }
	done
	! upgrade_is gated || steer advance "$PAIR" --all
	await 'upgrade_is completed attention aborted none' 180
	! upgrade_is attention || fail "it needs attention: $(attention)"
	prove
}

# --- a daemon that is killed ------------------------------------------------------------

# Somebody commits again, within LEASE seconds since $opened (ns) and what a busy machine may take
# longer (MARGIN, ms). Sets took and most, in ms; counts in late those that needed the margin.
served_again() { # SECONDS to wait for beyond the lease
	AWAIT_STEP=0.01
	load_goes_on 1 $((LEASE + $1))
	AWAIT_STEP=0.05
	took=$((($(date +%s%N) - opened) / 1000000))
	[ $took -le $((LEASE * 1000 + MARGIN)) ] || fail "round $round: served after $took ms"
	[ $took -le $((LEASE * 1000)) ] || late=$((late + 1))
	[ $took -le $most ] || most=$took
}

# Lets the upgrade go on in lives that end with SIGKILL at a chance write of the journal, or
# a moment after it, until its state is one of these; then starts a daemon that lives.
# $LIVES: how many. Knows nothing of the moment when it is over: that life is ended, too.
kill_until() { # STATE...
	[ -x "$CRASHD" ] || skip "not built: $CRASHD"
	LIVES=0
	daemon_kill9
	while :; do
		LIVES=$((LIVES + 1))
		[ $LIVES -le 600 ] || fail "not over after $LIVES lives"
		roll 3
		how=$(echo before after later | cut -d' ' -f$((DICE + 1)))
		roll 4
		# On a slow machine a short life gets nothing done: they become longer.
		at=$((DICE + 2 + LIVES / 60))
		roll $((250 + LIVES * 2))
		echo "life $LIVES: $how $at $DICE" >>"$T/lives.log"
		UPGRADED_CRASH="$how $at $DICE" "$CRASHD" -c "$CONF" -f -G >>"$T/upgraded.log" 2>&1 &
		DAEMON_PID=$!
		if lives_until "$@"; then
			break
		fi
		status=0
		wait "$DAEMON_PID" 2>/dev/null || status=$?
		DAEMON_PID=''
		[ $status -eq 137 ] || fail "life $LIVES ended with $status, not by its kill"
	done
	kill -9 "$DAEMON_PID" 2>/dev/null || :
	wait "$DAEMON_PID" 2>/dev/null || :
	daemon_start
	LIVES=$((LIVES - 1))
}

# True when one of these states is seen in this life.
lives_until() { # STATE...
	while daemon_lives; do
		if [ -S "$T/run/control.sock" ] && upgrade_is "$@" 2>/dev/null; then
			return 0
		fi
		sleep 0.05
	done
	return 1
}

# The last upgrade, also when it is not in hand any more.
ended_as() { # STATE
	upgrade_is "$1" || [ "$(last_upgrade .state)" = "$1" ]
}

# --- policies -----------------------------------------------------------------------------------

set_policies() { # HOST DSN RAM REP, with the tools of the old instance
	tt "$1" "$OLD" ttAdmin -ramPolicy "$3" "$2" >/dev/null || fail "RAM policy $3 of $2"
	tt "$1" "$OLD" ttAdmin -repPolicy "$4" "$2" >/dev/null || fail "replication policy $4 of $2"
}

policies() { # HOST INSTANCE DSN
	tt "$1" "$2" ttAdmin -query "$3" | awk -F' *: *' '
		/^RAM Residence Policy/ { ram = tolower($2) }
		/^Replication Agent Policy/ { rep = tolower($2) }
		END { print ram, rep }'
}

policies_must_be() { # HOST INSTANCE DSN RAM REP
	now=$(policies "$1" "$2" "$3")
	[ "$now" = "$4 $5" ] || fail "policies of $3 on $1: $now, not $4 $5"
}
