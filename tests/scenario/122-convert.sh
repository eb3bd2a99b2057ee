#!/bin/sh
# The stories of 121-offline.sh with conversions on the way: other bits, another character set,
# the data types of Oracle.
set -eu
for variant in change-bits convert-charset convert-types; do
	VARIANT=$variant sh "$(dirname "$0")/121-offline.sh"
done
