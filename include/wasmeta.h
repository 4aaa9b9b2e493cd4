/*
 * Users' environments of wasmeta in C: the arrays of N environments, the table of their addresses and the calls of the ABI (docs/your-environment.md), Philox,
 * and sin, cos, exp, log with the same bits everywhere: those of `math` of the package (sin and cos for |x| < 1e6). No libc. Compile with
 *   clang --target=wasm32 -O3 -mbulk-memory -nostdlib -Wl,--no-entry -I node_modules/wasmeta/include -o env.wasm env.c
 *
 * Before the include, define STATE, TASK, ACTION, OBSERVATION (how many numbers each has; ACTION is 1 for a choice), REWARDS if there are several, and SPEC,
 * WASMETA_JSON({ ... }): the fields of `defineEnv` but its functions. After it, write the four functions of one environment that are declared below.
 */
#ifndef WASMETA_H
#define WASMETA_H

#ifndef REWARDS
#define REWARDS 1
#endif

#define WASMETA_JSON(...) #__VA_ARGS__

typedef unsigned char wasmeta_u8;
typedef unsigned int wasmeta_u32;
typedef unsigned long long wasmeta_u64;
typedef struct wasmeta_random wasmeta_random;

/* Draws a task. */
static void sample_task(float *task, wasmeta_random *random);
/* Starts an episode; the state is 0 before. */
static void reset(double *state, const float *task, wasmeta_random *random);
/* Moves, and writes the rewards; 1 if the law ends the episode, else 0. */
static int step(double *state, const float *action, const float *task, wasmeta_random *random, float *rewards);
static void observe(const double *state, const float *task, float *out);

/* ---- Philox4x32-10, Salmon et al. 2011. Twins, to the bit: src/envs/user/random.ts, assembly/random.ts ---- */

struct wasmeta_random {
  wasmeta_u32 key[2], at[3], drawn, words[4];
};

/* A whole number of 32 bits. */
static inline wasmeta_u32 wasmeta_word(wasmeta_random *r) {
  wasmeta_u32 k = r->drawn++;
  if (k % 4 == 0) {
    wasmeta_u32 c0 = r->at[0], c1 = r->at[1], c2 = r->at[2], c3 = k / 4, k0 = r->key[0], k1 = r->key[1];
    for (int round = 0; round < 10; round++) {
      wasmeta_u64 a = (wasmeta_u64)c0 * 0xd2511f53u, b = (wasmeta_u64)c2 * 0xcd9e8d57u;
      c0 = (wasmeta_u32)(b >> 32) ^ c1 ^ k0;
      c1 = (wasmeta_u32)b;
      c2 = (wasmeta_u32)(a >> 32) ^ c3 ^ k1;
      c3 = (wasmeta_u32)a;
      k0 += 0x9e3779b9u;
      k1 += 0xbb67ae85u;
    }
    r->words[0] = c0;
    r->words[1] = c1;
    r->words[2] = c2;
    r->words[3] = c3;
  }
  return r->words[k % 4];
}

/* In [low, high), with 24 random bits. */
static inline double wasmeta_uniform(wasmeta_random *r, double low, double high) {
  return low + (high - low) * ((double)(wasmeta_word(r) >> 8) * 0x1p-24);
}

/* One of 0 ... n - 1. */
static inline int wasmeta_integer(wasmeta_random *r, int n) {
  return (int)__builtin_floor((double)(wasmeta_word(r) >> 8) * 0x1p-24 * n);
}

/* ---- Elementary functions, after FreeBSD's msun (Sun Microsystems 1993, "permission to use, copy, modify, and distribute this software is freely granted") ---- */

#define WASMETA_PI 3.14159265358979323846

static inline double wasmeta_sqrt(double x) { return __builtin_sqrt(x); }
static inline double wasmeta_floor(double x) { return __builtin_floor(x); }
static inline double wasmeta_abs(double x) { return __builtin_fabs(x); }
static inline double wasmeta_clip(double x, double low, double high) { return x < low ? low : x > high ? high : x; }

static inline wasmeta_u64 wasmeta_bits(double x) {
  wasmeta_u64 u;
  __builtin_memcpy(&u, &x, 8);
  return u;
}

static inline double wasmeta_double(wasmeta_u64 u) {
  double x;
  __builtin_memcpy(&x, &u, 8);
  return x;
}

/* The upper half of |x|: greater for greater |x|. */
static inline wasmeta_u32 wasmeta_high(double x) { return (wasmeta_u32)(wasmeta_bits(x) >> 32) & 0x7fffffff; }

/* Of sin: all terms of the series but the first two, over x^5; z = x^2. */
static inline double wasmeta_sin_rest(double z) {
  double w = z * z;
  return 8.33333333332248946124e-03 + z * (-1.98412698298579493134e-04 + z * 2.75573137070700676789e-06) +
         z * w * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10);
}

static inline double wasmeta_sin_part(double x, double y) {
  double z = x * x, v = z * x;
  return x - ((z * (0.5 * y - v * wasmeta_sin_rest(z)) - y) - v * -1.66666666666666324348e-01);
}

static inline double wasmeta_cos_part(double x, double y) {
  double z = x * x, w = z * z;
  double r = z * (4.16666666666666019037e-02 + z * (-1.38888888888741095749e-03 + z * 2.48015872894767294178e-05)) +
             w * w * (-2.75573143513906633035e-07 + z * (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11));
  double hz = 0.5 * z;
  w = 1.0 - hz;
  return w + (((1.0 - w) - hz) + (z * r - x * y));
}

/* x - n pi/2 in [-pi/4, pi/4] as y[0] + y[1]; returns n. Exact to the last bits for |x| < 1e6, and worse beyond. */
static inline int wasmeta_quarter(double x, double *y) {
  if (!(wasmeta_abs(x) < 1e6)) x -= 2 * WASMETA_PI * wasmeta_floor(x / (2 * WASMETA_PI));
  double fn = __builtin_nearbyint(x * 6.36619772367581382433e-01);
  double r = x - fn * 1.57079632673412561417e+00, w = fn * 6.07710050650619224932e-11;
  y[0] = r - w;
  int ex = (int)(wasmeta_bits(x) >> 52 & 0x7ff), ey = (int)(wasmeta_bits(y[0]) >> 52 & 0x7ff);
  if (ex - ey > 16) {
    double t = r;
    w = fn * 6.07710050630396597660e-11;
    r = t - w;
    w = fn * 2.02226624879595063154e-21 - ((t - r) - w);
    y[0] = r - w;
    ey = (int)(wasmeta_bits(y[0]) >> 52 & 0x7ff);
    if (ex - ey > 49) {
      t = r;
      w = fn * 2.02226624871116645580e-21;
      r = t - w;
      w = fn * 8.47842766036889956997e-32 - ((t - r) - w);
      y[0] = r - w;
    }
  }
  y[1] = (r - y[0]) - w;
  return fn > -2e9 && fn < 2e9 ? (int)fn : 0;
}

static inline double wasmeta_sin(double x) {
  wasmeta_u32 high = wasmeta_high(x);
  if (high < 0x3e500000) return x; /* |x| < 2^-26 */
  if (high <= 0x3fe921fb) return x + x * x * x * (-1.66666666666666324348e-01 + x * x * wasmeta_sin_rest(x * x)); /* |x| < pi/4 */
  double y[2];
  int n = wasmeta_quarter(x, y);
  double value = n & 1 ? wasmeta_cos_part(y[0], y[1]) : wasmeta_sin_part(y[0], y[1]);
  return n & 2 ? -value : value;
}

static inline double wasmeta_cos(double x) {
  double y[2];
  int n = wasmeta_quarter(x, y);
  double value = n & 1 ? wasmeta_sin_part(y[0], y[1]) : wasmeta_cos_part(y[0], y[1]);
  return (n + 1) & 2 ? -value : value;
}

static inline double wasmeta_exp(double x) {
  if (x != x) return x;
  if (x > 709.782712893383973096) return x * 0x1p1023;
  if (x < -745.13321910194110842) return 0;
  wasmeta_u32 high = wasmeta_high(x);
  if (high <= 0x3e300000) return 1 + x; /* |x| < 2^-28 */
  int n = high <= 0x3fd62e42   ? 0 /* |x| <= ln 2 / 2 */
          : high >= 0x3ff0a2b2 ? (int)(1.44269504088896338700e+00 * x + __builtin_copysign(0.5, x))
          : x < 0              ? -1
                               : 1;
  double hi = x - n * 6.93147180369123816490e-01, lo = n * 1.90821492927058770002e-10;
  double r = hi - lo, z = r * r, w = z * z;
  double c = r - (z * 1.66666666666666019037e-01 +
                  w * ((-2.77777777770155933842e-03 + z * 6.61375632143793436117e-05) +
                       w * (-1.65339022054652515390e-06 + z * 4.13813679705723846039e-08)));
  double y = 1 + (r * c / (2 - c) - lo + hi);
  int half = n / 2; /* two factors: 2^n alone may leave the normal range */
  return y * wasmeta_double((wasmeta_u64)(1023 + half) << 52) * wasmeta_double((wasmeta_u64)(1023 + n - half) << 52);
}

static inline double wasmeta_log(double x) {
  if (!(x > 0) || x > 0x1.fffffffffffffp1023) return x == 0 ? -1 / (x * x) : x < 0 || x != x ? (x - x) / 0.0 : x;
  int k = 0;
  if (x < 0x1p-1022) {
    k = -54;
    x *= 0x1p54;
  }
  wasmeta_u64 u = wasmeta_bits(x);
  wasmeta_u32 hx = (wasmeta_u32)(u >> 32) + (0x3ff00000 - 0x3fe6a09e);
  k += (int)(hx >> 20) - 0x3ff;
  hx = (hx & 0x000fffff) + 0x3fe6a09e;
  if (x == 1) return 0;
  double f = wasmeta_double((wasmeta_u64)hx << 32 | (u & 0xffffffffu)) - 1.0;
  double hfsq = 0.5 * f * f, s = f / (2.0 + f), z = s * s, w = z * z;
  double t1 = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  double t2 = z * (6.666666666666735130e-01 + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  double dk = k;
  return s * (hfsq + (t2 + t1)) + dk * 1.90821492927058770002e-10 - hfsq + f + dk * 6.93147180369123816490e-01;
}

/* By Box and Muller (1958); takes two words. */
static inline double wasmeta_normal(wasmeta_random *r, double mean, double deviation) {
  double radius = wasmeta_sqrt(-2 * wasmeta_log(wasmeta_uniform(r, 0, 1) + 0x1p-24));
  return mean + deviation * radius * wasmeta_cos(2 * WASMETA_PI * wasmeta_uniform(r, 0, 1));
}

/* ---- The ABI ---- */

#define WASMETA_EXPORT(name) __attribute__((export_name(#name)))

/* The table of addresses that `create` returns. Rows are row-major [N, .]. */
static struct {
  float *tasks, *actions, *observations, *rewards;
  wasmeta_u8 *terminated, *which;
  wasmeta_u32 *task_ids, *episodes, *elapsed;
  double *states;
} wasmeta_table;

static int wasmeta_num_envs, wasmeta_preset, wasmeta_horizon;

/* The distance that the rewards in "tolerantRewards" of the spec forgive. */
static double wasmeta_tolerance;

/* Zeroed memory behind the module's data, 16-byte aligned. It is never given back. */
static void *wasmeta_zeros(wasmeta_u32 bytes) {
  extern wasmeta_u8 __heap_base;
  static wasmeta_u32 next = 0;
  if (next == 0) next = (wasmeta_u32)&__heap_base;
  wasmeta_u32 at = (next + 15) & ~15u;
  next = at + bytes;
  wasmeta_u32 pages = (next + 0xffff) >> 16, has = __builtin_wasm_memory_size(0);
  if (pages > has && __builtin_wasm_memory_grow(0, pages - has) == (wasmeta_u32)-1) __builtin_trap();
  return (void *)at;
}

#ifndef WASMETA_ABI
#define WASMETA_ABI 1
#endif

WASMETA_EXPORT(abi) int wasmeta_abi(void) { return WASMETA_ABI; }

WASMETA_EXPORT(spec) const char *wasmeta_spec(void) { return SPEC; }

WASMETA_EXPORT(create) void *wasmeta_create(int num_envs, int preset, int horizon) {
  wasmeta_num_envs = num_envs;
  wasmeta_preset = preset;
  wasmeta_horizon = horizon;
  wasmeta_table.tasks = wasmeta_zeros(num_envs * TASK * 4);
  wasmeta_table.actions = wasmeta_zeros(num_envs * ACTION * 4);
  wasmeta_table.observations = wasmeta_zeros(num_envs * OBSERVATION * 4);
  wasmeta_table.rewards = wasmeta_zeros(num_envs * REWARDS * 4);
  wasmeta_table.terminated = wasmeta_zeros(num_envs);
  wasmeta_table.which = wasmeta_zeros(num_envs);
  wasmeta_table.task_ids = wasmeta_zeros(num_envs * 4);
  wasmeta_table.episodes = wasmeta_zeros(num_envs * 4);
  wasmeta_table.elapsed = wasmeta_zeros(num_envs * 4);
  wasmeta_table.states = wasmeta_zeros(num_envs * STATE * 8);
  return &wasmeta_table;
}

static inline wasmeta_random wasmeta_at(wasmeta_u32 seed, wasmeta_u32 split, wasmeta_u32 stream, wasmeta_u32 task, wasmeta_u32 episode, wasmeta_u32 step) {
  wasmeta_random random = {{seed, 16 * split + stream}, {task, episode, step}, 0, {0}};
  return random;
}

WASMETA_EXPORT(sample_tasks) void wasmeta_sample_tasks(wasmeta_u32 seed, wasmeta_u32 split) {
  for (int n = 0; n < wasmeta_num_envs; n++) {
    wasmeta_random random = wasmeta_at(seed, split, 0, wasmeta_table.task_ids[n], 0, 0);
    sample_task(wasmeta_table.tasks + n * TASK, &random);
  }
}

WASMETA_EXPORT(start) void wasmeta_start(wasmeta_u32 seed, wasmeta_u32 split) {
  for (int n = 0; n < wasmeta_num_envs; n++) {
    if (!wasmeta_table.which[n]) continue;
    double *state = wasmeta_table.states + n * STATE;
    const float *task = wasmeta_table.tasks + n * TASK;
    wasmeta_random random = wasmeta_at(seed, split, 1, wasmeta_table.task_ids[n], wasmeta_table.episodes[n], 0);
    for (int k = 0; k < STATE; k++) state[k] = 0;
    reset(state, task, &random);
    observe(state, task, wasmeta_table.observations + n * OBSERVATION);
  }
}

WASMETA_EXPORT(step) void wasmeta_step(wasmeta_u32 seed, wasmeta_u32 split) {
  for (int n = 0; n < wasmeta_num_envs; n++) {
    double *state = wasmeta_table.states + n * STATE;
    const float *task = wasmeta_table.tasks + n * TASK;
    wasmeta_random random = wasmeta_at(seed, split, 3, wasmeta_table.task_ids[n], wasmeta_table.episodes[n], wasmeta_table.elapsed[n]);
    wasmeta_table.terminated[n] = step(state, wasmeta_table.actions + n * ACTION, task, &random, wasmeta_table.rewards + n * REWARDS) != 0;
    observe(state, task, wasmeta_table.observations + n * OBSERVATION);
  }
}

/* Observes states and tasks that were set from outside. */
WASMETA_EXPORT(observe) void wasmeta_observe(void) {
  for (int n = 0; n < wasmeta_num_envs; n++)
    observe(wasmeta_table.states + n * STATE, wasmeta_table.tasks + n * TASK, wasmeta_table.observations + n * OBSERVATION);
}

WASMETA_EXPORT(tolerance) void wasmeta_set_tolerance(double value) { wasmeta_tolerance = value; }

#endif
