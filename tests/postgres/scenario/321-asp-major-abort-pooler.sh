#!/bin/sh
# The same as 320 behind PgBouncer: aborted while the swap is prepared, and after it, its clients
# end at the old active again, meet no error, and nothing is left beside the pooler's file.
NAME=321-asp-major-abort-pooler POOLED=1 STEPS=${STEPS:-5f5 5g1 6k} exec "${0%/*}/320-asp-major-abort.sh"
