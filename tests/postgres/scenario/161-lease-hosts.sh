#!/bin/sh
# The same as 147 on hosts with a network between them: every connection of the supervisor, which
# lives, is cut at a chance moment of the pause.
NAME=161-lease-hosts CUT=${CUT:-part} ROUNDS=${ROUNDS:-2} exec "${0%/*}/147-lease.sh"
