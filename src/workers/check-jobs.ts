/** What every executor asks of the jobs that it is given. The rest of a job is checked where it is done. */
import { fail, integer, record } from '../core/checks.ts';

/** Throws `E_ARGUMENT` before any job has begun. */
export function checkJobs<J>(jobs: readonly J[]): readonly J[] {
  if (!Array.isArray(jobs)) return fail('jobs', 'a list of jobs', jobs);
  for (let i = 0; i < jobs.length; i++) {
    const { kind, shard } = record(`jobs[${i}]`, jobs[i]);
    if (typeof kind !== 'string') fail(`jobs[${i}].kind`, 'the name of a kind of job', kind);
    integer(`jobs[${i}].shard`, shard, 0);
  }
  return jobs;
}
