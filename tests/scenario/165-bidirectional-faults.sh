#!/bin/sh
# What may go wrong in online-bidirectional, a sandbox each. Nothing may be lost, and whatever needs
# a person says what to do.
#
#  undisciplined  somebody writes to the side that is worked on, after it was drained: it is seen
#                 before anything is saved, and abort leads back with his rows
#  threshold      the log for the side that is worked on is given up: it is not said to go on
#                 without it, and abort makes that side anew
#  slow           states take ten seconds to be in force, agents end late
#  migrate        a restore fails half way, twice
#  stays          applications do not leave where they were: it waits, and goes on when they do
#  cut            the hosts do not reach each other for a while
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

if [ -z "${VARIANT:-}" ]; then
	variants undisciplined threshold slow migrate stays cut
	exit 0
fi
CREATE=--new-path
as_before() {
	[ "$(pair_json '[.members[] | .name + "=" + .role + "=" + .release] | join(" ")')" = \
		"master1=active=$OLD_RELEASE master2=standby=$OLD_RELEASE" ]
}
give_up() {
	steer abort sales --yes
	await 'upgrade_is aborted attention' 120
	upgrade_is aborted || fail "abort: $(attention)"
	await as_before 30
}
completes() {
	await 'upgrade_is completed attention' "${1:-200}"
	upgrade_is completed || fail "$(attention)"
}
statement() { # HOST INSTANCE DSN TEXT
	tt "$1" "$2" ttIsql -v1 -e "$4; exit" "DSN=$3;AutoCreate=0" 2>&1
}

[ "$VARIANT" != slow ] || PACE=1
scene_classic "165-bidirectional-$VARIANT" --gates none --new-path --limit write_pause=20s
case $VARIANT in
undisciplined)
	start --gates every-step
	walk_to 4a 90
	statement master2host $OLD master2 "insert into app.items values(7, 7, 'late', 1)" >/dev/null
	steer advance sales
	await 'attention_says "wrote|drain"' 60
	give_up
	await '[ "$(statement master1host $OLD master1 "select count(*) from app.items" | tr -dc 0-9)" = 1 ]' 30
	start
	completes
	;;
threshold)
	# A few kilobytes of log a file, and no more than three of them.
	for n in 1 2; do
		tt master${n}host $OLD ttAdmin -repStop master$n >/dev/null
	done
	for n in 1 2; do
		statement master${n}host $OLD master$n \
			'alter replication repl.repscheme alter store master2 on "master2host" set failthreshold 3' >/dev/null
	done
	for n in 1 2; do
		tt master${n}host $OLD ttAdmin -repStart master$n >/dev/null
	done
	start --gates every-step
	walk_to 11 120
	sandbox_knob log_file_bytes 20000
	await 'saw ".event == \"hold_dropped\"" | grep -q FAILTHRESHOLD ||
		{ tt master1host $OLD ttAdmin -repStart master1 >/dev/null; false; }' 30
	sandbox_knob log_file_bytes 64000000
	steer advance sales --all
	await 'attention_says "FAILTHRESHOLD|gave up|anew|kept"' 60
	give_up
	[ "$(saw_count '.event == "duplicate_ended"')" -eq 1 ] || fail "master2 was not made anew"
	;;
slow)
	sandbox_knob state_latency 10000
	sandbox_knob agent_slow_stop 8000
	start
	completes 400
	;;
migrate)
	sandbox_knob migrate_fail 2
	start
	completes
	;;
stays)
	start --gates before-second
	await 'gate_is before-second' 120
	ctl advance sales >/dev/null
	# A client of the other side, while it is to be alone.
	tt master1host $OLD ttIsql -v1 "DSN=master1;AutoCreate=0" <<-END >/dev/null 2>&1 &
		host sleep 1;
		exit;
	END
	completes
	;;
cut)
	start --gates before-second
	await 'step_is 12 || step_is 11b || step_is 11a || gate_is before-second' 120
	sandbox_knob 'partition.master1host>master2host' 1
	sandbox_knob 'partition.master2host>master1host' 1
	load_goes_on 500
	sandbox_knob 'partition.master1host>master2host' 0
	sandbox_knob 'partition.master2host>master1host' 0
	await 'gate_is before-second || upgrade_is attention' 120
	gate_is before-second || fail "$(attention)"
	steer advance sales --all
	completes
	;;
esac
prove_classic
say "$VARIANT: nothing lost"
