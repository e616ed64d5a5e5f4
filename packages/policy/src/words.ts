/** A text in the two languages every published rule, profile and venue kind is written in. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}
