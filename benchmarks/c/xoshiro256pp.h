/* xoshiro256++ (Blackman and Vigna 2021, Scrambled linear pseudorandom number generators,
   ACM TOMS 47:36), its state filled by splitmix64 (Steele, Lea and Flood 2014) from a seed and
   the number of a unit of work, so that no result depends on the thread that does it. */
#ifndef XOSHIRO256PP_H
#define XOSHIRO256PP_H

#include <stdint.h>

typedef struct {
    uint64_t a, b, c, d;
} generator;

static inline uint64_t splitmix64(uint64_t *counter) {
    uint64_t z = *counter += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static inline generator seeded(uint64_t seed, uint64_t unit) {
    uint64_t mixed = unit;
    uint64_t counter = seed ^ splitmix64(&mixed);
    generator g;
    g.a = splitmix64(&counter);
    g.b = splitmix64(&counter);
    g.c = splitmix64(&counter);
    g.d = splitmix64(&counter);
    return g;
}

static inline uint64_t rotated(uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }

static inline uint64_t next_random(generator *g) {
    const uint64_t drawn = rotated(g->a + g->d, 23) + g->a;
    const uint64_t shifted = g->b << 17;
    g->c ^= g->a;
    g->d ^= g->b;
    g->b ^= g->c;
    g->a ^= g->d;
    g->c ^= shifted;
    g->d = rotated(g->d, 45);
    return drawn;
}

#endif
