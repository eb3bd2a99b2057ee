#!/bin/sh
# The same as 147 on hosts with a network between them: every connection of the supervisor, which
# lives, is cut at a chance moment of the pause. Applications are paused by a hook, so that they
# go on when the daemon says so, which sees no host then.
NAME=161-lease-hosts HOOKS=${HOOKS:-1} CUT=${CUT:-part} ROUNDS=${ROUNDS:-2} exec "${0%/*}/147-lease.sh"
