/* The procedures of TimesTen, a page each. */
#ifndef UD_ENGINE_TIMESTEN_PROCEDURES_H
#define UD_ENGINE_TIMESTEN_PROCEDURES_H

#include "daemon/model/procedure.h"

extern const struct procedure tt_asp_major; /* active standby pair, another major release */
extern const struct procedure tt_asp_patch; /* the same, a patch of the same major release */

#endif
