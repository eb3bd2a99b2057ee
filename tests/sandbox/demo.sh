#!/bin/sh
# A pair with two subscribers goes from 11.2.2 to 22.1 while applications commit, on simulated
# hosts below a temporary folder. The daemon and its client are the real ones.
#
#   demo.sh BUILD_DIR
#
# Ends with the proof: what applications were told is committed against what is there, and
# the longest time that they had to wait. Exit status 0 when nothing is missing.
set -eu

abs_top_builddir=$(cd "${1:-.}" && pwd)
abs_top_srcdir=$(cd "$(dirname "$0")/../.." && pwd)
export abs_top_builddir abs_top_srcdir
SEEDS=2000
RATE=${RATE:-300}
# shellcheck source=../scenario/lib.sh
. "$abs_top_srcdir/tests/scenario/lib.sh"

if [ -t 1 ]; then bold=$(printf '\033[1m') plain=$(printf '\033[0m'); else bold='' plain=''; fi
say() {
	printf '%s\n' "$*"
}
part() {
	printf '\n%s%s%s\n' "$bold" "$*" "$plain"
}

scenario demo
part "1. Four hosts: two masters, two read-only subscribers, release $OLD_RELEASE"
sandbox_up
pair_config --gates none
sandbox status | awk 'NF == 4 && /tt1122/ { h = $1 } /agent/ && !seen[$1]++ { printf "   %-12s on %-12s %s\n", $1, h, $2 }'

part "2. Applications commit $RATE transactions a second, all the time"
load_start --rate "$RATE"
say "   $(load_number committed) committed so far"

part "3. The daemon looks at the pair: what would stop an upgrade to $NEW_RELEASE?"
daemon_start
await 'role_seen=$(pair_json .active); [ "$role_seen" = master1 ]' 30
ctl check sales --to "$NEW_RELEASE" | sed 's/^/   /' || :

part "4. The upgrade"
say "   \$ upgradectl start sales --to $NEW_RELEASE"
ctl_now start sales --to "$NEW_RELEASE" --wait || result=$?
: "${result:=0}"
ctl_now show "$(pair_json .upgrade.id)" >"$T/show.out" 2>&1 || :

part "5. The proof"
load_goes_on 100 30
load_stop
await sandbox_is_quiet 90
verdict=0
judge >"$T/judge.out" || verdict=$?
sed 's/^/   /' "$T/judge.out"

part "6. The record (upgradectl show): who asked, what ran, when"
sed 's/^/   /' "$T/show.out" | head -n "${LINES_SHOWN:-70}"

part "Write pause: $(ctl_now --json history sales | jq -r '.upgrades[0].write_pause_ms') ms; releases now:"
ctl_now status sales | sed 's/^/   /'
[ "$result" -eq 0 ] || fail "the upgrade ended with $result"
[ "$verdict" -eq 0 ] || fail "the judge says no"
daemon_stop
