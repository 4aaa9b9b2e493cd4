/* The point mass's step in C, the same work as assembly/envs/point-mass.ts does: move, both rewards, arrival, horizon, flags, counters, observation,
   autoreset with the final observation kept. As in ours, the law's numbers are read when the program runs, and the reward's kind is known to the loop.
   gcc -O3 -ffast-math -msse4.1 bench/peers/point-mass.c -lm -o build/point-mass && build/point-mass N STEPS
   Prints {count, cpu, wall}. In turns with ours: node bench/peers.mjs point-mass
   gcc 12 takes the arrays of the step for overlapping and makes no vectors; with -DIVDEP it is told that they do not, and makes them. */
#include "clock.h"
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  int n, horizon;
  float step, tolerance, arrival; /* 0: arrival ends nothing */
  float *x, *y, *gx, *gy, *actions, *observations, *final, *rewards, *training;
  uint8_t *terminated, *truncated;
  int32_t *elapsed, *episode;
} Batch;

__attribute__((noinline)) static void step(Batch *restrict b) {
  const int n = b->n, horizon = b->horizon;
  const float move = b->step, tolerance = b->tolerance, arrival = b->arrival;
  float *restrict x = b->x, *restrict y = b->y, *restrict rewards = b->rewards, *restrict training = b->training;
  const float *restrict gx = b->gx, *restrict gy = b->gy, *restrict a = b->actions;
  float *restrict o = b->observations;
  uint8_t *restrict terminated = b->terminated, *restrict truncated = b->truncated;
  int32_t *restrict elapsed = b->elapsed;
#ifdef IVDEP
#pragma GCC ivdep
#endif
  for (int i = 0; i < n; i++) {
    const float ax = fminf(fmaxf(a[2 * i], -1), 1), ay = fminf(fmaxf(a[2 * i + 1], -1), 1);
    const float nx = x[i] + move * ax, ny = y[i] + move * ay;
    const float dx = nx - gx[i], dy = ny - gy[i];
    const float d = sqrtf(dx * dx + dy * dy);
    const float reward = d <= tolerance ? 1 - d : 0;
    x[i] = nx;
    y[i] = ny;
    rewards[i] = reward;
    training[i] = reward;
    const int32_t t = elapsed[i] + 1, arrived = fmaxf(fabsf(dx), fabsf(dy)) < arrival ? 1 : 0, late = t >= horizon ? 1 : 0;
    elapsed[i] = t;
    terminated[i] = arrived;
    truncated[i] = late & ~arrived;
    o[2 * i] = nx;
    o[2 * i + 1] = ny;
  }
  for (int i = 0; i < n; i++) {
    if (!(terminated[i] | truncated[i])) continue;
    memcpy(b->final + 2 * i, o + 2 * i, 8);
    b->episode[i]++;
    elapsed[i] = 0;
    x[i] = y[i] = o[2 * i] = o[2 * i + 1] = 0;
  }
}

int main(int argc, char **argv) {
  if (argc < 3) return fprintf(stderr, "point-mass N STEPS\n"), 1;
  const int n = atoi(argv[1]), steps = atoi(argv[2]);
  volatile float numbers[] = {100, 0.1f, 0.2f, 0};
  Batch b = {n, (int)numbers[0], numbers[1], numbers[2], numbers[3]};
  float **floats[] = {&b.x, &b.y, &b.gx, &b.gy, &b.rewards, &b.training, &b.actions, &b.observations, &b.final};
  for (int k = 0; k < 9; k++) *floats[k] = calloc(2 * n, sizeof(float));
  b.terminated = calloc(n, 1);
  b.truncated = calloc(n, 1);
  b.elapsed = calloc(n, 4);
  b.episode = calloc(n, 4);
  for (int i = 0; i < n; i++) b.gx[i] = cosf(i), b.gy[i] = fabsf(sinf(i));
  for (int t = 0; t < steps / 10; t++) step(&b);
  const double c = cpu(), w = wall();
  for (int t = 0; t < steps; t++) step(&b);
  printf("{\"count\": %.0f, \"cpu\": %.9f, \"wall\": %.9f, \"check\": %g}\n", (double)n * steps, cpu() - c, wall() - w, b.rewards[0] + b.x[n - 1]);
  return 0;
}
