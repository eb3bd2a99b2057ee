/* What the steps of offline procedures share. */
#ifndef UD_ENGINE_POSTGRES_STEPS_OFFLINE_H
#define UD_ENGINE_POSTGRES_STEPS_OFFLINE_H

#include "daemon/engine/postgres/steps/common.h"

/* Notes. */
#define OFFLINE_NOTE_END   "pg.end." /* + member: its last checkpoint in the old place */
#define OFFLINE_NOTE_COUNT "pg.count." /* + database: what was counted in it */

#endif
