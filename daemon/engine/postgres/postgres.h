/* The engine PostgreSQL, for engines.c. */
#ifndef UD_ENGINE_POSTGRES_POSTGRES_H
#define UD_ENGINE_POSTGRES_POSTGRES_H

#include "daemon/model/engine.h"

extern const struct engine postgres;

#endif
