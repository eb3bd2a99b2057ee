#!/bin/sh
# Agents and databases that would come back by themselves: the policies "always" and "manual"
# of every member are changed for the upgrade, and are what they were at its end.
set -eu

if [ -z "${VARIANT:-}" ]; then
	variants='always'
	[ "${SOAK:-0}" = 0 ] || variants='always manual mixed'
	for variant in $variants; do
		VARIANT=$variant sh "$0"
	done
	exit
fi

# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

# The policies of the four members: RAM and replication, one after the other.
case $VARIANT in
always) set -- always always always always always always always always ;;
manual) set -- manual manual manual manual manual manual manual manual ;;
mixed) set -- manual always always manual inuse always manual manual ;;
esac

scene "215-policies-$VARIANT" --gates none
set_policies master1host master1 "$1" "$2"
set_policies master2host master2 "$3" "$4"
set_policies sub1host subscriber1 "$5" "$6"
set_policies sub2host subscriber2 "$7" "$8"
await pair_is_seen
policies_must_be sub1host "$OLD" subscriber1 "$5" "$6"
start
retry_until_completed 180 0
policies_must_be master1host "$NEW" master1 "$1" "$2"
policies_must_be master2host "$NEW" master2 "$3" "$4"
policies_must_be sub1host "$NEW" subscriber1 "$5" "$6"
policies_must_be sub2host "$NEW" subscriber2 "$7" "$8"
prove
