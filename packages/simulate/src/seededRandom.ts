/** Choices that are the same for the same seed, so that a city, an outbreak or a failing test can be made again. Never for keys. */
export interface Random {
  /** The next number in [0, 1), with 32 bits. */
  next(): number;
  /** An integer in [0, below). */
  integer(below: number): number;
  /** One of the items. Throws RangeError for none. */
  pick<Item>(items: readonly Item[]): Item;
  /** The items in another order. */
  shuffled<Item>(items: readonly Item[]): Item[];
  /** A generator of its own, so that what one part draws does not change what another gets. */
  fork(name: string): Random;
}

/** sfc32 (Chris Doty-Humphrey, PractRand), seeded from text or number by FNV-1a and warmed up. */
export function seededRandom(seed: number | string): Random {
  const text = String(seed);
  const state = [0, 1, 2, 3].map((part) => fnv1a(`${part}:${text}`));
  let [a = 0, b = 0, c = 0, counter = 0] = state;
  const word = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round += 1) word();
  const next = () => word() / 2 ** 32;
  const integer = (below: number) => Math.floor(next() * below);
  return {
    next,
    integer,
    pick: (items) => {
      const item = items[integer(items.length)];
      if (item === undefined) throw new RangeError('there is nothing to pick from');
      return item;
    },
    shuffled: (items) => items.map((item) => ({ item, rank: next() })).sort((x, y) => x.rank - y.rank).map(({ item }) => item),
    fork: (name) => seededRandom(`${text}/${name}`),
  };
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}
