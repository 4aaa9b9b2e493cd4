/* The point mass's step in C, the same work as assembly/envs/point-mass.ts does: move, both rewards, arrival, horizon, flags, counters, observation,
   autoreset with the final observation kept. As in ours, the law's numbers are read when the program runs, and the reward's kind is known to the loop.
   gcc -O3 -ffast-math -msse4.1 bench/peers/point-mass.c -lm -o build/point-mass && build/point-mass 256 1024
   Prints, a batch a line: size, median rate in M steps/s of CPU time, check sum. In turns with ours: node bench/step.mjs
   gcc 12 takes the arrays of the step for overlapping and makes no vectors; with -DIVDEP it is told that they do not, and makes them. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static int ascending(const void *p, const void *q) { return (*(double *)p > *(double *)q) - (*(double *)p < *(double *)q); }

int main(int count, char **arguments) {
  volatile float numbers[] = {100, 0.1f, 0.2f, 0};
  for (int s = 1; s < count; s++) {
    const int n = atoi(arguments[s]), steps = 4000000 / n;
    Batch b = {n, (int)numbers[0], numbers[1], numbers[2], numbers[3]};
    float **floats[] = {&b.x, &b.y, &b.gx, &b.gy, &b.rewards, &b.training, &b.actions, &b.observations, &b.final};
    for (int k = 0; k < 9; k++) *floats[k] = calloc(2 * n, sizeof(float));
    b.terminated = calloc(n, 1);
    b.truncated = calloc(n, 1);
    b.elapsed = calloc(n, 4);
    b.episode = calloc(n, 4);
    for (int i = 0; i < n; i++) b.gx[i] = cosf(i), b.gy[i] = fabsf(sinf(i));
    double rates[7], sum = 0;
    for (int run = 0; run < 7; run++) {
      const double start = now();
      for (int t = 0; t < steps; t++) step(&b);
      rates[run] = (double)n * steps / (now() - start) / 1e6;
      sum += b.rewards[0] + b.x[n - 1];
    }
    qsort(rates, 7, sizeof(double), ascending);
    printf("%d %.1f %g\n", n, rates[3], sum);
  }
  return 0;
}
