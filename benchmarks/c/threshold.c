/* Microsimulation with one uniform number a citizen and month.

   A 64-bit number u is compared with the row's chances, summed up and scaled to 2^64. Staying comes
   first in every row: most citizens stay, so one comparison that is nearly always predicted settles
   most months, and people are counted by the months in which somebody moves. */

#include "shared_out.h"
#include "xoshiro256pp.h"

typedef struct {
    uint64_t upto[MAX_STATES][MAX_STATES]; /* u < upto[s][k]: the k-th choice out of s */
    int to[MAX_STATES][MAX_STATES];
} thresholds;

static thresholds thresholds_of(const double *chances, int states) {
    thresholds found;
    for (int s = 0; s < states; s++) {
        double sum = 0.0;
        for (int k = 0; k < states; k++) {
            const int to = k == 0 ? s : k <= s ? k - 1 : k;
            sum += chances[s * states + to];
            const double scaled = sum * 0x1p64;
            found.to[s][k] = to;
            found.upto[s][k] = scaled >= 0x1p64 ? UINT64_MAX : (uint64_t)scaled;
        }
    }
    return found;
}

static void months_of_citizens(const job *work, const double *chances, int64_t citizens,
                               uint64_t unit, int64_t *change) {
    const int states = (int)work->states, months = (int)work->months, start = (int)work->start;
    const thresholds row = thresholds_of(chances, states);
    generator g = seeded(work->seed, unit);
    for (int64_t i = 0; i < citizens; i++) {
        int state = start;
        for (int t = 1; t <= months; t++) {
            const uint64_t u = next_random(&g);
            if (u < row.upto[state][0]) continue;
            int k = 1; /* a sum that rounding left below 1 ends in the last choice, or in staying */
            while (k < states - 1 && u >= row.upto[state][k]) k++;
            if (chances[state * states + row.to[state][k]] == 0.0) continue;
            change[t * states + state]--;
            state = row.to[state][k];
            change[t * states + state]++;
        }
    }
}

int simlab_threshold(const double *chances, int64_t draws, int64_t states, int64_t start,
                     int64_t citizens, int64_t months, uint64_t seed, int threads,
                     int64_t *people) {
    const job work = {chances, draws, states, start, citizens, months, seed, people};
    return share_out(&work, threads, months_of_citizens);
}
