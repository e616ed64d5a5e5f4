/** Codes of http://hl7.org/fhir/issue-type that refusals of a bundle use. */
export type IssueCode = 'structure' | 'required' | 'value' | 'not-supported' | 'not-found' | 'code-invalid' | 'business-rule' | 'conflict' | 'duplicate';

/** One thing that does not fit: where, and what to do about it. It never quotes what was sent. */
export interface Issue {
  readonly code: IssueCode;
  /** FHIRPath of the element, e.g. `Bundle.entry[1].resource.status`. */
  readonly expression: string;
  /** A sentence that says what to do. */
  readonly diagnostics: string;
}

export interface OperationOutcome {
  readonly resourceType: 'OperationOutcome';
  readonly issue: readonly { readonly severity: 'error'; readonly code: IssueCode; readonly diagnostics: string; readonly expression: readonly string[] }[];
}

/** FHIR R4 OperationOutcome of a bundle that was refused whole. */
export function operationOutcome(issues: readonly Issue[]): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    issue: issues.map(({ code, expression, diagnostics }) => ({ severity: 'error', code, diagnostics, expression: [expression] })),
  };
}

/** FHIRPath of a JSON Pointer (RFC 6901) below an element: `/entry/0/resource` of Bundle is `Bundle.entry[0].resource`. */
export function fhirPath(root: string, pointer: string): string {
  return pointer.split('/').slice(1).reduce((path, step) => {
    if (/^\d+$/.test(step)) return `${path}[${step}]`;
    // A name that is none of FHIR's may hold anything, a person's name too; it is not repeated.
    return /^[A-Za-z][A-Za-z0-9]{0,39}$/.test(step) ? `${path}.${step}` : path;
  }, root);
}
