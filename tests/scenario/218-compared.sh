#!/bin/sh
# Nobody documents who sends a subscriber the rows that a migrated standby has from its image. Here
# nobody does: a subscriber that was cut off meanwhile lacks rows when applications are on the new
# release. It is told before the old active is destroyed; who says retry goes on, and the
# subscriber is made anew. (That nothing is told of subscribers that have it all: 100, 212.)
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

cut_off() { # 1|0
	for host in master1host master2host; do
		sandbox_knob "partition.$host>sub1host" "$1"
		sandbox_knob "partition.sub1host>$host" "$1"
	done
}

# What may be undone is not done yet: the old active is there.
before_destroy() {
	attention_says 'step 9\.5,.*rows differ: [0-9]+ at subscriber1, needed (about )?[0-9]+ rows in ' &&
		[ "$(saw_count '.event == "destroy" and .store == "master1"')" -eq 0 ]
}

scenario "218-compared"
early_knob image_rows nobody
APPS='--rate 80' scene "$SCENARIO" --gates before-standby,before-swap
start
await 'gate_is before-standby' 60
cut_off 1
load_goes_on 200
ctl advance sales >/dev/null
await 'gate_is before-swap' 120
cut_off 0
load_goes_on 200
ctl advance sales >/dev/null
await 'upgrade_is attention completed' 120
before_destroy || fail "$(pair_json .upgrade.state): $(attention)"
remedy_is_given || fail "no remedy"
told=$(attention)
ctl retry sales >/dev/null
await 'upgrade_is attention completed' 180
upgrade_is completed || fail "retried: $(attention)"
last_upgrade '.record | join("\n")' >"$T/record"
for words in 'subscriber1 was gone on with although it differs' 'subscriber2 has the rows of the active'; do
	grep -q "$words" "$T/record" || fail "the record says: $(cat "$T/record")"
done
prove
say "told: ${told%% | *}"
