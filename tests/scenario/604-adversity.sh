#!/bin/sh
# What nobody promises about the tools, in groups: slow agents and slow states, copies and
# restores that die half-way, marks that clear themselves, answers in other words. The upgrade
# completes; a person is needed only where the story says so. Odd words come with the marks.
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

[ -n "${VARIANT:-}" ] || {
	variants slow dies marks refuses
	exit 0
}
tries=0
scenario "604-adversity-$VARIANT"
case $VARIANT in
slow) # times are quartered by the pace
	early_knob state_latency 4000..8000
	early_knob recovering 16000..20000
	early_knob role_delay 2000..4000
	;;
marks)
	early_knob mark_clear 100..200
	early_knob duplicate_skips_recovering 1
	early_knob agent_stop 4000..6000
	;;
refuses)
	early_knob promote_with_live_active deny
	early_knob deactivate_idle refuse
	early_knob deactivate_running refuse
	early_knob wait_unknown error
	early_knob wait_open_transaction error
	early_knob grid_column AVAILABLE
	;;
esac
scene "$SCENARIO" --gates none --limit write_pause=10s
case $VARIANT in
slow)
	sandbox_knob agent_slow_stop 6000
	sandbox_knob repstop async
	sandbox_knob slow 400
	;;
dies)
	sandbox_knob duplicate_fail 2
	sandbox_knob migrate_fail 1
	sandbox_knob daemon_start_fails 1
	echo 4711 >"$ROOT/hosts/master1host/opt/$NEW/info/timestend.pid" # left by one that died
	tries=2
	;;
refuses)
	sed -i 's/^AutoCreate = 1/AutoCreate = 0/' "$ROOT"/hosts/*/opt/"$NEW"/conf/sys.odbc.ini
	tries=2
	;;
marks)
	sandbox_knob wording 'crlf database blank_lines no_final_newline noise warning odd'
	sandbox_knob errors_on_stdout 1
	;;
esac
start
retry_until_completed 180 $tries
prove
say "$VARIANT: completed, nothing lost"
