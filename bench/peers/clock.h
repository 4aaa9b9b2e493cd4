/* The clocks of a sample: seconds of this process's CPU time, and seconds that passed. */
#include <time.h>

static double seconds_of(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static double cpu(void) { return seconds_of(CLOCK_PROCESS_CPUTIME_ID); }
static double wall(void) { return seconds_of(CLOCK_MONOTONIC); }
