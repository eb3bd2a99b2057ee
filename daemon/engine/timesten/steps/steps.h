/*
 * Every step of TimesTen procedures, a line each. What it runs, how its end is seen and
 * what undoes it stands in the file of that name, or in simple.c.
 *
 * "Member" is the database that the step is about, "peer" the other master; of a
 * subscriber it is the database that it is copied from.
 */
#ifndef UD_ENGINE_TIMESTEN_STEPS_STEPS_H
#define UD_ENGINE_TIMESTEN_STEPS_STEPS_H

#include "daemon/model/plan.h"
#include "daemon/model/step.h"
#include "daemon/model/upgrade.h"

/* simple.c: agents, policies, memory, daemons */
extern const struct step
    tt_rep_policy_manual; /* a policy that would restart the agent */
extern const struct step tt_rep_policy_restore; /* as it was before the upgrade */
extern const struct step tt_ram_policy_manual;  /* a policy that would keep it loaded */
extern const struct step tt_ram_policy_manual_if_stale, tt_ram_policy_manual_if_late;
extern const struct step tt_ram_policy_restore;
extern const struct step
    tt_ram_load; /* abort: with the policy manual nothing else loads it */
extern const struct step tt_rep_stop;        /* ttAdmin -repStop, and see no agent */
extern const struct step tt_rep_stop_ask;    /* in the swap: asked for, awaited later */
extern const struct step tt_rep_start;       /* ttAdmin -repStart, and see the agent */
extern const struct step tt_rep_start_again; /* the same, if it ran before */
extern const struct step tt_unload;          /* loaded until ttStatus says otherwise */
extern const struct step tt_unload_if_stale; /* only when the log for it is gone */
extern const struct step tt_rep_stop_if_late, tt_unload_if_late; /* abort, see rejoin */
extern const struct step tt_daemon_start; /* the main daemon of the new instance */

/* in_place.c */
extern const struct step tt_daemon_stop; /* where the release is replaced in its place */
/* Abort: of a member whose release was replaced. */
extern const struct step tt_rep_stop_back, tt_ram_policy_manual_back;
extern const struct step tt_unload_back, tt_daemon_stop_back;

/* cache.c: left out where no cache agent ran */
extern const struct step tt_cache_policy_manual, tt_cache_policy_restore;
extern const struct step tt_cache_stop, tt_cache_start;
extern const struct step tt_cache_stop_if_late; /* abort, see rejoin */
extern const struct step tt_refresh_on; /* what ttMigrate turned off */

/* cached.c: rows of cached tables, counted, seen in a copy, loaded; left out where there are none */
extern const struct step tt_count_cached, tt_see_refreshed, tt_see_cached, tt_cache_load;

/* compare.c: a subscriber has what the active has; a marker row goes between the two */
extern const struct step tt_count_source, tt_same_rows;

/* remember.c */
extern const struct step
    tt_remember; /* paths, policies, log hold, schema before it all */
/* definitions.c: none changed since the upgrade began */
extern const struct step tt_same_schema;	  /* of member and peer, which are loaded */
extern const struct step tt_same_schema_of_peer;  /* of the peer; the member may be unloaded */
extern const struct step tt_schema_over;	  /* of the member that served before; nothing is destroyed */
extern const struct step tt_same_schema_or_alike; /* of whoever can be asked; or both alike, after a retry */

/* mark.c */
extern const struct step tt_mark_failed; /* the peer declares the member failed */
extern const struct step tt_hold_kept;   /* and does it keep the log for it? */

/* migrate.c */
extern const struct step tt_migrate_out; /* old ttMigrate -c */
extern const struct step tt_export_seen; /* its file is there */
extern const struct step tt_migrate_in;  /* new ttMigrate -r */
extern const struct step tt_export_remove;
/* The same without replication, for one database offline. */
extern const struct step tt_migrate_out_alone, tt_export_seen_alone, tt_migrate_in_alone;
extern const struct step tt_migrate_in_charset; /* into another character set */
extern const struct step tt_migrate_in_types;   /* of a release before 7.0, to Oracle's types */

/* backup.c */
extern const struct step tt_backup_out; /* ttBackup */
extern const struct step tt_backup_seen;
extern const struct step tt_restore_in; /* ttRestore, in the new place */
extern const struct step tt_backup_remove;

/* move_host.c: the member is the place on the other host, its peer the database */
extern const struct step tt_move_stream; /* ttBackup -o there, ttRestore -i here */
extern const struct step tt_move_files, tt_move_files_remove;
extern const struct step tt_restore_moved;

/* alone.c */
extern const struct step tt_ram_hold;   /* loaded and unloaded by us only */
extern const struct step tt_ram_let_go; /* the policy of before */
extern const struct step tt_load_to_see, tt_see_left;   /* no application is connected */
extern const struct step tt_place_free; /* nothing is where the copy is to be */
extern const struct step tt_count, tt_count_again; /* rows of every table, before and in the copy */
extern const struct step tt_count_restored; /* in one that ttMigrate made: no cached rows yet */
extern const struct step tt_see_charset, tt_see_types; /* what the copy was converted to */
extern const struct step tt_see_size; /* the PermSize that was asked for */
/* It serves there; both set the proof for destroying. In its other place; on the other host, where
 * its peer was the database. */
extern const struct step tt_see_moved, tt_see_moved_host;
extern const struct step tt_see_release; /* in its place, in the new release */

/* schemes.c: what ttMigrate -r kept of replication schemes */
extern const struct step tt_see_schemes, tt_drop_schemes;

/* server.c */
extern const struct step tt_server_stop, tt_server_start; /* TimesTen Server */
extern const struct step tt_see_two_servers; /* the old one hands requests on */

/* ports.c */
extern const struct step tt_set_ports; /* in the scheme of the active */
extern const struct step tt_see_ports; /* the end: roles as before, the ports everywhere */

/* privilege.c: ADMIN for the time of the upgrade; the user that a duplicate needs */
extern const struct step tt_grant_admin, tt_revoke_admin;
extern const struct step tt_revoke_admin_copy; /* what a copy took along; before the one above */
extern const struct step tt_admin_user; /* from before 11.2.1 nobody comes along */

/* destroy.c, duplicate.c */
extern const struct step tt_destroy_old;      /* guarded by P3 */
extern const struct step tt_destroy_if_stale; /* only when the log for it is gone */
extern const struct step tt_destroy_copy;     /* abort: the migrated copy */
extern const struct step tt_destroy_if_late;  /* abort: it could not rejoin */
extern const struct step tt_duplicate;        /* from the peer */
extern const struct step tt_duplicate_of_standby; /* of a subscriber */
extern const struct step tt_duplicate_if_stale;
extern const struct step tt_duplicate_if_late;
extern const struct step tt_duplicate_if_gone; /* abort: the old store was destroyed */

/* role.c */
extern const struct step tt_see_standby; /* IDLE, RECOVERING, STANDBY */
extern const struct step tt_see_standby_again; /* abort, behind a swap */
extern const struct step tt_rejoin; /* abort: the same, but it may turn out stale */
extern const struct step tt_see_swapped;    /* the end: every member in its new place */
extern const struct step tt_see_patched;    /* the same, also with the roles of before */
extern const struct step tt_activate;       /* ttRepStateSet: guarded by P1, P2 */
extern const struct step tt_see_active;     /* the same, when it was not seen in the pause */
extern const struct step tt_activate_again; /* back-out: it may have left memory */
extern const struct step tt_activate_first; /* the same; the guard's when it is out of sight */

/* classic.c: masters that send to each other */
extern const struct step tt_see_alone;	/* no application at the member, some at the peer */
extern const struct step tt_send_pause; /* the member keeps what it would send to its peer */
extern const struct step tt_send_stop;	/* it keeps nothing */
extern const struct step tt_send_stop_again; /* the same, also when it is stopped already */
extern const struct step tt_send_start, tt_send_reset;
extern const struct step tt_send_on;	/* it sends what it kept, if it was kept */
extern const struct step tt_see_nobody; /* no application at either master */
extern const struct step tt_see_quiet;	/* nothing comes from the member any more */
extern const struct step tt_prove_left; /* the member was drained, and nobody wrote since */
extern const struct step tt_destroy_in_way; /* only where the new database takes its place */
extern const struct step tt_destroy_kept;   /* only where it has a place of its own */
extern const struct step tt_rep_stop_for_ports, tt_set_ports_if_other;
extern const struct step tt_see_both; /* the end */

/* ports.c, of a classic scheme, for the way back: the member's copy of it gets the configured
 * ports if the other's has them, so that both are the same again. Its agent is stopped. */
extern const struct step tt_set_ports_as_other;

/* guard.c: while the member is fenced, on its host */
extern const struct step tt_guard_arm;	/* before the pause */
extern const struct step tt_guard_go;	/* before the fence: its lease begins */
extern const struct step tt_guard_hold; /* before the activation: it takes nothing back any more */
extern const struct step tt_guard_back; /* behind that, when it is taken back all the same */
extern const struct step tt_guard_back_late; /* the same, when it did not answer in the pause */
extern const struct step tt_guard_over; /* there is none */

/* marker.c, drain.c, fence.c */
extern const struct step tt_marker; /* a row committed on the active arrives */
extern const struct step tt_marker_compared; /* at a subscriber that is compared */
extern const struct step tt_drain;  /* every commit of the member is at its peer */
extern const struct step tt_fence;  /* ttRepDeactivate: the member refuses writes */
extern const struct step tt_prove;  /* nothing was committed between drain and fence */
extern const struct step tt_prove_rows; /* the same by counting rows */

#endif
