/** Why the witness cannot work, as one sentence for the operator. */
export class WitnessError extends Error {
  override readonly name = 'WitnessError';
}
