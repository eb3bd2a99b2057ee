/* TimesTen Classic, driven through its own utilities. */
#ifndef UD_ENGINE_TIMESTEN_TIMESTEN_H
#define UD_ENGINE_TIMESTEN_TIMESTEN_H

#include "daemon/model/engine.h"

extern const struct engine timesten;

#endif
