#!/bin/sh
# While a database is exported people see how far that is: the size of the file, how much there
# will be of it, and the time that is left.
set -eu
SEEDS=${SEEDS:-3000}
# shellcheck source=single.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/single.sh"

measured() { # MEMBER
	pair_json ".upgrade.measured.$1 // 0"
}

single_scene 203-progress resize --gates none
sandbox_knob master1host/master1.migrate_rate 300
single_start
await '[ "$(measured bytes)" -gt 0 ]' 60
first=$(measured bytes)
await '[ "$(measured bytes)" -gt "$first" ]' 60
await '[ "$(measured left_ms)" -gt 0 ]' 60
ctl_now status sales >"$T/status"
grep -Eq '^  made +[0-9.]+ MiB( of about [0-9.]+ MiB|, [0-9]+ of [0-9]+ rows), [0-9]+ %, .* to go$' "$T/status" ||
	fail "status: $(cat "$T/status")"
[ "$(measured of_bytes)" -gt "$first" ] || fail "of $(measured of_bytes) bytes"
sandbox_knob master1host/master1.migrate_rate 0
await 'upgrade_is completed attention' 120
upgrade_is completed || fail "$(attention)"
[ "$(pair_json '.upgrade.measured')" = null ] || fail 'something is measured when all is over'
prove_single --expect "$COPY"
say "$first bytes, then more"
