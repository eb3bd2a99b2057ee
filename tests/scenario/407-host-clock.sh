#!/bin/sh
# The clocks of the hosts are an hour ahead (or behind: AHEAD=-3600) of the daemon's: jobs there are
# found again after a restart, limited and timed as ever, for only differences of one clock count.
# What a host says of its time, `date` and the times of its files, is moved for whoever comes by ssh.
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

: "${AHEAD:=3600}"
scenario 407-host-clock
mkdir "$T/clock"
for tool in date stat; do
	cat >"$T/clock/$tool" <<-END
		#!/bin/sh
		PATH=\${PATH#$T/clock:}
		$tool "\$@" | awk '{
			for (i = 1; i <= NF; i++)
				if (\$i ~ /^1[0-9]+[.][0-9]+$/)
					\$i = sprintf("%.3f", \$i + $AHEAD)
			print
		}'
	END
	chmod +x "$T/clock/$tool"
done
TRANSPORT=ssh SSHD_OPTIONS="SetEnv=SHLVL=3 PATH=$T/clock:$PATH"
scene 407-host-clock --gates before-swap
[ "$(ssh -F "$T/ssh/ssh_config" far 'date +%s.%3N' | cut -d . -f 1)" -gt $(($(date +%s) + AHEAD - 60)) ] ||
	skip 'the sshd does not let us move the clock'
began=$(date +%s)
start
await 'step_is 3 || step_is 3f || gate_is before-swap' 120
daemon_kill9
daemon_start
await 'gate_is before-swap' 180
ctl_now --json show "$(upgrade_id)" >"$T/show.json"
id=$(upgrade_id)
curl -sS --unix-socket "$T/run/control.sock" "http://localhost/v1/upgrades/$id/commands" >"$T/commands.json"
ended=$(date +%s)
jq -r '.commands[] | select(.kind == "job") | [.number // .step, .started_at, .ended_at] | @tsv' "$T/commands.json" |
	while read -r step from to; do
		for at in "$from" "$to"; do
			at=$(date -d "$at" +%s)
			[ "$at" -ge $((began - 5)) ] && [ "$at" -le $((ended + 5)) ] ||
				fail "step $step: $from to $to is not between $began and $ended"
		done
	done
ctl advance "$PAIR" >/dev/null
await 'upgrade_is completed attention' 240
upgrade_is completed || fail "attention: $(attention)"
prove
nothing_twice
say "jobs in their time, with clocks $AHEAD s ahead"
