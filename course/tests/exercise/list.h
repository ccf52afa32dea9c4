/* SPDX-License-Identifier: MIT */
/*
 * What the student's file of the exercise "list" includes and defines
 * (docs/exercises.md): a circular, doubly linked list with a head.
 */
#ifndef EXERCISE_LIST_H
#define EXERCISE_LIST_H

struct answer_link {
    struct answer_link *previous;
    struct answer_link *next;
};

/* Make an empty list of the head: its own neighbour on both sides. O(1), like all of these. */
void answer_list_init(struct answer_link *head);

/* Insert a link that is in no list, as the last or the first one. */
void answer_list_append(struct answer_link *head, struct answer_link *link);
void answer_list_prepend(struct answer_link *head, struct answer_link *link);

/* Take a link out of its list, whichever list that is. */
void answer_list_remove(struct answer_link *link);

#endif
