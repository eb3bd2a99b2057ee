#!/bin/sh
# An active standby pair with automatic ports gets static ones while applications commit: check
# refuses the major upgrade without them, asp-ports makes standby and subscribers anew, those side
# by side, and the major upgrade goes through afterwards. Aborted before the scheme is changed first.
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

scenario 130-asp-ports
needs_daemon
early_knob time_scale "$PACE"
sandbox_up --auto-ports
pair_config --gates none --limit write_pause=10s
load_start --rate 200
daemon_start
await pair_is_seen 30
ctl_gives 8 start sales --to "$NEW_RELEASE"
grep -q ports.static "$T/ctl.out" || fail "automatic ports are no blocker"

ports() { # OPTION...
	ctl start sales --to "$OLD_RELEASE" --procedure asp-ports "$@" >/dev/null ||
		fail "asp-ports was refused: $(cat "$T/ctl.out")"
}

ports --gates every-step
walk_to 2 90
steer abort sales --yes
await 'upgrade_is aborted attention' 90
upgrade_is aborted || fail "abort: $(attention)"
await serves_as_before

ports --option parallel_subscribers=all
await 'upgrade_is completed attention' 120
upgrade_is completed || fail "$(attention)"
serves_as_before || fail "roles are not as before"
[ "$(saw_count '.event == "role" and .to == "ACTIVE"')" -eq 0 ] || fail "the active changed"
ctl_now --json show "$(last_upgrade .id)" | jq -e '
	def of($name): [.steps[] | select((.title | contains($name)) and .started_at != null)] |
		{ from: (map(.started_at) | min), until: (map(.ended_at) | max) };
	of("subscriber1") as $a | of("subscriber2") as $b |
	$a.from != null and $a.from < $b.until and $b.from < $a.until' >/dev/null ||
	fail 'subscribers were made anew one after another'

# The next one is estimated by what this one took; subscribers have their turns as one wants.
done=$(ctl_now --json history sales | jq '[.upgrades[] | select(.state == "completed")][0].id')
ctl_now --json plan sales --to "$OLD_RELEASE" --procedure asp-ports \
	--option subscribers=subscriber2 >"$T/plan.json"
jq -e --argjson id "$done" '[.steps[] | select(.id == "duplicate")] |
	length == 3 and all(.[]; .estimate_upgrade == $id and .estimate_ms > 0)' "$T/plan.json" >/dev/null ||
	fail "estimates: $(jq -c '[.steps[] | [.id, .estimate_ms, .estimate_upgrade]]' "$T/plan.json")"
[ "$(jq -r '[.steps[] | select(.id == "duplicate") | .member] | join(" ")' "$T/plan.json")" = \
	'master2 subscriber2 subscriber1' ] || fail 'subscribers do not come in the order that was asked for'
[ "$(ctl_now --json plan sales --to "$OLD_RELEASE" --procedure asp-ports \
	--option parallel_subscribers=all | jq .estimate_ms)" -lt "$(jq .estimate_ms "$T/plan.json")" ] ||
	fail 'the estimate is the same side by side'
ctl_gives 2 plan sales --to "$OLD_RELEASE" --procedure asp-ports --option subscribers=master1

start
retry_until_completed 120 0
prove
say "static ports, then another major release; nothing lost"
