/* The engines that this build knows, NULL-ended. */
#ifndef UD_ENGINE_ENGINES_H
#define UD_ENGINE_ENGINES_H

#include "daemon/model/engine.h"

extern const struct engine *const engines[];

#endif
