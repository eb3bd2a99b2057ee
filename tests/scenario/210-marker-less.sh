#!/bin/sh
# No marker table: waits and log positions must prove that everything arrived, and check says
# that it would rather have one.
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

scene 210-marker-less --gates none --no-marker
ctl check sales --to "$NEW_RELEASE" >"$T/check.out"
grep -q marker "$T/check.out" || fail "check says nothing of the marker table"
start
retry_until_completed 120 0
prove
