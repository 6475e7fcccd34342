/* Units of work shared out over threads: a unit is some citizens of one draw.

   With many draws a unit is a draw. With fewer draws than threads the citizens of each draw are
   shared out. Threads take the next unit that nobody has taken, each counts people in an array of
   its own, and what it found is added to the answer when the unit is done. */
#ifndef SHARED_OUT_H
#define SHARED_OUT_H

#include <stdint.h>

enum { MAX_STATES = 16, MAX_MONTHS = 1200 };

typedef struct {
    const double *chances; /* (draws, states, states) by row */
    int64_t draws, states, start, citizens, months;
    uint64_t seed;
    int64_t *people; /* (draws, months + 1, states), zero at the beginning */
} job;

/* Citizens `first` to `last` of one draw; change[t * states + s] is how many more are in s at the
   end of month t than were in the month before. */
typedef void (*simulate)(const job *work, const double *chances, int64_t citizens, uint64_t unit,
                         int64_t *change);

/* 0 when done, 1 when the job does not fit the arrays or a thread could not be made. */
int share_out(const job *work, int threads, simulate one);

#endif
