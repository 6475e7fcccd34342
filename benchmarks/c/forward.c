/* Expected numbers, x ← x P, eight draws to a vector.

   The chances of eight draws lie side by side, so that each multiplication is one vector
   instruction without a word of assembler: the loops over LANES have a known length. */

#include <pthread.h>
#include <stdint.h>

enum { LANES = 8, STATES = 5 };

typedef struct {
    const double *chances, *cost;
    int64_t first, last, draws, start, months;
    double citizens, *people, *money;
} part;

static void eight_draws(const part *work, int64_t first) {
    double p[STATES][STATES][LANES], x[STATES][LANES] = {{0}};
    const int64_t here = work->draws - first < LANES ? work->draws - first : LANES;
    for (int l = 0; l < LANES; l++) {
        const int64_t draw = first + (l < here ? l : 0);
        for (int i = 0; i < STATES; i++)
            for (int j = 0; j < STATES; j++)
                p[i][j][l] = work->chances[(draw * STATES + i) * STATES + j];
        x[work->start][l] = work->citizens;
    }
    for (int64_t t = 0;; t++) {
        double due[LANES] = {0};
        for (int s = 0; s < STATES; s++)
            for (int l = 0; l < LANES; l++) due[l] += x[s][l] * work->cost[s];
        for (int64_t l = 0; l < here; l++) {
            const int64_t at = (first + l) * (work->months + 1) + t;
            work->money[at] = due[l];
            for (int s = 0; s < STATES; s++) work->people[at * STATES + s] = x[s][l];
        }
        if (t == work->months) return;
        double next[STATES][LANES] = {{0}};
        for (int i = 0; i < STATES; i++)
            for (int j = 0; j < STATES; j++)
                for (int l = 0; l < LANES; l++) next[j][l] += x[i][l] * p[i][j][l];
        for (int s = 0; s < STATES; s++)
            for (int l = 0; l < LANES; l++) x[s][l] = next[s][l];
    }
}

static void *worker(void *argument) {
    const part *work = argument;
    for (int64_t first = work->first; first < work->last; first += LANES) eight_draws(work, first);
    return NULL;
}

/* chances (draws, 5, 5), cost (5,); out: people (draws, months + 1, 5), money (draws, months + 1).
   0 when done, 1 when it cannot be. */
int simlab_forward(const double *chances, const double *cost, int64_t draws, int64_t states,
                   int64_t start, double citizens, int64_t months, int threads, double *people,
                   double *money) {
    if (states != STATES || threads < 1 || threads > 64) return 1;
    const int64_t vectors = (draws + LANES - 1) / LANES;
    pthread_t others[64];
    part parts[64];
    int made = 0;
    for (int i = 0; i < threads; i++) {
        const int64_t last = vectors * (i + 1) / threads * LANES;
        const part one = {chances, cost,  vectors * i / threads * LANES, last < draws ? last : draws,
                          draws,   start, months,                        citizens,
                          people,  money};
        parts[i] = one;
    }
    while (made < threads - 1 &&
           pthread_create(&others[made], NULL, worker, &parts[made + 1]) == 0)
        made++;
    worker(&parts[0]);
    for (int i = 0; i < made; i++) pthread_join(others[i], NULL);
    return made < threads - 1;
}
