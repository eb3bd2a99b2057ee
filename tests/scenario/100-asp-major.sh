#!/bin/sh
set -eu
# shellcheck source=lib.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/lib.sh"

scenario 100-asp-major
sandbox_up
pair_config --gates none
load_start --rate 300
daemon_start
await '[ "$(pair_json .active)" = master1 ]'
ctl start sales --to "$NEW_RELEASE"
await 'upgrade_is completed' 120
load_goes_on 100
load_stop
judge_must_pass
