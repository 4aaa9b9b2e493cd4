/** Seeds of runs that once broke a promise, each with what was wrong: they are run again by every test. */
export const keptSeeds: readonly (readonly [seed: number, fault: string])[] = [
  [16, 'a new folder did not stand in its parent after a power cut, and its checkpoints were gone with it'],
  [22, 'the same, where the folder had been removed in between'],
  [45, 'the same, where the training had ended'],
  [79, 'the same, in a run that had been taken up again'],
  [278, "a log cut short before the first checkpoint was taken for somebody else's file, and the run could not begin again"],
  [337, 'a folder made by a process that was killed at once did not stand in its parent'],
  [215, 'a folder that vanished between the look for its config and the write of a checkpoint could not be resumed'],
  [263, 'a checkpoint whose config was lost could not be resumed'],
];
