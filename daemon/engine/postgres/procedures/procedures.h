/* The procedures of PostgreSQL, for postgres.c. */
#ifndef UD_ENGINE_POSTGRES_PROCEDURES_PROCEDURES_H
#define UD_ENGINE_POSTGRES_PROCEDURES_PROCEDURES_H

#include "daemon/model/procedure.h"

extern const struct procedure pg_asp_patch, pg_asp_major;
extern const struct procedure pg_offline_migrate, pg_offline_backup;
extern const struct procedure pg_move_directory, pg_move_host;

#endif
