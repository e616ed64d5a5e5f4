import { useState, type SyntheticEvent } from 'react';
import { documentTypes, type SealedDocument } from '@health-kit/api';
import { Button, ErrorSummary, Select, TextField, type FieldError } from '@health-kit/ui';
import { useText } from '../text.ts';
import { documentFaults, tidyDocument, type DocumentFaults } from './documentForm.ts';
import forms from '../forms/forms.module.css';

export const noDocument: SealedDocument = { documentType: 'resident-id', familyName: '', givenName: '', documentNumber: '' };

/** What a document says, as the registrar reads it off. */
export function DocumentForm({ document, onChange, onReady, onCancel, again = false }: {
  readonly document: SealedDocument; readonly onChange: (document: SealedDocument) => void; readonly onReady: (tidied: SealedDocument) => void; readonly onCancel: () => void;
  /** The second time round. */
  readonly again?: boolean;
}) {
  const text = useText();
  const [faults, setFaults] = useState<DocumentFaults>({});
  const [summary, setSummary] = useState<readonly FieldError[]>([]);
  const message = (field: keyof DocumentFaults) => {
    const fault = faults[field];
    return fault === undefined ? null : text(`desk.errors.${field}.${fault === 'short' ? 'empty' : fault}`);
  };
  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    const tidied = tidyDocument(document);
    const found = documentFaults(tidied);
    setFaults(found);
    const fields = (['familyName', 'givenName', 'documentNumber'] as const).filter((field) => found[field] !== undefined);
    setSummary(fields.map((fieldId) => ({ fieldId, message: text(`desk.errors.${fieldId}.${found[fieldId] === 'long' ? 'long' : 'empty'}`) })));
    if (fields.length === 0) onReady(tidied);
  }
  return (
    <form className={forms.form} noValidate onSubmit={submit}>
      <ErrorSummary errors={summary} />
      <p>{text(again ? 'cards.again' : 'desk.readOff')}</p>
      <Select id="documentType" label={text('desk.document')} value={document.documentType} onChange={(documentType) => onChange({ ...document, documentType })} options={documentTypes.map((value) => ({ value, label: text(`desk.documents.${value}`) }))} />
      <div className={forms.pair}>
        <TextField id="familyName" label={text('desk.familyName')} autoFocus={hasKeyboard()} value={document.familyName} error={message('familyName')} autoComplete="off" spellCheck={false} onChange={(familyName) => onChange({ ...document, familyName })} />
        <TextField id="givenName" label={text('desk.givenName')} hint={text('desk.givenNameHint')} value={document.givenName} error={message('givenName')} autoComplete="off" spellCheck={false} onChange={(givenName) => onChange({ ...document, givenName })} />
      </div>
      <TextField id="documentNumber" label={text('desk.number')} hint={text('desk.numberHint')} value={document.documentNumber} error={message('documentNumber')} autoComplete="off" autoCapitalize="characters" spellCheck={false} onChange={(documentNumber) => onChange({ ...document, documentNumber })} />
      <div className={forms.actions}>
        <Button type="submit">{text('desk.toCheck')}</Button>
        <Button look="quiet" onClick={onCancel}>{text('desk.startOver')}</Button>
      </div>
    </form>
  );
}

/** Whether typing can begin at once: on a phone the keyboard would cover whose pass was scanned. */
function hasKeyboard(): boolean {
  return window.matchMedia('(min-width: 48rem)').matches;
}
