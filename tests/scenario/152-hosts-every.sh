#!/bin/sh
# Scenarios once more, with every host in a network namespace of its own, reached by ssh. A person
# runs it, in the folder of the build.
#
#	STORIES='100-asp-major ...'  these
: "${STORIES:=100-asp-major 110-asp-patch 111-asp-patch-abort 112-asp-patch-resume 113-cache-groups 120-in-place 121-offline 122-convert 123-client-server 130-asp-ports 160-bidirectional 161-bidirectional-abort 163-replicated-major 164-client-server-online 217-side-by-side 400-resume 402-kill-in-pause 404-lease 405-guard 500-abort}"
failed=
for story in $STORIES; do
	status=0
	HOSTS=each "${0%/*}/$story.sh" || status=$?
	[ $status -ne 77 ] || exit 77
	echo "152-hosts-every: $story: $status"
	[ $status -eq 0 ] || failed="$failed $story"
done
[ -z "$failed" ] || {
	echo "152-hosts-every: FAILED:$failed"
	exit 1
}
