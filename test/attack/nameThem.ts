/** The attack on identifiers: names somebody else's things, and things that nobody has, and looks for a difference. */
import { attempt, told, type Where } from './attempt.ts';
import { identifiersOf, memberOf, type IdentifierKind } from './identifiers.ts';
import type { OthersThings, Person } from './othersThings.ts';
import { changedRows, storedRows, type StoredRows } from './storedRows.ts';
import { fieldsOf, type Position, type Target } from './targets.ts';

const letters = (length: number) => [...crypto.getRandomValues(new Uint8Array(length))].map((byte) => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'.charAt(byte % 32)).join('');
const secret = (bytes: number) => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('base64url');
/** An identifier of the same form that names nothing of anybody's, instead of this one of somebody's. Kinds that are not here are UUIDs. */
const nobodys: Partial<Record<IdentifierKind, (theirs: string) => string>> = {
  index: (theirs) => String(Number(theirs) + 1), 'linkDependant.code': () => letters(8), reference: () => letters(10), 'enrolGate.code': () => secret(24), pass: () => `HK1:${secret(90)}`,
  deviceId: () => secret(32), kid: () => secret(32), presentationId: () => secret(16), invitation: () => secret(32), barcode: () => `TUBE-${letters(12)}`,
};

export interface Finding {
  /** The operation, and which of its identifiers were somebody else's. */
  readonly label: string;
  readonly kinds: readonly IdentifierKind[];
  readonly as: string;
  /** What the caller could tell, or was told. */
  readonly what: string;
}

export interface Outcome {
  readonly findings: readonly Finding[];
  /** Every label that was tried. */
  readonly labels: ReadonlySet<string>;
  /** Labels to which somebody got an operation's own answer, with an identifier that they had not read before. */
  readonly reached: ReadonlySet<string>;
  /** Labels whose identifiers stand in a list that a caller may read. */
  readonly listed: ReadonlySet<string>;
  /** What the database had more or less of after somebody else's things were named, and after nobody's were, a line a table. */
  readonly changes: { readonly theirs: readonly string[]; readonly nobodys: readonly string[] };
}

export interface Attack extends Where {
  readonly databaseUrl: string;
  readonly things: OthersThings;
  /** Every operation, for the lists among them. */
  readonly targets: readonly Target[];
  /** Whether callers name only what stands in no list of their own. */
  readonly unread: boolean;
}

type Whose = 'malformed' | 'nobodys' | 'theirs';
interface Place {
  readonly position: Position;
  readonly kind: IdentifierKind;
}
interface Question {
  readonly label: string;
  readonly person: Person;
  readonly target: Target;
  /** Where somebody else's identifiers stand. */
  readonly places: readonly Place[];
  readonly values: ReadonlyMap<Position, string>;
}

/** Puts what is theirs, and what is nobody's, in each place for an identifier of these operations, alone and together. */
export async function nameThem(attack: Attack, over: readonly Target[], people: readonly Person[]): Promise<Outcome> {
  const { things, databaseUrl } = attack;
  const [findings, reached, listed, questions] = [new Map<string, Finding>(), new Set<string>(), new Set<string>(), new Array<Question>()];
  for (const person of people) {
    const read = attack.unread ? await ownLists(attack, person) : '';
    for (const question of questionsOf(things, over, person)) {
      if (question.places.some(({ position }) => read.includes(`"${question.values.get(position) ?? ''}"`))) listed.add(question.label);
      else questions.push(question);
    }
  }
  const find = ({ label, places, person }: Question, what: string) => {
    findings.set(`${label}, ${person.name}: ${what}`, { label, kinds: places.map(({ kind }) => kind), as: person.name, what });
  };
  const askAll = async (whose: Whose) => {
    const answers: string[] = [];
    for (const question of questions) {
      const values = new Map(question.values);
      if (whose !== 'theirs') for (const { position, kind } of question.places) values.set(position, whose === 'malformed' ? '!' : (nobodys[kind] ?? (() => crypto.randomUUID()))(values.get(position) ?? ''));
      const answer = await attempt(attack, question.target, question.person, values);
      if (answer.status >= 500) find(question, `${answer.status} to what is ${whose}`);
      for (const canary of things.canaries) if (answer.body.includes(canary)) find(question, `gave away ${canary}`);
      if (whose === 'theirs' && ![400, 401, 403, 415, 429].includes(answer.status)) reached.add(question.label);
      // A word shorter than this stands in any answer by chance.
      answers.push(unproven(told(answer, [...values.values()].filter((value) => value.length > 5))));
    }
    return { answers, rows: await storedRows(databaseUrl) };
  };

  await askAll('malformed');
  // Once before it counts, so that what is counted for a caller stands there already.
  const before = await askAll('nobodys');
  const theirs = await askAll('theirs');
  const none = await askAll('nobodys');
  for (const [index, question] of questions.entries()) {
    const [one, other] = [theirs.answers[index] ?? '', none.answers[index] ?? ''];
    if (one !== other) find(question, `${inShort(one)} and not ${inShort(other)}`);
  }
  return {
    findings: [...findings.values()], labels: new Set(questions.map(({ label }) => label)), reached, listed,
    changes: { theirs: changes(before.rows, theirs.rows), nobodys: changes(theirs.rows, none.rows) },
  };
}

/** Without the tree heads of the ledger, which are made as time passes. */
function changes(before: StoredRows, after: StoredRows): string[] {
  return changedRows(before, after).filter((line) => !line.startsWith('ledger.checkpoint:'));
}

/** The page of an access log has its proofs under a tree head that grows meanwhile. */
function unproven(text: string): string {
  return text.replaceAll(/"(checkpoint|path)":("(?:[^"\\]|\\.)*"|\[[^\]]*\])/g, '"$1":‹proof›');
}

function inShort(text: string): string {
  const say = /"(?:type|outcome)":"([^"]*)"/.exec(text)?.[1] ?? '';
  return `${text.split('\n')[0] ?? ''} ${say}`.trim();
}

/** Everything that the caller's own lists say: what stands there is no secret from that caller. */
async function ownLists(attack: Attack, person: Person): Promise<string> {
  const lists = attack.targets.filter((target) => target.method === 'GET' && person.authorities.includes(target.authority) && identifiersOf(target).length === 0);
  const answers = await Promise.all(lists.map(async (target) => (await attempt({ ...attack, via: attack.origin }, target, person, new Map())).body));
  return answers.join('\n');
}

function questionsOf(things: OthersThings, over: readonly Target[], person: Person): Question[] {
  return over.filter(({ authority }) => person.authorities.includes(authority)).flatMap((target) => {
    const places = identifiersOf(target);
    if (places.length === 0) return [];
    const plain = fieldsOf(target).flatMap(({ position }) => {
      const value = things.own.get(memberOf(target, position));
      return value === undefined || places.some((place) => same(place.position, position)) ? [] : [[position, value] as const];
    });
    const choices = places.length > 1 ? [places, ...places.map((place) => [place])] : [places];
    return choices.flatMap((chosen) => {
      const beside = places.filter((place) => !chosen.includes(place)).map(({ position, kind }) => [position, things.own.get(kind) ?? crypto.randomUUID()] as const);
      const times = Math.max(...chosen.map(({ kind }) => things.theirs[kind].length));
      return Array.from({ length: times }, (_, time): Question => ({
        label: `${target.id}: ${chosen.map(({ kind }) => kind).join(' and ')}`, person, target, places: chosen,
        values: new Map([...plain, ...beside, ...chosen.map(({ position, kind }) => [position, things.theirs[kind][time % things.theirs[kind].length] ?? ''] as const)]),
      }));
    });
  });
}
const same = (one: Position, other: Position) => one.place === other.place && one.name === other.name;
