import { normalizeDocumentNumber, tidyName, type SealedDocument } from '@health-kit/api';

/** What is wrong with a field that was read off a document. */
export type DocumentFault = 'empty' | 'long' | 'short';
export type DocumentFaults = Partial<Record<'familyName' | 'givenName' | 'documentNumber', DocumentFault>>;

/** Limits of packages/api, SealedDocument. */
const limits = { familyName: { least: 1, most: 40 }, givenName: { least: 0, most: 60 }, documentNumber: { least: 4, most: 24 } } as const;

/** What is sealed: names and number brought into the one form in which the resident's app seals them. Whether it agrees with the registration, the vault alone can say. */
export function tidyDocument(typed: SealedDocument): SealedDocument {
  return {
    documentType: typed.documentType, familyName: tidyName(typed.familyName), givenName: tidyName(typed.givenName),
    documentNumber: normalizeDocumentNumber(typed.documentNumber),
  };
}

/** Faults of a tidied document; none when it can be sealed. */
export function documentFaults(tidied: SealedDocument): DocumentFaults {
  const faults: DocumentFaults = {};
  for (const field of ['familyName', 'givenName', 'documentNumber'] as const) {
    const { length } = tidied[field];
    if (length === 0 && limits[field].least > 0) faults[field] = 'empty';
    else if (length < limits[field].least) faults[field] = 'short';
    else if (length > limits[field].most) faults[field] = 'long';
  }
  return faults;
}
