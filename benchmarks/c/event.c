/* Microsimulation from event to event.

   With chance p of staying a month, the number of months until a citizen leaves is geometric,
   P(N > n) = p^n, and is drawn by inversion, N = 1 + floor(log u / log p) with u uniform on (0, 1]
   (Devroye 1986, Non-Uniform Random Variate Generation, X.2). One 64-bit number makes an event: its
   upper half the sojourn, its lower half the destination among those who leave. */

#include <math.h>

#include "shared_out.h"
#include "xoshiro256pp.h"

typedef struct {
    double per_log[MAX_STATES];            /* 1 / log p; 0 where every month leaves */
    uint32_t upto[MAX_STATES][MAX_STATES]; /* of those who leave, summed up, scaled to 2^32 */
    int to[MAX_STATES][MAX_STATES], choices[MAX_STATES];
} sojourns;

static sojourns sojourns_of(const double *chances, int states) {
    sojourns found;
    for (int s = 0; s < states; s++) {
        double leaving = 0.0, sum = 0.0;
        for (int to = 0; to < states; to++)
            if (to != s) leaving += chances[s * states + to];
        found.choices[s] = 0;
        found.per_log[s] = leaving < 1.0 ? 1.0 / log1p(-leaving) : 0.0;
        for (int to = 0; to < states; to++) {
            const double chance = chances[s * states + to];
            if (to == s || chance == 0.0) continue;
            sum += chance;
            const double scaled = sum / leaving * 0x1p32;
            const int k = found.choices[s]++;
            found.to[s][k] = to;
            found.upto[s][k] = scaled >= 0x1p32 ? UINT32_MAX : (uint32_t)scaled;
        }
    }
    return found;
}

static void events_of_citizens(const job *work, const double *chances, int64_t citizens,
                               uint64_t unit, int64_t *change) {
    const int states = (int)work->states, start = (int)work->start;
    const double months = (double)work->months;
    const sojourns row = sojourns_of(chances, states);
    generator g = seeded(work->seed, unit);
    for (int64_t i = 0; i < citizens; i++) {
        int state = start;
        double t = 0.0;
        while (row.choices[state] > 0) {
            const uint64_t random = next_random(&g);
            const double u = ((double)(random >> 32) + 0.5) * 0x1p-32;
            t += 1.0 + floor(log(u) * row.per_log[state]);
            if (t > months) break;
            const uint32_t v = (uint32_t)random;
            int k = 0;
            while (k < row.choices[state] - 1 && v >= row.upto[state][k]) k++;
            int64_t *at = change + (int64_t)t * states;
            at[state]--;
            state = row.to[state][k];
            at[state]++;
        }
    }
}

int simlab_event(const double *chances, int64_t draws, int64_t states, int64_t start,
                 int64_t citizens, int64_t months, uint64_t seed, int threads, int64_t *people) {
    const job work = {chances, draws, states, start, citizens, months, seed, people};
    return share_out(&work, threads, events_of_citizens);
}
