/* Two arms that pay 1 with unknown chances: the smallest environment with choices, written against the ABI in C. */
#define STATE 0
#define TASK 2
#define ACTION 1
#define OBSERVATION 1
#define SPEC WASMETA_JSON({ \
  "id": "AbiBandit-v0", \
  "title": "Two arms in C", \
  "observation": [{ "name": "nothing", "low": -1, "high": 1 }], \
  "action": { "n": 2, "choices": ["left", "right"] }, \
  "task": [{ "name": "p left", "low": 0, "high": 1 }, { "name": "p right", "low": 0, "high": 1 }], \
  "state": 0, \
  "presets": { "ten-pulls": { "horizon": 10, "episodes": 1 } }, \
  "ends": false, \
  "taskMoves": false \
})
#include "wasmeta.h"

static void sample_task(float *task, wasmeta_random *random) {
  task[0] = wasmeta_uniform(random, 0, 1);
  task[1] = wasmeta_uniform(random, 0, 1);
}
static void reset(double *state, const float *task, wasmeta_random *random) {}
static int step(double *state, const float *action, const float *task, wasmeta_random *random, float *rewards) {
  rewards[0] = wasmeta_uniform(random, 0, 1) < task[(int)action[0]];
  return 0;
}
static void observe(const double *state, const float *task, float *out) { out[0] = 0; }
