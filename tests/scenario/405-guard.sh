#!/bin/sh
# The daemon and its guard are killed together at a chance moment of the pause, or every connection
# to the hosts is cut: nobody comes back until the lease is over. The guard on the host of the active
# makes it active again, or, when it was decided that the other takes over, makes that one active:
# exactly one database takes writes, within write_pause since the pause was opened. When the daemon is back the swap is
# taken back or ended by itself. After each swap an abort swaps back, and is struck as well. Nothing is lost.
#
#	ROUNDS=n  how many pauses are struck, those that begin at the gate right behind the fence: before
#	          the decision, and every second time between the decision and the activation
#	MARGIN=ms what a busy machine may take longer
#	CUT=part  the daemon lives, but nothing passes between it and the hosts
#	CUT=mute  the same, but what it sends still arrives
#	CUT=dead  the daemon is killed, too, and its guard becomes it
#	GUARD_LOGIN=jump  from master to master by way of the first subscriber's host
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

: "${ROUNDS:=4}" "${CUT:=0}" "${MARGIN:=2000}"
LEASE=3
: "${GUARD_LOGIN:=yes}"
case $CUT in
0) KEEPER=1 ;;
dead) HOSTS=each LEASE=5 KEEPER=1 ;;
*) HOSTS=each LEASE=4 ;;
esac
scene "${NAME:-405-guard}" --gates before-swap,before-destroy --limit write_pause=${LEASE}s \
	${PAIR_OPTIONS:-}

pauses() {
	grep -c 'text="write pause opens"' "$T/upgraded.log"
}

# Who is about to die: the daemon, and its guard.
daemons() {
	for entry in $(grep -lsF -e "$CONF" /proc/[0-9]*/cmdline); do
		tr '\0' ' ' 2>/dev/null <"$entry" | grep -qF -e "$UPGRADED -c $CONF" -e "-k $T/run/state" || continue
		entry=${entry%/cmdline}
		echo "${entry#/proc/}"
	done
}

cut() {
	case $CUT in
	0)
		# shellcheck disable=SC2086 # numbers
		kill -9 $victims
		DAEMON_PID=''
		;;
	dead)
		kill -9 "$DAEMON_PID"
		DAEMON_PID=''
		for host in master1host master2host; do "$HOSTS_SH" part "$T/hosts" $host -; done
		;;
	*) for host in master1host master2host; do "$HOSTS_SH" "$CUT" "$T/hosts" $host -; done ;;
	esac
}

mend() {
	case $CUT in
	0) daemon_start ;;
	dead)
		for host in master1host master2host; do "$HOSTS_SH" join "$T/hosts" $host -; done
		daemon_start
		;;
	*) for host in master1host master2host; do "$HOSTS_SH" join "$T/hosts" $host -; done ;;
	esac
}

# A decision that cannot be written yet: the daemon stands behind the fence, before the decision.
stall() {
	for file in "$T"/run/jobs/*/guard-*/decided; do
		rm "$file" && mkfifo "$file"
	done
}

stalled() {
	for file in "$T"/run/jobs/*/guard-*/decided; do
		[ -p "$file" ] || return 1
	done
}

# As if nothing had been decided, or as if the daemon had come to write its word and no further.
unstall() {
	stalls=$((stalls + 1))
	for file in "$T"/run/jobs/*/guard-*/decided; do
		if [ $((stalls % 2)) -eq 1 ]; then echo committed; fi >"$file.new"
		mv "$file.new" "$file"
	done
}

# Behind the fence, where the decision was stalled; else up to 400 ms after the pause was opened.
strike() {
	AWAIT_STEP=0.005
	await '[ "$(pauses)" -gt "$paused" ]' 120
	opened=$(date +%s%N)
	AWAIT_STEP=0.05
	if stalled; then
		await '[ -z "$(actives)" ]' $LEASE
		cut
		unstall
	else
		roll 400
		sleep "0.$(printf '%03d' "$DICE")"
		cut
	fi
}

decided() {
	for file in "$T"/run/jobs/*/guard-*/decided; do
		[ ! -s "$file" ] || head -n 1 "$file"
	done
}

begin() {
	case $(pair_json '.upgrade.state // "none"') in
	gated | attention) ;;
	*)
		start
		await 'gate_is before-swap' 120
		;;
	esac
	await '[ "${KEEPER:-0}" != 1 ] || [ "$(daemons | wc -l)" -eq 2 ]' 30
	victims=$(daemons)
	! gate_is before-swap || stall
	paused=$(pauses || :)
	into_the_pause
}

start
settle
round=0 stalls=0 most=0 late=0
while [ $round -lt "$ROUNDS" ]; do
	round=$((round + 1))
	begin
	strike
	limit=$(($(date +%s) + LEASE + 15))
	until one_active; do
		[ "$(date +%s)" -lt $limit ] || fail "round $round: active: $(actives); decided: $(decided)"
		sleep 0.05
	done
	# Whoever paused the applications lets them go on: who would run the hook is dead.
	[ "$CUT" != 0 ] || loadctl resume-writes >/dev/null
	served_again 20
	load_goes_on 20
	say "round $round: $(actives) serves after $took ms; decided: $(decided | tr '\n' ' ')"
	mend
	settle
	one_active || fail "round $round: active: $(actives)"
	say "round $round: $(actives): $(pair_json '.upgrade | .state + " " + (.gate.id // "")') $(attention)"
	load_goes_on 20
	prove_now
done
struck_enough
await '[ -z "$(ls -d "$T"/run/jobs/*/guard-* 2>/dev/null)" ]' 60
say "struck $ROUNDS times, served again after at most $most ms of $LEASE s, $late times later; no guard is left"
