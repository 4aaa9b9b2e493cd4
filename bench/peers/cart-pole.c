/* CartPole's step in C, the same work as assembly/envs/cart-pole.ts does: Gymnasium's law, both rewards, fall, horizon, flags, counters, observation, autoreset
   with the final observation kept. As in ours, every pole has numbers of its own (half length, mass, gravity, gear); with -DONE_POLE all have the same, and the compiler
   knows them. New starts are drawn by a xorshift, ours by Philox.
   gcc -O3 -ffast-math -msse4.1 -DIVDEP bench/peers/cart-pole.c -lm -o build/cart-pole && build/cart-pole N STEPS
   Prints {count, cpu, wall}. In turns with ours: node bench/peers.mjs cart-pole
   With -DIVDEP gcc 12 makes vectors: it is told that the arrays do not overlap, and the cosine is written as a sine, without which it makes one sincosf of both, of
   which there is none for vectors. Sines of whole vectors are glibc's (libmvec). */
#include "clock.h"
#ifdef IVDEP
#define COS(x) sinf((x) + 1.5707963267948966f)
#else
#define COS(x) cosf(x)
#endif
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  int n, horizon;
  float cart, force, tau, place, angle;
  float *x, *v, *theta, *omega, *half, *mass, *gravity, *gear, *actions, *observations, *final, *rewards, *training;
  uint8_t *terminated, *truncated;
  int32_t *elapsed, *episode;
  uint32_t random;
} Batch;

static float start(Batch *b) {
  b->random ^= b->random << 13;
  b->random ^= b->random >> 17;
  b->random ^= b->random << 5;
  return ((b->random >> 8) * 0x1p-24f - 0.5f) * 0.1f;
}

__attribute__((noinline)) static void step(Batch *restrict b) {
  const int n = b->n, horizon = b->horizon;
  const float place = b->place, angle = b->angle;
  float *restrict x = b->x, *restrict v = b->v, *restrict theta = b->theta, *restrict omega = b->omega;
  float *restrict rewards = b->rewards, *restrict training = b->training, *restrict o = b->observations;
  const float *restrict a = b->actions;
  uint8_t *restrict terminated = b->terminated, *restrict truncated = b->truncated;
  int32_t *restrict elapsed = b->elapsed;
#ifdef ONE_POLE
  const float cart = 1, push = 1, tau = 0.02f, l = 5, m = 0.1f, g = 9.8f;
#else
  const float cart = b->cart, force = b->force, tau = b->tau;
  const float *restrict half = b->half, *restrict mass = b->mass, *restrict gravity = b->gravity, *restrict gear = b->gear;
#endif
#ifdef IVDEP
#pragma GCC ivdep
#endif
  for (int i = 0; i < n; i++) {
#ifndef ONE_POLE
    const float l = half[i], m = mass[i], g = gravity[i], push = gear[i] * force;
#endif
    const float f = a[i] > 0 ? push : -push, s = sinf(theta[i]), c = COS(theta[i]), share = 1 / (m + cart);
    const float temp = (f + m * l * omega[i] * omega[i] * s) * share;
    const float turning = (g * s - c * temp) / (l * (4.0f / 3.0f - m * share * c * c));
    const float pushing = temp - m * l * share * turning * c;
    const float nx = x[i] + tau * v[i], nt = theta[i] + tau * omega[i], nv = v[i] + tau * pushing, nw = omega[i] + tau * turning;
    const int32_t t = elapsed[i] + 1, late = t >= horizon ? 1 : 0;
    const int32_t away = fabsf(nx) > place ? 1 : 0, tilted = fabsf(nt) > angle ? 1 : 0, fallen = away | tilted;
    x[i] = nx;
    v[i] = nv;
    theta[i] = nt;
    omega[i] = nw;
    rewards[i] = 1;
    training[i] = 1;
    elapsed[i] = t;
    terminated[i] = fallen;
    truncated[i] = late & ~fallen;
    o[4 * i] = nx;
    o[4 * i + 1] = nv;
    o[4 * i + 2] = nt;
    o[4 * i + 3] = nw;
  }
  for (int i = 0; i < n; i++) {
    if (!(terminated[i] | truncated[i])) continue;
    memcpy(b->final + 4 * i, o + 4 * i, 16);
    b->episode[i]++;
    elapsed[i] = 0;
    x[i] = o[4 * i] = start(b);
    v[i] = o[4 * i + 1] = start(b);
    theta[i] = o[4 * i + 2] = start(b);
    omega[i] = o[4 * i + 3] = start(b);
  }
}

int main(int argc, char **argv) {
  if (argc < 3) return fprintf(stderr, "cart-pole N STEPS\n"), 1;
  const int n = atoi(argv[1]), steps = atoi(argv[2]);
  volatile float numbers[] = {500, 1, 10, 0.02f, 2.4f, 0.20943951f};
  Batch b = {n, (int)numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]};
  float **floats[] = {&b.x, &b.v, &b.theta, &b.omega, &b.half, &b.mass, &b.gravity, &b.gear, &b.rewards, &b.training, &b.actions, &b.observations, &b.final};
  for (int k = 0; k < 13; k++) *floats[k] = aligned_alloc(16, 4 * n * sizeof(float)), memset(*floats[k], 0, 4 * n * sizeof(float));
  b.terminated = calloc(n, 1);
  b.truncated = calloc(n, 1);
  b.elapsed = calloc(n, 4);
  b.episode = calloc(n, 4);
  b.random = 1;
  for (int i = 0; i < n; i++) {
    b.half[i] = 5, b.mass[i] = 0.1f, b.gravity[i] = 9.8f, b.gear[i] = 0.1f;
    b.x[i] = start(&b), b.v[i] = start(&b), b.theta[i] = start(&b), b.omega[i] = start(&b);
  }
  for (int t = 0; t < steps / 10; t++) step(&b);
  const double c = cpu(), w = wall();
  for (int t = 0; t < steps; t++) step(&b);
  printf("{\"count\": %.0f, \"cpu\": %.9f, \"wall\": %.9f, \"check\": %g}\n", (double)n * steps, cpu() - c, wall() - w, b.rewards[0] + b.x[n - 1]);
  return 0;
}
