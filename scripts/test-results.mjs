/**
 * A reporter for jest: leaves its results in the file that TRIBUTARY_TEST_RESULTS names. Jest's own --json would take stdout for
 * itself, from --help and --listTests too, and tell of a file that is gone by then. Plain JavaScript: jest loads it.
 */
import { writeFileSync } from 'node:fs';

export default class TestResults {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numPendingTests, testResults }) {
    const file = process.env['TRIBUTARY_TEST_RESULTS'];
    if (file === undefined) return;
    const failed = testResults
      .filter(({ numFailingTests, testExecError }) => numFailingTests > 0 || testExecError !== undefined)
      .map(({ testFilePath }) => testFilePath);
    writeFileSync(file, JSON.stringify({ numPassedTests, numFailedTests, numPendingTests, failed }));
  }
}
