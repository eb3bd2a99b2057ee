/* Steps of the site, usable by every engine: hooks, each with what shows its end. */
#ifndef UD_ENGINE_SHARED_SHARED_STEPS_H
#define UD_ENGINE_SHARED_SHARED_STEPS_H

#include "daemon/model/step.h"

extern const struct step
    site_apps_pause; /* pause_writes hook; drain and fence see it */
extern const struct step site_apps_resume; /* resume_writes hook, on its member */
/* The same where the engine itself stops those who write: left out without a hook. */
extern const struct step site_apps_pause_if_hooked, site_apps_resume_if_hooked;
/* Of masters that both take writes: those of the member pause; those that paused at its peer go
 * on at the member. Left out where there were none (note "apps." + member), or without a hook. */
extern const struct step site_apps_leave, site_apps_join;
extern const struct step site_install; /* install hook; the release is seen to run */
extern const struct step
    site_install_beside; /* the same, left out where old and new have one installation */
/* Abort: the same for the release of before, where it was replaced in its place. The hook is
 * told which one by UPGRADED_RELEASE. */
extern const struct step site_install_back;

#endif
