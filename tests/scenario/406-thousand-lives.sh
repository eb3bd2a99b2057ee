#!/bin/sh
# P4: the daemon is killed and started again and again, at chance moments, during one long job, an
# export that waits until we let it go on. It runs exactly once, and its end is found.
#
#	LIVES=n        how many (1000)
#	TRANSPORT=ssh  the job is on a host that is reached by ssh
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

: "${LIVES:=1000}"
scene 406-thousand-lives --gates before-standby,before-swap --limit migrate=4h

# The tool notes that it was started, and waits.
bin=$ROOT/hosts/master2host/opt/$OLD/bin
mkdir "$bin/real"
mv "$bin/ttMigrate" "$bin/real/"
cat >"$bin/ttMigrate" <<END
#!/bin/sh
echo "\$\$ \$*" >>"$T/begun"
until [ -e "$T/go" ]; do sleep 0.2; done
exec "$bin/real/ttMigrate" "\$@"
END
chmod +x "$bin/ttMigrate"
: >"$T/begun"
begun() {
	wc -l <"$T/begun"
}

start
await 'gate_is before-standby' 60
ctl advance "$PAIR" >/dev/null
lives=0
while [ $lives -lt "$LIVES" ]; do
	daemon_kill9
	lives=$((lives + 1))
	"$UPGRADED" -c "$CONF" -f -G >>"$T/upgraded.log" 2>&1 &
	DAEMON_PID=$!
	# Long lives until it begins, so that it does; some of them end while it is being claimed.
	if [ "$(begun)" -eq 0 ]; then
		roll 20
		for tenth in $(seq 1 $((DICE + 1))); do
			[ "$(begun)" -eq 0 ] || break
			sleep 0.1
		done
	fi
	if [ "${TRANSPORT:-local}" = ssh ]; then roll 400; else roll 90; fi
	sleep "0.$(printf '%03d' "$DICE")"
	[ $((lives % 100)) -ne 0 ] || say "$lives lives, the job was begun $(begun) times"
done
daemon_kill9
daemon_start
await 'step_is 3 && [ "$(begun)" -gt 0 ]' 120
[ "$(begun)" -eq 1 ] || fail "the job was begun $(begun) times"
: >"$T/go"
await 'gate_is before-swap' 240
[ "$(begun)" -eq 1 ] || fail "the job was begun again"
[ "$(saw_count '.event == "migrate_ended" and .way == "save"')" -eq 1 ] || fail 'it did not end once'
say "$LIVES lives: the job was begun once, and its end was found"
ctl advance "$PAIR" >/dev/null
await 'upgrade_is completed attention' 240
upgrade_is completed || fail "attention: $(attention)"
prove
nothing_twice
