#!/bin/sh
# The same as 147 behind a pooler: its clients go on within the lease, too, and see a stall.
NAME=148-lease-pooler POOLED=1 ROUNDS=${ROUNDS:-3} exec "${0%/*}/147-lease.sh"
