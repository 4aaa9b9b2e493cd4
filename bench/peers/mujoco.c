/* Environment steps of a body in native MuJoCo: HELD time steps an action, random actions, a new start every 200 steps, all numbers read after each.
   gcc -O3 bench/peers/mujoco.c -lmujoco -o build/mujoco && build/mujoco MODEL.xml HELD STEPS; prints {count, cpu, wall, version}. */
#include "clock.h"
#include <mujoco/mujoco.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  char error[1000];
  mjModel *m = mj_loadXML(argv[1], NULL, error, sizeof error);
  if (argc < 4 || m == NULL) return fprintf(stderr, "%s\n", error), 1;
  mjData *d = mj_makeData(m);
  const int held = atoi(argv[2]), steps = atoi(argv[3]);
  uint32_t word = 1;
  double read = 0;
  const double c = cpu(), w = wall();
  for (int t = 0; t < steps; t++) {
    if (t % 200 == 0) mj_resetData(m, d);
    for (int i = 0; i < m->nu; i++) d->ctrl[i] = (word = word * 1664525u + 1013904223u) / 2147483648.0 - 1;
    for (int k = 0; k < held; k++) mj_step(m, d);
    for (int i = 0; i < m->nq; i++) read += d->qpos[i] + d->qvel[i];
  }
  const double used = cpu() - c, passed = wall() - w;
  if (read != read) return fprintf(stderr, "NaN\n"), 1;
  printf("{\"count\": %d, \"cpu\": %.9f, \"wall\": %.9f, \"version\": \"%s\"}\n", steps, used, passed, mj_versionString());
  return 0;
}
