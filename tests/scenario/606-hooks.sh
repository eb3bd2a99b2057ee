#!/bin/sh
# Hooks of the site that fail or hang. A pause that fails is taken back; a resume that fails
# needs attention, because applications stand still; both say what to do, and retry completes.
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

scene 606-hooks --gates none --limit write_pause=3s
hook_fails pause-writes 'pooler does not answer'
start
await 'upgrade_is attention completed' 90
attention_says 'pooler does not answer|pause' || fail "attention says: $(attention)"
remedy_is_given || fail "attention without a remedy"
one_active master1 || fail "active: $(actives)"
load_goes_on 100
hook_works pause-writes

hook_fails resume-writes 'no such pooler'
steer retry sales
await 'attention_says "no such pooler|resume|write"' 90
one_active || fail "active: $(actives)"
remedy_is_given || fail "attention without a remedy"
hook_works resume-writes
steer retry sales
retry_until_completed 120 3
prove
say "pause failed: taken back; resume failed: told; retry completed"
