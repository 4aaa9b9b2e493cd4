/** What `npm test` prints: one line a test file, with its counts and seconds and why tests were skipped, and every failure in full at the end. */
import { DefaultReporter, type TestModule } from 'vitest/node';

export default class LineReporter extends DefaultReporter {
  constructor() {
    super({ summary: false });
  }

  protected override printTestModule(module: TestModule): void {
    const tests = [...module.children.allTests()];
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const counts = ['passed', 'failed', 'skipped'].map((state) => [count(state), state] as const).filter(([n]) => n > 0);
    const { duration, collectDuration, setupDuration } = module.diagnostic();
    const seconds = ((duration + collectDuration + setupDuration) / 1000).toFixed(1);
    const where = module.project.name === 'node' ? '' : ` (${module.project.name})`;
    const file = `${this.relative(module.moduleId)}${where}`;
    const outcome = counts.length === 0 ? 'not run' : counts.map(([n, state]) => `${n} ${state}`).join(', ');
    const reasons = new Set(
      tests.map((test) => test.result()).flatMap((result) => (result.state === 'skipped' && result.note ? [result.note] : [])),
    );
    this.log(`${module.ok() ? 'ok  ' : 'FAIL'} ${file.padEnd(52)} ${seconds.padStart(6)} s  ${outcome}`);
    for (const reason of reasons) this.log(`       skipped: ${reason}`);
  }
}
