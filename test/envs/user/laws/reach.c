/* A point that looks for a goal on the plane; twin of reach.mjs. */
#define STATE 2
#define TASK 2
#define ACTION 2
#define OBSERVATION 2
#define REWARDS 2
#define SPEC WASMETA_JSON({ \
  "id": "ReachInC-v0", \
  "observation": [{ "name": "x", "unit": "m" }, { "name": "y", "unit": "m" }], \
  "action": [{ "name": "dx" }, { "name": "dy" }], \
  "task": [{ "name": "goal x", "unit": "m", "low": -1, "high": 1 }, { "name": "goal y", "unit": "m", "low": -1, "high": 1 }], \
  "state": [{ "name": "x", "unit": "m" }, { "name": "y", "unit": "m" }], \
  "presets": { "near": { "horizon": 20, "tolerance": 0.25 } }, \
  "rewards": { "reached": "1 if d <= tolerance, else 0", "dense": "-d" }, \
  "tolerantRewards": ["reached"], \
  "goal": { "place": ["x", "y"] }, \
  "ends": false, \
  "taskMoves": false \
})
#include "wasmeta.h"

static void sample_task(float *task, wasmeta_random *random) {
  task[0] = wasmeta_uniform(random, -1, 1);
  task[1] = wasmeta_uniform(random, -1, 1);
}
static void reset(double *state, const float *task, wasmeta_random *random) {}
static int step(double *state, const float *action, const float *task, wasmeta_random *random, float *rewards) {
  state[0] = (float)(state[0] + 0.1 * wasmeta_clip(action[0], -1, 1));
  state[1] = (float)(state[1] + 0.1 * wasmeta_clip(action[1], -1, 1));
  double dx = state[0] - task[0], dy = state[1] - task[1], d = wasmeta_sqrt(dx * dx + dy * dy);
  rewards[0] = d <= wasmeta_tolerance;
  rewards[1] = -d;
  return 0;
}
static void observe(const double *state, const float *task, float *out) {
  out[0] = state[0];
  out[1] = state[1];
}
