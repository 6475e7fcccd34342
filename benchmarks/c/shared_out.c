#include "shared_out.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const job *work;
    simulate one;
    int64_t parts, units, taken;
    pthread_mutex_t lock;
} shared;

static int64_t take(shared *all) {
    pthread_mutex_lock(&all->lock);
    const int64_t unit = all->taken < all->units ? all->taken++ : -1;
    pthread_mutex_unlock(&all->lock);
    return unit;
}

static void add(shared *all, int64_t draw, const int64_t *change) {
    const job *work = all->work;
    const int64_t states = work->states;
    int64_t *people = work->people + draw * (work->months + 1) * states;
    int64_t now[MAX_STATES] = {0};
    pthread_mutex_lock(&all->lock);
    for (int64_t t = 0; t <= work->months; t++)
        for (int64_t s = 0; s < states; s++) {
            now[s] += change[t * states + s];
            people[t * states + s] += now[s];
        }
    pthread_mutex_unlock(&all->lock);
}

static void *worker(void *argument) {
    shared *all = argument;
    const job *work = all->work;
    const size_t bytes = (size_t)((work->months + 1) * work->states) * sizeof(int64_t);
    int64_t *change = malloc(bytes);
    if (change == NULL) return all;
    for (int64_t unit; (unit = take(all)) >= 0;) {
        const int64_t draw = unit / all->parts, part = unit % all->parts;
        const int64_t first = work->citizens * part / all->parts;
        const int64_t last = work->citizens * (part + 1) / all->parts;
        memset(change, 0, bytes);
        change[work->start] = last - first;
        all->one(work, work->chances + draw * work->states * work->states, last - first,
                 (uint64_t)unit, change);
        add(all, draw, change);
    }
    free(change);
    return NULL;
}

int share_out(const job *work, int threads, simulate one) {
    if (work->states > MAX_STATES || work->months > MAX_MONTHS || threads < 1 || threads > 64)
        return 1;
    shared all = {work, one, 1, 0, 0, PTHREAD_MUTEX_INITIALIZER};
    all.parts = work->draws < threads ? 8 * threads : 1;
    all.units = work->draws * all.parts;
    pthread_t others[64];
    int made = 0, failed = 0;
    while (made < threads - 1 && pthread_create(&others[made], NULL, worker, &all) == 0) made++;
    failed |= worker(&all) != NULL;
    for (int i = 0; i < made; i++) {
        void *ended;
        pthread_join(others[i], &ended);
        failed |= ended != NULL;
    }
    return failed || made < threads - 1;
}
