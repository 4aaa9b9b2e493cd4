/* The point mass's step in C, the same work as assembly/step.ts does: move, reward, termination, horizon, flags, observation, autoreset.
   gcc -O3 -msse4.1 -ffp-contract=off bench/peers/point-mass.c -lm -o build/point-mass && build/point-mass
   Beside it: npx wasmeta bench step --workers 1 --batches 64,256,1024,4096 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { HORIZON = 100 };
static const float STEP = 0.1f, TOLERANCE = 0.2f, ARRIVE = 0.0f;

typedef struct {
  int n;
  float *x, *y, *gx, *gy, *actions, *observations, *final, *rewards, *training;
  uint8_t *terminated, *truncated;
  int32_t *elapsed, *episode;
} Batch;

static void step(Batch *restrict b) {
  const int n = b->n;
  float *restrict x = b->x, *restrict y = b->y, *restrict rewards = b->rewards, *restrict training = b->training;
  const float *restrict gx = b->gx, *restrict gy = b->gy, *restrict a = b->actions;
  float *restrict o = b->observations;
  uint8_t *restrict terminated = b->terminated, *restrict truncated = b->truncated;
  int32_t *restrict elapsed = b->elapsed;
  for (int i = 0; i < n; i++) {
    const float ax = fminf(fmaxf(a[2 * i], -1), 1), ay = fminf(fmaxf(a[2 * i + 1], -1), 1);
    const float nx = x[i] + STEP * ax, ny = y[i] + STEP * ay;
    const float dx = nx - gx[i], dy = ny - gy[i];
    const float d = sqrtf(dx * dx + dy * dy);
    const float reward = d <= TOLERANCE ? 1 - d : 0;
    x[i] = nx;
    y[i] = ny;
    rewards[i] = reward;
    training[i] = reward;
    elapsed[i] += 1;
    terminated[i] = (fabsf(dx) < ARRIVE) & (fabsf(dy) < ARRIVE);
    truncated[i] = (elapsed[i] >= HORIZON) & !terminated[i];
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
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static int ascending(const void *p, const void *q) { return (*(double *)p > *(double *)q) - (*(double *)p < *(double *)q); }

int main(void) {
  const int sizes[] = {64, 256, 1024, 4096};
  for (int s = 0; s < 4; s++) {
    const int n = sizes[s], steps = 40000000 / n;
    Batch b = {n};
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
    printf("batch %5d  %7.1f M steps/s  (check %g)\n", n, rates[3], sum);
  }
  return 0;
}
