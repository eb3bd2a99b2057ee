#!/bin/sh
# The same as 405 on hosts with a network between them: every connection of the supervisor, which
# lives, is cut at a chance moment of the pause.
NAME=153-guard-hosts CUT=${CUT:-part} ROUNDS=${ROUNDS:-2} exec "${0%/*}/405-guard.sh"
