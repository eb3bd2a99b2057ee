/*
 * The shell of a member: engine.shell. Its commands are lines of POSIX sh, run together in
 * one shell that stays on the member's host, as the user of the host's run_as, and that
 * knows the functions of host.sh. Words are made safe for it by buf_add_shell(). Its exit
 * status is that of the last command.
 */
#ifndef UD_ENGINE_POSTGRES_HOST_H
#define UD_ENGINE_POSTGRES_HOST_H

#include "daemon/model/engine.h"

extern const struct dialect pg_shell;

#endif
