#!/bin/sh
# A host is rebooted in the middle of a job that it runs: an export, a restore, and once with the
# daemon killed at the same time. Its boot id is another then, so that a pid which was given to
# somebody else is not taken for the job: it is gone, what it left half done is cleaned up, and it
# is done again. The upgrade completes, and nothing is lost.
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

[ -n "${VARIANT:-}" ] || {
	variants 3 3f 3f:daemon
	exit 0
}
step=${VARIANT%%:*}
HOSTS=each SEEDS=2000
scene "408-host-reboots-$VARIANT" --gates before-standby,before-swap
[ "${HOSTS_ON:-}" != loopback ] || skip 'hosts on the loopback are not rebooted'
sandbox_knob migrate_rate 400

job_runs() {
	[ "$(pair_json '.upgrade.step | .number + " " + .state')" = "$step running" ] &&
		grep -l . "$T"/run/jobs/master2host/*/pid
}

start
await 'gate_is before-standby' 60
ctl advance "$PAIR" >/dev/null
await job_runs 120
read -r pid began boot <"$(grep -l . "$T"/run/jobs/master2host/*/pid | tail -n 1)"
[ "$VARIANT" = "$step" ] || daemon_kill9
"$HOSTS_SH" reboot "$T/hosts" master2host >"$T/reboot.out" || fail "$(cat "$T/reboot.out")"
sandbox kill-host master2host >/dev/null
now=$(ssh -F "$T/hosts/master2host/ssh_config" far cat /proc/sys/kernel/random/boot_id)
[ "$now" != "$boot" ] || fail 'the boot id is what it was'
job_is_gone() {
	! grep -qs '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$pid/status"
}
await job_is_gone 20 # on a busy machine it takes a while to go: it was of $began
sandbox_knob migrate_rate 100000
sandbox revive-host master2host >/dev/null
for i in "$OLD" "$NEW"; do
	sandbox start master2host "$i" >"$T/start.log" 2>&1 || :
done
[ "$VARIANT" = "$step" ] || daemon_start
retry_is_needed=no
await 'gate_is before-swap || upgrade_is attention' 240
if upgrade_is attention; then
	remedy_is_given || fail "no remedy: $(attention)"
	say "step $step: $(attention)"
	retry_is_needed=yes
	ctl retry "$PAIR" >/dev/null
	await 'gate_is before-swap' 240
fi
ctl_now log "$(upgrade_id)" --step "$step" >"$T/step.log"
grep -q 'exit status unknown' "$T/step.log" || fail "the job was not seen to be gone: $(cat "$T/step.log")"
grep -q 'attempt 2' "$T/step.log" || fail "it was not done again: $(cat "$T/step.log")"
[ "$(ls "$T/run/jobs/master2host" | grep -vc guard)" -eq 0 ] || fail "left: $(ls "$T/run/jobs/master2host")"
ctl advance "$PAIR" --all >/dev/null
await 'upgrade_is completed attention' 240
upgrade_is completed || fail "attention: $(attention)"
prove
say "rebooted in step $step: completed; a person was needed: $retry_is_needed"
