#!/bin/sh
# The new release keeps its databases elsewhere and knows them by other DSNs: dsn_new, store,
# path and path_new. And each of these DSNs names a user of its own, whom no database knows.
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

# DSNs old_NAME and next_NAME beside the sandbox's own, in every instance.
more_dsns() {
	for home in "$ROOT"/hosts/*/opt/*; do
		find "$home" -name 'sys.odbc.ini' | while read -r file; do
			case $home in
			*/"$OLD") prefix=old_ ;;
			*) prefix=next_ ;;
			esac
			sed "s/^\[\([a-z]*[0-9]\)\]/[$prefix\1]\nUID = app\nPWD = of-app/" "$file" >"$file.more"
			cat "$file.more" >>"$file"
			rm "$file.more"
		done
	done
}

# Each member says all that there is to say.
say_all() {
	for name in master1 master2 subscriber1 subscriber2; do
		old=$(find "$ROOT"/hosts/*/opt/"$OLD" -name sys.odbc.ini -exec \
			sed -n "/^\[$name\]/,/^\[/s/^DataStore *= *//p" {} + | grep "/$name\$" | head -n 1)
		new=$(find "$ROOT"/hosts/*/opt/"$NEW" -name sys.odbc.ini -exec \
			sed -n "/^\[$name\]/,/^\[/s/^DataStore *= *//p" {} + | grep "/$name\$" | head -n 1)
		[ -n "$old" ] && [ -n "$new" ] && [ "$old" != "$new" ] ||
			fail "paths of $name: '$old' and '$new'"
		sed -i "s#dsn = \"$name\"#dsn = \"old_$name\"  dsn_new = \"next_$name\"  store = \"$name\"  path = \"$old\"  path_new = \"$new\"#" \
			"$T/run/pairs.d/sales.conf"
	done
}

scenario 213-paths
needs_daemon
early_knob time_scale "$PACE"
sandbox_up --new-path
pair_config --gates none
more_dsns
say_all
load_start --rate 200
daemon_start
await pair_is_seen
start
retry_until_completed 120 0
for name in old_master1 next_master1; do
	saw_count "(.argv // []) | any(contains(\"DSN=$name\") and contains(\"UID=;PWD=;PWDCrypt=\"))" |
		grep -qv '^0$' || fail "no tool was called with the DSN $name, as nobody"
done
prove
