/*
 * Every step of PostgreSQL procedures, a line each. What it runs, how its end is seen and
 * what undoes it stands in the file of that name.
 *
 * "Member" is the database that the step is about, "peer" the other master; of a
 * subscriber it is the database that it is copied from.
 */
#ifndef UD_ENGINE_POSTGRES_STEPS_STEPS_H
#define UD_ENGINE_POSTGRES_STEPS_STEPS_H

#include "daemon/model/plan.h"
#include "daemon/model/step.h"
#include "daemon/model/upgrade.h"

/* survey.c */
extern const struct step pg_survey;        /* databases, locale, layout, superuser */
extern const struct step pg_settings_keep; /* its settings, on its host */

/* initdb.c */
extern const struct step pg_claim, pg_unclaim; /* the new data directory, empty; given back so */
extern const struct step pg_initdb; /* a cluster equal to the old one */
extern const struct step
    pg_settings_carry; /* the old server's settings, those it takes */

/* publish.c: the member becomes the source of a stream */
extern const struct step pg_publish; /* our schema, the publication */
extern const struct step pg_calm;    /* no transaction that a slot would wait for */
extern const struct step pg_slots;   /* a slot for every database */
extern const struct step pg_unpublish, pg_unpublish_private;

/* convert.c: a standby becomes a database of its own, at the position of the last slot */
extern const struct step pg_convert, pg_converted;
extern const struct step pg_strip; /* what came with the copy and is not its own */

/* pg_upgrade.c */
extern const struct step pg_mode; /* share, link or copy */
extern const struct step pg_upgrade_check, pg_upgrade_run;

/* private.c: a server that only we and its own tools reach */
extern const struct step pg_start_private, pg_stop_private;

/* subscribe.c: the member follows a stream */
extern const struct step pg_subscribe, pg_unsubscribe, pg_unsubscribe_private;

/* analyze.c */
extern const struct step pg_extensions, pg_analyze;

/* catch_up.c, mark.c */
extern const struct step pg_catch_up; /* the stream's other end is close */
extern const struct step pg_mark;     /* a row in every database of the member */
extern const struct step pg_mark_seen, pg_mark_seen_private; /* it arrived */
extern const struct step pg_rehearse; /* by the sessions of the fence, before the pause */
extern const struct step pg_arrived; /* in the swap: the last one did; the proof */

/* sequences.c */
extern const struct step pg_sequences_reserve, pg_sequences_ahead, pg_sequences_seen;

/* definitions.c: tables and columns of both sides */
extern const struct step pg_definitions, pg_definitions_same;

/* gate.c: may new sessions write? */
extern const struct step pg_gate_close, pg_see_closed, pg_open;
extern const struct step pg_see_open; /* what was left to the guard (lease.c) */

/* cascade.c: subscribers of the standby, while it is away */
extern const struct step pg_cascade_slot, pg_cascade_move;
extern const struct step pg_cascade_near, pg_cascade_slot_again, pg_cascade_back;
extern const struct step pg_slots_drop;

/* restart.c: where it serves */
extern const struct step pg_start, pg_stop;
extern const struct step pg_start_following; /* with workers for a stream */

/* place.c */
extern const struct step pg_see_follows; /* it streams */
extern const struct step pg_see_swapped; /* the end: every member in its new place */

/* finish.c */
extern const struct step pg_forget, pg_tidy, pg_conf_forget;

/* destroy.c: guarded by P3 */
extern const struct step pg_destroy_old, pg_destroy_copy, pg_destroy_converted, pg_husk;

/* duplicate.c */
extern const struct step pg_slot_for;  /* on its source */
extern const struct step pg_duplicate; /* pg_basebackup */
extern const struct step pg_conf_keep, pg_conf_back;

/* offline.c: from its old place to its new one */
extern const struct step pg_log_end;   /* where the old one ends */
extern const struct step pg_see_moved; /* it serves in the new one; the proof */

/* count.c: rows, sequences and large objects, of a private server */
extern const struct step pg_count, pg_count_again;

/* backup.c: by a base backup */
extern const struct step pg_all_logged, pg_backup, pg_backup_verify, pg_backup_opened;

/* dump.c: by pg_dump and pg_restore */
extern const struct step pg_dump_globals, pg_dump_databases;
extern const struct step pg_dump_restore, pg_dump_remove;

/* move_host.c: by a standby there that takes over */
extern const struct step pg_own_address, pg_end_replayed, pg_take_over, pg_slot_gone;

/* move.c: by a copy of its files */
extern const struct step pg_movable, pg_copy, pg_copy_same;

/* settings.c: what is changed for a while */
extern const struct step pg_remember;
extern const struct step pg_async; /* commits wait for no standby */
extern const struct step pg_swift; /* a promotion is followed at once */
extern const struct step pg_settings_back, pg_settings_taken;
extern const struct step pg_synchronous, pg_own_names; /* of members made anew */
extern const struct step pg_alone;                     /* undo of the former */

/* slots.c: for those that will read from the member after the swap */
extern const struct step pg_swap_slots, pg_slots_left, pg_slots_unmade;

/* programs.c, arrive.c */
extern const struct step pg_restart, pg_start_again; /* with the programs of its side */
extern const struct step pg_marker_table, pg_marker_drop;
extern const struct step pg_marker_seen; /* a row from the active arrives */
extern const struct step pg_checkpoint;

/* fence.c: the member refuses writes, and the marker row is its last commit */
extern const struct step pg_warm, pg_arm, pg_fence, pg_hold;
extern const struct step pg_activate_again; /* back-out: it serves as before */
extern const struct step pg_activate_late;  /* behind the pause, what was left to the guard */
extern const struct step pg_out;            /* the frozen server is killed, at once */
extern const struct step pg_out_late;       /* the same, if it was left to the guard */
extern const struct step pg_bury;           /* and nothing is left of it */

/* sole.c */
extern const struct step pg_sole; /* no failover tool is in charge */

/* drain.c, promote.c: a standby takes over */
extern const struct step pg_drain, pg_promote;
extern const struct step pg_see_promoted; /* what was left to the guard (lease.c) */

/* pooler.c, pooler_look.c: the member is the one that they are to point at */
extern const struct step pg_pooler_look, pg_pooler_pause;
extern const struct step pg_pooler_look_own, pg_pooler_hold; /* it is active, and stays so */
extern const struct step pg_pooler_prepare[4], pg_pooler_point[4]; /* hosts of poolers */
extern const struct step pg_pooler_forget[4]; /* undo of prepare */
extern const struct step pg_pooler_guards[4]; /* before they are paused */
extern const struct step pg_pooler_over;   /* RELOAD, RESUME */
extern const struct step pg_pooler_served; /* before anything else takes the processors */
extern const struct step pg_pooler_again;  /* the same, of one that was away in the swap */
extern const struct step pg_pooler_resume; /* back-out: RESUME */

/* rejoin.c: a former active becomes a standby; its subscribers go on */
extern const struct step pg_fork_seen, pg_look_back, pg_rewind, pg_follow;
extern const struct step pg_repoint, pg_repoint_back;

#endif
