# lib.sh: what every scenario starts with. POSIX sh; a scenario does:
#
#   . "${srcdir:-.}/tests/scenario/lib.sh"
#   scenario 101-asp-major            # a folder of its own below TMPDIR, and its clean end
#   sandbox_up                        # a pair with two subscribers, in both releases
#   pair_config --gates none
#   load_start --rate 300
#   daemon_start
#   ctl start sales --to 22.1.1.27.0
#   await 'upgrade_is completed' 120
#   load_stop
#   judge_must_pass
#
# All writes go below $T. Nothing waits a fixed time: `await` looks until a condition holds.
# A failure prints the seed, what was awaited and the ends of all logs; KEEP=1 keeps $T.
# Exit: 0 passed, 1 failed, 77 skipped.
#
# Stories that look into the pair's JSON need jq. From the environment: abs_top_builddir,
# abs_top_srcdir (found when absent), UPGRADED, UPGRADECTL, SANDBOX_BIN (folder of the
# sandbox's programs), SEED, SEEDS (rows at the start), KEEP, TMPDIR.
# shellcheck shell=sh

set -eu

: "${abs_top_srcdir:=$(cd "${srcdir:-.}" && pwd)}"
: "${abs_top_builddir:=$PWD}"
: "${UPGRADED:=$abs_top_builddir/upgraded}"
: "${UPGRADECTL:=$abs_top_builddir/upgradectl}"
: "${SANDBOX_BIN:=$abs_top_builddir/tests/sandbox}"
: "${SEED:=1}"
: "${AWAIT_STEP:=0.05}"
: "${SEEDS:=100}"
: "${PAIR:=sales}"

SANDBOX=$SANDBOX_BIN/ttsim
HOSTS_SH=$abs_top_srcdir/tests/ssh/hosts.sh
LOAD=$SANDBOX_BIN/load
JUDGE=$SANDBOX_BIN/judge
LOADCTL=$SANDBOX_BIN/hooks/loadctl
OLD_RELEASE=11.2.2.8.35
NEW_RELEASE=22.1.1.27.0
OLD=tt1122
NEW=tt2211

T='' ROOT='' CONF='' DAEMON_PID='' LOAD_PID='' SCENARIO='' AWAITING=''

# --- beginning and end ------------------------------------------------------------------

scenario() { # NAME
	SCENARIO=$1
	for program in $(scene_programs); do
		[ -x "$program" ] || skip "not built: $program"
	done
	T=$(mktemp -d "${TMPDIR:-/tmp}/ud.XXXXXX")
	T=$(cd "$T" && pwd)
	ROOT=$T/sandbox
	trap 'leave $?' EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	say "seed $SEED, folder $T"
}

# What a scene is made of, how it ends and what it says when a story failed: these three are
# the sandbox's; a library for other scenes brings its own.
scene_programs() {
	echo "$SANDBOX" "$LOAD" "$JUDGE" "$LOADCTL"
}

scene_end() {
	ending=destroy
	[ "${KEEP:-0}" != 1 ] || ending=stop
	[ -z "$ROOT" ] || [ ! -d "$ROOT" ] || sandbox "$ending" >/dev/null 2>&1
}

scene_words() {
	for file in "$ROOT"/log.jsonl "$ROOT"/hosts/*/opt/*/diag/tterrors.log; do
		last_words "$file"
	done
	[ ! -d "$ROOT" ] || {
		echo '--- databases'
		sandbox status
	}
}

say() {
	echo "$SCENARIO: $*"
}

skip() {
	say "skipped: $*"
	exit 77
}

fail() {
	say "FAILED: $*"
	exit 1
}

# Needs the programs that are under test.
needs_daemon() {
	[ -x "$UPGRADED" ] || skip "not built: $UPGRADED"
	[ -x "$UPGRADECTL" ] || skip "not built: $UPGRADECTL"
	command -v jq >/dev/null || skip "no jq"
}

leave() { # STATUS
	trap - EXIT HUP INT TERM
	set +e
	[ "$1" -eq 0 ] || [ "$1" -eq 77 ] || confess "$1"
	for pid in $DAEMON_PID $LOAD_PID; do
		kill -9 "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
	scene_end
	[ ! -d "$T/ssh" ] || "$abs_top_srcdir/tests/ssh/sshd.sh" down "$T/ssh"
	end_strays
	[ ! -d "$T/hosts" ] || "$HOSTS_SH" down "$T/hosts"
	end_small_disks
	if [ "${KEEP:-0}" = 1 ]; then
		say "kept: $T"
	elif [ -n "$T" ]; then
		rm -rf "$T"
	fi
	exit "$1"
}

# Jobs that outlive the daemon on purpose: every process that names our folder, by its id.
end_strays() {
	[ -n "$T" ] || return 0
	for entry in /proc/[0-9]*/cmdline; do
		grep -qsF "$T/" "$entry" || continue
		pid=${entry#/proc/}
		pid=${pid%/cmdline}
		[ "$pid" = $$ ] || kill -9 "$pid" 2>/dev/null
	done
}

# A disk of its own for a folder, which is made, or is empty.
small_disk() { # FOLDER MEGABYTES [OPTION]
	[ "$(id -u)" -eq 0 ] || skip 'not root: a file system may not be mounted'
	mkdir -p "$1"
	mount -t tmpfs -o "size=${2}m,mode=700${3:+,$3}" none "$1" 2>/dev/null ||
		skip 'a file system may not be mounted here'
}

end_small_disks() {
	[ -n "$T" ] || return 0
	awk -v t="$T/" 'index($2, t) == 1 { print $2 }' /proc/mounts | while read -r folder; do
		umount -l "$folder"
	done
}

# Not a byte is left, whatever was freed meanwhile: that is taken, too.
fill_disk() { # FOLDER
	cat /dev/zero >"$1/filler" 2>/dev/null || :
	[ "$(df --output=avail "$1" | tail -n 1)" -eq 0 ] || fail 'the disk is not full'
}

make_room() { # FOLDER
	rm "$1/filler"
}

confess() { # STATUS
	say "exit status $1, SEED=$SEED"
	[ -z "$AWAITING" ] || say "awaited: $AWAITING"
	for file in "$T"/*.log "$T"/run/load.sock.hooks; do
		last_words "$file"
	done
	scene_words
	[ ! -S "$T/run/control.sock" ] || {
		echo '--- status'
		ctl_now status "$PAIR"
	}
}

last_words() { # FILE
	[ -s "$1" ] || return 0
	echo "--- the end of ${1#"$T"/}"
	grep -v '"event":"\(connected\|disconnected\|write_refused\|policy\)"' "$1" |
		tail -n "${TAIL:-25}"
}

# A clock that only goes on, in $SECONDS_NOW; no process, as it is read in every round of a wait.
seconds() {
	read -r SECONDS_NOW _ </proc/uptime
	SECONDS_NOW=${SECONDS_NOW%.*}
}

# Looks until the condition (a command line) holds, at most LIMIT seconds.
await() { # CONDITION [LIMIT]
	AWAITING=$1
	seconds
	limit=$((SECONDS_NOW + ${2:-30}))
	until eval "$1" >/dev/null 2>&1; do
		seconds
		[ "$SECONDS_NOW" -lt "$limit" ] || fail "not within ${2:-30} s: $1"
		[ -z "$LOAD_PID" ] || kill -0 "$LOAD_PID" 2>/dev/null ||
			fail "the load ended, awaiting: $1"
		[ -z "$DAEMON_PID" ] || daemon_lives || fail "the daemon ended, awaiting: $1"
		sleep "$AWAIT_STEP"
	done
	AWAITING=''
}

# --- the sandbox ------------------------------------------------------------------------

sandbox() { # VERB ARG...
	verb=$1
	shift
	"$SANDBOX" "$verb" "$ROOT" "$@"
}

# Hosts of tests/ssh/hosts.sh: in namespaces, or, where they are not permitted, on the loopback.
hosts_made() { # USER HOST...
	status=0
	"$HOSTS_SH" up "$T/hosts" "$@" >"$T/hosts.out" 2>&1 || status=$?
	if [ $status -eq 77 ] && [ "${HOSTS_ON:-}" != loopback ]; then
		say "$(tail -n 1 "$T/hosts.out"): on the loopback, where only ssh can be cut"
		HOSTS_ON=loopback
		export HOSTS_ON
		status=0
		"$HOSTS_SH" up "$T/hosts" "$@" >"$T/hosts.out" 2>&1 || status=$?
	fi
	[ $status -ne 77 ] || skip "$(cat "$T/hosts.out")"
	[ $status -eq 0 ] || fail "$(cat "$T/hosts.out")"
}

# HOSTS=each: every host in a network namespace of its own, reached by ssh.
hosts_up() { # HOST...
	chmod 711 "$T"
	hosts_made "$(id -un)" "$@"
	[ "${HOSTS_ON:-}" != loopback ] || return 0
	printf '#!/bin/sh\nhost=$1\nshift\nexec "%s" run "%s" "$host" "$@"\n' "$HOSTS_SH" "$T/hosts" >"$T/enter"
	chmod +x "$T/enter"
	SANDBOX_ENTER=$T/enter SANDBOX_NETWORK=$(cat "$T/hosts/network")
	export SANDBOX_ENTER SANDBOX_NETWORK
}

# GUARD_LOGIN=yes: who works on one host of a master may log in to the other's; jump: by way of
# the first subscriber's host.
hosts_configured() {
	for host in master1host master2host; do
		[ "${GUARD_LOGIN:-no}" = jump ] || break
		sed 's/^Host far.*/Host jump/' "$T/hosts/sub1host/ssh_config" >"$T/hosts/$host/ssh_jump"
		{ sed "s/^Host far.*/&\n\tProxyJump jump/" "$T/hosts/$host/ssh_config"; } >>"$T/hosts/$host/ssh_jump"
	done
	awk -v dir="$T/hosts" -v login="${GUARD_LOGIN:-no}" '
		/^host "/ { split($0, part, "\""); name = part[2] }
		/transport = "local"/ {
			print "  transport = \"ssh\""
			print "  ssh { destination = \"far\"  options = { \"-F\", \"" dir "/" name "/ssh_config\" } }"
			next
		}
		login != "no" && /member "master/ {
			host = $0
			sub(/.* host = "/, "", host)
			sub(/".*/, "", host)
			sub(/ }$/, "  guard_login = \"-F " dir "/" host "/" (login == "jump" ? "ssh_jump" : "ssh_config") " far\" }")
		}
		{ print }' "$T/run/pairs.d/$PAIR.conf" >"$T/conf" && cp "$T/conf" "$T/run/pairs.d/$PAIR.conf"
}

# Creates and starts the cluster: databases of the old release, replicating, with SEEDS rows.
sandbox_up() { # ARG...
	[ "${HOSTS:-one}" = one ] || hosts_up master1host master2host sub1host \
		sub2host ${MORE_HOSTS:-}
	sandbox create --rows "$SEEDS" "$@" >"$T/sandbox.log" 2>&1 || fail "sandbox create"
}

# Every database has the same last commit; of several copies with one name the youngest counts.
sandbox_is_quiet() {
	[ "${CLASSIC:-no}" = no ] || {
		classic_is_quiet
		return
	}
	sandbox status | awk '
		/^ / { if ($NF > last[$1]) last[$1] = $NF + 0; if ($NF > most) most = $NF + 0 }
		END { for (name in last) if (last[name] != most) exit 1 }'
}

# Masters that number their own commits: nobody waits for a commit of another.
classic_is_quiet() {
	sandbox status --json |
		jq -e '[.[].databases[]? | select(.scheme == "CLASSIC" and .agent == "running")] |
			length == 2 and all(.unsent == 0)'
}

sandbox_knob() { # NAME [VALUE]
	sandbox knob "$@"
}

# A utility of an instance, as an administrator on that host would call it.
tt() { # HOST INSTANCE UTILITY ARG...
	home=$ROOT/hosts/$1/opt/$2
	program=$3
	shift 3
	TIMESTEN_HOME=$home "$home/bin/$program" "$@"
}

# ACTIVE, STANDBY, ... as the database says itself; empty when it cannot be asked.
role_of() { # HOST INSTANCE DSN
	tt "$1" "$2" ttIsql -v1 -e 'call ttRepStateGet; exit' "DSN=$3;AutoCreate=0" 2>/dev/null |
		sed -n 's/^< *\([A-Z]*\).*/\1/p'
}

role_is() { # HOST INSTANCE DSN ROLE
	[ "$(role_of "$1" "$2" "$3")" = "$4" ]
}

# --- the daemon and its client ----------------------------------------------------------

pair_config() { # OPTION... of pairconf.sh
	CONF=$("$abs_top_srcdir/tests/sandbox/pairconf.sh" --root "$ROOT" --work "$T/run" \
		--loadctl "$LOADCTL" --old "$OLD" --new "$NEW" "$@")
	[ "${TRANSPORT:-local}" = local ] || over_ssh "$(id -un)"
	[ "${HOSTS:-one}" = one ] || hosts_configured
	[ -z "${ODD:-}" ] || odd_tools
}

# ODD: the daemon's tools are of another make, in a folder beside the sandbox's own.
odd_tools() {
	[ -x "$SANDBOX_BIN/oddtool" ] || skip "not built: $SANDBOX_BIN/oddtool"
	for home in "$ROOT"/hosts/*/opt/*; do
		mkdir -p "$home/odd"
		for tool in ttAdmin ttStatus ttIsql ttMigrate ttRepAdmin ttDestroy ttVersion \
			ttDaemonAdmin ttBackup ttRestore ttXactAdmin; do
			ln -sf "$SANDBOX_BIN/oddtool" "$home/odd/$tool"
		done
	done
	mkdir -p "$T/odd"
	sed -i "s#/bin\"  env = { #/odd\"  env = { \"ODD=$ODD\", \"ODD_DIR=$T/odd\", #" \
		"$T/run/pairs.d/$PAIR.conf"
}

# Every host of the configuration is reached by ssh, through an sshd of our own.
over_ssh() { # USER
	chmod 711 "$T"
	pam=no # without it, accounts that have no password are locked
	[ "$1" = "$(id -un)" ] || pam=yes
	"$abs_top_srcdir/tests/ssh/sshd.sh" up "$T/ssh" "UsePAM=$pam" ${SSHD_OPTIONS:+"$SSHD_OPTIONS"} >"$T/sshd.out" 2>&1 || {
		[ $? -ne 77 ] || skip "$(cat "$T/sshd.out")"
		fail "$(cat "$T/sshd.out")"
	}
	sed -i "s/^\\tUser .*/\\tUser $1/" "$T/ssh/ssh_config"
	for file in "$T/run/upgraded.conf" "$T"/run/pairs.d/*.conf; do
		sed -i -e '/^  run_as = /d' -e "s|transport = \"local\"|transport = \"ssh\"\\
  ssh { destination = \"far\"  options = { \"-F\", \"$T/ssh/ssh_config\" } }|" "$file"
	done
}

daemon_start() { # ARG...
	needs_daemon
	# Who is killed stays dead, but in stories of the guard (KEEPER=1).
	[ "${KEEPER:-0}" = 1 ] || set -- -G "$@"
	"$UPGRADED" -c "$CONF" -f "$@" >>"$T/upgraded.log" 2>&1 &
	DAEMON_PID=$!
	await 'ctl_now pairs' 20
}

daemon_lives() {
	kill -0 "$DAEMON_PID" 2>/dev/null
}

daemon_kill9() {
	kill -9 "$DAEMON_PID"
	wait "$DAEMON_PID" 2>/dev/null || :
	DAEMON_PID=''
}

# SIGTERM; it must end with 0.
daemon_stop() {
	kill "$DAEMON_PID"
	status=0
	wait "$DAEMON_PID" || status=$?
	DAEMON_PID=''
	[ "$status" -eq 0 ] || fail "the daemon ended with $status"
}

ctl_now() { # VERB ARG...
	"$UPGRADECTL" --socket "$T/run/control.sock" "$@"
}

# As ctl_now, and its words are kept for a failure.
ctl() { # VERB ARG...
	status=0
	echo "\$ upgradectl $*" >>"$T/ctl.log"
	ctl_now "$@" >"$T/ctl.out" 2>&1 || status=$?
	cat "$T/ctl.out" >>"$T/ctl.log"
	echo "= $status" >>"$T/ctl.log"
	cat "$T/ctl.out"
	return $status
}

# The exit status that is expected of a verb, e.g. `ctl_gives 8 start sales --to X`.
ctl_gives() { # STATUS VERB ARG...
	expected=$1
	shift
	got=0
	ctl "$@" >/dev/null || got=$?
	[ "$got" -eq "$expected" ] || fail "upgradectl $* gave $got, not $expected"
}

# One member of the pair's JSON, by a jq path; needs jq.
pair_json() { # PATH
	ctl_now --json status "$PAIR" | jq -r "$1"
}

# State, step and gate of the upgrade in $STATE_NOW, $STEP_NOW and $GATE_NOW; "none" where there
# is none, nothing where nobody answers. Every round of a wait asks for them, so it is done
# without jq, which takes longer to start than all the rest: names stand in the API's order.
upgrade_now() {
	# shellcheck disable=SC2046 # three words
	set -- $(ctl_now --json status "$PAIR" | sed -n '
		s/"upgrade":null.*/"upgrade":{"state":"none","phase":"","step":null,"gate":null/
		s/"step":null/"step":{"number":"none"/
		s/"gate":null/"gate":{"id":"none"/
		s/.*"upgrade":{.*"state":"\([^"]*\)","phase":"[^"]*","step":{"number":"\([^"]*\)".*"gate":{"id":"\([^"]*\)".*/\1 \2 \3/p')
	STATE_NOW=${1:-} STEP_NOW=${2:-} GATE_NOW=${3:-}
}

upgrade_is() { # STATE...
	upgrade_now
	for state; do
		[ "$STATE_NOW" != "$state" ] || return 0
	done
	return 1
}

step_is() { # NUMBER
	upgrade_now
	[ "$STEP_NOW" = "$1" ]
}

gate_is() { # GATE
	upgrade_now
	[ "$GATE_NOW" = "$1" ]
}

# --- the applications -------------------------------------------------------------------

load_start() { # OPTION... of load
	mkdir -p "$T/run"
	"$LOAD" --root "$ROOT" --ledger "$T/ledger" --control "$T/run/load.sock" \
		--instance "$OLD=$OLD_RELEASE" --instance "$NEW=$NEW_RELEASE" "$@" \
		>"$T/load.out" 2>"$T/load.log" &
	LOAD_PID=$!
	await 'load_committed 10'
}

loadctl() { # VERB ARG...
	"$LOADCTL" --socket "$T/run/load.sock" "$@"
}

# A number of the load's status, e.g. committed, unknown.
load_number() { # NAME
	loadctl status | sed -n "s/.*\"$1\":\([0-9.]*\).*/\1/p"
}

load_committed() { # AT LEAST
	n=$(load_number committed)
	[ "${n:-0}" -ge "$1" ]
}

# More transactions are acknowledged than now.
load_goes_on() { # HOW MANY [LIMIT]
	goal=$(($(load_number committed) + $1))
	await "load_committed $goal" "${2:-30}"
}

# The orderly end; the report is in $T/load.out.
load_stop() {
	kill "$LOAD_PID"
	status=0
	wait "$LOAD_PID" || status=$?
	LOAD_PID=''
	[ "$status" -eq 0 ] || fail "the load ended with $status"
}

# Makes a hook fail (with these words) or work again.
hook_fails() { # pause-writes|resume-writes|notify WORDS
	echo "$2" >"$T/run/load.sock.fail-$1"
}

hook_works() { # pause-writes|resume-writes|notify
	rm -f "$T/run/load.sock.fail-$1"
}

# --- the verdict ------------------------------------------------------------------------

judge() { # OPTION...
	"$JUDGE" --root "$ROOT" --ledger "$T/ledger" --sandbox "$SANDBOX" --seeds "$SEEDS" "$@"
}

# Replication comes to rest, then every promise must have been kept.
judge_must_pass() { # OPTION... of judge
	await sandbox_is_quiet "${QUIET_LIMIT:-90}"
	judge "$@" || fail "the judge says no"
}

