/* A pendulum whose mass nobody tells the player: swing it up and hold it there. Change it into your own environment; `npm run build` compiles it to NAME.wasm,
 * `npx wasmeta check NAME.wasm` tests it. */
#define STATE 2
#define TASK 1
#define ACTION 1
#define OBSERVATION 3
#define SPEC WASMETA_JSON({ \
  "id": "ID", \
  "title": "Pendulum of unknown mass", \
  "observation": [{ "name": "cos θ" }, { "name": "sin θ" }, { "name": "θ̇", "unit": "rad/s" }], \
  "action": [{ "name": "torque", "unit": "2 N m" }], \
  "task": [{ "name": "mass", "unit": "kg", "low": 0.5, "high": 2 }], \
  "state": [{ "name": "θ", "unit": "rad" }, { "name": "θ̇", "unit": "rad/s" }], \
  "presets": { "unknown-mass": { "horizon": 200, "episodes": 2 } }, \
  "ends": false \
})
#include "wasmeta.h"

static const double dt = 0.05;      /* s */
static const double g = 10;         /* m/s² */
static const double l = 1;          /* m */
static const double max_speed = 8;  /* rad/s */
static const double max_torque = 2; /* N m */

/* Into [−π, π). */
static double wrap(double x) { return x - 2 * WASMETA_PI * wasmeta_floor((x + WASMETA_PI) / (2 * WASMETA_PI)); }

static void sample_task(float *task, wasmeta_random *random) { task[0] = wasmeta_uniform(random, 0.5, 2); }

static void reset(double *state, const float *task, wasmeta_random *random) {
  state[0] = wasmeta_uniform(random, -WASMETA_PI, WASMETA_PI);
  state[1] = wasmeta_uniform(random, -1, 1);
}

static int step(double *state, const float *action, const float *task, wasmeta_random *random, float *rewards) {
  double mass = task[0];
  double torque = max_torque * wasmeta_clip(action[0], -1, 1);
  double angle = wrap(state[0]);
  rewards[0] = -(angle * angle + 0.1 * state[1] * state[1] + 0.001 * torque * torque);
  double push = 3 * g / (2 * l) * wasmeta_sin(state[0]) + 3 / (mass * l * l) * torque;
  state[1] = wasmeta_clip(state[1] + push * dt, -max_speed, max_speed);
  state[0] += state[1] * dt;
  return 0;
}

static void observe(const double *state, const float *task, float *out) {
  out[0] = wasmeta_cos(state[0]);
  out[1] = wasmeta_sin(state[0]);
  out[2] = state[1];
}
