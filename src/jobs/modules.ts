/** What a job's worker must have loaded: the users' environments of the thread that makes the job. */
export { loadedModules, loadModules, type ModuleAddress } from '../envs/user/modules.ts';
