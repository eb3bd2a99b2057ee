#!/bin/sh
# The story of 502, by a dump.
METHOD=dump
export METHOD
. "${srcdir:-.}/tests/postgres/scenario/502-offline-migrate.sh"
