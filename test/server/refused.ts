import assert from 'node:assert/strict';
import type { ProblemName } from '@health-kit/api';
import { problemTypeUri } from '@health-kit/api';
import { ProblemError } from '@health-kit/simulate';

/** Asserts that an act is refused with the problem of this name. */
export async function refused(act: Promise<unknown>, problem: ProblemName): Promise<void> {
  await assert.rejects(act, (error) => {
    assert.ok(error instanceof ProblemError, String(error));
    assert.equal(error.problem.type, problemTypeUri(problem));
    return true;
  });
}
