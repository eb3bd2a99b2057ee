/*
 * The shell of a master's host: engine.shell. It knows the functions of guard.sh, and is opened
 * when a step wants one, to start and to ask the guard of a fence.
 */
#ifndef UD_ENGINE_TIMESTEN_SHELL_H
#define UD_ENGINE_TIMESTEN_SHELL_H

#include "daemon/model/engine.h"

extern const struct dialect tt_shell;

#endif
