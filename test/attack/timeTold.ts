/** Whether two kinds of requests can be told apart by how long their answers take. */

export interface TimeVerdict {
  /** True when the times tell which kind a request was of. */
  readonly told: boolean;
  /** Standard score of the Mann-Whitney statistic: 0 where neither kind tends to be slower. */
  readonly score: number;
  readonly pairs: number;
}

/** Of so many times one after the other the shortest counts: what the machine was doing besides only ever adds. */
const blockPairs = 5;
/** Pairs measured before the score is looked at. */
const pairsARound = 150;
const usualRounds = 3;
/** Beyond this there is no doubt: by chance alone it comes once in 500 million looks. */
const certain = 6;
/** Beyond this after all rounds it counts: by chance alone it comes seven times in a million. */
const telling = 4.5;

/**
 * Measures pairs, one of either kind, in an order that changes from pair to pair, so that whatever else the machine does
 * meets both alike; takes the shortest of each block; and ranks those (Mann and Whitney 1947), so that a few very late
 * answers decide nothing.
 *
 * @param measure returns ms; `isFirst` says for which kind
 * @param rounds more where a difference is to be found on a busy machine
 */
export async function tellByTime(measure: (pair: number, isFirst: boolean) => Promise<number>, rounds = usualRounds): Promise<TimeVerdict> {
  const [first, second]: [number[], number[]] = [[], []];
  let score = 0;
  for (let round = 1; round <= rounds; round += 1) {
    for (let count = 0; count < pairsARound; count += 1) {
      const pair = first.length;
      const order = (pair * 2_654_435_761) % 4_294_967_296 < 2_147_483_648;
      for (const isFirst of [order, !order]) (isFirst ? first : second).push(await measure(pair, isFirst));
    }
    score = mannWhitney(shortest(first), shortest(second));
    if (Math.abs(score) > certain) return { told: true, score, pairs: first.length };
  }
  return { told: Math.abs(score) > telling, score, pairs: first.length };
}

function shortest(times: readonly number[]): number[] {
  return Array.from({ length: Math.floor(times.length / blockPairs) }, (_, block) => Math.min(...times.slice(block * blockPairs, (block + 1) * blockPairs)));
}

/** Standard score of the rank sum of `first` among both, by the normal approximation. */
function mannWhitney(first: readonly number[], second: readonly number[]): number {
  const ranked = [...first.map((value) => ({ value, isFirst: true })), ...second.map((value) => ({ value, isFirst: false }))].sort((a, b) => a.value - b.value);
  const rankSum = ranked.reduce((sum, { isFirst }, index) => sum + (isFirst ? index + 1 : 0), 0);
  const [m, n] = [first.length, second.length];
  const u = rankSum - (m * (m + 1)) / 2;
  return (u - (m * n) / 2) / Math.sqrt((m * n * (m + n + 1)) / 12);
}
