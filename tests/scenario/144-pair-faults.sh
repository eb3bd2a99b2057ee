#!/bin/sh
# Faults in the procedures of pairs besides asp-major, which has 600 to 610. Tools that lie, die or
# are slow, a main daemon that dies, hosts that do not reach each other, a hook that fails: it
# completes by itself, or says what is wrong with a remedy and completes by retry. Nothing is
# lost, and no file is left.
#
#	SOAK=1  every fault in every procedure;  VARIANT=FAULT:PROCEDURE  this one
set -eu

[ -n "${VARIANT:-}" ] || {
	set -- dies:asp-ports
	[ "${SOAK:-0}" != 1 ] || {
		set --
		for procedure in asp-patch asp-ports online-bidirectional in-place-bidirectional \
			replicated-major asp-major:cache asp-patch:cache asp-ports:cache; do
			for fault in lies lies-fail dies slow daemon cut hook; do
				set -- "$@" "$fault:$procedure"
			done
		done
	}
	for VARIANT; do
		export VARIANT
		sh "$0"
	done
	exit
}
# shellcheck source=pairs.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/pairs.sh"

FAULT=${VARIANT%%:*}
gates=none
case $FAULT in
daemon | cut) gates=every-step ;;
esac
pair_scene "144-$FAULT-${VARIANT#*:}" "${VARIANT#*:}" --gates $gates --limit agent_stop=15s

# Steps that have a gate, and of these the one behind so many hundredths of them.
step_at() { # PERCENT
	plan '.steps[] | select(.gate != null).number' >"$T/steps"
	sed -n "$((($(wc -l <"$T/steps") * $1) / 100 + 1))p" "$T/steps"
}

# A person sees to what does not run; under the policy manual agents do not start, and databases
# are not loaded, by themselves.
daemons_run() {
	for home in "$ROOT"/hosts/*/opt/*; do
		instance=${home##*/} host=${home%/opt/*}
		tt "${host##*/}" "$instance" ttDaemonAdmin -start -force >/dev/null 2>&1 || :
	done
	case $PROCEDURE in
	asp-patch | in-place-bidirectional | replicated-major)
		tt master2host $OLD ttAdmin -ramLoad master2 >/dev/null 2>&1 || :
		tt master2host $OLD ttAdmin -repStart master2 >/dev/null 2>&1 || :
		;;
	esac
}

# Whatever is done then, applications go on; those of replicated-major stand still.
they_go_on() { # HOW MANY
	[ "$PROCEDURE" = replicated-major ] || load_goes_on "$1" 60
}

partition() { # 1|0
	sandbox_knob "partition.master1host>master2host" "$1"
	sandbox_knob "partition.master2host>master1host" "$1"
}

case $FAULT in
lies | lies-fail)
	for u in ttAdmin-repStop ttAdmin-repStart ttAdmin-ramLoad ttAdmin-ramUnload ttAdmin-ramPolicy \
		ttMigrate ttDestroy ttRepAdmin ttDaemonAdmin ttRepStop ttRepStart ttRepStateSet ttRepDeactivate; do
		sandbox_knob "exit_$(echo "$FAULT" | tr - _).$u" 1
	done
	begin
	;;
dies)
	sandbox_knob migrate_rate 2000
	sandbox_knob duplicate_rate 2000
	sandbox_knob kill_after_ms 100
	for u in ttMigrate ttRepAdmin ttDestroy ttAdmin-repStop ttAdmin-repStart; do
		sandbox_knob kill.$u 1
	done
	sandbox_knob migrate_fail 1
	sandbox_knob duplicate_fail 1
	begin
	;;
slow)
	sandbox_knob state_latency 10000..20000 # quartered by the pace
	sandbox_knob agent_slow_stop 12000
	sandbox_knob repstop async
	sandbox_knob role_delay 4000
	sandbox_knob slow 400
	begin
	;;
daemon) # the one of the host that is worked on, at a third of the way
	begin
	walk_to "$(step_at 33)" 120
	sandbox kill-daemon master2host $OLD || sandbox kill-daemon master2host $NEW || :
	ctl advance sales --all >/dev/null || fail "advance: $(cat "$T/ctl.out")"
	they_go_on 100
	[ "${CLASSIC:-no}" = yes ] || one_active
	daemons_run
	;;
cut)
	begin
	walk_to "$(step_at 40)" 120
	partition 1
	ctl advance sales --all >/dev/null || fail "advance: $(cat "$T/ctl.out")"
	they_go_on 300
	[ "$(actives | wc -l)" -le 2 ] || fail "actives: $(actives)"
	partition 0
	;;
hook)
	hook_fails pause-writes 'pooler does not answer'
	begin
	await 'upgrade_is attention completed' 120
	! upgrade_is attention || {
		attention_says 'pooler does not answer' || fail "attention says: $(attention)"
		they_go_on 50
		hook_works pause-writes
		hook_fails resume-writes 'no such pooler'
		steer retry sales
		await 'attention_says "no such pooler" || upgrade_is completed' 120
		hook_works resume-writes
		! upgrade_is attention || steer retry sales
	}
	;;
esac
retry_until_completed 200 6
is_done
say "$VARIANT: completed, nothing lost"
