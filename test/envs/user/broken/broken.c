/* A walk on the line with one fault of five; scripts/user-laws.mjs compiles each. */
#define STATE 1
#define TASK 1
#define ACTION 1
#define OBSERVATION 1
#ifdef LIES
#define SAYS {"name": "x"}, {"name": "y"}, {"name": "z"}, {"name": "t"}
#else
#define SAYS {"name": "x"}
#endif
#define SPEC_(id, ...) WASMETA_JSON({"id": id, "observation": [__VA_ARGS__], "action": [{"name": "dx"}], "task": [{"name": "wind", "low": -1, "high": 1}], \
  "state": 1, "ends": false, "presets": {"calm": {"horizon": 20, "episodes": 2}}})
#define SPEC_OF(id, ...) SPEC_(id, __VA_ARGS__)
#define SPEC SPEC_OF(ID, SAYS)
#ifdef ABI
#define WASMETA_ABI 2
#endif
#include "wasmeta.h"

static void sample_task(float *task, wasmeta_random *random) { task[0] = wasmeta_uniform(random, -1, 1); }
static void reset(double *state, const float *task, wasmeta_random *random) { state[0] = wasmeta_uniform(random, -1, 1); }

static int step(double *state, const float *action, const float *task, wasmeta_random *random, float *rewards) {
  state[0] += 0.1 * (wasmeta_clip(action[0], -1, 1) + task[0]);
#ifdef TRAPS
  if (state[0] > 0.5) __builtin_trap();
#endif
#ifdef GROWS
  __builtin_wasm_memory_grow(0, 1);
#endif
  rewards[0] = -wasmeta_abs(state[0]);
  return 0;
}

static void observe(const double *state, const float *task, float *out) {
  out[0] = state[0];
#ifdef BEYOND
  for (int i = 1; i < 64; i++) ((volatile float *)out)[i] = 1;
#endif
}
