#!/bin/sh
# Scenarios once more, with every member on a host of its own that is reached by ssh.
#
# Not here: those that are about one host (147 is 161 there).
#
#	STORIES='100-asp-patch ...'  these
: "${STORIES:=100-asp-patch 101-asp-patch-pooler 103-asp-patch-setting 110-asp-patch-swap-back 120-asp-patch-abort 130-pooler-hangs 131-pooler-dies 140-guard 141-active-crashes 142-promoted-by-hand 143-asp-patch-killed 145-full-disk 300-asp-major 304-side-by-side 320-asp-major-abort 340-asp-major-killed 500-move-directory 501-offline-backup 502-offline-migrate 503-offline-dump 504-move-host 505-single 506-offline-pooler 510-offline-killed}"
failed=
for story in $STORIES; do
	status=0
	HOSTS=each "${0%/*}/$story.sh" || status=$?
	[ $status -ne 77 ] || exit 77
	echo "190-hosts-every: $story: $status"
	[ $status -eq 0 ] || failed="$failed $story"
done
[ -z "$failed" ] || {
	echo "190-hosts-every: FAILED:$failed"
	exit 1
}
